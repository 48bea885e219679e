public import Signals

/// A sort of model that this program reads and runs.
public protocol ModelFormat: Sendable {
    /// The ending of its files, with the point.
    var fileEnding: String { get }

    /// What the files tell, without running them.
    ///
    /// Nothing of a file is trusted: sizes, depths and paths are checked before anybody else sees it.
    func facts(of bytes: [UInt8]) throws(ModelProblem) -> ModelFacts

    /// Makes a runtime of a model.
    func load(_ model: LoadedFiles) throws(ModelProblem) -> any ModelRuntime
}

/// The files of a model in memory, and what they tell.
///
/// What is checked, digested and run are the same bytes: nothing is read twice.
public struct LoadedFiles: Sendable {
    public let label: String
    public let bytes: [UInt8]
    public let facts: ModelFacts
    /// The files beside it, by their names.
    public let companions: [String: TensorBytes]
    /// Whether it is to run on one row at a time, again and again, where the time of each run counts.
    public let isRowByRow: Bool

    public init(
        label: String,
        bytes: [UInt8],
        facts: ModelFacts,
        companions: [String: TensorBytes],
        isRowByRow: Bool = false
    ) {
        self.label = label
        self.bytes = bytes
        self.facts = facts
        self.companions = companions
        self.isRowByRow = isRowByRow
    }
}
