import HTTP
import JSON
import Testing

/// What a request says before its body: read in one way, or refused.
@Suite struct HeadTests {
    static func read(
        _ headers: [(String, String)] = [],
        host: [String] = ["localhost:8080"],
        method: String = "GET",
        target: String = "/",
        version: String = "HTTP/1.1",
        limits: HTTPLimits = HTTPLimits(),
        hosts: HTTPHosts = HTTPHosts(listeningAt: "127.0.0.1")
    ) throws(HTTPProblem) -> (request: HTTPRequest, length: HTTPRequestHead.Length) {
        let all = host.map { ("Host", $0) } + headers
        let fields = all.map { HTTPHeaders.Field(name: $0.0, value: $0.1) }
        let headers = HTTPHeaders(fields)
        let head = HTTPRequestHead(method: method, target: target, version: version, headers: headers)
        return try head.read(limits: limits, hosts: hosts, peer: "127.0.0.1:1", id: "made-1")
    }

    static func problem(_ body: () throws(HTTPProblem) -> Void) -> HTTPProblem? {
        do throws(HTTPProblem) { try body() } catch { return error }
        return nil
    }

    @Test("A plain request is read")
    func plain() throws {
        let (request, length) = try Self.read([("X-Site", "a"), ("x-site", "b")], target: "/models/beam?x=1")
        #expect(request.method == .get)
        #expect(request.target.segments == ["models", "beam"])
        #expect(request.headers["X-SITE"] == "a")
        #expect(request.headers.values("x-site") == ["a", "b"])
        #expect(request.headers["x-sit"] == nil)
        #expect(request.peer == "127.0.0.1:1")
        #expect(request.id == "made-1")
        #expect(length == .bytes(0))
    }

    @Test(
        "A request with two lengths, or a length that is none, is refused",
        arguments: [
            ([("Content-Length", "5"), ("Content-Length", "5")], 400),
            ([("Content-Length", "5"), ("Content-Length", "6")], 400),
            ([("Content-Length", "5"), ("Transfer-Encoding", "chunked")], 400),
            ([("Transfer-Encoding", "chunked"), ("transfer-encoding", "chunked")], 400),
            ([("Transfer-Encoding", "chunked, identity")], 501), ([("Transfer-Encoding", "xchunked")], 501),
            ([("Transfer-Encoding", "gzip")], 501), ([("Transfer-Encoding", "")], 501),
            ([("Content-Length", "+5")], 400), ([("Content-Length", "-5")], 400), ([("Content-Length", "5, 5")], 400),
            ([("Content-Length", "0x5")], 400), ([("Content-Length", "")], 400), ([("Content-Length", "٥")], 400),
            ([("Content-Length", "99999999999999999999")], 413), ([("Content-Length ", "5")], 400),
            ([("Transfer-Encoding\t", "chunked")], 400), ([("", "x")], 400), ([("X Y", "x")], 400),
            ([("X-Y", "a\u{0B}b")], 400), ([("X-Y", "a\rb")], 400), ([("X-Y", "a\nb")], 400),
        ] as [([(String, String)], Int)]
    )
    func lengths(headers: [(String, String)], status: Int) {
        let problem = Self.problem { () throws(HTTPProblem) in _ = try Self.read(headers, method: "POST") }
        #expect(problem?.status.rawValue == status)
        #expect(problem?.advice.isEmpty == false)
    }

    @Test("Lengths that can be read in one way are", arguments: [("5", 5), ("0", 0), ("007", 7)])
    func goodLengths(text: String, count: Int) throws {
        #expect(try Self.read([("Content-Length", text)]).length == .bytes(count))
        #expect(try Self.read([("Transfer-Encoding", "Chunked")]).length == .pieces)
    }

    @Test(
        "Pieces are HTTP/1.1's, and other versions are nobody's",
        arguments: ["HTTP/1.0", "HTTP/0.9", "HTTP/2.0", ""]
    )
    func versions(version: String) {
        let problem = Self.problem { () throws(HTTPProblem) in
            _ = try Self.read([("Transfer-Encoding", "chunked")], version: version)
        }
        #expect(problem?.status == (version == "HTTP/1.0" ? .notImplemented : .versionNotSupported))
    }

    @Test(
        "Limits hold at their value, and not beyond it",
        arguments: ["target", "count", "bytes", "body"],
        [0, 1]
    )
    func limits(of what: String, beyond: Int) {
        var limits = HTTPLimits()
        (limits.targetBytes, limits.headerCount, limits.headerBytes, limits.bodyBytes) = (10, 4, 200, 50)
        let status: HTTPStatus
        var (headers, target): ([(String, String)], String) = ([], "/")
        switch what {
        case "target": (target, status) = ("/" + String(repeating: "a", count: 9 + beyond), .targetTooLong)
        case "count":
            (headers, status) = ([(String, String)](repeating: ("X", ""), count: 3 + beyond), .headersTooLarge)
        // "Host: localhost:8080" and "X: " with their ends are 22 and 5 bytes.
        case "bytes": (headers, status) = ([("X", String(repeating: "v", count: 173 + beyond))], .headersTooLarge)
        default: (headers, status) = ([("Content-Length", "\(50 + beyond)")], .contentTooLarge)
        }
        let problem = Self.problem { () throws(HTTPProblem) in
            _ = try Self.read(headers, target: target, limits: limits)
        }
        #expect(problem?.status == (beyond == 0 ? nil : status))
    }

    @Test(
        "A server answers to its own names alone",
        arguments: [
            ("127.0.0.1", "localhost", nil), ("127.0.0.1", "LOCALHOST:80", nil), ("127.0.0.1", "127.0.0.1:8080", nil),
            ("127.0.0.1", "[::1]:8080", nil), ("127.0.0.1", "panel.example", nil),
            ("127.0.0.1", "PANEL.example:1", nil),
            ("127.0.0.1", "evil.example", 421), ("127.0.0.1", "localhost.evil.example", 421),
            ("127.0.0.1", "localhost.", 421), ("127.0.0.1", "10.0.0.7", 421), ("127.0.0.1", "", 400),
            ("127.0.0.1", "localhost:80:80", 400), ("127.0.0.1", "localhost:x", 400),
            ("127.0.0.1", "localhost@evil.example", 400), ("127.0.0.1", "localhost evil", 400),
            ("127.0.0.1", "[::1", 400), ("127.0.0.1", "localhost:123456", 400), ("127.0.0.1", ":80", 400),
            ("10.0.0.7", "10.0.0.7:80", nil), ("10.0.0.7", "10.0.0.8", 421), ("::1", "[::1]", nil),
            ("0.0.0.0", "10.0.0.7:80", nil), ("0.0.0.0", "[fe80::1]:80", nil), ("0.0.0.0", "evil.example", 421),
            ("0.0.0.0", "10.0.0.7.evil.example", 421), ("0.0.0.0", "1.2.3.256", 421), ("::", "10.0.0.7", nil),
        ] as [(String, String, Int?)]
    )
    func hosts(address: String, host: String, status: Int?) {
        let hosts = HTTPHosts(listeningAt: address, names: ["panel.example"])
        let problem = Self.problem { () throws(HTTPProblem) in _ = try Self.read(host: [host], hosts: hosts) }
        #expect(problem?.status.rawValue == status)
    }

    @Test("HTTP/1.1 has one Host; HTTP/1.0 may have none")
    func hostCount() throws {
        #expect(Self.problem { () throws(HTTPProblem) in _ = try Self.read(host: []) }?.status == .badRequest)
        let two = Self.problem { () throws(HTTPProblem) in _ = try Self.read(host: ["localhost", "localhost"]) }
        #expect(two?.message == "expected one header 'Host', found 2")
        _ = try Self.read(host: [], version: "HTTP/1.0")
    }

    @Test(
        "A client's request id is taken when it is short and plain",
        arguments: [("abc-1.2_Z", true), ("", false), ("a b", false), ("a\"b", false), ("é", false)]
    )
    func requestID(id: String, isTaken: Bool) throws {
        #expect(try Self.read([("X-Request-ID", id)]).request.id == (isTaken ? id : "made-1"))
        let long = String(repeating: "a", count: 65)
        #expect(try Self.read([("X-Request-ID", long)]).request.id == "made-1")
    }

    static let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test(
        "A place in a trace is taken when it is one",
        arguments: [
            (trace, true), (trace.uppercased(), false), (trace + "-x", false), ("ff" + trace.dropFirst(2), false),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false), ("", false),
        ]
    )
    func traceparent(text: String, isTaken: Bool) throws {
        #expect(try Self.read([("traceparent", text)]).request.traceparent == (isTaken ? text : nil))
    }

    @Test("Unknown methods stay as they came; what is no method is refused")
    func methods() throws {
        #expect(try Self.read(method: "BREW").request.method == .other("BREW"))
        #expect(try Self.read(method: "get").request.method == .other("get"))
        for method in ["", "GE T", "G\u{0}", String(repeating: "A", count: 33)] {
            #expect(Self.problem { () throws(HTTPProblem) in _ = try Self.read(method: method) } != nil)
        }
    }

    @Test(
        "Changes are asked for as JSON by pages of this server",
        arguments: [
            (["Content-Type": "application/json"], nil), (["Content-Type": "Application/JSON; charset=utf-8"], nil),
            (["Content-Type": "text/plain"], "not-json"), ([:], "not-json"),
            (["Content-Type": "application/jsonx"], "not-json"),
            (["Content-Type": "text/plain; application/json"], "not-json"),
            (["Content-Type": "application/json", "Origin": "http://localhost:8080"], nil),
            (["Content-Type": "application/json", "Origin": "https://panel.example"], nil),
            (["Content-Type": "application/json", "Origin": "http://localhost:9"], "foreign-origin"),
            (["Content-Type": "application/json", "Origin": "https://evil.example"], "foreign-origin"),
            (["Content-Type": "application/json", "Origin": "null"], "foreign-origin"),
            (["Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"], "foreign-origin"),
            (["Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"], nil),
        ] as [([String: String], String?)]
    )
    func origins(headers: [String: String], code: String?) throws {
        let request = try Self.read(headers.map { ($0.key, $0.value) }).request
        let problem = Self.problem { () throws(HTTPProblem) in
            try request.requireJSON(origins: ["https://panel.example"])
        }
        #expect(problem?.code == code)
    }

    @Test("A problem is one JSON object, without what a terminal would obey")
    func problemText() {
        let problem = Self.problem { () throws(HTTPProblem) in _ = try Self.read(host: ["evil\u{1B}.example"]) }
        #expect(problem?.code == "malformed-request")
        let unknown = Self.problem { () throws(HTTPProblem) in _ = try Self.read(host: ["evil.example"]) }
        let text = unknown.map { JSONWriter.text(of: $0.json) }
        #expect(
            text == #"{"error":{"code":"unknown-host","message":"expected one of this server's names in 'Host', "#
                + #"found 'evil.example'","advice":"use 'localhost' or its address, or add the name to the hosts of "#
                + #"the server"}}"#
        )
    }
}
