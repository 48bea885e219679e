internal import Catalog
internal import Component
internal import Flow
internal import Glibc
internal import JSON
internal import Lifetime
internal import Manifest
internal import Models
internal import Signals

/// Plays a recording through a flow, and compares.
struct ReplayCommand: Command {
    static let declaration = CommandDeclaration(
        name: "replay",
        summary: "Play a recording through a flow, and compare what comes out with what was recorded.",
        details: """
            RECORDING is what 'slipway record' or a sink of type 'recorder' wrote: JSON Lines, or CSV with a column \
            for each signal. Signals of the flow's sources come from there; nothing is connected and nothing is \
            written, each evaluation follows the one before, as fast as it goes. Samples that were recorded together \
            are evaluated together.

            Without '--compare', each sample that the flow computes is a line; with '--output json' these lines are a \
            recording again. With '--compare', recorded samples of signals that the flow computes are compared with \
            those that it gives: severities, and values where both may be used. An evaluation of a flow with delayed \
            wires begins as the flow does. Ends with 1 where something differs, or where nothing can be compared.
            """,
        options: [
            .init(name: "compare", short: nil, value: nil, fallback: nil, doc: "Report how outputs differ."),
            .init(
                name: "within",
                short: nil,
                value: ("NUMBER", .text),
                fallback: "0",
                doc: "How far numbers may be apart and count as the same; 1e-9 of their size always does."
            ),
            .init(
                name: "only",
                short: nil,
                value: ("TEXT", .text),
                fallback: nil,
                doc: "Compare signals whose names hold TEXT. Without it, all.",
                isRepeated: true
            ), EnvironmentFile.option, ModelOptions.models,
        ] + DialectOptions.options + [.output],
        operand: .init(
            word: "RECORDING FLOW",
            kind: .file,
            count: 2...2,
            doc: "A recording, and a flow document."
        ),
        examples: [
            .init(line: "slipway replay gun.csv gun.yaml", doc: "What does the flow make of it?"),
            .init(
                line: "slipway replay monday.jsonl candidate.yaml --compare --within 1e-6",
                doc: "Would the candidate have given the same?"
            ),
        ]
    )

    private let recording: String
    private let file: FlowFile
    private let isComparing: Bool
    private let within: Double
    private let names: [String]
    private let environmentFile: String?
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        recording = arguments.operands[0]
        file = try FlowFile(arguments.operands[1], arguments)
        isComparing = arguments.has("compare")
        let text = arguments.value("within") ?? ""
        guard let within = Double(text), within >= 0, within.isFinite else {
            throw UsageError(
                "expected a number of 0 or more behind '--within', found '\(Printable.text(text))'",
                advice: "for example '--within 1e-6'"
            )
        }
        self.within = within
        names = arguments.values("only")
        environmentFile = arguments.value("env")
        format = arguments.output
    }

    func run(_ console: Console) -> ExitStatus {
        if let problem = EnvironmentFile.apply(environmentFile) { return fail(problem, "", console) }
        let loader = FlowLoader(file: file, shadow: "", leavesOutSinks: true)
        let loaded = loader.load()
        for diagnostic in loaded.diagnostics { console.errors.print(diagnostic.description) }
        guard let plan = loaded.plan else { return .problemsFound }
        var run: ReplayRun
        do throws(UnmadeNode) {
            run = ReplayRun(try Rehearsal(plan), within: within) { [names] name in
                names.isEmpty || names.contains { name.contains($0) }
            }
        } catch {
            console.errors.print(loader.problem(error).description)
            return .problemsFound
        }
        do throws(NodeFailure) {
            try run.play(recording) { changes in
                if !isComparing { for change in changes { print(change, console) } }
                return !console.output.hasFailed
            }
        } catch {
            return fail(error.problem, error.advice, console)
        }
        return report(run, console)
    }

    private func print(_ change: Rehearsal.Change, _ console: Console) {
        guard format == .text else {
            var line = JSONObject()
            line.add("signal", .string(change.signal))
            change.sample.addMembers(to: &line)
            return console.output.print(JSONWriter.text(of: .object(line), layout: .line))
        }
        let value = PVOptions.text(change.sample.value, unit: "")
        let alarm = PVOptions.text(change.sample.alarm, console.output)
        console.output.print("\(Printable.text(change.signal))  \(change.sample.stamp)  \(value)\(alarm)")
    }

    /// What there is to say at the end.
    private func report(_ run: borrowing ReplayRun, _ console: Console) -> ExitStatus {
        if let problem = run.firstProblem {
            console.errors.print(
                "slipway replay: \(problem)"
                    + (run.brokenCount > 1 ? "\n    and \(run.brokenCount - 1) more lines" : "")
            )
        }
        let missing = run.missing
        if !missing.isEmpty {
            let names = missing.prefix(8).map { "'\(Printable.text($0))'" }.joined(separator: ", ")
            let rest = missing.count > 8 ? " and \(missing.count - 8) more" : ""
            console.errors.print(
                "slipway replay: expected all inputs of the flow in '\(Printable.text(recording))', "
                    + "found nothing of \(names)\(rest)"
            )
        }
        guard run.evaluationCount > 0 else {
            return fail(
                "expected samples of the flow's signals in '\(Printable.text(recording))', found none",
                "",
                console
            )
        }
        guard isComparing else { return run.brokenCount > 0 ? .problemsFound : .done }
        guard run.comparison.compared > 0 else {
            return fail(
                "expected outputs to compare in '\(Printable.text(recording))', found none that the flow computes",
                "'slipway record FLOW RECORDING' keeps inputs and outputs",
                console
            )
        }
        show(run, console)
        let comparison = run.comparison
        let isSame = comparison.differing == 0 && comparison.extra == 0 && run.notComputed.isEmpty
        return isSame && run.brokenCount == 0 ? .done : .problemsFound
    }

    private func show(_ run: borrowing ReplayRun, _ console: Console) {
        let (comparison, evaluations, notComputed) = (run.comparison, run.evaluationCount, run.notComputed)
        let json: JSONValue = [
            "recording": .string(recording), "flow": .string(file.path),
            "evaluations": .integer(Int64(evaluations)), "compared": .integer(Int64(comparison.compared)),
            "differing": .integer(Int64(comparison.differing)), "invalid": .integer(Int64(comparison.invalid)),
            "extra": .integer(Int64(comparison.extra)),
            "not_computed": .array(run.notComputed.map { .string($0) }), "signals": comparison.json,
        ]
        console.report(json, as: format) {
            for signal in comparison.signals where signal.compared > 0 { show(signal, console) }
            for name in notComputed {
                let text = console.output.colored("recorded, and not computed", .red)
                console.output.print("\(Printable.text(name)): \(text)")
            }
            let invalid = comparison.invalid > 0 ? " (\(comparison.invalid) of them INVALID on both sides)" : ""
            let extra = comparison.extra > 0 ? ", \(comparison.extra) more than recorded" : ""
            console.output.print(
                "\(evaluations) evaluations, \(comparison.compared) samples compared\(invalid), "
                    + "\(comparison.differing) differ\(extra)"
            )
        }
    }

    private func show(_ signal: Comparison.Signal, _ console: Console) {
        let name = Printable.text(signal.name)
        if signal.extra > 0 {
            let text = console.output.colored("\(signal.extra) more than recorded", .red)
            console.output.print("\(name): \(text)")
        }
        guard let first = signal.first else {
            let count = signal.compared == 1 ? "1 sample, " : "\(signal.compared) samples, all "
            return console.output.print("\(name): \(count)\(console.output.colored("the same", .green))")
        }
        console.output.print(
            "\(name): \(console.output.colored("\(signal.differing) of \(signal.compared) differ", .red)), "
                + Self.distance(signal)
        )
        let recorded = text(first.recorded, console)
        let found = first.found.map { text($0, console) } ?? "nothing"
        console.output.print(
            "    first in line \(first.line), \(first.recorded.stamp): recorded \(recorded), found \(found)"
        )
    }

    private func text(_ sample: Sample, _ console: Console) -> String {
        PVOptions.text(sample.value, unit: "") + PVOptions.text(sample.alarm, console.output)
    }

    /// How far numbers are apart, where that is what differs.
    private static func distance(_ signal: Comparison.Signal) -> String {
        guard signal.absoluteMax > 0 else { return "in their severity, their type or whether they are there" }
        return "by \(text(signal.absoluteMax)) at most and \(text(signal.absoluteMean)) on average, "
            + "\(text(signal.relativeMax * 100)) % of their size at most"
    }

    /// A number as far as it says something: digits beyond three do not, about how far apart two flows are.
    private static func text(_ number: Double) -> String {
        let scale = number == 0 ? 1 : pow(10, 2 - floor(log10(abs(number))))
        guard number.isFinite, scale.isFinite else { return "\(number)" }
        return JSONWriter.text(of: JSONValue(double: (number * scale).rounded() / scale))
    }

    private func fail(_ problem: String, _ advice: String, _ console: Console) -> ExitStatus {
        console.errors.print("slipway replay: \(problem)" + (advice.isEmpty ? "" : "\n    \(advice)"))
        return .problemsFound
    }
}
