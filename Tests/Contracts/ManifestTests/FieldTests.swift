import JSON
import TestSupport
import Testing

@testable import Manifest

@Suite struct FieldTests {
    static func section(_ yaml: String) -> ConfigSection {
        let root = YAMLReader.read(Array(yaml.utf8), file: "a.yaml").root
        return ConfigSection(root ?? YAMLNode(.mapping([]), at: .start), file: "a.yaml", path: "gun")
    }

    static let period = Field("period", .duration(in: .milliseconds(1) ... .seconds(60)), default: .seconds(1), doc: "")

    @Test(
        "What does not fit is reported with its place, and the default is used",
        arguments: ["5 parsecs", "10", "2h"]
    )
    func rejected(text: String) {
        var section = Self.section("period: \(text)")
        #expect(section.read(Self.period) == .seconds(1))
        let advice =
            text == "2h" ? "for example 'period: 1s'" : "the units are ns, us, ms, s, m, h and d: 'period: 1s'"
        #expect(
            section.diagnostics.map(\.description) == [
                """
                a.yaml:1:9: error: gun.period: expected a duration of 1ms to 1m, found '\(text)'
                    \(advice)
                """
            ]
        )
    }

    @Test("A secret that does not fit is not shown")
    func secret() {
        var section = Self.section("pin: hunter2")
        let pin = Field<Int?>.optional("pin", .count(in: 0...9999), example: "1234", isSecret: true, doc: "")
        #expect(section.read(pin) == nil)
        #expect(section.diagnostics.map(\.problem) == ["expected a whole number of 0 to 9999, found '***'"])
    }

    @Test(
        "A duration reads back",
        arguments: [
            ("250us", Duration.microseconds(250)), ("10ms", .milliseconds(10)), ("1.5s", .milliseconds(1500)),
            ("1h", .seconds(3600)), ("7d", .seconds(604_800)), ("3 s", .seconds(3)), (".5s", .milliseconds(500)),
            ("0s", .zero), ("1ns", .nanoseconds(1)),
        ]
    )
    func duration(text: String, expected: Duration) {
        #expect(Duration(shortText: text) == expected)
    }

    @Test(
        "What is no duration is none",
        arguments: ["", "s", "1", "1 parsec", "-1s", "1e3s", "1s ", "1  s", "1.2.3s", "9e99s", "1000000000000d"]
    )
    func noDuration(text: String) {
        #expect(Duration(shortText: text) == nil)
        #expect(ByteSize(shortText: text) == nil)
    }

    @Test("The text of a duration and of a size reads back", arguments: 0..<200)
    func unitsRoundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let scale = Int64.random(in: 1...1_000_000_000, using: &random)
        let duration = Duration.nanoseconds(Int64.random(in: 0...1_000_000, using: &random) * scale)
        #expect(Duration(shortText: duration.shortText) == duration)
        let size = ByteSize(Int.random(in: 0...(1 << 50), using: &random))
        #expect(ByteSize(shortText: size.shortText) == size)
    }

    @Test(
        "Sizes",
        arguments: [("512B", 512), ("64KiB", 65536), ("1.5kB", 1500), ("2GiB", 2 << 30), ("1TB", 1_000_000_000_000)]
    )
    func sizes(text: String, bytes: Int) {
        #expect(ByteSize(shortText: text)?.bytes == bytes)
    }

    @Test("A size has limits and says its units")
    func sizeField() {
        let queue = Field("queue", .size(in: ByteSize(1024)...ByteSize(1 << 30)), default: ByteSize(1 << 20), doc: "")
        var good = Self.section("queue: 64KiB")
        #expect(good.read(queue) == ByteSize(65536))
        var bad = Self.section("queue: 64KB")
        #expect(bad.read(queue) == ByteSize(1 << 20))
        #expect(
            bad.diagnostics.map(\.description) == [
                """
                a.yaml:1:8: error: gun.queue: expected a size of 1KiB to 1GiB, found '64KB'
                    the units are B, kB, KiB, MB, MiB, GB, GiB, TB and TiB: 'queue: 1MiB'
                """
            ]
        )
    }

    @Test("A range of durations takes units at both ends")
    func durationRange() {
        let kind = FieldKind<ClosedRange<Duration>>.range(of: .duration(in: .zero ... .seconds(10)))
        let field = Field("delay", kind, default: .zero ... .seconds(1), doc: "")
        var section = Self.section("delay: [5ms, 2s]")
        #expect(section.read(field) == .milliseconds(5) ... .seconds(2))
        #expect(field.listed.defaultText == "[\"0s\", \"1s\"]")
        #expect(section.diagnostics.isEmpty)
    }

    @Test("What a plain scalar means follows the rules that the document was written for")
    func rules() {
        let flag = Field("on", .flag, default: false, doc: "")
        let count = Field("count", .count(in: 0...99), default: 0, doc: "")
        let root = YAMLReader.read(Array("on: yes\ncount: 010\n".utf8), file: "a.yaml").root ?? .unreadable(at: .start)
        var ours = ConfigSection(root, file: "a.yaml", path: "")
        #expect(ours.read(flag) == false)
        #expect(ours.read(count) == 10)
        #expect(ours.diagnostics.map(\.problem) == ["expected true or false, found 'yes'"])
        var theirs = ConfigSection(root, file: "a.yaml", path: "", rules: .pyYAML)
        #expect(theirs.read(flag) == true)
        #expect(theirs.read(count) == 8)
        #expect(theirs.diagnostics.isEmpty)
    }

    @Test("A number says its unit")
    func numberUnit() {
        let angle = Field("angle", .number(in: 0...360, unit: "deg"), default: 0, doc: "")
        var section = Self.section("angle: 400")
        #expect(section.read(angle) == 0)
        #expect(section.diagnostics.map(\.problem) == ["expected a number of 0 to 360 deg, found '400'"])
    }

    @Test("A name is found by a slip of the fingers, not by chance")
    func nearest() {
        let names = ["period", "width", "queue", "max_age"]
        let slips = [
            ("perod", "period"), ("peroid", "period"), ("PERIOD", "period"), ("wdith", "width"), ("maxage", "max_age"),
        ]
        for (word, expected) in slips {
            #expect(Nearest.match(word, among: names) == expected)
        }
        for word in ["x", "zzz", "", "in", "heightened", String(repeating: "p", count: 100_000)] {
            #expect(Nearest.match(word, among: names) == nil, "\(word.prefix(20))")
        }
        #expect(Nearest.match("C", among: ["A", "B"]) == nil)
        // Of several alike the same one every time, whatever their order.
        #expect(Nearest.match("SIG:5", among: ["SIG:3", "SIG:1", "SIG:2"]) == "SIG:1")
    }

    @Test("A slip is found exactly when the whole table of distances says so", arguments: 0..<300)
    func distances(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let word = (0..<Int.random(in: 0...12, using: &random)).map { _ in "abc".randomElement(using: &random)! }
        var other = word
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            let place = Int.random(in: 0...other.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: other.insert("x", at: place)
            case 1 where place < other.count: other.remove(at: place)
            default: if place + 1 < other.count { other.swapAt(place, place + 1) }
            }
        }
        let isShort = word.count >= 2 && other.count - word.count <= 2 && other.starts(with: word)
        let isNear = (isShort || Self.distance(word, other) <= min(3, word.count / 3)) && word != other
        #expect((Nearest.match(String(word), among: [String(other)]) != nil) == isNear, "\(word) \(other)")
    }

    /// The definition, without any limit.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var table = Array(repeating: Array(0...right.count), count: left.count + 1)
        for i in 0..<left.count {
            table[i + 1][0] = i + 1
            for j in 0..<right.count {
                var cost = min(table[i][j + 1] + 1, table[i + 1][j] + 1, table[i][j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, table[i - 1][j - 1] + 1)
                }
                table[i + 1][j + 1] = cost
            }
        }
        return table[left.count][right.count]
    }

    @Test("A field that the section does not know is reported; x- belongs to others")
    func unknown() {
        var section = Self.section("period: 1s\nperod: 2s\nx-colour: red\n")
        _ = section.read(Self.period)
        section.reportUnknownNames(known: ["period"])
        #expect(
            section.diagnostics.map(\.description) == [
                """
                a.yaml:2:1: error: gun.perod: expected a field that is known here, found 'perod'
                    did you mean 'period'?
                """
            ]
        )
        #expect(section.namesRead == ["period"])
    }
}
