public import Signals

/// What a recording has for one evaluation.
public struct RecordedEvaluation: Sendable {
    public struct Part: Sendable {
        public let signal: String
        public let value: Value
        public let alarm: Alarm
        public let stamp: Stamp

        public init(signal: String, value: Value, alarm: Alarm, stamp: Stamp) {
            self.signal = signal
            self.value = value
            self.alarm = alarm
            self.stamp = stamp
        }
    }

    public let parts: [Part]
    /// The line of the file where it ends.
    public let line: Int
    /// Whether it is known that nothing else changed: a line of a table repeats what did not.
    public let isWhole: Bool

    public init(_ parts: [Part], line: Int, isWhole: Bool) {
        self.parts = parts
        self.line = line
        self.isWhole = isWhole
    }
}

/// Recordings, read by commands.
public protocol Recordings: Sendable {
    /// Reads one from its beginning on, of which these signals are wanted; others are left out.
    ///
    /// `take` gets each evaluation, or what is wrong with a line; with false it wants no more.
    ///
    /// - Returns: The names of the signals that were left out, as far as it was read.
    /// - Throws: Where it cannot be opened.
    func read(
        _ path: String,
        signals: [String],
        _ take: (Result<RecordedEvaluation, NodeFailure>) -> Bool
    ) throws(NodeFailure) -> Set<String>
}
