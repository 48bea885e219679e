internal import Catalog
internal import JSON
internal import Manifest

/// Prints the JSON Schema of flow documents.
struct SchemaCommand: Command {
    static let declaration = CommandDeclaration(
        name: "schema",
        summary: "Print the JSON Schema of flows, for editors.",
        details: "An editor that is given the schema completes field names and shows most problems while one types. "
            + "'slipway validate' sees more: it resolves signals and checks the graph.",
        options: [
            .init(
                name: "output",
                short: nil,
                value: ("FORMAT", .choice(["json", "yaml"])),
                fallback: "json",
                doc: "How to print."
            )
        ],
        examples: [.init(line: "slipway schema > flow.schema.json", doc: "Keep it where the editor finds it.")]
    )

    private let format: OutputFormat

    init(_ arguments: ParsedArguments) { format = arguments.output }

    func run(_ console: Console) -> ExitStatus {
        console.report(FlowSchema.make(types: Catalog.nodeTypes), as: format) {}
        return .done
    }
}
