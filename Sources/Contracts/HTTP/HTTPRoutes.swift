/// All routes of a server.
public struct HTTPRoutes: Sendable {
    /// What a request meets.
    public enum Match: Sendable {
        /// The place of a route, and what stands for its names in braces.
        case route(Int, parameters: [String: String])
        /// The answer to OPTIONS, to a method that the path does not have, and to paths that nobody has.
        case answer(HTTPResponse)
    }

    private enum Segment: Hashable {
        case text(String)
        case parameter(String)

        init(_ text: Substring) {
            self =
                text.hasPrefix("{") && text.hasSuffix("}")
                ? .parameter(String(text.dropFirst().dropLast())) : .text(String(text))
        }

        /// The same for segments that take the same paths.
        var shape: String? {
            if case .text(let text) = self { text } else { nil }
        }
    }

    public let routes: [HTTPRoute]
    private let patterns: [[Segment]]

    /// - Precondition: Patterns begin with a slash, and no two routes take the same requests.
    public init(_ routes: [HTTPRoute]) {
        self.routes = routes
        patterns = routes.map { route in
            precondition(route.pattern.hasPrefix("/"), "the pattern '\(route.pattern)' does not begin with '/'")
            return route.pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(Segment.init)
        }
        var seen: Set<[String?]> = []
        for (route, pattern) in zip(routes, patterns) {
            let isNew = seen.insert([route.method.description] + pattern.map(\.shape)).inserted
            precondition(isNew, "two routes take \(route.method) \(route.pattern)")
        }
    }

    /// Finds the route; a text in a pattern goes before a name in braces, from left to right.
    public func match(_ method: HTTPMethod, _ segments: [String]) -> Match {
        var found: [Int] = []
        for index in patterns.indices where Self.takes(patterns[index], segments) {
            if found.isEmpty || isBefore(index, found[0]) { found.insert(index, at: 0) } else { found.append(index) }
        }
        guard let first = found.first else { return .answer(.problem(Self.unknownPath)) }
        // A path belongs to its closest pattern: others that would take it have no say in its methods.
        let shape = patterns[first].map(\.shape)
        let own = found.filter { patterns[$0].map(\.shape) == shape }
        // Who may GET may ask for the head alone; the server leaves the body out.
        let index =
            own.first { routes[$0].method == method }
            ?? (method == .head ? own.first { routes[$0].method == .get } : nil)
        if let index { return .route(index, parameters: parameters(of: index, segments)) }
        let allowed = allowedMethods(own)
        var response = method == .options ? HTTPResponse.empty : .problem(Self.unknownMethod(method, allowed))
        response.allow(allowed)
        return .answer(response)
    }

    private static func takes(_ pattern: [Segment], _ segments: [String]) -> Bool {
        pattern.count == segments.count
            && zip(pattern, segments).allSatisfy { part, segment in
                part.shape.map { $0 == segment } ?? !segment.isEmpty
            }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        for (one, other) in zip(patterns[left], patterns[right]) where (one.shape == nil) != (other.shape == nil) {
            return one.shape != nil
        }
        return false
    }

    private func parameters(of index: Int, _ segments: [String]) -> [String: String] {
        var parameters: [String: String] = [:]
        for case (.parameter(let name), let segment) in zip(patterns[index], segments) { parameters[name] = segment }
        return parameters
    }

    private func allowedMethods(_ indices: [Int]) -> [HTTPMethod] {
        var methods = indices.map { routes[$0].method }
        if methods.contains(.get), !methods.contains(.head) { methods.append(.head) }
        if !methods.contains(.options) { methods.append(.options) }
        return methods.sorted { $0.description < $1.description }
    }

    private static let unknownPath = HTTPProblem(
        .notFound,
        code: "unknown-path",
        message: "expected a path of this server, found another",
        advice: "look at the spelling, and for a slash at the end"
    )

    private static func unknownMethod(_ method: HTTPMethod, _ allowed: [HTTPMethod]) -> HTTPProblem {
        let names = allowed.map(\.description).joined(separator: ", ")
        return HTTPProblem(
            .methodNotAllowed,
            code: "unknown-method",
            message: "expected one of \(names), found '\(Quotation.of(method.description))'",
            advice: "send one of these to this path"
        )
    }
}
