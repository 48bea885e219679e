/// What a node of a flow can be: the name under `type:`, its fields, and what they say about its
/// inputs and outputs.
///
/// A component declares its node type beside its implementation; the catalog lists them. Checking,
/// schema and manual need nothing else, so they connect to nothing.
public struct NodeType: Sendable {
    /// Where in a flow the node stands.
    public enum Role: String, Sendable, CaseIterable {
        case source, step, sink
    }

    public let role: Role
    public let name: String
    /// One sentence: what it reads, does or writes.
    public let summary: String
    public let fields: [FieldDoc]
    /// A flow in which the type is used, for the manual: it is validated by a test.
    public let example: String
    /// Whether a node of this type takes its inputs by the field `in`.
    public let takesIn: Bool
    /// Whether it is a sink that others see, or that moves something: what leaves by it is governed.
    public let isLive: Bool
    /// Reads the fields and tells the ports of a node.
    public let ports: @Sendable (inout ConfigSection) -> NodePorts

    public init(
        role: Role,
        name: String,
        summary: String,
        fields: [FieldDoc],
        example: String,
        takesIn: Bool,
        isLive: Bool = false,
        ports: @escaping @Sendable (inout ConfigSection) -> NodePorts
    ) {
        self.role = role
        self.name = name
        self.summary = summary
        self.fields = fields
        self.example = example
        self.takesIn = takesIn
        self.isLive = isLive
        self.ports = ports
    }
}

/// The inputs and outputs of a node, as far as its configuration tells them.
public struct NodePorts: Sendable {
    public enum Outputs: Sendable {
        /// These, as the field of that name has them.
        case signals([Named<Void>], field: String)
        /// The same names as the inputs.
        case likeInputs
        /// It has none: a sink.
        case none
        /// Known only when the model is there.
        case open
    }

    /// What the fields of the type itself refer to, each under the name of the input it feeds.
    public let inputs: [Named<SignalReference>]
    public let outputs: Outputs
    /// The formulas of the node: the signals that they use are inputs as well.
    public let formulas: [Named<FormulaText>]
    /// Whether the node may take more inputs than the document names: those of a model's signature.
    public let hasOpenInputs: Bool
    /// What inputs take and outputs carry, as far as that is known without connecting.
    public let types: PortTypes

    public init(
        inputs: [Named<SignalReference>] = [],
        outputs: Outputs,
        formulas: [Named<FormulaText>] = [],
        hasOpenInputs: Bool = false,
        types: PortTypes = PortTypes()
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.formulas = formulas
        self.hasOpenInputs = hasOpenInputs
        self.types = types
    }
}
