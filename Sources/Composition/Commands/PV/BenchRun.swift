internal import Catalog
internal import Component
internal import Lifetime
internal import Signals

/// Puts, one after the other, and when each was answered.
struct BenchRun: Sendable {
    struct Result: Sendable {
        var times = LatencyCounts()
        var refused = 0
        var unanswered = 0
        var seconds = 0.0
        /// Why the first was refused, or what was not answered.
        var problem: String?
    }

    private struct State: Sendable {
        /// Of the put that is on its way.
        var number = 0
        var done: MonotonicTime?
        var refusal: String?
        /// The first update since it went.
        var update: MonotonicTime?
        var isWatching = false
        var isOver = false
        var failure: NodeFailure?
    }

    let reply: String?
    let period: Duration?
    let range: ClosedRange<Double>
    let patience: Duration
    private let state = Mailbox(State())

    init(reply: String?, period: Duration?, range: ClosedRange<Double>, patience: Duration) {
        self.reply = reply
        self.period = period
        self.range = range
        self.patience = patience
    }

    /// Ends it early.
    @Sendable func end() {
        state.put { state in
            state.isOver = true
            return true
        }
    }

    func run(_ writer: any ProcessVariableWriter, for length: Duration) throws(NodeFailure) -> Result {
        // It ends with the process, or here: nothing of it is left to be finished.
        let watching = try watch()
        defer { watching?.cancel() }
        var result = Result()
        let start = MonotonicTime.now()
        let end = start + length
        var due = start
        for number in 1... {
            if let period {
                due = start + period * (number - 1)
                guard wait(until: min(due, end)) else { break }
            } else {
                due = .now()
            }
            guard due < end, MonotonicTime.now() < end, !state.withLock({ $0.isOver }) else { break }
            put(number, writer)
            guard count(since: due, into: &result) else { break }
        }
        result.seconds = Double((MonotonicTime.now() - start).wholeNanoseconds) / 1e9
        return result
    }

    /// Watches the reply; nil where there is none.
    private func watch() throws(NodeFailure) -> Task<Void, Never>? {
        guard let reply else { return nil }
        let state = state
        let task = Task.detached {
            do throws(NodeFailure) {
                try await Catalog.processVariables.monitor([reply]) { _, change in
                    guard case .value = change else { return }
                    let now = MonotonicTime.now()
                    state.put { state in
                        state.isWatching = true
                        if state.update == nil { state.update = now }
                        return true
                    }
                }
            } catch {
                state.put { state in
                    state.failure = error
                    return true
                }
            }
        }
        let seen = state.take(until: .now() + patience) { state -> Bool? in
            state.isWatching || state.isOver || state.failure != nil ? state.failure == nil : nil
        }
        guard seen == true else {
            task.cancel()
            if let failure = state.withLock({ $0.failure }) { throw failure }
            throw NodeFailure("expected a value of '\(reply)', found none in time")
        }
        return task
    }

    /// False where it is to end.
    private func wait(until due: MonotonicTime) -> Bool {
        guard due > .now() else { return true }
        return state.take(until: due) { $0.isOver ? true : nil } == nil
    }

    private func put(_ number: Int, _ writer: any ProcessVariableWriter) {
        state.withLock { state in
            state.number = number
            state.done = nil
            state.refusal = nil
            state.update = nil
        }
        let state = state
        // 1024 numbers, again and again.
        let step = Double(number % 1024) / 1023
        writer.put(range.lowerBound + step * (range.upperBound - range.lowerBound)) { problem in
            let now = MonotonicTime.now()
            state.put { state in
                guard state.number == number else { return false }
                state.done = now
                state.refusal = problem
                return true
            }
        }
    }

    /// Waits for the answer and counts it; false where nothing more can come.
    private func count(since start: MonotonicTime, into result: inout Result) -> Bool {
        let needsUpdate = reply != nil
        let answer = state.take(until: .now() + patience) { state -> (time: MonotonicTime, refusal: String?)? in
            guard let done = state.done else { return nil }
            if state.refusal != nil || !needsUpdate { return (done, state.refusal) }
            return state.update.map { ($0, nil) }
        }
        guard let answer else {
            result.unanswered += 1
            let isDone = state.withLock { $0.done != nil }
            result.problem = result.problem ?? "expected an answer within \(patience), found none"
            // A put that is still on its way lets no other go.
            return isDone && !state.withLock { $0.isOver }
        }
        if let refusal = answer.refusal {
            result.refused += 1
            result.problem = result.problem ?? "expected the put to be taken, found: \(refusal)"
        } else {
            result.times.add(nanoseconds: (answer.time - start).wholeNanoseconds)
        }
        return true
    }
}
