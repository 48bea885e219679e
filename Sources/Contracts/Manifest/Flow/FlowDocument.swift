public import JSON

/// A flow as a graph: nodes with ids, and wires from an output to an input.
///
/// This is the stored form. What the document writes short (a bare name, a list of inputs) is spelled
/// out here; what it keeps for others (`x-` fields) is kept.
public struct FlowDocument: Sendable {
    /// When the nodes of a flow are evaluated.
    public enum Trigger: Sendable, Equatable {
        /// When an input changes: what depends on it.
        case change
        /// When every input has changed since the last time.
        case all
        /// For every message, by itself.
        case message
        case every(Duration)
        /// When this signal changes.
        case signal(SignalReference)
    }

    /// Which source time an output carries.
    public enum OutputTime: String, Sendable, CaseIterable {
        case newest, oldest, trigger
    }

    public let name: String
    public let about: String?
    public let trigger: Trigger
    /// How long a burst of arrivals is gathered before it is evaluated once.
    public let window: Duration
    /// Whether a sample counts for nothing that says what the one before said.
    public let skipsRepeats: Bool
    public let time: OutputTime
    /// How messages are worked on, under `trigger: message`.
    public let messages: MessageRule
    public let nodes: [FlowNode]
    /// Sorted by consumer, in the order of the document.
    public let wires: [FlowWire]
    /// References that only the models of the flow can resolve.
    public let pending: [PendingReference]
    /// The `x-` fields of the flow itself.
    public let extensions: [YAMLNode.Entry]
}

/// A node of a flow.
public struct FlowNode: Sendable {
    /// What a node does when one of its inputs is INVALID.
    public enum InvalidRule: String, Sendable, CaseIterable {
        case propagate, hold, skip, `default`
    }

    public let id: String
    public let type: NodeType
    /// The fields of the document, for the component that runs the node.
    public let config: YAMLNode
    /// Where the node's id stands.
    public let place: Place
    /// Nil where only the model knows.
    public let outputs: [String]?
    public let onInvalid: InvalidRule
    /// The outputs' values under `on_invalid: default`.
    public let defaults: [Named<Double>]
    /// Of a sink: what may leave by its inputs.
    public let governors: [Named<GovernorRule>]
    public let extensions: [YAMLNode.Entry]
}

/// Carries the samples of one output to one input.
public struct FlowWire: Sendable, Equatable {
    public struct End: Sendable, Hashable {
        public let node: String
        public let signal: String

        public init(node: String, signal: String) {
            self.node = node
            self.signal = signal
        }
    }

    public let from: End
    public let to: End
    public let isDelayed: Bool
    /// What a delayed wire carries before there is a good value.
    public let initial: Double
}

/// An input whose signal is known only when the models are there.
public struct PendingReference: Sendable, Equatable {
    public let to: FlowWire.End
    public let reference: SignalReference
}

extension FlowDocument {
    /// The graph, for machine-readable reports.
    public var json: JSONValue {
        [
            "flow": .string(name),
            "nodes": .array(
                nodes.map { node in
                    [
                        "id": .string(node.id), "role": .string(node.type.role.rawValue),
                        "type": .string(node.type.name),
                        "outputs": node.outputs.map { .array($0.map { .string($0) }) } ?? .null,
                    ]
                }
            ),
            "wires": .array(
                wires.map { wire in
                    ["from": wire.from.json, "to": wire.to.json, "delay": .bool(wire.isDelayed)]
                }
            ),
            "pending": .array(
                pending.map { ["signal": .string($0.reference.signal), "to": $0.to.json] }
            ),
        ]
    }
}

extension FlowWire.End {
    fileprivate var json: JSONValue { ["node": .string(node), "signal": .string(signal)] }
}
