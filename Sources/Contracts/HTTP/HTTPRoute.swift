/// A method and a path, and what answers them.
public struct HTTPRoute: Sendable {
    public typealias Inline = @Sendable (HTTPRequest) throws(HTTPProblem) -> HTTPResponse
    public typealias Suspended = @Sendable (HTTPRequest) async throws(HTTPProblem) -> HTTPResponse

    public enum Answer: Sendable {
        /// On the server's own thread, while every other client waits: for what takes microseconds.
        case inline(Inline)
        /// Elsewhere, while the connection is suspended. Its task is cancelled at the deadline, and when the client
        /// leaves: then it is to return soon, and what it returns is not sent.
        case suspended(Suspended)
    }

    public let method: HTTPMethod
    /// A path whose segments may be names in braces, which stand for one segment each: `/models/{name}/versions`.
    public let pattern: String
    public let answer: Answer

    public init(_ method: HTTPMethod, _ pattern: String, inline: @escaping Inline) {
        (self.method, self.pattern, answer) = (method, pattern, .inline(inline))
    }

    public init(_ method: HTTPMethod, _ pattern: String, suspended: @escaping Suspended) {
        (self.method, self.pattern, answer) = (method, pattern, .suspended(suspended))
    }
}
