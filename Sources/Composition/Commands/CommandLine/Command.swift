internal import JSON

/// One subcommand of `slipway`.
protocol Command: Sendable {
    static var declaration: CommandDeclaration { get }

    /// - Throws: ``UsageError`` when the arguments fit the declaration but not each other.
    init(_ arguments: ParsedArguments) throws(UsageError)

    func run(_ console: Console) -> ExitStatus
}

extension Console {
    /// Prints a report: `text` for people, or the value for programs.
    func report(_ value: JSONValue, as format: OutputFormat, text: () -> Void) {
        switch format {
        case .text: text()
        case .json: output.print(JSONWriter.text(of: value, layout: .indented))
        case .yaml: output.print(YAMLWriter.text(of: value), terminator: "")
        }
    }
}
