/// Characters that stand in formulas by mistake: they look like an operator, or belong to another language.
enum Confusables {
    /// The first byte of one of them within these bytes.
    static func first(in text: [UInt8], _ bytes: Range<Int>) -> Int? {
        var at = bytes.lowerBound
        while at < bytes.upperBound {
            let scalar = scalar(in: text, at: at)
            if replacement(scalar) != nil { return at }
            at += UTF8.width(scalar)
        }
        return nil
    }

    /// The character that begins at a byte of valid UTF-8.
    static func scalar(in text: [UInt8], at start: Int) -> Unicode.Scalar {
        let bytes = text[start..<min(start + 4, text.count)]
        return String(decoding: bytes, as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}"
    }

    /// A character as its number and name, and as itself where it can be seen.
    static func description(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let name = scalar.properties.name.map { " \($0)" } ?? ""
        switch scalar.properties.generalCategory {
        case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            return code + name
        default: return "'\(scalar)' (\(code)\(name))"
        }
    }

    static func advice(_ scalar: Unicode.Scalar, before next: UInt8) -> FormulaProblem.Advice {
        if let replacement = replacement(scalar) { return .text("write \(replacement)") }
        switch scalar {
        case "=" where next == UInt8(ascii: ">"): return .text("write '>='")
        case "=": return .text("to compare, write '=='; a formula assigns nothing")
        case "!": return .text("for not, write '~'; for a factorial, 'factorial(n)'")
        case "[", "]":
            return .text("elements of arrays cannot be named; mean, sum, std, var and median take whole arrays")
        case "{", "}", ";", "\\", "?":
            return .text("a formula is one expression of numbers, symbols, functions, operators")
        case "\"", "'":
            return .text("a formula has no texts; a symbol with strange characters is written in backquotes")
        default: return .none
        }
    }

    private static func replacement(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x2010...0x2015, 0x2212, 0x207B, 0xFE58, 0xFE63, 0xFF0D: "'-'"
        case 0xD7, 0xB7, 0x2022, 0x2217, 0x22C5, 0x2715, 0xFF0A: "'*'"
        case 0xF7, 0x2044, 0x2215, 0xFF0F: "'/'"
        case 0xFF0B: "'+'"
        case 0xFF08: "'('"
        case 0xFF09: "')'"
        case 0xFF0C, 0x201A: "','"
        case 0xFF1D: "'=='"
        case 0x2264: "'<='"
        case 0x2265: "'>='"
        case 0x2260: "'!='"
        case 0xB2: "'**2'"
        case 0xB3: "'**3'"
        case 0x2C6, 0xFF3E: "'**'"
        case 0x221A: "'sqrt(x)'"
        case 0x221B: "'cbrt(x)'"
        case 0x221E: "'oo'"
        case 0x3C0: "'pi'"
        case 0x2227: "'&'"
        case 0x2228: "'|'"
        case 0xAC: "'~'"
        case 0x2018, 0x2019, 0xB4: "'`' around a symbol"
        case 0xA0, 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x206F, 0x3000, 0xFEFF, 0xAD: "a plain blank, or nothing"
        default: nil
        }
    }
}
