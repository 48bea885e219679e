internal import Lifetime

/// What a server has done, for whoever shows it.
public final class HTTPCounters: Sendable {
    /// What became of the requests of one route.
    public struct Route: Sendable, Equatable {
        /// `GET /models/{name}`, or ``HTTPCounters/unmatched``.
        public let name: String
        /// Answers by the first digit of their status, from 2 to 5.
        public fileprivate(set) var answers: [Int: Int] = [:]
        /// How many answers took at most as long as ``HTTPCounters/bounds`` says at the same place; at last all.
        public fileprivate(set) var withinBounds = [Int](repeating: 0, count: HTTPCounters.bounds.count + 1)
        /// From the end of the headers to the answer, added up.
        public fileprivate(set) var time = Duration.zero
    }

    /// What does not belong to a route.
    public struct Totals: Sendable, Equatable {
        public var connections = 0
        public var connectionsOpen = 0
        /// Requests whose clients left before they were answered.
        public var abandoned = 0
        /// Connections cut because a head or a body took too long, or a client did not read.
        public var slow = 0
        public var streamsOpen = 0
        /// Streams cut because their clients were too slow.
        public var streamsCut = 0
        /// Handlers under way, also those whose clients have left.
        public var calls = 0

        public init() {}
    }

    /// The name of what no route took, or was refused before its route was known.
    public static let unmatched = "none"
    public static let bounds: [Duration] = [
        .milliseconds(1), .milliseconds(5), .milliseconds(25), .milliseconds(100), .milliseconds(500), .seconds(2),
        .seconds(10),
    ]

    private struct State {
        var routes: [Route]
        var totals = Totals()
    }

    private let state: Guarded<State>

    public init(_ routes: [HTTPRoute]) {
        let names = routes.map { "\($0.method) \($0.pattern)" } + [Self.unmatched]
        state = Guarded(State(routes: names.map { Route(name: $0) }))
    }

    /// In the order of the routes; at last ``unmatched``.
    public var routes: [Route] { state.withLock(\.routes) }
    public var totals: Totals { state.withLock(\.totals) }

    /// Counts an answer; `route` is the place of the route, nil when there is none.
    public func answered(route: Int?, status: HTTPStatus, after time: Duration) {
        state.withLock { state in
            let index = route ?? state.routes.count - 1
            state.routes[index].answers[status.rawValue / 100, default: 0] += 1
            state.routes[index].time += time
            for place in Self.bounds.indices where time <= Self.bounds[place] {
                state.routes[index].withinBounds[place] += 1
            }
            state.routes[index].withinBounds[Self.bounds.count] += 1
        }
    }

    public func count(_ change: (inout Totals) -> Void) { state.withLock { change(&$0.totals) } }
}
