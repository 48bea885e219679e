internal import Component
internal import Lifetime
internal import Manifest
internal import Signals
internal import Telemetry

// Messages, which are evaluated one by one, here or by workers.
extension FlowEngine {
    mutating func takeMessage(_ taken: Inbox.Taken) {
        if taken.isRoomNews { inbox.ring() }
        for action in taken.actions { action() }
        let message = taken.envelope.message
        guard let base = bases[taken.envelope.source] else {
            message.done?(.abandoned)
            return
        }
        if let workers {
            message.began?(ids.current)
            let number = message.key == nil ? order.next() : nil
            workers.add(FlowWorkers.Task(envelope: taken.envelope, base: base, id: ids.current, number: number))
            ids.advance()
            atWork += 1
            return
        }
        // What was offered meanwhile came earlier.
        if tick == nil { _ = drain() }
        for part in message.parts {
            state.arrive(base + part.output, part.value, part.alarm, part.stamp, id: ids.current)
            ages.note(base + part.output, taken.envelope.time)
        }
        guard state.plan.trigger != .all || state.isComplete, tick == nil else {
            message.done?(.delivered)
            return
        }
        message.began?(ids.current)
        evaluate(first: taken.envelope.time, trigger: message.parts.last?.stamp, done: done(taken.envelope))
    }

    /// What a worker has done is delivered here, so that sinks are written by one thread: where there is no key, in the
    /// order of the messages.
    mutating func takeOutcome(_ outcome: FlowWorkers.Outcome) {
        guard let number = outcome.task.number else { return deliver(outcome) }
        for outcome in order.done(number, outcome) { deliver(outcome) }
    }

    private mutating func deliver(_ outcome: FlowWorkers.Outcome) {
        atWork -= 1
        for (slot, sample) in outcome.samples { state.place(slot, sample) }
        meters.evaluations.add()
        let receipt = Self.receipt(done(outcome.task.envelope), failure: outcome.failure)
        deliver(outcome.task.id, receipt)
        receipt?.close()
        let first = outcome.task.envelope.time
        meters.latency.add(nanoseconds: MonotonicTime.now().nanoseconds - first.nanoseconds)
    }

    /// Who is told what becomes of a message: its source, and the dead letters.
    private func done(_ envelope: Inbox.Envelope) -> (@Sendable (MessageOutcome) -> Void)? {
        let message = envelope.message
        guard state.plan.trigger == .message else { return message.done }
        let (meters, letters, log, failures) = (meters, deadLetters, settings.log, failures)
        let source = bases[envelope.source].flatMap { base in
            state.plan.sources.first { $0.slots.lowerBound == base }
        }
        let names = (source?.slots).map { $0.map(state.plan.name(ofSlot:)) } ?? []
        return { outcome in
            if case .failed(let reason) = outcome {
                meters.messagesFailed.add()
                letters?.add(message, names: names, reason: reason)
                if let times = failures.withLock({ $0.isWorthTelling() ? $0.count : nil }) {
                    let fields: KeyValuePairs = ["reason": reason, "times": "\(times)"]
                    log.add(Event(.warning, "message failed", fields))
                }
            }
            message.done?(outcome)
        }
    }

    /// Tells what becomes of a message when every sink has what came of it.
    static func receipt(_ done: (@Sendable (MessageOutcome) -> Void)?, failure: String?) -> Receipt? {
        done.map { done in Receipt(failure: failure) { done($0.map { .failed($0) } ?? .delivered) } }
    }

    /// Waits until the workers have nothing any more, and delivers what came of it.
    mutating func drainWorkers() {
        drainOutcomes()
        workers?.close()
        workers = nil
        order = DeliveryOrder()
    }

    mutating func drainOutcomes() {
        while atWork > 0 {
            guard let outcome = inbox.take(until: nil, { $0.takeOutcome() }) else { return }
            takeOutcome(outcome)
        }
    }
}
