internal import HTTP
internal import JSON
internal import Lifetime

/// What clients may ask: the routes of poly-lithic's `fastapi_server`.
struct RequestRoutes: Sendable {
    let board: RequestBoard

    /// Pages from elsewhere whose scripts may ask.
    private var origins: Set<String> { board.state.withLock { $0.origins } }

    var routes: HTTPRoutes {
        var routes = [
            route(.get, "/health") { _ in
                .json(["status": "ok", "type": "interface.fastapi_server"])
            },
            route(.get, "/settings") { _ in .json(self.settings) },
            route(.post, "/submit") { request in self.submit(request) },
            route(.post, "/get") { request in self.get(request) },
            route(.post, "/jobs") { request in self.submitAll(request) },
            route(.get, "/jobs/next") { _ in
                self.board.nextResult().map { .json($0) } ?? Self.refusal(404, "No completed jobs")
            },
            route(.get, "/jobs/{id}") { request in
                let id = request.parameter("id")
                return self.board.record(id).map { .json($0) } ?? Self.refusal(404, "Unknown job_id: \(id)")
            },
        ]
        for pattern in Set(routes.map(\.pattern)) {
            routes.append(route(.options, pattern) { _ in .empty })
        }
        return HTTPRoutes(routes)
    }

    private func route(
        _ method: HTTPMethod,
        _ pattern: String,
        _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) -> HTTPRoute {
        HTTPRoute(
            method,
            pattern,
            inline: { request throws(HTTPProblem) in
                var response = answer(request)
                if let origin = request.headers["origin"], origins.contains(origin) {
                    try response.set("Access-Control-Allow-Origin", origin)
                    try response.set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
                    try response.set("Access-Control-Allow-Headers", "Content-Type")
                    try response.set("Vary", "Origin")
                }
                return response
            }
        )
    }

    private static func refusal(_ status: Int, _ text: String) -> HTTPResponse {
        .json(["detail": .string(text)], status: HTTPStatus(rawValue: status))
    }

    private static func refusal(_ refusal: RequestBoard.Refusal) -> HTTPResponse {
        switch refusal {
        case .readOnly(let name): Self.refusal(403, "Variable \(name) is read-only (mode=out)")
        case .unknownVariable(let name): Self.refusal(404, "Unknown variable: \(name)")
        case .duplicate(let id): Self.refusal(409, "Duplicate job_id: \(id)")
        case .value(let text): Self.refusal(422, text)
        case .full: Self.refusal(429, "Input queue full")
        }
    }

    private static func refusal(_ problems: RequestBody.Problems) -> HTTPResponse {
        .json(["detail": .array(problems.list)], status: HTTPStatus(rawValue: 422))
    }

    /// Nothing for a request of a page from elsewhere, nor for what is not JSON.
    private func foreign(_ request: HTTPRequest) -> HTTPResponse? {
        do throws(HTTPProblem) {
            try request.requireJSON(origins: origins)
            return nil
        } catch {
            return Self.refusal(error.status == .forbidden ? 403 : 422, "\(error.message): \(error.advice)")
        }
    }

    private func submit(_ request: HTTPRequest) -> HTTPResponse {
        if let foreign = foreign(request) { return foreign }
        let job: RequestBody.Job
        do throws(RequestBody.Problems) { job = try RequestBody.job(request.body) } catch { return Self.refusal(error) }
        do throws(RequestBoard.Refusal) {
            let record = try board.submit([job])[0]
            return .json([
                "job_id": .string(record.id), "status": .string(record.status.rawValue),
                "updated": .array(record.inputs.map { .string($0.name) }),
            ])
        } catch {
            return Self.refusal(error)
        }
    }

    private func submitAll(_ request: HTTPRequest) -> HTTPResponse {
        if let foreign = foreign(request) { return foreign }
        let jobs: [RequestBody.Job]
        do throws(RequestBody.Problems) { jobs = try RequestBody.jobs(request.body) } catch {
            return Self.refusal(error)
        }
        do throws(RequestBoard.Refusal) {
            let accepted = try board.submit(jobs).map { record -> JSONValue in
                ["job_id": .string(record.id), "status": .string(record.status.rawValue)]
            }
            return .json(["accepted": .array(accepted)])
        } catch {
            return Self.refusal(error)
        }
    }

    private func get(_ request: HTTPRequest) -> HTTPResponse {
        if let foreign = foreign(request) { return foreign }
        let wanted: (id: String?, names: [String])
        do throws(RequestBody.Problems) { wanted = try RequestBody.names(request.body) } catch {
            return Self.refusal(error)
        }
        do throws(RequestBoard.Refusal) {
            let values = try board.values(wanted.names)
            return .json(["job_id": .string(wanted.id ?? RequestIDs.make()), "values": .object(values)])
        } catch {
            return Self.refusal(error)
        }
    }

    private var settings: JSONValue {
        let state = board.state.withLock { $0 }
        var variables = JSONObject()
        let outputNames = Set(state.outputs.map(\.name))
        let inputNames = Set(state.inputs.map(\.name))
        for variable in state.inputs + state.outputs {
            let isInput = inputNames.contains(variable.name)
            let mode = isInput && outputNames.contains(variable.name) ? "inout" : isInput ? "in" : "out"
            var object: JSONObject = ["mode": .string(mode), "type": .string(variable.kind.rawValue)]
            if variable.kind == .waveform { object.add("length", .integer(Int64(variable.size[0]))) }
            if variable.kind == .image {
                object.add(
                    "image_size",
                    ["x": .integer(Int64(variable.size[1])), "y": .integer(Int64(variable.size[0]))]
                )
            }
            object.add("current", state.current[variable.name]?.plainObject["value"] ?? .null)
            variables.add(variable.name, .object(object))
        }
        return [
            "name": .string(state.name), "inputs": .array(state.inputs.map { .string($0.name) }),
            "outputs": .array(state.outputs.map { .string($0.name) }), "variables": .object(variables),
            "routes": [
                "health": "/health", "settings": "/settings", "submit": "/submit", "get": "/get", "jobs": "/jobs",
                "jobs_next": "/jobs/next", "jobs_by_id": "/jobs/{job_id}",
            ],
            "input_queue_max": .integer(Int64(state.limits.waiting)),
            "output_queue_max": .integer(Int64(state.limits.results)),
        ]
    }
}
