internal import Signals

/// The lines of an explanation, while they are found.
struct ExplanationWalk {
    private struct Key: Hashable {
        let slot: Int
        let entry: Int?
    }

    private let chapter: TraceChapter
    private(set) var lines: [Explanation.Line] = []
    private(set) var leftOutCount = 0
    private var places: [Key: Int] = [:]

    init(_ chapter: TraceChapter) { self.chapter = chapter }

    /// Tells a sample and all that it was made of: breadth first, each once.
    mutating func tell(_ start: TraceChapter.Found) {
        var waiting = [(found: start, isEnd: false)]
        places[Key(slot: start.change.slot, entry: start.entry)] = 0
        var next = 0
        while next < waiting.count {
            let (found, isEnd) = waiting[next]
            next += 1
            let slot = chapter.map.slots[found.change.slot]
            var inputs: [Explanation.Input] = []
            for input in isEnd ? [] : slot.maker?.inputs ?? [] {
                let source = read(input, by: found)
                let named = chapter.map.slots[input.slot]
                var line: Int?
                if let source {
                    let key = Key(slot: input.slot, entry: source.entry)
                    line = places[key]
                    if line == nil, waiting.count < Explanation.linesMax {
                        line = waiting.count
                        places[key] = waiting.count
                        // What came before is a story of its own: it may go back for ever.
                        waiting.append((source, input.isDelayed))
                    } else if line == nil {
                        leftOutCount += 1
                    }
                }
                inputs.append(
                    .init(line: line, node: named.node, signal: named.signal, isDelayed: input.isDelayed)
                )
            }
            lines.append(
                Explanation.Line(
                    node: slot.node,
                    type: slot.type,
                    signal: slot.signal,
                    sample: found.change.sample,
                    cut: found.change.cut,
                    time: chapter.time(of: found),
                    formula: slot.maker?.formula,
                    model: slot.maker?.model,
                    inputs: inputs
                )
            )
        }
    }

    /// What a part read of an input when it made a sample.
    private func read(_ input: (slot: Int, isDelayed: Bool), by found: TraceChapter.Found) -> TraceChapter.Found? {
        guard let entry = found.entry else {
            // Of what was made before everything else only what did not change since is known.
            return input.isDelayed ? nil : chapter.before(input.slot)
        }
        guard input.isDelayed else { return chapter.newest(input.slot, notAfter: entry) }
        return chapter.newest(input.slot, notAfter: entry - 1) { $0.severity < .invalid && $0.value != .none }
    }
}
