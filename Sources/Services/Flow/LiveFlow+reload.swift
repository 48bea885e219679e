internal import Component
internal import Lifetime
internal import Manifest
internal import Telemetry

// Another plan.
extension LiveFlow {
    /// Goes on with another plan: what is the same stays connected, and nothing that arrives is lost.
    ///
    /// - Throws: Where something of the new plan cannot begin its work: then the old one goes on.
    /// - Returns: False where there is nothing to replace: before the flow is ready, and when it ends.
    @discardableResult
    public func reload(_ plan: FlowPlan) async throws(UnmadeNode) -> Bool {
        let runs = try StepRuns(plan)
        let workerRuns = try StepRuns.ofWorkers(plan)
        let over = StopSignal()
        let isBegun = state.withLock { state in
            if state.isReady { state.reloading = over }
            return state.isReady
        }
        guard isBegun else { return false }
        defer {
            state.withLock { $0.reloading = nil }
            over.give()
        }
        try await exchange(plan, runs, workerRuns)
        return true
    }

    private func exchange(_ plan: FlowPlan, _ runs: StepRuns, _ workerRuns: [StepRuns]) async throws(UnmadeNode) {
        var next = plan
        let (old, known) = state.withLock { ($0, FlowMeters(ids: plan.document.nodes.map(\.id), after: $0.meters)) }
        state.withLock { $0.meters = known }
        try await exchangeSinks(&next, old)
        var bases = [Int?](repeating: nil, count: old.sources.count)
        var fresh: [Int] = []
        for (index, node) in next.sources.enumerated() {
            // One that failed is begun anew: what it lacked may be there now.
            let number = old.sources.firstIndex { running in
                guard let running, !running.child.failed.isGiven else { return false }
                return running.fingerprint == node.fingerprint
            }
            if let number, let running = old.sources[number] {
                bases[number] = node.slots.lowerBound
                next.sources[index].source = running.source
            } else {
                fresh.append(index)
                bases.append(node.slots.lowerBound)
            }
        }
        let applied = StopSignal()
        let replacement = Replacement(
            plan: next,
            runs: runs,
            workerRuns: workerRuns,
            meters: known,
            deadLetters: deadLetters(of: next),
            bases: bases,
            applied: { applied.give() }
        )
        inbox.put { inbox in
            inbox.ask(.replace(replacement))
            return true
        }
        await applied.wait()
        for node in next.sinks { node.sink.show(facts(node, of: next)) }
        let gone = state.withLock { state -> [RunningSource] in
            state.plan = next
            var gone: [RunningSource] = []
            for number in old.sources.indices where bases[number] == nil {
                if let source = state.sources[number] { gone.append(source) }
                state.sources[number] = nil
            }
            return gone
        }
        let log = settings.log
        for (index, node) in next.sources.enumerated() {
            let id = next.node(node.node).id
            log.add(Event(.debug, "reload", ["source": id, "is": fresh.contains(index) ? "begun" : "kept"]))
        }
        for index in fresh { start(next.sources[index], of: next) }
        for source in gone {
            source.child.stop.give()
            await source.child.ended.wait()
        }
    }

    /// Stops sinks that changed or went, and starts those that came.
    private func exchangeSinks(_ plan: inout FlowPlan, _ old: State) async throws(UnmadeNode) {
        var stopped: [FlowPlan.SinkNode] = []
        var started: [String] = []
        for node in old.plan.sinks where !plan.sinks.contains(where: { $0.fingerprint == node.fingerprint }) {
            await stopSink(old.plan.node(node.node).id)
            stopped.append(node)
        }
        do throws(UnmadeNode) {
            for index in plan.sinks.indices {
                let id = plan.node(plan.sinks[index].node).id
                if let running = old.sinks[id], running.fingerprint == plan.sinks[index].fingerprint {
                    plan.sinks[index].sink = running.sink
                } else {
                    started.append(id)
                    try await start(plan.sinks[index], of: plan)
                }
            }
        } catch {
            for id in started { await stopSink(id) }
            for node in stopped { try await start(node, of: old.plan) }
            giveAgain(stopped.map { old.plan.node($0.node).id })
            throw error
        }
    }

    private func stopSink(_ id: String) async {
        guard let sink = state.withLock({ $0.sinks.removeValue(forKey: id) }) else { return }
        sink.child.stop.give()
        await sink.child.ended.wait()
    }

    /// Has sinks that were begun anew given what they had.
    private func giveAgain(_ ids: [String]) {
        inbox.put { inbox in
            inbox.ask(.giveAgain(Set(ids)))
            return true
        }
    }
}
