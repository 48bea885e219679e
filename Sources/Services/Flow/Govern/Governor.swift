internal import Lifetime
internal import Manifest
internal import Signals

/// Decides what leaves by one input of a sink: pure, with the time as a parameter.
///
/// What may not leave yet waits, and only the newest waits: so the last value is never lost.
struct Governor: Sendable {
    enum Verdict: Sendable, Equatable {
        case write(Sample, isClamped: Bool)
        /// Nothing leaves: what was written before is close enough.
        case same
        /// It leaves later, or something newer does.
        case later
        case refuse(String)
    }

    private let name: String
    private let rule: GovernorRule
    private let onInvalid: FlowNode.InvalidRule
    private let carriesAlarms: Bool
    private var written: (sample: Sample, time: MonotonicTime)?
    private var waiting: Sample?

    /// How often something that is approached step by step is written, where no period says so.
    static let slewPeriod = Duration.milliseconds(100)

    init(name: String, rule: GovernorRule, onInvalid: FlowNode.InvalidRule, carriesAlarms: Bool) {
        self.name = name
        self.rule = rule
        self.onInvalid = onInvalid
        self.carriesAlarms = carriesAlarms
    }

    /// What left last.
    var last: Sample? { written?.sample }

    /// When what waits may leave; nil where nothing waits.
    var due: MonotonicTime? {
        guard waiting != nil, let written else { return nil }
        return written.time + period
    }

    private var period: Duration { rule.slew != nil && rule.period == .zero ? Self.slewPeriod : rule.period }

    /// Judges a new sample.
    mutating func judge(_ sample: Sample, at now: MonotonicTime) -> Verdict {
        waiting = nil
        guard sample.severity == .invalid || sample.value.isNone else { return judgeGood(sample, at: now) }
        guard carriesAlarms else {
            return .refuse("expected '\(name)' to be good, found it INVALID: \(sample.alarm.message)")
        }
        switch onInvalid {
        case .skip, .default: return .same
        case .hold:
            guard let written else { return .same }
            let held = Sample(written.sample.value, alarm: sample.alarm, stamp: written.sample.stamp, id: sample.id)
            return pass(held, isClamped: false, at: now)
        case .propagate:
            guard rule != .free, !sample.value.isNone else { return pass(sample, isClamped: false, at: now) }
            // The alarm leaves in any case, the number only where it may.
            let verdict = judgeNumber(sample, at: now)
            guard case .write = verdict else {
                let value = written?.sample.value ?? .none
                let held = Sample(value, alarm: sample.alarm, stamp: sample.stamp, id: sample.id)
                return pass(held, isClamped: false, at: now)
            }
            return verdict
        }
    }

    /// Judges what waits, when it is due.
    mutating func release(at now: MonotonicTime) -> Verdict {
        guard let sample = waiting, let due, due <= now else { return .later }
        waiting = nil
        return judgeGood(sample, at: now)
    }

    /// Judges what waits when the flow ends: the shortest time between two writes does not hold it back any more.
    ///
    /// What is approached step by step stays where it is: it would be a leap.
    mutating func finish(at now: MonotonicTime) -> Verdict {
        guard let sample = waiting, rule.slew == nil else { return .later }
        waiting = nil
        if let written { self.written = (written.sample, MonotonicTime(nanoseconds: .min)) }
        return judgeGood(sample, at: now)
    }

    private mutating func judgeGood(_ sample: Sample, at now: MonotonicTime) -> Verdict {
        guard rule != .free else { return pass(sample, isClamped: false, at: now) }
        return judgeNumber(sample, at: now)
    }

    private mutating func judgeNumber(_ sample: Sample, at now: MonotonicTime) -> Verdict {
        if case .tensor(let tensor) = sample.value, tensor.count != 1 {
            if let refusal = refusal(of: tensor) { return .refuse(refusal) }
            return timed(sample, isClamped: false, at: now)
        }
        guard let number = sample.value.number else { return timed(sample, isClamped: false, at: now) }
        var wanted = number
        if let limits = rule.limits, !(limits.lowerBound <= number && number <= limits.upperBound) {
            guard rule.beyond == .clamp, !number.isNaN else { return .refuse(beyond(number, limits)) }
            wanted = min(max(number, limits.lowerBound), limits.upperBound)
        }
        if let written, let last = written.sample.value.number, written.sample.severity == sample.severity,
            abs(wanted - last) <= rule.deadband, rule.deadband > 0 || rule.slew != nil && wanted == last
        {
            return .same
        }
        return slewed(sample, to: wanted, isClamped: wanted != number, at: now)
    }

    /// Goes towards a number as fast as it may.
    private mutating func slewed(
        _ sample: Sample,
        to wanted: Double,
        isClamped: Bool,
        at now: MonotonicTime
    ) -> Verdict {
        guard let slew = rule.slew, let written, let last = written.sample.value.number else {
            return timed(sample.replacing(wanted), isClamped: isClamped, at: now)
        }
        if now < written.time + period {
            waiting = sample
            return .later
        }
        // A pause does not save up for a leap: the step is that of one period.
        let elapsed = min((now - written.time).seconds, 2 * period.seconds)
        let step = slew * elapsed
        guard abs(wanted - last) > step else { return pass(sample.replacing(wanted), isClamped: isClamped, at: now) }
        let next = last + (wanted > last ? step : -step)
        let verdict = pass(sample.replacing(next), isClamped: true, at: now)
        waiting = sample
        return verdict
    }

    /// Keeps the shortest time between two writes.
    private mutating func timed(_ sample: Sample, isClamped: Bool, at now: MonotonicTime) -> Verdict {
        if rule.period > .zero, let written, now < written.time + rule.period,
            written.sample.severity == sample.severity
        {
            waiting = sample
            return .later
        }
        return pass(sample, isClamped: isClamped, at: now)
    }

    private mutating func pass(_ sample: Sample, isClamped: Bool, at now: MonotonicTime) -> Verdict {
        written = (sample, now)
        return .write(sample, isClamped: isClamped)
    }

    private func refusal(of tensor: Tensor) -> String? {
        guard let limits = rule.limits else { return nil }
        for index in 0..<tensor.count {
            guard let number = tensor.number(at: index) else { return nil }
            if !(limits.lowerBound <= number && number <= limits.upperBound) {
                return beyond(number, limits) + " in element \(index)"
            }
        }
        return nil
    }

    private func beyond(_ number: Double, _ limits: ClosedRange<Double>) -> String {
        "expected '\(name)' within \(limits.lowerBound) to \(limits.upperBound), found \(number)"
    }
}

extension Sample {
    /// The same sample with another number, of the same kind where it can be.
    fileprivate func replacing(_ number: Double) -> Sample {
        guard value.number != number else { return self }
        let replaced: Value =
            switch value {
            case .int64: Int64(exactly: number.rounded()).map { .int64($0) } ?? .float64(number)
            case .uint64: UInt64(exactly: number.rounded()).map { .uint64($0) } ?? .float64(number)
            default: .float64(number)
            }
        return Sample(replaced, alarm: alarm, stamp: stamp, id: id)
    }
}

extension Duration {
    /// In seconds, as a number.
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
