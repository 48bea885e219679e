internal import Component
internal import Lifetime
internal import Manifest
internal import Signals
internal import Telemetry

/// Has work done on a thread of its own, which the flow waits for at its end; the text is its name.
typealias ThreadStart = @Sendable (String, @escaping @Sendable () -> Void) -> Void

/// Runs a plan: takes what has come, evaluates, hands on.
///
/// It waits for nothing: ``EngineSeat`` says when it runs, and has one thread at a time do so. Nothing else reads or
/// writes the state of the flow; others put arrivals and requests into the inbox.
struct FlowEngine: ~Copyable {
    let inbox: Mailbox<Inbox>
    let settings: FlowSettings
    let taps: FlowTaps
    let trace: FlowTrace?
    let threads: ThreadStart
    var state: FlowState
    var meters: FlowMeters
    var bases: [Int?]
    var gates: [SinkGate]
    var ages: SlotAges
    var missing: MissingValues
    var ids = EvaluationIDs()
    var workers: FlowWorkers?
    /// In which order what the workers do is delivered.
    var order = DeliveryOrder<FlowWorkers.Outcome>()
    /// How many messages the workers have.
    var atWork = 0
    var deadLetters: DeadLetters?
    /// How many messages have failed.
    let failures = Guarded(Repetition())
    /// Whether others may run it.
    let pace = EnginePace()
    var isOver = false
    var rush = Rush()
    let isDebugging: Bool
    var resets = Resets()
    /// The next evaluation of `trigger: {every: …}`.
    var tick: MonotonicTime?
    /// Ends what a step computes when the flow ends.
    let stop: RunStop
    // Memory that is used again and again.
    var spare: [Inbox.Arrival]
    var taken: [Int] = []
    var writes: [[SinkWrite]]
    var written: [Int] = []

    init(
        _ first: Replacement,
        inbox: Mailbox<Inbox>,
        settings: FlowSettings,
        taps: FlowTaps,
        trace: FlowTrace?,
        threads: @escaping ThreadStart,
        until stop: RunStop
    ) {
        let plan = first.plan
        self.inbox = inbox
        self.settings = settings
        self.taps = taps
        self.trace = trace
        self.threads = threads
        self.stop = stop
        isDebugging = settings.log.levelMin == .debug
        state = FlowState(plan, first.runs, meters: first.meters)
        meters = first.meters
        bases = first.bases
        gates = plan.sinks.map { SinkGate($0, of: plan, meter: first.meters.nodes[$0.node], settings: settings) }
        ages = SlotAges(plan, now: .now())
        deadLetters = first.deadLetters
        workers = FlowWorkers(first, inbox: inbox, threads: threads, until: stop)
        missing = MissingValues(plan, now: .now())
        if case .every(let period) = plan.trigger { tick = .now() + period }
        spare = [Inbox.Arrival](repeating: Inbox.Arrival(), count: plan.sourceSlotCount)
        writes = [[SinkWrite]](repeating: [], count: plan.sinks.count)
        pace.allow(Self.mayRunElsewhere(plan))
        trace?.begin(TraceMap(plan, standsAlone: workers != nil))
    }

    /// A window, a period and messages are matters of its own thread.
    static func mayRunElsewhere(_ plan: FlowPlan) -> Bool {
        plan.trigger.followsChanges && plan.document.window == .zero
    }

    private enum Work {
        case request(Inbox.Request)
        case arrivals(first: MonotonicTime)
        case message(Inbox.Taken)
        case outcome(FlowWorkers.Outcome)
    }

    /// What it waits for when it has done everything.
    struct Waiting {
        /// When something is due by the clock.
        let due: MonotonicTime?
        let window: Duration
        /// With a period of its own nothing is taken in between.
        let takesArrivals: Bool
        let takesMessages: Bool
    }

    var waiting: Waiting {
        var due = tick
        for other in [ages.nextExpiry, missing.due] { due = Self.earlier(due, other) }
        for gate in gates { due = Self.earlier(due, gate.due) }
        return Waiting(
            due: due,
            window: rush.window(state.plan.document.window),
            takesArrivals: tick == nil,
            takesMessages: takesMessages
        )
    }

    /// Messages that wait for one before them have to be kept: so many at the most.
    var takesMessages: Bool { atWork < FlowWorkers.atWorkMax }

    private static func earlier(_ one: MonotonicTime?, _ other: MonotonicTime?) -> MonotonicTime? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    /// What is there before anything has come.
    mutating func begin() { evaluate(first: .now(), done: nil) }

    /// Does everything that is there; arrivals once, as those that come meanwhile may belong to the next burst.
    ///
    /// - Returns: Whether it was told to stop.
    mutating func work(takesArrivals: Bool) -> Bool {
        var takesArrivals = takesArrivals
        while let work = next(takesArrivals) {
            switch work {
            case .request(.stop):
                finish()
                return true
            case .request(.replace(let replacement)): replace(replacement)
            case .request(.inspect(let look)): look(view())
            case .request(.reset): reset()
            case .request(.giveAgain(let ids)): for index in gates.indices { gates[index].giveAgain(ids) }
            case .arrivals(let first):
                takeArrivals(first, isElsewhere: false)
                takesArrivals = false
            case .message(let taken): takeMessage(taken)
            case .outcome(let outcome): takeOutcome(outcome)
            }
            tend()
        }
        tend()
        return false
    }

    /// Takes arrivals on the thread of whoever brought them; false where that is for its own thread.
    mutating func workElsewhere() -> Bool {
        let first = inbox.withLock { $0.hasOrders() || $0.isClosed || $0.order.isEmpty ? nil : $0.first }
        guard let first, !isOver else { return false }
        takeArrivals(first, isElsewhere: true)
        return true
    }

    private func next(_ takesArrivals: Bool) -> Work? {
        inbox.withLock { inbox in
            if let outcome = inbox.takeOutcome() { return .outcome(outcome) }
            if let request = inbox.takeRequest() { return .request(request) }
            if takesMessages, let taken = inbox.takeMessage() { return .message(taken) }
            guard takesArrivals, tick == nil, !inbox.order.isEmpty else { return nil }
            return .arrivals(first: inbox.first)
        }
    }

    /// `isElsewhere` is set where another thread than its own runs it.
    private mutating func takeArrivals(_ first: MonotonicTime, isElsewhere: Bool) {
        let start = MonotonicTime.now()
        rush.note(inbox.withLock { $0.takeOfferCount() }, at: start)
        pace.note(isRush: rush.isOn)
        let trigger = drain()
        let watch = pace.begin(at: start)
        defer { pace.end(watch, at: .now(), isElsewhere: isElsewhere) }
        guard state.plan.trigger != .all || state.isComplete else { return }
        evaluate(first: first, trigger: trigger, done: nil)
    }

    /// Puts what has come into the state; says the stamp of what came last.
    mutating func drain() -> Stamp? {
        inbox.withLock { inbox in inbox.takeArrivals(&spare, &taken) }
        let id = ids.current
        var trigger: Stamp?
        for slot in taken {
            if spare[slot].hasSample {
                trigger = spare[slot].stamp
                state.arrive(slot, spare[slot].value, spare[slot].alarm, spare[slot].stamp, id: id)
                ages.note(slot, spare[slot].time)
            }
            if let loss = spare[slot].loss {
                state.lose(slot, loss, id: id)
                ages.forget(slot)
            }
            spare[slot] = Inbox.Arrival()
        }
        taken.removeAll(keepingCapacity: true)
        return trigger
    }

    /// One evaluation, and what came of it to the sinks.
    mutating func evaluate(
        first: MonotonicTime,
        trigger: Stamp? = nil,
        done: (@Sendable (MessageOutcome) -> Void)?
    ) {
        guard state.isDirty else {
            done?(.delivered)
            return
        }
        let limit = done == nil ? nil : state.plan.document.messages.timeout
        let trigger = trigger ?? Stamp.now()
        let id = ids.current
        let hasNews = state.evaluate(id: id, trigger: trigger, until: limit.map { RunStop(after: $0) } ?? stop)
        meters.evaluations.add()
        if isDebugging { tellEvaluation(hasNews) }
        ids.advance()
        let receipt = Self.receipt(done, failure: state.failure)
        if hasNews { deliver(id, receipt) }
        receipt?.close()
        meters.latency.add(nanoseconds: MonotonicTime.now().nanoseconds - first.nanoseconds)
    }

    /// Hands on what changed in an evaluation.
    mutating func deliver(_ id: EvaluationID, _ receipt: Receipt?) {
        if let trace { trace.add(id, at: .now(), state.news) }
        var next = 0
        let isTapped = !taps.isEmpty
        var changes: [FlowTap.Change] = []
        while let slot = state.changed.next(from: next) {
            next = slot + 1
            let sample = state.samples[slot]
            for (sink, input) in state.plan.slots[slot].sinks {
                if writes[sink].isEmpty { written.append(sink) }
                writes[sink].append(SinkWrite(input: input, sample: sample))
            }
            if isTapped { changes.append(change(slot, sample)) }
        }
        if isTapped, !changes.isEmpty { taps.offer(changes) }
        let now = MonotonicTime.now()
        for sink in written {
            let done = receipt?.expect()
            gates[sink].write(writes[sink], at: now, done: done)
            writes[sink].removeAll(keepingCapacity: true)
        }
        written.removeAll(keepingCapacity: true)
        state.settle()
    }

    /// What an evaluation came to, for who looks for a mistake.
    private func tellEvaluation(_ hasNews: Bool) {
        let names = state.plan.slots.indices.filter { state.changed.contains($0) }.map { state.plan.name(ofSlot: $0) }
        let shown = names.prefix(16).joined(separator: " ") + (names.count > 16 ? " and \(names.count - 16) more" : "")
        let fields: KeyValuePairs = [
            "id": ids.current.description, "changed": shown, "failure": state.failure ?? "",
            "delivered": hasNews ? "yes" : "no",
        ]
        settings.log.add(Event(.debug, "evaluated", fields))
    }

    private func change(_ slot: Int, _ sample: Sample) -> FlowTap.Change {
        let plan = state.plan.slots[slot]
        return FlowTap.Change(node: state.plan.node(plan.node).id, signal: plan.signal, sample: sample)
    }

    /// Does what is due by the clock: ages, held writes, the period.
    private mutating func tend() {
        let now = MonotonicTime.now()
        if let expiry = ages.nextExpiry, expiry <= now {
            // What has come meanwhile is not too old.
            _ = drain()
            for (slot, age) in ages.expire(at: now) {
                let text = "\(state.plan.name(ofSlot: slot)) is older than \(age.shortText)"
                state.lose(slot, .invalid(text), id: ids.current)
                settings.log.add(Event(.warning, "signal stale", ["signal": state.plan.name(ofSlot: slot)]))
            }
            if tick == nil { evaluate(first: now, done: nil) }
        }
        for index in gates.indices {
            if let due = gates[index].due, due <= now { gates[index].release(at: now) }
        }
        if let due = missing.due, due <= now { tellMissing(at: now) }
        guard let due = tick, due <= now, case .every(let period) = state.plan.trigger else { return }
        _ = drain()
        state.touchAll()
        evaluate(first: now, done: nil)
        // Periods that were missed are left out; the rhythm stays.
        let missed = (now.nanoseconds - due.nanoseconds) / max(1, period.wholeNanoseconds)
        tick = due + period * Int(missed + 1)
    }

    /// Tells who looks at a hosted variable what it waits for.
    private mutating func tellMissing(at now: MonotonicTime) {
        for (slot, text) in missing.news(state, at: now) {
            let alarm = Alarm.invalid(text, status: .undefined)
            let sample = Sample(.none, alarm: alarm, stamp: Stamp.now(), id: ids.current)
            for (sink, input) in state.plan.slots[slot].sinks {
                gates[sink].tell(SinkWrite(input: input, sample: sample), at: now)
            }
        }
    }

    /// Works through what came before the end.
    private mutating func finish() {
        _ = drain()
        evaluate(first: .now(), done: nil)
        while let taken = inbox.withLock({ $0.takeMessage() }) {
            takeMessage(taken)
            if !takesMessages { drainOutcomes() }
        }
        drainWorkers()
        for index in gates.indices { gates[index].finish(at: .now()) }
        isOver = true
        let last = view()
        for look in inbox.withLock({ $0.end(last) }) { look(last) }
        taps.end()
    }

    private func view() -> FlowView {
        FlowView(
            flow: state.plan.document.name,
            signals: state.plan.slots.enumerated().map { index, slot in
                FlowView.Signal(
                    node: state.plan.node(slot.node).id,
                    name: slot.signal,
                    sample: state.hasArrived[index] ? state.samples[index] : nil
                )
            }
        )
    }
}
