internal import Formula
internal import JSON

/// The nodes of a flow while their references are being turned into wires.
struct FlowGraph {
    /// A node as it was written; `node` is nil when its type is not known.
    struct Draft {
        let id: String
        let place: Place
        let path: String
        let node: FlowNode?
        var inputs: [Named<SignalReference>]
        /// The formulas of the node, whose symbols are its inputs.
        fileprivate(set) var formulas: [Named<FormulaText>]
        /// Whether the document names the inputs: who does so means these and no others, but for those that a model
        /// has besides, which are wired by their names.
        let namesInputs: Bool
        /// What the node offers, each with how it is shown; nil where only the model knows.
        let outputs: [Named<Void>]?
        /// Whether the node may take more inputs than the document names.
        let hasOpenInputs: Bool
        /// Whether what the node offers could be read: otherwise it may offer anything.
        let isReadable: Bool
        /// Whether each output carries what the input of its name does.
        let isLikeInputs: Bool
        let types: PortTypes
    }

    struct Wiring {
        var wires: [FlowWire] = []
        var pending: [PendingReference] = []
    }

    private(set) var diagnostics: [Diagnostic] = []
    private let file: String
    var drafts: [Draft] = []
    private var positions: [ExactText: Int] = [:]
    /// What each node offers.
    private var outputs: [Set<ExactText>] = []
    /// The nodes that offer a signal, by its name.
    private(set) var offers: [ExactText: [Int]] = [:]
    /// The names of signals as messages show them, in the order of the document.
    ///
    /// A name that came from outside is not among them.
    private var shownNames: [String] = []
    /// Nodes that may offer more than ``offers`` tells: models, and nodes that could not be read.
    private(set) var openNodes: [Int] = []
    private(set) var isComplete: Bool

    /// `isComplete` says whether every node of the document will be added.
    init(file: String, isComplete: Bool) {
        self.file = file
        self.isComplete = isComplete
    }

    var nodes: [FlowNode] { drafts.compactMap(\.node) }

    mutating func add(_ draft: Draft) {
        if let first = positions[ExactText(draft.id)] {
            isComplete = false
            report(
                .duplicateID,
                at: draft.place,
                path: draft.path,
                "expected each id once, found '\(Printable.text(draft.id))' again",
                advice: "the first is in line \(drafts[first].place.line); ids are shared by sources, steps and sinks"
            )
            return
        }
        let position = drafts.count
        positions[ExactText(draft.id)] = position
        drafts.append(draft)
        outputs.append(Set(draft.outputs?.map { ExactText($0.name) } ?? []))
        guard draft.node?.type.role != .sink else { return }
        for output in draft.outputs ?? [] where offers[ExactText(output.name)]?.last != position {
            if output.shown == output.name, offers[ExactText(output.name)] == nil { shownNames.append(output.name) }
            offers[ExactText(output.name), default: []].append(position)
        }
        if !draft.isReadable || draft.outputs == nil { openNodes.append(position) }
    }

    /// Resolves every reference, and judges the graph that comes out.
    ///
    /// Where errors are known already, nothing is called unused.
    mutating func wire(_ trigger: FlowDocument.Trigger, hasErrors: Bool) -> Wiring {
        var wiring = Wiring()
        readFormulas()
        addInputsOfModels()
        for (position, draft) in drafts.enumerated() {
            var seen: [ExactText: Place] = [:]
            for input in draft.inputs where !input.value.signal.isEmpty {
                if let first = seen[ExactText(input.name)] {
                    reportRepeated(input, first: first)
                } else {
                    seen[ExactText(input.name)] = input.place
                    resolve(input, of: position, &wiring)
                }
            }
        }
        if case .signal(let reference) = trigger { checkTrigger(reference) }
        checkCycles(wiring)
        if !diagnostics.hasErrors {
            var check = FlowTypeCheck(file: file, drafts: drafts, positions: positions, wires: wiring.wires)
            check.run()
            diagnostics += check.diagnostics
        }
        if !hasErrors, !diagnostics.hasErrors { checkUse(wiring, trigger) }
        return wiring
    }
}

// Resolving references.
extension FlowGraph {
    /// Finds the inputs that formulas use.
    private mutating func readFormulas() {
        guard drafts.contains(where: { !$0.formulas.isEmpty }) else { return }
        // A name that is not on offer is resolved like any other reference, which says what is wrong with it.
        let signals = FormulaSymbols(offers.keys.map(\.text), mayBeMore: true)
        for (position, draft) in drafts.enumerated() where !draft.formulas.isEmpty {
            var reading = FormulaReading(file: file)
            if draft.namesInputs {
                reading.read(draft.formulas, inputs: draft.inputs)
            } else {
                for formula in draft.formulas { reading.read(formula, signals: signals, shownNames: shownNames) }
            }
            diagnostics += reading.diagnostics
            drafts[position].inputs += reading.inputs
            drafts[position].formulas = reading.formulas
        }
    }

    private mutating func resolve(_ input: Named<SignalReference>, of consumer: Int, _ wiring: inout Wiring) {
        let reference = input.value
        let end = FlowWire.End(node: drafts[consumer].id, signal: input.name)
        switch origin(of: reference, for: consumer) {
        case .node(let position):
            let from = FlowWire.End(node: drafts[position].id, signal: reference.signal)
            wiring.wires.append(
                FlowWire(from: from, to: end, isDelayed: reference.isDelayed, initial: reference.initial)
            )
        case .open: wiring.pending.append(PendingReference(to: end, reference: reference))
        case .wrong: break
        }
    }

    private enum Origin {
        case node(Int)
        /// A node whose outputs are not known yet may offer it.
        case open
        case wrong
    }

    /// Where a reference leads; without a consumer it is the trigger's.
    private mutating func origin(of reference: SignalReference, for consumer: Int?) -> Origin {
        reference.from == nil ? bareOrigin(of: reference, for: consumer) : namedOrigin(of: reference, for: consumer)
    }

    private mutating func namedOrigin(of reference: SignalReference, for consumer: Int?) -> Origin {
        let id = reference.from ?? ""
        guard let position = positions[ExactText(id)] else {
            guard isComplete else { return .wrong }
            let others = { [drafts] in
                drafts.indices.filter { $0 != consumer && drafts[$0].node?.type.role != .sink }.map { drafts[$0].id }
            }
            report(
                .unknownNode,
                at: reference.place,
                path: reference.path,
                "expected the id of a node, found '\(Printable.text(reference.shownFrom))'",
                advice: advice(id, among: others, otherwise: "the nodes are")
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
        guard let offered = drafts[position].outputs else { return .open }
        guard outputs[position].contains(ExactText(reference.signal)) else {
            let names = { offered.filter { $0.shown == $0.name }.map(\.name) }
            report(
                .unknownSignal,
                at: reference.place,
                path: reference.path,
                "expected a signal that '\(id)' offers, found '\(Printable.text(reference.shownSignal))'",
                advice: offered.isEmpty
                    ? "'\(id)' offers none" : advice(reference.signal, among: names, otherwise: "'\(id)' offers")
            )
            return .wrong
        }
        return .node(position)
    }

    private mutating func bareOrigin(of reference: SignalReference, for consumer: Int?) -> Origin {
        // By a bare name no node means itself: so `pass` may hand on a signal under its own name.
        // Where many offer it, one more or less is the same, and looking for it among them costs.
        let all = offers[ExactText(reference.signal)] ?? []
        let nodes = all.count > 8 ? all : all.filter { $0 != consumer }
        if nodes.count == 1 { return .node(nodes[0]) }
        let shown = Printable.text(reference.shownSignal)
        if nodes.count > 1 {
            let ids = nodes.prefix(4).map { "'\(drafts[$0].id)'" }
            let more = nodes.count > 4 ? " and \(nodes.count - 4) more" : ""
            report(
                .ambiguousSignal,
                at: reference.place,
                path: reference.path,
                "expected a signal that one node offers, found '\(shown)' at "
                    + ids.joined(separator: ids.count > 2 ? ", " : " and ") + more,
                advice: Self.written("{from: \(drafts[nodes[0]].id), signal: \(Self.quoted(shown))}", reference)
            )
            return .wrong
        }
        let words = consumer == nil ? ["change", "all", "message"] : []
        let isSlip = Nearest.match(reference.signal, among: words) != nil
        let mayBeOffered = !isComplete || openNodes.contains { $0 != consumer }
        if mayBeOffered, !isSlip {
            warnOfSlip(reference)
            return .open
        }
        let expected = (words + ["a signal that a node offers"]).joined(separator: ", ")
        report(
            .unknownSignal,
            at: reference.place,
            path: reference.path,
            "expected \(expected), found '\(shown)'",
            advice: nodeAdvice(reference) ?? ownAdvice(reference, consumer)
                ?? advice(reference.signal, among: { words + shownNames }, otherwise: "the signals are")
        )
        return .wrong
    }

    /// What to write for `nn` or `nn.y`, where `nn` is a node: people expect that to work.
    private func nodeAdvice(_ reference: SignalReference) -> String? {
        guard reference.shownSignal == reference.signal else { return nil }
        let parts = reference.signal.split(separator: ".", maxSplits: 1).map(String.init)
        guard let id = parts.first, positions[ExactText(id)] != nil else { return nil }
        let signal = parts.count > 1 ? Self.quoted(Printable.text(parts[1])) : "NAME"
        return "'\(id)' is a node: " + Self.written("{from: \(id), signal: \(signal)}", reference)
    }

    /// How to write a reference that names its node: in a formula by way of `in`.
    private static func written(_ reference: String, _ instead: SignalReference) -> String {
        instead.isOfFormula
            ? "name each input of the node: 'in: {x: \(reference)}', and write x" : "write '\(reference)'"
    }

    /// What to do where a node reads what it makes itself.
    private func ownAdvice(_ reference: SignalReference, _ consumer: Int?) -> String? {
        guard let consumer, outputs[consumer].contains(ExactText(reference.signal)) else { return nil }
        return "'\(drafts[consumer].id)' itself makes it: use it in another step"
    }

    /// A name that only a model could offer, but that looks like one which is offered.
    private mutating func warnOfSlip(_ reference: SignalReference) {
        guard isComplete, diagnostics.count < Diagnostic.reportedMax,
            openNodes.allSatisfy({ drafts[$0].isReadable }),
            let advice = nodeAdvice(reference)
                ?? Nearest.match(reference.signal, among: shownNames).map({ "did you mean '\(Printable.text($0))'?" })
        else { return }
        report(
            .unknownSignal,
            severity: .warning,
            at: reference.place,
            path: reference.path,
            "expected a signal that a node offers, found '\(Printable.text(reference.shownSignal))', "
                + "which only a model could offer",
            advice: advice
        )
    }

    private mutating func reportRepeated(_ input: Named<SignalReference>, first: Place) {
        report(
            .duplicateSignal,
            at: input.place,
            path: input.path,
            "expected each input once, found '\(Printable.text(input.shown))' again",
            advice: "the first is in line \(first.line); name the inputs: "
                + "'in: {first: {from: NODE, signal: NAME}, second: {from: NODE, signal: NAME}}'"
        )
    }
}

// Judging the graph.
extension FlowGraph {
    private mutating func checkTrigger(_ reference: SignalReference) {
        guard !reference.signal.isEmpty else { return }
        _ = origin(of: reference, for: nil)
        guard reference.isDelayed else { return }
        report(
            .conflict,
            at: reference.place,
            path: "trigger.delay",
            "expected a trigger without 'delay', found 'delay: true'",
            advice: "remove it: a trigger carries no value"
        )
    }

    /// Reports rings of nodes that no delayed wire breaks.
    private mutating func checkCycles(_ wiring: Wiring) {
        var consumers = Array(repeating: [Int](), count: drafts.count)
        func connect(_ from: String, _ to: String) {
            guard let from = positions[ExactText(from)], let to = positions[ExactText(to)] else { return }
            consumers[from].append(to)
        }
        for wire in wiring.wires where !wire.isDelayed { connect(wire.from.node, wire.to.node) }
        for pending in wiring.pending where !pending.reference.isDelayed {
            if let from = pending.reference.from { connect(from, pending.to.node) }
        }
        for ring in FlowCycles(consumers: consumers).rings() {
            let ids = ring.map { drafts[$0].id }
            let shown = ids.count > 8 ? ids.prefix(4) + ["(\(ids.count - 5) more)", ids[ids.count - 1]] : ids[...]
            report(
                .cycle,
                at: drafts[ring[0]].place,
                path: drafts[ring[0]].path,
                "expected nodes that do not wait for each other, found the ring "
                    + (shown + [ids[0]]).joined(separator: " → "),
                advice: "mark one of its wires: 'in: {x: {from: \(ids[ids.count - 1]), signal: NAME, delay: true}}'"
            )
        }
    }

    /// Warns of nodes that nothing reads from, where that is certain.
    private mutating func checkUse(_ wiring: Wiring, _ trigger: FlowDocument.Trigger) {
        let takesAnything = drafts.contains { $0.hasOpenInputs && !$0.namesInputs }
        guard !takesAnything, wiring.pending.isEmpty else { return }
        var used = Set(wiring.wires.map { ExactText($0.from.node) })
        if case .signal(let reference) = trigger {
            if let from = reference.from { used.insert(ExactText(from)) }
            used.formUnion((offers[ExactText(reference.signal)] ?? []).map { ExactText(drafts[$0].id) })
        }
        for draft in drafts where draft.node?.type.role != .sink && !used.contains(ExactText(draft.id)) {
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

    /// A name as it can be written inside of braces.
    static func quoted(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            (0x30...0x3A).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
        return isPlain ? name : "\"\(name)\""
    }

    /// Advice costs work, which is spent on the problems that will be shown.
    func advice(_ word: String, among names: () -> [String], otherwise: String) -> String {
        diagnostics.count < Diagnostic.reportedMax ? Nearest.advice(word, among: names(), otherwise: otherwise) : ""
    }

    mutating func report(
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
}
