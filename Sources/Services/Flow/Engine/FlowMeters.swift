public import Telemetry

/// What a flow counts: any thread reads.
public final class FlowMeters: Sendable {
    /// Of one node.
    public final class Node: Sendable {
        public let id: String
        /// Of a source: samples that came.
        public let received = Counter()
        /// Samples that a newer one replaced: of a source before anybody saw them, of a sink before they were written.
        public let coalesced = Counter()
        /// Of a source: how often a connection came back.
        public let reconnects = Counter()
        /// Of a step: evaluations of its parts.
        public let evaluated = Counter()
        /// Of a step, evaluations with an INVALID result; of a source, samples that were INVALID.
        public let invalid = Counter()
        /// Of a step, evaluations that failed; of a sink, writes that did not arrive.
        public let failed = Counter()
        /// Of a sink: samples that were written.
        public let written = Counter()
        /// Of a sink: what the governor did not let out, and what it changed.
        public let refused = Counter()
        public let clamped = Counter()
        /// Of a sink: what was held back because nothing is published.
        public let heldBack = Counter()
        /// Of a step: how long the evaluation of a part takes.
        public let latency = Histogram()

        init(id: String) { self.id = id }
    }

    public let nodes: [Node]
    /// Of the whole flow: from the first arrival of a batch until the sinks have what came of it.
    public let latency: Histogram
    public let evaluations: Counter
    public let reloads: Counter
    /// Messages whose evaluation or whose writing failed.
    public let messagesFailed: Counter

    /// Meters for nodes of these ids; those of ids that were there before go on.
    init(ids: [String], after old: FlowMeters?) {
        var known: [String: Node] = [:]
        for node in old?.nodes ?? [] { known[node.id] = node }
        nodes = ids.map { known[$0] ?? Node(id: $0) }
        latency = old?.latency ?? Histogram()
        evaluations = old?.evaluations ?? Counter()
        reloads = old?.reloads ?? Counter()
        messagesFailed = old?.messagesFailed ?? Counter()
    }
}
