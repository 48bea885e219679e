internal import Catalog
internal import HTTP
internal import JSON
internal import Lifetime
internal import Manifest

/// A flow of `slipway run --http`, as a client sees it.
struct FlowServer: Sendable {
    let url: String

    private static let routes = ["/events", "/flow", "/trace", "/"]
    /// What an answer may hold.
    private static let sizeMax = 64 << 20

    /// Its address, with or without the path of one of its routes.
    init(_ url: String) {
        self.url = Self.routes.first { url.hasSuffix($0) }.map { String(url.dropLast($0.count)) } ?? url
    }

    static func isURL(_ operand: String) -> Bool { operand.hasPrefix("http://") || operand.hasPrefix("https://") }

    /// The answer of a route.
    func get(_ path: String, _ query: [(name: String, value: String)] = []) async throws(HTTPCallProblem) -> JSONValue {
        let arguments = query.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
        var call = HTTPCall(.get, url + path + (arguments.isEmpty ? "" : "?\(arguments)"))
        call.limits.whole = .seconds(20)
        let body = Guarded<[UInt8]>([])
        let answer = try await Catalog.httpCaller.make(call, began: { _ in }) { bytes in
            body.withLock { body in
                body += bytes
                return body.count <= Self.sizeMax
            }
        }
        let json = try? JSONReader.value(of: body.withLock { $0 }, limits: JSONLimits(sizeMax: Self.sizeMax))
        if answer.status != 200, let json, let problem = Self.problem(json) { throw problem }
        try check(answer, path)
        guard let json else { throw isAnother }
        return json
    }

    /// A server that is busy or stands behind another may answer again; one that knows no such path is no flow.
    func check(_ answer: HTTPAnswer, _ path: String) throws(HTTPCallProblem) {
        guard answer.status != 200 else { return }
        throw HTTPCallProblem(
            answer.status >= 500 ? .broken : .unexpected,
            "expected a flow of 'slipway run --http' at '\(Printable.text(url))', found an answer of status "
                + "\(answer.status) to '\(path)'",
            advice: "check the address"
        )
    }

    /// It answers, and is something else.
    var isAnother: HTTPCallProblem {
        HTTPCallProblem(
            .unexpected,
            "expected a flow of 'slipway run --http' at '\(Printable.text(url))', found another answer",
            advice: "check the address"
        )
    }

    /// Why a flow does not answer a question, in its own words; nil where nothing is said.
    private static func problem(_ answer: JSONValue) -> HTTPCallProblem? {
        guard case .object(let object) = answer, case .object(let error)? = object["error"],
            case .string(let code)? = error["code"], traceCodes.contains(code),
            case .string(let message)? = error["message"], case .string(let advice)? = error["advice"]
        else { return nil }
        return HTTPCallProblem(
            .unexpected,
            Printable.text(message, lengthMax: 1000),
            advice: Printable.text(advice, lengthMax: 1000)
        )
    }

    /// Answers about what was asked: others are about the server.
    private static let traceCodes = TraceRoute.codes

    /// A value as it may stand in a query.
    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        .joined()
    }
}
