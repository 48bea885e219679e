internal import Lifetime
public import Signals

/// What is remembered of a flow's evaluations: the engine adds, anybody asks.
final class FlowTrace: Sendable {
    private let ring: Guarded<TraceRing>

    /// Nil where nothing is to be remembered.
    init?(sizeMax: Int) {
        guard sizeMax > 0 else { return nil }
        ring = Guarded(TraceRing(sizeMax: sizeMax))
    }

    func begin(_ map: TraceMap) { ring.withLock { $0.begin(map) } }

    func add(_ id: EvaluationID, at time: Stamp, _ changes: [(slot: Int, sample: Sample)]) {
        ring.withLock { $0.add(id, at: time, changes) }
    }

    /// As it is now: whoever looks for something does not hold up the engine.
    var present: TraceRing { ring.withLock { $0 } }
}

// What others ask.
extension LiveFlow {
    /// Why a signal, or what a sink writes under a name, is what it is; or was, in an evaluation.
    ///
    /// `node` names its node where several offer such a signal.
    public func explain(
        _ signal: String,
        of node: String? = nil,
        in id: EvaluationID? = nil
    ) throws(TraceProblem) -> Explanation {
        guard let trace else { throw .off }
        return try trace.present.explain(signal, of: node, in: id)
    }

    /// The newest evaluations that are remembered, the newest first.
    public func evaluations(limit: Int) throws(TraceProblem) -> [TracedEvaluation] {
        guard let trace else { throw .off }
        return trace.present.evaluations(limit: limit)
    }

    public func evaluation(_ id: EvaluationID) throws(TraceProblem) -> TracedEvaluation {
        guard let trace else { throw .off }
        return try trace.present.evaluation(id)
    }
}
