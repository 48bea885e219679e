internal import Catalog
internal import Component
internal import Flow
internal import Lifetime
internal import Manifest
internal import Signals

/// A recording on its way through a flow.
struct ReplayRun: ~Copyable {
    private var rehearsal: Rehearsal
    private let inputs: Set<String>
    private(set) var comparison: Comparison
    private(set) var evaluationCount = 0
    /// Lines that could not be used, and why the first of them.
    private(set) var brokenCount = 0
    private(set) var firstProblem: String?

    init(_ rehearsal: consuming Rehearsal, within: Double) {
        let inputs = Set(rehearsal.inputs)
        comparison = Comparison(rehearsal.outputs.filter { !inputs.contains($0) }, within: within)
        self.inputs = inputs
        self.rehearsal = rehearsal
    }

    /// The signals of sources that the recording had nothing of.
    var missing: [String] { rehearsal.inputs.filter { rehearsal.sample($0) == nil } }

    /// Evaluates all of a recording; `take` gets what the flow computes, and with false ends it.
    mutating func play(_ path: String, _ take: ([Rehearsal.Change]) -> Bool) throws(NodeFailure) {
        let signals = inputs.sorted() + comparison.signals.map(\.name)
        try Catalog.recordings.read(path, signals: signals) { read in
            switch read {
            case .success(let recorded): return take(evaluate(recorded))
            case .failure(let failure):
                brokenCount += 1
                firstProblem = firstProblem ?? failure.problem
                return true
            }
        }
    }

    private mutating func evaluate(_ recorded: RecordedEvaluation) -> [Rehearsal.Change] {
        for part in recorded.parts where inputs.contains(part.signal) {
            _ = rehearsal.put(part.signal, part.value, alarm: part.alarm, stamp: part.stamp)
        }
        let changes = rehearsal.evaluate(at: recorded.parts.map(\.stamp).max() ?? .unknown)
        evaluationCount += 1
        for part in recorded.parts where !inputs.contains(part.signal) {
            comparison.add(part, line: recorded.line, rehearsal.sample(part.signal))
        }
        return changes.filter { !$0.isInput }
    }
}
