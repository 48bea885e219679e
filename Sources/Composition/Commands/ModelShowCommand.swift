internal import Digests
internal import JSON
internal import Manifest
internal import Models

/// Shows what a model is: what it takes, what it gives, where it comes from.
struct ModelShowCommand: Command {
    static let declaration = CommandDeclaration(
        name: "model show",
        summary: "Show what a model takes and gives, and where it comes from.",
        details:
            "Reads the files of a model without running them. A size '?' is any size; a name is any size, the same "
            + "wherever the name stands.",
        options: [ModelOptions.models, .output],
        operand: ModelOptions.operand,
        examples: [
            .init(line: "slipway model show beam.onnx", doc: "Show a file."),
            .init(line: "slipway model show models/beam", doc: "Show the newest version in a folder."),
            .init(line: "slipway model show models:/beam/3 --models models --output json", doc: "For a program."),
        ]
    )

    private let library: ModelLibrary
    private let model: String
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) {
        library = ModelOptions.library(arguments)
        model = arguments.operands[0]
        format = arguments.output
    }

    func run(_ console: Console) -> ExitStatus {
        do throws(ModelProblem) {
            let model = try library.open(model)
            let (digest, byteCount) = try model.digest()
            console.report(model.json(digest, byteCount), as: format) {
                console.output.print(model.text(digest, byteCount), terminator: "")
            }
            return .done
        } catch {
            return console.report(error, of: Self.declaration.name, as: format)
        }
    }
}

extension OpenedModel {
    fileprivate func json(_ digest: ContentDigest, _ byteCount: Int) -> JSONValue {
        [
            "model": .string(label), "version": version.map { .string($0) } ?? .null, "format": .string(facts.format),
            "format_version": .integer(facts.formatVersion), "bytes": .integer(Int64(byteCount)),
            "digest": .string(digest.text), "producer": .string(facts.producer),
            "producer_version": .string(facts.producerVersion), "domain": .string(facts.domain),
            "model_version": .integer(facts.modelVersion),
            "operator_sets": .array(
                facts.operatorSets.map { ["domain": .string($0.domain), "version": .integer($0.version)] }
            ),
            "graph": .string(facts.graphName), "description": .string(facts.about),
            "operations": .integer(Int64(facts.operationCount)), "parameters": .integer(Int64(facts.parameterCount)),
            "files": .array(([fileName] + facts.companions).map { .string($0) }),
            "metadata": .object(
                facts.metadata.reduce(into: JSONObject()) { object, entry in
                    object.add(entry.name, .string(entry.value))
                }
            ),
            "signature": signature.json,
        ]
    }

    fileprivate func text(_ digest: ContentDigest, _ byteCount: Int) -> String {
        let operators = facts.operatorSets.map { "\($0.domain) \($0.version)" }.joined(separator: ", ")
        var rows: [(String, String)] = [
            ("model", label), ("format", "\(facts.format) \(facts.formatVersion), operators \(operators)"),
            ("producer", Self.joined(facts.producer, facts.producerVersion)), ("domain", facts.domain),
            ("made as", facts.modelVersion == 0 ? "" : "version \(facts.modelVersion)"), ("about", facts.about),
            ("size", "\(Self.size(byteCount)), \(facts.parameterCount) numbers, \(facts.operationCount) operations"),
            ("digest", digest.text),
        ]
        if let version { rows.insert(("version", version), at: 1) }
        let others = facts.companions.joined(separator: ", ")
        rows.append(("beside it", others))
        var text = ""
        for (name, value) in rows where !value.isEmpty { text += Self.row(name, value) }
        text += Self.table("inputs", signature.inputs) + Self.table("outputs", signature.outputs)
        if !facts.metadata.isEmpty {
            text += "\nmetadata\n"
            for entry in facts.metadata { text += "  " + Self.row(entry.name, entry.value) }
        }
        return text
    }

    private static func row(_ name: String, _ value: String) -> String {
        let name = Printable.text(name)
        let margin = String(repeating: " ", count: max(1, 10 - name.count))
        return "\(name)\(margin)\(Printable.text(value, lengthMax: 600))\n"
    }

    private static func joined(_ words: String...) -> String { words.filter { !$0.isEmpty }.joined(separator: " ") }

    private static func size(_ bytes: Int) -> String {
        let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        guard let (unit, size) = units.first(where: { bytes >= $0.1 }) else { return "\(bytes) bytes" }
        let tenths = (bytes * 10 + size / 2) / size
        return "\(tenths / 10).\(tenths % 10) \(unit)"
    }

    /// Ports with their types in one column.
    private static func table(_ title: String, _ ports: [ModelPort]) -> String {
        var text = "\n\(title)\n"
        if ports.isEmpty { return text + "  none\n" }
        let names = ports.map { Printable.text($0.name) }
        let width = min(names.map(\.count).max() ?? 0, 40)
        let types = ports.map { Printable.text($0.text, lengthMax: 200) }
        let typeWidth = min(types.map(\.count).max() ?? 0, 40)
        for (port, (name, type)) in zip(ports, zip(names, types)) {
            let notes = Self.notes(port)
            let type = notes.isEmpty ? type : padded(type, typeWidth) + "  " + notes
            text += "  \(padded(name, width))  \(type)\n"
        }
        return text
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func notes(_ port: ModelPort) -> String {
        let notes = port.notes
        var words: [String] = []
        if port.isOptional { words.append("optional") }
        if let unit = notes.unit { words.append("in \(unit)") }
        if let range = notes.range { words.append("\(range.lowerBound) to \(range.upperBound)") }
        if let constant = notes.constant { words.append("always \(constant)") }
        if let fallback = notes.fallback { words.append("default \(fallback)") }
        if let about = notes.about { words.append(about) }
        return Printable.text(words.joined(separator: ", "), lengthMax: 300)
    }
}
