internal import COnnxRuntime
public import Lifetime
public import Models
internal import Signals

/// An ONNX model in this process.
///
/// Any number of threads may run it at the same time. The library's threads are shared by all models.
public final class ONNXRuntime: ModelRuntime {
    public let signature: ModelSignature
    let session: ONNXSession
    let inputNames: CNames
    let outputNames: CNames
    /// The outputs that are tensors: others are not asked for.
    let outputs: [ModelPort]
    private let label: String

    /// - Throws: When the model takes what is no tensor, or the library cannot run it.
    public init(_ files: LoadedFiles) throws(ModelProblem) {
        signature = files.facts.signature
        label = files.label
        try signature.checkTensors(label: label)
        outputs = signature.outputs.filter { $0.elementType != nil }
        session = try ONNXSession(files, isAlone: Self.isQuick(files))
        inputNames = CNames(signature.inputs.map(\.name))
        outputNames = CNames(outputs.map(\.name))
    }

    /// Whether a run is over before other threads have woken up to help.
    ///
    /// A thread wakes up in 5 to 50 us, more on a busy machine; one row through 4 MB of weights takes 100 us.
    private static func isQuick(_ files: LoadedFiles) -> Bool {
        let size = files.companions.values.reduce(files.bytes.count) { $0 + $1.count }
        let isNarrow = files.facts.signature.inputs.allSatisfy { input in
            let sizes = (input.shape ?? []).map { size in if case .fixed(let size) = size { size } else { 1 } }
            return ((try? Tensor.count(of: sizes)) ?? .max) <= 4096
        }
        return files.isRowByRow && size <= 4 << 20 && isNarrow
    }

    public func run(_ inputs: NamedTensors, until stop: RunStop) throws(ModelProblem) -> NamedTensors {
        let arranged = try signature.arranged(inputs, label: label)
        let given = try arranged.map { tensor throws(ModelProblem) in
            do throws(TensorError) {
                return try tensor?.aligned()
            } catch {
                throw ModelProblem(.badInput, error.description)
            }
        }
        var values = ONNXValueList()
        for tensor in given.compactMap(\.self) { unsafe values.append(try ONNXValue.make(tensor)) }
        var results = ONNXValueList(count: outputs.count)
        if values.count == given.count {
            try session.run(inputNames, values, outputNames, &results, until: stop)
        } else {
            let present = given.indices.filter { given[$0] != nil }
            let names = CNames(present.map { signature.inputs[$0].name })
            try session.run(names, values, outputNames, &results, until: stop)
        }
        // The inputs' memory was read until here.
        return try withExtendedLifetime(given) { () throws(ModelProblem) in
            var named = NamedTensors()
            for (index, output) in outputs.enumerated() {
                guard let value = unsafe results.take(index) else {
                    named.add(output.name, nil)
                    continue
                }
                named.add(output.name, try unsafe ONNXValue.tensor(value, name: output.name, inputs: given))
            }
            return named
        }
    }

    public func prepare(_ shapes: [[Int]]) throws(ModelProblem) -> any PreparedRun {
        try ONNXPreparedRun(self, shapes, label: label)
    }
}

/// A run with inputs and outputs in memory that is made once.
@safe final class ONNXPreparedRun: PreparedRun {
    let inputs: [TensorMemory]
    let outputs: [TensorMemory?]
    private let runtime: ONNXRuntime
    private var inputValues = ONNXValueList()
    /// Those whose shapes are not known are made by the library in each run.
    private var outputValues = ONNXValueList()

    init(_ runtime: ONNXRuntime, _ shapes: [[Int]], label: String) throws(ModelProblem) {
        self.runtime = runtime
        let sizes = try runtime.signature.sizes(of: shapes, label: label)
        inputs = try zip(runtime.signature.inputs, shapes).map { port, shape throws(ModelProblem) in
            try Self.memory(port, shape)
        }
        let given = inputs
        outputs = try runtime.outputs.map { output throws(ModelProblem) in
            // The library leaves alone what is an input as well.
            let source = runtime.signature.inputs.firstIndex { $0.name.utf8.elementsEqual(output.name.utf8) }
            if let source { return given[source] }
            guard let shape = output.shape(sizes), output.elementType != .string, !output.isOptional else { return nil }
            return try Self.memory(output, shape)
        }
        for memory in inputs { unsafe inputValues.append(try ONNXValue.make(memory)) }
        for memory in outputs {
            let value = try unsafe memory.map { memory throws(ModelProblem) in try unsafe ONNXValue.make(memory) }
            unsafe outputValues.append(value)
        }
    }

    private static func memory(_ port: ModelPort, _ shape: [Int]) throws(ModelProblem) -> TensorMemory {
        do throws(TensorError) {
            return try TensorMemory(port.elementType ?? .string, shape: shape)
        } catch {
            throw ModelProblem(.badInput, "'\(port.name)': \(error.description)")
        }
    }

    func run(until stop: RunStop) throws(ModelProblem) {
        for index in outputs.indices where outputs[index] == nil { unsafe ort_value_destroy(outputValues.take(index)) }
        try runtime.session.run(runtime.inputNames, inputValues, runtime.outputNames, &outputValues, until: stop)
    }

    func takeOutput(_ index: Int) throws(ModelProblem) -> Tensor? {
        guard outputs[index] == nil, let value = unsafe outputValues.take(index) else { return nil }
        return try unsafe ONNXValue.tensor(value, name: runtime.outputs[index].name, inputs: [])
    }
}
