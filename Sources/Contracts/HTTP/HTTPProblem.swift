public import JSON

/// Why a request gets no answer: one JSON object with a code for programs, and a message and advice for people.
public struct HTTPProblem: Error, Sendable, Equatable {
    public let status: HTTPStatus
    /// Stays the same when the message is worded anew.
    public let code: String
    /// What was expected, and what was found.
    public let message: String
    /// What to do.
    public let advice: String

    public init(_ status: HTTPStatus, code: String, message: String, advice: String) {
        self.status = status
        self.code = code
        self.message = message
        self.advice = advice
    }

    /// The object that clients get: `{"error": {"code", "message", "advice"}}`.
    public var json: JSONValue {
        .object([
            "error": .object(["code": .string(code), "message": .string(message), "advice": .string(advice)])
        ])
    }

    /// A request whose bytes can be read in two ways, or in none.
    static func malformed(_ message: String, advice: String) -> HTTPProblem {
        HTTPProblem(.badRequest, code: "malformed-request", message: message, advice: advice)
    }

    /// An answer of our own that may not be sent.
    static func broken(_ message: String) -> HTTPProblem {
        HTTPProblem(
            .internalError,
            code: "broken-answer",
            message: message,
            advice: "this is a mistake in the program: report it with the request id"
        )
    }
}

extension HTTPProblem {
    /// So much work is under way that no more is begun.
    public static func busy(callsMax: Int) -> HTTPProblem {
        HTTPProblem(
            .serviceUnavailable,
            code: "busy",
            message: "expected fewer than \(callsMax) requests in work, found that many",
            advice: "send it again later"
        )
    }

    public static let draining = HTTPProblem(
        .serviceUnavailable,
        code: "draining",
        message: "the server is ending and takes no new requests",
        advice: "send it to another server, or again later"
    )

    public static func late(after deadline: Duration) -> HTTPProblem {
        HTTPProblem(
            .deadlineExceeded,
            code: "deadline",
            message: "expected an answer within \(deadline), found none",
            advice: "ask for less at once, or send it again when there is less to do"
        )
    }

    public static func tooLarge(bytesMax: Int, found: String) -> HTTPProblem {
        HTTPProblem(
            .contentTooLarge,
            code: "body-too-large",
            message: "expected a body of at most \(bytesMax) bytes, found \(found)",
            advice: "send it in parts"
        )
    }
}
