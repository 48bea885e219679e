public import Manifest

extension NodeType {
    public static let pass = NodeType(
        role: .step,
        name: "pass",
        summary: "Hands its inputs on as they are, under the names of its inputs: for renaming.",
        fields: [],
        example: """
            flow: rename
            sources:
              machine: {type: pva, pvs: [GUN:CURRENT]}
            steps:
              short: {type: pass, in: {current: GUN:CURRENT}}
            sinks:
              screen: {type: console, in: [current]}

            """,
        takesIn: true,
        ports: { _ in NodePorts(outputs: .likeInputs) }
    )
}
