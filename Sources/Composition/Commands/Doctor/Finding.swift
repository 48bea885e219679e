internal import JSON

/// One thing that `slipway doctor` looked at.
struct Finding {
    enum Verdict: String {
        case fine = "ok"
        case warning
        case problem
    }

    let subject: String
    let verdict: Verdict
    /// What was found.
    let found: String
    /// What to do; empty when there is nothing to do.
    let advice: String

    static func fine(_ subject: String, _ found: String) -> Finding {
        Finding(subject: subject, verdict: .fine, found: found, advice: "")
    }

    static func warning(_ subject: String, _ found: String, advice: String) -> Finding {
        Finding(subject: subject, verdict: .warning, found: found, advice: advice)
    }

    static func problem(_ subject: String, _ found: String, advice: String) -> Finding {
        Finding(subject: subject, verdict: .problem, found: found, advice: advice)
    }

    var json: JSONValue {
        [
            "subject": .string(subject), "verdict": .string(verdict.rawValue), "found": .string(found),
            "advice": .string(advice),
        ]
    }
}
