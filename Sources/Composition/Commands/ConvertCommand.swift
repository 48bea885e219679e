internal import Catalog
internal import JSON
internal import Manifest

/// Prints a flow of another program as one of ours.
struct ConvertCommand: Command {
    static let declaration = CommandDeclaration(
        name: "convert",
        summary: "Print a flow of another program as a flow of Slipway.",
        details:
            "Reads what model_manager and poly-lithic run, and prints the same flow. Comments stay with the lines that "
            + "stay. Such files also run as they are: 'slipway run FILE'. docs/guide/moving.md tells what differs.\n\n"
            + "Problems go to standard error; ends with 1 where nothing could be made of the file.",
        options: [ModelOptions.models] + DialectOptions.options + [.output],
        operand: .init(word: "FILE", kind: .file, count: 1...1, doc: "A document, or '-' for standard input."),
        examples: [
            .init(line: "slipway convert deployment_config.yaml > flow.yaml", doc: "Move a flow."),
            .init(
                line: "slipway convert pv_mapping.yaml --model model.onnx --protocol k2eg=pva",
                doc: "Move a chain, with a model in a file, without its gateway."
            ),
        ]
    )

    private let file: FlowFile
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        var file = try FlowFile(arguments.operands[0], arguments)
        file.dialect.heedsEnvironment = false
        self.file = file
        format = arguments.output
    }

    func run(_ console: Console) -> ExitStatus {
        let read = file.readWithText(Catalog.nodeTypes(models: file.models))
        for diagnostic in read.result.diagnostics { console.errors.print(diagnostic.description) }
        guard let translation = read.result.translation else {
            if read.result.flow != nil {
                console.errors.print("slipway convert: '\(file.name)' is a flow of Slipway already")
            }
            return .problemsFound
        }
        let text = FlowPrinter.text(of: translation.root, comments: SourceComments(read.text))
        console.report(["program": .string(translation.program), "flow": .string(text)], as: format) {
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                console.output.print(String(line))
            }
        }
        return read.result.diagnostics.hasErrors ? .problemsFound : .done
    }
}
