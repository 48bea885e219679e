import Signals
import TestSupport
import Testing

@testable import Commands

@Suite struct WatchTests {
    private static let stamp = Stamp(nanoseconds: 1_772_366_400_250_000_000)

    private func signal(_ name: String, _ value: Value?, _ alarm: Alarm = .none, unit: String = "") -> WatchedSignal {
        let sample = value.map { Sample($0, alarm: alarm, stamp: Self.stamp, id: .none) }
        return WatchedSignal(node: "machine", name: name, unit: unit, sample: sample)
    }

    private func table(_ signals: [WatchedSignal], only: [String] = []) -> WatchTable {
        var table = WatchTable(title: "magnets.yaml", only: only)
        var news = WatchNews.Content()
        news.signals = signals
        _ = table.take(news)
        return table
    }

    private func text(_ table: WatchTable, width: Int = 80, height: Int = 24) -> [String] {
        table.lines(width: width, height: height).map { $0.map(\.text).joined() }
    }

    @Test("A line has name, value with unit, time and alarm; the heading counts")
    func rows() {
        let table = table([
            signal("GUN:CURRENT", .float64(1.25), unit: "A"),
            signal("GUN:VOLTAGE", .int64(3), Alarm(.major, status: .record, message: "HIHI limit 2")),
            signal("GUN:MODE", nil),
        ])
        #expect(
            text(table) == [
                "magnets.yaml  3 signals, 1 in alarm, 1 without a value",
                "GUN:CURRENT  1.25 A  12:00:00.250",
                "GUN:VOLTAGE  3       12:00:00.250  MAJOR: HIHI limit 2",
                "GUN:MODE     nothing has arrived",
            ]
        )
        let colors = table.lines(width: 80, height: 24).map { $0.compactMap(\.color) }
        #expect(colors == [[.bold], [], [.red, .red], []])
    }

    @Test("Alarms have the colours of control rooms", arguments: [Severity.none, .minor, .major, .invalid])
    func colors(severity: Severity) {
        let expected: [Severity: Console.Color] = [.minor: .yellow, .major: .red, .invalid: .magenta]
        #expect(Console.Color(severity) == expected[severity])
    }

    @Test("Every line fits the screen, and so does the table", arguments: [(20, 3), (40, 5), (80, 24), (1, 1)])
    func size(width: Int, height: Int) {
        let signals = (0..<30).map {
            signal("A:VERY:LONG:NAME:OF:A:SIGNAL:\($0)", .text(String(repeating: "x", count: 300)))
        }
        var table = table(signals)
        var news = WatchNews.Content()
        news.problem = .some("expected a server, found none")
        _ = table.take(news)
        let lines = text(table, width: width, height: height)
        #expect(lines.allSatisfy { $0.count <= width })
        #expect(lines.count <= max(height, 4))
    }

    @Test("Where there is no room for all, what is in alarm is shown first")
    func urgency() {
        let signals = (0..<10).map { number in
            signal("S\(number)", .float64(1), number == 8 ? .invalid("it is gone") : .none)
        }
        let lines = text(table(signals), height: 5)
        #expect(lines.count == 4)
        #expect(lines[1].hasPrefix("S8"))
        #expect(lines[2].hasPrefix("S0"))
        #expect(lines[3] == "… and 8 more")
    }

    @Test("Two signals of one name are shown with their nodes; those that nobody wants are not")
    func names() {
        let twins = [
            WatchedSignal(node: "left", name: "X", unit: "", sample: nil),
            WatchedSignal(node: "right", name: "X", unit: "", sample: nil), signal("Y", nil),
        ]
        #expect(text(table(twins)).dropFirst().map { $0.split(separator: " ")[0] } == ["left.X", "right.X", "Y"])
        #expect(text(table(twins, only: ["Y"])).dropFirst().map { $0.split(separator: " ")[0] } == ["Y"])
    }

    @Test("Changes are told once, also those of a signal that was told anew")
    func changes() {
        var table = WatchTable(title: "t", only: [])
        let (old, new) = (signal("A", .float64(1)), signal("A", .float64(2)))
        var news = WatchNews.Content()
        news.signals = [old]
        #expect(table.take(news) == [old])
        #expect(table.take(news) == [])
        news = WatchNews.Content()
        news.order = [.init(node: "machine", name: "A")]
        news.changes = [.init(node: "machine", name: "A"): new.sample!]
        #expect(table.take(news) == [new])
    }

    @Test("News are of each signal the newest, in the order of their first change")
    func coalescing() throws {
        let news = WatchNews()
        for number in 0..<1000 {
            news.tell("n", "A", Sample(.int64(Int64(number)), stamp: Self.stamp, id: .none))
            news.tell("n", "B", Sample(.int64(0), stamp: Self.stamp, id: .none))
            news.tell(note: "\(number)")
        }
        let content = try #require(news.take(until: nil))
        #expect(content.order.map(\.name) == ["A", "B"])
        #expect(content.changes[.init(node: "n", name: "A")]?.value == .int64(999))
        #expect(content.notes.count == 100)
        news.end()
        #expect(news.take(until: nil)?.isOver == true)
        #expect(news.take(until: nil)?.isOver == true)
    }
}
