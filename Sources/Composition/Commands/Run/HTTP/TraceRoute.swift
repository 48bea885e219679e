internal import Flow
internal import HTTP
internal import Lifetime
internal import Signals

/// Answers `/trace`: why a signal is what it is, and what was evaluated.
enum TraceRoute {
    private static let forgotten = "forgotten"
    private static let unknown = "unknown-signal"
    private static let nothing = "nothing-yet"
    private static let ambiguous = "ambiguous"
    private static let off = "not-remembered"
    private static let malformed = "malformed-question"
    /// What its problems are called.
    static let codes: Set = [forgotten, unknown, nothing, ambiguous, off, malformed]

    static func route(_ flow: LiveFlow, on executor: BlockingExecutor) -> HTTPRoute {
        HTTPRoute(
            .get,
            "/trace",
            suspended: { request async throws(HTTPProblem) in
                let question = try question(request.target)
                let answer = await withTaskExecutorPreference(executor) {
                    Result { () throws(HTTPProblem) in try Self.answer(question, flow) }
                }
                return try answer.get()
            }
        )
    }

    private static func answer(_ question: TraceQuestion, _ flow: LiveFlow) throws(HTTPProblem) -> HTTPResponse {
        do throws(TraceProblem) { return .json(try question.answer(flow)) } catch {
            let code =
                switch error {
                case .unknownSignal: unknown
                case .ambiguous: ambiguous
                case .ofOthers: unknown
                case .nothingYet: nothing
                case .forgotten: forgotten
                case .off: off
                }
            let text = question.text(of: error)
            throw HTTPProblem(
                error.isOfTheQuestion ? .badRequest : .notFound,
                code: code,
                message: text.problem,
                advice: text.advice
            )
        }
    }

    private static func question(_ target: HTTPTarget) throws(HTTPProblem) -> TraceQuestion {
        var id: EvaluationID?
        if let text = target.argument("id") {
            id = EvaluationID(text)
            if id == nil { throw wrong("expected 32 hexadecimal digits behind 'id', found others") }
        }
        if let signal = target.argument("signal") {
            return .signal(signal, node: target.argument("node"), id: id)
        }
        if let id { return .evaluation(id) }
        guard let text = target.argument("limit") else { return .newest(20) }
        guard let limit = Int(text), (1...TraceQuestion.newestMax).contains(limit) else {
            throw wrong("expected a number from 1 to \(TraceQuestion.newestMax) behind 'limit', found another")
        }
        return .newest(limit)
    }

    private static func wrong(_ message: String) -> HTTPProblem {
        HTTPProblem(
            .badRequest,
            code: malformed,
            message: message,
            advice: "ask as '/trace?signal=NAME&id=ID', '/trace?id=ID' or '/trace?limit=20'"
        )
    }
}

extension TraceProblem {
    fileprivate var isOfTheQuestion: Bool { if case .ambiguous = self { true } else { false } }
}
