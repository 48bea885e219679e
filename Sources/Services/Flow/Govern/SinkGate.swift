internal import Component
internal import Lifetime
internal import Manifest
internal import Signals
internal import Telemetry

/// What stands in front of a sink: its governors, its journal, and whether anything leaves at all.
///
/// It belongs to the engine's thread.
struct SinkGate {
    private let sink: any Sink
    private let id: String
    private var inputs: [FlowPlan.SinkInput]
    private var governors: [Governor]
    private let isHeldBack: Bool
    /// Whether any rule has something wait: most have not, and are not asked for each evaluation.
    private let mayWait: Bool
    private let isFree: Bool
    private var meter: FlowMeters.Node
    private let journal: Journal?
    private let log: any EventLog
    private let isDebugging: Bool
    /// How often each input was refused in a row.
    private var refusals: [Repetition]
    private var passed: [SinkWrite] = []

    let fingerprint: String

    init(_ node: FlowPlan.SinkNode, of plan: FlowPlan, meter: FlowMeters.Node, settings: FlowSettings) {
        sink = node.sink
        id = plan.node(node.node).id
        inputs = node.inputs
        let rule = plan.node(node.node).onInvalid
        let carriesAlarms = node.sink.carriesAlarms
        governors = node.inputs.map { input in
            Governor(name: input.name, rule: input.rule, onInvalid: rule, carriesAlarms: carriesAlarms)
        }
        mayWait = node.inputs.contains { $0.rule.slew != nil || $0.rule.period > .zero }
        isHeldBack = node.sink.reach == .live && !settings.isPublishing
        isFree = node.sink.reach == .local && rule == .propagate && carriesAlarms
        self.meter = meter
        journal = node.sink.reach == .live ? settings.journal : nil
        log = settings.log
        isDebugging = settings.log.levelMin == .debug
        refusals = [Repetition](repeating: Repetition(), count: node.inputs.count)
        fingerprint = node.fingerprint
    }

    /// Goes on in another plan, with what was written before.
    mutating func adopt(_ node: FlowPlan.SinkNode, meter: FlowMeters.Node) {
        inputs = node.inputs
        self.meter = meter
    }

    /// When something that waits may leave.
    var due: MonotonicTime? { mayWait ? governors.lazy.compactMap(\.due).min() : nil }

    /// Lets out what may leave.
    mutating func write(_ writes: [SinkWrite], at now: MonotonicTime, done: (@Sendable (String?) -> Void)?) {
        guard !isHeldBack else {
            meter.heldBack.add(writes.count)
            done?(nil)
            return
        }
        if isFree {
            meter.written.add(writes.count)
            return sink.write(writes, done: done)
        }
        passed.removeAll(keepingCapacity: true)
        for write in writes { judge(write.input, governors[write.input].judge(write.sample, at: now)) }
        send(done)
    }

    /// Lets out what waited and is due.
    mutating func release(at now: MonotonicTime) {
        passed.removeAll(keepingCapacity: true)
        for input in governors.indices {
            if let due = governors[input].due, due <= now { judge(input, governors[input].release(at: now)) }
        }
        if !passed.isEmpty { send(nil) }
    }

    /// Says why there is nothing to write yet, where the sink shows that.
    mutating func tell(_ write: SinkWrite, at now: MonotonicTime) {
        guard sink.reach == .live, sink.carriesAlarms else { return }
        self.write([write], at: now, done: nil)
    }

    /// Gives a sink that is one of these, and was begun anew, what it had.
    ///
    /// It is about what the sink shows: what it wrote elsewhere is there still.
    mutating func giveAgain(_ ids: Set<String>) {
        guard ids.contains(id), sink.reach == .live, sink.carriesAlarms else { return }
        passed = governors.indices.compactMap { input in
            governors[input].last.map { SinkWrite(input: input, sample: $0) }
        }
        send(nil)
    }

    /// Lets out what waits when the flow ends.
    mutating func finish(at now: MonotonicTime) {
        guard mayWait else { return }
        passed.removeAll(keepingCapacity: true)
        for input in governors.indices { judge(input, governors[input].finish(at: now)) }
        if !passed.isEmpty { send(nil) }
    }

    private mutating func judge(_ input: Int, _ verdict: Governor.Verdict) {
        if isDebugging { tell(input, verdict) }
        switch verdict {
        case .write(let sample, let isClamped):
            refusals[input].reset()
            if isClamped { meter.clamped.add() }
            passed.append(SinkWrite(input: input, sample: sample))
        case .same: break
        case .later: meter.coalesced.add()
        case .refuse(let reason):
            meter.refused.add()
            guard refusals[input].isWorthTelling() else { return }
            log.add(
                Event(
                    .warning,
                    "write refused",
                    ["sink": id, "input": inputs[input].name, "times": "\(refusals[input].count)", "reason": reason]
                )
            )
        }
    }

    /// What was decided about one sample, for who looks for a mistake.
    private func tell(_ input: Int, _ verdict: Governor.Verdict) {
        let text =
            switch verdict {
            case .write(_, let isClamped): isClamped ? "written, changed" : "written"
            case .same: "same as before"
            case .later: "waits"
            case .refuse: "refused"
            }
        log.add(Event(.debug, "governor", ["sink": id, "input": inputs[input].name, "verdict": text]))
    }

    private func send(_ done: (@Sendable (String?) -> Void)?) {
        guard !passed.isEmpty else {
            done?(nil)
            return
        }
        meter.written.add(passed.count)
        if let journal {
            for write in passed { journal.add(sink: id, input: inputs[write.input], sample: write.sample) }
        }
        sink.write(passed, done: done)
    }
}
