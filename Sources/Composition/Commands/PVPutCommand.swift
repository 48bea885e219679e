internal import Catalog
internal import Component
internal import JSON
internal import Manifest
internal import Models
internal import Signals

/// Writes a process variable.
struct PVPutCommand: Command {
    static let declaration = CommandDeclaration(
        name: "pv put",
        summary: "Write a process variable, and wait until it is done.",
        details:
            "VALUE is a number, 'true' or 'false', an array as '[1, 2, 3]', or any other text; a choice is named by "
            + "its label or its index. The server makes of it what the variable's type wants, or refuses. "
            + PVOptions.searching,
        options: [PVOptions.timeout, .output],
        operand: .init(
            word: "NAME VALUE",
            kind: .text,
            count: 2...2,
            doc: "The name of a process variable, and a value."
        ),
        examples: [
            .init(line: "slipway pv put LUME:KNOB 0.25", doc: "Write a number."),
            .init(line: "slipway pv put -- LUME:KNOB -1", doc: "Write a number below zero."),
        ]
    )

    private let name: String
    private let text: String
    private let limit: Duration
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = arguments.operands[0]
        text = arguments.operands[1]
        limit = try PVOptions.timeout(arguments)
        format = arguments.output
    }

    func run(_ console: Console) -> ExitStatus {
        let value: Value
        do throws(ModelProblem) { value = try Self.value(text) } catch {
            console.errors.print("slipway pv put: \(error.problem)")
            return .wrongUsage
        }
        let (name, limit) = (name, limit)
        let failure = MainTask.wait { () async -> NodeFailure? in
            do throws(NodeFailure) {
                try await Catalog.processVariables.put(name, value, within: limit)
                return nil
            } catch {
                return error
            }
        }
        let report: JSONValue = failure.map { PVOptions.json(name, $0) } ?? ["name": .string(name), "done": true]
        console.report(report, as: format) {
            guard let failure else { return console.output.print("\(Printable.text(name)): done") }
            let advice = failure.advice.isEmpty ? "" : "\n    \(failure.advice)"
            console.errors.print("slipway pv put: \(failure.problem)\(advice)")
        }
        return failure == nil ? .done : .problemsFound
    }

    private static func value(_ text: String) throws(ModelProblem) -> Value {
        guard let first = text.utf8.first, "[{-0123456789tf".utf8.contains(first) else { return .text(text) }
        let json: JSONValue
        do throws(JSONError) { json = try JSONReader.value(of: Array(text.utf8), limits: JSONLimits()) } catch {
            return .text(text)
        }
        if case .integer(let whole) = json { return .int64(whole) }
        return try Value(json: json)
    }
}
