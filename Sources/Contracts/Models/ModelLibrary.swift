public import Digests

/// Finds and reads models: the stores and the formats of this program together.
public struct ModelLibrary: Sendable {
    private let stores: [any ModelStore]
    private let formats: [any ModelFormat]

    public init(stores: [any ModelStore], formats: [any ModelFormat]) {
        self.stores = stores
        self.formats = formats
    }

    /// Reads the model behind a reference, without running it.
    public func open(_ text: String) throws(ModelProblem) -> OpenedModel {
        let reference = try ModelReference(text)
        for store in stores {
            guard let stored = try store.find(reference) else { continue }
            return try open(stored)
        }
        throw Self.noStore(reference)
    }

    private func open(_ stored: StoredModel) throws(ModelProblem) -> OpenedModel {
        guard let format = formats.first(where: { stored.fileName.hasSuffix($0.fileEnding) }) else {
            let endings = formats.map { "'\($0.fileEnding)'" }.joined(separator: ", ")
            throw ModelProblem(
                .unsupported,
                "expected a model in a file that ends with \(endings), found '\(stored.fileName)'",
                advice: "rename it if it is one, or export the model to ONNX"
            )
        }
        let bytes = try stored.read(stored.fileName)
        var facts: ModelFacts
        do throws(ModelProblem) {
            facts = try format.facts(of: bytes)
        } catch {
            throw ModelProblem(error.code, "'\(stored.label)': \(error.problem)", advice: error.advice)
        }
        facts.signature = try stored.annotate(facts.signature)
        var companions: [String: [UInt8]] = [:]
        for companion in facts.companions { companions[companion.name] = try stored.read(companion.name) }
        return OpenedModel(
            files: LoadedFiles(label: stored.label, bytes: bytes, facts: facts, companions: companions),
            fileName: stored.fileName,
            version: stored.version,
            format: format
        )
    }

    private static func noStore(_ reference: ModelReference) -> ModelProblem {
        switch reference {
        case .path(let path): ModelProblem(.notFound, "expected a model, found nothing at '\(path)'")
        case .version, .alias:
            ModelProblem(
                .noStore,
                "expected a folder of models for '\(reference)', found none",
                advice: "name it: '--models FOLDER' or SLIPWAY_MODELS=FOLDER, with NAME/VERSION/model.onnx in it"
            )
        case .run:
            ModelProblem(
                .noStore,
                "expected a store of runs for '\(reference)', found that this program has none",
                advice: "fetch the model's file, and name it by its path"
            )
        }
    }
}

/// A model whose files were read and checked.
public struct OpenedModel: Sendable {
    public let files: LoadedFiles
    public let fileName: String
    /// The version by which it was found; nil for a plain file.
    public let version: String?
    private let format: any ModelFormat

    init(files: LoadedFiles, fileName: String, version: String?, format: any ModelFormat) {
        self.files = files
        self.fileName = fileName
        self.version = version
        self.format = format
    }

    public var label: String { files.label }
    public var facts: ModelFacts { files.facts }
    public var signature: ModelSignature { files.facts.signature }

    /// The bytes of all its files.
    public var byteCount: Int { files.companions.values.reduce(files.bytes.count) { $0 + $1.count } }

    /// What the model is: the digest of all its files.
    public func digest() -> ContentDigest {
        ContentDigest(of: [(fileName, files.bytes)] + files.companions.map { ($0.key, $0.value) })
    }

    /// Makes it ready to run.
    public func load() throws(ModelProblem) -> any ModelRuntime { try format.load(files) }
}
