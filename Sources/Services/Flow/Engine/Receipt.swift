internal import Component
internal import Lifetime

/// Tells the source of a message when every sink has what came of it.
final class Receipt: Sendable {
    private struct State {
        var open = 1
        var failure: String?
    }

    private let state: Guarded<State>
    private let done: @Sendable (MessageOutcome) -> Void

    /// `failure` is what went wrong already.
    init(failure: String?, _ done: @escaping @Sendable (MessageOutcome) -> Void) {
        state = Guarded(State(failure: failure))
        self.done = done
    }

    /// One more sink has something to do; it calls what is returned when it is done.
    func expect() -> @Sendable (String?) -> Void {
        state.withLock { $0.open += 1 }
        return { self.end($0) }
    }

    /// No more sinks come.
    func close() { end(nil) }

    private func end(_ failure: String?) {
        let outcome = state.withLock { state -> MessageOutcome? in
            state.failure = state.failure ?? failure
            state.open -= 1
            guard state.open == 0 else { return nil }
            return state.failure.map { .failed($0) } ?? .delivered
        }
        if let outcome { done(outcome) }
    }
}
