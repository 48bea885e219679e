internal import Manifest

/// Reads what a document says about its model.
struct ModelReading {
    enum Fields {
        static let type = Field.required("type", .text("where the model is from"), example: "onnx", doc: "The getter.")
        static let path = Field.required("path", .text("a file"), example: "model.onnx", doc: "The model's file.")
    }

    private enum Origin {
        case file, python, registry, mock
    }

    private static let origins: [String: Origin] = [
        "onnx": .file, "local": .python, "LocalModelGetter": .python, "mlflow": .registry,
        "MlflowModelGetter": .registry, "mlflow_legacy": .registry, "MlflowModelGetterLegacy": .registry,
        "mock": .mock,
    ]

    private(set) var diagnostics: [Diagnostic] = []

    /// `section` is the configuration of the module.
    mutating func read(_ section: ForeignSection, _ request: DialectRequest) -> Module.Part? {
        var section = section
        defer { diagnostics += section.diagnostics }
        let type = section.read(Fields.type)
        section.warnOfUnknownNames(known: ["type", "args", "variables"])
        guard section.has("type"), !type.isEmpty else { return nil }
        let place = section.place(of: "type")
        if let model = request.model { return .model(ModelPart(model: model, place: place)) }
        switch Self.origins[type] {
        case .file:
            guard var arguments = section.inner("args") else {
                section.report(
                    .missingField,
                    at: place,
                    path: section.path(of: "args"),
                    "expected the model's file, but the field is missing",
                    advice: "add 'args: {path: model.onnx}'"
                )
                return nil
            }
            let path = arguments.read(Fields.path)
            arguments.warnOfUnknownNames(known: ["path"])
            diagnostics += arguments.diagnostics
            return path.isEmpty ? nil : .model(ModelPart(model: path, place: arguments.place(of: "path")))
        case .python: refuse("a model in Python, which comes with a later version", &section)
        case .registry: refuse("a model of MLflow, which comes with a later version", &section)
        case .mock?: return .transformers([mock(at: place)])
        case nil:
            section.report(
                .unknownType,
                at: place,
                path: section.path(of: "type"),
                "expected where the model is from, found '\(Printable.text(type))'",
                advice: Nearest.advice(
                    type,
                    among: Self.origins.keys.sorted(),
                    otherwise: "plugins are not run; the types are"
                )
            )
        }
        return nil
    }

    /// A model that always says the same: a constant.
    private func mock(at place: Place) -> Transformer {
        let output = Transformer.Output(
            name: "not_initialized",
            place: place,
            value: .text("-99999999999", at: place)
        )
        return Transformer(kind: .formula, suffix: "", place: place, inputs: [], outputs: [output])
    }

    private func refuse(_ found: String, _ section: inout ForeignSection) {
        section.report(
            .model,
            at: section.place(of: "type"),
            path: section.path(of: "type"),
            "expected a model that runs here, found \(found)",
            advice: "until then export it as ONNX, and write 'type: onnx' with 'args: {path: model.onnx}', or give it: "
                + "'--model model.onnx'"
        )
    }
}
