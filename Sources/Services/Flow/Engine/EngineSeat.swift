internal import Glibc
internal import Lifetime
internal import Synchronization

/// The engine, and who runs it: its own thread, or the thread that brings a sample while the engine has nothing to do
/// and is quick. The second saves a change of threads, which takes longer than a small flow does.
///
/// One at a time runs it. A thread that brings something never waits for another: where the engine is busy, its own
/// thread goes on with what has come.
// Safe: `engine` and `waitingUntil` are touched only while `lock` is held.
@safe final class EngineSeat: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let inbox: Mailbox<Inbox>
    private let pace: EnginePace
    private var engine: FlowEngine
    /// When the engine's thread looks again by itself; nil where it only waits.
    private var waitingUntil: MonotonicTime?

    init(_ engine: consuming FlowEngine, inbox: Mailbox<Inbox>) {
        unsafe lock = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
        self.inbox = inbox
        pace = engine.pace
        self.engine = engine
    }

    deinit {
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
    }

    private func withEngine<Result>(_ body: (inout FlowEngine) -> Result) -> Result {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return body(&engine)
    }

    /// Works until it is told to stop, and then through what has come until then.
    func run() {
        withEngine { $0.begin() }
        while true {
            let plan = withEngine { engine -> FlowEngine.Waiting in
                waitingUntil = engine.waiting.due
                return engine.waiting
            }
            let takesArrivals = wait(plan)
            let isOver = withEngine { $0.work(takesArrivals: takesArrivals) }
            if isOver { return }
        }
    }

    private enum Reason {
        case work
        case arrivals
        /// A burst has begun, and is gathered until its window is over.
        case gathering(until: MonotonicTime)
    }

    /// Waits until there is something to do, or due; whether arrivals may be taken.
    private func wait(_ waiting: FlowEngine.Waiting) -> Bool {
        let reason = inbox.take(until: waiting.due) { inbox -> Reason? in
            if inbox.takeRecall() || inbox.hasOrders(takesMessages: waiting.takesMessages) { return .work }
            guard waiting.takesArrivals, !inbox.order.isEmpty else { return nil }
            return waiting.window > .zero ? .gathering(until: inbox.first + waiting.window) : .arrivals
        }
        switch reason {
        case .gathering(let end):
            // Only what the engine is asked for comes before its end.
            return inbox.take(until: end) { $0.hasRequests ? true : nil } == nil
        case .arrivals: return true
        case .work, nil: return false
        }
    }

    /// Whether a thread that brings the first of what waits may evaluate it itself.
    func mayWorkHere(at now: MonotonicTime) -> Bool { pace.mayWorkElsewhere(at: now) }

    /// Works on what has come, here and now; false where somebody else is at it.
    func tryWork() -> Bool {
        guard unsafe pthread_mutex_trylock(lock) == 0 else { return false }
        defer { unsafe pthread_mutex_unlock(lock) }
        guard engine.workElsewhere() else { return false }
        if let due = engine.waiting.due, waitingUntil.map({ due < $0 }) ?? true {
            waitingUntil = due
            inbox.put { inbox in
                inbox.recall()
                return true
            }
        }
        return true
    }
}

/// Whether the engine may run on threads of others: only while it is quick, and not in the middle of a burst, of which
/// its own thread makes one evaluation.
///
/// The engine writes, any thread reads.
final class EnginePace: Sendable {
    /// What holds up somebody else's thread for no longer than this is quick.
    static let quick = Duration.microseconds(500)
    /// After so much quiet, what comes is not part of a burst.
    static let quiet = Duration.microseconds(50)
    /// So many evaluations in a row are quick before the first elsewhere.
    static let trialCount = 16
    /// One that was not quick elsewhere has held up others: so much of its time each quick one makes good.
    static let redress = Duration.microseconds(10)

    /// When the last evaluation ended.
    private let lastEnd = Atomic<Int64>(0)
    /// How many quick evaluations are still to come.
    private let missing = Atomic(EnginePace.trialCount)
    /// Windows, periods and messages are for the engine's own thread.
    private let isAllowed = Atomic(false)

    func allow(_ isAllowed: Bool) {
        self.isAllowed.store(isAllowed, ordering: .relaxed)
        missing.store(Self.trialCount, ordering: .relaxed)
    }

    /// Notes an evaluation that took from one time to the other.
    func note(from start: MonotonicTime, to end: MonotonicTime, isElsewhere: Bool) {
        lastEnd.store(end.nanoseconds, ordering: .relaxed)
        let left = missing.load(ordering: .relaxed)
        if end - start > Self.quick {
            let penalty = (end - start).wholeNanoseconds / Self.redress.wholeNanoseconds
            missing.store(isElsewhere ? Int(penalty) : max(left, Self.trialCount), ordering: .relaxed)
        } else if left > 0 {
            missing.store(left - 1, ordering: .relaxed)
        }
    }

    func mayWorkElsewhere(at now: MonotonicTime) -> Bool {
        isAllowed.load(ordering: .relaxed) && missing.load(ordering: .relaxed) == 0
            && now.nanoseconds - lastEnd.load(ordering: .relaxed) > Self.quiet.wholeNanoseconds
    }
}
