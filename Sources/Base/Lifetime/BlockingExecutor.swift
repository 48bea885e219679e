internal import Dispatch

/// Runs tasks on threads of their own, so that a C call which blocks takes no thread from Swift's pool: that has
/// one thread a core, and a few blocked ones stop the whole process.
///
/// At most `width` tasks run at once; the rest wait in their order. How many wait is bounded by whoever makes them:
/// an executor cannot refuse.
public final class BlockingExecutor: TaskExecutor {
    private struct State {
        var waiting: [UnownedJob] = []
        /// The queues that have nothing to do.
        var idle: [Int]
    }

    private let queues: [DispatchQueue]
    private let state: Guarded<State>

    /// - Precondition: `width` is at least 1.
    public init(label: String, width: Int = 1) {
        precondition(width > 0)
        queues = (0..<width).map { DispatchQueue(label: "\(label).\($0)") }
        state = Guarded(State(idle: Array((0..<width).reversed())))
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { state in
            state.waiting.append(job)
            // Under the lock: once another thread may take the job, it may be the last that holds this executor, whose
            // caller holds it no more than that.
            guard let idle = state.idle.popLast() else { return }
            queues[idle].async { self.work(idle) }
        }
    }

    /// Runs what waits until nothing does.
    private func work(_ queue: Int) {
        while let job = next(queue) { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    private func next(_ queue: Int) -> UnownedJob? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.idle.append(queue)
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
