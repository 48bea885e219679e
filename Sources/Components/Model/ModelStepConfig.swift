public import Manifest

/// What a model step is told: which model.
public struct ModelStepConfig: Sendable {
    enum Fields {
        static let model = Field.required(
            "model",
            .text("a model"),
            example: "models:/injector@champion",
            doc: "The model: a file, `models:/NAME/VERSION`, `models:/NAME@ALIAS` or `runs:/ID/PATH`. This version "
                + "keeps the text; it does not open the model yet."
        )
        static let listed = [model.listed]
    }

    public let model: String

    public init(_ section: inout ConfigSection) { model = section.read(Fields.model) }
}

extension NodeType {
    public static let model = NodeType(
        role: .step,
        name: "model",
        summary: "Runs a trained model: its inputs and outputs are those of the model's signature.",
        fields: ModelStepConfig.Fields.listed,
        example: """
            flow: injector
            sources:
              machine: {type: pva, pvs: [SOLN:IN20:121:BACT]}
            steps:
              nn:
                type: model
                model: models:/injector@champion
                in: {solenoid: SOLN:IN20:121:BACT}
            sinks:
              screen: {type: console, in: [sigma_x]}

            """,
        takesIn: true,
        ports: { section in
            _ = ModelStepConfig(&section)
            return NodePorts(outputs: .open, hasOpenInputs: true)
        }
    )
}
