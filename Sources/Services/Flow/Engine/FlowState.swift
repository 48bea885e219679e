internal import Component
internal import Lifetime
internal import Manifest
internal import Signals
internal import Telemetry

/// The newest sample of every signal, and how new ones are made of them: the engine without threads and clocks.
///
/// Arrivals are put in, then one evaluation goes through the parts that they touch, each once, in order, on what is
/// there: what arrives meanwhile belongs to the next. It belongs to one thread.
struct FlowState: ~Copyable {
    let plan: FlowPlan
    private let runs: [any StepRun]
    private let meters: FlowMeters
    /// By slot; a slot that has not arrived holds nothing that counts.
    private(set) var samples: [Sample]
    private(set) var hasArrived: [Bool]
    private var delayed: [Sample]
    /// What the last evaluation read of them.
    private var delayedBefore: [Sample]
    /// The parts that something touched since they were evaluated.
    private var dirty: BitSet
    /// The slots that changed since the last evaluation that was delivered.
    private(set) var changed: BitSet
    /// Slots whose alarm became worse although nothing goes out, since the last evaluation that was delivered.
    private var worsened: BitSet
    /// The source slots that arrived since the last evaluation, for `trigger: all`.
    private var missing: Set<Int>
    /// Parts that read nothing but what was before: every evaluation is theirs.
    private let historians: [Int]
    private var inputs: [Sample] = []
    private var outputs = StepOutputs()
    /// Why the first part failed that did so in the last evaluation.
    private(set) var failure: String?

    init(_ plan: FlowPlan, _ runs: StepRuns, meters: FlowMeters) {
        self.runs = runs.runs
        self.plan = plan
        self.meters = meters
        let nothing = Sample(.none, stamp: .unknown, id: .none)
        samples = [Sample](repeating: nothing, count: plan.slots.count)
        hasArrived = [Bool](repeating: false, count: plan.slots.count)
        delayed = Self.beginnings(plan)
        delayedBefore = delayed
        dirty = BitSet(count: plan.parts.count)
        changed = BitSet(count: plan.slots.count)
        worsened = BitSet(count: plan.slots.count)
        missing = Set(plan.usedSourceSlots)
        historians = plan.parts.indices.filter { !plan.parts[$0].waits && !plan.parts[$0].inputs.isEmpty }
        touchUnwaiting()
    }

    /// What waits for nothing is there from the beginning.
    private mutating func touchUnwaiting() {
        for (index, part) in plan.parts.enumerated() where !part.waits { dirty.insert(index) }
    }

    /// Whether an evaluation has something to do.
    var isDirty: Bool { !dirty.isEmpty || !changed.isEmpty }

    /// Whether everything that is read has arrived since the last evaluation.
    var isComplete: Bool { missing.isEmpty }

    /// Takes a sample of a source.
    mutating func arrive(_ slot: Int, _ value: Value, _ alarm: Alarm, _ stamp: Stamp, id: EvaluationID) {
        var alarm = alarm
        if case .float64(let number) = value, !number.isFinite {
            alarm = alarm.worst(of: .invalid("\(plan.name(ofSlot: slot)) is \(number.isNaN ? "NaN" : "infinite")"))
        }
        missing.remove(slot)
        if plan.document.skipsRepeats, hasArrived[slot], samples[slot].alarm == alarm, samples[slot].value == value {
            return
        }
        set(slot, Sample(value, alarm: alarm, stamp: stamp, id: id))
    }

    /// Marks a source's slot INVALID; its value stays.
    mutating func lose(_ slot: Int, _ alarm: Alarm, id: EvaluationID) {
        let sample = samples[slot]
        set(slot, Sample(sample.value, alarm: alarm, stamp: sample.stamp, id: id))
    }

    private mutating func set(_ slot: Int, _ sample: Sample) {
        place(slot, sample)
        for part in plan.slots[slot].parts { dirty.insert(part) }
    }

    /// Has every part evaluated, whether something touched it or not.
    mutating func touchAll() { for index in plan.parts.indices { dirty.insert(index) } }

    private static func beginnings(_ plan: FlowPlan) -> [Sample] {
        plan.delays.map { Sample(.float64($0.initial), stamp: .unknown, id: .none) }
    }

    /// Has everything computed anew, on histories as they were at the start.
    mutating func reset() {
        delayed = Self.beginnings(plan)
        delayedBefore = delayed
        touchAll()
    }

    /// Forgets all values: for messages that stand for themselves.
    mutating func forget() {
        for slot in hasArrived.indices { hasArrived[slot] = false }
        dirty.removeAll()
        changed.removeAll()
        touchUnwaiting()
    }

    /// Evaluates once what was touched.
    ///
    /// - Returns: Whether there is something to deliver: then ``changed`` tells which slots, until ``settle()``.
    mutating func evaluate(id: EvaluationID, trigger: Stamp, until stop: RunStop) -> Bool {
        failure = nil
        if case .slot(let slot) = plan.trigger {
            evaluateParts(id: id, trigger: trigger, until: stop) { plan, part in plan.triggerParts.contains(part) }
            guard changed.contains(slot) else { return false }
        }
        for part in historians { dirty.insert(part) }
        evaluateParts(id: id, trigger: trigger, until: stop) { _, _ in true }
        dirty.removeAll()
        missing = Set(plan.trigger == .all ? plan.usedSourceSlots : [])
        delayedBefore = delayed
        for (index, delay) in plan.delays.enumerated() where hasArrived[delay.slot] {
            let sample = samples[delay.slot]
            // History is made of good values alone: so a ring recovers when its inputs do.
            if sample.severity < .invalid, sample.value != .none { delayed[index] = sample }
        }
        return !changed.isEmpty
    }

    /// What changed since the last time, which counts as delivered.
    mutating func takeChanges() -> [(slot: Int, sample: Sample)] {
        defer { settle() }
        return held(changed)
    }

    private func held(_ slots: BitSet) -> [(slot: Int, sample: Sample)] {
        var held: [(slot: Int, sample: Sample)] = []
        var next = 0
        while let slot = slots.next(from: next) {
            next = slot + 1
            held.append((slot, samples[slot]))
        }
        return held
    }

    /// Takes a sample that was computed elsewhere: nothing is evaluated because of it.
    mutating func place(_ slot: Int, _ sample: Sample) {
        samples[slot] = sample
        hasArrived[slot] = true
        changed.insert(slot)
    }

    /// All that is another now than at the last delivery, also where nothing of it goes out.
    var news: [(slot: Int, sample: Sample)] {
        worsened.isEmpty ? held(changed) : held(changed) + held(worsened).filter { !changed.contains($0.slot) }
    }

    /// What changed has been delivered.
    mutating func settle() {
        changed.removeAll()
        worsened.removeAll()
    }

    private mutating func evaluateParts(
        id: EvaluationID,
        trigger: Stamp,
        until stop: RunStop,
        where isWanted: (borrowing FlowPlan, Int) -> Bool
    ) {
        guard !dirty.isEmpty else { return }
        var start = MonotonicTime.now()
        var next = 0
        while let index = dirty.next(from: next) {
            next = index + 1
            guard isWanted(plan, index) else { continue }
            dirty.remove(index)
            let node = plan.parts[index].node
            guard evaluate(index, id: id, trigger: trigger, until: stop) else { continue }
            let end = MonotonicTime.now()
            meters.nodes[node].latency.add(nanoseconds: end.nanoseconds - start.nanoseconds)
            start = end
        }
    }
}

// One part.
extension FlowState {
    /// What the inputs of a part say together.
    private struct Gathered {
        var alarm = Alarm.none
        var stamp: Stamp?
        var hasNothing = false
    }

    /// - Returns: False where an input has not arrived yet.
    private mutating func evaluate(_ index: Int, id: EvaluationID, trigger: Stamp, until stop: RunStop) -> Bool {
        guard let gathered = gather(index) else { return false }
        let part = plan.parts[index]
        let meter = meters.nodes[part.node]
        let stamp = plan.document.time == .trigger ? trigger : gathered.stamp ?? trigger
        meter.evaluated.add()
        if gathered.alarm.severity == .invalid {
            meter.invalid.add()
            switch part.rule {
            case .propagate: break
            case .hold:
                for slot in part.slots { keep(slot, gathered.alarm, samples[slot].stamp, id) }
                return true
            case .skip:
                // Nothing goes out, but whoever reads it later must not take it for good.
                for slot in part.slots where hasArrived[slot] {
                    samples[slot] = samples[slot].worsened(by: gathered.alarm)
                    worsened.insert(slot)
                }
                return true
            case .default:
                for (slot, value) in zip(part.slots, part.defaults) {
                    set(slot, Sample(.float64(value), alarm: gathered.alarm, stamp: stamp, id: id))
                }
                return true
            }
        }
        guard !gathered.hasNothing else {
            for slot in part.slots { keep(slot, gathered.alarm, stamp, id) }
            return true
        }
        outputs.clear()
        do throws(NodeFailure) {
            try runs[part.step].evaluate(part.number, inputs, &outputs, until: stop)
            deliver(part, gathered.alarm, stamp, id, meter)
        } catch {
            meter.failed.add()
            failure = failure ?? "\(plan.node(part.node).id): \(error.problem)"
            for slot in part.slots { keep(slot, .invalid(error.problem), stamp, id) }
        }
        return true
    }

    /// Reads the inputs of a part; nil where one has not arrived yet.
    private mutating func gather(_ index: Int) -> Gathered? {
        var gathered = Gathered()
        inputs.removeAll(keepingCapacity: true)
        // Samples are copied once, and read where they lie: of a large part that is most of what it costs.
        for input in plan.parts[index].inputs {
            switch input {
            case .slot(let slot):
                guard hasArrived[slot] else { return nil }
                inputs.append(samples[slot])
                if samples[slot].alarm.severity > gathered.alarm.severity {
                    let own = samples[slot].alarm
                    gathered.alarm = slot < plan.sourceSlotCount ? named(own, slot) : own
                }
            case .delayed(let delay):
                inputs.append(delayed[delay])
                if delayed[delay].alarm.severity > gathered.alarm.severity { gathered.alarm = delayed[delay].alarm }
            }
            let last = inputs.count - 1
            if inputs[last].value.isNone { gathered.hasNothing = true }
            let stamp = inputs[last].stamp
            guard stamp != .unknown else { continue }
            guard let before = gathered.stamp else {
                gathered.stamp = stamp
                continue
            }
            if plan.document.time == .oldest ? stamp < before : stamp > before { gathered.stamp = stamp }
        }
        return gathered
    }

    /// The alarm of a source's signal, as those read it who see only what came of it.
    private func named(_ alarm: Alarm, _ slot: Int) -> Alarm {
        let name = plan.name(ofSlot: slot)
        guard !alarm.message.hasPrefix(name) else { return alarm }
        let message = alarm.message.isEmpty ? name : "\(name): \(alarm.message)"
        return Alarm(alarm.severity, status: alarm.status, message: message)
    }

    /// Puts what a part computed into its slots.
    private mutating func deliver(
        _ part: FlowPlan.Part,
        _ alarm: Alarm,
        _ stamp: Stamp,
        _ id: EvaluationID,
        _ meter: FlowMeters.Node
    ) {
        precondition(outputs.outputs.count == part.slots.count, "a value for each output of a part")
        var isInvalid = false
        for index in part.slots.indices {
            let output = outputs.outputs[index]
            var own = output.alarm
            if own.severity < .invalid, case .float64(let number) = output.value, !number.isFinite {
                own = .invalid("\(plan.name(ofSlot: part.slots[index])) is \(number.isNaN ? "NaN" : "infinite")")
            }
            let worst = alarm.worst(of: own)
            isInvalid = isInvalid || (worst.severity == .invalid && alarm.severity < .invalid)
            set(part.slots[index], Sample(output.value, alarm: worst, stamp: stamp, id: id))
        }
        if isInvalid { meter.invalid.add() }
    }

    /// A slot keeps its value, under an alarm.
    private mutating func keep(_ slot: Int, _ alarm: Alarm, _ stamp: Stamp, _ id: EvaluationID) {
        set(slot, Sample(samples[slot].value, alarm: alarm, stamp: stamp, id: id))
    }
}

// From one plan to the next.
extension FlowState {
    /// Takes over what sources have brought to the plan before, and the histories of delayed wires that are the same.
    ///
    /// `slots` tells which slot each of its own was. Where the same inputs are evaluated again, histories are as they
    /// were before the last evaluation: so a reload makes no step.
    mutating func adopt(_ old: borrowing FlowState, slots: [(old: Int, new: Int)], isEvaluatedAgain: Bool) {
        for (index, delay) in plan.delays.enumerated() {
            guard let before = old.plan.delays.firstIndex(where: { $0.name == delay.name }) else { continue }
            delayed[index] = isEvaluatedAgain ? old.delayedBefore[before] : old.delayed[before]
        }
        delayedBefore = delayed
        for (before, slot) in slots where old.hasArrived[before] {
            set(slot, old.samples[before])
            missing.remove(slot)
        }
    }
}

extension FlowPlan.Part {
    /// Whether it is evaluated only when something arrives.
    fileprivate var waits: Bool {
        inputs.contains { if case .slot = $0 { true } else { false } }
    }
}
