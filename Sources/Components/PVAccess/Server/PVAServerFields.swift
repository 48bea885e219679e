internal import Manifest
internal import Signals

/// What flows say of a hosted process variable, whether clients read or write it.
enum PVAServerFields {
    /// What a hosted process variable holds.
    enum Kind: String, Sendable, CaseIterable {
        case float64, int32, int64, bool, text, choice, waveform, image
    }

    static let type = Field(
        "type",
        .choice(Kind.self),
        default: .float64,
        doc: "What it holds. A `waveform` is a row of numbers, an `image` an NTNDArray of whatever the signal has."
    )
    static let element = Field(
        "element",
        .choice(Element.self),
        default: .float64,
        doc: "Of a `waveform`: the type of its elements."
    )
    static let choices = Field<[String]?>.optional(
        "choices",
        .list(of: .text("a label"), count: 1...1000),
        example: "[off, on]",
        doc: "Of a `choice`: the labels, from 0 on."
    )
    static let limits = Field<ClosedRange<Double>?>.optional(
        "limits",
        .range(of: .number()),
        example: "[0, 1e-3]",
        doc: "The ends of the display, in the unit of the signal."
    )
    static let unit = Field<String?>.optional(
        "unit",
        .text("a unit"),
        example: "m",
        doc: "The unit that clients show."
    )
    static let precision = Field<Int?>.optional(
        "precision",
        .count(in: 0...17),
        example: "6",
        doc: "How many digits behind the point clients show."
    )
    static let format = Field<String?>.optional(
        "format",
        .text("how a number is written"),
        example: "\"%.3f\"",
        doc: "How clients write the number."
    )
    static let about = Field<String?>.optional(
        "about",
        .text(),
        example: "horizontal size of the beam",
        doc: "What it is, for the people who meet it."
    )
    static let control = Field<ControlLimits?>.optional(
        "control",
        .record(Control.listed) { Control.read(&$0) },
        example: "{limits: [0, 10], step: 0.5}",
        doc: "What values become: the nearest within the limits, and the nearest multiple of the step."
    )
    static let alarm = Field<AlarmLimits?>.optional(
        "alarm",
        .record(Alarms.listed) { Alarms.read(&$0) },
        example: "{low: 1, high: 9, hihi: 10, hysteresis: 0.1}",
        doc: "Beyond which values an alarm is raised. The alarms of the signal itself are shown in any case."
    )
    static let listed = [
        type.listed, element.listed, choices.listed, limits.listed, unit.listed, precision.listed, format.listed,
        about.listed, control.listed, alarm.listed,
    ]

    /// The element types that waveforms may have.
    enum Element: String, Sendable, CaseIterable {
        case float64, float32, int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool
        case text

        var type: ElementType { self == .text ? .string : ElementType(rawValue) ?? .float64 }
    }

    static func declaration(_ name: String, _ section: inout ConfigSection) -> PVADeclaration {
        let labels = section.read(choices)
        let element = section.read(element)
        let kind: PVADeclaration.Kind =
            switch section.read(type) {
            case .float64: .float64
            case .int32: .int32
            case .int64: .int64
            case .bool: .bool
            case .text: .text
            case .choice: .choice(labels ?? [])
            case .waveform: .array(element.type)
            case .image: .image
            }
        if case .choice(let labels) = kind, labels.isEmpty, !section.isWrong("choices") {
            section.report(
                .missingField,
                at: section.place,
                path: "\(section.path).choices",
                "expected the labels of a choice, but the field is missing",
                advice: "add 'choices: [off, on]'"
            )
        }
        var declaration = PVADeclaration(name, kind)
        declaration.displayLimits = section.read(limits)
        declaration.unit = section.read(unit) ?? ""
        declaration.precision = section.read(precision)
        declaration.format = section.read(format) ?? ""
        declaration.displayText = section.read(about) ?? ""
        declaration.control = section.read(control)
        declaration.valueAlarm = section.read(alarm)
        checkNumbers(kind, &section)
        return declaration
    }

    /// Alarms and control are about numbers.
    private static func checkNumbers(_ kind: PVADeclaration.Kind, _ section: inout ConfigSection) {
        switch kind {
        case .float64, .int32, .int64: return
        default: break
        }
        for name in ["alarm", "control"] {
            guard let entry = section.entry(name) else { continue }
            section.report(
                .conflict,
                at: entry.keyPlace,
                path: "\(section.path).\(name)",
                "expected '\(name)' beside a type that is one number, found another",
                advice: "remove it, or choose 'type: float64'"
            )
        }
    }
}

private enum Control {
    static let limits = Field<ClosedRange<Double>?>.optional(
        "limits",
        .range(of: .number()),
        example: "[0, 10]",
        doc: "The ends. Without it, there are none."
    )
    static let step = Field(
        "step",
        .number(in: 0...(.greatestFiniteMagnitude)),
        default: 0,
        doc: "The least step: values are multiples of it; 0 is any."
    )
    static let enforced = Field(
        "enforced",
        .flag,
        default: true,
        doc: "Whether values become that; otherwise clients are only told."
    )
    static let listed = [limits.listed, step.listed, enforced.listed]

    static func read(_ section: inout ConfigSection) -> ControlLimits {
        let limits = section.read(limits)
        let step = section.read(step)
        let isEnforced = section.read(enforced)
        let free = ControlLimits.free
        do throws(PVAProblem) {
            return try ControlLimits(
                low: limits?.lowerBound ?? free.low,
                high: limits?.upperBound ?? free.high,
                minStep: step,
                isEnforced: isEnforced
            )
        } catch {
            section.report(.outOfRange, at: section.place, path: section.path, error.message, advice: error.advice)
            return free
        }
    }
}

private enum Alarms {
    private static func limit(_ name: String, _ doc: String) -> Field<Double?> {
        .optional(name, .number(), example: "1", doc: doc)
    }

    private static func grade(_ name: String, _ fallback: Grade, _ doc: String) -> Field<Grade> {
        Field(name, .choice(Grade.self), default: fallback, doc: doc)
    }

    enum Grade: String, Sendable, CaseIterable {
        case none, minor, major, invalid

        var severity: Severity { Severity(rawValue.uppercased()) ?? .none }
    }

    static let lolo = limit("lolo", "At or below, the value is far too low. Without it, it never is.")
    static let low = limit("low", "At or below, the value is too low. Without it, it never is.")
    static let high = limit("high", "At or above, the value is too high. Without it, it never is.")
    static let hihi = limit("hihi", "At or above, the value is far too high. Without it, it never is.")
    static let loloSeverity = grade("lolo_severity", .major, "How grave it is to be far too low.")
    static let lowSeverity = grade("low_severity", .minor, "How grave it is to be too low.")
    static let highSeverity = grade("high_severity", .minor, "How grave it is to be too high.")
    static let hihiSeverity = grade("hihi_severity", .major, "How grave it is to be far too high.")
    static let hysteresis = Field(
        "hysteresis",
        .number(in: 0...(.greatestFiniteMagnitude)),
        default: 0,
        doc: "An alarm stays until the value is back inside of its limit by this."
    )
    static let active = Field(
        "active",
        .flag,
        default: true,
        doc: "Whether alarms are raised; otherwise clients are only told the limits."
    )
    static let listed = [
        lolo.listed, low.listed, high.listed, hihi.listed, loloSeverity.listed, lowSeverity.listed,
        highSeverity.listed, hihiSeverity.listed, hysteresis.listed, active.listed,
    ]

    static func read(_ section: inout ConfigSection) -> AlarmLimits {
        let (lolo, low, high, hihi) = (
            section.read(lolo), section.read(low), section.read(high), section.read(hihi)
        )
        do throws(PVAProblem) {
            return try AlarmLimits(
                lowAlarm: lolo ?? -.infinity,
                lowWarning: low ?? lolo ?? -.infinity,
                highWarning: high ?? hihi ?? .infinity,
                highAlarm: hihi ?? .infinity,
                lowAlarmSeverity: section.read(loloSeverity).severity,
                lowWarningSeverity: section.read(lowSeverity).severity,
                highWarningSeverity: section.read(highSeverity).severity,
                highAlarmSeverity: section.read(hihiSeverity).severity,
                hysteresis: section.read(hysteresis),
                isActive: section.read(active)
            )
        } catch {
            section.report(.outOfRange, at: section.place, path: section.path, error.message, advice: error.advice)
            return .off
        }
    }
}

/// Where a server listens, as flows say it.
enum PVAServerPlace {
    static let interfaces = Field<[String]?>.optional(
        "interfaces",
        .list(of: .text("an address of this machine"), count: 1...100),
        example: "[0.0.0.0]",
        doc: "The addresses to listen on. Without it EPICS_PVAS_INTF_ADDR_LIST says, else it is loopback alone: nobody "
            + "else sees it."
    )
    static let port = Field<Int?>.optional(
        "port",
        .count(in: 0...65_535),
        example: "5075",
        doc: "The TCP port; 0 is any free one. Without it EPICS_PVAS_SERVER_PORT says, else it is 5075."
    )
    static let broadcastPort = Field<Int?>.optional(
        "broadcast_port",
        .count(in: 1...65_535),
        example: "5076",
        doc: "The UDP port on which it is searched. Without it EPICS_PVAS_BROADCAST_PORT says, else it is 5076."
    )
    static let listed = [interfaces.listed, port.listed, broadcastPort.listed]

    static func settings(_ section: inout ConfigSection) -> PVAServerSettings {
        PVAServerSettings(
            interfaces: section.read(interfaces)?.joined(separator: " "),
            serverPort: section.read(port).map { UInt16($0) },
            broadcastPort: section.read(broadcastPort).map { UInt16($0) }
        )
    }
}
