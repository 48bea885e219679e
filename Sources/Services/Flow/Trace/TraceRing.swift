internal import Component
internal import Signals

/// The last evaluations, with all that changed in each, as many as a budget of memory holds.
///
/// What falls out of it stays as the state from which the rest can be understood: so it is known of each remembered
/// evaluation what it was made of, however long ago that arrived. A reload begins a chapter of its own.
struct TraceRing: Sendable {
    /// More reloads than anybody looks back over.
    static let chaptersMax = 16
    /// More evaluations than anybody looks through.
    static let entriesMax = 20_000
    /// A value that would take more than this part of the budget is not kept.
    static let largestShare = 4

    let sizeMax: Int
    private var chapters: [TraceChapter] = []
    private(set) var size = 0
    private var count = 0

    init(sizeMax: Int) { self.sizeMax = sizeMax }

    mutating func begin(_ map: TraceMap) {
        chapters.append(TraceChapter(map))
        while chapters.count > Self.chaptersMax { dropChapter() }
    }

    mutating func add(_ id: EvaluationID, at time: Stamp, _ changes: [(slot: Int, sample: Sample)]) {
        guard !chapters.isEmpty else { return }
        let kept = changes.map { slot, sample in
            guard sample.heldSize > sizeMax / Self.largestShare else {
                return TraceChapter.Change(slot: slot, sample: sample, cut: nil)
            }
            let empty = Sample(.none, alarm: sample.alarm, stamp: sample.stamp, id: sample.id)
            return TraceChapter.Change(slot: slot, sample: empty, cut: sample.value.shape)
        }
        let size = kept.reduce(MemoryLayout<TraceChapter.Entry>.stride) { $0 + $1.size }
        chapters[chapters.count - 1].entries.append(TraceChapter.Entry(id: id, time: time, changes: kept, size: size))
        self.size += size
        count += 1
        while self.size > sizeMax || count > Self.entriesMax, count > 1 { dropOldest() }
    }

    private mutating func dropOldest() {
        guard !chapters[0].isEmpty else { return dropChapter() }
        let entry = chapters[0].entries[chapters[0].first]
        chapters[0].first += 1
        size -= entry.size
        count -= 1
        for change in entry.changes {
            size += change.size - (chapters[0].base[change.slot]?.size ?? 0)
            chapters[0].base[change.slot] = change
        }
        if chapters[0].first * 2 > chapters[0].entries.count {
            chapters[0].entries.removeFirst(chapters[0].first)
            chapters[0].first = 0
        }
        if chapters[0].isEmpty, chapters.count > 1 { dropChapter() }
    }

    private mutating func dropChapter() {
        let chapter = chapters.removeFirst()
        count -= chapter.entries.count - chapter.first
        size -= chapter.entries[chapter.first...].reduce(0) { $0 + $1.size }
        size -= chapter.base.reduce(0) { $0 + ($1?.size ?? 0) }
    }
}

// What is asked of it.
extension TraceRing {
    /// The newest evaluations, the newest first.
    func evaluations(limit: Int) -> [TracedEvaluation] {
        var found: [TracedEvaluation] = []
        for chapter in chapters.reversed() {
            for entry in chapter.entries[chapter.first...].reversed() {
                guard found.count < limit else { return found }
                found.append(Self.told(entry, chapter.map))
            }
        }
        return found
    }

    /// One evaluation; also that whose samples were delivered by a later one.
    func evaluation(_ id: EvaluationID) throws(TraceProblem) -> TracedEvaluation {
        let (chapter, entry) = try find(id)
        return Self.told(chapters[chapter].entries[entry], chapters[chapter].map)
    }

    private static func told(_ entry: TraceChapter.Entry, _ map: TraceMap) -> TracedEvaluation {
        TracedEvaluation(
            id: entry.id,
            time: entry.time,
            changes: entry.changes.map { change in
                let slot = map.slots[change.slot]
                return .init(node: slot.node, signal: slot.signal, sample: change.sample, cut: change.cut)
            }
        )
    }

    private func find(_ id: EvaluationID) throws(TraceProblem) -> (chapter: Int, entry: Int) {
        for (number, chapter) in chapters.enumerated() {
            let found = chapter.entries[chapter.first...].firstIndex { $0.id == id }
            if let found { return (number, found) }
        }
        // A reload has what sources brought told again, under the ids that it had: the first tells when it came.
        for (number, chapter) in chapters.enumerated() {
            let found = chapter.entries[chapter.first...].firstIndex { $0.changes.contains { $0.sample.id == id } }
            if let found { return (number, found) }
        }
        let oldest = chapters.lazy.compactMap { $0.isEmpty ? nil : $0.entries[$0.first] }.first
        throw .forgotten(oldest: oldest?.time)
    }

    /// Why a signal is what it is, or was in an evaluation.
    func explain(_ signal: String, of node: String?, in id: EvaluationID?) throws(TraceProblem) -> Explanation {
        guard !chapters.isEmpty else { throw .off }
        let place = try id.map { id throws(TraceProblem) in try find(id) }
        let chapter = chapters[place?.chapter ?? chapters.count - 1]
        let slot = try chapter.map.slot(signal, of: node)
        let last = place?.entry ?? chapter.entries.count - 1
        guard let start = chapter.newest(slot, notAfter: last) else { throw .nothingYet }
        var walk = ExplanationWalk(chapter)
        walk.tell(start)
        return Explanation(flow: chapter.map.flow, lines: walk.lines, leftOutCount: walk.leftOutCount)
    }
}

extension Value {
    /// What stands for a value that is not kept.
    fileprivate var shape: String {
        switch self {
        case .tensor(let tensor): "\(tensor.elementType) \(tensor.shape)"
        case .image(let image): "image \(image.tensor.elementType) \(image.tensor.shape)"
        case .text(let text): "a text of \(text.utf8.count) bytes"
        default: "a large value"
        }
    }
}
