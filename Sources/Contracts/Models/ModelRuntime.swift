internal import JSON
public import Lifetime
public import Signals

/// Runs a model: named tensors in, named tensors out.
public protocol ModelRuntime: Sendable {
    var signature: ModelSignature { get }

    /// Runs once, on the calling thread: a tensor for each input, where what is optional may be missing.
    func run(_ inputs: NamedTensors, until stop: RunStop) throws(ModelProblem) -> NamedTensors

    /// Makes a run that is done again and again with inputs of these shapes, in the order of the signature's
    /// inputs.
    func prepare(_ shapes: [[Int]]) throws(ModelProblem) -> any PreparedRun
}

/// A run whose inputs and outputs lie in memory that is made once: the way of values that never stop.
///
/// It belongs to one thread at a time.
public protocol PreparedRun: AnyObject {
    /// Where the inputs are written, in the order of the signature.
    var inputs: [TensorMemory] { get }
    /// Where the outputs are after a run; nil where the shape of one is not known before.
    var outputs: [TensorMemory?] { get }

    func run(until stop: RunStop) throws(ModelProblem)

    /// An output whose shape was not known before, once after each run; nil where it has no value.
    func takeOutput(_ index: Int) throws(ModelProblem) -> Tensor?
}

extension ModelRuntime {
    /// Runs once on zeros, so that the first run that counts is as fast as the others.
    ///
    /// Open sizes are 1; what has a default or a constant has that.
    public func warmUp() throws(ModelProblem) {
        var inputs = NamedTensors()
        for input in signature.inputs where !input.isOptional {
            let shape = (input.shape ?? []).map { size in if case .fixed(let size) = size { size } else { 1 } }
            let type = input.elementType ?? .string
            let value: JSONValue = type == .string ? "" : JSONValue(double: input.notes.standIn ?? 0)
            inputs.add(input.name, try TensorReader(type, name: input.name).tensor(value, shape: shape))
        }
        _ = try run(inputs, until: .never)
    }

    /// Runs on an executor for work that blocks; a task that is cancelled ends its run.
    @concurrent
    public func run(
        _ inputs: NamedTensors,
        until stop: RunStop,
        on executor: BlockingExecutor
    ) async throws(ModelProblem) -> NamedTensors {
        // What nothing else ends is ended by its task.
        let stop = stop.isNever ? RunStop() : stop
        let result = await withTaskCancellationHandler {
            await withTaskExecutorPreference(executor) { () async -> Result<NamedTensors, ModelProblem> in
                Result { () throws(ModelProblem) in try self.run(inputs, until: stop) }
            }
        } onCancel: {
            stop.stop(.cancelled)
        }
        return try result.get()
    }
}

/// Tensors by name, in an order: one row or a batch of rows.
public struct NamedTensors: Sendable, Equatable {
    public private(set) var names: [String]
    /// Nil where an optional output has no value.
    public private(set) var tensors: [Tensor?]

    public init(names: [String] = [], tensors: [Tensor?] = []) {
        precondition(names.count == tensors.count, "\(names.count) names of \(tensors.count) tensors")
        self.names = names
        self.tensors = tensors
    }

    public mutating func add(_ name: String, _ tensor: Tensor?) {
        names.append(name)
        tensors.append(tensor)
    }

    /// The first tensor of this name.
    public subscript(name: String) -> Tensor? {
        names.firstIndex { $0.utf8.elementsEqual(name.utf8) }.flatMap { tensors[$0] }
    }

    public static func == (left: NamedTensors, right: NamedTensors) -> Bool {
        left.names.count == right.names.count && left.tensors == right.tensors
            && zip(left.names, right.names).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    }
}
