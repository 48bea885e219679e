import Foundation
import JSON
import PVAccess
import Signals
import TestSupport
import Testing

/// Alarm and control limits, which are arithmetic alone.
@Suite struct PolicyTests {
    static let cases: JSONValue = {
        let path = Repository.root.appending(path: "Tests/Components/PVAccessTests/alarms_control.json").path
        return (FileManager.default.contents(atPath: path).flatMap { try? JSONReader.value(of: Array($0)) }) ?? .null
    }()

    static func number(_ value: JSONValue?) throws -> Double {
        switch value {
        case .number(let number): number
        case .integer(let number): Double(number)
        default: throw Unexpected()
        }
    }

    static func limits(_ policy: JSONValue, highWarning: Severity = .minor) throws -> AlarmLimits {
        try AlarmLimits(
            lowAlarm: number(policy["lowAlarmLimit"]),
            lowWarning: number(policy["lowWarningLimit"]),
            highWarning: number(policy["highWarningLimit"]),
            highAlarm: number(policy["highAlarmLimit"]),
            highWarningSeverity: highWarning
        )
    }

    static func expect(_ alarm: Alarm, _ expected: JSONValue?, _ value: Double) {
        #expect(expected?["severity"] == .integer(Int64(alarm.severity.rawValue)), "\(value)")
        #expect(expected?["status"] == .integer(Int64(alarm.status.rawValue)), "\(value)")
        #expect(expected?["message"] == .string(alarm.message), "\(value)")
    }

    @Test("Alarms are those of the collected cases")
    func alarms() throws {
        let policy = try #require(Self.cases["policy"])
        let limits = try Self.limits(policy)
        guard case .array(let alarms) = Self.cases["alarms"] else { throw Unexpected() }
        #expect(alarms.count == 11)
        for each in alarms {
            let value = try Self.number(each["value"])
            Self.expect(limits.alarm(of: value).alarm, each["alarm"], value)
        }
        let zero = try #require(Self.cases["zero_severity_high_warning"])
        let value = try Self.number(zero["value"])
        Self.expect(try Self.limits(policy, highWarning: .none).alarm(of: value).alarm, zero["alarm"], value)
    }

    @Test("Values are limited and rounded as in the collected cases")
    func control() throws {
        guard case .array(let cases) = Self.cases["control"] else { throw Unexpected() }
        #expect(cases.count > 20)
        for each in cases {
            let control = try #require(each["control"])
            let limits = try ControlLimits(
                low: Self.number(control["limitLow"] ?? .number(-.infinity)),
                high: Self.number(control["limitHigh"] ?? .number(.infinity)),
                minStep: Self.number(control["minStep"] ?? 0)
            )
            let value = try Self.number(each["value"])
            #expect(try limits.allowed(value) == Self.number(each["result"]), "\(value) of \(limits)")
        }
    }

    @Test("What is not a number is INVALID, and cannot be written")
    func nan() throws {
        let limits = try AlarmLimits(lowAlarm: -2, lowWarning: -1, highWarning: 1, highAlarm: 2)
        #expect(limits.alarm(of: .nan, after: .high).alarm.severity == .invalid)
        #expect(limits.alarm(of: .nan, after: .high).band == .high)
        let problem = #expect(throws: PVAProblem.self) { try ControlLimits(low: 0, high: 1).allowed(.nan) }
        #expect(problem?.message == "expected a number of 0.0 to 1.0, found NaN")
    }

    @Test("An alarm stays until the value is back inside by the hysteresis")
    func hysteresis() throws {
        let limits = try AlarmLimits(lowAlarm: -4, lowWarning: -2, highWarning: 2, highAlarm: 4, hysteresis: 0.5)
        let walk: [(Double, AlarmLimits.Band)] = [
            (1.9, .normal), (2, .high), (1.6, .high), (1.5, .high), (1.49, .normal), (4, .hihi), (3.6, .hihi),
            (3.4, .high), (1.7, .high), (0, .normal), (-2, .low), (-1.6, .low), (-4, .lolo), (-3.5, .lolo),
            (-3.4, .low), (-1.4, .normal), (9, .hihi), (-9, .lolo),
        ]
        var band = AlarmLimits.Band.normal
        for (value, expected) in walk {
            band = limits.alarm(of: value, after: band).band
            #expect(band == expected, "\(value)")
        }
    }

    @Test("Limits the wrong way round are refused")
    func order() {
        #expect(throws: PVAProblem.self) { try AlarmLimits(lowAlarm: 1, lowWarning: 0, highWarning: 2, highAlarm: 3) }
        #expect(throws: PVAProblem.self) {
            try AlarmLimits(lowAlarm: .nan, lowWarning: 0, highWarning: 2, highAlarm: 3)
        }
        #expect(throws: PVAProblem.self) {
            try AlarmLimits(lowAlarm: 0, lowWarning: 1, highWarning: 2, highAlarm: 3, hysteresis: -1)
        }
        #expect(throws: PVAProblem.self) { try ControlLimits(low: 1, high: 0) }
        #expect(throws: PVAProblem.self) { try ControlLimits(low: 0, high: 1, minStep: .infinity) }
    }

    @Test("Any value: the order of bands, no hysteresis without a previous alarm, and limits keep", arguments: 0..<200)
    func properties(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func any() -> Double {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: [Double.infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude][Int(seed % 5)]
            default: Double.random(in: -10...10, using: &random)
            }
        }
        let ends = (0..<4).map { _ in Double.random(in: -10...10, using: &random) }.sorted()
        let hysteresis = Double.random(in: 0...3, using: &random)
        let limits = try AlarmLimits(
            lowAlarm: ends[0],
            lowWarning: ends[1],
            highWarning: ends[2],
            highAlarm: ends[3],
            hysteresis: hysteresis
        )
        let step = Bool.random(using: &random) ? 0 : Double.random(in: 0.01...2, using: &random)
        let control = try ControlLimits(low: ends[0], high: ends[3], minStep: step)
        for _ in 0..<100 {
            let value = any()
            let plain = limits.band(of: value)
            let expected: AlarmLimits.Band =
                value <= ends[0]
                ? .lolo
                : value <= ends[1]
                    ? .low
                    : value >= ends[3] ? .hihi : value >= ends[2] ? .high : .normal
            #expect(plain == expected, "seed \(seed), \(value)")
            for previous in AlarmLimits.Band.allCases {
                let band = limits.band(of: value, after: previous)
                // Hysteresis only ever holds the band that was, or its graver neighbour's way out.
                #expect(
                    limits.severity(of: band) >= limits.severity(of: plain),
                    "seed \(seed), \(value) after \(previous)"
                )
            }
            let allowed = try control.allowed(value)
            #expect(allowed >= ends[0] && allowed <= ends[3], "seed \(seed), \(value)")
            #expect(try control.allowed(allowed).isFinite)
            if value > ends[0], value < ends[3] {
                #expect(abs(allowed - value) <= step / 2 * (1 + 1e-9) + 1e-12, "seed \(seed), \(value)")
            }
        }
    }
}
