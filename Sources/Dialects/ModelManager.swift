public import Manifest

/// The chain that model_manager runs: inputs, a transformer, the model, a transformer, outputs.
public struct ModelManager: FlowDialect {
    public let name = "model_manager"

    public init() {}

    public func recognizes(_ root: YAMLNode) -> Bool {
        root.entries?.contains { ["input_data", "output_data_to", "input_data_to_model"].contains($0.key) } ?? false
    }

    private enum Fields {
        static let deployment = Field.required("type", .text("continuous"), example: "continuous", doc: "The kind.")
        static func method(_ name: String) -> Field<String> {
            .required(name, .text("the type of an interface"), example: "p4p", doc: "The interface.")
        }
    }

    private static let interfaces = ["p4p", "p4p_server", "k2eg", "h5df"]
    private static let sections = [
        "deployment", "input_data", "input_data_to_model", "outputs_model", "output_model_to_data", "output_data_to",
    ]

    public func translate(_ root: YAMLNode, file: String, _ request: DialectRequest) -> FlowTranslation {
        var document = ForeignSection(root, file: file, path: "")
        var found: [Diagnostic] = []
        for name in Self.sections where !document.has(name) {
            document.report(
                .missingField,
                severity: name == "outputs_model" ? .warning : .error,
                at: document.place,
                path: name,
                "expected the section '\(name)', but it is missing",
                advice: "each of these is needed: \(Self.sections.joined(separator: ", "))"
            )
        }
        Self.checkDeployment(&document, &found)
        let modules = [
            interface("input_data", "get_method", publishes: "in", takes: ["get_all"], document, file, request, &found),
            transformer("input_data_to_model", publishes: "to model", takes: ["in"], document, file, &found),
            model(root, request, &document),
            transformer("output_model_to_data", publishes: "out", takes: ["of model"], document, file, &found),
            interface("output_data_to", "put_method", publishes: nil, takes: ["out"], document, file, request, &found),
        ]
        document.warnOfUnknownNames(known: Self.sections)
        found += document.diagnostics
        guard !found.hasErrors else { return FlowTranslation(root: nil, diagnostics: found) }
        var writing = FlowWriting(modules.compactMap(\.self), file: file, request)
        let pace = FlowPace(period: nil, gathers: 0, place: document.place(of: "deployment"))
        let flow = writing.flow(pace, at: root.place)
        return FlowTranslation(root: flow, diagnostics: found + writing.diagnostics)
    }

    private static func checkDeployment(_ document: inout ForeignSection, _ found: inout [Diagnostic]) {
        guard var section = document.inner("deployment") else { return }
        let kind = section.read(Fields.deployment)
        if section.has("type"), kind != "continuous" {
            section.report(
                .unknownType,
                at: section.place(of: "type"),
                path: section.path(of: "type"),
                "expected 'continuous', found '\(Printable.text(kind))', which never did anything",
                advice: "write 'type: continuous'"
            )
        }
        section.warnOfUnknownNames(known: ["type"])
        found += section.diagnostics
    }

    private func interface(
        _ name: String,
        _ method: String,
        publishes: String?,
        takes: [String],
        _ document: ForeignSection,
        _ file: String,
        _ request: DialectRequest,
        _ found: inout [Diagnostic]
    ) -> Module? {
        guard var section = document.inner(name) else { return nil }
        let type = section.read(Fields.method(method))
        section.warnOfUnknownNames(known: [method, "config"])
        found += section.diagnostics
        guard !type.isEmpty else { return nil }
        var reading = InterfaceReading(file: file, request)
        let interface = reading.read(
            type,
            section.inner("config") ?? section.empty("config"),
            typePlace: section.place(of: method),
            typePath: section.path(of: method),
            known: Self.interfaces
        )
        found += reading.diagnostics
        return interface.map {
            module(name, at: document.entry(name)?.keyPlace, publishes, takes, .interface($0), document)
        }
    }

    private func transformer(
        _ name: String,
        publishes: String,
        takes: [String],
        _ document: ForeignSection,
        _ file: String,
        _ found: inout [Diagnostic]
    ) -> Module? {
        guard var section = document.inner(name) else { return nil }
        let type = section.read(TransformerReading.type)
        section.warnOfUnknownNames(known: ["type", "config"])
        found += section.diagnostics
        guard !type.isEmpty else { return nil }
        var reading = TransformerReading(file: file)
        let transformers = reading.read(
            type,
            section.inner("config") ?? section.empty("config"),
            typePlace: section.place(of: "type"),
            typePath: section.path(of: "type")
        )
        found += reading.diagnostics
        return module(
            name,
            at: document.entry(name)?.keyPlace,
            publishes,
            takes,
            .transformers(transformers),
            document
        )
    }

    private func model(_ root: YAMLNode, _ request: DialectRequest, _ document: inout ForeignSection) -> Module? {
        let place = document.entry("outputs_model")?.keyPlace ?? root.place
        guard let model = request.model else {
            document.report(
                .model,
                at: place,
                path: "outputs_model",
                "expected a model, found none: such a document does not name its own",
                advice: "give it: '--model model.onnx'; models of MLflow and in Python come with a later version"
            )
            return nil
        }
        let part = Module.Part.model(ModelPart(model: model, place: place))
        return module("model", at: place, "of model", ["to model"], part, document)
    }

    private func module(
        _ key: String,
        at place: Place?,
        _ publishes: String?,
        _ takes: [String],
        _ part: Module.Part,
        _ document: ForeignSection
    ) -> Module {
        Module(
            key: key,
            place: place ?? document.place,
            path: key,
            publishes: publishes,
            takes: takes,
            part: part
        )
    }
}
