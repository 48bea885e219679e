internal import Dispatch

/// Runs tasks on threads of their own, so that a C call which blocks takes no thread from Swift's pool: that has
/// one thread a core, and a few blocked ones stop the whole process.
///
/// At most `width` tasks run at once; the rest wait in their order.
public final class BlockingExecutor: TaskExecutor {
    private let queues: [DispatchQueue]
    private let next = Guarded(0)

    /// - Precondition: `width` is at least 1.
    public init(label: String, width: Int = 1) {
        precondition(width > 0)
        queues = (0..<width).map { DispatchQueue(label: "\(label).\($0)") }
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let index = next.withLock { next in
            next = (next + 1) % queues.count
            return next
        }
        queues[index].async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
