internal import Lifetime

/// The same events for many clients, each at its own pace.
public final class HTTPEventFeed: Sendable {
    private struct State {
        var streams: [HTTPEventStream] = []
        var droppedBefore = 0
        var isFinished = false
    }

    public let clientsMax: Int
    private let state = Guarded(State())
    private let makeStream: @Sendable () -> HTTPEventStream

    /// A feed for so many clients; the rest is as of ``HTTPEventStream``.
    public init(
        clientsMax: Int = 64,
        eventsMax: Int = 256,
        bytesMax: Int = 1 << 20,
        overflow: HTTPEventStream.Overflow
    ) {
        self.clientsMax = clientsMax
        makeStream = { HTTPEventStream(eventsMax: eventsMax, bytesMax: bytesMax, overflow: overflow) }
    }

    /// A stream of what is sent from now on.
    public func subscribe() throws(HTTPProblem) -> HTTPEventStream {
        let stream = makeStream()
        let isFull = state.withLock { state in
            Self.forgetClosed(&state)
            guard !state.isFinished else {
                stream.finish()
                return false
            }
            guard state.streams.count < clientsMax else { return true }
            state.streams.append(stream)
            return false
        }
        guard !isFull else {
            throw HTTPProblem(
                .serviceUnavailable,
                code: "too-many-listeners",
                message: "expected fewer than \(clientsMax) clients of these events, found that many",
                advice: "close one, or raise the limit"
            )
        }
        return stream
    }

    /// Sends to everybody, without waiting.
    public func send(_ event: HTTPEvent) {
        let streams = state.withLock(\.streams)
        // Outside the lock: a stream wakes its server.
        var someAreClosed = false
        for stream in streams where !stream.send(event) { someAreClosed = true }
        if someAreClosed { state.withLock { Self.forgetClosed(&$0) } }
    }

    /// Ends all streams, those that begin later too.
    public func finish() {
        let streams = state.withLock { state in
            state.isFinished = true
            return state.streams
        }
        for stream in streams { stream.finish() }
    }

    /// How many clients there are.
    public var clientCount: Int { state.withLock { $0.streams.count { $0.isOpen } } }

    /// How many events all clients together have missed.
    public var droppedCount: Int {
        state.withLock { $0.streams.reduce($0.droppedBefore) { $0 + $1.droppedCount } }
    }

    private static func forgetClosed(_ state: inout State) {
        for stream in state.streams where !stream.isOpen { state.droppedBefore += stream.droppedCount }
        state.streams.removeAll { !$0.isOpen }
    }
}
