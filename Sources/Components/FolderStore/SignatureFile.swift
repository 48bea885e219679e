internal import Host
internal import JSON
internal import Manifest
internal import Models

/// What people add to the signature of a model: a file `NAME.signature.yaml` beside `NAME.onnx`.
enum SignatureFile {
    /// The signature with what the file beside the model adds; unchanged when there is no such file.
    static func annotate(_ signature: ModelSignature, model path: String) throws(ModelProblem) -> ModelSignature {
        let stem = path.lastIndex(of: ".").map { String(path[..<$0]) } ?? path
        let file = stem + ".signature.yaml"
        let bytes: [UInt8]
        do throws(FileRefusal) {
            bytes = try FileReading.bytes(of: file, sizeMax: 4 << 20)
        } catch {
            guard error.reason != "does not exist" else { return signature }
            throw ModelProblem(.badNotes, "expected notes on the model, found that '\(file)' \(error.reason)")
        }
        return try annotate(signature, bytes, file: file)
    }

    static func annotate(
        _ signature: ModelSignature,
        _ bytes: [UInt8],
        file: String
    ) throws(ModelProblem) -> ModelSignature {
        let yaml = YAMLReader.read(bytes, file: file)
        var diagnostics = yaml.diagnostics
        var annotated = signature
        if let root = yaml.root {
            var section = ConfigSection(root, file: file, path: "")
            if root.entries == nil, !root.isUnreadable {
                section.report(
                    .wrongType,
                    at: root.place,
                    path: "signature",
                    "expected a mapping of inputs, outputs, found \(root.found())",
                    advice: "for example 'inputs: {NAME: {unit: mm}}'"
                )
            }
            annotated = ModelSignature(
                inputs: Self.annotated(signature.inputs, section.read(Fields.inputs), "input", &section),
                outputs: Self.annotated(signature.outputs, section.read(Fields.outputs), "output", &section)
            )
            section.reportUnknownNames(known: Fields.listed.map(\.name))
            diagnostics += section.diagnostics
        }
        let sorted = diagnostics.inFileOrder()
        guard let first = sorted.first(where: { $0.severity == .error }) else { return annotated }
        let others = sorted.count > 1 ? " (and \(sorted.count - 1) more)" : ""
        let place = "\(first.location.file):\(first.location.place.line):\(first.location.place.column)"
        throw ModelProblem(.badNotes, "\(place): \(first.path): \(first.problem)\(others)", advice: first.advice)
    }

    private static func annotated(
        _ ports: [ModelPort],
        _ notes: [Named<ModelPort.Notes>],
        _ noun: String,
        _ section: inout ConfigSection
    ) -> [ModelPort] {
        var ports = ports
        let indices = Dictionary(
            ports.enumerated().map { (ExactText($1.name), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for note in notes {
            guard let index = indices[ExactText(note.name)] else {
                section.report(
                    .unknownSignal,
                    at: note.place,
                    path: note.path,
                    "expected an \(noun) of the model, found '\(Printable.text(note.name))'",
                    // Advice costs work, and one problem is told.
                    advice: section.diagnostics.isEmpty
                        ? Nearest.advice(note.name, among: ports.map(\.name), otherwise: "the \(noun)s are") : ""
                )
                continue
            }
            var merged = note.value
            merged.about = merged.about ?? ports[index].notes.about
            ports[index].notes = merged
        }
        return ports
    }
}

extension SignatureFile {
    enum Fields {
        static let inputs = Field(
            "inputs",
            .map(of: .record(Input.listed) { Input.notes(&$0) }, keys: "names of inputs", count: 0...10_000),
            default: [],
            doc: "Notes on inputs."
        )
        static let outputs = Field(
            "outputs",
            .map(of: .record(Output.listed) { Output.notes(&$0) }, keys: "names of outputs", count: 0...10_000),
            default: [],
            doc: "Notes on outputs."
        )
        static let listed = [inputs.listed, outputs.listed]
    }

    enum Input {
        static let unit = Output.unit
        static let range = Output.range
        static let fallback = Field<Double?>.optional(
            "default",
            .number(),
            example: "0.0",
            doc: "The value where nothing feeds the input: for each of its elements."
        )
        static let constant = Field<Double?>.optional(
            "constant",
            .number(),
            example: "1.0",
            doc: "The only value the input may have."
        )
        static let about = Output.about
        static let listed = [unit.listed, range.listed, fallback.listed, constant.listed, about.listed]

        static func notes(_ section: inout ConfigSection) -> ModelPort.Notes {
            let notes = ModelPort.Notes(
                unit: section.read(unit),
                range: section.read(range),
                fallback: section.read(fallback),
                constant: section.read(constant),
                about: section.read(about)
            )
            for (name, value) in [(fallback.name, notes.fallback), (constant.name, notes.constant)] {
                guard let value, let range = notes.range, !range.contains(value), let entry = section.entry(name)
                else { continue }
                section.report(
                    .outOfRange,
                    at: entry.value.place,
                    path: "\(section.path).\(name)",
                    "expected a value within 'range', found \(value)",
                    advice: "change one of the two"
                )
            }
            return notes
        }
    }

    enum Output {
        static let unit = Field<String?>.optional("unit", .text("a unit"), example: "mm", doc: "The unit.")
        static let range = Field<ClosedRange<Double>?>.optional(
            "range",
            .range(of: .number()),
            example: "[-1.0, 1.0]",
            doc: "The values that the model was made for."
        )
        static let about = Field<String?>.optional(
            "description",
            .text("a text"),
            example: "\"the beam's width\"",
            doc: "What it is, for a person."
        )
        static let listed = [unit.listed, range.listed, about.listed]

        static func notes(_ section: inout ConfigSection) -> ModelPort.Notes {
            ModelPort.Notes(unit: section.read(unit), range: section.read(range), about: section.read(about))
        }
    }
}
