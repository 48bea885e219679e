internal import Catalog
internal import JSON
internal import Manifest

/// Checks flow documents without connecting to anything.
struct ValidateCommand: Command {
    static let declaration = CommandDeclaration(
        name: "validate",
        summary: "Check flows; print every problem with its place.",
        details:
            "Runs exactly the checks that a flow passes before it starts, and connects to nothing. Models are read "
            + "for their signatures, and not run. "
            + "Ends with 1 if there are errors; warnings alone end with 0.",
        options: [
            .init(
                name: "no-expand",
                short: nil,
                value: nil,
                fallback: nil,
                doc: "Refuse '${NAME}' and '${file:path}' and open no model, as for a document that somebody sent."
            ), ModelOptions.models,
        ] + DialectOptions.options + [.output],
        operand: .init(
            word: "FILE",
            kind: .file,
            count: 1...10_000,
            doc: "A flow document, or '-' for standard input."
        ),
        examples: [
            .init(line: "slipway validate injector.yaml", doc: "Check one flow."),
            .init(line: "slipway validate flows/*.yaml --output json", doc: "Check many, for a program."),
        ]
    )

    private let files: [String]
    private let isExpanding: Bool
    private let modelFolder: String?
    private let dialect: DialectOptions
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        files = arguments.operands
        isExpanding = !arguments.has("no-expand")
        modelFolder = ModelOptions.folder(arguments)
        dialect = try DialectOptions(arguments)
        format = arguments.output
    }

    func run(_ console: Console) -> ExitStatus {
        let results = files.map { ($0, check($0)) }
        let value: JSONValue = ["files": .array(results.map { Self.json($0, $1) })]
        console.report(value, as: format) { printText(results, console) }
        return results.contains { $1.diagnostics.hasErrors } ? .problemsFound : .done
    }

    private func check(_ path: String) -> FlowReader.Result {
        let file = FlowFile(path, modelFolder: modelFolder, dialect: dialect)
        return file.read(Catalog.nodeTypes(models: isExpanding ? file.models : nil), isGranted: isExpanding)
    }

    private func printText(_ results: [(String, FlowReader.Result)], _ console: Console) {
        var errors = 0
        var warnings = 0
        for (file, result) in results {
            for diagnostic in result.diagnostics {
                if diagnostic.severity == .error { errors += 1 } else { warnings += 1 }
                console.output.print(Self.text(diagnostic, console.output))
            }
            if let flow = result.flow, !result.diagnostics.hasErrors {
                let mark = console.output.colored("ok", .green)
                console.output.print(
                    "\(file == "-" ? "<stdin>" : Printable.text(file)): \(mark): \(Self.summary(flow))"
                )
            }
        }
        let counts = [
            Self.counted(results.count, "file"), Self.counted(errors, "error"), Self.counted(warnings, "warning"),
        ]
        if errors + warnings > 0 || results.count > 1 { console.output.print(counts.joined(separator: ", ")) }
    }

    private static func text(_ diagnostic: Diagnostic, _ stream: Console.Stream) -> String {
        let severity = diagnostic.severity.rawValue
        let colored = stream.colored(severity, diagnostic.severity == .error ? .red : .yellow)
        let text = diagnostic.description
        guard colored != severity, let range = text.firstRange(of: " \(severity): ") else { return text }
        return text.replacingCharacters(in: range, with: " \(colored): ")
    }

    private static func summary(_ flow: FlowDocument) -> String {
        let roles = NodeType.Role.allCases.map { role in
            counted(flow.nodes.count { $0.type.role == role }, role.rawValue)
        }
        var text = "flow \(flow.name): \((roles + [counted(flow.wires.count, "wire")]).joined(separator: ", "))"
        if !flow.pending.isEmpty {
            text += ", \(counted(flow.pending.count, "input")) that the models must offer"
        }
        return text
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func json(_ file: String, _ result: FlowReader.Result) -> JSONValue {
        [
            "file": .string(file),
            "valid": .bool(!result.diagnostics.hasErrors),
            "graph": result.flow?.json ?? .null,
            "problems": .array(
                result.diagnostics.map { diagnostic in
                    [
                        "severity": .string(diagnostic.severity.rawValue),
                        "kind": .string(diagnostic.kind.rawValue),
                        "line": .integer(Int64(diagnostic.location.place.line)),
                        "column": .integer(Int64(diagnostic.location.place.column)),
                        "path": .string(diagnostic.path),
                        "problem": .string(diagnostic.problem),
                        "advice": .string(diagnostic.advice),
                    ]
                }
            ),
        ]
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + self[range.upperBound...]
    }
}
