/// What one client, and all of them together, may take of a server.
public struct HTTPLimits: Sendable {
    /// Beyond it a request is refused with 413: by its length before anything is kept, or when it has grown.
    public var bodyBytes = 8 << 20
    /// Beyond it a request is refused with 431; far beyond, by the library's own page.
    public var headerBytes = 4096
    /// Beyond it a request is refused with 431.
    public var headerCount = 64
    /// Beyond it a request is refused with 414.
    public var targetBytes = 2048
    /// Further clients wait in the system's queue until one of these leaves.
    public var connections = 256
    /// A further connection of the same address is closed at once.
    public var connectionsPerAddress = 256
    /// Requests in work elsewhere, also those whose clients have left; a further one is refused with 503.
    public var calls = 128
    /// A connection without a request, or whose client does not read its answer, is closed after this long.
    public var idle: Duration = .seconds(60)
    /// From the connection, or from the first line of a further request, to the end of the headers.
    public var head: Duration = .seconds(10)
    /// From the end of the headers to the end of the body.
    public var body: Duration = .seconds(60)
    /// From the end of the body to the answer; beyond it the work is cancelled and the answer is 504.
    public var deadline: Duration = .seconds(30)
    /// After this long without an event a comment is sent, so that both ends see whether the other still lives.
    public var heartbeat: Duration = .seconds(15)

    public init() {}
}
