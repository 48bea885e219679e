public import Manifest

/// What a formula step is told: the text of each output.
public struct FormulaTransformConfig: Sendable {
    enum Fields {
        static let out = Field.required(
            "out",
            .map(of: .formula, keys: "names of signals", count: 1...10_000),
            example: "{power: \"current * voltage\"}",
            doc: "The formula of each output, over the names of signals, or of the inputs where 'in' names them. "
                + "docs/guide/formulas.md tells what a formula may hold."
        )
        static let squeeze = Field(
            "squeeze",
            .flag,
            default: false,
            doc: "Whether arrays whose last dimension has one element lose it: an array of one number becomes the "
                + "number."
        )
        static let listed = [out.listed, squeeze.listed]
    }

    public let out: [Named<FormulaText>]
    let squeezes: Bool

    public init(_ section: inout ConfigSection) {
        out = section.read(Fields.out)
        squeezes = section.read(Fields.squeeze)
    }
}

extension NodeType {
    public static let formula = NodeType(
        role: .step,
        name: "formula",
        summary: "Computes signals from signals.",
        fields: FormulaTransformConfig.Fields.listed,
        example: """
            flow: gun-power
            sources:
              machine: {type: pva, pvs: [GUN:CURRENT, GUN:VOLTAGE]}
            steps:
              power: {type: formula, out: {power: "GUN:CURRENT * GUN:VOLTAGE"}}
            sinks:
              screen: {type: console, in: [power]}

            """,
        takesIn: true,
        ports: { section in
            let config = FormulaTransformConfig(&section)
            let outputs = config.out.map { Named(name: $0.name, place: $0.place, path: $0.path, value: ()) }
            return NodePorts(outputs: .signals(outputs, field: "out"), formulas: config.out)
        }
    )
}
