import HTTP
import HTTPServer
import Lifetime
import Testing

/// Handlers that run elsewhere: their deadline, their client, the end of the server.
@Suite(.timeLimit(.minutes(5))) struct SuspensionTests {
    /// A handler that tells when it has begun and how it ended, and works until it is let go or cancelled.
    final class Work: Sendable {
        let begun: AsyncStream<Void>
        let ended: AsyncStream<Bool>
        private let begin: AsyncStream<Void>.Continuation
        private let end: AsyncStream<Bool>.Continuation
        private let gate: AsyncStream<Void>
        private let gateKey: AsyncStream<Void>.Continuation

        init() {
            (begun, begin) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100))
            (ended, end) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100))
            (gate, gateKey) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100))
        }

        func letGo() { gateKey.yield() }

        var route: HTTPRoute {
            HTTPRoute(
                .get,
                "/work",
                suspended: { [self] _ in
                    begin.yield()
                    for await _ in gate { break }
                    end.yield(Task.isCancelled)
                    return .text("done")
                }
            )
        }
    }

    static func first<Element: Sendable>(_ stream: AsyncStream<Element>) async -> Element? {
        for await element in stream { return element }
        return nil
    }

    static let request = "GET /work HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test("Others are answered while one waits")
    func others() async throws {
        let work = Work()
        try await withServer(.samples + [work.route]) { server, endpoint, _ in
            let (one, other) = (try Client(endpoint), try Client(endpoint))
            one.send(Self.request)
            _ = await Self.first(work.begun)
            #expect(try other.get("/livez")?.status == 200)
            #expect(server.counters.totals.calls == 1)
            work.letGo()
            #expect(try one.answer()?.body == "done")
            #expect(await Self.first(work.ended) == false)
            one.send(Self.request)
            work.letGo()
            #expect(try one.answer()?.body == "done")
        }
    }

    @Test("A client that leaves cancels its handler", arguments: [false, true])
    func leaving(isHalfClosed: Bool) async throws {
        let work = Work()
        try await withServer([work.route]) { server, endpoint, _ in
            var client: Client? = try Client(endpoint)
            client?.send(Self.request)
            _ = await Self.first(work.begun)
            if isHalfClosed {
                client?.finishSending()
                #expect(try client?.readAll() == "")
            } else {
                client = nil
            }
            #expect(await Self.first(work.ended) == true)
            #expect(server.counters.totals.abandoned == 1)
        }
    }

    @Test("A handler that takes too long is cancelled and its request answered, and the connection goes on")
    func deadline() async throws {
        let work = Work()
        var limits = HTTPLimits()
        limits.deadline = .milliseconds(50)
        try await withServer(.samples + [work.route], limits: limits) { server, endpoint, _ in
            let client = try Client(endpoint)
            client.send(Self.request)
            let answer = try #require(try client.answer())
            #expect(answer.status == 504)
            #expect(
                answer.body == #"{"error":{"code":"deadline","message":"expected an answer within 0.05 seconds, "#
                    + #"found none","advice":"ask for less at once, or send it again when there is less to do"}}"#
            )
            #expect(await Self.first(work.ended) == true)
            #expect(try client.get("/livez")?.status == 200)
            #expect(server.counters.routes[4].answers == [5: 1])
        }
    }

    @Test("A handler that does not heed its cancellation still counts, and one beyond the limit is refused")
    func stubborn() async throws {
        var limits = HTTPLimits()
        (limits.deadline, limits.calls) = (.milliseconds(20), 2)
        // Nil once it is open: a handler may come to it late.
        let gate = Guarded<[CheckedContinuation<Void, Never>]?>([])
        let route = HTTPRoute(
            .get,
            "/work",
            suspended: { _ in
                await withCheckedContinuation { continuation in
                    let isOpen = gate.withLock { waiting in
                        waiting?.append(continuation)
                        return waiting == nil
                    }
                    if isOpen { continuation.resume() }
                }
                return .text("late")
            }
        )
        try await withServer([route], limits: limits) { server, endpoint, _ in
            let client = try Client(endpoint)
            for status in [504, 504, 503] {
                client.send(Self.request)
                #expect(try client.answer()?.status == status)
            }
            #expect(server.counters.totals.calls == 2)
            let waiting = gate.withLock { waiting in
                defer { waiting = nil }
                return waiting ?? []
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    @Test("A server that ends lets requests under way finish, and takes no new ones")
    func drain() async throws {
        let work = Work()
        try await withServer(.samples + [work.route]) { server, endpoint, stop in
            let (busy, idle) = (try Client(endpoint), try Client(endpoint))
            #expect(try idle.get("/livez")?.status == 200)
            let half = try Client(endpoint)
            half.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nab")
            busy.send(Self.request)
            _ = await Self.first(work.begun)
            stop.stop(.cancelled)
            #expect(try idle.readAll() == "")
            // By then the door is closed: connections are ended after it.
            #expect(throws: Client.Silence.self) { try Client(endpoint) }
            half.send("cd")
            let echo = try #require(try half.answer())
            #expect(echo.body == "abcd")
            #expect(echo["connection"] == "close")
            work.letGo()
            let answer = try #require(try busy.answer())
            #expect(answer.body == "done")
            #expect(answer["connection"] == "close")
            #expect(try busy.readAll() == "")
            #expect(await Self.first(work.ended) == false)
        }
    }

    @Test("What is not done within the grace is cut and cancelled", arguments: [0, 1])
    func grace(milliseconds: Int) async throws {
        let work = Work()
        try await withServer([work.route], grace: .milliseconds(milliseconds * 50)) { server, endpoint, stop in
            let client = try Client(endpoint)
            client.send(Self.request)
            _ = await Self.first(work.begun)
            stop.stop(.cancelled)
            #expect(try client.readAll() == "")
            #expect(await Self.first(work.ended) == true)
        }
    }

    @Test("A server whose task is cancelled cuts everything at once")
    func cancellation() async throws {
        let work = Work()
        let server = HTTPServer(port: 0, grace: .seconds(50), routes: HTTPRoutes([work.route]))
        let (endpoints, ready) = AsyncStream.makeStream(of: HTTPEndpoint.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run { ready.yield($0) } }
            let endpoint = try #require(await Self.first(endpoints))
            let client = try Client(endpoint)
            client.send(Self.request)
            _ = await Self.first(work.begun)
            group.cancelAll()
            try await group.waitForAll()
            #expect(await Self.first(work.ended) == true)
            #expect(try client.readAll() == "")
        }
        #expect(server.counters.totals.calls == 0)
        #expect(server.counters.totals.connectionsOpen == 0)
    }
}
