internal import Dispatch

/// Ends work before it is done: at a deadline, or when somebody asks.
///
/// Whoever works looks at ``cause``, or has himself woken by ``whenStopped(_:during:)``.
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
        // It holds nothing: work that has ended is not kept alive by its deadline.
        Self.timers.asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds))) { [weak self] in
            self?.stop(.deadline)
        }
    }

    /// Why it is to end; nil as long as it may go on.
    public var cause: Cause? { isNever ? nil : state.withLock(\.cause) }

    /// Ends the work; the first cause stays.
    public func stop(_ cause: Cause) {
        guard !isNever else { return }
        state.withLock { state in
            guard state.cause == nil else { return }
            state.cause = cause
            // Under the lock: when `whenStopped` returns, its action is over and is not begun any more.
            for action in state.actions.values { action() }
            state.actions = [:]
        }
    }

    /// Runs `body`, and `action` at once when the work is to end meanwhile.
    ///
    /// The action must not wait, nor use this stop; it never runs after this returns.
    public func whenStopped<Result, Failure: Error>(
        _ action: @escaping @Sendable () -> Void,
        during body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard !isNever else { return try body() }
        let index = state.withLock { state -> Int in
            if state.cause != nil { action() }
            state.actions[state.nextAction] = action
            state.nextAction += 1
            return state.nextAction - 1
        }
        defer { state.withLock { $0.actions[index] = nil } }
        return try body()
    }
}
