public import Component
internal import Digests
internal import Lifetime
public import Models
internal import Signals

/// Runs a model: all of its outputs are made together, of one row of its inputs.
public struct ModelStep: Step {
    private let runtime: any ModelRuntime
    private let label: String
    /// For each input of the signature, which input of the node feeds it.
    private let feeds: [Int?]
    /// For each output of the node, which output of the signature it is.
    private let sources: [Int]
    private let inputCount: Int
    public let modelDigest: String?

    /// Loads the model and runs it once, so that the first evaluation is as fast as the others.
    public init(_ config: ModelStepConfig, _ context: NodeContext, _ library: ModelLibrary) throws(NodeFailure) {
        do throws(ModelProblem) {
            let opened = try library.open(config.model)
            runtime = try opened.load(isRowByRow: true)
            label = opened.label
            modelDigest = try opened.digest().digest.description
            try runtime.warmUp()
        } catch {
            throw NodeFailure(error.problem, advice: error.advice)
        }
        let signature = runtime.signature
        feeds = signature.inputs.map { input in
            context.inputs.firstIndex { $0.utf8.elementsEqual(input.name.utf8) }
        }
        let tensors = signature.outputs.filter { $0.elementType != nil }
        sources = context.outputs.map { name in tensors.firstIndex { $0.name.utf8.elementsEqual(name.utf8) } ?? 0 }
        inputCount = context.inputs.count
    }

    public var parts: [StepPart] { [StepPart(inputs: Array(0..<inputCount), outputs: Array(sources.indices))] }

    public func makeRun() -> any StepRun {
        ModelRun(runtime, label: label, feeds: feeds, sources: sources)
    }
}

/// A model in the hands of one thread, which keeps the memory of its last run.
private final class ModelRun: StepRun {
    private let runtime: any ModelRuntime
    private let label: String
    private let feeds: [Int?]
    private let sources: [Int]
    private let inputs: [ModelPort]
    private let outputs: [ModelPort]
    /// What stands in for an input that nothing feeds.
    private let standIns: [Double]
    /// The shapes of the inputs where each is given one number; nil where that cannot be.
    private let numberShapes: [[Int]]?
    /// Whether inputs and outputs can lie in memory that is made once.
    private let isPreparable: Bool
    private var prepared: Prepared?
    private var shapes: [[Int]] = []

    private struct Prepared {
        let shapes: [[Int]]
        let run: any PreparedRun
        let inputs: [TensorMemory]
        /// Whether it is for one number for each input, which is what most flows carry.
        let isOfNumbers: Bool
    }

    init(_ runtime: any ModelRuntime, label: String, feeds: [Int?], sources: [Int]) {
        self.runtime = runtime
        self.label = label
        self.feeds = feeds
        self.sources = sources
        let inputs = runtime.signature.inputs
        self.inputs = inputs
        standIns = inputs.map { $0.notes.standIn ?? 0 }
        numberShapes = try? inputs.map { try $0.shape(for: .float64(0)) }
        outputs = runtime.signature.outputs.filter { $0.elementType != nil }
        isPreparable = zip(inputs, feeds).allSatisfy { input, feed in
            input.elementType != .string && (feed != nil || input.notes.standIn != nil)
        }
    }

    func evaluate(
        _ part: Int,
        _ samples: [Sample],
        _ results: inout StepOutputs,
        until stop: RunStop
    ) throws(NodeFailure) {
        do throws(ModelProblem) {
            let alarm = isPreparable ? try runPrepared(samples, stop) : try runOnce(samples, stop)
            for source in sources {
                let value = try output(source)
                results.add(value, alarm: alarm.worst(of: Self.alarm(of: value, name: outputs[source].name)))
            }
            once = nil
        } catch {
            once = nil
            throw NodeFailure(error.problem, advice: error.advice)
        }
    }

    /// The outputs of a run whose memory is not kept.
    private var once: NamedTensors?

    private func runPrepared(_ samples: [Sample], _ stop: RunStop) throws(ModelProblem) -> Alarm {
        let prepared = try prepare(for: samples)
        var alarm = Alarm.none
        for index in inputs.indices {
            let memory = prepared.inputs[index]
            let number: Double
            switch feeds[index].map({ samples[$0].value }) {
            case .float64(let given): number = given
            case nil: number = standIns[index]
            case .some(let value):
                alarm = alarm.worst(of: try memory.fill(value, for: inputs[index]))
                continue
            }
            if inputs[index].notes.range == nil, memory.set(number) { continue }
            alarm = alarm.worst(of: try memory.fill(.float64(number), for: inputs[index]))
        }
        try prepared.run.run(until: stop)
        return alarm
    }

    /// Has memory that fits some samples: numbers, which most flows carry, always fit the same.
    private func prepare(for samples: [Sample]) throws(ModelProblem) -> Prepared {
        let areNumbers = samples.allSatisfy { if case .float64 = $0.value { true } else { false } }
        if areNumbers, let prepared, prepared.isOfNumbers { return prepared }
        shapes.removeAll(keepingCapacity: true)
        for (index, port) in inputs.enumerated() {
            shapes.append(try port.shape(for: feeds[index].map { samples[$0].value }))
        }
        if let prepared, prepared.shapes == shapes { return prepared }
        let run = try runtime.prepare(shapes)
        let made = Prepared(shapes: shapes, run: run, inputs: run.inputs, isOfNumbers: shapes == numberShapes)
        prepared = made
        return made
    }

    private func runOnce(_ samples: [Sample], _ stop: RunStop) throws(ModelProblem) -> Alarm {
        var inputs = NamedTensors()
        var alarm = Alarm.none
        for (index, port) in runtime.signature.inputs.enumerated() {
            guard let value = feeds[index].map({ samples[$0].value }) ?? port.notes.standIn.map({ .float64($0) })
            else { continue }
            let shape = try port.shape(for: value)
            if port.elementType == .string {
                inputs.add(port.name, try value.texts(shape, for: port))
                continue
            }
            let memory = try port.memory(shape)
            let own = try memory.fill(value, for: port)
            alarm = alarm.worst(of: own)
            inputs.add(port.name, try memory.tensor(name: port.name))
        }
        once = try runtime.run(inputs, until: stop)
        return alarm
    }

    private func output(_ index: Int) throws(ModelProblem) -> Value {
        if let once { return once.tensors[index].map(Value.init(row:)) ?? .none }
        guard let run = prepared?.run else { return .none }
        if let memory = run.outputs[index] {
            if let scalar = memory.scalar { return scalar }
            return Value(row: try memory.tensor(name: outputs[index].name))
        }
        return try run.takeOutput(index).map(Value.init(row:)) ?? .none
    }

    /// What the model itself has to say about a value: that there is none, or that it is no number.
    private static func alarm(of value: Value, name: String) -> Alarm {
        switch value {
        case .none: .invalid("the model gave no value for '\(name)'")
        case .tensor(let tensor):
            tensor.firstNonFinite.map { .invalid("'\(name)' is not finite in element \($0)") } ?? .none
        default: .none
        }
    }
}
