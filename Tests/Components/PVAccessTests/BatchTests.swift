import Lifetime
import Signals
import TestSupport
import Testing

@testable import PVAccess

/// Many values at once, and one again and again.
// One after the other: each has threads or processes of its own, and two cores serve them all.
@Suite(.serialized, .timeLimit(.minutes(2))) struct BatchTests {
    @Test("What is posted together arrives, in its order; what does not fit is told, and stops nothing else")
    func together() async throws {
        let server = try PVAServer([
            PVADeclaration("A", .float64), PVADeclaration("B", .float64), PVADeclaration("C", .text),
        ])
        let client = try server.client()
        let (a, watchA) = try client.watch("A", queue: 100)
        let (c, watchC) = try client.watch("C", queue: 100)
        _ = try await watchA.value()
        _ = try await watchC.value()
        let wrong = Sample(.tensor(try Tensor([1.0, 2], shape: [2])))
        var refused: [Int] = []
        server.post([
            (0, Sample(.float64(1))), (1, wrong), (2, Sample(.text("x"), .invalid("why"))), (0, Sample(.float64(2))),
        ]) { place, problem in
            refused.append(place)
            #expect(!problem.message.isEmpty)
        }
        #expect(refused == [1])
        #expect(try await watchA.value().value == .float64(1))
        #expect(try await watchA.value().value == .float64(2))
        let text = try await watchC.value()
        #expect(text.value == .text("x"))
        #expect(text.alarm == .invalid("why"))
        a.end()
        c.end()
        server.post([]) { _, _ in Issue.record("nothing was posted") }
    }

    @Test("A number is put again and again; a refusal says why, and the next one goes")
    func writer() async throws {
        var declaration = PVADeclaration("A", .int32)
        let seen = Guarded<[Value]>([])
        declaration.put = { value, _ in
            seen.withLock { $0.append(value) }
            return value == .int64(3) ? .refuse("not three") : .accept(Sample(value))
        }
        let server = try PVAServer([declaration, PVADeclaration("T", .text)])
        let client = try server.client()
        let writer = try PVAWriter(client, "A", within: .seconds(10))
        var answers: [String?] = []
        for number in 1...4 {
            answers.append(
                await withCheckedContinuation { next in writer.put(Double(number)) { next.resume(returning: $0) } }
            )
        }
        #expect(answers.map { $0 == nil } == [true, true, false, true])
        #expect(answers[2]?.contains("not three") == true)
        #expect(seen.withLock { $0 } == [.int64(1), .int64(2), .int64(3), .int64(4)])
        #expect(throws: PVAProblem.self) { try PVAWriter(client, "T", within: .seconds(10)) }
        #expect(throws: PVAProblem.self) { try PVAWriter(client, "NOBODY", within: .milliseconds(100)) }
        withExtendedLifetime(server) {}
    }
}
