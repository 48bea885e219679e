public import Signals

/// A flow as it is between two evaluations, for people and programs who look.
public struct FlowView: Sendable {
    public struct Signal: Sendable {
        public let node: String
        public let name: String
        /// Nil while nothing has arrived.
        public let sample: Sample?
        /// What the source said about it; nil where nothing is known.
        public var description: Description?
    }

    public let flow: String
    public internal(set) var signals: [Signal]
}
