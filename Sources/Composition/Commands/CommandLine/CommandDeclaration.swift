/// A command as its user sees it: parsing, `--help`, did-you-mean and completion come from this alone.
public struct CommandDeclaration: Sendable {
    /// What an option or an operand may be, which decides how a shell completes it.
    public enum ValueKind: Sendable, Equatable {
        case text
        case file
        case choice([String])
    }

    public struct Option: Sendable {
        /// The long name, without dashes.
        public let name: String
        public let short: Character?
        /// The word for the value in the help: `FILE`.
        ///
        /// Nil for a switch.
        public let value: (word: String, kind: ValueKind)?
        public let fallback: String?
        public let doc: String
    }

    public struct Operand: Sendable {
        public let word: String
        public let kind: ValueKind
        public let count: ClosedRange<Int>
        public let doc: String
    }

    public struct Example: Sendable {
        public let line: String
        public let doc: String
    }

    public let name: String
    /// One sentence, for the list of commands.
    public let summary: String
    /// What else a user should know.
    public let details: String
    public let options: [Option]
    public let operand: Operand?
    public let examples: [Example]

    init(
        name: String,
        summary: String,
        details: String = "",
        options: [Option] = [],
        operand: Operand? = nil,
        examples: [Example]
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.options = options + [.help]
        self.operand = operand
        self.examples = examples
    }
}

extension CommandDeclaration.Option {
    /// Every command that reports takes it.
    static let output = CommandDeclaration.Option(
        name: "output",
        short: nil,
        value: ("FORMAT", .choice(OutputFormat.allCases.map(\.rawValue))),
        fallback: OutputFormat.text.rawValue,
        doc: "How to report: text for people, json or yaml for programs."
    )
    static let help = CommandDeclaration.Option(
        name: "help",
        short: "h",
        value: nil,
        fallback: nil,
        doc: "Show this help."
    )
}

/// How a command reports.
enum OutputFormat: String, CaseIterable, Sendable {
    case text, json, yaml
}
