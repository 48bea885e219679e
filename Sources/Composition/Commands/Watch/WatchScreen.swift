internal import JSON
internal import Lifetime
internal import Manifest
internal import Models
internal import Signals

/// Shows news: as a table on a terminal, as lines elsewhere.
struct WatchScreen {
    private let news: WatchNews
    private let console: Console
    private let format: OutputFormat
    private var table: WatchTable

    /// The shortest time between two pictures: faster than anybody reads.
    private static let period = Duration.milliseconds(100)

    init(_ news: WatchNews, _ console: Console, title: String, only: [String], format: OutputFormat) {
        self.news = news
        self.console = console
        self.format = format
        table = WatchTable(title: title, only: only)
    }

    /// Whether a signal had a value.
    var hasSeen: Bool { table.hasSeen }

    /// Shows what comes until there is nothing more, until the deadline, or until nobody reads.
    mutating func run(until deadline: MonotonicTime?) {
        let showsTable = format == .text && console.output.isTerminal
        // The cursor would dance.
        if showsTable { console.output.print("\u{1B}[?25l\u{1B}[2J", terminator: "") }
        defer {
            if showsTable { console.output.print("\u{1B}[?25h", terminator: "") }
            console.output.flush()
        }
        while let content = news.take(until: deadline) {
            let problem = table.problem
            let changed = table.take(content)
            if showsTable { draw() } else { print(changed, content, problemBefore: problem) }
            console.output.flush()
            console.errors.flush()
            // Where something comes all the time, the deadline is not noticed by waiting.
            if content.isOver || console.output.hasFailed || deadline.map({ $0 <= .now() }) == true { return }
            // What comes meanwhile is one picture.
            if showsTable { news.waitForEnd(within: Self.period) }
        }
    }

    private func draw() {
        let size = console.output.size
        var picture = "\u{1B}[H"
        for cells in table.lines(width: size.width, height: size.height) {
            for cell in cells { picture += cell.color.map { console.output.colored(cell.text, $0) } ?? cell.text }
            picture += "\u{1B}[K\n"
        }
        console.output.print(picture + "\u{1B}[J", terminator: "")
    }

    private func print(_ changed: [WatchedSignal], _ content: WatchNews.Content, problemBefore: String?) {
        for note in content.notes { console.errors.print(note) }
        if let problem = content.problem.flatMap(\.self), problem != problemBefore { console.errors.print(problem) }
        for signal in changed {
            guard let sample = signal.sample else { continue }
            guard format == .text else {
                console.output.print(JSONWriter.text(of: json(signal, sample), layout: .line))
                continue
            }
            let value = PVOptions.text(sample.value, unit: signal.unit)
            let alarm = PVOptions.text(sample.alarm, console.output)
            console.output.print("\(Printable.text(signal.name))  \(sample.stamp)  \(value)\(alarm)")
        }
    }

    private func json(_ signal: WatchedSignal, _ sample: Sample) -> JSONValue {
        var object = JSONObject()
        object.add("node", .string(signal.node))
        object.add("signal", .string(signal.name))
        sample.addMembers(to: &object)
        if !signal.unit.isEmpty { object.add("unit", .string(signal.unit)) }
        return .object(object)
    }
}
