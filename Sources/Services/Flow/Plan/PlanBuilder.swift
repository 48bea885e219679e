internal import Component
internal import JSON
public import Manifest

/// Makes the nodes of a document, and resolves its names to numbers.
public struct PlanBuilder: Sendable {
    private let makers: [NodeMaker]
    private let file: String
    private let folder: String
    private let shadow: String
    private let roles: [NodeType.Role]

    /// Nodes are made by `makers`; relative paths of the flow begin at `folder`, and messages name `file`.
    ///
    /// `shadow` stands before the names of everything that live sinks write. Who only looks at a flow leaves its sinks
    /// out.
    public init(makers: [NodeMaker], file: String, folder: String, shadow: String = "", leavesOutSinks: Bool = false) {
        self.makers = makers
        self.file = file
        self.folder = folder
        self.shadow = shadow
        roles = leavesOutSinks ? [.source, .step] : [.source, .step, .sink]
    }

    /// Makes every node; the first that cannot be made ends it.
    ///
    /// - Precondition: The document has no pending references.
    public func plan(_ document: FlowDocument) throws(UnmadeNode) -> FlowPlan {
        precondition(document.pending.isEmpty, "every signal is known")
        var build = PlanBuild(document, folder: folder)
        var owners: [Claim: String] = [:]
        for role in roles {
            for (index, node) in document.nodes.enumerated() where node.type.role == role {
                let made = try make(node, build.inputs(of: index))
                for claim in made.claims {
                    if let owner = owners.updateValue(node.id, forKey: claim) {
                        throw UnmadeNode(node: node, failure: Self.conflict(claim, node.id, owner))
                    }
                }
                build.add(index, made)
            }
        }
        return build.finish()
    }

    private static func conflict(_ claim: Claim, _ id: String, _ owner: String) -> NodeFailure {
        let other = id == owner ? "it a second time" : "that '\(owner)' does so too"
        return NodeFailure("expected to host '\(claim.name)' alone, found \(other)", advice: "choose another name")
    }

    private func make(_ node: FlowNode, _ inputs: [String]) throws(UnmadeNode) -> MadeNode {
        guard let maker = makers.first(where: { $0.type.role == node.type.role && $0.type.name == node.type.name })
        else {
            let failure = NodeFailure("expected a node type that runs, found '\(node.type.name)', which has no engine")
            throw UnmadeNode(node: node, failure: failure)
        }
        let path = "\(node.type.role.rawValue)s.\(node.id)"
        var section = ConfigSection(node.config, file: file, path: path)
        let context = NodeContext(
            id: node.id,
            inputs: inputs,
            outputs: node.outputs ?? [],
            folder: folder,
            shadow: shadow
        )
        do throws(NodeFailure) {
            switch maker.make {
            case .source(let make): return .source(try make(&section, context))
            case .step(let make): return .step(try make(&section, context))
            case .sink(let make): return .sink(try make(&section, context))
            }
        } catch {
            throw UnmadeNode(node: node, failure: error)
        }
    }
}

/// A plan that is being put together: sources first, then steps, then sinks.
private struct PlanBuild {
    private let document: FlowDocument
    private let folder: String
    private var slots: [FlowPlan.Slot] = []
    private var slotOf: [FlowWire.End: Int] = [:]
    /// The wires to each node, in the order of its inputs.
    private var wiresTo: [String: [FlowWire]] = [:]
    private var sources: [FlowPlan.SourceNode] = []
    private var sourceSlotCount = 0
    private var steps: [FlowPlan.StepNode] = []
    private var sinks: [(node: Int, sink: any Sink)] = []

    init(_ document: FlowDocument, folder: String) {
        self.document = document
        self.folder = folder
        for wire in document.wires { wiresTo[wire.to.node, default: []].append(wire) }
    }

    /// The names of a node's inputs; a sink that names none takes every signal there is.
    func inputs(of index: Int) -> [String] {
        let node = document.nodes[index]
        if takesAll(node) { return slots.map(\.signal) }
        return (wiresTo[node.id] ?? []).map(\.to.signal)
    }

    private func takesAll(_ node: FlowNode) -> Bool {
        node.type.role == .sink && node.type.takesIn && wiresTo[node.id] == nil
    }

    mutating func add(_ index: Int, _ made: MadeNode) {
        let node = document.nodes[index]
        let first = slots.count
        for signal in node.type.role == .sink ? [] : node.outputs ?? [] {
            slotOf[FlowWire.End(node: node.id, signal: signal)] = slots.count
            slots.append(FlowPlan.Slot(node: index, signal: signal))
        }
        switch made {
        case .source(let source):
            sources.append(
                FlowPlan.SourceNode(
                    node: index,
                    source: source,
                    slots: first..<slots.count,
                    // What is offered under one trigger and sent under another is another source.
                    fingerprint: Self.fingerprint(node)
                        + (source.bringsStates ? " \(document.trigger == .message)" : "")
                )
            )
            sourceSlotCount = slots.count
        case .step(let step): steps.append(FlowPlan.StepNode(node: index, step: step))
        case .sink(let sink): sinks.append((index, sink))
        }
    }

    /// What makes a node another one than before a reload.
    private static func fingerprint(_ node: FlowNode) -> String {
        "\(node.id) \(node.type.name) \(node.config.fingerprint)"
    }

    consuming func finish() -> FlowPlan {
        var delays: [FlowPlan.Delay] = []
        let parts = ordered(makeParts(&delays))
        for (index, part) in parts.enumerated() {
            for case .slot(let slot) in part.inputs where slots[slot].parts.last != index {
                slots[slot].parts.append(index)
            }
        }
        let made = makeSinks(models: models(behind: parts))
        for (index, sink) in made.enumerated() {
            for (input, wire) in sink.inputs.enumerated() { slots[wire.slot].sinks.append((index, input)) }
        }
        let trigger = trigger()
        var triggerParts: Set<Int> = []
        if case .slot(let slot) = trigger { triggerParts = ancestors(of: slot, parts) }
        let used = (0..<sourceSlotCount).filter { !slots[$0].parts.isEmpty || !slots[$0].sinks.isEmpty }
        return FlowPlan(
            document: document,
            slots: slots,
            sourceSlotCount: sourceSlotCount,
            sources: sources,
            steps: steps,
            parts: parts,
            delays: delays,
            sinks: made,
            trigger: trigger,
            triggerParts: triggerParts,
            usedSourceSlots: used,
            deadLetters: document.messages.deadLetters.map { NodeContext.path($0, from: folder) }
        )
    }

    private func makeParts(_ delays: inout [FlowPlan.Delay]) -> [FlowPlan.Part] {
        var parts: [FlowPlan.Part] = []
        for (number, step) in steps.enumerated() {
            let node = document.nodes[step.node]
            let wires = wiresTo[node.id] ?? []
            let outputs = (node.outputs ?? []).map { slotOf[FlowWire.End(node: node.id, signal: $0)] ?? 0 }
            for (place, part) in step.step.parts.enumerated() {
                let inputs = part.inputs.map { input -> FlowPlan.Input in
                    let wire = wires[input]
                    let slot = slotOf[wire.from] ?? 0
                    guard wire.isDelayed else { return .slot(slot) }
                    let name = "\(wire.from) \(wire.to) \(wire.initial)"
                    delays.append(FlowPlan.Delay(slot: slot, initial: wire.initial, name: name))
                    return .delayed(delays.count - 1)
                }
                let defaults = part.outputs.map { output in
                    node.defaults.first { $0.name == node.outputs?[output] }?.value ?? 0
                }
                parts.append(
                    FlowPlan.Part(
                        step: number,
                        number: place,
                        node: step.node,
                        inputs: inputs,
                        slots: part.outputs.map { outputs[$0] },
                        rule: node.onInvalid,
                        defaults: defaults
                    )
                )
            }
        }
        return parts
    }

    /// Each part behind those that it waits for; otherwise as they were.
    private func ordered(_ parts: [FlowPlan.Part]) -> [FlowPlan.Part] {
        var makerOf: [Int: Int] = [:]
        for (index, part) in parts.enumerated() { for slot in part.slots { makerOf[slot] = index } }
        var isPlaced = [Bool](repeating: false, count: parts.count)
        var order: [FlowPlan.Part] = []
        // Depth first, without recursion: chains may be long.
        for start in parts.indices {
            var waiting = [start]
            while let index = waiting.last {
                let missing = parts[index].inputs.compactMap { input -> Int? in
                    guard case .slot(let slot) = input, let maker = makerOf[slot], !isPlaced[maker] else { return nil }
                    return maker
                }
                if missing.isEmpty || isPlaced[index] {
                    waiting.removeLast()
                    if !isPlaced[index] { order.append(parts[index]) }
                    isPlaced[index] = true
                } else {
                    waiting += missing
                }
            }
        }
        return order
    }

    private func makeSinks(models: [Int: [String]]) -> [FlowPlan.SinkNode] {
        sinks.map { index, sink in
            let node = document.nodes[index]
            let ends: [(name: String, slot: Int)] =
                takesAll(node)
                ? slots.enumerated().map { ($1.signal, $0) }
                : (wiresTo[node.id] ?? []).map { ($0.to.signal, slotOf[$0.from] ?? 0) }
            return FlowPlan.SinkNode(
                node: index,
                sink: sink,
                inputs: ends.map { end in
                    FlowPlan.SinkInput(
                        name: end.name,
                        slot: end.slot,
                        rule: node.governors.first { $0.name == end.name }?.value ?? .free,
                        models: models[end.slot] ?? []
                    )
                },
                fingerprint: "\(Self.fingerprint(node)) \(ends.map(\.name))"
            )
        }
    }

    /// The digests of the models behind each slot.
    private func models(behind parts: [FlowPlan.Part]) -> [Int: [String]] {
        var models: [Int: [String]] = [:]
        for part in parts {
            var digests: [String] = []
            for case .slot(let slot) in part.inputs { digests += models[slot] ?? [] }
            if let digest = steps[part.step].step.modelDigest { digests.append(digest) }
            let unique = digests.enumerated().filter { digests.firstIndex(of: $1) == $0 }.map(\.element)
            for slot in part.slots where !unique.isEmpty { models[slot] = unique }
        }
        return models
    }

    private func trigger() -> FlowPlan.Trigger {
        switch document.trigger {
        case .change: return .change
        case .all: return .all
        case .message: return .message
        case .every(let period): return .every(period)
        case .signal(let reference):
            let slot = slots.firstIndex { slot in
                slot.signal == reference.signal
                    && (reference.from == nil || document.nodes[slot.node].id == reference.from)
            }
            guard let slot else { preconditionFailure("a document whose trigger no node offers is not read") }
            return .slot(slot)
        }
    }

    /// The parts by which a slot is made, with all that they wait for.
    private func ancestors(of slot: Int, _ parts: [FlowPlan.Part]) -> Set<Int> {
        var wanted: Set<Int> = [slot]
        var ancestors: Set<Int> = []
        for index in parts.indices.reversed() where parts[index].slots.contains(where: wanted.contains) {
            ancestors.insert(index)
            for case .slot(let input) in parts[index].inputs { wanted.insert(input) }
        }
        return ancestors
    }
}
