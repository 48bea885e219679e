internal import Catalog
internal import Host
internal import JSON
internal import Manifest

/// Draws a flow.
struct GraphCommand: Command {
    private enum Format: String, CaseIterable {
        case svg, dot, mermaid

        /// What the end of a file's name says.
        init?(file path: String) {
            let ends: [(String, Format)] = [(".svg", .svg), (".dot", .dot), (".gv", .dot), (".mmd", .mermaid)]
            guard let format = ends.first(where: { path.hasSuffix($0.0) })?.1 else { return nil }
            self = format
        }
    }

    static let declaration = CommandDeclaration(
        name: "graph",
        summary: "Draw a flow: an SVG image, or text for Graphviz or Mermaid.",
        details:
            "Prints to standard output, or writes a file; nothing is connected. Wires of two nodes are one line, with "
            + "their names; what is delayed is dashed.",
        options: [
            .init(
                name: "format",
                short: "f",
                value: ("FORMAT", .choice(Format.allCases.map(\.rawValue))),
                fallback: nil,
                doc: "What is drawn. Without it, what the name of the file says, or an SVG image."
            ),
            .init(
                name: "to",
                short: nil,
                value: ("IMAGE", .file),
                fallback: nil,
                doc: "The file to write: NAME.svg, NAME.dot or NAME.mmd. Without it, standard output."
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
    private let target: String?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        file = try FlowFile(arguments.operands[0], arguments)
        target = arguments.value("to")
        let named = target.flatMap(Format.init(file:))
        if let target, named == nil {
            throw UsageError(
                "expected an image as NAME.svg, NAME.dot or NAME.mmd, found '\(Printable.text(target))'",
                advice: "an SVG image is shown by every browser: '--to flow.svg'"
            )
        }
        format = arguments.value("format").flatMap(Format.init(rawValue:)) ?? named ?? .svg
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
        guard let target else {
            console.output.print(text, terminator: "")
            return .done
        }
        guard let reason = FileWriting.write(Array(text.utf8), to: target) else { return .done }
        console.errors.print(
            "slipway graph: expected a file to write at '\(Printable.text(target))', found: \(reason)\n    "
                + "make the folder, or name another file"
        )
        return .problemsFound
    }
}
