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
    /// Signals of the recording that the flow does not have.
    private(set) var notComputed: [String] = []
    private let isWanted: (String) -> Bool

    /// Compares the signals that are wanted.
    init(_ rehearsal: consuming Rehearsal, within: Double, only isWanted: @escaping (String) -> Bool) {
        let inputs = Set(rehearsal.inputs)
        self.isWanted = isWanted
        comparison = Comparison(rehearsal.outputs.filter { !inputs.contains($0) && isWanted($0) }, within: within)
        self.inputs = inputs
        self.rehearsal = rehearsal
    }

    /// The signals of sources that the recording had nothing of.
    var missing: [String] { rehearsal.inputs.filter { rehearsal.sample($0) == nil } }

    /// Evaluates all of a recording; `take` gets what the flow computes, and with false ends it.
    mutating func play(_ path: String, _ take: ([Rehearsal.Change]) -> Bool) throws(NodeFailure) {
        let signals = inputs.sorted() + comparison.signals.map(\.name)
        let others = try Catalog.recordings.read(path, signals: signals) { read in
            switch read {
            case .success(let recorded): return take(evaluate(recorded))
            case .failure(let failure):
                brokenCount += 1
                firstProblem = firstProblem ?? failure.problem
                return true
            }
        }
        notComputed = others.filter(isWanted).sorted()
    }

    private mutating func evaluate(_ recorded: RecordedEvaluation) -> [Rehearsal.Change] {
        for part in recorded.parts where inputs.contains(part.signal) {
            _ = rehearsal.put(part.signal, part.value, alarm: part.alarm, stamp: part.stamp)
        }
        let changes = rehearsal.evaluate(at: recorded.parts.map(\.stamp).max() ?? .unknown)
        evaluationCount += 1
        let computed = changes.filter { !$0.isInput }
        for part in recorded.parts where !inputs.contains(part.signal) {
            // Of one evaluation all that changed is recorded: what changed here has to be that.
            let isThere = !recorded.isWhole || computed.contains { $0.signal == part.signal }
            comparison.add(part, line: recorded.line, isThere ? rehearsal.sample(part.signal) : nil)
        }
        for change in computed where recorded.isWhole && !recorded.parts.contains(where: { $0.signal == change.signal })
        {
            comparison.addExtra(change.signal)
        }
        return computed
    }
}
