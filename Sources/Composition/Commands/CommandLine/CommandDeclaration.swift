/// A command as its user sees it: parsing, `--help`, did-you-mean and completion come from this alone.
struct CommandDeclaration: Sendable {
    /// What an option or an operand may be, which decides how a shell completes it.
    enum ValueKind: Sendable, Equatable {
        case text
        case file
        case choice([String])
    }

    struct Option: Sendable {
        /// The long name, without dashes.
        let name: String
        let short: Character?
        /// The word for the value in the help: `FILE`.
        ///
        /// Nil for a switch.
        let value: (word: String, kind: ValueKind)?
        let fallback: String?
        let doc: String
        /// Whether it may be given more than once, each time with another value.
        var isRepeated = false
    }

    struct Operand: Sendable {
        let word: String
        let kind: ValueKind
        let count: ClosedRange<Int>
        let doc: String
    }

    struct Example: Sendable {
        let line: String
        let doc: String
    }

    /// One word, or two where several commands are about one thing: `model show`.
    let name: String
    /// One sentence, for the list of commands.
    let summary: String
    /// What else a user should know.
    let details: String
    let options: [Option]
    let operand: Operand?
    let examples: [Example]

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

extension CommandDeclaration {
    /// The first of two words; nil where there is one.
    var group: String? { name.firstIndex(of: " ").map { String(name[..<$0]) } }
    /// The second of two words.
    var word: String { group.map { String(name.dropFirst($0.count + 1)) } ?? name }
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
