/// Something of which there is one, and which one node of a flow may have: a name that it hosts.
///
/// It is compared before a flow begins, so that two nodes do not find out when the flow before has ended.
public struct Claim: Sendable, Hashable {
    /// The name, as messages show it.
    public let name: String
    /// What tells it from others of the same name: where it is hosted, and whether it is read or written.
    public let scope: String

    public init(name: String, scope: String) {
        self.name = name
        self.scope = scope
    }
}
