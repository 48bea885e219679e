internal import Catalog
internal import JSON
internal import Manifest

/// Draws a flow.
struct GraphCommand: Command {
    private enum Format: String, CaseIterable { case svg, dot, mermaid }

    static let declaration = CommandDeclaration(
        name: "graph",
        summary: "Draw a flow: an SVG image, or text for Graphviz or Mermaid.",
        details: "Prints to standard output; nothing is connected. Wires of two nodes are one line, with their names; "
            + "what is delayed is dashed.",
        options: [
            .init(
                name: "format",
                short: "f",
                value: ("FORMAT", .choice(Format.allCases.map(\.rawValue))),
                fallback: "svg",
                doc: "What is drawn."
            ), ModelOptions.models,
        ] + DialectOptions.options,
        operand: .init(word: "FILE", kind: .file, count: 1...1, doc: "A flow document, or '-' for standard input."),
        examples: [
            .init(line: "slipway graph injector.yaml > injector.svg", doc: "An image for a browser."),
            .init(line: "slipway graph injector.yaml --format mermaid", doc: "For a page of Markdown."),
        ]
    )

    private let file: FlowFile
    private let format: Format

    init(_ arguments: ParsedArguments) throws(UsageError) {
        file = try FlowFile(arguments.operands[0], arguments)
        format = arguments.value("format").flatMap(Format.init) ?? .svg
    }

    func run(_ console: Console) -> ExitStatus {
        let result = file.read(Catalog.nodeTypes(models: file.models))
        for diagnostic in result.diagnostics { console.errors.print(diagnostic.description) }
        guard let flow = result.flow else { return .problemsFound }
        let chart = FlowChart(flow)
        let text =
            switch format {
            case .svg: FlowDrawing(chart).svg
            case .dot: chart.dot
            case .mermaid: chart.mermaid
            }
        console.output.print(text, terminator: "")
        return .done
    }
}
