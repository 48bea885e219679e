internal import JSON

/// The fields of a flow and those that every node has, whatever its type.
enum FlowFields {
    static let flow = Field.required(
        "flow",
        .name("the name of the flow", also: "."),
        example: "injector",
        doc: "The name of the flow: it is the name of its metrics, logs and journal."
    )
    static let about = Field<String?>.optional(
        "about",
        .text(),
        example: "Beam size at the injector's exit",
        doc: "What the flow is for, for the people who meet it."
    )
    static let trigger = Field(
        "trigger",
        .trigger,
        default: .change,
        doc: "When nodes are evaluated: `change` (an input changed), `all` (all inputs have changed since the last "
            + "time), `message` (each message by itself), `{every: 100ms}`, or the name of a signal."
    )
    static let window = Field(
        "window",
        .duration(in: .zero ... .seconds(60)),
        default: .zero,
        example: "5ms",
        doc:
            "How long a burst of arrivals is gathered before it is evaluated, once. `0s` gathers only what has arrived."
    )
    static let skipRepeats = Field(
        "skip_repeats",
        .flag,
        default: false,
        doc: "Whether a sample of a source counts for nothing whose value and alarm are those of the one before."
    )
    static let time = Field(
        "time",
        .choice(FlowDocument.OutputTime.self),
        default: .newest,
        doc: "Which source time an output carries: that of its newest input, of its oldest, or of the trigger."
    )
    static let messages = Field<MessageRule?>.optional(
        "messages",
        .record(MessageRule.Fields.listed) { MessageRule(&$0) },
        example: "{workers: 2, timeout: 10s}",
        doc: "How messages are worked on, under `trigger: message`."
    )
    static let sources = Field.required(
        "sources",
        .nodes("the ids of sources", atLeast: 1),
        example: "{machine: {type: pva, pvs: [GUN:CURRENT]}}",
        doc: "Where samples come from, by node id."
    )
    static let steps = Field(
        "steps",
        .nodes("the ids of steps", atLeast: 0),
        default: [],
        example: "{nn: {type: model, model: beam.onnx}}",
        doc: "What is done with them, by node id: formulas, models, transforms. The order does not matter."
    )
    static let sinks = Field.required(
        "sinks",
        .nodes("the ids of sinks", atLeast: 1),
        example: "{screen: {type: console}}",
        doc: "Where results go, by node id."
    )
    static let listed = [
        flow.listed, about.listed, trigger.listed, window.listed, skipRepeats.listed, time.listed, messages.listed,
        sources.listed,
        steps.listed,
        sinks.listed,
    ]

    /// The fields of every node.
    enum Node {
        static func type(_ role: NodeType.Role) -> Field<String> {
            let example =
                switch role {
                case .source: "pva"
                case .step: "formula"
                case .sink: "console"
                }
            return Field.required(
                "type",
                .text("the type of a \(role.rawValue)"),
                example: example,
                doc: "What the node is. `slipway help flow` lists the types."
            )
        }
        static let inputs = Field(
            "in",
            .inputs,
            default: [],
            example: "[sigma_x, sigma_y]",
            doc: "The signals that the node sees: a list of names, or a mapping from the node's input to a signal. A "
                + "signal is a bare name, or `{from: NODE, signal: NAME, delay: true}`."
        )
        static let onInvalid = Field(
            "on_invalid",
            .choice(FlowNode.InvalidRule.self),
            default: .propagate,
            doc: "When an input is INVALID: `propagate` it to the outputs, `hold` their last good values, `skip` the "
                + "evaluation, or give the `defaults`. The outputs are never made to look good."
        )
        static let onInvalidAtSink = Field(
            "on_invalid",
            .choice(FlowNode.InvalidRule.self, but: [.default]),
            default: .propagate,
            doc: "When an input is INVALID: write it as that (`propagate`), `hold` the last good value, or `skip` it."
        )
        static let defaults = Field(
            "defaults",
            .map(of: .number(), keys: "the names of outputs"),
            default: [],
            example: "{sigma_x: 0}",
            doc: "The outputs' values under `on_invalid: default`."
        )
        static let governor = Field(
            "governor",
            .map(of: .record(GovernorRule.Fields.listed) { GovernorRule(&$0) }, keys: "the names of inputs"),
            default: [],
            example: "{GUN:PHASE: {limits: [-5, 5], slew: 0.5}}",
            doc: "What may leave by each input: limits, speed, deadband. Nothing leaves unless the flow publishes."
        )

        static func listed(for type: NodeType) -> [FieldDoc] {
            var fields = [Node.type(type.role).listed]
            if type.takesIn { fields.append(inputs.listed) }
            if type.role == .step { fields += [onInvalid.listed, defaults.listed] }
            if type.role == .sink { fields.append(onInvalidAtSink.listed) }
            if type.isLive { fields.append(governor.listed) }
            return fields
        }
    }
}

extension FieldKind where Value == FlowDocument.Trigger {
    fileprivate static var trigger: FieldKind {
        let every = Field.required(
            "every",
            .duration(in: .milliseconds(1) ... .seconds(86_400)),
            example: "100ms",
            doc: "Evaluate at this period, from the values that are there."
        )
        let word = FieldKind<String>.text("change, all, message, or the name of a signal")
        let short = FieldKind(
            shape: word.shape,
            placeholder: .change,
            json: { _ in "change" },
            read: { node, reading in
                let path = reading.path
                return word.read(node, &reading).map { text in
                    switch text {
                    case "change": .change
                    case "all": .all
                    case "message": .message
                    default:
                        .signal(
                            SignalReference(signal: text, shown: ("", node.shownText), place: node.place, path: path)
                        )
                    }
                }
            }
        )
        let periodic = FieldKind.record([every.listed]) { section in .every(section.read(every)) }
        let signal = FieldKind.record(SignalReference.Fields.listed) { section in .signal(SignalReference(&section)) }
        let mapping = FieldKind(
            shape: .either([periodic.shape, signal.shape]),
            placeholder: .change,
            json: short.json,
            read: { node, reading in
                let isSignal = node.entries?.contains { $0.key == "signal" } ?? false
                return isSignal ? signal.read(node, &reading) : periodic.read(node, &reading)
            }
        )
        return .either(scalar: short, mapping: mapping)
    }
}

extension FieldKind where Value == [Named<SignalReference>] {
    /// A list of signals, or a mapping from inputs to signals.
    fileprivate static var inputs: FieldKind {
        let list = FieldKind<[SignalReference]>.list(of: .reference)
        let map = FieldKind.map(of: .reference, keys: "inputs of the node")
        return FieldKind(
            shape: .either([list.shape, map.shape]),
            placeholder: [],
            json: { _ in [] },
            read: { node, reading in
                guard node.entries == nil else { return map.read(node, &reading) }
                return list.read(node, &reading)?.map {
                    Named(name: $0.signal, shown: $0.shownSignal, place: $0.place, path: $0.path, value: $0)
                }
            }
        )
    }
}

extension FieldKind where Value == [Named<YAMLNode>] {
    /// Nodes by id.
    ///
    /// Their fields are read later, when the type of each is known.
    fileprivate static func nodes(_ keys: String, atLeast least: Int) -> FieldKind {
        // The schema of nodes is made where the types are known.
        let shape = ValueShape.text(noun: "a node, which is a mapping with a 'type'", pattern: nil)
        let node = FieldKind<YAMLNode>(
            shape: shape,
            placeholder: YAMLNode(.mapping([]), at: .start),
            json: { _ in .null },
            read: { node, reading in
                node.entries == nil ? reading.mismatch(.wrongType, node, shape) : node
            }
        )
        return .map(of: node, keys: keys, count: least...10_000)
    }
}
