import Testing

@testable import Signals

@Suite struct SampleTests {
    static let id = EvaluationID(high: 1, low: 2)

    @Test("Severities are ordered as they get worse")
    func severityOrder() {
        #expect(Severity.allCases.sorted() == [.none, .minor, .major, .invalid])
        #expect(Severity("INVALID") == .invalid)
        #expect(Severity("invalid") == nil)
    }

    @Test("The worst alarm wins, and of two alike the first: its reason is kept", arguments: Severity.allCases)
    func worst(severity: Severity) {
        let mine = Alarm(severity, status: .record, message: "mine")
        for other in Severity.allCases {
            let theirs = Alarm(other, status: .device, message: "theirs")
            #expect(mine.worst(of: theirs) == (other > severity ? theirs : mine))
        }
    }

    @Test("A worsened sample keeps its value, time and id")
    func worsened() {
        let sample = Sample(.float64(1.5), stamp: Stamp(nanoseconds: 5), id: Self.id)
        let worse = sample.worsened(by: .invalid("stale"))
        #expect(worse.severity == .invalid)
        #expect(worse.alarm.message == "stale")
        #expect(worse.value == .float64(1.5))
        #expect(worse.stamp == sample.stamp)
        #expect(worse.id == sample.id)
        #expect(worse.worsened(by: .none) == worse)
    }

    @Test(
        "Values are equal when their bits are",
        arguments: [
            (Value.float64(.nan), Value.float64(.nan), true), (.text("\u{E9}"), .text("e\u{301}"), false),
            (.float64(0), .float64(-0.0), false),
            (.int64(1), .uint64(1), false), (.text("a"), .text("a"), true), (.none, .none, true),
            (.bool(true), .int64(1), false),
            (.choice(Choice(index: 1, label: "on")), .choice(Choice(index: 1, label: "off")), false),
        ]
    )
    func equality(left: Value, right: Value, isEqual: Bool) {
        #expect((left == right) == isEqual)
    }

    @Test(
        "A value that stands for a number gives it",
        arguments: [
            (Value.float64(2.5), 2.5), (.int64(-3), -3), (.uint64(.max), 18_446_744_073_709_551_616), (.bool(true), 1),
            (.choice(Choice(index: 4, label: "x")), 4),
        ]
    )
    func number(value: Value, expected: Double) {
        #expect(value.number == expected)
    }

    @Test("A text, a record and nothing are no numbers")
    func noNumber() {
        #expect(Value.text("5").number == nil)
        #expect(Value.none.number == nil)
        let record = Record([.init(name: "a", value: .int64(1)), .init(name: "b", value: .text("x"))])
        #expect(Value.record(record).number == nil)
        #expect(record["b"] == .text("x"))
        #expect(record["c"] == nil)
    }
}

@Suite struct StampTests {
    @Test(
        "Seconds and their fraction come back, before the epoch too",
        arguments: [(Int64(0), Int32(0)), (1_700_000_000, 999_999_999), (-1, 1), (-1_000, 0), (-1, 999_999_999)]
    )
    func parts(seconds: Int64, fraction: Int32) throws {
        let stamp = try #require(Stamp(seconds: seconds, nanoseconds: fraction))
        #expect(stamp.seconds == seconds)
        #expect(stamp.secondFraction == fraction)
    }

    @Test("A time that does not fit is refused", arguments: [Int64.max, .min, 9_223_372_037, -9_223_372_037])
    func overflow(seconds: Int64) {
        #expect(Stamp(seconds: seconds, nanoseconds: 0) == nil)
    }

    @Test("The earliest stamp has parts")
    func earliest() {
        let stamp = Stamp(nanoseconds: .min)
        #expect(stamp.seconds == -9_223_372_037)
        #expect(stamp.secondFraction == 145_224_192)
    }
}
