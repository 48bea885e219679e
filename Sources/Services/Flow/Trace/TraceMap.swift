internal import Component
internal import Manifest

/// What an explanation has to know of a plan, without what the plan holds: models and connections of plans that are
/// gone are not kept.
struct TraceMap: Sendable {
    struct Slot: Sendable {
        let node: String
        let type: String
        let signal: String
        /// What it is made by; nil of a source.
        var maker: Maker?
    }

    struct Maker: Sendable {
        let inputs: [(slot: Int, isDelayed: Bool)]
        let formula: String?
        let model: String?
    }

    let flow: String
    let slots: [Slot]
    /// What sinks write under another name.
    private let written: [String: Int]
    /// In an evaluation of messages nothing of others is used.
    let standsAlone: Bool

    init(_ plan: borrowing FlowPlan, standsAlone: Bool) {
        flow = plan.document.name
        self.standsAlone = standsAlone
        var slots = plan.slots.map { slot in
            let node = plan.node(slot.node)
            return Slot(node: node.id, type: node.type.name, signal: slot.signal)
        }
        for part in plan.parts {
            let step = plan.steps[part.step].step
            let inputs = part.inputs.map { input -> (slot: Int, isDelayed: Bool) in
                switch input {
                case .slot(let slot): (slot, false)
                case .delayed(let delay): (plan.delays[delay].slot, true)
                }
            }
            for slot in part.slots {
                slots[slot].maker = Maker(
                    inputs: inputs,
                    formula: step.formula(ofPart: part.number),
                    model: step.modelDigest
                )
            }
        }
        self.slots = slots
        // Of the document: who only looks at a flow has no sinks.
        let sinks = Set(plan.document.nodes.lazy.filter { $0.type.role == .sink }.map(\.id))
        var written: [String: Int] = [:]
        for wire in plan.document.wires where sinks.contains(wire.to.node) {
            written[wire.to.signal] = slots.firstIndex {
                $0.node == wire.from.node && $0.signal.utf8.elementsEqual(wire.from.signal.utf8)
            }
        }
        self.written = written
    }

    /// The slot of a signal, or of what a sink writes under a name; `node` where a node is named as well.
    func slot(_ signal: String, of node: String?) throws(TraceProblem) -> Int {
        let found = slots.indices.filter { index in
            slots[index].signal.utf8.elementsEqual(signal.utf8) && (node.map { $0 == slots[index].node } ?? true)
        }
        if found.count > 1 { throw .ambiguous(nodes: found.map { slots[$0].node }) }
        if let slot = found.first { return slot }
        if node == nil, let slot = written[signal] { return slot }
        if node != nil {
            let nodes = slots.filter { $0.signal.utf8.elementsEqual(signal.utf8) }.map(\.node)
            if !nodes.isEmpty { throw .ofOthers(nodes: nodes) }
        }
        throw .unknownSignal(names: slots.map(\.signal) + written.keys.sorted())
    }
}
