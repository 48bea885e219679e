internal import Catalog
internal import Component
internal import Glibc
internal import JSON
internal import Lifetime
internal import Manifest
internal import Signals

/// Prints process variables as they change.
struct PVMonitorCommand: Command {
    static let declaration = CommandDeclaration(
        name: "pv monitor",
        summary: "Print process variables as they change.",
        details: PVOptions.searching
            + " What is not there yet is waited for. Ends with Ctrl-C, after '--for', or after "
            + "'--count' values; with 75 where '--for' was over before the first value of each.",
        options: [
            PVOptions.duration,
            .init(
                name: "count",
                short: "n",
                value: ("COUNT", .text),
                fallback: nil,
                doc: "End after so many values. Without it, Ctrl-C ends it."
            ), .output,
        ],
        operand: PVOptions.names,
        examples: [
            .init(line: "slipway pv monitor LUME:SIGMA_X", doc: "Print until Ctrl-C."),
            .init(
                line: "slipway pv monitor LUME:SIGMA_X --count 10 --output json",
                doc: "Ten values, a line of JSON each."
            ),
        ]
    )

    private let names: [String]
    private let limit: Duration?
    private let count: Int?
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        names = arguments.operands
        limit = try RunOptions.duration(arguments)
        count = try arguments.value("count").map { text throws(UsageError) in
            guard let count = Int(text), count > 0 else {
                throw UsageError(
                    "expected a number of values behind '--count', found '\(Printable.text(text))'",
                    advice: "for example '--count 10'"
                )
            }
            return count
        }
        format = arguments.output
    }

    private struct Change: Sendable {
        let index: Int
        let change: ProcessVariableChange
    }

    private struct Waiting: Sendable {
        var changes: [Change] = []
        var skipped = 0
        var isOver = false
        var failure: NodeFailure?
    }

    /// What waits to be printed; beyond, values are left out and counted.
    private static let waitingMax = 100_000

    func run(_ console: Console) -> ExitStatus {
        let waiting = Mailbox(Waiting())
        let end: @Sendable () -> Void = {
            waiting.put { waiting in
                waiting.isOver = true
                return true
            }
        }
        let signals = ProcessSignals([SIGINT: end, SIGTERM: end])
        let names = names
        // It ends with the process: nothing of it is left to be finished.
        let task = Task.detached {
            do throws(NodeFailure) {
                try await Catalog.processVariables.monitor(names) { index, change in
                    waiting.put { waiting in
                        guard waiting.changes.count < Self.waitingMax else {
                            waiting.skipped += 1
                            return false
                        }
                        waiting.changes.append(Change(index: index, change: change))
                        return waiting.changes.count == 1
                    }
                }
            } catch {
                waiting.put { waiting in
                    waiting.failure = error
                    return true
                }
            }
        }
        defer {
            task.cancel()
            withExtendedLifetime(signals) {}
        }
        return show(waiting, console)
    }

    private func show(_ waiting: Mailbox<Waiting>, _ console: Console) -> ExitStatus {
        let deadline = limit.map { MonotonicTime.now() + $0 }
        var descriptions = [Description?](repeating: nil, count: names.count)
        var seen: Set<Int> = []
        var printed = 0
        while true {
            let taken = waiting.take(until: deadline) { waiting -> Waiting? in
                guard !waiting.changes.isEmpty || waiting.isOver || waiting.failure != nil else { return nil }
                defer { waiting.changes.removeAll(keepingCapacity: true) }
                return waiting
            }
            guard let taken else { break }
            if let failure = taken.failure {
                console.errors.print("slipway pv monitor: \(failure.problem)\n    \(failure.advice)")
                return .problemsFound
            }
            for change in taken.changes {
                switch change.change {
                case .connected(let description): descriptions[change.index] = description
                case .lost(let reason): console.errors.print("\(Printable.text(names[change.index])): \(reason)")
                case .value(let value, let alarm, let stamp):
                    seen.insert(change.index)
                    print(change.index, Sample(value, alarm: alarm, stamp: stamp, id: .none), descriptions, console)
                    printed += 1
                }
                if let count, printed >= count { return .done }
            }
            console.output.flush()
            console.errors.flush()
            if taken.isOver || console.output.hasFailed { return .done }
            // Where something comes all the time, the deadline is not noticed by waiting.
            if let deadline, deadline <= .now() { break }
        }
        guard seen.count < names.count else { return .done }
        let missing = names.indices.filter { !seen.contains($0) }.map { "'\(Printable.text(names[$0]))'" }
        console.errors.print(
            "slipway pv monitor: expected a value of \(missing.joined(separator: ", ")), found none in time\n    "
                + "see whether the server runs, and what EPICS_PVA_ADDR_LIST and EPICS_PVA_NAME_SERVERS say"
        )
        return .tryAgain
    }

    private func print(_ index: Int, _ sample: Sample, _ descriptions: [Description?], _ console: Console) {
        guard format == .text else {
            return console.output.print(
                JSONWriter.text(of: PVOptions.json(names[index], sample, descriptions[index]), layout: .line)
            )
        }
        let padding = String(repeating: " ", count: (names.map(\.count).max() ?? 0) - names[index].count)
        let value = PVOptions.text(sample.value, unit: descriptions[index]?.unit ?? "")
        let alarm = PVOptions.text(sample.alarm, console.output)
        console.output.print("\(Printable.text(names[index]))\(padding)  \(sample.stamp)  \(value)\(alarm)")
    }
}
