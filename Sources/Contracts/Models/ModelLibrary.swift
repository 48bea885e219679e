public import Digests
internal import Signals

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
        return OpenedModel(stored: stored, bytes: bytes, facts: facts, format: format)
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

/// A model whose main file was read and checked; the files beside it are read when they are needed.
public struct OpenedModel: Sendable {
    public let facts: ModelFacts
    /// The main file.
    public let bytes: [UInt8]
    private let stored: StoredModel
    private let format: any ModelFormat

    init(stored: StoredModel, bytes: [UInt8], facts: ModelFacts, format: any ModelFormat) {
        self.stored = stored
        self.bytes = bytes
        self.facts = facts
        self.format = format
    }

    public var label: String { stored.label }
    public var signature: ModelSignature { facts.signature }
    public var fileName: String { stored.fileName }
    /// The version by which it was found; nil for a plain file.
    public var version: String? { stored.version }

    /// What the model is: the digest and the bytes of all its files.
    public func digest() throws(ModelProblem) -> (digest: ContentDigest, byteCount: Int) {
        var files = [(fileName, bytes.count, ContentDigest(of: bytes))]
        for companion in facts.companions {
            let bytes = try stored.read(companion)
            files.append((companion, bytes.count, ContentDigest(of: bytes)))
        }
        return (ContentDigest(of: files), files.reduce(0) { $0 + $1.1 })
    }

    /// Makes it ready to run; `isRowByRow` says that it is to run on one row at a time, as flows do.
    public func load(isRowByRow: Bool = false) throws(ModelProblem) -> any ModelRuntime {
        var companions: [String: TensorBytes] = [:]
        var count = 0
        for companion in facts.companions {
            let bytes = try stored.read(companion)
            count += bytes.count
            guard count <= Self.companionsSizeMax else {
                throw ModelProblem(
                    .tooLarge,
                    "expected at most \(Self.companionsSizeMax >> 30) GiB beside '\(label)', found more"
                )
            }
            companions[companion] = TensorBytes(count: bytes.count) { memory in
                unsafe memory.withUnsafeMutableBytes { unsafe $0.copyBytes(from: bytes) }
            }
        }
        let files = LoadedFiles(
            label: label,
            bytes: bytes,
            facts: facts,
            companions: companions,
            isRowByRow: isRowByRow
        )
        return try format.load(files)
    }

    /// The bytes of all files beside a model.
    private static let companionsSizeMax = 64 << 30
}
