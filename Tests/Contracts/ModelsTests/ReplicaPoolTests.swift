import Lifetime
import Signals
import Synchronization
import Testing

@testable import Models

/// Several replicas, a queue with a limit, and ends before the end.
@Suite struct ReplicaPoolTests {
    /// A model that waits until somebody opens its gate.
    final class Gate: ModelRuntime {
        let signature = ModelSignature(inputs: [], outputs: [])
        let running = Guarded(0)
        let most = Guarded(0)
        private let isOpen = Guarded(false)
        private let waiters = Guarded<[Int: CheckedContinuation<Void, Never>]>([:])

        func open() { isOpen.withLock { $0 = true } }

        func run(_ inputs: NamedTensors, until stop: RunStop) throws(ModelProblem) -> NamedTensors {
            let now = running.withLock { running in
                running += 1
                return running
            }
            most.withLock { $0 = max($0, now) }
            defer { running.withLock { $0 -= 1 } }
            while !isOpen.withLock({ $0 }) {
                if stop.cause != nil { throw ModelProblem(.cancelled, "stopped") }
            }
            return inputs
        }

        func prepare(_ shapes: [[Int]]) throws(ModelProblem) -> any PreparedRun {
            throw ModelProblem(.unsupported, "none")
        }
    }

    static func code(_ task: Task<ModelProblem.Code?, Never>) async -> ModelProblem.Code? { await task.value }

    static func run(_ pool: ReplicaPool, _ stop: RunStop = RunStop()) -> Task<ModelProblem.Code?, Never> {
        Task {
            do throws(ModelProblem) {
                _ = try await pool.run(NamedTensors(), until: stop)
                return nil
            } catch {
                return error.code
            }
        }
    }

    @Test("As many run as there are replicas, as many wait as may, one more is refused")
    func limits() async {
        let gate = Gate()
        let pool = ReplicaPool([gate, gate], waitingMax: 2, label: "test")
        var tasks = [Self.run(pool), Self.run(pool)]
        while gate.running.withLock({ $0 }) < 2 { await Task.yield() }
        tasks += [Self.run(pool), Self.run(pool)]
        while pool.waitingCount < 2 { await Task.yield() }
        #expect(await Self.run(pool).value == .busy)
        gate.open()
        for task in tasks { #expect(await task.value == nil) }
        #expect(gate.most.withLock { $0 } == 2)
        #expect(pool.waitingCount == 0)
    }

    @Test("Who waits is ended by a deadline and by cancellation, and the queue goes on")
    func ends() async {
        let gate = Gate()
        let pool = ReplicaPool([gate], waitingMax: 8, label: "test")
        let first = Self.run(pool)
        while gate.running.withLock({ $0 }) < 1 { await Task.yield() }
        #expect(await Self.run(pool, RunStop(after: .milliseconds(5))).value == .deadline)
        let cancelled = Self.run(pool)
        let last = Self.run(pool)
        while pool.waitingCount < 2 { await Task.yield() }
        cancelled.cancel()
        #expect(await cancelled.value == .cancelled)
        gate.open()
        #expect(await first.value == nil)
        #expect(await last.value == nil)
        let ended = RunStop()
        ended.stop(.cancelled)
        // The replica is free: a run that was ended before it began says so itself.
        #expect(await Self.run(pool, ended).value == nil)
    }

    @Test("Who waits without a deadline is ended with his task all the same")
    func never() async {
        let gate = Gate()
        let pool = ReplicaPool([gate], waitingMax: 8, label: "test")
        let first = Self.run(pool, .never)
        while gate.running.withLock({ $0 }) < 1 { await Task.yield() }
        let second = Self.run(pool, .never)
        while pool.waitingCount < 1 { await Task.yield() }
        second.cancel()
        #expect(await second.value == .cancelled)
        first.cancel()
        #expect(await first.value == .cancelled)
    }

    @Test("Many runs on few replicas all come to an end")
    func many() async {
        let gate = Gate()
        gate.open()
        let pool = ReplicaPool([gate, gate, gate], waitingMax: 1000, label: "test")
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<500 {
                group.addTask {
                    let task = Self.run(pool)
                    if index % 7 == 0 { task.cancel() }
                    let code = await task.value
                    return code == nil || code == .cancelled
                }
            }
            for await isRight in group { #expect(isRight) }
        }
        #expect(gate.most.withLock { $0 } <= 3)
        #expect(pool.waitingCount == 0)
    }
}
