internal import Dispatch

/// Ends work before it is done: at a deadline, or when somebody asks.
///
/// Whoever works looks at ``cause``, or has himself woken by ``register(_:)``.
public final class RunStop: Sendable {
    public enum Cause: Sendable {
        case deadline, cancelled
    }

    private struct State {
        var cause: Cause?
        var actions: [Int: @Sendable () -> Void] = [:]
        var nextAction = 0
    }

    private let state = Guarded(State())
    private let timer = Guarded<Timer?>(nil)
    /// Nobody holds the other end: nothing needs to be registered.
    public let isNever: Bool
    /// How long the work may take.
    public let limit: Duration?

    /// Work that nothing ends.
    public static let never = RunStop(isNever: true, limit: nil)

    private static let timers = DispatchQueue(label: "slipway.deadlines", qos: .userInteractive)

    private init(isNever: Bool, limit: Duration?) {
        self.isNever = isNever
        self.limit = limit
    }

    /// Work that ``stop(_:)`` ends, and that takes `limit` at the most, from now.
    public convenience init(after limit: Duration? = nil) {
        self.init(isNever: false, limit: limit)
        guard let limit else { return }
        let (seconds, rest) = limit.components
        let nanoseconds = max(0, min(seconds, 1_000_000_000)) * 1_000_000_000 + rest / 1_000_000_000
        let source = DispatchSource.makeTimerSource(queue: Self.timers)
        source.schedule(deadline: .now() + .nanoseconds(Int(nanoseconds)))
        // It holds nothing: work that has ended is not kept alive by its deadline.
        source.setEventHandler { [weak self] in self?.stop(.deadline) }
        source.activate()
        timer.withLock { $0 = Timer(source: source) }
    }

    deinit { timer.withLock { $0?.source.cancel() } }

    // Safe: a source of Dispatch may be used from every thread.
    private struct Timer: @unchecked Sendable {
        let source: any DispatchSourceTimer
    }

    /// Why it is to end; nil as long as it may go on.
    public var cause: Cause? { isNever ? nil : state.withLock(\.cause) }

    /// Ends the work; the first cause stays.
    public func stop(_ cause: Cause) {
        guard !isNever else { return }
        state.withLock { state in
            guard state.cause == nil else { return }
            state.cause = cause
            // Under the lock: when an action is unregistered, it is over and is not begun any more.
            for action in state.actions.values { action() }
            state.actions = [:]
        }
    }

    /// Has `action` run when the work is to end; at once, when it is already.
    ///
    /// The action must not wait, nor use this stop. It never runs after it was unregistered.
    public func register(_ action: @escaping @Sendable () -> Void) -> Int {
        guard !isNever else { return -1 }
        return state.withLock { state in
            if state.cause != nil { action() } else { state.actions[state.nextAction] = action }
            state.nextAction += 1
            return state.nextAction - 1
        }
    }

    public func unregister(_ registration: Int) {
        guard !isNever else { return }
        state.withLock { $0.actions[registration] = nil }
    }
}
