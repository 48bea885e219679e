import HTTP
import Testing

@Suite struct RoutesTests {
    static let routes = HTTPRoutes(
        [
            (.get, "/"), (.get, "/models"), (.post, "/models"), (.get, "/models/{name}"), (.delete, "/models/{name}"),
            (.get, "/models/latest"), (.get, "/models/{name}/versions/{number}"), (.other("BREW"), "/pot"),
            (.head, "/head"), (.get, "/head"),
        ].map { (method: HTTPMethod, pattern: String) in
            HTTPRoute(method, pattern, inline: { _ in .text("\(method) \(pattern)") })
        }
    )

    @Test(
        "The closest pattern takes a request",
        arguments: [
            (.get, "/", "GET /", [:]), (.get, "/models", "GET /models", [:]), (.post, "/models", "POST /models", [:]),
            (.get, "/models/beam", "GET /models/{name}", ["name": "beam"]),
            (.get, "/models/latest", "GET /models/latest", [:]),
            (.head, "/models/beam", "GET /models/{name}", ["name": "beam"]), (.head, "/head", "HEAD /head", [:]),
            (.get, "/models/a/versions/3", "GET /models/{name}/versions/{number}", ["name": "a", "number": "3"]),
            (.other("BREW"), "/pot", "BREW /pot", [:]),
        ] as [(HTTPMethod, String, String, [String: String])]
    )
    func matches(method: HTTPMethod, path: String, name: String, parameters: [String: String]) throws {
        let target = try HTTPTarget(path)
        guard case .route(let index, let found) = Self.routes.match(method, target.segments) else {
            Issue.record("no route takes \(method) \(path)")
            return
        }
        let route = Self.routes.routes[index]
        #expect("\(route.method) \(route.pattern)" == name)
        #expect(found == parameters)
    }

    @Test(
        "Other requests are told why, and what the path has",
        arguments: [
            (.get, "/none", 404, nil), (.get, "/models/", 404, nil), (.get, "/models//versions/1", 404, nil),
            (.get, "//", 404, nil), (.put, "/models", 405, "GET, HEAD, OPTIONS, POST"),
            (.delete, "/models/latest", 405, "GET, HEAD, OPTIONS"), (.get, "/pot", 405, "BREW, OPTIONS"),
            (.head, "/pot", 405, "BREW, OPTIONS"), (.options, "/models/beam", 204, "DELETE, GET, HEAD, OPTIONS"),
            (.options, "/none", 404, nil),
        ] as [(HTTPMethod, String, Int, String?)]
    )
    func refusals(method: HTTPMethod, path: String, status: Int, allow: String?) throws {
        guard case .answer(let response) = Self.routes.match(method, try HTTPTarget(path).segments) else {
            Issue.record("a route takes \(method) \(path)")
            return
        }
        #expect(response.status.rawValue == status)
        #expect(response.headers["allow"] == allow)
    }

    @Test("Two routes for the same requests are a mistake in the program")
    func duplicates() async {
        await #expect(processExitsWith: .failure) {
            _ = HTTPRoutes(["/a/{x}", "/a/{y}"].map { HTTPRoute(.get, $0, inline: { _ in .empty }) })
        }
        await #expect(processExitsWith: .failure) {
            _ = HTTPRoutes([HTTPRoute(.get, "a", inline: { _ in .empty })])
        }
    }
}
