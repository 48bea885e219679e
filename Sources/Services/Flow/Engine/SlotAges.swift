internal import Component
internal import Lifetime

/// How old the values of sources are, by the clock that nobody sets.
///
/// Arrivals only put a deadline off, so the times are looked through when the earliest known one has passed, not for
/// each arrival.
struct SlotAges {
    private var limits: [Duration?]
    private var arrived: [MonotonicTime?]
    private(set) var nextExpiry: MonotonicTime?

    init(_ plan: FlowPlan, now: MonotonicTime) {
        limits = [Duration?](repeating: nil, count: plan.sourceSlotCount)
        arrived = [MonotonicTime?](repeating: nil, count: plan.sourceSlotCount)
        for source in plan.sources {
            for slot in source.slots { limits[slot] = source.source.maxAge }
        }
    }

    init(_ plan: FlowPlan, now: MonotonicTime, after old: SlotAges, slots: [(old: Int, new: Int)]) {
        self.init(plan, now: now)
        for (before, slot) in slots {
            if let time = old.arrived[before] { note(slot, time) }
        }
    }

    mutating func note(_ slot: Int, _ time: MonotonicTime) {
        guard let limit = limits[slot] else { return }
        arrived[slot] = time
        // Of another slot it may be later than this one's.
        nextExpiry = nextExpiry.map { min($0, time + limit) } ?? time + limit
    }

    /// A value that is INVALID already does not become too old.
    mutating func forget(_ slot: Int) { arrived[slot] = nil }

    /// The slots that are too old now, each told once.
    mutating func expire(at now: MonotonicTime) -> [(slot: Int, age: Duration)] {
        var expired: [(slot: Int, age: Duration)] = []
        nextExpiry = nil
        for slot in limits.indices {
            guard let limit = limits[slot], let time = arrived[slot] else { continue }
            let expiry = time + limit
            if expiry <= now {
                expired.append((slot, limit))
                arrived[slot] = nil
            } else {
                nextExpiry = nextExpiry.map { min($0, expiry) } ?? expiry
            }
        }
        return expired
    }
}
