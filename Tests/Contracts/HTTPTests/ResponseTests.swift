import HTTP
import JSON
import Testing

@Suite struct ResponseTests {
    @Test(
        "A header that would break the message is refused",
        arguments: [
            ("X-A", "b\r\nSet-Cookie: x=1"), ("X-A", "b\nc"), ("X-A", "b\rc"), ("X-A", "b\u{0}c"), ("X-A\r\nX-B", "c"),
            ("", "c"), ("X A", "c"), ("X-A:", "c"), ("X-A", "\u{7F}"), ("Content-Length", "5"),
            ("transfer-encoding", "chunked"), ("Connection", "close"), ("X-Request-Id", "1"),
        ]
    )
    func refusals(name: String, value: String) {
        var response = HTTPResponse.text("x")
        let problem = #expect(throws: HTTPProblem.self) { try response.set(name, value) }
        #expect(problem?.status == .internalError)
        #expect(response.headers.fields.count == 1)
    }

    @Test("A header takes the place of one of the same name")
    func replacing() throws {
        var response = HTTPResponse.text("x")
        try response.set("content-type", "text/html")
        try response.set("X-Site", "gün\tb")
        #expect(
            response.headers.fields.map { "\($0.name)=\($0.value)" } == ["content-type=text/html", "X-Site=gün\tb"]
        )
    }

    @Test("Answers say what they hold")
    func types() {
        #expect(HTTPResponse.json(.object(["a": .integer(1)])).headers["content-type"] == "application/json")
        #expect(HTTPResponse.metrics("x 1\n").headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(HTTPResponse.empty.headers["content-type"] == nil)
        let stream = HTTPEventStream(overflow: .dropOldest)
        #expect(HTTPResponse.events(stream).headers["content-type"] == "text/event-stream")
        guard case .bytes(let bytes) = HTTPResponse.json(.object(["a": .integer(1)])).body else { return }
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"a":1}"#)
    }

    @Test("An answer is counted under its route, its class and its time")
    func counters() {
        let routes = [HTTPRoute(.get, "/a", inline: { _ in .empty }), HTTPRoute(.post, "/b", inline: { _ in .empty })]
        let counters = HTTPCounters(routes)
        counters.answered(route: 1, status: .ok, after: .milliseconds(1))
        counters.answered(route: 1, status: .noContent, after: .milliseconds(600))
        counters.answered(route: 1, status: .badRequest, after: .seconds(20))
        counters.answered(route: nil, status: .notFound, after: .zero)
        let found = counters.routes
        #expect(found.map(\.name) == ["GET /a", "POST /b", "none"])
        #expect(found[0].answers == [:])
        #expect(found[1].answers == [2: 2, 4: 1])
        #expect(found[1].withinBounds == [1, 1, 1, 1, 1, 2, 2, 3])
        #expect(found[1].time == .milliseconds(20_601))
        #expect(found[2].answers == [4: 1])
    }
}
