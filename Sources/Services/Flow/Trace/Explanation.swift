public import Signals

/// Why a signal is what it is: the samples that it was made of, and those that they were made of.
public struct Explanation: Sendable {
    /// What a sample was made of, as another line tells it.
    public struct Input: Sendable {
        /// The place of the line among ``lines``; nil where what came in between is not remembered any more.
        public let line: Int?
        public let node: String
        public let signal: String
        /// It is the value of the evaluation before.
        public let isDelayed: Bool
    }

    /// One signal, as it was when it was used.
    public struct Line: Sendable {
        public let node: String
        /// The type of the node.
        public let type: String
        public let signal: String
        public let sample: Sample
        /// What stands for a value that was too large to be remembered.
        public let cut: String?
        /// When it was evaluated; nil where that was before everything that is remembered.
        public let time: Stamp?
        /// The formula that it was computed with.
        public let formula: String?
        /// The digest of the model that it was computed with.
        public let model: String?
        public let inputs: [Input]
    }

    public let flow: String
    /// What was asked for first; each line once, those that it was made of behind it.
    public let lines: [Line]
    /// How many lines there would be besides.
    public let leftOutCount: Int

    /// More than anybody reads.
    static let linesMax = 1000
}

/// One evaluation that is remembered.
public struct TracedEvaluation: Sendable {
    public struct Change: Sendable {
        public let node: String
        public let signal: String
        public let sample: Sample
        /// What stands for a value that was too large to be remembered.
        public let cut: String?
    }

    public let id: EvaluationID
    public let time: Stamp
    public let changes: [Change]
}

/// Why nothing can be explained.
public enum TraceProblem: Error, Sendable, Equatable {
    /// No node offers it, and no sink writes it; the names that there are.
    case unknownSignal(names: [String])
    /// Several nodes offer it: their ids.
    case ambiguous(nodes: [String])
    /// Other nodes offer it than was asked for: their ids.
    case ofOthers(nodes: [String])
    /// It has not been evaluated yet.
    case nothingYet
    /// No evaluation of this id is remembered; the time of the oldest that is.
    case forgotten(oldest: Stamp?)
    /// Nothing is remembered here.
    case off
}
