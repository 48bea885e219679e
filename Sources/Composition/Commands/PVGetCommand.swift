internal import Catalog
internal import Component
internal import JSON
internal import Manifest
internal import Signals

/// Fetches process variables.
struct PVGetCommand: Command {
    static let declaration = CommandDeclaration(
        name: "pv get",
        summary: "Fetch the values of process variables.",
        details: PVOptions.searching + " Ends with 1 if one of them cannot be had.",
        options: [PVOptions.timeout, .output],
        operand: PVOptions.names,
        examples: [
            .init(line: "slipway pv get LUME:SIGMA_X LUME:SIGMA_Y", doc: "Fetch two."),
            .init(line: "slipway pv get LUME:SIGMA_X --output json", doc: "Fetch one, with all that belongs to it."),
        ]
    )

    private let names: [String]
    private let limit: Duration
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        names = arguments.operands
        limit = try PVOptions.timeout(arguments)
        format = arguments.output
    }

    private typealias Outcome = Result<ProcessVariableReading, NodeFailure>

    func run(_ console: Console) -> ExitStatus {
        let (names, limit) = (names, limit)
        let outcomes = MainTask.wait {
            await withTaskGroup(of: (Int, Outcome).self) { group in
                for (index, name) in names.enumerated() {
                    group.addTask { (index, await Self.outcome(name, limit)) }
                }
                var outcomes = [Outcome?](repeating: nil, count: names.count)
                for await (index, outcome) in group { outcomes[index] = outcome }
                return outcomes.compactMap(\.self)
            }
        }
        let value: JSONValue = .array(zip(names, outcomes).map { Self.json($0, $1) })
        console.report(value, as: format) {
            let width = names.map(\.count).max() ?? 0
            for (name, outcome) in zip(names, outcomes) { print(name, outcome, width, console) }
        }
        let hasFailed = outcomes.contains { if case .failure = $0 { true } else { false } }
        return hasFailed ? .problemsFound : .done
    }

    private static func outcome(_ name: String, _ limit: Duration) async -> Outcome {
        do throws(NodeFailure) { return .success(try await Catalog.processVariables.get(name, within: limit)) } catch {
            return .failure(error)
        }
    }

    private func print(_ name: String, _ outcome: Outcome, _ width: Int, _ console: Console) {
        switch outcome {
        case .success(let reading):
            let padding = String(repeating: " ", count: width - name.count)
            let value = PVOptions.text(reading.value, unit: reading.description.unit)
            let alarm = PVOptions.text(reading.alarm, console.output)
            console.output.print("\(Printable.text(name))\(padding)  \(reading.stamp)  \(value)\(alarm)")
        case .failure(let failure):
            let advice = failure.advice.isEmpty ? "" : "\n    \(failure.advice)"
            console.errors.print("slipway pv get: \(failure.problem)\(advice)")
        }
    }

    private static func json(_ name: String, _ outcome: Outcome) -> JSONValue {
        switch outcome {
        case .success(let reading):
            let sample = Sample(reading.value, alarm: reading.alarm, stamp: reading.stamp, id: .none)
            return PVOptions.json(name, sample, reading.description)
        case .failure(let failure): return PVOptions.json(name, failure)
        }
    }
}
