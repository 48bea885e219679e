internal import Component
internal import JSON
internal import Lifetime
internal import Signals

/// What clients have asked for, and what became of it.
///
/// Clients put requests in, the source takes them out as messages, the sink puts in what came of them. A result
/// belongs to the request whose evaluation gave it: the id of the evaluation tells. Any thread may use it.
final class RequestBoard: Sendable {
    struct Limits: Sendable {
        /// Requests that have not begun.
        var waiting = 1000
        /// Results that nobody has fetched.
        var results = 1000
        /// Bytes of requests that have not begun.
        var waitingSize = 256 << 20
        /// Bytes, and number, of requests that are over and can still be looked up.
        var keptSize = 64 << 20
        var kept = 100_000
    }

    struct State: Sendable {
        /// The inputs of the source, by number.
        var inputs: [RequestVariable] = []
        /// The outputs of the sink, by number.
        var outputs: [RequestVariable] = []
        var limits = Limits()
        /// What '/settings' calls it.
        var name = ""
        /// Pages from elsewhere whose scripts may ask.
        var origins: Set<String> = []
        var current: [String: Sample] = [:]
        var records: [String: RequestRecord] = [:]
        /// What the source has not taken.
        var queue = RequestQueue()
        /// How many have not begun, and their bytes.
        var waitingCount = 0
        var waitingSize = 0
        var begun: [EvaluationID: String] = [:]
        /// Results that nobody has fetched, the oldest first.
        var results = RequestQueue()
        /// All that are over, the oldest first.
        var over = RequestQueue()
        var overSize = 0
        /// Which source takes requests, counted: the one that came last; 0 while there is none.
        var turn = 0
        var lastTurn = 0
    }

    /// Why requests are not taken.
    enum Refusal: Error, Equatable {
        case readOnly(String)
        case unknownVariable(String)
        case duplicate(String)
        case value(String)
        case full
    }

    let state = Mailbox(State())

    /// Takes all, or none.
    func submit(_ jobs: [RequestBody.Job]) throws(Refusal) -> [RequestRecord] {
        let now = Stamp.now()
        let result = Guarded<Result<[RequestRecord], Refusal>>(.success([]))
        state.put { state in
            let made = Result { () throws(Refusal) in try state.records(jobs, at: now) }
            result.withLock { $0 = made }
            guard case .success(let records) = made else { return false }
            for record in records { state.add(record) }
            return true
        }
        return try result.withLock { $0 }.get()
    }

    /// What is known of one.
    func record(_ id: String) -> JSONValue? {
        state.withLock { $0.records[id]?.json }
    }

    /// The oldest result that nobody has fetched.
    func nextResult() -> JSONValue? {
        state.withLock { state in
            while let id = state.results.popFirst() {
                if let record = state.records[id] { return record.json }
            }
            return nil
        }
    }

    /// The present values of variables.
    func values(_ names: [String]) throws(Refusal) -> JSONObject {
        let result = state.withLock { state -> Result<JSONObject, Refusal> in
            var values = JSONObject()
            for name in names {
                guard state.has(name) else { return .failure(.unknownVariable(name)) }
                values.add(name, .object(state.current[name]?.plainObject ?? ["value": .null]))
            }
            return .success(values)
        }
        return try result.get()
    }
}

// The flow's side.
extension RequestBoard {
    /// A source takes requests from now on, with what it says of them; one that did so before does not any more.
    func enter(_ change: (inout State) -> Void) -> Int {
        var turn = 0
        state.put { state in
            change(&state)
            state.lastTurn += 1
            state.turn = state.lastTurn
            turn = state.turn
            return true
        }
        return turn
    }

    /// The source of this turn takes nothing more.
    func leave(_ turn: Int) {
        state.put { state in
            guard state.turn == turn else { return false }
            state.turn = 0
            return true
        }
    }

    /// The next request for the flow, as soon as there is one; nil when the source of this turn is to end.
    func nextMessage(_ turn: Int) -> Message? {
        let found = state.take(until: nil) { state -> RequestRecord?? in
            if state.turn != turn { return .some(nil) }
            while let id = state.queue.popFirst() { if let record = state.records[id] { return record } }
            return nil
        }
        guard let record = found ?? nil else { return nil }
        return Message(
            state.withLock { $0.parts(of: record) },
            done: { self.ended(record.id, $0) },
            began: { self.began(record.id, in: $0) }
        )
    }

    private func began(_ id: String, in evaluation: EvaluationID) {
        state.withLock { $0.begin(id, in: evaluation, at: .now()) }
    }

    private func ended(_ id: String, _ outcome: MessageOutcome) {
        state.withLock { $0.end(id, outcome, at: .now()) }
    }

    /// What an evaluation gave.
    func note(_ writes: [SinkWrite]) {
        state.withLock { state in
            for write in writes where write.input < state.outputs.count { state.note(write) }
            for id in Set(writes.map(\.sample.id)) {
                guard let job = state.begun[id] else { continue }
                let results = state.presentOutputs
                state.records[job]?.outputs = results
            }
        }
    }
}

extension RequestBoard.State {
    func has(_ name: String) -> Bool { (inputs + outputs).contains { $0.name.utf8.elementsEqual(name.utf8) } }

    /// The outputs that have a sample.
    var presentOutputs: [(name: String, sample: Sample)] {
        outputs.compactMap { output in current[output.name].map { (output.name, $0) } }
    }

    fileprivate func records(
        _ jobs: [RequestBody.Job],
        at now: Stamp
    ) throws(RequestBoard.Refusal) -> [RequestRecord] {
        var made: [RequestRecord] = []
        var ids: Set<String> = []
        for job in jobs {
            let id = job.id ?? RequestIDs.make()
            guard records[id] == nil, ids.insert(id).inserted else { throw .duplicate(id) }
            var given: [RequestRecord.Input] = []
            var size = 512
            for input in job.inputs {
                guard let variable = inputs.firstIndex(where: { $0.name.utf8.elementsEqual(input.name.utf8) }) else {
                    throw has(input.name) ? .readOnly(input.name) : .unknownVariable(input.name)
                }
                let value: Value
                do throws(RequestVariable.Refusal) { value = try inputs[variable].value(input.value) } catch {
                    throw .value(error.text)
                }
                let stamp = input.timestamp.flatMap { $0 == 0 ? nil : Stamp(seconds: $0) } ?? now
                size += Sample(value, stamp: stamp, id: .none).heldSize
                if !input.metadata.members.isEmpty {
                    size += 2 * JSONWriter.text(of: .object(input.metadata)).utf8.count
                }
                given.append(.init(name: inputs[variable].name, value: value, stamp: stamp, metadata: input.metadata))
            }
            made.append(RequestRecord(id: id, inputs: given, submitted: now, size: size))
        }
        let size = made.reduce(0) { $0 + $1.size }
        guard waitingCount + made.count <= limits.waiting, waitingSize + size <= limits.waitingSize else { throw .full }
        return made
    }

    /// What the source sends; an input that a reload has taken away is left out.
    fileprivate func parts(of record: RequestRecord) -> [Message.Part] {
        record.inputs.compactMap { input in
            let output = inputs.firstIndex { $0.name.utf8.elementsEqual(input.name.utf8) }
            return output.map { Message.Part(output: $0, value: input.value, stamp: input.stamp) }
        }
    }

    fileprivate mutating func add(_ record: RequestRecord) {
        records[record.id] = record
        queue.append(record.id)
        waitingCount += 1
        waitingSize += record.size
    }

    fileprivate mutating func begin(_ id: String, in evaluation: EvaluationID, at now: Stamp) {
        guard let record = records[id], record.status == .queued else { return }
        waitingCount -= 1
        waitingSize -= record.size
        records[id]?.status = .running
        records[id]?.started = now
        begun[evaluation] = id
        for input in record.inputs {
            current[input.name] = Sample(input.value, stamp: input.stamp, id: evaluation)
        }
        // Where nothing changes, it is as it was.
        let results = presentOutputs
        records[id]?.outputs = results
    }

    fileprivate mutating func note(_ write: SinkWrite) {
        let variable = outputs[write.input]
        var sample = write.sample
        if sample.severity < .invalid, let problem = variable.mismatch(sample.value) {
            sample = Sample(.none, alarm: .invalid(problem), stamp: sample.stamp, id: sample.id)
        }
        current[variable.name] = sample
    }

    fileprivate mutating func end(_ id: String, _ outcome: MessageOutcome, at now: Stamp) {
        guard var record = records[id], record.status == .queued || record.status == .running else { return }
        if record.status == .queued {
            waitingCount -= 1
            waitingSize -= record.size
        }
        if let evaluation = begun.first(where: { $0.value == id })?.key { begun[evaluation] = nil }
        switch outcome {
        case .delivered where record.status == .queued:
            record.error =
                "the flow has a rhythm of its own, and evaluated nothing for this: its trigger has to be "
                + "'message' or 'change'"
        case .delivered:
            let bad = record.outputs.first { $0.sample.severity == .invalid }
            record.error = bad.map { "\($0.name): \($0.sample.alarm.message)" }
        case .failed(let reason): record.error = reason
        case .abandoned: record.error = "the flow ended before"
        }
        record.status = record.error == nil ? .completed : .failed
        record.completed = now
        records[id] = record
        keep(record)
    }

    /// Keeps what is over for as long as there is room.
    private mutating func keep(_ record: RequestRecord) {
        results.append(record.id)
        if results.count > limits.results, let oldest = results.popFirst() {
            records[oldest]?.status = .failed
            records[oldest]?.error = "Evicted: output queue overflow"
        }
        over.append(record.id)
        overSize += record.keptSize
        while overSize > limits.keptSize || over.count > limits.kept, let oldest = over.popFirst() {
            overSize -= records.removeValue(forKey: oldest)?.keptSize ?? 0
        }
    }
}

extension RequestRecord {
    fileprivate var keptSize: Int { outputs.reduce(size) { $0 + $1.sample.heldSize } }
}

/// Ids, first in first out.
struct RequestQueue: Sendable {
    private var ids: [String] = []
    private var first = 0

    var count: Int { ids.count - first }

    mutating func append(_ id: String) { ids.append(id) }

    mutating func popFirst() -> String? {
        guard first < ids.count else { return nil }
        defer {
            first += 1
            if first * 2 > ids.count {
                ids.removeFirst(first)
                first = 0
            }
        }
        return ids[first]
    }
}

/// Ids of requests that clients gave none: as other programs make them.
enum RequestIDs {
    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let (high, low) = (generator.next(), generator.next())
        // Version 4, variant 1 of RFC 9562.
        let words = [(high & ~0xF000) | 0x4000, (low & ~(0b11 << 62)) | (0b10 << 62)]
        let digits = words.map {
            String(repeating: "0", count: 16 - String($0, radix: 16).count) + String($0, radix: 16)
        }
        .joined()
        var rest = digits[...]
        return [8, 4, 4, 4, 12].map { count in
            defer { rest = rest.dropFirst(count) }
            return String(rest.prefix(count))
        }
        .joined(separator: "-")
    }
}
