internal import Host
internal import Lifetime
internal import Synchronization

/// The engine, and who runs it: its own thread, or the thread that brings a sample while the engine is idle and quick.
///
/// The second saves a change of threads, which takes longer than a small flow does. One at a time runs it. A thread
/// that brings something never waits for another: where the engine is busy, its own thread goes on with what has come.
final class EngineSeat: Sendable {
    private struct Seated: ~Copyable {
        var engine: FlowEngine
        /// When the engine's thread looks again by itself; nil where it only waits.
        var waitingUntil: MonotonicTime?
    }

    private let seated: Exclusive<Seated>
    private let inbox: Mailbox<Inbox>
    private let pace: EnginePace

    init(_ engine: consuming FlowEngine, inbox: Mailbox<Inbox>) {
        self.inbox = inbox
        pace = engine.pace
        seated = Exclusive(Seated(engine: engine, waitingUntil: nil))
    }

    /// Works until it is told to stop, and then through what has come until then.
    func run() {
        seated.with { $0.engine.begin() }
        while true {
            let waiting = seated.with { seated -> FlowEngine.Waiting in
                let waiting = seated.engine.waiting
                seated.waitingUntil = waiting.due
                return waiting
            }
            let takesArrivals = wait(waiting)
            let isOver = seated.with { $0.engine.work(takesArrivals: takesArrivals) }
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
        seated.tryWith { seated in
            guard seated.engine.workElsewhere() else { return false }
            if let due = seated.engine.waiting.due, seated.waitingUntil.map({ due < $0 }) ?? true {
                seated.waitingUntil = due
                inbox.put { inbox in
                    inbox.recall()
                    return true
                }
            }
            return true
        } ?? false
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
    /// So is a rush, which is gathered.
    private let isRush = Atomic(false)

    func allow(_ isAllowed: Bool) {
        self.isAllowed.store(isAllowed, ordering: .relaxed)
        missing.store(Self.trialCount, ordering: .relaxed)
    }

    /// An evaluation that is under way.
    struct Watch {
        let start: MonotonicTime
        let use: ThreadUse?
    }

    func note(isRush: Bool) { self.isRush.store(isRush, ordering: .relaxed) }

    func begin(at start: MonotonicTime) -> Watch {
        Watch(start: start, use: isAllowed.load(ordering: .relaxed) ? .now() : nil)
    }

    func end(_ watch: Watch, at end: MonotonicTime, isElsewhere: Bool) {
        var taken = end - watch.start
        // A thread that had to leave its processor to others was slow through no fault of its own.
        if taken > Self.quick, let before = watch.use, let after = ThreadUse.now(), before.waits == after.waits {
            taken = after.cpu - before.cpu
        }
        note(taken, end: end, isElsewhere: isElsewhere)
    }

    /// Notes how long an evaluation took, and when it ended.
    func note(_ taken: Duration, end: MonotonicTime, isElsewhere: Bool) {
        lastEnd.store(end.nanoseconds, ordering: .relaxed)
        let left = missing.load(ordering: .relaxed)
        if taken > Self.quick {
            let penalty = taken.wholeNanoseconds / Self.redress.wholeNanoseconds
            missing.store(isElsewhere ? Int(penalty) : max(left, Self.trialCount), ordering: .relaxed)
        } else if left > 0 {
            missing.store(left - 1, ordering: .relaxed)
        }
    }

    func mayWorkElsewhere(at now: MonotonicTime) -> Bool {
        isAllowed.load(ordering: .relaxed) && !isRush.load(ordering: .relaxed) && missing.load(ordering: .relaxed) == 0
            && now.nanoseconds - lastEnd.load(ordering: .relaxed) > Self.quiet.wholeNanoseconds
    }
}
