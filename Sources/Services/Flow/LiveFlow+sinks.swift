internal import Component
internal import Lifetime
internal import Manifest
internal import Telemetry

// Sinks.
extension LiveFlow {
    /// Starts a sink, and waits until it is ready.
    func start(_ node: FlowPlan.SinkNode, of plan: FlowPlan) async throws(UnmadeNode) {
        let child = Child()
        let (ready, failure) = (StopSignal(), Guarded<NodeFailure?>(nil))
        let id = plan.node(node.node).id
        let meter = state.withLock { state in
            state.sinks[id] = RunningSink(fingerprint: node.fingerprint, sink: node.sink, child: child)
            return state.meters.nodes[node.node]
        }
        let inbox = inbox
        let outlet = SinkReports(sink: id, names: node.inputs.map(\.name), meter: meter, log: settings.log) {
            inbox.put { inbox in
                inbox.askReset()
                return true
            }
        }
        let log = settings.log
        node.sink.show(facts(node, of: plan))
        starter.yield {
            await Self.run(until: child.stop) {
                do throws(NodeFailure) {
                    try await node.sink.run(outlet) { ready.give() }
                } catch {
                    let isLate = ready.isGiven
                    failure.withLock { $0 = error }
                    guard isLate else { return }
                    log.add(
                        Event(.error, "sink failed", ["sink": id, "reason": error.problem, "advice": error.advice])
                    )
                    await child.stop.wait()
                }
            }
            child.ended.give()
            ready.give()
        }
        await ready.wait()
        if let failure = failure.withLock({ $0 }) { throw UnmadeNode(node: plan.node(node.node), failure: failure) }
    }

    /// What a sink may show of the flow.
    func facts(_ node: FlowPlan.SinkNode, of plan: FlowPlan) -> FlowFacts {
        var models: [String] = []
        for input in node.inputs { for model in input.models where !models.contains(model) { models.append(model) } }
        return FlowFacts(
            flow: plan.document.name,
            program: settings.program,
            models: models,
            inputs: node.inputs.map(\.name)
        )
    }

    func stopSinks() async {
        let sinks = state.withLock { Array($0.sinks.values) }
        for sink in sinks { sink.child.stop.give() }
        for sink in sinks { await sink.child.ended.wait() }
    }
}

/// What a sink tells of what it was given.
private struct SinkReports: SinkOutlet {
    let sink: String
    let names: [String]
    let meter: FlowMeters.Node
    let log: any EventLog
    let askReset: @Sendable () -> Void
    /// Of its whole life: what comes in between does not make a failure news.
    let failures = Guarded(Repetition())

    func refused(_ input: Int, _ reason: String) {
        meter.failed.add()
        let times = failures.withLock { $0.isWorthTelling() ? $0.count : nil }
        guard let times else { return }
        log.add(
            Event(
                .warning,
                "write failed",
                ["sink": sink, "input": names[input], "reason": reason, "times": "\(times)"]
            )
        )
    }

    func listens(at addresses: [String], problem: String?) {
        let fields: KeyValuePairs = [
            "sink": sink, "at": addresses.joined(separator: " "), "names": "\(names.count)", "problem": problem ?? "",
        ]
        log.add(Event(problem == nil ? .info : .warning, "sink listens", fields))
    }

    func reset() { askReset() }

    func dropped(_ count: Int) { meter.coalesced.add(count) }
}
