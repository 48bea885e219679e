import HTTP
import HTTPServer
import Testing

/// What a well-behaved client gets.
@Suite(.timeLimit(.minutes(5))) struct ServerTests {
    @Test("Requests are answered, one after another on one connection")
    func keepAlive() async throws {
        try await withServer(.samples) { server, endpoint, _ in
            let client = try Client(endpoint)
            for _ in 0..<3 {
                let answer = try #require(try client.get("/livez"))
                #expect(answer.status == 200)
                #expect(answer.body == "alive")
                #expect(answer["x-content-type-options"] == "nosniff")
                #expect(answer["cache-control"] == "no-store")
            }
            #expect(try client.get("/models/b%20m")?.body == "b m")
            #expect(server.counters.totals.connections == 1)
            #expect(server.counters.routes[0].answers == [2: 3])
            #expect(server.counters.routes[3].answers == [2: 1])
        }
    }

    @Test("Several requests may be on their way at once", arguments: ["/livez", "/size"])
    func pipelined(path: String) async throws {
        try await withServer(.samples) { _, endpoint, _ in
            let client = try Client(endpoint)
            let request =
                path == "/livez"
                ? "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
                : "POST /size HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n12345"
            client.send(String(repeating: request, count: 20))
            for _ in 0..<20 { #expect(try client.answer()?.body == (path == "/livez" ? "alive" : "5")) }
        }
    }

    @Test("HEAD gets the headers of GET, OPTIONS the methods")
    func methods() async throws {
        try await withServer(.samples) { _, endpoint, _ in
            let client = try Client(endpoint)
            client.send("HEAD /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let head = try #require(try client.answer(isHead: true))
            #expect(head.status == 200)
            #expect(head["content-length"] == "5")
            client.send("OPTIONS /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let options = try #require(try client.answer())
            #expect(options.status == 204)
            #expect(options["allow"] == "GET, HEAD, OPTIONS")
            client.send("PUT /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try client.answer()?.status == 405)
            #expect(try client.get("/none")?.status == 404)
        }
    }

    @Test("A request id is echoed, or made")
    func requestID() async throws {
        try await withServer(.samples) { _, endpoint, _ in
            let client = try Client(endpoint)
            #expect(try client.get("/livez", headers: "X-Request-Id: abc-1\r\n")?["x-request-id"] == "abc-1")
            let first = try #require(try client.get("/livez", headers: "X-Request-Id: a b\r\n")?["x-request-id"])
            let second = try #require(try client.get("/livez")?["x-request-id"])
            #expect(first != second)
            #expect(first != "a b")
        }
    }

    @Test("A body comes whole, with its length or in pieces", arguments: ["/echo", "/size"], [0, 1, 5000, 100_000])
    func bodies(path: String, count: Int) async throws {
        try await withServer(.samples) { _, endpoint, _ in
            let client = try Client(endpoint)
            let body = String(repeating: "x", count: count)
            let expected = path == "/echo" ? body : "\(count)"
            let head = "POST \(path) HTTP/1.1\r\nHost: localhost\r\n"
            client.send("\(head)Content-Length: \(count)\r\n\r\n\(body)")
            #expect(try client.answer()?.body == expected)
            client.send("\(head)Transfer-Encoding: chunked\r\n\r\n")
            if count > 0 { client.send("\(String(count, radix: 16))\r\n\(body)\r\n") }
            client.send("0\r\n\r\n")
            #expect(try client.answer()?.body == expected)
        }
    }

    @Test("A client that asks before it sends is told to go on")
    func expectation() async throws {
        try await withServer(.samples) { _, endpoint, _ in
            let client = try Client(endpoint)
            client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.answer()?.status == 100)
            client.send("ab")
            #expect(try client.answer()?.body == "ab")
        }
    }

    @Test("HTTP/1.0 is answered and closed")
    func oldVersion() async throws {
        try await withServer(.samples) { _, endpoint, _ in
            let client = try Client(endpoint)
            client.send("GET /livez HTTP/1.0\r\n\r\n")
            let text = try client.readAll()
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") || text.hasPrefix("HTTP/1.0 200 OK\r\n"))
            #expect(text.hasSuffix("\r\n\r\nalive"))
        }
    }

    @Test("A problem of a handler is its answer; a header that would break the message is 500")
    func problems() async throws {
        let routes = [
            HTTPRoute(
                .get,
                "/busy",
                inline: { _ throws(HTTPProblem) in throw HTTPProblem.busy(callsMax: 3) }
            ),
            HTTPRoute(
                .get,
                "/header",
                suspended: { request throws(HTTPProblem) in
                    var response = HTTPResponse.text("x")
                    try response.set("X-Copy", request.target.argument("text") ?? "a\r\nSet-Cookie: b=1")
                    return response
                }
            ),
        ]
        try await withServer(routes) { _, endpoint, _ in
            let client = try Client(endpoint)
            let busy = try #require(try client.get("/busy"))
            #expect(busy.status == 503)
            #expect(
                busy.body == #"{"error":{"code":"busy","message":"expected fewer than 3 requests in work, found that "#
                    + #"many","advice":"send it again later"}}"#
            )
            let broken = try #require(try client.get("/header"))
            #expect(broken.status == 500)
            #expect(broken["set-cookie"] == nil)
            #expect(try client.get("/header?text=abc")?["x-copy"] == "abc")
            #expect(try client.get("/header?text=a%0d%0ab")?.status == 400)
        }
    }

    @Test("What a server shows counts what it did")
    func counters() async throws {
        try await withServer(.samples) { server, endpoint, _ in
            let client = try Client(endpoint)
            _ = try client.get("/livez")
            _ = try client.get("/none")
            client.send("PUT /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _ = try client.answer()
            #expect(server.counters.routes[0].answers == [2: 1])
            #expect(server.counters.routes.last?.answers == [4: 2])
            #expect(server.counters.routes[0].time > .zero)
            #expect(server.counters.totals.connectionsOpen == 1)
        }
    }
}
