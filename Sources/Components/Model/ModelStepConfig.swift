internal import JSON
internal import Lifetime
public import Manifest
public import Models
internal import Signals

/// What a model step is told: which model.
public struct ModelStepConfig: Sendable {
    enum Fields {
        static let model = Field.required(
            "model",
            .text("a model"),
            example: "models:/injector@champion",
            doc: "The model: a file or a folder, from the folder of the flow on, `models:/NAME/VERSION` or "
                + "`models:/NAME@ALIAS`. Its signature tells inputs and outputs."
        )
        static let listed = [model.listed]
    }

    public let model: String

    public init(_ section: inout ConfigSection) { model = section.read(Fields.model) }
}

extension NodeType {
    /// Steps that run models; `library` finds them, or they stay unchecked.
    public static func model(_ library: ModelLibrary?) -> NodeType {
        let signatures = KnownSignatures(library: library)
        return NodeType(
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
                let config = ModelStepConfig(&section)
                guard !config.model.isEmpty, let signature = signatures.signature(config, &section) else {
                    return NodePorts(outputs: .open, hasOpenInputs: true)
                }
                return signature.ports(section)
            }
        )
    }
}

/// The signatures of the models of a document: each model is opened once.
private final class KnownSignatures: Sendable {
    private let library: ModelLibrary?
    private let known = Guarded<[ExactText: Result<ModelSignature, ModelProblem>]>([:])

    init(library: ModelLibrary?) { self.library = library }

    /// Nil where the model cannot be opened, which is reported.
    func signature(_ config: ModelStepConfig, _ section: inout ConfigSection) -> ModelSignature? {
        guard let library else { return nil }
        let key = ExactText(config.model)
        let opened =
            known.withLock { $0[key] }
            ?? Result { () throws(ModelProblem) in
                let opened = try library.open(config.model)
                try opened.signature.checkTensors(label: opened.label)
                return opened.signature
            }
        known.withLock { $0[key] = opened }
        switch opened {
        case .success(let signature): return signature
        case .failure(let problem):
            let entry = section.entry(ModelStepConfig.Fields.model.name)
            let isHidden = entry.map { $0.value.shownText != config.model } ?? false
            section.report(
                .model,
                // Where models are kept is told when the flow starts: then it is an error.
                severity: problem.code == .noStore ? .warning : .error,
                at: entry?.value.place ?? section.place,
                path: "\(section.path).\(ModelStepConfig.Fields.model.name)",
                isHidden
                    ? "expected a model, found that '\(Printable.text(entry?.value.shownText ?? ""))' is none: "
                        + problem.code.rawValue : Printable.text(problem.problem, lengthMax: 600),
                advice: isHidden
                    ? "try it: slipway model show MODEL" : Printable.text(problem.advice, lengthMax: 600)
            )
            return nil
        }
    }
}

extension ModelSignature {
    fileprivate func ports(_ section: ConfigSection) -> NodePorts {
        let path = "\(section.path).\(ModelStepConfig.Fields.model.name)"
        let place = section.entry(ModelStepConfig.Fields.model.name)?.value.place ?? section.place
        let tensors = outputs.filter { $0.elementType != nil }
        return NodePorts(
            outputs: .signals(
                tensors.map { Named(name: $0.name, place: place, path: path, value: ()) },
                field: ModelStepConfig.Fields.model.name
            ),
            types: PortTypes(
                inputs: inputs.map { input in
                    let isRequired = !input.isOptional && input.notes.standIn == nil
                    return PortTypes.Input(name: input.name, type: input.portType, isRequired: isRequired)
                },
                outputs: tensors.map { ($0.name, $0.portType) },
                areAllInputs: true
            )
        )
    }
}

extension ModelPort {
    private var isWhole: Bool {
        switch elementType {
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool, .int4, .uint4, .int2, .uint2: true
        default: false
        }
    }

    fileprivate var portType: PortType {
        PortType(
            kind: elementType == .string ? .text : elementType == nil ? .unknown : .number,
            isWhole: isWhole,
            text: text,
            shape: shape?.map { size in
                switch size {
                case .fixed(let count): .fixed(count)
                case .symbol(let name): .open(name)
                case .free: .open("?")
                }
            },
            unit: notes.unit,
            range: notes.range,
            constant: notes.constant
        )
    }
}
