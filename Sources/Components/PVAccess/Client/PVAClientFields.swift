internal import Manifest

/// Where clients of PV Access look for servers, as flows say it.
enum PVAClientFields {
    static let addresses = Field<[String]?>.optional(
        "addresses",
        .list(of: .text("an address"), count: 1...100),
        example: "[10.0.0.255, 10.1.0.7]",
        doc: "Where names are searched for by broadcast, with or without a port. Without it, EPICS_PVA_ADDR_LIST says."
    )
    static let searchesNetworks = Field<Bool?>.optional(
        "auto_addresses",
        .flag,
        example: "false",
        doc: "Whether the networks of this machine are searched as well. Without it, EPICS_PVA_AUTO_ADDR_LIST says."
    )
    static let nameServers = Field<[String]?>.optional(
        "name_servers",
        .list(of: .text("an address"), count: 1...100),
        example: "[gateway:5075]",
        doc: "Servers that are asked for names over TCP. Without it, EPICS_PVA_NAME_SERVERS says."
    )
    static let port = Field<Int?>.optional(
        "port",
        .count(in: 1...65_535),
        example: "5075",
        doc: "The port of servers whose address says none. Without it, EPICS_PVA_SERVER_PORT says."
    )
    static let broadcastPort = Field<Int?>.optional(
        "broadcast_port",
        .count(in: 1...65_535),
        example: "5076",
        doc: "The port of searches by broadcast. Without it, EPICS_PVA_BROADCAST_PORT says."
    )
    static let listed = [
        addresses.listed, searchesNetworks.listed, nameServers.listed, port.listed, broadcastPort.listed,
    ]

    static func settings(_ section: inout ConfigSection) -> PVAClientSettings {
        PVAClientSettings(
            addresses: section.read(addresses)?.joined(separator: " "),
            searchesNetworks: section.read(searchesNetworks),
            nameServers: section.read(nameServers)?.joined(separator: " "),
            broadcastPort: section.read(broadcastPort).map { UInt16($0) },
            serverPort: section.read(port).map { UInt16($0) }
        )
    }
}
