/// The first line and the headers of a request, as they came: what a server gets from its library.
///
/// Whatever could be read in two ways is refused here, since a proxy in front may read it in the other.
public struct HTTPRequestHead: Sendable {
    /// How much follows the headers.
    public enum Length: Sendable, Equatable {
        case bytes(Int)
        /// Pieces until one is empty.
        case pieces
    }

    public let method: String
    public let target: String
    public let version: String
    public let headers: HTTPHeaders

    public init(method: String, target: String, version: String, headers: HTTPHeaders) {
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers
    }

    /// Checks everything that can be checked before the body comes.
    public func read(
        limits: HTTPLimits,
        hosts: HTTPHosts,
        peer: String,
        id: String
    ) throws(HTTPProblem) -> (request: HTTPRequest, length: Length) {
        guard ["HTTP/1.0", "HTTP/1.1"].contains(version) else {
            throw HTTPProblem(
                .versionNotSupported,
                code: "version",
                message: "expected HTTP/1.0 or HTTP/1.1, found '\(Quotation.of(version))'",
                advice: "send it as HTTP/1.1"
            )
        }
        try checkSizes(limits)
        try checkNames()
        try checkHost(hosts)
        let length = try readLength(limits)
        let request = HTTPRequest(
            method: HTTPMethod(method),
            target: try HTTPTarget(target),
            headers: headers,
            peer: peer,
            id: Self.validID(headers) ?? id,
            traceparent: headers["traceparent"].flatMap { Self.isTraceparent($0) ? $0 : nil }
        )
        return (request, length)
    }

    private func checkSizes(_ limits: HTTPLimits) throws(HTTPProblem) {
        guard target.utf8.count <= limits.targetBytes else {
            throw HTTPProblem(
                .targetTooLong,
                code: "target-too-long",
                message: "expected a target of at most \(limits.targetBytes) bytes, found \(target.utf8.count)",
                advice: "send what is long in the body"
            )
        }
        guard headers.fields.count <= limits.headerCount else {
            throw HTTPProblem(
                .headersTooLarge,
                code: "too-many-headers",
                message: "expected at most \(limits.headerCount) headers, found \(headers.fields.count)",
                advice: "send fewer"
            )
        }
        guard headers.byteCount <= limits.headerBytes else {
            throw HTTPProblem(
                .headersTooLarge,
                code: "headers-too-large",
                message: "expected headers of at most \(limits.headerBytes) bytes, found \(headers.byteCount)",
                advice: "send less; cookies are not needed here"
            )
        }
    }

    private func checkNames() throws(HTTPProblem) {
        guard HTTPHeaders.isName(method), method.utf8.count <= 32 else {
            throw .malformed("expected a method, found '\(Quotation.of(method))'", advice: "send 'GET' or another one")
        }
        for field in headers.fields {
            guard HTTPHeaders.isName(field.name) else {
                throw .malformed(
                    "expected a name of a header, found '\(Quotation.of(field.name))'",
                    advice: "send letters, digits and '-', and no blank before the colon"
                )
            }
            guard HTTPHeaders.isValue(field.value) else {
                throw .malformed(
                    "expected a value of one line for '\(Quotation.of(field.name))', found control characters",
                    advice: "send it without them"
                )
            }
        }
    }

    private func checkHost(_ hosts: HTTPHosts) throws(HTTPProblem) {
        let found = headers.values("host")
        guard found.count <= 1, found.count == 1 || version == "HTTP/1.0" else {
            throw .malformed("expected one header 'Host', found \(found.count)", advice: "send one")
        }
        // A browser always says where it thinks it is; without it nothing can be rebound.
        if let host = found.first { try hosts.check(host) }
    }

    private func readLength(_ limits: HTTPLimits) throws(HTTPProblem) -> Length {
        let lengths = headers.values("content-length")
        let encodings = headers.values("transfer-encoding")
        guard lengths.count + encodings.count <= 1 else {
            throw .malformed(
                "expected one of 'Content-Length' and 'Transfer-Encoding', found \(lengths.count + encodings.count)",
                advice: "send one, so that everybody sees the same end of the request"
            )
        }
        if let encoding = encodings.first {
            guard encoding.lowercased() == "chunked", version == "HTTP/1.1" else {
                throw HTTPProblem(
                    .notImplemented,
                    code: "transfer-encoding",
                    message: "expected 'Transfer-Encoding: chunked' of HTTP/1.1, found '\(Quotation.of(encoding))'",
                    advice: "send the body as it is, with 'Content-Length'"
                )
            }
            return .pieces
        }
        guard let text = lengths.first else { return .bytes(0) }
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw .malformed(
                "expected a number as 'Content-Length', found '\(Quotation.of(text))'",
                advice: "send how many bytes the body has"
            )
        }
        guard let count = Int(text), count <= limits.bodyBytes else {
            throw .tooLarge(bytesMax: limits.bodyBytes, found: Quotation.of(text))
        }
        return .bytes(count)
    }

    /// The client's own id: it ends up in logs, so that it must be short and plain.
    private static func validID(_ headers: HTTPHeaders) -> String? {
        guard let id = headers["x-request-id"], (1...64).contains(id.utf8.count) else { return nil }
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isPlain ? id : nil
    }

    private static func isTraceparent(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [2, 32, 16, 2], parts[0] != "ff" else { return false }
        let isHexadecimal = parts.allSatisfy { $0.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) } }
        return isHexadecimal && parts[1...2].allSatisfy { $0.utf8.contains { $0 != UInt8(ascii: "0") } }
    }
}
