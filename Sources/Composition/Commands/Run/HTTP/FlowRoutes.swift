internal import Flow
internal import HTTP
internal import JSON
internal import Lifetime
internal import Models
internal import Signals

/// What a running flow answers over HTTP.
enum FlowRoutes {
    /// How long the engine may take to answer a look: beyond, it hangs in a step.
    static let answerMax = Duration.seconds(5)

    static func routes(_ flow: LiveFlow, _ events: FlowEvents, journalLost: @escaping @Sendable () -> UInt64?)
        -> HTTPRoutes
    {
        // Looking at the engine waits for it: that is done elsewhere.
        let executor = BlockingExecutor(label: "http.looks", width: 2)
        return HTTPRoutes([
            TraceRoute.route(flow, on: executor),
            HTTPRoute(
                .get,
                "/livez",
                suspended: { _ async throws(HTTPProblem) in
                    let isAlive = await withTaskExecutorPreference(executor) { flow.view(within: answerMax) != nil }
                    return isAlive
                        ? .text("ok\n")
                        : .text("the engine does not answer: a step takes long\n", status: .serviceUnavailable)
                }
            ),
            HTTPRoute(
                .get,
                "/readyz",
                suspended: { request async throws(HTTPProblem) in
                    let isVerbose = request.target.argument("verbose") != nil
                    return await withTaskExecutorPreference(executor) { ready(flow, isVerbose: isVerbose) }
                }
            ),
            HTTPRoute(
                .get,
                "/metrics",
                inline: { _ throws(HTTPProblem) in
                    .metrics(MetricsText(flow, journalLost: journalLost()).text)
                }
            ),
            HTTPRoute(
                .get,
                "/flow",
                suspended: { _ async throws(HTTPProblem) in
                    let view = await withTaskExecutorPreference(executor) { flow.view(within: answerMax) }
                    guard let view else { throw busy }
                    return .json(json(flow, view))
                }
            ),
            HTTPRoute(
                .get,
                "/events",
                suspended: { _ async throws(HTTPProblem) in
                    let stream = await withTaskExecutorPreference(executor) {
                        Result { () throws(HTTPProblem) in try events.subscribe() }
                    }
                    return .events(try stream.get())
                }
            ),
        ])
    }

    private static let busy = HTTPProblem(
        .serviceUnavailable,
        code: "busy",
        message: "expected the engine to answer within 5 s, found it in a step that takes longer",
        advice: "ask again; '/metrics' tells how long steps take"
    )

    private static func ready(_ flow: LiveFlow, isVerbose: Bool) -> HTTPResponse {
        let status: HTTPStatus = flow.isReady ? .ok : .serviceUnavailable
        guard isVerbose else { return .text(flow.isReady ? "ok\n" : "not ready\n", status: status) }
        var lines = ["flow \(flow.name): \(flow.isReady ? "ok" : "not ready")"]
        for signal in flow.view(within: answerMax)?.signals ?? [] {
            let state = signal.sample.map { sample in
                sample.severity == .none
                    ? "ok" : "\(sample.severity)\(sample.alarm.message.isEmpty ? "" : ": \(sample.alarm.message)")"
            }
            lines.append("\(signal.node) \(signal.name): \(state ?? "nothing has arrived")")
        }
        return .text(lines.joined(separator: "\n") + "\n", status: status)
    }

    /// The graph with the newest sample of every signal.
    private static func json(_ flow: LiveFlow, _ view: FlowView) -> JSONValue {
        var object = JSONObject()
        if case .object(let graph) = flow.graph {
            for member in graph.members { object.add(member.name, member.value) }
        }
        let samples = view.signals.map { signal -> JSONValue in
            var object = JSONObject()
            object.add("node", .string(signal.node))
            object.add("signal", .string(signal.name))
            signal.sample?.addMembers(to: &object, elementsMax: FlowEvents.elementsMax)
            if let unit = signal.description?.unit, !unit.isEmpty { object.add("unit", .string(unit)) }
            return .object(object)
        }
        object.add("signals", .array(samples))
        return .object(object)
    }
}
