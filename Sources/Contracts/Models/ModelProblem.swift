/// Why a model cannot be found, read or run.
public struct ModelProblem: Error, Sendable, Equatable {
    /// The sort of problem: part of the machine-readable report, never changed once released.
    public enum Code: String, Sendable, CaseIterable {
        /// The reference is no reference.
        case badReference = "bad-reference"
        case notFound = "not-found"
        /// No store of this program knows such references.
        case noStore = "no-store"
        /// It is there, and cannot be read.
        case unreadable
        case tooLarge = "too-large"
        /// The file is broken, or lies about itself.
        case broken
        /// A file that lies outside of the model's folder.
        case outside
        /// A model that is right, but cannot run here.
        case unsupported
        /// The file beside the model is wrong.
        case badNotes = "bad-notes"
        /// An input of the wrong name, type or shape.
        case badInput = "bad-input"
        /// The model ran and failed.
        case failed
        case deadline
        case cancelled
        /// More runs wait than may.
        case busy
    }

    public let code: Code
    /// What was expected and what was found, in one sentence without a full stop.
    public let problem: String
    /// What to do about it; empty when the problem says it already.
    public let advice: String

    public init(_ code: Code, _ problem: String, advice: String = "") {
        self.code = code
        self.problem = problem
        self.advice = advice
    }
}

extension ModelProblem: CustomStringConvertible {
    public var description: String { advice.isEmpty ? problem : "\(problem)\n    \(advice)" }
}
