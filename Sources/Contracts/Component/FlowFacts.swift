/// What a flow is, for those who show it.
public struct FlowFacts: Sendable, Equatable {
    public let flow: String
    /// What runs the flow, with its version.
    public let program: String
    /// The digests of the models behind what a sink is given, each once.
    public let models: [String]
    /// The inputs of the sink.
    public let inputs: [String]

    public init(flow: String, program: String, models: [String], inputs: [String]) {
        self.flow = flow
        self.program = program
        self.models = models
        self.inputs = inputs
    }
}
