/// Something that happened, for the people and the programs who watch: one line in the log.
///
/// The text is always the same for the same thing; what differs is in the fields.
public struct Event: Sendable, Equatable {
    public enum Level: Int, Sendable, Comparable, CaseIterable {
        /// What was decided, for who looks for a mistake.
        case debug
        /// The life of the flow.
        case info
        /// It goes on, worse than it could.
        case warning
        /// Somebody must act.
        case error

        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    public struct Field: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    public let level: Level
    public let text: String
    public let fields: [Field]

    public init(_ level: Level, _ text: String, _ fields: KeyValuePairs<String, String> = [:]) {
        self.level = level
        self.text = text
        self.fields = fields.map { Field(name: $0.key, value: $0.value) }
    }
}

/// Where events go.
public protocol EventLog: Sendable {
    /// What is below goes nowhere: whoever tells of each sample asks before.
    var levelMin: Event.Level { get }

    func add(_ event: Event)
}

extension EventLog {
    public var levelMin: Event.Level { .info }
}
