/// How a client finds servers; nil is what the environment of EPICS says, else its default.
public struct PVAClientSettings: Sendable, Hashable {
    /// Where names are searched: addresses with or without a port, between spaces.
    public var addresses: String?
    /// Whether the networks of this machine are searched as well.
    public var searchesNetworks: Bool?
    /// Servers that are asked for names over TCP: addresses with or without a port, between spaces.
    public var nameServers: String?
    /// The port of servers for searches; 0 is as if nothing was said.
    public var broadcastPort: UInt16?
    /// The port of servers and name servers whose addresses say none.
    public var serverPort: UInt16?

    public init(
        addresses: String? = nil,
        searchesNetworks: Bool? = nil,
        nameServers: String? = nil,
        broadcastPort: UInt16? = nil,
        serverPort: UInt16? = nil
    ) {
        self.addresses = addresses
        self.searchesNetworks = searchesNetworks
        self.nameServers = nameServers
        self.broadcastPort = broadcastPort
        self.serverPort = serverPort
    }
}
