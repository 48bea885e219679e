internal import Component
internal import Lifetime
internal import Manifest
internal import Signals

/// What has come and was not taken yet: of each slot the newest, and messages in their order.
///
/// States need no limit, since there are as many as slots. Messages have one: beyond it they are not taken.
struct Inbox: Sendable {
    /// What has come for one slot.
    struct Arrival: Sendable {
        var value = Value.none
        var alarm = Alarm.none
        var stamp = Stamp.unknown
        var hasSample = false
        /// Set where the connection went, after the sample if there is one.
        var loss: Alarm?
        var time = MonotonicTime(nanoseconds: 0)
    }

    /// A message with the source that sent it.
    struct Envelope: Sendable {
        let source: Int
        let message: Message
        let time: MonotonicTime
    }

    /// What the engine is asked for.
    enum Request: Sendable {
        case replace(Replacement)
        case inspect(@Sendable (FlowView) -> Void)
        /// These sinks were begun anew.
        case giveAgain(Set<String>)
        /// What is computed begins anew.
        case reset
        case stop
    }

    /// By source slot.
    private(set) var arrivals: [Arrival]
    /// The slots that have something, each once.
    private(set) var order: [Int] = []
    /// When the first of them came.
    private(set) var first = MonotonicTime(nanoseconds: 0)
    /// Where the slots of each source begin; nil for one that is not of this plan any more.
    private var bases: [Int?]
    private var messages = Ring<Envelope>()
    private var messagesMax: Int
    private var roomActions: [@Sendable () -> Void] = []
    private var requests = Ring<Request>()
    private var isResetAsked = false
    /// What workers have done: as many at the most as they have at once.
    private var outcomes = Ring<FlowWorkers.Outcome>()
    private(set) var isClosed = false
    /// The flow as it was at its end; nil before.
    private(set) var last: FlowView?
    /// The engine's thread is to look again at what is due.
    private var isRecalled = false
    /// How many samples have been offered since somebody asked.
    private var offerCount = 0

    init(_ plan: FlowPlan, bases: [Int?]) {
        arrivals = [Arrival](repeating: Arrival(), count: plan.sourceSlotCount)
        self.bases = bases
        messagesMax = plan.document.messages.waiting
    }

    /// Notes a sample, unless its source is gone.
    ///
    /// - Returns: Whether it is the first that waits, so that the engine is to be woken, and whether it replaced one.
    mutating func offer(
        _ source: Int,
        _ output: Int,
        _ value: Value,
        _ alarm: Alarm,
        _ stamp: Stamp,
        at time: MonotonicTime
    ) -> (isNews: Bool, replaced: Bool) {
        guard let slot = slot(source, output) else { return (false, false) }
        offerCount += 1
        let isNews = note(slot, at: time)
        let replaced = arrivals[slot].hasSample
        arrivals[slot].value = value
        arrivals[slot].alarm = alarm
        arrivals[slot].stamp = stamp
        arrivals[slot].hasSample = true
        arrivals[slot].loss = nil
        arrivals[slot].time = time
        return (isNews, replaced)
    }

    mutating func lose(_ source: Int, _ output: Int, _ alarm: Alarm, at time: MonotonicTime) -> Bool {
        guard let slot = slot(source, output) else { return false }
        let isNews = note(slot, at: time)
        arrivals[slot].loss = alarm
        return isNews
    }

    private func slot(_ source: Int, _ output: Int) -> Int? {
        guard !isClosed, let base = bases[source] else { return nil }
        return base + output
    }

    private mutating func note(_ slot: Int, at time: MonotonicTime) -> Bool {
        guard !arrivals[slot].hasSample, arrivals[slot].loss == nil else { return false }
        if order.isEmpty { first = time }
        order.append(slot)
        return order.count == 1
    }

    /// Takes all arrivals out; `spare` is memory of the same size with nothing in it.
    mutating func takeArrivals(_ spare: inout [Arrival], _ taken: inout [Int]) {
        swap(&arrivals, &spare)
        swap(&order, &taken)
    }

    /// Whether a message of this source is taken, and whether it is the first.
    mutating func send(_ envelope: Envelope) -> (isTaken: Bool, isNews: Bool) {
        guard !isClosed, bases[envelope.source] != nil, messages.count < messagesMax else { return (false, false) }
        messages.append(envelope)
        return (true, messages.count == 1)
    }

    var hasRoom: Bool { messages.count < messagesMax }
    var waitingCount: Int { messages.count }

    /// What is taken out, and what is to be called because there is room again.
    struct Taken: Sendable {
        let envelope: Envelope
        /// Set where half of the room is free again: those who wait for it are to be woken.
        let isRoomNews: Bool
        let actions: [@Sendable () -> Void]
    }

    mutating func takeMessage() -> Taken? {
        guard let envelope = messages.popFirst() else { return nil }
        guard messages.count == messagesMax / 2 else {
            return Taken(envelope: envelope, isRoomNews: false, actions: [])
        }
        defer { roomActions = [] }
        return Taken(envelope: envelope, isRoomNews: true, actions: roomActions)
    }

    /// Keeps an action until there is room; false where there is.
    mutating func keepForRoom(_ action: @escaping @Sendable () -> Void) -> Bool {
        guard !isClosed, !hasRoom else { return false }
        roomActions.append(action)
        return true
    }

    var hasRequests: Bool { !requests.isEmpty }

    /// Whether something waits besides arrivals.
    func hasOrders(takesMessages: Bool = true) -> Bool {
        hasRequests || (takesMessages && !messages.isEmpty) || !outcomes.isEmpty
    }

    mutating func recall() { isRecalled = true }

    mutating func takeRecall() -> Bool {
        defer { isRecalled = false }
        return isRecalled
    }

    mutating func takeOfferCount() -> Int {
        defer { offerCount = 0 }
        return offerCount
    }

    mutating func add(_ outcome: FlowWorkers.Outcome) { outcomes.append(outcome) }

    mutating func takeOutcome() -> FlowWorkers.Outcome? { outcomes.popFirst() }

    mutating func ask(_ request: Request) { requests.append(request) }

    /// Asks for a new beginning: one that waits is enough, however often clients ask.
    mutating func askReset() {
        guard !isResetAsked else { return }
        isResetAsked = true
        requests.append(.reset)
    }

    mutating func takeRequest() -> Request? {
        let request = requests.popFirst()
        if case .reset? = request { isResetAsked = false }
        return request
    }

    /// Takes nothing more; says whom to tell.
    mutating func close() -> [@Sendable () -> Void] {
        isClosed = true
        defer { roomActions = [] }
        return roomActions
    }

    /// Ends it with a last look; tells who has asked for one and was not served.
    mutating func end(_ last: FlowView) -> [@Sendable (FlowView) -> Void] {
        self.last = last
        var looks: [@Sendable (FlowView) -> Void] = []
        while let request = requests.popFirst() { if case .inspect(let look) = request { looks.append(look) } }
        return looks
    }

    /// Makes room for another plan.
    ///
    /// What waits goes with its slot; what belongs to no slot any more is forgotten. `slots` tells where each went.
    ///
    /// - Returns: What is to be called where there is room now.
    mutating func rebase(_ plan: FlowPlan, bases: [Int?], slots: [Int: Int]) -> [@Sendable () -> Void] {
        var moved = [Arrival](repeating: Arrival(), count: plan.sourceSlotCount)
        var order: [Int] = []
        for slot in self.order {
            guard let target = slots[slot] else { continue }
            moved[target] = arrivals[slot]
            order.append(target)
        }
        arrivals = moved
        self.order = order
        self.bases = bases
        messagesMax = plan.document.messages.waiting
        guard hasRoom else { return [] }
        defer { roomActions = [] }
        return roomActions
    }
}

/// First in, first out.
struct Ring<Element> {
    private var elements: [Element?] = []
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) {
        if count == elements.count { grow() }
        elements[(head + count) % elements.count] = element
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = elements[head]
        elements[head] = nil
        head = (head + 1) % elements.count
        count -= 1
        return element
    }

    private mutating func grow() {
        var grown: [Element?] = []
        grown.reserveCapacity(max(8, elements.count * 2))
        for index in 0..<count { grown.append(elements[(head + index) % elements.count]) }
        grown += [Element?](repeating: nil, count: max(8, elements.count * 2) - count)
        elements = grown
        head = 0
    }
}

extension Ring: Sendable where Element: Sendable {}
