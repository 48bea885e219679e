internal import Lifetime

/// Tells once that several things are done, with the first reason why one of them failed.
public final class Receipt: Sendable {
    private struct State {
        /// One for those that are still to be expected.
        var open = 1
        var failure: String?
    }

    private let state: Guarded<State>
    private let done: @Sendable (String?) -> Void

    /// `failure` is what went wrong already.
    public init(failure: String? = nil, _ done: @escaping @Sendable (String?) -> Void) {
        state = Guarded(State(failure: failure))
        self.done = done
    }

    /// One more thing is under way; whoever does it calls what is returned when it is done, or why it is not.
    public func expect() -> @Sendable (String?) -> Void {
        state.withLock { $0.open += 1 }
        return { self.end($0) }
    }

    /// Nothing more is expected.
    public func close() { end(nil) }

    private func end(_ failure: String?) {
        let outcome = state.withLock { state -> String?? in
            state.failure = state.failure ?? failure
            state.open -= 1
            return state.open == 0 ? .some(state.failure) : nil
        }
        if let outcome { done(outcome) }
    }
}
