/// Reads flows that were written for another program.
public protocol FlowDialect: Sendable {
    /// The other program, as messages call it.
    var name: String { get }

    /// Whether a document was written for it.
    func recognizes(_ root: YAMLNode) -> Bool

    /// Says the same in our words; each value stands at the place of what it was made of.
    func translate(_ root: YAMLNode, file: String, _ request: DialectRequest) -> FlowTranslation
}

/// A flow in our words.
public struct FlowTranslation: Sendable {
    /// Nil where nothing could be made of the document.
    public let root: YAMLNode?
    public let diagnostics: [Diagnostic]

    public init(root: YAMLNode?, diagnostics: [Diagnostic]) {
        self.root = root
        self.diagnostics = diagnostics
    }
}

/// What documents of other programs do not say themselves.
public struct DialectRequest: Sendable {
    /// The name of the flow.
    public let flowName: String
    /// Protocols that are used instead of those of the document.
    public let protocols: [String: String]
    /// The model to run, whatever the document says.
    public let model: String?
    /// Whether the environment says where names are searched for: then a document does not.
    public let hasNameServers: Bool

    public init(
        flowName: String,
        protocols: [String: String] = [:],
        model: String? = nil,
        hasNameServers: Bool = false
    ) {
        self.flowName = flowName
        self.protocols = protocols
        self.model = model
        self.hasNameServers = hasNameServers
    }
}
