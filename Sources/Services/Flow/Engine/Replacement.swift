internal import Component
internal import Manifest

/// Another plan for an engine at work.
struct Replacement: Sendable {
    let plan: FlowPlan
    let runs: StepRuns
    /// Of workers that evaluate messages beside each other; empty where the engine does it itself.
    let workerRuns: [StepRuns]
    let meters: FlowMeters
    /// Gets the messages that fail.
    let deadLetters: DeadLetters?
    /// Where the slots of each source begin, by its number.
    let bases: [Int?]
    /// Called on the engine's thread when the new plan works.
    let applied: @Sendable () -> Void
}

/// The steps of a plan, made for one thread.
// Safe: they are made, and then handed to the one thread that uses them.
struct StepRuns: @unchecked Sendable {
    let runs: [any StepRun]

    init(_ plan: FlowPlan) throws(UnmadeNode) {
        runs = try plan.steps.map { step throws(UnmadeNode) in
            do throws(NodeFailure) { return try step.step.makeRun() } catch {
                throw UnmadeNode(node: plan.node(step.node), failure: error)
            }
        }
    }

    /// One for each worker of a plan that has several.
    static func ofWorkers(_ plan: FlowPlan) throws(UnmadeNode) -> [StepRuns] {
        let count = plan.document.messages.workers
        guard plan.trigger == .message, count > 1 else { return [] }
        var runs: [StepRuns] = []
        for _ in 0..<count { runs.append(try StepRuns(plan)) }
        return runs
    }
}
