/// Where models are kept: finds the files behind a reference.
public protocol ModelStore: Sendable {
    /// The model behind a reference; nil when references of this kind are not for this store.
    func find(_ reference: ModelReference) throws(ModelProblem) -> StoredModel?
}

/// A model in a store, not yet read.
public struct StoredModel: Sendable {
    /// How people know it: the name of its file, or its name and version.
    public let label: String
    /// The version of it that a folder of versions or a registry tells.
    public let version: String?
    /// The name of its main file, whose ending tells the format.
    public let fileName: String
    /// Reads a file of the model by its path in the model's folder; the main file by ``fileName``.
    public let read: @Sendable (String) throws(ModelProblem) -> [UInt8]
    /// What the file beside the model adds to the signature.
    public let annotate: @Sendable (ModelSignature) throws(ModelProblem) -> ModelSignature

    public init(
        label: String,
        version: String?,
        fileName: String,
        read: @escaping @Sendable (String) throws(ModelProblem) -> [UInt8],
        annotate: @escaping @Sendable (ModelSignature) throws(ModelProblem) -> ModelSignature
    ) {
        self.label = label
        self.version = version
        self.fileName = fileName
        self.read = read
        self.annotate = annotate
    }
}
