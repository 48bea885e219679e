/// A request whose head was checked and whose body is whole.
public struct HTTPRequest: Sendable {
    public let method: HTTPMethod
    public let target: HTTPTarget
    public let headers: HTTPHeaders
    /// Where the client is, as `127.0.0.1:50312`; behind a proxy, where that is.
    public let peer: String
    /// Names the request in answers and logs: the client's `X-Request-Id`, or one made here.
    public let id: String
    /// The client's place in a trace, as W3C's Trace Context has it.
    public let traceparent: String?
    /// What stands for the names in the braces of the route.
    public internal(set) var parameters: [String: String] = [:]
    public internal(set) var body: [UInt8] = []

    /// The request as its route and its body complete it.
    public func completed(parameters: [String: String], body: [UInt8]) -> HTTPRequest {
        var request = self
        request.parameters = parameters
        request.body = body
        return request
    }

    /// - Precondition: The route of this request has the name in its braces.
    public func parameter(_ name: String) -> String {
        guard let value = parameters[name] else { preconditionFailure("the route has no '{\(name)}'") }
        return value
    }
}

extension HTTPRequest {
    /// Refuses what a page of a stranger could have sent through the browser of somebody who may.
    ///
    /// To be called by whatever changes something. A form or a simple script can send no `application/json` without
    /// asking first, and cannot hide where it comes from.
    ///
    /// - Parameter origins: Pages from elsewhere that may, as `https://panel.example`.
    /// - Throws: A problem with 415 or 403.
    public func requireJSON(origins: Set<String> = []) throws(HTTPProblem) {
        let type = headers["content-type"] ?? ""
        let name = type.prefix { $0 != ";" }.lowercased()
        guard name.split(separator: " ").map(String.init) == ["application/json"] else {
            throw HTTPProblem(
                .unsupportedMediaType,
                code: "not-json",
                message: "expected the content type 'application/json', found '\(Quotation.of(type))'",
                advice: "send the header 'Content-Type: application/json'"
            )
        }
        let origin = headers["origin"]
        let host = headers["host"]?.lowercased() ?? ""
        let isOwn = origin.map { ["http://\(host)", "https://\(host)"].contains($0.lowercased()) } ?? true
        let isFromElsewhere = origin == nil && headers["sec-fetch-site"].map { $0 == "cross-site" } ?? false
        guard (isOwn && !isFromElsewhere) || origins.contains(origin ?? "") else {
            throw HTTPProblem(
                .forbidden,
                code: "foreign-origin",
                message: "expected a page of this server, found '\(Quotation.of(origin ?? "another site"))'",
                advice: "open the page from this server, or add its origin to those that are allowed"
            )
        }
    }
}
