internal import Manifest
internal import Models
internal import Signals

/// Signals as a table on a screen: pure, so that a test reads what a person would.
struct WatchTable: Sendable {
    private(set) var signals: [WatchedSignal] = []
    private var places: [WatchNews.Key: Int] = [:]
    /// Why there is no connection; nil where there is one.
    private(set) var problem: String?
    private var notes: [String] = []
    private let title: String
    private let only: [String]

    /// What people are told besides is shown so long.
    private static let notesShown = 3
    private static let nameWidthMax = 40

    init(title: String, only: [String]) {
        self.title = title
        self.only = only
    }

    /// Whether anything has come.
    var hasSeen: Bool { signals.contains { $0.sample != nil } }

    /// Takes news; says which signals changed, in their order.
    mutating func take(_ news: WatchNews.Content) -> [WatchedSignal] {
        var changed: [WatchedSignal] = []
        if let all = news.signals { changed += replace(all) }
        for key in news.order where isWanted(key.name) {
            guard let sample = news.changes[key] else { continue }
            let place = place(of: key)
            guard signals[place].sample != sample else { continue }
            signals[place].sample = sample
            changed.append(signals[place])
        }
        if let problem = news.problem { self.problem = problem }
        notes = Array((notes + news.notes).suffix(Self.notesShown))
        return changed
    }

    private mutating func replace(_ all: [WatchedSignal]) -> [WatchedSignal] {
        let before = Dictionary(signals.map { ($0.key, $0.sample) }, uniquingKeysWith: { first, _ in first })
        signals = all.filter { isWanted($0.name) }
        places = Dictionary(signals.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
        return signals.filter { $0.sample != nil && before[$0.key] != .some($0.sample) }
    }

    private mutating func place(of key: WatchNews.Key) -> Int {
        if let place = places[key] { return place }
        signals.append(WatchedSignal(node: key.node, name: key.name, unit: "", sample: nil))
        places[key] = signals.count - 1
        return signals.count - 1
    }

    private func isWanted(_ name: String) -> Bool { only.isEmpty || only.contains { name.contains($0) } }

    /// A cell of a line, with the colour it has.
    struct Cell: Equatable {
        let text: String
        var color: Console.Color?
    }

    /// The table for a screen of this size; every line fits.
    func lines(width: Int, height: Int) -> [[Cell]] {
        var lines = [[Cell(text: heading, color: .bold)]]
        if let problem { lines.append([Cell(text: Printable.text(problem, lengthMax: 1000), color: .red)]) }
        let foot = notes.map { [Cell(text: $0, color: .yellow)] }
        let room = max(1, height - lines.count - foot.count - 1)
        // Alarms come first where there is no room for all.
        let shown = signals.count <= room ? signals : Array(byUrgency.prefix(room - 1))
        let names = shown.map(shownName)
        let nameWidth = min(Self.nameWidthMax, max(8, width / 3), names.map(\.count).max() ?? 0)
        let values = shown.map { $0.sample.map { Self.value($0, unit: "") } ?? "" }
        let valueWidth = min(max(10, width / 3), zip(shown, values).map { $1.count + $0.unit.count + 1 }.max() ?? 0)
        for (signal, name) in zip(shown, names) {
            lines.append(row(signal, Self.fitted(name, nameWidth), valueWidth))
        }
        if shown.count < signals.count { lines.append([Cell(text: "… and \(signals.count - shown.count) more")]) }
        return (lines + foot).map { Self.cut($0, to: width) }
    }

    private var heading: String {
        let alarms = signals.count { ($0.sample?.severity ?? .none) > .none }
        let waiting = signals.count { $0.sample == nil }
        var parts = ["\(signals.count) signal\(signals.count == 1 ? "" : "s")"]
        if alarms > 0 { parts.append("\(alarms) in alarm") }
        if waiting > 0 { parts.append("\(waiting) without a value") }
        return "\(Printable.text(title))  \(parts.joined(separator: ", "))"
    }

    /// Those in alarm first, the worst before others; otherwise as they are.
    private var byUrgency: [WatchedSignal] {
        signals.enumerated().sorted { left, right in
            let (first, second) = (left.element.sample?.severity ?? .none, right.element.sample?.severity ?? .none)
            return first == second ? left.offset < right.offset : first > second
        }.map(\.element)
    }

    /// With its node where two signals have one name.
    private func shownName(_ signal: WatchedSignal) -> String {
        let isAlone = signals.count { $0.name == signal.name } == 1
        return Printable.text(isAlone ? signal.name : "\(signal.node).\(signal.name)")
    }

    private func row(_ signal: WatchedSignal, _ name: String, _ valueWidth: Int) -> [Cell] {
        guard let sample = signal.sample else { return [Cell(text: "\(name)  nothing has arrived")] }
        let color = Console.Color(sample.severity)
        let value = Self.fitted(Self.value(sample, unit: signal.unit), valueWidth)
        // Seconds of the day are what people compare.
        let time = sample.stamp == .unknown ? "            " : String(sample.stamp.description.dropFirst(11).prefix(12))
        var cells = [Cell(text: "\(name)  "), Cell(text: value, color: color), Cell(text: "  \(time)")]
        if sample.severity != .none {
            cells.append(Cell(text: "  \(sample.severity)", color: color))
            let message = Printable.text(sample.alarm.message, lengthMax: 1000)
            if !message.isEmpty { cells.append(Cell(text: ": \(message)")) }
        }
        return cells
    }

    private static func value(_ sample: Sample, unit: String) -> String {
        let text = Printable.text(sample.value.text(elementsShown: 8), lengthMax: 200)
        return unit.isEmpty ? text : "\(text) \(Printable.text(unit))"
    }

    /// A text of exactly this width.
    private static func fitted(_ text: String, _ width: Int) -> String {
        guard text.count > width else { return text + String(repeating: " ", count: width - text.count) }
        return text.prefix(max(0, width - 1)) + "…"
    }

    private static func cut(_ cells: [Cell], to width: Int) -> [Cell] {
        var room = width
        var fitting: [Cell] = []
        for cell in cells where room > 0 {
            fitting.append(cell.text.count <= room ? cell : Cell(text: fitted(cell.text, room), color: cell.color))
            room -= cell.text.count
        }
        return fitting
    }
}
