import Component
import JSON
import Lifetime
import Signals
import TestSupport
import Testing

@testable import BasicComponents

/// Requests of clients and what becomes of them, with a flow that tests move by hand.
@Suite(.timeLimit(.minutes(1))) struct RequestBoardTests {
    /// A board with inputs `a` and `b` and an output `sum`.
    private static func board(_ change: (inout RequestBoard.Limits) -> Void = { _ in }) -> RequestBoard {
        let board = RequestBoard()
        var limits = RequestBoard.Limits()
        change(&limits)
        let turn = board.enter { state in
            state.inputs = ["a", "b"].map { RequestVariable(name: $0, kind: .scalar, size: []) }
            state.outputs = [RequestVariable(name: "sum", kind: .scalar, size: [])]
            state.limits = limits
        }
        #expect(turn == 1)
        return board
    }

    private static func job(_ inputs: [(String, JSONValue)]) -> RequestBody.Job { job(nil, inputs) }

    private static func job(_ id: String?, _ inputs: [(String, JSONValue)]) -> RequestBody.Job {
        RequestBody.Job(
            id: id,
            inputs: inputs.map { .init(name: $0.0, value: $0.1, timestamp: nil, metadata: JSONObject()) }
        )
    }

    private static func id(_ number: Int) -> EvaluationID { EvaluationID(high: 3, low: UInt64(number)) }

    private static func sum(_ number: Double, _ evaluation: Int, _ alarm: Alarm = .none) -> [SinkWrite] {
        [SinkWrite(input: 0, sample: Sample(.float64(number), alarm: alarm, stamp: .unknown, id: id(evaluation)))]
    }

    private static func text(_ json: JSONValue?, _ members: String...) -> String {
        var json = json
        for member in members { if case .object(let object)? = json { json = object[member] } }
        return json.map { JSONWriter.text(of: $0) } ?? "nothing"
    }

    @Test("A result belongs to its own request, whoever is told first", arguments: 0..<30)
    func ownResults(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let board = Self.board()
        var (a, b) = (0.0, 0.0)
        var expected: [(id: String, sum: Double)] = []
        var open: [Message] = []
        for number in 0..<200 {
            let (x, y) = (Double(Int.random(in: 0...99, using: &random)), Double(Int.random(in: 0...9, using: &random)))
            let inputs: [(String, JSONValue)] = Bool.random(using: &random) ? [("a", .number(x))] : [("b", .number(y))]
            let id = try board.submit([Self.job(inputs)])[0].id
            if inputs[0].0 == "a" { a = x } else { b = y }
            let message = try #require(board.nextMessage(1))
            message.began?(Self.id(number))
            // Where nothing changes, nothing is written.
            if expected.last?.sum != a + b { board.note(Self.sum(a + b, number)) }
            expected.append((id, a + b))
            open.append(message)
            // Sinks that take their time have requests told late, and in another order.
            while open.count > Int.random(in: 0...5, using: &random) {
                open.remove(at: Int.random(in: open.indices, using: &random)).done?(.delivered)
            }
        }
        for message in open { message.done?(.delivered) }
        for (id, sum) in expected {
            let record = board.record(id)
            #expect(Self.text(record, "status") == "\"completed\"")
            #expect(Self.text(record, "outputs", "sum", "value") == JSONWriter.text(of: .number(sum)), "seed \(seed)")
        }
        #expect(board.state.withLock { $0.begun.isEmpty && $0.waitingCount == 0 && $0.waitingSize == 0 })
    }

    @Test("Requests beside each other are taken once each, in the order of each client")
    func beside() async throws {
        let board = Self.board { $0.waiting = 100_000 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<4 {
                group.addTask {
                    for number in 0..<500 {
                        _ = try board.submit([Self.job("\(client)-\(number)", [("a", .integer(Int64(number)))])])
                    }
                }
            }
            try await group.waitForAll()
        }
        var last = [Int](repeating: -1, count: 4)
        for _ in 0..<2000 {
            let message = try #require(board.nextMessage(1))
            message.began?(.none)
            message.done?(.delivered)
            let number = try #require(message.parts[0].value.number)
            #expect(last.contains(Int(number) - 1))
            if let client = last.firstIndex(of: Int(number) - 1) { last[client] = Int(number) }
        }
        #expect(last == [499, 499, 499, 499])
        board.leave(1)
        #expect(board.nextMessage(1) == nil)
    }

    @Test("All of a batch are taken, or none; what waits has a limit")
    func limits() throws {
        let board = Self.board { limits in
            limits.waiting = 3
            limits.results = 2
        }
        let jobs = (0..<4).map { Self.job("q\($0)", [("a", .integer(Int64($0)))]) }
        #expect(throws: RequestBoard.Refusal.full) { try board.submit(jobs) }
        #expect(throws: RequestBoard.Refusal.duplicate("q1")) { try board.submit([jobs[1], jobs[1]]) }
        #expect(throws: RequestBoard.Refusal.readOnly("sum")) {
            try board.submit([jobs[0], Self.job([("sum", 1)])])
        }
        #expect(throws: RequestBoard.Refusal.unknownVariable("c")) { try board.submit([Self.job([("c", 1)])]) }
        #expect(board.record("q0") == nil)
        _ = try board.submit(Array(jobs[..<3]))
        #expect(throws: RequestBoard.Refusal.full) { try board.submit([jobs[3]]) }
        #expect(throws: RequestBoard.Refusal.duplicate("q0")) { try board.submit([jobs[0]]) }
        for number in 0..<3 {
            let message = try #require(board.nextMessage(1))
            message.began?(Self.id(number))
            board.note(Self.sum(Double(number), number))
            message.done?(.delivered)
        }
        // The oldest result that nobody has fetched goes, and says so.
        #expect(Self.text(board.record("q0"), "error") == "\"Evicted: output queue overflow\"")
        #expect(Self.text(board.nextResult(), "job_id") == "\"q1\"")
        #expect(Self.text(board.nextResult(), "outputs", "sum", "value") == "2.0")
        #expect(board.nextResult() == nil)
    }

    @Test("What is over is kept for as long as there is room")
    func kept() throws {
        let board = Self.board { limits in
            limits.results = 1_000_000
            limits.keptSize = 100_000
        }
        for number in 0..<1000 {
            _ = try board.submit([Self.job("\(number)", [("a", 1)])])
            let message = try #require(board.nextMessage(1))
            message.began?(Self.id(number))
            board.note(Self.sum(1, number))
            message.done?(.delivered)
        }
        let (count, size) = board.state.withLock { ($0.records.count, $0.overSize) }
        #expect(count < 200 && count > 50)
        #expect(size <= 100_000)
        #expect(board.record("0") == nil)
        #expect(board.record("999") != nil)
    }

    @Test("A value that may not be used fails its request, and is no number")
    func invalid() throws {
        let board = Self.board()
        for (number, outcome) in [MessageOutcome.delivered, .failed("too late"), .abandoned].enumerated() {
            _ = try board.submit([Self.job("\(number)", [("a", 1)])])
            let message = try #require(board.nextMessage(1))
            message.began?(Self.id(number))
            board.note(Self.sum(.nan, number, .invalid("1/0")))
            message.done?(outcome)
        }
        #expect(Self.text(board.record("0"), "status") == "\"failed\"")
        #expect(Self.text(board.record("0"), "error") == "\"sum: 1/0\"")
        #expect(Self.text(board.record("0"), "outputs", "sum", "value") == "null")
        #expect(Self.text(board.record("1"), "error") == "\"too late\"")
        #expect(Self.text(board.record("2"), "error") == "\"the flow ended before\"")
        // A flow that evaluates nothing for a request must not give it the values of another.
        _ = try board.submit([Self.job("3", [("a", 1)])])
        try #require(board.nextMessage(1)).done?(.delivered)
        #expect(Self.text(board.record("3"), "status") == "\"failed\"")
        #expect(Self.text(board.record("3"), "outputs") == "{}")
    }

    @Test("An output of another shape than was declared is told, not passed on")
    func shapes() throws {
        let board = Self.board()
        board.state.withLock { $0.outputs = [RequestVariable(name: "wave", kind: .waveform, size: [3])] }
        _ = try board.submit([Self.job("0", [("a", 1)])])
        let message = try #require(board.nextMessage(1))
        message.began?(Self.id(0))
        let four = Value.tensor(try Tensor([1.0, 2, 3, 4], shape: [4]))
        board.note([SinkWrite(input: 0, sample: Sample(four, stamp: .unknown, id: Self.id(0)))])
        message.done?(.delivered)
        #expect(
            Self.text(board.record("0"), "error") == "\"wave: expected a waveform of [3], found float64 [4]\""
        )
    }

    @Test("The source that came last takes requests, whatever one before it does: a reload begins the new one first")
    func turns() throws {
        let board = Self.board()
        _ = try board.submit([Self.job("0", [("a", 1)])])
        let second = board.enter { _ in }
        #expect(board.nextMessage(1) == nil)
        board.leave(1)
        let message = try #require(board.nextMessage(second))
        message.began?(Self.id(0))
        message.done?(.delivered)
        #expect(Self.text(board.record("0"), "status") == "\"completed\"")
        board.leave(second)
        #expect(board.nextMessage(second) == nil)
    }
}
