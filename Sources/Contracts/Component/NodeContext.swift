/// What a node at work knows of its place in the flow.
public struct NodeContext: Sendable {
    /// The id of the node.
    public let id: String
    /// The names of its inputs; everything else says input 0, 1 and so on.
    public let inputs: [String]
    /// The names of its outputs, in the same way.
    public let outputs: [String]
    /// Where relative paths of the flow begin.
    public let folder: String
    /// What stands before the names of everything that a live sink writes: a flow in the shadow of another.
    public let shadow: String

    public init(id: String, inputs: [String], outputs: [String], folder: String = "", shadow: String = "") {
        self.id = id
        self.inputs = inputs
        self.outputs = outputs
        self.folder = folder
        self.shadow = shadow
    }
}

/// Why a node cannot do its work: told to people, and part of the alarm of what it should have made.
public struct NodeFailure: Error, Sendable, Equatable {
    /// What was expected and what was found, in one sentence without a full stop.
    public let problem: String
    /// What to do about it; empty where the problem says it.
    public let advice: String

    public init(_ problem: String, advice: String = "") {
        self.problem = problem
        self.advice = advice
    }
}

extension NodeContext {
    /// A path as the flow writes it, from the folder of the flow on.
    public func path(_ written: String) -> String { Self.path(written, from: folder) }

    public static func path(_ written: String, from folder: String) -> String {
        written.hasPrefix("/") ? written : folder + written
    }
}
