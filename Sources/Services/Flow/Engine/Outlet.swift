internal import Component
internal import Lifetime
internal import Signals
internal import Telemetry

/// Where one source puts its samples.
final class Outlet: SourceOutlet {
    let wantsMessages: Bool
    private let source: Int
    private let inbox: Mailbox<Inbox>
    private let seat: EngineSeat
    private let meter: FlowMeters.Node
    private let names: [String]
    private let log: any EventLog
    private let descriptions: Guarded<[Int: Description]>

    /// `source` is its number in the inbox, which it keeps from plan to plan.
    init(
        source: Int,
        names: [String],
        wantsMessages: Bool,
        inbox: Mailbox<Inbox>,
        seat: EngineSeat,
        meter: FlowMeters.Node,
        log: any EventLog
    ) {
        self.source = source
        self.names = names
        self.wantsMessages = wantsMessages
        self.inbox = inbox
        self.seat = seat
        self.meter = meter
        self.log = log
        descriptions = Guarded([:])
    }

    func offer(_ output: Int, _ value: Value, _ alarm: Alarm, _ stamp: Stamp, skipped: Int) {
        let now = MonotonicTime.now()
        var (isReplacing, worksHere) = (false, false)
        inbox.put { inbox in
            let noted = inbox.offer(source, output, value, alarm, stamp, at: now)
            isReplacing = noted.replaced
            worksHere = noted.isNews && !inbox.hasOrders() && seat.mayWorkHere(at: now)
            return noted.isNews && !worksHere
        }
        meter.received.add(1 + skipped)
        if isReplacing || skipped > 0 { meter.coalesced.add(skipped + (isReplacing ? 1 : 0)) }
        if alarm.severity == .invalid { meter.invalid.add() }
        if worksHere, !seat.tryWork() { inbox.ring() }
    }

    func lose(_ output: Int, _ alarm: Alarm) {
        let now = MonotonicTime.now()
        inbox.put { $0.lose(source, output, alarm, at: now) }
        log.add(Event(.warning, "signal lost", ["signal": names[output], "reason": alarm.message]))
    }

    func describe(_ output: Int, _ description: Description) {
        descriptions.withLock { $0[output] = description }
    }

    func description(of output: Int) -> Description? { descriptions.withLock { $0[output] } }

    func send(_ message: Message) -> Bool {
        let envelope = Inbox.Envelope(source: source, message: message, time: .now())
        var isTaken = false
        inbox.put { inbox in
            let sent = inbox.send(envelope)
            isTaken = sent.isTaken
            return sent.isNews
        }
        if isTaken { meter.received.add(message.parts.count) }
        return isTaken
    }

    func sendWaiting(_ message: Message) -> Bool {
        while true {
            if send(message) { return true }
            // Woken when there is room, or when there will be none any more.
            let isOpen: Bool =
                inbox.take(until: nil) { inbox in
                    inbox.isClosed ? false : inbox.hasRoom ? true : nil
                } ?? false
            guard isOpen else { return false }
        }
    }

    func whenRoom(_ action: @escaping @Sendable () -> Void) {
        let isKept = inbox.withLock { $0.keepForRoom(action) }
        if !isKept { action() }
    }

    func note(_ note: SourceNote) {
        switch note {
        case .connected(let output, let peer):
            log.add(Event(.info, "signal connected", ["signal": names[output], "to": peer]))
        case .reconnected(let output, let peer):
            meter.reconnects.add()
            log.add(Event(.info, "signal connected again", ["signal": names[output], "to": peer]))
        case .refused(let reason):
            meter.failed.add()
            log.add(Event(.warning, "sample refused", ["reason": reason]))
        }
    }
}
