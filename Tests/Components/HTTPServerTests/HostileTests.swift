import HTTP
import HTTPServer
import Testing

/// What a server gets from those who mean it ill: over raw sockets, beside the checks of the head alone.
@Suite(.timeLimit(.minutes(5))) struct HostileTests {
    static let post = "POST /echo HTTP/1.1\r\nHost: localhost\r\n"

    /// What follows must not be taken for a request: no answer but the first may come.
    static let smuggled = "GET /models/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test(
        "A request whose end can be seen in two places is refused, and nothing behind it is read",
        arguments: [
            post + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
            post + "Content-Length: 0\r\nContent-Length: 4\r\n\r\n",
            post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
            post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            post + "Transfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n",
            post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            post + "Content-Length : 4\r\n\r\nabcd",
            post + "Content-Length: +4\r\n\r\nabcd",
            post + "Content-Length: 4,4\r\n\r\nabcd",
            post + "Content-Length: 0x4\r\n\r\nabcd",
            post + "Content-Length: -4\r\n\r\nabcd",
            post + "Content-Length: 99999999999999999999\r\n\r\nabcd",
            post + "Content-Length: 1\r\n 0\r\n\r\nabcd",
            post + "Content-Length: 1\r\n\t0\r\n\r\nabcd",
            post + "X: a\r\n b\r\n\r\n",
            post + "Content-Length: 4\u{0}\r\nX: y\r\n\r\nabcd",
            post + "X: a\u{0}b\r\nY: c\r\n\r\n",
            post + "X\u{0}: b\r\n\r\n",
            post + "X: a\rb\r\n\r\n",
            post + "X: a\nY: b\r\n\r\n",
            post + "NoColon\r\n\r\n",
            "POST /echo HTTP/1.1\nHost: localhost\n\n",
            "POST /echo\u{0}x HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST /echo x HTTP/1.1\r\nHost: localhost\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\n-4\r\nabcd\r\n0\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\n4\r\nabcdXX0\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF4\r\nabcd\r\n0\r\n\r\n",
            post + "Host: localhost\r\n\r\n",
            "POST /echo HTTP/1.1\r\n\r\n",
            "POST http://localhost/echo HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /echo HTTP/3.1\r\nHost: localhost\r\n\r\n",
            "POST /echo\r\nHost: localhost\r\n\r\n",
        ]
    )
    func smuggling(request: String) async throws {
        try await withServer(.samples) { _, endpoint, _ in
            let client = try Client(endpoint)
            client.send(request + Self.smuggled)
            let text = try client.readAll()
            #expect(!text.contains("smuggled"))
            #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 4") || text.hasPrefix("HTTP/1.1 5"), "\(text)")
            #expect(!text.contains("HTTP/1.1 200"))
            #expect(text.isEmpty || text.contains("\r\nConnection: close\r\n"))
        }
    }

    @Test("A page of a stranger is refused by its name, in one sentence")
    func rebinding() async throws {
        try await withServer(.samples, hosts: ["panel.example"]) { _, endpoint, _ in
            for (host, status) in [("evil.example", 421), ("panel.example:80", 200), ("127.0.0.1", 200)] {
                let client = try Client(endpoint)
                client.send("GET /livez HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                #expect(try client.answer()?.status == status)
            }
        }
    }

    @Test(
        "Limits of the head hold at their value, and not beyond it",
        arguments: ["target", "count", "bytes"],
        [0, 1]
    )
    func headLimits(of what: String, beyond: Int) async throws {
        let limits = HTTPLimits()
        try await withServer(.samples, limits: limits) { _, endpoint, _ in
            let client = try Client(endpoint)
            // "Host: localhost", and the names of the others, with their ends.
            var (target, headers, status) = ("/livez", "", 431)
            switch what {
            case "target":
                target += "?" + String(repeating: "q", count: limits.targetBytes - 7 + beyond)
                status = 414
            case "count": headers = String(repeating: "X: y\r\n", count: limits.headerCount - 1 + beyond)
            default: headers = "X: " + String(repeating: "v", count: limits.headerBytes - 17 - 5 + beyond) + "\r\n"
            }
            let answer = try client.get(target, headers: headers)
            #expect(answer?.status == (beyond == 0 ? 200 : status))
            #expect(beyond == 0 || answer?.body.hasPrefix(#"{"error":{"code":""#) == true)
        }
    }

    @Test("All limits of the head may be used at once")
    func wholeHead() async throws {
        let limits = HTTPLimits()
        try await withServer(.samples, limits: limits) { _, endpoint, _ in
            let client = try Client(endpoint)
            let count = limits.headerCount - 1
            // Each header has 5 bytes beside its value.
            let values = limits.headerBytes - 17 - 5 * count
            var headers = ""
            for index in 0..<count {
                let size = values / count + (index < values % count ? 1 : 0)
                headers += "X: \(String(repeating: "v", count: size))\r\n"
            }
            let target = "/livez?" + String(repeating: "q", count: limits.targetBytes - 7)
            #expect(try client.get(target, headers: headers)?.status == 200)
        }
    }

    @Test(
        "A flood of headers ends in a refusal",
        arguments: ["X: y\r\n", "X-Long-Header-Name: \r\n", " folded\r\n", "X"]
    )
    func headerFlood(piece: String) async throws {
        try await withServer(.samples) { server, endpoint, _ in
            let client = try Client(endpoint)
            client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nX: y\r\n")
            let block = String(repeating: piece, count: 100)
            for _ in 0..<1000 where !client.send(block) { break }
            let text = (try? client.readAll()) ?? ""
            #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 431"), "\(text)")
            #expect(try Client(endpoint).get("/livez")?.status == 200)
        }
    }

    @Test("A body that says it is too long is refused before it comes", arguments: [0, 1])
    func longBody(beyond: Int) async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1000
        try await withServer(.samples, limits: limits) { _, endpoint, _ in
            let client = try Client(endpoint)
            client.send(Self.post + "Content-Length: \(1000 + beyond)\r\n\r\n")
            if beyond == 0 { client.send(String(repeating: "x", count: 1000)) }
            #expect(try client.answer()?.status == (beyond == 0 ? 200 : 413))
            if beyond > 0 { #expect(try client.readAll() == "") }
        }
    }

    @Test(
        "A body in pieces is refused when it has grown too long, and cut when it goes on",
        arguments: [(1000, 200), (1001, 413), (1900, 413), (100_000, nil)] as [(Int, Int?)]
    )
    func longPieces(count: Int, status: Int?) async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1000
        try await withServer(.samples, limits: limits) { _, endpoint, _ in
            let client = try Client(endpoint)
            client.send(Self.post + "Transfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<count / 100 where !client.send("64\r\n\(String(repeating: "x", count: 100))\r\n") { break }
            client.send(String(repeating: "1\r\ny\r\n", count: count % 100) + "0\r\n\r\n")
            #expect((try? client.answer())??.status == status)
            #expect(try Client(endpoint).get("/livez")?.status == 200)
        }
    }

    @Test("A million pieces of one byte are a body, or are too many", arguments: [1 << 20, 1000])
    func tinyPieces(limit: Int) async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = limit
        try await withServer(.samples, limits: limits) { _, endpoint, _ in
            let client = try Client(endpoint)
            client.send("POST /size HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            let block = String(repeating: "1\r\nx\r\n", count: 10_000)
            for _ in 0..<100 where !client.send(block) { break }
            client.send("0\r\n\r\n")
            let answer = (try? client.answer()) ?? nil
            #expect(answer?.body == (limit > 1_000_000 ? "1000000" : nil))
            #expect(try Client(endpoint).get("/livez")?.status == 200)
        }
    }

    @Test(
        "Who sends a head or a body byte by byte is cut off",
        arguments: ["", "GET /livez HTTP/1.1\r\nHost: loc", post + "Content-Length: 100000\r\n\r\n"]
    )
    func slowLoris(begin: String) async throws {
        var limits = HTTPLimits()
        (limits.head, limits.body, limits.idle) = (.milliseconds(100), .milliseconds(100), .seconds(50))
        try await withServer(.samples, limits: limits) { server, endpoint, _ in
            let client = try Client(endpoint)
            client.send(begin)
            // Each byte is a sign of life, so that only a deadline for the whole ends it. Requests of another keep
            // the bytes apart.
            let other = try Client(endpoint)
            while client.send("a") { #expect(try other.get("/livez")?.status == 200) }
            #expect(server.counters.totals.slow == (begin.isEmpty ? 0 : 1))
        }
    }

    @Test("A further request on a connection has the same time as the first")
    func slowSecond() async throws {
        var limits = HTTPLimits()
        (limits.head, limits.idle) = (.milliseconds(100), .milliseconds(300))
        try await withServer(.samples, limits: limits) { server, endpoint, _ in
            let client = try Client(endpoint)
            #expect(try client.get("/livez")?.status == 200)
            client.send("GET /livez HTTP/1.1\r\n")
            #expect(try client.readAll() == "")
            #expect(server.counters.totals.slow == 1)
            let idle = try Client(endpoint)
            #expect(try idle.get("/livez")?.status == 200)
            #expect(try idle.readAll() == "")
        }
    }

    @Test("A client that has closed its sending side gets what is answered at once")
    func halfClosed() async throws {
        try await withServer(.samples) { _, endpoint, _ in
            let client = try Client(endpoint)
            client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.finishSending()
            #expect(try client.readAll().hasSuffix("alive"))
        }
    }

    @Test("Further clients of the same address are closed at once, those of others wait")
    func connections() async throws {
        var limits = HTTPLimits()
        limits.connectionsPerAddress = 3
        try await withServer(.samples, limits: limits) { server, endpoint, _ in
            let clients = try (0..<3).map { _ in try Client(endpoint) }
            for client in clients { #expect(try client.get("/livez")?.status == 200) }
            let further = try Client(endpoint)
            further.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect((try? further.readAll()) ?? "" == "")
            #expect(server.counters.totals.connectionsOpen == 3)
        }
    }

    @Test("A client beyond the limit waits until another leaves")
    func waiting() async throws {
        var limits = HTTPLimits()
        limits.connections = 1
        try await withServer(.samples, limits: limits) { _, endpoint, _ in
            var first: Client? = try Client(endpoint)
            #expect(try first?.get("/livez")?.status == 200)
            let second = try Client(endpoint)
            second.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try first?.get("/livez")?.status == 200)
            first = nil
            #expect(try second.answer()?.status == 200)
        }
    }
}
