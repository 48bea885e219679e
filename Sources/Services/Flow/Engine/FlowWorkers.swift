internal import Component
internal import Lifetime
internal import Manifest
internal import Signals
internal import Telemetry

/// Evaluates messages on several threads at once; what comes of them goes back into the inbox.
///
/// Each message holds all that its evaluation needs. Those of one key go to the same worker, in their order.
final class FlowWorkers: Sendable {
    /// A message that is to be evaluated, with the slots of its parts.
    struct Task: Sendable {
        let envelope: Inbox.Envelope
        let base: Int
        let id: EvaluationID
        /// Its place among the messages without a key; nil for one with a key, whose order its worker keeps.
        let number: Int?
    }

    /// What came of one.
    struct Outcome: Sendable {
        let task: Task
        /// What changed, in the order of the slots.
        let samples: [(slot: Int, sample: Sample)]
        let failure: String?
    }

    private struct Queue: Sendable {
        var tasks = Ring<Task>()
        /// Its worker has one more, on which it works.
        var isBusy = false
        var isClosed = false

        var load: Int { tasks.count + (isBusy ? 1 : 0) }
    }

    /// How many messages are with workers, or done and waiting for one before them.
    static let atWorkMax = 1000
    /// How many messages wait for one worker, beside that on which it works.
    private static let waitingMax = 2

    private let queues: [Mailbox<Queue>]
    private let inbox: Mailbox<Inbox>

    /// Nil where the engine evaluates messages itself.
    init?(_ work: Replacement, inbox: Mailbox<Inbox>, threads: ThreadStart, until stop: RunStop) {
        let (plan, runs, meters) = (work.plan, work.workerRuns, work.meters)
        guard !runs.isEmpty else { return nil }
        queues = runs.map { _ in Mailbox(Queue()) }
        self.inbox = inbox
        for (queue, runs) in zip(queues, runs) {
            threads("flow.\(plan.document.name).worker") { Self.work(queue, plan, runs, meters, inbox, stop) }
        }
    }

    /// Gives a message to a worker, and waits where that has enough.
    func add(_ task: Task) {
        let key = task.envelope.message.key
        let queue = key.map { queues[Self.place(of: $0, among: queues.count)] } ?? idlest()
        let isAdded: Bool? = queue.take(until: nil) { queue in
            guard queue.tasks.count < Self.waitingMax else { return nil }
            queue.tasks.append(task)
            return true
        }
        if isAdded == true { queue.ring() }
    }

    /// The workers end when they have done what they have.
    func close() {
        for queue in queues {
            queue.put { queue in
                queue.isClosed = true
                return true
            }
        }
    }

    private func idlest() -> Mailbox<Queue> {
        queues.min { left, right in left.withLock { $0.load } < right.withLock { $0.load } } ?? queues[0]
    }

    /// The same place for the same key, in every process.
    static func place(of key: String, among count: Int) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(hash % UInt64(count))
    }

    private static func work(
        _ queue: Mailbox<Queue>,
        _ plan: FlowPlan,
        _ runs: StepRuns,
        _ meters: FlowMeters,
        _ inbox: Mailbox<Inbox>,
        _ stop: RunStop
    ) {
        var state = FlowState(plan, runs, meters: meters)
        let limit = plan.document.messages.timeout
        while true {
            let next = queue.take(until: nil) { queue -> Task?? in
                let task = queue.tasks.popFirst()
                queue.isBusy = task != nil
                if let task { return .some(task) }
                return queue.isClosed ? .some(nil) : nil
            }
            guard let task = next ?? nil else { return }
            // Whoever has one more for this worker waits for that.
            queue.ring()
            state.forget()
            let message = task.envelope.message
            for part in message.parts {
                state.arrive(task.base + part.output, part.value, part.alarm, part.stamp, id: task.id)
            }
            let trigger = message.parts.last?.stamp ?? Stamp.now()
            _ = state.evaluate(id: task.id, trigger: trigger, until: limit.map { RunStop(after: $0) } ?? stop)
            let outcome = Outcome(task: task, samples: state.takeChanges(), failure: state.failure)
            inbox.put { inbox in
                inbox.add(outcome)
                return true
            }
        }
    }
}
