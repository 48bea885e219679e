internal import Component
internal import Lifetime
internal import Manifest
internal import Telemetry

// Another plan, or the same from the beginning.
extension FlowEngine {
    /// Has everything computed anew, on histories as they were at the start.
    mutating func reset() {
        _ = drain()
        state.reset()
        resets.note(at: .now(), settings.log)
        if state.plan.trigger.followsChanges { evaluate(first: .now(), done: nil) }
    }

    mutating func replace(_ replacement: Replacement) {
        drainWorkers()
        let plan = replacement.plan
        var moved: [(old: Int, new: Int)] = []
        for (source, base) in replacement.bases.enumerated() {
            guard let base, source < bases.count, let before = bases[source],
                let node = plan.sources.first(where: { $0.slots.lowerBound == base })
            else { continue }
            for offset in 0..<node.slots.count { moved.append((before + offset, base + offset)) }
        }
        // What has come so far is taken by the old plan, so that nothing lies between the two.
        let slots = Dictionary(moved.map { ($0.old, $0.new) }, uniquingKeysWith: { first, _ in first })
        let roomActions = inbox.withLock { $0.rebase(plan, bases: replacement.bases, slots: slots) }
        // There may be more room than before.
        inbox.ring()
        for action in roomActions { action() }
        var next = FlowState(plan, replacement.runs, meters: replacement.meters)
        next.adopt(state, slots: moved, isEvaluatedAgain: plan.trigger.followsChanges)
        var kept: [String: SinkGate] = [:]
        for gate in gates { kept[gate.fingerprint] = gate }
        gates = plan.sinks.map { sink in
            if var gate = kept[sink.fingerprint] {
                gate.adopt(sink, meter: replacement.meters.nodes[sink.node])
                return gate
            }
            return SinkGate(sink, of: plan, meter: replacement.meters.nodes[sink.node], settings: settings)
        }
        ages = SlotAges(plan, now: .now(), after: ages, slots: moved)
        missing = MissingValues(plan, now: .now())
        state = next
        meters = replacement.meters
        bases = replacement.bases
        deadLetters = replacement.deadLetters
        workers = FlowWorkers(replacement, inbox: inbox, threads: threads, until: stop)
        tick = nil
        if case .every(let period) = plan.trigger { tick = .now() + period }
        spare = [Inbox.Arrival](repeating: Inbox.Arrival(), count: plan.sourceSlotCount)
        writes = [[SinkWrite]](repeating: [], count: plan.sinks.count)
        pace.allow(Self.mayRunElsewhere(plan))
        trace?.begin(TraceMap(plan, standsAlone: workers != nil))
        meters.reloads.add()
        replacement.applied()
        if plan.trigger.followsChanges { evaluate(first: .now(), done: nil) }
    }
}
