internal import Flow
internal import Glibc
internal import Host
internal import JSON
internal import Lifetime
internal import Manifest
internal import Telemetry

/// Records all signals of a flow.
struct RecordCommand: Command {
    static let declaration = CommandDeclaration(
        name: "record",
        summary: "Record what comes into a flow and what it computes, for 'slipway replay'.",
        details: """
            The flow runs without its sinks, so that nothing is written but RECORDING: a line of JSON for each sample \
            of each signal, those of one evaluation behind each other with its id; or, where the name ends with \
            '.csv', a line for each evaluation. Files of more than 1 GiB are renamed, ten are kept. What the flow \
            hosts for clients to write has 'RECORD:' before its name: a flow at work is recorded by a sink of type \
            'recorder' in it.

            Ends with Ctrl-C, after '--for', or when the flow has ended.
            """,
        options: [PVOptions.duration, EnvironmentFile.option, ModelOptions.models] + DialectOptions.options
            + [.output],
        operand: .init(
            word: "FLOW RECORDING",
            kind: .file,
            count: 2...2,
            doc: "A flow document, and a file that is not there yet."
        ),
        examples: [
            .init(line: "slipway record injector.yaml monday.jsonl --for 1h", doc: "An hour of inputs and outputs.")
        ]
    )

    /// Inputs that a flow hosts are hosted under other names: what operators write is for the flow at work.
    private static let shadow = "RECORD:"

    private let file: FlowFile
    private let recording: String
    private let limit: Duration?
    private let environmentFile: String?
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        file = try FlowFile(arguments.operands[0], arguments)
        recording = arguments.operands[1]
        limit = try RunOptions.duration(arguments)
        environmentFile = arguments.value("env")
        format = arguments.output
    }

    func run(_ console: Console) -> ExitStatus {
        if let problem = EnvironmentFile.apply(environmentFile) { return fail(problem, "", console) }
        guard unsafe access(recording, F_OK) != 0 else {
            return fail(
                "expected a file that is not there yet, found '\(Printable.text(recording))'",
                "name another one, or remove it",
                console
            )
        }
        let loader = FlowLoader(file: file, shadow: Self.shadow, recording: WorkingFolder.path(recording))
        let loaded = loader.load()
        for diagnostic in loaded.diagnostics { console.errors.print(diagnostic.description) }
        console.errors.flush()
        guard let plan = loaded.plan else { return .problemsFound }
        if let twice = plan.repeatedSignal {
            return fail(
                "expected signals of different names, found '\(Printable.text(twice))' at several nodes",
                "a recording knows signals by their names: rename one, as with a step of type 'pass'",
                console
            )
        }
        let settings = FlowSettings(isPublishing: false, log: EventPrinter(levelMin: .info, isJSON: false))
        let flow: LiveFlow
        do throws(UnmadeNode) { flow = try LiveFlow(plan, settings: settings) } catch {
            console.errors.print(loader.problem(error).description)
            return .problemsFound
        }
        let end: @Sendable () -> Void = { flow.stop.give() }
        let signals = ProcessSignals([SIGINT: end, SIGTERM: end])
        let limit = limit
        let unmade = MainTask.wait { await Self.run(flow, for: limit) }
        withExtendedLifetime(signals) {}
        if let unmade {
            console.errors.print(loader.problem(unmade).description)
            return .problemsFound
        }
        return report(flow, console)
    }

    private static func run(_ flow: LiveFlow, for limit: Duration?) async -> UnmadeNode? {
        await withTaskGroup(of: UnmadeNode?.self) { group in
            let ready = StopSignal()
            group.addTask {
                var unmade: UnmadeNode?
                do throws(UnmadeNode) { try await flow.run { ready.give() } } catch { unmade = error }
                // However it ended: nobody waits for it any more.
                flow.stop.give()
                ready.give()
                return unmade
            }
            if let limit {
                group.addTask {
                    await ready.wait()
                    await flow.stop.wait(atMost: limit)
                    flow.stop.give()
                    return nil
                }
            }
            var unmade: UnmadeNode?
            for await problem in group { unmade = unmade ?? problem }
            return unmade
        }
    }

    private func report(_ flow: LiveFlow, _ console: Console) -> ExitStatus {
        let meter = flow.meters.nodes.last
        let (given, failed, dropped) = (
            meter?.written.value ?? 0, meter?.failed.value ?? 0, meter?.coalesced.value ?? 0
        )
        // What could not be written is not in the file.
        let written = given - min(given, dropped)
        let report: JSONValue = [
            "recording": .string(recording), "samples": .integer(Int64(written)), "failed": .integer(Int64(failed)),
            "evaluations": .integer(Int64(flow.meters.evaluations.value)),
        ]
        console.report(report, as: format) {
            console.output.print("\(written) samples in '\(Printable.text(recording))'")
        }
        return failed > 0 || dropped > 0 || written == 0 ? .problemsFound : .done
    }

    private func fail(_ problem: String, _ advice: String, _ console: Console) -> ExitStatus {
        console.errors.print("slipway record: \(problem)" + (advice.isEmpty ? "" : "\n    \(advice)"))
        return .problemsFound
    }
}
