internal import Flow
internal import JSON
internal import Manifest
internal import Models
internal import Signals

/// What is told about evaluations that are remembered: as `/trace` answers it and `slipway trace --output json` shows
/// it.
enum TraceReport {
    /// Of longer arrays a sample tells type and shape alone.
    static let elementsMax = 256

    static func json(_ explanation: Explanation) -> JSONValue {
        let lines = explanation.lines.map { line -> JSONValue in
            var object = JSONObject()
            object.add("node", .string(line.node))
            object.add("type", .string(line.type))
            object.add("signal", .string(line.signal))
            line.sample.addMembers(to: &object, elementsMax: elementsMax)
            if let cut = line.cut { object.add("cut", .string(cut)) }
            object.add("evaluated", line.time.map { .string($0.description) } ?? .null)
            if let formula = line.formula { object.add("formula", .string(formula)) }
            if let model = line.model { object.add("model", .string(model)) }
            if !line.inputs.isEmpty { object.add("inputs", .array(line.inputs.map(json))) }
            return .object(object)
        }
        return [
            "flow": .string(explanation.flow), "lines": .array(lines),
            "left_out": .integer(Int64(explanation.leftOutCount)),
        ]
    }

    private static func json(_ input: Explanation.Input) -> JSONValue {
        var object = JSONObject()
        object.add("node", .string(input.node))
        object.add("signal", .string(input.signal))
        object.add("line", input.line.map { .integer(Int64($0)) } ?? .null)
        if input.isDelayed { object.add("delayed", true) }
        return .object(object)
    }

    static func json(_ flow: String, _ evaluations: [TracedEvaluation]) -> JSONValue {
        ["flow": .string(flow), "evaluations": .array(evaluations.map(json))]
    }

    private static func json(_ evaluation: TracedEvaluation) -> JSONValue {
        let changes = evaluation.changes.map { change -> JSONValue in
            var object = JSONObject()
            object.add("node", .string(change.node))
            object.add("signal", .string(change.signal))
            change.sample.addMembers(to: &object, elementsMax: elementsMax)
            if let cut = change.cut { object.add("cut", .string(cut)) }
            return .object(object)
        }
        return [
            "id": .string(evaluation.id.description), "evaluated": .string(evaluation.time.description),
            "changes": .array(changes),
        ]
    }
}

/// What is asked of the evaluations that are remembered.
enum TraceQuestion: Sendable, Equatable {
    /// Why a signal is what it is, or was in an evaluation.
    case signal(String, node: String?, id: EvaluationID?)
    case evaluation(EvaluationID)
    /// The newest evaluations.
    case newest(Int)

    /// What one answer may tell.
    static let newestMax = 1000

    func answer(_ flow: LiveFlow) throws(TraceProblem) -> JSONValue {
        switch self {
        case .signal(let signal, let node, let id):
            TraceReport.json(try flow.explain(signal, of: node, in: id))
        case .evaluation(let id): TraceReport.json(flow.name, [try flow.evaluation(id)])
        case .newest(let count): TraceReport.json(flow.name, try flow.evaluations(limit: count))
        }
    }

    /// Why there is no answer, and what to do.
    func text(of problem: TraceProblem) -> (problem: String, advice: String) {
        let name = if case .signal(let signal, _, _) = self { Printable.text(signal) } else { "" }
        switch problem {
        case .unknownSignal(let names):
            return (
                "expected a signal of the flow, found '\(name)'",
                Nearest.advice(name, among: names.map { Printable.text($0) }, otherwise: "the signals are")
            )
        case .ambiguous(let nodes):
            let nodes = nodes.map { Printable.text($0) }.joined(separator: ", ")
            return ("expected a signal of one node, found '\(name)' at \(nodes)", "name the node as well")
        case .ofOthers(let nodes):
            let nodes = nodes.map { Printable.text($0) }.joined(separator: ", ")
            return ("expected a node that offers '\(name)', found another", "it is a signal of \(nodes)")
        case .nothingYet:
            return (
                "expected a value of '\(name)', found that it has not been computed: an input has not arrived",
                "'/flow' shows which signals have values"
            )
        case .forgotten(let oldest):
            let rest = oldest.map { "what is remembered begins at \($0)" } ?? "nothing is remembered yet"
            return (
                "expected an evaluation that is remembered, found none of this id: \(rest)",
                "'slipway run --trace SIZE' remembers more"
            )
        case .off:
            return (
                "expected evaluations that are remembered, found that nothing is", "run the flow with '--trace 8MiB'"
            )
        }
    }
}
