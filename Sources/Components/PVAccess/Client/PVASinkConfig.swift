public import Manifest

/// What a sink of process variables is told: which it writes, and with what.
public struct PVASinkConfig: Sendable {
    enum Fields {
        static let pvs = Field.required(
            "pvs",
            .map(of: .reference, keys: "names of process variables", count: 1...10_000),
            example: "{GUN:PHASE:SET: phase}",
            doc: "The process variables to write, and the signal that each is given."
        )
        static let timeout = Field(
            "timeout",
            .duration(in: .milliseconds(10) ... .seconds(3600)),
            default: .seconds(5),
            doc: "How long a write may take until the server says that it is done; then it is tried again, with the "
                + "newest value."
        )
        static let listed = [pvs.listed, timeout.listed] + PVAClientFields.listed
    }

    public let pvs: [Named<SignalReference>]
    let timeout: Duration
    let settings: PVAClientSettings

    public init(_ section: inout ConfigSection) {
        pvs = section.read(Fields.pvs)
        timeout = section.read(Fields.timeout)
        settings = PVAClientFields.settings(&section)
    }
}

extension NodeType {
    public static let pvaSink = NodeType(
        role: .sink,
        name: "pva",
        summary:
            "Writes process variables over PV Access and waits until that is done. What is INVALID is not written.",
        fields: PVASinkConfig.Fields.listed,
        example: """
            flow: correct
            sources:
              machine: {type: pva, pvs: [GUN:PHASE:ERROR, GUN:PHASE]}
            steps:
              next: {type: formula, out: {phase: "GUN:PHASE - 0.1 * GUN:PHASE:ERROR"}}
            sinks:
              out:
                type: pva
                pvs: {GUN:PHASE:SET: phase}
                governor: {GUN:PHASE:SET: {limits: [-5, 5], slew: 0.5}}

            """,
        takesIn: false,
        isLive: true,
        ports: { section in NodePorts(inputs: PVASinkConfig(&section).pvs, outputs: .none) }
    )
}
