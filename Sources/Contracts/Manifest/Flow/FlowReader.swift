internal import JSON

/// Reads a flow document: text to tree, tree to nodes, nodes to wires, with every problem on the way.
///
/// `slipway validate` and the start of a flow run exactly this. It connects to nothing.
public struct FlowReader: Sendable {
    public struct Result: Sendable {
        /// Nil when there are errors.
        public let flow: FlowDocument?
        /// In the order of the file.
        public let diagnostics: [Diagnostic]
        /// The program that the document was written for, and the document in our words; nil where it is ours.
        public let translation: (program: String, root: YAMLNode)?

        public init(
            flow: FlowDocument?,
            diagnostics: [Diagnostic],
            translation: (program: String, root: YAMLNode)? = nil
        ) {
            self.flow = flow
            self.diagnostics = diagnostics
            self.translation = translation
        }
    }

    private let types: [NodeType]
    private let expansion: Expansion
    private let dialects: [any FlowDialect]
    private let request: DialectRequest

    /// - Parameters:
    ///   - types: What nodes can be.
    ///   - expansion: What the document may ask for from outside.
    ///   - dialects: Other programs whose documents are read as well.
    ///   - request: What their documents do not say.
    public init(
        types: [NodeType],
        expansion: Expansion,
        dialects: [any FlowDialect] = [],
        request: DialectRequest = DialectRequest(flowName: "flow")
    ) {
        self.types = types
        self.expansion = expansion
        self.dialects = dialects
        self.request = request
    }

    public func read(_ bytes: [UInt8], file: String) -> Result {
        let yaml = YAMLReader.read(bytes, file: file)
        var diagnostics = yaml.diagnostics
        var flow: FlowDocument?
        if let root = yaml.root {
            if let dialect = dialects.first(where: { $0.recognizes(root) }) {
                return read(bytes, file: file, as: dialect)
            }
            // The `x-` fields of a flow and of its nodes.
            let expanded = expansion.apply(to: root, file: file, keepingExtensionsAt: [0, 2], &diagnostics)
            flow = read(expanded, file: file, &diagnostics)
        }
        let sorted = diagnostics.inFileOrder()
        return Result(flow: sorted.hasErrors ? nil : flow, diagnostics: Self.limited(sorted))
    }

    /// Reads a document of another program, which knows nothing of what documents of ours may ask for from outside.
    private func read(_ bytes: [UInt8], file: String, as dialect: any FlowDialect) -> Result {
        let yaml = YAMLReader.read(bytes, file: file, habits: .pyYAML)
        var diagnostics = yaml.diagnostics
        guard let root = yaml.root else { return Result(flow: nil, diagnostics: Self.limited(diagnostics)) }
        let translation = dialect.translate(root, file: file, request)
        diagnostics += translation.diagnostics
        var flow: FlowDocument?
        if let ours = translation.root {
            var found: [Diagnostic] = []
            flow = read(ours, file: file, &found)
            let paths = PlacedPaths(root)
            diagnostics += found.map { problem in
                paths.path(at: problem.location.place).map { problem.moved(to: $0) } ?? problem
            }
        }
        let sorted = diagnostics.inFileOrder()
        return Result(
            flow: sorted.hasErrors ? nil : flow,
            diagnostics: Self.limited(sorted),
            translation: translation.root.map { (dialect.name, $0) }
        )
    }

    private static func limited(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        guard diagnostics.count > Diagnostic.reportedMax, let last = diagnostics.last else { return diagnostics }
        let rest = Diagnostic(
            .tooManyProblems,
            severity: diagnostics.hasErrors ? .error : .warning,
            at: last.location,
            path: "yaml",
            problem: "expected at most \(Diagnostic.reportedMax) problems, found \(diagnostics.count)",
            advice: "mend those above first"
        )
        return diagnostics.prefix(Diagnostic.reportedMax) + [rest]
    }

    private func read(_ root: YAMLNode, file: String, _ diagnostics: inout [Diagnostic]) -> FlowDocument? {
        guard root.entries != nil else {
            if !root.isUnreadable {
                diagnostics.append(
                    Diagnostic(
                        .wrongType,
                        at: .init(file: file, place: root.place),
                        path: "flow",
                        problem: "expected a mapping with the fields of a flow, found \(root.found())",
                        advice: "begin with 'flow: NAME'; 'slipway help flow' shows a whole one"
                    )
                )
            }
            return nil
        }
        var section = ConfigSection(root, file: file, path: "")
        let name = section.read(FlowFields.flow)
        let about = section.read(FlowFields.about)
        let trigger = section.read(FlowFields.trigger)
        let window = section.read(FlowFields.window)
        let skipsRepeats = section.read(FlowFields.skipRepeats)
        let time = section.read(FlowFields.time)
        let messages = section.read(FlowFields.messages)
        let written: [(NodeType.Role, [Named<YAMLNode>])] = [
            (.source, section.read(FlowFields.sources)), (.step, section.read(FlowFields.steps)),
            (.sink, section.read(FlowFields.sinks)),
        ]
        section.reportUnknownNames(known: FlowFields.listed.map(\.name))
        diagnostics += section.diagnostics

        let isComplete = !mayHideNodes(section, diagnostics)
        var graph = FlowGraph(file: file, isComplete: isComplete)
        for (role, nodes) in written {
            for node in nodes { graph.add(draft(node, role, file: file, &diagnostics)) }
        }
        let wiring = graph.wire(trigger, hasErrors: diagnostics.hasErrors)
        diagnostics += graph.diagnostics
        return FlowDocument(
            name: name,
            about: about,
            trigger: trigger,
            window: window,
            skipsRepeats: skipsRepeats,
            time: time,
            messages: messages ?? MessageRule(),
            nodes: graph.nodes,
            wires: wiring.wires,
            pending: wiring.pending,
            extensions: section.entries.filter { $0.key.hasPrefix("x-") }
        )
    }

    /// Whether nodes may stand where nobody looked: below a misspelt field, or in what was refused.
    private func mayHideNodes(_ section: ConfigSection, _ diagnostics: [Diagnostic]) -> Bool {
        let known = Set(FlowFields.listed.map(\.name))
        let isBelowOther = section.entries.contains { entry in
            entry.value.entries != nil && !known.contains(entry.key) && !entry.key.hasPrefix("x-")
        }
        return isBelowOther
            || diagnostics.contains { problem in
                [.duplicateKey, .badKey, .alias].contains(problem.kind) || ["sources", "steps"].contains(problem.path)
            }
    }

    /// Reads one node, as far as its type is known.
    private func draft(
        _ written: Named<YAMLNode>,
        _ role: NodeType.Role,
        file: String,
        _ diagnostics: inout [Diagnostic]
    ) -> FlowGraph.Draft {
        let path = ConfigPath.child("\(role.rawValue)s", written.name)
        var section = ConfigSection(written.value, file: file, path: path)
        defer { diagnostics += section.diagnostics }
        if !FieldKind<String>.isName(written.name) {
            section.report(
                .badName,
                at: written.place,
                path: path,
                "expected the id of a node, found '\(Printable.text(written.name))'",
                advice: FieldKind<String>.nameRule()
            )
        }
        guard let type = type(of: role, &section) else {
            return FlowGraph.Draft(
                id: written.name,
                place: written.place,
                path: path,
                node: nil,
                inputs: [],
                formulas: [],
                namesInputs: false,
                outputs: nil,
                hasOpenInputs: true,
                isReadable: false,
                isLikeInputs: false,
                types: PortTypes()
            )
        }
        let ports = type.ports(&section)
        let inputs = ports.inputs + (type.takesIn ? section.read(FlowFields.Node.inputs) : [])
        let outputs = outputs(of: ports, inputs, &section)
        let (onInvalid, defaults) = invalidRule(of: type, outputs, &section)
        let governors = type.isLive ? governors(inputs, &section) : []
        section.reportUnknownNames(known: FlowFields.Node.listed(for: type).map(\.name) + type.fields.map(\.name))
        let node = FlowNode(
            id: written.name,
            type: type,
            config: written.value,
            place: written.place,
            outputs: outputs?.map(\.name),
            onInvalid: onInvalid,
            defaults: defaults,
            governors: governors,
            extensions: section.entries.filter { $0.key.hasPrefix("x-") }
        )
        return FlowGraph.Draft(
            id: written.name,
            place: written.place,
            path: path,
            node: node,
            inputs: inputs,
            formulas: ports.formulas,
            namesInputs: section.has(FlowFields.Node.inputs.name),
            outputs: outputs,
            hasOpenInputs: ports.hasOpenInputs,
            isReadable: Self.isReadable(ports.outputs, section),
            isLikeInputs: Self.isLikeInputs(ports.outputs),
            types: ports.types
        )
    }

    private static func isLikeInputs(_ outputs: NodePorts.Outputs) -> Bool {
        if case .likeInputs = outputs { true } else { false }
    }

    /// Whether the field that says what a node offers was read without an error.
    private static func isReadable(_ outputs: NodePorts.Outputs, _ section: ConfigSection) -> Bool {
        let field: String
        switch outputs {
        case .none, .open: return true
        case .likeInputs: field = FlowFields.Node.inputs.name
        case .signals(_, let name): field = name
        }
        return !section.isWrong(field) && (section.has(field) || section.slip(of: field) == nil)
    }

    private func type(of role: NodeType.Role, _ section: inout ConfigSection) -> NodeType? {
        if !section.has("type"), let slip = section.slip(of: "type") {
            section.report(
                .unknownField,
                at: slip.keyPlace,
                path: ConfigPath.child(section.path, slip.key),
                "expected a field that is known here, found '\(Printable.text(slip.key))'",
                advice: "did you mean 'type'?"
            )
            return nil
        }
        let name = section.read(FlowFields.Node.type(role))
        if let type = types.first(where: { $0.role == role && $0.name == name }) { return type }
        guard let entry = section.entry("type"), entry.value.scalar != nil, !entry.value.isUnreadable, !name.isEmpty
        else { return nil }
        let names = types.filter { $0.role == role }.map(\.name)
        let elsewhere = types.filter { $0.name == name }.map { "under '\($0.role.rawValue)s'" }
        section.report(
            .unknownType,
            at: entry.value.place,
            path: ConfigPath.child(section.path, "type"),
            "expected the type of a \(role.rawValue), found '\(Printable.text(entry.value.shownText))'",
            advice: elsewhere.isEmpty
                ? Nearest.advice(name, among: names, otherwise: "the types of \(role.rawValue)s are")
                : "'\(name)' stands \(elsewhere.joined(separator: " or "))"
        )
        return nil
    }

    /// What a node does about INVALID inputs, and whether its defaults fit its outputs.
    private func invalidRule(
        of type: NodeType,
        _ outputs: [Named<Void>]?,
        _ section: inout ConfigSection
    ) -> (FlowNode.InvalidRule, [Named<Double>]) {
        switch type.role {
        case .source: return (.propagate, [])
        case .sink: return (section.read(FlowFields.Node.onInvalidAtSink), [])
        case .step: break
        }
        let rule = section.read(FlowFields.Node.onInvalid)
        let defaults = section.read(FlowFields.Node.defaults)
        let field = FlowFields.Node.defaults.name
        let path = ConfigPath.child(section.path, field)
        if rule == .default, !section.has(field), let entry = section.entry(FlowFields.Node.onInvalid.name) {
            let missing = "expected the outputs' values for 'on_invalid: default', but the field is missing"
            let advice = "add 'defaults: {OUTPUT: VALUE}' to '\(section.path)'"
            section.report(.conflict, at: entry.value.place, path: path, missing, advice: advice)
        } else if rule != .default, let entry = section.entry(field), !section.isWrong(FlowFields.Node.onInvalid.name) {
            let found = "expected 'on_invalid: default' beside it, found 'on_invalid: \(rule.rawValue)'"
            section.report(.conflict, at: entry.keyPlace, path: path, found, advice: "remove one of the two")
        } else if rule == .default, let outputs {
            checkDefaults(defaults, outputs, &section)
        }
        return (rule, defaults)
    }

    /// The rules of a sink, each for one of its inputs.
    private func governors(
        _ inputs: [Named<SignalReference>],
        _ section: inout ConfigSection
    ) -> [Named<GovernorRule>] {
        let rules = section.read(FlowFields.Node.governor)
        let names = Set(inputs.map { ExactText($0.name) })
        for rule in rules where !names.contains(ExactText(rule.name)) {
            section.report(
                .unknownSignal,
                at: rule.place,
                path: rule.path,
                "expected an input of this sink, found '\(Printable.text(rule.name))'",
                advice: Nearest.advice(rule.name, among: inputs.map(\.shown), otherwise: "the inputs are")
            )
        }
        return rules
    }

    private func checkDefaults(_ defaults: [Named<Double>], _ outputs: [Named<Void>], _ section: inout ConfigSection) {
        let names = Set(outputs.map { ExactText($0.name) })
        let given = Set(defaults.map { ExactText($0.name) })
        for value in defaults where !names.contains(ExactText(value.name)) {
            section.report(
                .unknownSignal,
                at: value.place,
                path: value.path,
                "expected an output of this node, found '\(Printable.text(value.name))'",
                advice: section.diagnostics.count < Diagnostic.reportedMax
                    ? Nearest.advice(value.name, among: outputs.map(\.shown), otherwise: "the outputs are") : ""
            )
        }
        guard let entry = section.entry(FlowFields.Node.defaults.name) else { return }
        for output in outputs where !given.contains(ExactText(output.name)) {
            section.report(
                .conflict,
                at: entry.keyPlace,
                path: ConfigPath.child(section.path, entry.key),
                "expected a value for each output, found none for '\(Printable.text(output.shown))'",
                advice: "add it: what is not given would have no value"
            )
        }
    }

    /// The names of a node's outputs, each once; nil where only the model knows.
    private func outputs(
        of ports: NodePorts,
        _ inputs: [Named<SignalReference>],
        _ section: inout ConfigSection
    ) -> [Named<Void>]? {
        switch ports.outputs {
        case .open: return nil
        case .none: return []
        case .likeInputs:
            // An input that stands twice is reported as that.
            return inputs.map { Named(name: $0.name, shown: $0.shown, place: $0.place, path: $0.path, value: ()) }
        case .signals(let signals, _):
            var seen: [ExactText: Place] = [:]
            for signal in signals {
                guard let first = seen[ExactText(signal.name)] else {
                    seen[ExactText(signal.name)] = signal.place
                    continue
                }
                section.report(
                    .duplicateSignal,
                    at: signal.place,
                    path: signal.path,
                    "expected each signal once, found '\(Printable.text(signal.shown))' again",
                    advice: "the first is in line \(first.line)"
                )
            }
            return signals
        }
    }
}
