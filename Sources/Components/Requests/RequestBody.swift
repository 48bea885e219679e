internal import JSON

/// Reads what clients send, and says what is wrong with it in the form that they know.
struct RequestBody {
    /// What a client wants to have evaluated.
    struct Job: Sendable {
        struct Input: Sendable {
            let name: String
            let value: JSONValue
            let timestamp: Double?
            let metadata: JSONObject
        }

        let id: String?
        let inputs: [Input]
    }

    /// What is wrong: a list of objects with `type`, `loc`, `msg` and `input`.
    struct Problems: Error {
        let list: [JSONValue]
    }

    /// More variables and jobs than a request needs.
    private static let countMax = 10_000
    private static let idLengthMax = 256

    private var problems: [JSONValue] = []

    static func job(_ bytes: [UInt8]) throws(Problems) -> Job {
        var body = RequestBody()
        let job = body.object(try body.parsed(bytes), ["body"]).map { body.job($0, ["body"]) }
        return try body.checked(job)
    }

    static func jobs(_ bytes: [UInt8]) throws(Problems) -> [Job] {
        var body = RequestBody()
        guard let object = body.object(try body.parsed(bytes), ["body"]) else { throw Problems(list: body.problems) }
        body.refuseOthers(object, ["jobs"], ["body"])
        let list = body.list(object, "jobs", ["body"])
        let jobs = list.enumerated().compactMap { index, element -> Job? in
            let place: [JSONValue] = ["body", "jobs", .integer(Int64(index))]
            return body.object(element, place).map { body.job($0, place) }
        }
        return try body.checked(jobs)
    }

    /// The names that a client wants to read.
    static func names(_ bytes: [UInt8]) throws(Problems) -> (id: String?, names: [String]) {
        var body = RequestBody()
        guard let object = body.object(try body.parsed(bytes), ["body"]) else { throw Problems(list: body.problems) }
        body.refuseOthers(object, ["job_id", "variables"], ["body"])
        let id = body.id(object, ["body"])
        let names = body.list(object, "variables", ["body"]).enumerated().compactMap { index, element -> String? in
            if case .string(let name) = element { return name }
            let place: [JSONValue] = ["body", "variables", .integer(Int64(index))]
            body.add("string_type", place, "Input should be a valid string", element)
            return nil
        }
        return try body.checked((id, names))
    }

    private func checked<Result>(_ result: Result?) throws(Problems) -> Result {
        guard problems.isEmpty, let result else { throw Problems(list: problems) }
        return result
    }

    private mutating func add(_ type: String, _ place: [JSONValue], _ message: String, _ input: JSONValue) {
        guard problems.count < 20 else { return }
        problems.append([
            "type": .string(type), "loc": .array(place), "msg": .string(message), "input": Self.shown(input),
        ])
    }

    /// What was sent, unless that is long.
    private static func shown(_ input: JSONValue) -> JSONValue {
        switch input {
        case .array(let elements) where elements.count > 16: "a long list"
        case .object(let object) where object.members.count > 16: "a large object"
        case .string(let text) where text.utf8.count > 200: .string(String(text.prefix(200)) + "…")
        default: input
        }
    }

    private mutating func parsed(_ bytes: [UInt8]) throws(Problems) -> JSONValue {
        guard !bytes.isEmpty else {
            add("missing", ["body"], "Field required", .null)
            throw Problems(list: problems)
        }
        do throws(JSONError) {
            return try JSONReader.value(of: bytes, limits: JSONLimits(sizeMax: max(1, bytes.count)))
        } catch {
            throw Problems(list: [
                [
                    "type": "json_invalid", "loc": ["body", .integer(Int64(error.offset))], "msg": "JSON decode error",
                    "input": [:], "ctx": ["error": .string(error.problem)],
                ]
            ])
        }
    }

    private mutating func object(_ json: JSONValue, _ place: [JSONValue]) -> JSONObject? {
        if case .object(let object) = json { return object }
        add(
            "model_attributes_type",
            place,
            "Input should be a valid dictionary or object to extract fields from",
            json
        )
        return nil
    }

    private mutating func refuseOthers(_ object: JSONObject, _ known: Set<String>, _ place: [JSONValue]) {
        for member in object.members where !known.contains(member.name) {
            add("extra_forbidden", place + [.string(member.name)], "Extra inputs are not permitted", member.value)
        }
    }

    private mutating func list(_ object: JSONObject, _ name: String, _ place: [JSONValue]) -> [JSONValue] {
        guard let value = object[name] else {
            add("missing", place + [.string(name)], "Field required", .object(object))
            return []
        }
        guard case .array(let elements) = value, elements.count <= Self.countMax else {
            add("list_type", place + [.string(name)], "Input should be a valid list", value)
            return []
        }
        return elements
    }

    private mutating func id(_ object: JSONObject, _ place: [JSONValue]) -> String? {
        switch object["job_id"] {
        case nil, .null?: return nil
        case .string(let id)? where id.utf8.count <= Self.idLengthMax: return id
        case .string(let id)?:
            let message = "String should have at most \(Self.idLengthMax) characters"
            add("string_too_long", place + ["job_id"], message, .string(id))
        case let other?: add("string_type", place + ["job_id"], "Input should be a valid string", other)
        }
        return nil
    }

    private mutating func job(_ object: JSONObject, _ place: [JSONValue]) -> Job {
        refuseOthers(object, ["job_id", "variables"], place)
        let id = id(object, place)
        guard let variables = object["variables"] else {
            add("missing", place + ["variables"], "Field required", .object(object))
            return Job(id: id, inputs: [])
        }
        guard case .object(let members) = variables, members.members.count <= Self.countMax else {
            add("dict_type", place + ["variables"], "Input should be a valid dictionary", variables)
            return Job(id: id, inputs: [])
        }
        let inputs = members.members.compactMap { member in
            input(member.name, member.value, place + ["variables", .string(member.name)])
        }
        return Job(id: id, inputs: inputs)
    }

    private mutating func input(_ name: String, _ json: JSONValue, _ place: [JSONValue]) -> Job.Input? {
        guard let object = object(json, place) else { return nil }
        refuseOthers(object, ["value", "timestamp", "metadata"], place)
        var timestamp: Double?
        switch object["timestamp"] {
        case nil, .null?: break
        case .string(let text)? where Double(text) == nil:
            let message = "Input should be a valid number, unable to parse string as a number"
            add("float_parsing", place + ["timestamp"], message, .string(text))
        case let given?:
            timestamp = if case .string(let text) = given { Double(text) } else { given.double }
            if timestamp.map({ !$0.isFinite || abs($0) > 9e9 }) ?? true {
                add("float_type", place + ["timestamp"], "Input should be a valid number", given)
            }
        }
        var metadata = JSONObject()
        switch object["metadata"] {
        case nil, .null?: break
        case .object(let given)?: metadata = given
        case let other?: add("dict_type", place + ["metadata"], "Input should be a valid dictionary", other)
        }
        guard let value = object["value"] else {
            add("missing", place + ["value"], "Field required", .object(object))
            return nil
        }
        return Job.Input(name: name, value: value, timestamp: timestamp, metadata: metadata)
    }
}
