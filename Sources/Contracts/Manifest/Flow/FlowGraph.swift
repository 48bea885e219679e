/// The nodes of a flow while their references are being turned into wires.
struct FlowGraph {
    /// A node as it was written; its parts are nil when its type is not known.
    struct Draft {
        struct Inputs {
            let inputs: [Named<SignalReference>]
            let hasOpenInputs: Bool
        }

        let id: String
        let place: Place
        let path: String
        let node: FlowNode?
        let ports: Inputs?
        /// Whether what the node offers could be read: otherwise it may offer anything.
        let isReadable: Bool
    }

    struct Wiring {
        var wires: [FlowWire] = []
        var pending: [PendingReference] = []
    }

    private(set) var diagnostics: [Diagnostic] = []
    private let file: String
    private var drafts: [Draft] = []
    private var positions: [String: Int] = [:]
    /// The nodes that offer a signal, by its name.
    private var offers: [String: [String]] = [:]
    /// Whether there may be signals that are not in ``offers``: a model offers what its signature says,
    /// and a node that could not be read offers anything.
    private var mayOfferMore: Bool

    /// `isComplete` says whether every node of the document will be added.
    init(file: String, isComplete: Bool) {
        self.file = file
        mayOfferMore = !isComplete
    }

    var nodes: [FlowNode] { drafts.compactMap(\.node) }

    mutating func add(_ draft: Draft) {
        if let first = positions[draft.id] {
            report(
                .duplicateID,
                at: draft.place,
                path: draft.path,
                "expected each id once, found '\(YAMLNode.shown(draft.id))' again",
                advice: "the first is in line \(drafts[first].place.line); ids are shared by sources, steps and sinks"
            )
            return
        }
        positions[draft.id] = drafts.count
        drafts.append(draft)
        if draft.node?.type.role == .sink { return }
        for output in Set(draft.node?.outputs ?? []) { offers[output, default: []].append(draft.id) }
        mayOfferMore = mayOfferMore || !draft.isReadable || draft.node?.outputs == nil
    }

    /// Resolves every reference, and judges the graph that comes out.
    ///
    /// Where errors are known already, nothing is called unused.
    mutating func wire(_ trigger: FlowDocument.Trigger, hasErrors: Bool) -> Wiring {
        var wiring = Wiring()
        for draft in drafts {
            for input in draft.ports?.inputs ?? [] {
                resolve(input.value, to: .init(node: draft.id, signal: input.name), &wiring)
            }
        }
        if case .signal(let reference) = trigger { checkTrigger(reference) }
        checkCycles(wiring.wires)
        if !hasErrors, !diagnostics.hasErrors { checkUse(wiring, trigger) }
        return wiring
    }

    private mutating func report(
        _ kind: ProblemKind,
        severity: Diagnostic.Severity = .error,
        at place: Place,
        path: String,
        _ problem: String,
        advice: String
    ) {
        let location = Diagnostic.Location(file: file, place: place)
        diagnostics.append(
            Diagnostic(kind, severity: severity, at: location, path: path, problem: problem, advice: advice)
        )
    }

    private mutating func resolve(_ reference: SignalReference, to end: FlowWire.End, _ wiring: inout Wiring) {
        guard !reference.signal.isEmpty else { return }
        switch origin(of: reference, for: end.node) {
        case .node(let node):
            let from = FlowWire.End(node: node, signal: reference.signal)
            wiring.wires.append(FlowWire(from: from, to: end, isDelayed: reference.isDelayed))
        case .open: wiring.pending.append(PendingReference(to: end, reference: reference))
        case .wrong: break
        }
    }

    private enum Origin {
        case node(String)
        /// A node whose outputs are not known yet may offer it.
        case open
        case wrong
    }

    /// Where a reference leads; without a consumer it is the trigger's.
    private mutating func origin(of reference: SignalReference, for consumer: String?) -> Origin {
        reference.from.map { origin(of: reference, from: $0) } ?? bareOrigin(of: reference, for: consumer)
    }

    private mutating func origin(of reference: SignalReference, from id: String) -> Origin {
        guard let position = positions[id] else {
            report(
                .unknownNode,
                at: reference.place,
                path: reference.path,
                "expected the id of a node, found '\(YAMLNode.shown(id))'",
                advice: Nearest.advice(id, among: drafts.map(\.id), otherwise: "the nodes are")
            )
            return .wrong
        }
        guard let node = drafts[position].node, drafts[position].isReadable else { return .open }
        guard node.type.role != .sink else {
            report(
                .unknownSignal,
                at: reference.place,
                path: reference.path,
                "expected a source or a step to read from, found the sink '\(id)'",
                advice: "a sink offers no signals; read what it is given"
            )
            return .wrong
        }
        guard let outputs = node.outputs else { return .open }
        guard outputs.contains(reference.signal) else {
            report(
                .unknownSignal,
                at: reference.place,
                path: reference.path,
                "expected a signal that '\(id)' offers, found '\(YAMLNode.shown(reference.signal))'",
                advice: outputs.isEmpty
                    ? "'\(id)' offers none"
                    : Nearest.advice(reference.signal, among: outputs, otherwise: "'\(id)' offers")
            )
            return .wrong
        }
        return .node(id)
    }

    private mutating func bareOrigin(of reference: SignalReference, for consumer: String?) -> Origin {
        // By a bare name no node means itself: so `pass` may hand on a signal under its own name.
        let nodes = (offers[reference.signal] ?? []).filter { $0 != consumer }
        if nodes.count == 1 { return .node(nodes[0]) }
        if nodes.count > 1 {
            report(
                .ambiguousSignal,
                at: reference.place,
                path: reference.path,
                "expected a signal that one node offers, found '\(YAMLNode.shown(reference.signal))' at "
                    + nodes.map { "'\($0)'" }.joined(separator: " and "),
                advice: "write '{from: \(nodes[0]), signal: \(YAMLNode.shown(reference.signal))}'"
            )
            return .wrong
        }
        guard !mayOfferMore else { return .open }
        let words = consumer == nil ? ["change", "all", "message"] : []
        report(
            .unknownSignal,
            at: reference.place,
            path: reference.path,
            "expected \(consumer == nil ? "change, all, message or " : "")a signal that a node offers, "
                + "found '\(YAMLNode.shown(reference.signal))'",
            advice: Nearest.advice(reference.signal, among: offers.keys + words, otherwise: "the signals are")
        )
        return .wrong
    }

    private mutating func checkTrigger(_ reference: SignalReference) {
        guard !reference.signal.isEmpty else { return }
        _ = origin(of: reference, for: nil)
    }

    /// Reports each ring of nodes that no delayed wire breaks, once.
    private mutating func checkCycles(_ wires: [FlowWire]) {
        var consumers: [String: [String]] = [:]
        for wire in wires where !wire.isDelayed { consumers[wire.from.node, default: []].append(wire.to.node) }
        for ring in FlowCycles(ids: drafts.map(\.id), consumers: consumers).rings() {
            guard let first = ring.first, let position = positions[first] else { continue }
            report(
                .cycle,
                at: drafts[position].place,
                path: drafts[position].path,
                "expected nodes that do not wait for each other, found the ring "
                    + (ring + [first]).joined(separator: " → "),
                advice: "mark one of its wires: 'in: {x: {from: \(ring[ring.count - 1]), signal: NAME, delay: true}}'"
            )
        }
    }

    /// Warns of nodes that nothing reads from, where that is certain.
    private mutating func checkUse(_ wiring: Wiring, _ trigger: FlowDocument.Trigger) {
        let takesAnything = drafts.contains { $0.ports?.hasOpenInputs ?? true }
        guard !takesAnything, wiring.pending.isEmpty else { return }
        var used = Set(wiring.wires.map(\.from.node))
        if case .signal(let reference) = trigger {
            if let from = reference.from { used.insert(from) }
            used.formUnion(offers[reference.signal] ?? [])
        }
        for draft in drafts where draft.node?.type.role != .sink && !used.contains(draft.id) {
            report(
                .unused,
                severity: .warning,
                at: draft.place,
                path: draft.path,
                "expected something that reads from '\(draft.id)', found nothing",
                advice: "name one of its signals under 'in', or remove the node"
            )
        }
    }
}
