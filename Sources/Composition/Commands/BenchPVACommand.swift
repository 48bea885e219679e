internal import Catalog
internal import Component
internal import Glibc
internal import JSON
internal import Lifetime
internal import Manifest
internal import Signals

/// Writes a process variable as fast as it may, and says how long it takes.
struct BenchPVACommand: Command {
    static let declaration = CommandDeclaration(
        name: "bench pva",
        summary: "Write a process variable again and again, and measure how long it takes.",
        details:
            "NAME is given numbers from '--low' to '--high', each another than the one before: name nothing that moves "
            + "a machine. With '--reply' a measurement ends with the first update of that variable after the put, "
            + "whatever its value; without it, when the server says that the put is done. One put is on its way at a "
            + "time; with '--rate' it counts from when it was due, so that waiting is not left out. Ends with 1 if a "
            + "put was refused or not answered. " + PVOptions.searching,
        options: [
            .init(
                name: "reply",
                short: nil,
                value: ("NAME", .text),
                fallback: nil,
                doc: "The variable whose update is waited for. Without it, the end of the put is."
            ),
            .init(
                name: "rate",
                short: nil,
                value: ("RATE", .text),
                fallback: "max",
                doc: "How many puts a second, or 'max'."
            ),
            .init(name: "for", short: nil, value: ("DURATION", .text), fallback: "10s", doc: "End after this time."),
            .init(name: "low", short: nil, value: ("NUMBER", .text), fallback: "0", doc: "The least number."),
            .init(name: "high", short: nil, value: ("NUMBER", .text), fallback: "1", doc: "The greatest number."),
            PVOptions.timeout, .output,
        ],
        operand: .init(word: "NAME", kind: .text, count: 1...1, doc: "The name of a process variable."),
        examples: [
            .init(line: "slipway bench pva LUME:KNOB --reply LUME:SIGMA_X", doc: "How long until a flow has answered."),
            .init(line: "slipway bench pva LUME:KNOB --rate 100 --for 1m --output json", doc: "Puts at a steady pace."),
        ]
    )

    private let name: String
    private let reply: String?
    /// Between two puts; nil is as fast as it goes.
    private let period: Duration?
    private let length: Duration
    private let range: ClosedRange<Double>
    private let patience: Duration
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = arguments.operands.first ?? ""
        reply = arguments.value("reply")
        period = try Self.period(arguments)
        length = try RunOptions.duration(arguments) ?? .seconds(10)
        let (low, high) = (try Self.number("low", arguments), try Self.number("high", arguments))
        guard low < high else {
            throw UsageError("expected '--low' below '--high', found \(low) and \(high)", advice: "for example 0 and 1")
        }
        range = low...high
        patience = try PVOptions.timeout(arguments)
        format = arguments.output
    }

    private static func period(_ arguments: ParsedArguments) throws(UsageError) -> Duration? {
        let text = arguments.value("rate") ?? "max"
        if text == "max" { return nil }
        guard let rate = Double(text), rate >= 0.001, rate <= 1e6 else {
            throw UsageError(
                "expected puts a second, or 'max', behind '--rate', found '\(Printable.text(text))'",
                advice: "for example '--rate 100'"
            )
        }
        return .nanoseconds(Int64(1e9 / rate))
    }

    private static func number(_ name: String, _ arguments: ParsedArguments) throws(UsageError) -> Double {
        let text = arguments.value(name) ?? ""
        guard let number = Double(text), number.isFinite else {
            throw UsageError(
                "expected a number behind '--\(name)', found '\(Printable.text(text))'",
                advice: "for example '--\(name) 0.5'"
            )
        }
        return number
    }

    func run(_ console: Console) -> ExitStatus {
        let run = BenchRun(reply: reply, period: period, range: range, patience: patience)
        let signals = ProcessSignals([SIGINT: run.end, SIGTERM: run.end])
        defer { withExtendedLifetime(signals) {} }
        let (name, patience) = (name, patience)
        let made = MainTask.wait { () async -> Result<any ProcessVariableWriter, NodeFailure> in
            do throws(NodeFailure) {
                return .success(try await Catalog.processVariables.writer(name, within: patience))
            } catch {
                return .failure(error)
            }
        }
        switch made {
        case .failure(let failure): return refuse(failure, console)
        case .success(let writer):
            do throws(NodeFailure) {
                return report(try run.run(writer, for: length), console)
            } catch {
                return refuse(error, console)
            }
        }
    }

    private func refuse(_ failure: NodeFailure, _ console: Console) -> ExitStatus {
        let advice = failure.advice.isEmpty ? "" : "\n    \(failure.advice)"
        console.errors.print("slipway bench pva: \(failure.problem)\(advice)")
        return .tryAgain
    }

    private func report(_ result: BenchRun.Result, _ console: Console) -> ExitStatus {
        let times = result.times
        let shown: [(name: String, time: Int64?)] =
            [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)].map { ($0.0, times.percentile($0.1)) }
            + [("max", times.count > 0 ? times.longest : nil)]
        let rate = (Double(times.count) / max(1e-9, result.seconds) * 10).rounded() / 10
        var latency = JSONObject()
        for (name, time) in shown { latency.add(name, time.map { .number(Double($0) / 1e3) } ?? .null) }
        var value = JSONObject()
        value.add("name", .string(name))
        value.add("reply", reply.map { .string($0) } ?? .null)
        value.add("seconds", .number((result.seconds * 1e3).rounded() / 1e3))
        value.add("answered", .integer(Int64(clamping: times.count)))
        value.add("refused", .integer(Int64(result.refused)))
        value.add("unanswered", .integer(Int64(result.unanswered)))
        value.add("rate", .number(rate))
        value.add("latency_us", .object(latency))
        console.report(.object(value), as: format) {
            let what = reply.map { "put to \(Printable.text(name)), update of \(Printable.text($0))" }
            console.output.print(what ?? "put to \(Printable.text(name))")
            console.output.print("  answered  \(times.count) in \((result.seconds * 10).rounded() / 10) s, \(rate) /s")
            console.output.print("  refused   \(result.refused), unanswered \(result.unanswered)")
            for (name, time) in shown {
                console.output.print("  \(name)       \(time.map { "\((Double($0) / 100).rounded() / 10) us" } ?? "-")")
            }
        }
        if let problem = result.problem { console.errors.print("slipway bench pva: \(Printable.text(problem))") }
        return result.refused + result.unanswered > 0 || times.count == 0 ? .problemsFound : .done
    }
}
