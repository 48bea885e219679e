internal import Lifetime

/// Runs the one task of a command while the main thread waits for it, or does something else before.
enum MainTask {
    static func wait<Result: Sendable>(
        _ body: @escaping @concurrent @Sendable () async -> Result,
        meanwhile: () -> Void = {}
    ) -> Result {
        let outcome = Mailbox<Result?>(nil)
        Task.detached {
            let result = await body()
            outcome.put { outcome in
                outcome = result
                return true
            }
        }
        meanwhile()
        guard let result = outcome.take(until: nil, { $0 }) else { preconditionFailure("it waits for ever") }
        return result
    }
}
