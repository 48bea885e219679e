public import Manifest

/// What a source of process variables is told: which, and when they count as stale.
public struct PVASourceConfig: Sendable {
    enum Fields {
        static let pvs = Field.required(
            "pvs",
            .list(of: .named("the name of a process variable"), count: 1...10_000),
            example: "[GUN:CURRENT, GUN:VOLTAGE]",
            doc: "The process variables to monitor. Each is a signal of its own name."
        )
        static let maxAge = Field<Duration?>.optional(
            "max_age",
            .duration(in: .milliseconds(1) ... .seconds(86_400)),
            example: "5s",
            doc: "How long after its last arrival a value is good; then it is INVALID. Without it, values do not age."
        )
        static let listed = [pvs.listed, maxAge.listed] + PVAClientFields.listed
    }

    public let pvs: [Named<Void>]
    public let maxAge: Duration?
    let settings: PVAClientSettings

    public init(_ section: inout ConfigSection) {
        pvs = section.read(Fields.pvs)
        maxAge = section.read(Fields.maxAge)
        settings = PVAClientFields.settings(&section)
    }
}

extension NodeType {
    public static let pvaSource = NodeType(
        role: .source,
        name: "pva",
        summary: "Monitors process variables over PV Access.",
        fields: PVASourceConfig.Fields.listed,
        example: """
            flow: gun
            sources:
              machine: {type: pva, pvs: [GUN:CURRENT, GUN:VOLTAGE], max_age: 5s}
            sinks:
              screen: {type: console, in: [GUN:CURRENT, GUN:VOLTAGE]}

            """,
        takesIn: false,
        ports: { section in
            NodePorts(outputs: .signals(PVASourceConfig(&section).pvs, field: "pvs"))
        }
    )
}
