internal import Component
internal import Signals

/// The evaluations of one plan that are remembered.
struct TraceChapter: Sendable {
    struct Change: Sendable {
        let slot: Int
        let sample: Sample
        /// What stands for a value that is too large to be kept.
        let cut: String?

        var size: Int { MemoryLayout<Change>.stride + sample.heldSize - Self.inlineSize }

        /// What `heldSize` counts for a value that holds nothing besides itself.
        private static let inlineSize = Sample(.none, stamp: .unknown, id: .none).heldSize
    }

    struct Entry: Sendable {
        let id: EvaluationID
        let time: Stamp
        let changes: [Change]
        let size: Int
    }

    /// A sample at its place: in the entry of this number, or before all of them.
    struct Found: Sendable {
        let change: Change
        let entry: Int?
    }

    let map: TraceMap
    /// By slot: what it held before the oldest entry, if anything.
    var base: [Change?]
    /// The oldest first; those before `first` are gone.
    var entries: [Entry] = []
    var first = 0

    init(_ map: TraceMap) {
        self.map = map
        base = [Change?](repeating: nil, count: map.slots.count)
    }

    var isEmpty: Bool { first == entries.count }

    /// What a slot held when the entry of this number was over.
    func newest(_ slot: Int, notAfter last: Int, where isWanted: (Sample) -> Bool = { _ in true }) -> Found? {
        for index in stride(from: last, through: first, by: -1) {
            // Of a slot that changed twice in one entry the last counts.
            let change = entries[index].changes.last { $0.slot == slot && isWanted($0.sample) }
            if let change { return Found(change: change, entry: index) }
            if map.standsAlone { return nil }
        }
        return before(slot).flatMap { isWanted($0.change.sample) ? $0 : nil }
    }

    /// What a slot held before the oldest entry.
    func before(_ slot: Int) -> Found? { base[slot].map { Found(change: $0, entry: nil) } }

    func time(of found: Found) -> Stamp? { found.entry.map { entries[$0].time } }
}
