/// Texts of other people in our messages: on one line, not endless, and nothing that a terminal obeys.
public enum Printable {
    /// The text with what cannot be seen spelled out, cut after `lengthMax` characters.
    public static func text(_ text: String, lengthMax: Int = 60) -> String {
        let isPlain = text.utf8.count <= lengthMax && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        guard !isPlain else { return text }
        var shown = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < lengthMax else { return shown + "…" }
            count += 1
            switch scalar {
            case "\n": shown += "\\n"
            case "\t": shown += "\\t"
            case _ where isHidden(scalar): shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }
}
