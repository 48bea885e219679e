public import Manifest

extension NodeType {
    public static let consoleSink = NodeType(
        role: .sink,
        name: "console",
        summary: "Prints samples, one a line. Without `in`, all signals of the flow.",
        fields: [],
        example: """
            flow: look
            sources:
              machine: {type: pva, pvs: [GUN:CURRENT]}
            sinks:
              screen: {type: console}

            """,
        takesIn: true,
        ports: { _ in NodePorts(outputs: .none, hasOpenInputs: true) }
    )
}
