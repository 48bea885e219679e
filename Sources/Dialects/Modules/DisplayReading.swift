internal import Manifest

/// What clients of a process variable are told besides its value, in our fields.
enum DisplayReading {
    private static func number(_ name: String) -> Field<Double?> {
        .optional(name, .pythonNumber, example: "1", doc: "A number.")
    }

    private static func text(_ name: String) -> Field<String?> {
        .optional(name, .text(), example: "mm", doc: "A text.")
    }

    static func read(_ section: inout ForeignSection) -> [YAMLNode.Entry] {
        var fields: [YAMLNode.Entry] = []
        let (low, high) = (section.read(number("limitLow")), section.read(number("limitHigh")))
        if low != nil || high != nil {
            // What is not said is 0 for whoever reads the structure.
            fields += range(low ?? 0, high ?? 0, "limits", &section)
        }
        if let unit = section.read(text("units")) {
            fields.append(Written.entry("unit", .text(unit, at: section.place(of: "units"))))
        }
        if let about = section.read(text("description")) {
            fields.append(Written.entry("about", .text(about, at: section.place(of: "description"))))
        }
        if let format = section.read(text("format")) {
            fields.append(Written.entry("format", .text(format, at: section.place(of: "format"))))
        }
        if let precision = section.read(Field<Int?>.optional("precision", .count(in: 0...17), example: "3", doc: "")) {
            fields.append(Written.entry("precision", .word("\(precision)", at: section.place(of: "precision"))))
        }
        section.warnOfUnknownNames(known: ["limitLow", "limitHigh", "units", "description", "format", "precision"])
        return fields
    }

    static func control(_ section: inout ForeignSection, isEnforced: Bool) -> [YAMLNode.Entry] {
        var fields: [YAMLNode.Entry] = []
        let (low, high) = (section.read(number("limitLow")), section.read(number("limitHigh")))
        let most = Double.greatestFiniteMagnitude
        if low != nil || high != nil { fields += range(low ?? -most, high ?? most, "limits", &section) }
        if let step = section.read(number("minStep")), step > 0 {
            fields.append(Written.entry("step", .number(step, at: section.place(of: "minStep"))))
        }
        if !isEnforced { fields.append(Written.entry("enforced", .word("false", at: section.place))) }
        section.warnOfUnknownNames(known: ["limitLow", "limitHigh", "minStep"])
        return [Written.entry("control", Written.mapping(fields, at: section.place))]
    }

    private static let limits = [
        ("lowAlarmLimit", "lolo"), ("lowWarningLimit", "low"), ("highWarningLimit", "high"),
        ("highAlarmLimit", "hihi"),
    ]
    private static let severities = [
        ("lowAlarmSeverity", "lolo_severity"), ("lowWarningSeverity", "low_severity"),
        ("highWarningSeverity", "high_severity"), ("highAlarmSeverity", "hihi_severity"),
    ]
    private static let grades = ["none", "minor", "major", "invalid"]

    static func alarm(_ section: inout ForeignSection, isComputed: Bool) -> [YAMLNode.Entry] {
        var fields: [YAMLNode.Entry] = []
        for (theirs, ours) in limits {
            if let limit = section.read(number(theirs)) {
                fields.append(Written.entry(ours, .number(limit, at: section.place(of: theirs))))
            } else if isComputed, !section.has(theirs) {
                section.report(
                    .missingField,
                    at: section.place,
                    path: section.path(of: theirs),
                    "expected all four limits where alarms are computed, but the field is missing",
                    advice: "add '\(theirs): NUMBER'"
                )
            }
        }
        for (theirs, ours) in severities {
            let grade = Field<Int?>.optional(theirs, .count(in: 0...3), example: "2", doc: "How grave it is.")
            guard let severity = section.read(grade) else { continue }
            fields.append(Written.entry(ours, .word(grades[severity], at: section.place(of: theirs))))
        }
        if let hysteresis = section.read(number("hysteresis")), hysteresis > 0 {
            fields.append(Written.entry("hysteresis", .number(hysteresis, at: section.place(of: "hysteresis"))))
        }
        let isActive = section.read(Field("active", .flag, default: true, doc: "Whether it is in use."))
        if isComputed, !isActive {
            section.report(
                .conflict,
                at: section.place(of: "active"),
                path: section.path(of: "active"),
                "expected 'active: true' where alarms are computed, found 'false'",
                advice: "remove it, or remove 'compute_alarm'"
            )
        }
        if !isComputed { fields.append(Written.entry("active", .word("false", at: section.place))) }
        section.warnOfUnknownNames(known: limits.map(\.0) + severities.map(\.0) + ["active", "hysteresis"])
        return [Written.entry("alarm", Written.mapping(fields, at: section.place))]
    }

    private static func range(
        _ low: Double,
        _ high: Double,
        _ name: String,
        _ section: inout ForeignSection
    ) -> [YAMLNode.Entry] {
        let lowPlace = section.place(of: section.has("limitLow") ? "limitLow" : "limitHigh")
        let ends = [YAMLNode.number(low, at: lowPlace), .number(high, at: section.place(of: "limitHigh"))]
        return [Written.entry(name, Written.list(ends, at: lowPlace))]
    }
}
