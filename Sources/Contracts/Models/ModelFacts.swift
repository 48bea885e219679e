/// What the files of a model tell without running it.
public struct ModelFacts: Sendable {
    /// A set of operators that the model is written in.
    public struct OperatorSet: Sendable, Equatable {
        /// `ai.onnx` for the standard ones.
        public let domain: String
        public let version: Int64

        public init(domain: String, version: Int64) {
            self.domain = domain
            self.version = version
        }
    }

    /// The name of the format: `onnx`.
    public let format: String
    /// The version of the format.
    public let formatVersion: Int64
    public var signature: ModelSignature
    /// What wrote the file, and in which version.
    public let producer: String
    public let producerVersion: String
    /// Whose model it is, as `org.example`.
    public let domain: String
    /// The version that its makers gave it.
    public let modelVersion: Int64
    public let operatorSets: [OperatorSet]
    public let graphName: String
    public let about: String
    /// What its makers wrote beside it, in their order.
    public let metadata: [(name: String, value: String)]
    public let operationCount: Int
    /// Numbers that were learned, as far as they are stored.
    public let parameterCount: Int
    /// The names of the files beside the model that hold its numbers.
    public let companions: [String]

    public init(
        format: String,
        formatVersion: Int64,
        signature: ModelSignature,
        producer: String,
        producerVersion: String,
        domain: String,
        modelVersion: Int64,
        operatorSets: [OperatorSet],
        graphName: String,
        about: String,
        metadata: [(name: String, value: String)],
        operationCount: Int,
        parameterCount: Int,
        companions: [String]
    ) {
        self.format = format
        self.formatVersion = formatVersion
        self.signature = signature
        self.producer = producer
        self.producerVersion = producerVersion
        self.domain = domain
        self.modelVersion = modelVersion
        self.operatorSets = operatorSets
        self.graphName = graphName
        self.about = about
        self.metadata = metadata
        self.operationCount = operationCount
        self.parameterCount = parameterCount
        self.companions = companions
    }
}
