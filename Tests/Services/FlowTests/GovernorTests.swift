import Lifetime
import Manifest
import Signals
import TestSupport
import Testing

@testable import Flow

@Suite struct GovernorTests {
    private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    private func sample(_ number: Double, _ alarm: Alarm = .none) -> Sample {
        Sample(.float64(number), alarm: alarm, stamp: Stamp(nanoseconds: 1), id: .none)
    }

    private func governor(
        _ rule: GovernorRule,
        onInvalid: FlowNode.InvalidRule = .propagate,
        carriesAlarms: Bool = true
    ) -> Governor {
        Governor(name: "out", rule: rule, onInvalid: onInvalid, carriesAlarms: carriesAlarms)
    }

    /// The number that left, `same`, `later`, or the reason of a refusal.
    private func text(_ verdict: Governor.Verdict) -> String {
        switch verdict {
        case .write(let sample, let isClamped): "\(sample.value.number ?? .nan)\(isClamped ? " clamped" : "")"
        case .same: "same"
        case .later: "later"
        case .refuse(let reason): reason
        }
    }

    @Test("A number beyond the limits is refused, or becomes the limit")
    func limits() {
        var refusing = governor(GovernorRule(limits: -1...1))
        #expect(text(refusing.judge(sample(0.5), at: at(0))) == "0.5")
        #expect(text(refusing.judge(sample(1.5), at: at(1))) == "expected 'out' within -1.0 to 1.0, found 1.5")
        var clamping = governor(GovernorRule(limits: -1...1, beyond: .clamp))
        #expect(text(clamping.judge(sample(1.5), at: at(0))) == "1.0 clamped")
        #expect(text(clamping.judge(sample(-9), at: at(0))) == "-1.0 clamped")
        #expect(text(clamping.judge(sample(.infinity), at: at(0))) == "1.0 clamped")
        #expect(text(clamping.judge(sample(.nan), at: at(0))) == "expected 'out' within -1.0 to 1.0, found nan")
    }

    @Test("An array with an element beyond the limits is refused whole")
    func arrays() throws {
        var governor = governor(GovernorRule(limits: 0...10, beyond: .clamp))
        let good = Sample(.tensor(try Tensor([1.0, 10], shape: [2])), stamp: .unknown, id: .none)
        let bad = Sample(.tensor(try Tensor([1.0, 11], shape: [2])), stamp: .unknown, id: .none)
        guard case .write = governor.judge(good, at: at(0)) else {
            Issue.record("the good one does not leave")
            return
        }
        #expect(text(governor.judge(bad, at: at(0))) == "expected 'out' within 0.0 to 10.0, found 11.0 in element 1")
    }

    @Test("What is close to what was written does not leave")
    func deadband() {
        var governor = governor(GovernorRule(deadband: 0.5))
        #expect(text(governor.judge(sample(1), at: at(0))) == "1.0")
        #expect(text(governor.judge(sample(1.5), at: at(1))) == "same")
        #expect(text(governor.judge(sample(1.6), at: at(2))) == "1.6")
        // A change of severity leaves, however small that of the value.
        let minor = Alarm(.minor, status: .device, message: "")
        #expect(text(governor.judge(sample(1.6, minor), at: at(3))) == "1.6")
    }

    @Test("Within a period one leaves; the last of the others follows at its end")
    func period() {
        var governor = governor(GovernorRule(period: .milliseconds(100)))
        #expect(text(governor.judge(sample(1), at: at(0))) == "1.0")
        #expect(text(governor.judge(sample(2), at: at(10))) == "later")
        #expect(text(governor.judge(sample(3), at: at(90))) == "later")
        #expect(governor.due == at(100))
        #expect(text(governor.release(at: at(99))) == "later")
        #expect(text(governor.release(at: at(100))) == "3.0")
        #expect(governor.due == nil)
    }

    @Test("At the end what waits for its time leaves, what is approached step by step does not leap")
    func end() {
        var timed = governor(GovernorRule(deadband: 0.1, period: .seconds(100)))
        _ = timed.judge(sample(1), at: at(0))
        #expect(text(timed.judge(sample(2), at: at(10))) == "later")
        #expect(text(timed.finish(at: at(20))) == "2.0")
        #expect(text(timed.finish(at: at(20))) == "later")
        #expect(text(timed.judge(sample(2.05), at: at(20))) == "same")
        var slewed = governor(GovernorRule(slew: 1))
        _ = slewed.judge(sample(0), at: at(0))
        _ = slewed.judge(sample(9), at: at(10))
        #expect(text(slewed.finish(at: at(20))) == "later")
    }

    @Test("A number that is further away is approached step by step, and reached")
    func slew() {
        var governor = governor(GovernorRule(slew: 10, period: .milliseconds(100)))
        #expect(text(governor.judge(sample(0), at: at(0))) == "0.0")
        #expect(text(governor.judge(sample(2.5), at: at(50))) == "later")
        #expect(text(governor.release(at: at(100))) == "1.0 clamped")
        #expect(text(governor.release(at: at(200))) == "2.0 clamped")
        #expect(text(governor.release(at: at(300))) == "2.5")
        #expect(governor.due == nil)
        // A long pause is no reason for a leap.
        #expect(text(governor.judge(sample(100), at: at(60_000))) == "4.5 clamped")
    }

    @Test("What is INVALID leaves as that, is held, or not at all")
    func invalid() {
        let bad = sample(7, .invalid("gone"))
        var propagating = governor(.free)
        guard case .write(let written, _) = propagating.judge(bad, at: at(0)) else {
            Issue.record("it does not leave")
            return
        }
        #expect(written == bad)
        var holding = governor(.free, onInvalid: .hold)
        #expect(text(holding.judge(bad, at: at(0))) == "same")
        _ = holding.judge(sample(1), at: at(1))
        guard case .write(let held, _) = holding.judge(bad, at: at(2)) else {
            Issue.record("nothing is held")
            return
        }
        #expect(held.value == .float64(1) && held.alarm == .invalid("gone"))
        var skipping = governor(.free, onInvalid: .skip)
        #expect(text(skipping.judge(bad, at: at(0))) == "same")
        var numbersAlone = governor(.free, carriesAlarms: false)
        #expect(text(numbersAlone.judge(bad, at: at(0))) == "expected 'out' to be good, found it INVALID: gone")
    }

    @Test("An INVALID number beyond the limits does not leave, its alarm does")
    func invalidBeyond() {
        var governor = governor(GovernorRule(limits: 0...1))
        _ = governor.judge(sample(0.5), at: at(0))
        guard case .write(let written, _) = governor.judge(sample(9, .invalid("gone")), at: at(1)) else {
            Issue.record("the alarm does not leave")
            return
        }
        #expect(written.value == .float64(0.5) && written.severity == .invalid)
    }

    @Test("Whatever comes and whenever: limits and speed hold, and the last value is reached", arguments: 0..<200)
    func property(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let slew = Double.random(in: 0.5...20, using: &random)
        let period = Duration.milliseconds(Int.random(in: 10...200, using: &random))
        let rule = GovernorRule(limits: -5...5, beyond: .clamp, slew: slew, period: period)
        var governor = governor(rule)
        var now = at(0)
        var last: (number: Double, time: MonotonicTime)?
        func check(_ verdict: Governor.Verdict) {
            guard case .write(let sample, _) = verdict, let number = sample.value.number else { return }
            #expect((-5.0...5.0).contains(number), "seed \(seed)")
            if let last {
                let seconds = Double((now - last.time).wholeNanoseconds) / 1e9
                #expect(abs(number - last.number) <= slew * seconds + 1e-9, "seed \(seed)")
                #expect(now - last.time >= period, "seed \(seed)")
            }
            last = (number, now)
        }
        var wanted = 0.0
        for _ in 0..<100 {
            now = now + .milliseconds(Int.random(in: 1...50, using: &random))
            if let due = governor.due, due <= now { check(governor.release(at: now)) }
            wanted = Double.random(in: -8...8, using: &random)
            check(governor.judge(sample(wanted), at: now))
        }
        while let due = governor.due {
            now = max(due, now)
            check(governor.release(at: now))
        }
        #expect(last?.number == min(5, max(-5, wanted)), "seed \(seed)")
    }
}
