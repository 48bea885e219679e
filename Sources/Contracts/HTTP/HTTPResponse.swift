public import JSON

/// What a request gets: a status, headers, and bytes or events.
public struct HTTPResponse: Sendable {
    public enum Body: Sendable {
        case bytes([UInt8])
        /// Server-sent events, until one side ends them.
        case events(HTTPEventStream)
    }

    public let status: HTTPStatus
    public private(set) var headers: HTTPHeaders
    public let body: Body

    /// An answer of any content; `type` is empty when there is none.
    public init(_ status: HTTPStatus = .ok, type: StaticString, bytes: [UInt8]) {
        self.init(status, type: type, body: .bytes(bytes))
    }

    private init(_ status: HTTPStatus, type: StaticString, body: Body) {
        self.status = status
        self.body = body
        let text = String(describing: type)
        headers = HTTPHeaders(text.isEmpty ? [] : [.init(name: "Content-Type", value: text)])
    }

    /// Puts a header in the place of those of the same name.
    ///
    /// - Throws: A problem that answers the request with 500, when the header would break the message.
    public mutating func set(_ name: String, _ value: String) throws(HTTPProblem) { try headers.set(name, value) }

    /// The methods that a path has, for answers to other methods.
    mutating func allow(_ methods: [HTTPMethod]) {
        let value = methods.map(\.description).joined(separator: ", ")
        headers = HTTPHeaders(headers.fields + [.init(name: "Allow", value: value)])
    }
}

extension HTTPResponse {
    public static func json(_ value: JSONValue, status: HTTPStatus = .ok) -> HTTPResponse {
        json(bytes: Array(JSONWriter.text(of: value).utf8), status: status)
    }

    /// A document that is written already.
    public static func json(bytes: [UInt8], status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status, type: "application/json", bytes: bytes)
    }

    public static func text(_ text: String, status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status, type: "text/plain; charset=utf-8", bytes: Array(text.utf8))
    }

    /// Metrics as Prometheus reads them.
    public static func metrics(_ text: String) -> HTTPResponse {
        HTTPResponse(type: "text/plain; version=0.0.4; charset=utf-8", bytes: Array(text.utf8))
    }

    public static var empty: HTTPResponse { HTTPResponse(.noContent, type: "", bytes: []) }

    public static func problem(_ problem: HTTPProblem) -> HTTPResponse { json(problem.json, status: problem.status) }

    /// Events as they come; the stream ends when the client leaves, and when the server does.
    public static func events(_ stream: HTTPEventStream) -> HTTPResponse {
        HTTPResponse(.ok, type: "text/event-stream", body: .events(stream))
    }
}
