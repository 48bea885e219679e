internal import Flow
internal import JSON
internal import Lifetime
internal import Manifest
internal import Models
internal import Signals

/// Waits until every signal of a flow has been computed once, and prints them.
enum OneShot {
    /// How long it waits where nobody says.
    static let waitMax = Duration.seconds(30)

    /// What there was at the end.
    struct Report: Sendable {
        let view: FlowView?
        let limit: Duration
    }

    static func wait(for flow: LiveFlow, ready: StopSignal, within limit: Duration) async -> Report {
        await ready.wait()
        return await withTaskExecutorPreference(BlockingExecutor(label: "one-shot")) {
            let deadline = MonotonicTime.now() + limit
            _ = flow.withTap { tap in
                // What was computed before the tap was there is in the view.
                while MonotonicTime.now() < deadline, !tap.isOver, !flow.stop.isGiven {
                    if let view = flow.view(within: deadline - .now()), view.missing.isEmpty { return }
                    _ = tap.next(until: deadline)
                }
            }
            return Report(view: flow.view(within: .seconds(1)), limit: limit)
        }
    }
}

extension OneShot.Report {
    func print(_ console: Console, as format: OutputFormat) -> ExitStatus {
        guard let view else {
            console.errors.print("slipway run: expected an evaluation within \(limit.shortText), found none at its end")
            return .tryAgain
        }
        let missing = view.missing
        guard missing.isEmpty else {
            let names = missing.prefix(8).map { "'\(Printable.text($0))'" }.joined(separator: ", ")
            console.errors.print(
                "slipway run: expected every signal within \(limit.shortText), found none yet of \(names)"
                    + "\(missing.count > 8 ? " and \(missing.count - 8) more" : "")\n    "
                    + "see whether their sources are there, or give them longer: '--for 2m'"
            )
            return .tryAgain
        }
        console.report(json(view), as: format) {
            for signal in view.signals {
                guard let sample = signal.sample else { continue }
                let value = Printable.text(sample.value.text(elementsShown: 16), lengthMax: 1000)
                var line = "\(Printable.text(signal.name)) = \(value)"
                if sample.severity != .none {
                    line += "  \(sample.severity): \(Printable.text(sample.alarm.message))"
                }
                console.output.print(line)
            }
        }
        return .done
    }

    private func json(_ view: FlowView) -> JSONValue {
        [
            "flow": .string(view.flow),
            "signals": .array(
                view.signals.map { signal in
                    var object = JSONObject()
                    object.add("node", .string(signal.node))
                    object.add("signal", .string(signal.name))
                    signal.sample?.addMembers(to: &object)
                    return .object(object)
                }
            ),
        ]
    }
}

extension FlowView {
    /// The signals that have no value yet.
    fileprivate var missing: [String] { signals.filter { $0.sample == nil }.map(\.name) }
}
