internal import Lifetime

/// Which signals have never had a value, and what they wait for: so that those who look at a hosted variable read why
/// it is INVALID.
///
/// It is looked at every second, for as long as something is missing.
struct MissingValues {
    /// When it is looked at next; nil when everything has come once.
    private(set) var due: MonotonicTime?
    /// What was told of each slot.
    private var told: [Int: String] = [:]
    /// Which part makes a slot.
    private var makers: [Int: Int] = [:]

    static let period = Duration.seconds(1)
    private static let namesMax = 4

    init(_ plan: FlowPlan, now: MonotonicTime) {
        due = now + Self.period
        for (index, part) in plan.parts.enumerated() {
            for slot in part.slots { makers[slot] = index }
        }
    }

    /// What is to be told now: slots that wait, and for what; each text once.
    mutating func news(_ state: borrowing FlowState, at now: MonotonicTime) -> [(slot: Int, text: String)] {
        var news: [(slot: Int, text: String)] = []
        due = nil
        for slot in state.plan.slots.indices where !state.hasArrived[slot] && !state.plan.slots[slot].sinks.isEmpty {
            due = now + Self.period
            let names = missing(slot, state).map { state.plan.name(ofSlot: $0) }
            guard !names.isEmpty else { continue }
            let rest = names.count > Self.namesMax ? " and \(names.count - Self.namesMax) more" : ""
            let text = "no value yet of \(names.prefix(Self.namesMax).joined(separator: ", "))\(rest)"
            if told.updateValue(text, forKey: slot) != text { news.append((slot, text)) }
        }
        return news
    }

    /// The signals of sources that a slot waits for.
    private func missing(_ slot: Int, _ state: borrowing FlowState) -> [Int] {
        var seen: Set<Int> = []
        var found: [Int] = []
        var next = [slot]
        while let slot = next.popLast() {
            guard !state.hasArrived[slot], seen.insert(slot).inserted else { continue }
            if slot < state.plan.sourceSlotCount { found.append(slot) }
            guard let part = makers[slot] else { continue }
            for case .slot(let input) in state.plan.parts[part].inputs { next.append(input) }
        }
        return found.sorted()
    }
}
