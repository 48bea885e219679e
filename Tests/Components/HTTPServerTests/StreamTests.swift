import HTTP
import HTTPServer
import Lifetime
import Testing

/// Events on real sockets.
@Suite(.timeLimit(.minutes(5))) struct StreamTests {
    static func routes(_ feed: HTTPEventFeed) -> [HTTPRoute] {
        .samples + [
            HTTPRoute(.get, "/events", inline: { _ throws(HTTPProblem) in .events(try feed.subscribe()) })
        ]
    }

    static func open(_ endpoint: HTTPEndpoint, receiveBuffer: Int32? = nil) throws -> Client {
        let client = try Client(endpoint, receiveBuffer: receiveBuffer)
        client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let head = try client.read(until: "\r\n\r\n")
        #expect(head?.contains("Content-Type: text/event-stream\r\n") == true)
        return client
    }

    @Test("Events come as they are sent, in order, to every client")
    func events() async throws {
        let feed = HTTPEventFeed(overflow: .dropOldest)
        try await withServer(Self.routes(feed)) { server, endpoint, _ in
            let clients = try (0..<3).map { _ in try Self.open(endpoint) }
            for number in 0..<50 {
                feed.send(HTTPEvent(name: "sample", data: "\(number)"))
                for client in clients {
                    #expect(try client.read(until: "data: \(number)\n\n")?.contains("event: sample\n") == true)
                }
            }
            #expect(server.counters.totals.streamsOpen == 3)
            #expect(feed.droppedCount == 0)
        }
    }

    @Test("An event larger than every buffer comes whole")
    func large() async throws {
        let feed = HTTPEventFeed(bytesMax: 10 << 20, overflow: .dropOldest)
        try await withServer(Self.routes(feed)) { _, endpoint, _ in
            let client = try Self.open(endpoint)
            feed.send(HTTPEvent(data: String(repeating: "x", count: 1 << 20) + "end"))
            let text = try #require(try client.read(until: "end\n\n"))
            #expect(text.count { $0 == "x" } == 1 << 20)
        }
    }

    @Test("A quiet stream says that it lives")
    func heartbeat() async throws {
        let feed = HTTPEventFeed(overflow: .dropOldest)
        var limits = HTTPLimits()
        limits.heartbeat = .milliseconds(30)
        try await withServer(Self.routes(feed), limits: limits) { _, endpoint, _ in
            let client = try Self.open(endpoint)
            for _ in 0..<3 { #expect(try client.read(until: ":\n\n") != nil) }
            feed.send(HTTPEvent(data: "1"))
            #expect(try client.read(until: "data: 1\n\n") != nil)
        }
    }

    @Test("A client that leaves is forgotten, also when nothing is sent", arguments: [false, true])
    func leaving(isHalfClosed: Bool) async throws {
        let feed = HTTPEventFeed(overflow: .dropOldest)
        try await withServer(Self.routes(feed)) { server, endpoint, _ in
            var client: Client? = try Self.open(endpoint)
            #expect(feed.clientCount == 1)
            if isHalfClosed { client?.finishSending() } else { client = nil }
            // Other connections go on meanwhile, so that this waits for an event of the server and not for a time.
            let other = try Client(endpoint)
            while feed.clientCount > 0 { _ = try other.get("/livez") }
            while server.counters.totals.streamsOpen > 0 { _ = try other.get("/livez") }
            _ = client
        }
    }

    @Test("A client that does not read loses the oldest events, and holds nobody")
    func slow() async throws {
        let feed = HTTPEventFeed(eventsMax: 10, overflow: .dropOldest)
        try await withServer(Self.routes(feed)) { server, endpoint, _ in
            let client = try Self.open(endpoint, receiveBuffer: 4096)
            let other = try Client(endpoint)
            let filling = String(repeating: "x", count: 100_000)
            var sent = 0
            while feed.droppedCount == 0 {
                feed.send(HTTPEvent(data: "\(sent) \(filling)"))
                sent += 1
                if sent % 10 == 0 { #expect(try other.get("/livez")?.status == 200) }
            }
            feed.send(HTTPEvent(data: "last"))
            let text = try #require(try client.read(until: "data: last\n\n"))
            #expect(text.contains("data: 0 "))
            #expect(feed.clientCount == 1)
        }
    }

    @Test("A client that may miss nothing is cut off, and sees it")
    func overrun() async throws {
        let feed = HTTPEventFeed(eventsMax: 10, overflow: .dropClient)
        try await withServer(Self.routes(feed)) { server, endpoint, _ in
            let client = try Self.open(endpoint, receiveBuffer: 4096)
            let filling = String(repeating: "x", count: 100_000)
            while feed.clientCount > 0 { feed.send(HTTPEvent(data: filling)) }
            #expect(feed.droppedCount > 0)
            let text = try client.readAll()
            // A whole body in pieces ends so.
            #expect(!text.hasSuffix("0\r\n\r\n"))
            let other = try Client(endpoint)
            while server.counters.totals.streamsCut == 0 { _ = try other.get("/livez") }
        }
    }

    @Test("A server that ends sends what waits, and ends its streams")
    func drain() async throws {
        let feed = HTTPEventFeed(overflow: .dropOldest)
        try await withServer(Self.routes(feed)) { _, endpoint, stop in
            let client = try Self.open(endpoint)
            for number in 0..<5 { feed.send(HTTPEvent(data: "\(number)")) }
            stop.stop(.cancelled)
            let text = try client.readAll()
            #expect(text.contains("data: 4\n\n"))
            #expect(text.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test("HEAD of a stream is its head")
    func head() async throws {
        let feed = HTTPEventFeed(overflow: .dropOldest)
        try await withServer(Self.routes(feed)) { _, endpoint, _ in
            let client = try Client(endpoint)
            client.send("HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try client.answer(isHead: true)?["content-type"] == "text/event-stream")
            #expect(feed.clientCount == 0)
            #expect(try client.get("/livez")?.status == 200)
        }
    }
}
