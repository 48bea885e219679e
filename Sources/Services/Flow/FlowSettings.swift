public import Telemetry

/// How a flow runs here, besides what its document says.
public struct FlowSettings: Sendable {
    /// Whether live sinks are written at all.
    public let isPublishing: Bool
    /// Gets a line for every write to a live sink.
    public let journal: Journal?
    public let log: any EventLog
    /// What runs the flow, with its version.
    public let program: String
    /// How many bytes of what was evaluated are remembered, so that it can be explained; 0 where nobody asks.
    public let traceSizeMax: Int

    public init(
        isPublishing: Bool,
        journal: Journal? = nil,
        log: any EventLog,
        program: String = "",
        traceSizeMax: Int = 0
    ) {
        self.isPublishing = isPublishing
        self.journal = journal
        self.log = log
        self.program = program
        self.traceSizeMax = traceSizeMax
    }
}
