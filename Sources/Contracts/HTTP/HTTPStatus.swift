/// The number that says how a request went.
public struct HTTPStatus: RawRepresentable, Sendable, Hashable {
    public let rawValue: Int

    /// - Precondition: The number is from 200 to 599: what goes before an answer is the server's own.
    public init(rawValue: Int) {
        precondition((200...599).contains(rawValue), "\(rawValue) is no status of an answer")
        self.rawValue = rawValue
    }

    public static let ok = HTTPStatus(rawValue: 200)
    public static let noContent = HTTPStatus(rawValue: 204)
    public static let badRequest = HTTPStatus(rawValue: 400)
    public static let forbidden = HTTPStatus(rawValue: 403)
    public static let notFound = HTTPStatus(rawValue: 404)
    public static let methodNotAllowed = HTTPStatus(rawValue: 405)
    public static let contentTooLarge = HTTPStatus(rawValue: 413)
    public static let targetTooLong = HTTPStatus(rawValue: 414)
    public static let unsupportedMediaType = HTTPStatus(rawValue: 415)
    public static let misdirectedRequest = HTTPStatus(rawValue: 421)
    public static let headersTooLarge = HTTPStatus(rawValue: 431)
    public static let internalError = HTTPStatus(rawValue: 500)
    public static let notImplemented = HTTPStatus(rawValue: 501)
    public static let serviceUnavailable = HTTPStatus(rawValue: 503)
    public static let deadlineExceeded = HTTPStatus(rawValue: 504)
    public static let versionNotSupported = HTTPStatus(rawValue: 505)
}
