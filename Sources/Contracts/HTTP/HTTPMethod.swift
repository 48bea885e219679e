/// What a request asks for; methods that nobody here knows stay as they came.
public enum HTTPMethod: Sendable, Hashable, CustomStringConvertible {
    case get, head, post, put, patch, delete, options
    case other(String)

    private static let known: [HTTPMethod] = [.get, .head, .post, .put, .patch, .delete, .options]

    /// The method of a request's first line, where upper and lower case differ.
    public init(_ text: String) {
        self = Self.known.first { $0.description == text } ?? .other(text)
    }

    public var description: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other(let text): text
        }
    }
}
