internal import Component
internal import Lifetime
internal import Manifest
public import Signals

/// A flow without its sources, sinks and clocks: samples are put in by hand, and one evaluation follows the other.
///
/// It is what tests of flows are made of: the same plan and the same evaluation as at work.
public struct Rehearsal: ~Copyable {
    /// A signal that an evaluation changed.
    public struct Change: Sendable {
        public let signal: String
        public let sample: Sample
        /// It is of a source: what was put in.
        public let isInput: Bool
    }

    private var state: FlowState
    private var ids = EvaluationIDs()
    /// Messages that workers evaluate stand for themselves: what was before counts for nothing.
    private let standsAlone: Bool
    private var hasEvaluated = false

    /// - Throws: Where a step cannot begin its work.
    public init(_ plan: FlowPlan) throws(UnmadeNode) {
        let meters = FlowMeters(ids: plan.document.nodes.map(\.id), after: nil)
        state = FlowState(plan, try StepRuns(plan), meters: meters)
        standsAlone = plan.trigger == .message && plan.document.messages.workers > 1
    }

    /// The signals of sources, each once by its name.
    public var inputs: [String] {
        (0..<state.plan.sourceSlotCount).map { state.plan.name(ofSlot: $0) }
    }

    /// What can be looked at: signals, and what sinks write.
    public var outputs: [String] {
        var names = state.plan.slots.map(\.signal)
        for sink in state.plan.sinks { names += sink.inputs.map(\.name) }
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// Puts a sample into every source that brings a signal of this name; false where none does.
    public mutating func put(_ name: String, _ value: Value, alarm: Alarm = .none, stamp: Stamp) -> Bool {
        if standsAlone, hasEvaluated { state.forget() }
        hasEvaluated = false
        let slots = sourceSlots(name)
        for slot in slots { state.arrive(slot, value, alarm, stamp, id: ids.current) }
        return !slots.isEmpty
    }

    /// Marks a signal INVALID, as where its connection is lost; false where no source brings it.
    public mutating func lose(_ name: String, _ reason: String) -> Bool {
        let slots = sourceSlots(name)
        for slot in slots { state.lose(slot, .invalid(reason), id: ids.current) }
        return !slots.isEmpty
    }

    /// Evaluates what was put in since the last time, or everything where a period drives the flow.
    ///
    /// - Returns: What is delivered.
    @discardableResult
    public mutating func evaluate(at trigger: Stamp) -> [Change] {
        if case .every = state.plan.trigger { state.touchAll() }
        guard state.plan.trigger != .all || state.isComplete else { return [] }
        defer { ids.advance() }
        hasEvaluated = true
        guard state.evaluate(id: ids.current, trigger: trigger, until: .never) else { return [] }
        return state.takeChanges().map { slot, sample in
            Change(signal: state.plan.name(ofSlot: slot), sample: sample, isInput: slot < state.plan.sourceSlotCount)
        }
    }

    /// What a signal, or what a sink writes under a name, is now; nil where it has not been computed yet, and where no
    /// such thing is.
    ///
    /// Signals come before what sinks write; of several of one name the last node counts.
    public func sample(_ name: String) -> Sample? {
        let signal = state.plan.slots.lastIndex { $0.signal.utf8.elementsEqual(name.utf8) }
        let written = state.plan.sinks.lazy.flatMap(\.inputs).first { $0.name.utf8.elementsEqual(name.utf8) }?.slot
        guard let slot = signal ?? written, state.hasArrived[slot] else { return nil }
        return state.samples[slot]
    }

    private func sourceSlots(_ name: String) -> [Int] {
        (0..<state.plan.sourceSlotCount).filter { state.plan.slots[$0].signal.utf8.elementsEqual(name.utf8) }
    }
}
