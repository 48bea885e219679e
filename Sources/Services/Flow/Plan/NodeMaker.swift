public import Component
public import Manifest

/// A node type, and how a node of it is made: one line of the catalog.
public struct NodeMaker: Sendable {
    package enum Make: Sendable {
        case source(@Sendable (inout ConfigSection, NodeContext) throws(NodeFailure) -> any Source)
        case step(@Sendable (inout ConfigSection, NodeContext) throws(NodeFailure) -> any Step)
        case sink(@Sendable (inout ConfigSection, NodeContext) throws(NodeFailure) -> any Sink)
    }

    public let type: NodeType
    package let make: Make

    private init(_ type: NodeType, _ make: Make, role: NodeType.Role) {
        precondition(type.role == role, "'\(type.name)' is a \(type.role.rawValue)")
        self.type = type
        self.make = make
    }

    public static func source(
        _ type: NodeType,
        _ make: @escaping @Sendable (inout ConfigSection, NodeContext) throws(NodeFailure) -> any Source
    ) -> NodeMaker {
        NodeMaker(type, .source(make), role: .source)
    }

    public static func step(
        _ type: NodeType,
        _ make: @escaping @Sendable (inout ConfigSection, NodeContext) throws(NodeFailure) -> any Step
    ) -> NodeMaker {
        NodeMaker(type, .step(make), role: .step)
    }

    public static func sink(
        _ type: NodeType,
        _ make: @escaping @Sendable (inout ConfigSection, NodeContext) throws(NodeFailure) -> any Sink
    ) -> NodeMaker {
        NodeMaker(type, .sink(make), role: .sink)
    }
}

/// A node of a document, ready to work.
enum MadeNode: Sendable {
    case source(any Source)
    case step(any Step)
    case sink(any Sink)

    var claims: [Claim] {
        switch self {
        case .source(let source): source.claims
        case .step: []
        case .sink(let sink): sink.claims
        }
    }
}

/// A node that could not be made, and why.
public struct UnmadeNode: Error, Sendable {
    public let node: FlowNode
    public let failure: NodeFailure
}
