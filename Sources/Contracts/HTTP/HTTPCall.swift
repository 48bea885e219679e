/// A request that this program makes of a server.
public struct HTTPCall: Sendable {
    /// How long it may take, and how far it may go; nil is without end.
    public struct Limits: Sendable {
        /// Until the server has taken the connection.
        public var connect: Duration? = .seconds(10)
        /// Without a byte in either direction, in whole seconds.
        public var silence: Duration? = .seconds(60)
        /// From the beginning to the last byte.
        public var whole: Duration?
        /// How many redirects are followed; with 0 the redirect itself is the answer.
        public var redirectsMax = 0

        public init() {}
    }

    public let method: HTTPMethod
    public let url: String
    public var headers: [HTTPHeaders.Field] = []
    public var body: [UInt8]?
    public var limits = Limits()

    public init(_ method: HTTPMethod, _ url: String) {
        self.method = method
        self.url = url
    }
}

/// The head of what a server answers; after redirects that of the last.
public struct HTTPAnswer: Sendable {
    public let status: Int
    public let headers: HTTPHeaders

    public init(status: Int, headers: HTTPHeaders) {
        self.status = status
        self.headers = headers
    }
}

/// Why a call has no answer, or none that is whole.
public struct HTTPCallProblem: Error, Sendable, Equatable {
    public enum Kind: Sendable {
        /// This machine has no library for it.
        case unavailable
        case badURL
        case notResolved
        case notConnected
        case timeout
        case tooManyRedirects
        case notTrusted
        /// What came is no answer, or the connection was cut.
        case broken
        /// What came is an answer, but of something else than was asked for.
        case unexpected
        case cancelled
    }

    public let kind: Kind
    /// What was expected and what was found, in one sentence without a full stop.
    public let problem: String
    public let advice: String

    public init(_ kind: Kind, _ problem: String, advice: String) {
        self.kind = kind
        self.problem = problem
        self.advice = advice
    }
}

/// Whoever makes calls.
public protocol HTTPCaller: Sendable {
    /// Makes a call, on any thread.
    ///
    /// `began` gets the head before the first byte of the body; `body` gets the bytes as they come, and says whether it
    /// wants more.
    ///
    /// - Throws: Also when the task is cancelled.
    func make(
        _ call: HTTPCall,
        began: @escaping @Sendable (HTTPAnswer) -> Void,
        body: @escaping @Sendable ([UInt8]) -> Bool
    ) async throws(HTTPCallProblem) -> HTTPAnswer
}
