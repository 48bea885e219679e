internal import Component
public import Lifetime
internal import Manifest
internal import Signals
internal import Telemetry

/// A flow at work: its sources and sinks, the engine between them, and what others may ask of it.
///
/// ``run(ready:)`` is its lifetime. One task at a time calls it, and one at a time ``reload(_:)``.
public final class LiveFlow: Sendable {
    /// A source or a sink that runs.
    struct Child: Sendable {
        let stop = StopSignal()
        let ended = StopSignal()
        let failed = StopSignal()
    }

    struct RunningSource: Sendable {
        let fingerprint: String
        let source: any Source
        let outlet: Outlet
        let child: Child
    }

    struct RunningSink: Sendable {
        let fingerprint: String
        let sink: any Sink
        let child: Child
    }

    struct State: Sendable {
        var plan: FlowPlan
        var meters: FlowMeters
        /// By number; a number is never used again.
        var sources: [RunningSource?] = []
        /// By the id of the node.
        var sinks: [String: RunningSink] = [:]
        /// How many sources have not come to their end.
        var sourcesAtWork = 0
        var isReady = false
        var deadLetters: DeadLetters?
        /// Nil before the engine is there; sources begin after it.
        var seat: EngineSeat?
        /// Given when the reload that is under way is over.
        var reloading: StopSignal?
    }

    /// Something that is to run beside the others.
    typealias Start = @concurrent @Sendable () async -> Void

    let settings: FlowSettings
    let inbox: Mailbox<Inbox>
    let state: Guarded<State>
    private let taps = FlowTaps()
    let trace: FlowTrace?
    private let firstRuns: StepRuns
    private let firstWorkerRuns: [StepRuns]
    private let starts: AsyncStream<Start>
    let starter: AsyncStream<Start>.Continuation
    /// Ends what a step computes, when the flow has to end.
    private let computing = RunStop()
    /// Given when the flow is to end.
    public let stop = StopSignal()

    /// How long an evaluation may go on when the flow ends.
    static let grace = Duration.seconds(5)

    /// Makes what each step needs: models are loaded here.
    public init(_ plan: FlowPlan, settings: FlowSettings) throws(UnmadeNode) {
        self.settings = settings
        trace = FlowTrace(sizeMax: settings.traceSizeMax)
        firstRuns = try StepRuns(plan)
        firstWorkerRuns = try StepRuns.ofWorkers(plan)
        inbox = Mailbox(Inbox(plan, bases: plan.sources.map(\.slots.lowerBound)))
        let meters = FlowMeters(ids: plan.document.nodes.map(\.id), after: nil)
        state = Guarded(State(plan: plan, meters: meters))
        // One entry for each source and sink that is started: their number limits it.
        (starts, starter) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Runs until it is stopped, until its task is cancelled, or until all sources have come to their end.
    ///
    /// - Parameter ready: Called once, when the sinks are ready and the sources run.
    /// - Throws: Where a sink cannot begin its work.
    public func run(ready: @escaping @Sendable () -> Void) async throws(UnmadeNode) {
        let failure = Guarded<UnmadeNode?>(nil)
        await withDiscardingTaskGroup { group in
            group.addTask {
                do throws(UnmadeNode) { try await self.conduct(ready) } catch { failure.withLock { $0 = error } }
                self.starter.finish()
            }
            for await start in starts { group.addTask(operation: start) }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private func conduct(_ ready: @Sendable () -> Void) async throws(UnmadeNode) {
        let plan = state.withLock { $0.plan }
        do throws(UnmadeNode) {
            for sink in plan.sinks { try await start(sink, of: plan) }
        } catch {
            await stopSinks()
            throw error
        }
        let (seat, engineEnded) = startEngine(plan)
        state.withLock { $0.seat = seat }
        for source in plan.sources { start(source, of: plan) }
        let isOver = state.withLock { state in
            state.isReady = true
            return state.sourcesAtWork == 0
        }
        ready()
        if isOver { stop.give() }
        await stop.wait()
        let reloading = state.withLock { state in
            state.isReady = false
            return state.reloading
        }
        // What it began is stopped with the rest.
        await reloading?.wait()
        await stopSources()
        let waiting = inbox.withLock { $0.close() }
        inbox.ring()
        for action in waiting { action() }
        inbox.put { inbox in
            inbox.ask(.stop)
            return true
        }
        await withTaskGroup { group in
            group.addTask { await engineEnded.wait() }
            group.addTask {
                try? await Task.sleep(for: Self.grace)
                self.computing.stop(.cancelled)
                await engineEnded.wait()
            }
            await group.next()
            group.cancelAll()
        }
        await stopSinks()
        state.withLock { $0.deadLetters }?.close()
    }

    /// The file for messages that fail; another one begins where a new plan names another.
    func deadLetters(of plan: FlowPlan) -> DeadLetters? {
        let before = state.withLock { $0.deadLetters }
        guard before?.path != plan.deadLetters else { return before }
        before?.close()
        let letters = plan.deadLetters.map { DeadLetters(path: $0, log: settings.log) }
        state.withLock { $0.deadLetters = letters }
        if let letters { Self.startThread("dead-letters", starter) { letters.run() } }
        return letters
    }

    /// Has work done on a thread of its own; ``run(ready:)`` waits for it.
    private static func startThread(
        _ label: String,
        _ starter: AsyncStream<Start>.Continuation,
        _ work: @escaping @Sendable () -> Void
    ) {
        let executor = BlockingExecutor(label: label)
        starter.yield { await withTaskExecutorPreference(executor) { work() } }
    }

    private func startEngine(_ plan: FlowPlan) -> (seat: EngineSeat, ended: StopSignal) {
        let ended = StopSignal()
        let meters = state.withLock { $0.meters }
        let first = Replacement(
            plan: plan,
            runs: firstRuns,
            workerRuns: firstWorkerRuns,
            meters: meters,
            deadLetters: deadLetters(of: plan),
            bases: plan.sources.map(\.slots.lowerBound),
            applied: {}
        )
        let engine = FlowEngine(
            first,
            inbox: inbox,
            settings: settings,
            taps: taps,
            trace: trace,
            // Not this flow, which holds the engine.
            threads: { [starter] label, work in Self.startThread(label, starter, work) },
            until: computing
        )
        let seat = EngineSeat(engine, inbox: inbox)
        Self.startThread("flow.\(plan.document.name)", starter) {
            seat.run()
            ended.give()
        }
        return (seat, ended)
    }
}

// Sources.
extension LiveFlow {
    func start(_ node: FlowPlan.SourceNode, of plan: FlowPlan) {
        let child = Child()
        let names = node.slots.map { plan.name(ofSlot: $0) }
        let outlet = state.withLock { state in
            guard let seat = state.seat else { preconditionFailure("sources begin when the engine is there") }
            let number = state.sources.count
            let outlet = Outlet(
                source: number,
                names: names,
                wantsMessages: plan.trigger == .message,
                inbox: inbox,
                seat: seat,
                meter: state.meters.nodes[node.node],
                log: settings.log
            )
            state.sources.append(
                RunningSource(fingerprint: node.fingerprint, source: node.source, outlet: outlet, child: child)
            )
            state.sourcesAtWork += 1
            return outlet
        }
        let (id, log) = (plan.node(node.node).id, settings.log)
        starter.yield {
            await Self.run(until: child.stop) {
                do throws(NodeFailure) {
                    try await node.source.run(outlet)
                } catch {
                    log.add(
                        Event(.error, "source failed", ["source": id, "reason": error.problem, "advice": error.advice])
                    )
                    child.failed.give()
                    for output in names.indices { outlet.lose(output, .invalid("\(id): \(error.problem)")) }
                    // It keeps its place: the flow goes on with what it has.
                    await child.stop.wait()
                }
            }
            child.ended.give()
            self.sourceEnded()
        }
    }

    private func sourceEnded() {
        let isLast = state.withLock { state in
            state.sourcesAtWork -= 1
            return state.sourcesAtWork == 0 && state.isReady
        }
        if isLast { stop.give() }
    }

    /// Runs until it ends by itself, or is stopped.
    static func run(until stop: StopSignal, _ body: @escaping @concurrent @Sendable () async -> Void) async {
        await withTaskGroup { group in
            group.addTask(operation: body)
            group.addTask { await stop.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    private func stopSources() async {
        let sources = state.withLock { $0.sources.compactMap(\.self) }
        for source in sources { source.child.stop.give() }
        for source in sources { await source.child.ended.wait() }
    }
}

// What others ask.
extension LiveFlow {
    public var name: String { state.withLock { $0.plan.document.name } }

    /// Whether sinks are ready and sources run.
    public var isReady: Bool { state.withLock { $0.isReady } }

    public var meters: FlowMeters { state.withLock { $0.meters } }

    /// How many inputs of live sinks nothing leaves by, because the flow does not publish.
    public var heldBackCount: Int {
        guard !settings.isPublishing else { return 0 }
        return state.withLock { $0.plan.sinks.reduce(0) { $0 + ($1.sink.reach == .live ? $1.inputs.count : 0) } }
    }

    /// All signals as they are between two evaluations, or were at the end; nil where the engine does not answer in
    /// time.
    public func view(within limit: Duration) -> FlowView? {
        let reply = Mailbox<FlowView?>(nil)
        let answer: @Sendable (FlowView) -> Void = { view in
            reply.put { reply in
                reply = view
                return true
            }
        }
        var last: FlowView?
        inbox.put { inbox in
            last = inbox.last
            if last == nil { inbox.ask(.inspect(answer)) }
            return last == nil
        }
        if let last { return described(last) }
        return reply.take(until: .now() + limit) { $0 }.map(described)
    }

    /// The same with what sources have said about their signals.
    private func described(_ view: FlowView) -> FlowView {
        let outlets = state.withLock { state in
            state.sources.compactMap { running -> (id: String, outlet: Outlet)? in
                guard let running,
                    let node = state.plan.sources.first(where: { $0.fingerprint == running.fingerprint })
                else { return nil }
                return (state.plan.node(node.node).id, running.outlet)
            }
        }
        var described = view
        var next: [String: Int] = [:]
        for index in described.signals.indices {
            let id = described.signals[index].node
            guard let outlet = outlets.first(where: { $0.id == id })?.outlet else { continue }
            // The signals of a node stand in the order of its outputs.
            described.signals[index].description = outlet.description(of: next[id, default: 0])
            next[id, default: 0] += 1
        }
        return described
    }

    /// Looks at the signals as they change while the body runs; false where too many look already.
    public func withTap(_ body: (FlowTap) -> Void) -> Bool {
        guard let (id, tap) = taps.add() else { return false }
        defer { taps.remove(id) }
        body(tap)
        return true
    }
}
