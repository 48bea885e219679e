public import Signals

/// The limits beyond which a value is worth a look, and how grave each is.
///
/// With hysteresis an alarm stays until the value is back inside its limit by that much: LOLO at -5 with a hysteresis
/// of 1 begins at -5 and ends above -4.
public struct AlarmLimits: Sendable, Equatable {
    /// Where a value lies.
    public enum Band: UInt8, Sendable, Equatable, CaseIterable {
        case normal, lolo, low, high, hihi
    }

    public let lowAlarm: Double
    public let lowWarning: Double
    public let highWarning: Double
    public let highAlarm: Double
    public let lowAlarmSeverity: Severity
    public let lowWarningSeverity: Severity
    public let highWarningSeverity: Severity
    public let highAlarmSeverity: Severity
    public let hysteresis: Double
    /// Whether alarms are raised at all.
    public let isActive: Bool

    /// No value raises an alarm.
    static let off = AlarmLimits()

    private init() {
        (lowAlarm, lowWarning, highWarning, highAlarm) = (-.infinity, -.infinity, .infinity, .infinity)
        (lowAlarmSeverity, lowWarningSeverity, highWarningSeverity, highAlarmSeverity) = (.none, .none, .none, .none)
        (hysteresis, isActive) = (0, false)
    }

    /// - Throws: Unless the limits rise and the hysteresis is a length.
    public init(
        lowAlarm: Double,
        lowWarning: Double,
        highWarning: Double,
        highAlarm: Double,
        lowAlarmSeverity: Severity = .major,
        lowWarningSeverity: Severity = .minor,
        highWarningSeverity: Severity = .minor,
        highAlarmSeverity: Severity = .major,
        hysteresis: Double = 0,
        isActive: Bool = true
    ) throws(PVAProblem) {
        guard lowAlarm <= lowWarning, lowWarning <= highWarning, highWarning <= highAlarm else {
            throw PVAProblem(
                .declaration,
                "expected alarm limits that rise from the low alarm to the high one, found \(lowAlarm), \(lowWarning), "
                    + "\(highWarning), \(highAlarm)"
            )
        }
        guard hysteresis >= 0, hysteresis.isFinite else {
            throw PVAProblem(.declaration, "expected a hysteresis of 0 or more, found \(hysteresis)")
        }
        self.lowAlarm = lowAlarm
        self.lowWarning = lowWarning
        self.highWarning = highWarning
        self.highAlarm = highAlarm
        self.lowAlarmSeverity = lowAlarmSeverity
        self.lowWarningSeverity = lowWarningSeverity
        self.highWarningSeverity = highWarningSeverity
        self.highAlarmSeverity = highAlarmSeverity
        self.hysteresis = hysteresis
        self.isActive = isActive
    }

    /// The band of a value after one that lay in `previous`.
    ///
    /// The limits belong to their bands. They are tried in the order LOLO, LOW, HIHI, HIGH, so that of equal limits the
    /// graver counts. A NaN lies nowhere: see ``alarm(of:after:)``.
    public func band(of value: Double, after previous: Band = .normal) -> Band {
        let plain = plainBand(of: value)
        // What was entered is held, unless the value has come to something graver or to the other side.
        switch (previous, plain) {
        case (.lolo, .low), (.lolo, .normal):
            if value <= lowAlarm + hysteresis { return .lolo }
            return value <= lowWarning + hysteresis ? .low : plain
        case (.low, .normal): return value <= lowWarning + hysteresis ? .low : plain
        case (.hihi, .high), (.hihi, .normal):
            if value >= highAlarm - hysteresis { return .hihi }
            return value >= highWarning - hysteresis ? .high : plain
        case (.high, .normal): return value >= highWarning - hysteresis ? .high : plain
        default: return plain
        }
    }

    private func plainBand(of value: Double) -> Band {
        if value <= lowAlarm { return .lolo }
        if value <= lowWarning { return .low }
        if value >= highAlarm { return .hihi }
        if value >= highWarning { return .high }
        return .normal
    }

    public func severity(of band: Band) -> Severity {
        switch band {
        case .normal: .none
        case .lolo: lowAlarmSeverity
        case .low: lowWarningSeverity
        case .high: highWarningSeverity
        case .hihi: highAlarmSeverity
        }
    }

    /// The alarm of a value, and the band to remember for the next one.
    ///
    /// A NaN is INVALID: no limit says anything about it, and NONE would call it good. The band stays.
    public func alarm(of value: Double, after previous: Band = .normal) -> (alarm: Alarm, band: Band) {
        guard isActive else { return (.none, .normal) }
        guard !value.isNaN else {
            return (.invalid("the value is not a number", status: .undefined), previous)
        }
        let band = band(of: value, after: previous)
        let severity = severity(of: band)
        // A band without a severity is as good as none.
        guard severity > .none else { return (.none, band) }
        return (Alarm(severity, status: Self.status(of: band), message: Self.message(of: band)), band)
    }

    /// The numbers that records give these alarms, which clients know; the names that the list of PV Access has for
    /// them mean nothing here.
    private static func status(of band: Band) -> Alarm.Status {
        switch band {
        case .normal: .none
        case .hihi: .record
        case .high: .database
        case .lolo: .configuration
        case .low: .undefined
        }
    }

    private static func message(of band: Band) -> String {
        switch band {
        case .normal: ""
        case .lolo: "LOLO"
        case .low: "LOW"
        case .high: "HIGH"
        case .hihi: "HIHI"
        }
    }
}
