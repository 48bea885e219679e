public import JSON
internal import Lifetime
internal import Manifest

// What a flow is made of, for reports.
extension LiveFlow {
    /// The graph as `slipway validate --output json` shows it.
    public var graph: JSONValue { state.withLock { $0.plan.document.json } }

    /// The nodes with their roles, in the order of the document.
    public var nodes: [(id: String, role: String)] {
        state.withLock { state in
            state.plan.document.nodes.map { ($0.id, $0.type.role.rawValue) }
        }
    }

    /// How many messages wait.
    public var waitingCount: Int { inbox.withLock { $0.waitingCount } }
}
