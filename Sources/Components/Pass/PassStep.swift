public import Component
internal import Lifetime
internal import Signals

/// Hands each input on as the output of its name: each is a part of its own.
public struct PassStep: Step {
    public let parts: [StepPart]

    public init(_ context: NodeContext) {
        parts = context.inputs.indices.map { StepPart(inputs: [$0], outputs: [$0]) }
    }

    public func makeRun() -> any StepRun { PassRun() }
}

private final class PassRun: StepRun {
    func evaluate(_ part: Int, _ inputs: [Sample], _ outputs: inout StepOutputs, until stop: RunStop) {
        outputs.add(inputs[0].value)
    }
}
