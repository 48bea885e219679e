public import Lifetime

/// Runs of a model on several replicas at once; what comes meanwhile waits in a queue of a stated length.
public final class ReplicaPool: Sendable {
    private struct State {
        var idle: [Int]
        /// The first that came is the first that runs.
        var waiting: [Waiter] = []
        var nextWaiter = 0
    }

    private struct Waiter {
        let id: Int
        /// The replica that it was given; nil when it waits no longer.
        let go: CheckedContinuation<Int?, Never>
    }

    private let replicas: [any ModelRuntime]
    private let waitingMax: Int
    private let executor: BlockingExecutor
    private let state: Guarded<State>

    /// A pool of at least one replica, where `waitingMax` runs may wait: one more is refused as busy.
    ///
    /// The replicas of an ONNX model may be the same runtime several times.
    public init(_ replicas: [any ModelRuntime], waitingMax: Int, label: String) {
        precondition(!replicas.isEmpty && waitingMax >= 0)
        self.replicas = replicas
        self.waitingMax = waitingMax
        executor = BlockingExecutor(label: "model.\(label)", width: replicas.count)
        state = Guarded(State(idle: Array(replicas.indices.reversed())))
    }

    public var signature: ModelSignature { replicas[0].signature }

    /// How many runs wait for a replica.
    public var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Runs on the next replica that is free.
    ///
    /// The time in the queue counts.
    public func run(_ inputs: NamedTensors, until stop: RunStop) async throws(ModelProblem) -> NamedTensors {
        // What nothing else ends is ended by its task.
        let stop = stop.isNever ? RunStop() : stop
        let replica = try await take(until: stop)
        defer { give(replica) }
        return try await replicas[replica].run(inputs, until: stop, on: executor)
    }

    private func take(until stop: RunStop) async throws(ModelProblem) -> Int {
        if let idle = state.withLock({ $0.idle.popLast() }) { return idle }
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        // Whoever waits is woken by a replica, by the end of his time or of his task, whichever comes first.
        let registration = stop.register { [weak self] in self?.leave(id) }
        defer { stop.unregister(registration) }
        let taken = await withTaskCancellationHandler {
            await withCheckedContinuation { go in wait(id, go, stop) }
        } onCancel: {
            stop.stop(.cancelled)
        }
        if let taken { return taken }
        switch stop.cause {
        case .deadline?:
            throw ModelProblem(.deadline, "expected a free replica in time, found that all are at work")
        case .cancelled?: throw ModelProblem(.cancelled, "expected a free replica, found that the run was cancelled")
        case nil:
            throw ModelProblem(
                .busy,
                "expected at most \(waitingMax) runs that wait for a replica, found more",
                advice: "try again later, or give the model more replicas"
            )
        }
    }

    private func wait(_ id: Int, _ go: CheckedContinuation<Int?, Never>, _ stop: RunStop) {
        let now: Int?? = state.withLock { state in
            if let idle = state.idle.popLast() { return .some(idle) }
            guard state.waiting.count < waitingMax else { return .some(nil) }
            state.waiting.append(Waiter(id: id, go: go))
            return nil
        }
        if let now { return go.resume(returning: now) }
        // It may have ended before it was in the queue, when nobody could wake it.
        if stop.cause != nil { leave(id) }
    }

    /// Wakes a run that waits no longer, without a replica.
    private func leave(_ id: Int) {
        let waiter = state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
        }
        waiter?.go.resume(returning: nil)
    }

    /// Hands a replica on to the first that waits.
    private func give(_ replica: Int) {
        let next = state.withLock { state -> Waiter? in
            guard !state.waiting.isEmpty else {
                state.idle.append(replica)
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.go.resume(returning: replica)
    }
}
