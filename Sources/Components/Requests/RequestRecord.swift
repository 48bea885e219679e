internal import JSON
internal import Signals

/// What a client wanted to have evaluated, and what became of it.
struct RequestRecord: Sendable {
    enum Status: String, Sendable {
        case queued, running, completed, failed
    }

    struct Input: Sendable {
        let name: String
        let value: Value
        let stamp: Stamp
        let metadata: JSONObject
    }

    let id: String
    let inputs: [Input]
    let submitted: Stamp
    /// About how many bytes it holds besides its outputs.
    let size: Int
    var status = Status.queued
    var started: Stamp?
    var completed: Stamp?
    var error: String?
    var outputs: [(name: String, sample: Sample)] = []

    var json: JSONValue {
        var given = JSONObject()
        for input in inputs {
            given.add(
                input.name,
                [
                    "value": input.value.plainJSON, "timestamp": .number(input.stamp.seconds),
                    "metadata": .object(input.metadata),
                ]
            )
        }
        var made = JSONObject()
        // Before, they are those of somebody else.
        for output in status == .completed || status == .failed ? outputs : [] {
            var object = output.sample.plainObject
            object.add("timestamp", .number(output.sample.stamp.seconds))
            made.add(output.name, .object(object))
        }
        return [
            "job_id": .string(id), "status": .string(status.rawValue), "submitted_at": .number(submitted.seconds),
            "started_at": started.map { .number($0.seconds) } ?? .null,
            "completed_at": completed.map { .number($0.seconds) } ?? .null,
            "error": error.map { .string($0) } ?? .null, "inputs": .object(given), "outputs": .object(made),
        ]
    }
}

extension Sample {
    /// The value, and the alarm where there is one; a value that may not be used is null.
    var plainObject: JSONObject {
        var object = JSONObject()
        object.add("value", severity == .invalid ? .null : value.plainJSON)
        guard severity != .none else { return object }
        object.add(
            "alarm",
            [
                "severity": .string(severity.description), "status": .integer(Int64(alarm.status.rawValue)),
                "message": .string(alarm.message),
            ]
        )
        return object
    }
}

extension Stamp {
    /// Since 1970.
    var seconds: Double {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return Double(whole) + Double(rest) / 1e9
    }

    /// As exactly as the number tells it: the product alone would not be.
    init(seconds: Double) {
        let whole = seconds.rounded(.down)
        self.init(nanoseconds: Int64(whole) * 1_000_000_000 + Int64(((seconds - whole) * 1e9).rounded()))
    }
}
