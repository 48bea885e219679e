public import Lifetime
public import Signals

/// A node that makes samples of samples.
///
/// It consists of parts, each of which waits only for its own inputs: a formula node has one a formula. Times, alarms
/// of inputs and what happens where an input is INVALID are the engine's.
public protocol Step: Sendable {
    var parts: [StepPart] { get }

    /// The digest of the model that it runs; nil where it runs none.
    var modelDigest: String? { get }

    /// The formula that a part is computed with; nil where it is none.
    func formula(ofPart part: Int) -> String?

    /// Makes what one thread needs to compute.
    func makeRun() throws(NodeFailure) -> any StepRun
}

extension Step {
    public var modelDigest: String? { nil }
    public func formula(ofPart part: Int) -> String? { nil }
}

/// Some outputs of a step, and the inputs that they are made of.
public struct StepPart: Sendable, Equatable {
    public let inputs: [Int]
    public let outputs: [Int]

    public init(inputs: [Int], outputs: [Int]) {
        self.inputs = inputs
        self.outputs = outputs
    }
}

/// A step in the hands of one thread.
public protocol StepRun: AnyObject {
    /// Computes the outputs of a part from a sample for each of its inputs.
    func evaluate(
        _ part: Int,
        _ inputs: [Sample],
        _ outputs: inout StepOutputs,
        until stop: RunStop
    ) throws(NodeFailure)
}

/// What a part of a step has computed.
public struct StepOutputs: Sendable {
    public struct Output: Sendable {
        public var value: Value
        /// What the step itself has to say about the value, besides the alarms of its inputs.
        public var alarm: Alarm
    }

    /// One for each output of the part, in its order.
    public private(set) var outputs: [Output] = []

    public init() {}

    public mutating func clear() { outputs.removeAll(keepingCapacity: true) }

    public mutating func add(_ value: Value, alarm: Alarm = .none) {
        outputs.append(Output(value: value, alarm: alarm))
    }
}
