/// What a plain scalar means: YAML leaves that to schemas, and not every file was written for ours.
public struct ScalarRules: Sendable {
    public enum Meaning: Sendable, Equatable {
        case null
        case bool(Bool)
        case integer(Int64)
        case unsigned(UInt64)
        case number(Double)
        case text
    }

    private let meaning: @Sendable (String) -> Meaning

    public func resolve(_ text: String) -> Meaning { meaning(text) }

    /// The core schema of YAML 1.2, which our own files follow: `yes`, `on` and `1:30` are texts.
    ///
    /// An integer that fits neither int64 nor uint64 is the nearest double, as in our JSON.
    public static let core = ScalarRules { text in
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        default: break
        }
        guard let first = text.utf8.first, first < 0x3A else { return .text }
        if text.hasPrefix("0x") { return integer(text.dropFirst(2), radix: 16) ?? .text }
        if text.hasPrefix("0o") { return integer(text.dropFirst(2), radix: 8) ?? .text }
        return decimal(text) ?? .text
    }

    /// YAML 1.1 as PyYAML reads it, for other people's files: `yes` is true, `010` is 8, `1e3` is text.
    public static let pyYAML = ScalarRules { text in
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
        case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        default: return PyYAMLNumber.read(text) ?? .text
        }
    }

    private static func integer(_ digits: Substring, radix: Int) -> Meaning? {
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
        if let value = Int64(digits, radix: radix) { return .integer(value) }
        return UInt64(digits, radix: radix).map { .unsigned($0) }
    }

    private static func decimal(_ text: String) -> Meaning? {
        let unsigned =
            text.utf8.first == UInt8(ascii: "-") || text.utf8.first == UInt8(ascii: "+")
            ? text.dropFirst() : text[...]
        if unsigned == ".inf" || unsigned == ".Inf" || unsigned == ".INF" {
            return .number(text.hasPrefix("-") ? -.infinity : .infinity)
        }
        var shape = DecimalShape(unsigned)
        guard shape.isNumber else { return nil }
        if shape.isInteger {
            if let value = Int64(text) { return .integer(value) }
            if let value = UInt64(text) { return .unsigned(value) }
        }
        return Double(text).map { .number($0) }
    }
}

/// Whether a text without sign has the form of a decimal number: digits, a point, an exponent.
private struct DecimalShape {
    private(set) var isInteger = true
    private var rest: Substring.UTF8View

    init(_ text: Substring) { rest = text.utf8 }

    var isNumber: Bool {
        mutating get {
            let whole = takeDigits()
            var fraction = 0
            if rest.first == UInt8(ascii: ".") {
                isInteger = false
                rest = rest.dropFirst()
                fraction = takeDigits()
            }
            guard whole + fraction > 0 else { return false }
            if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
                isInteger = false
                rest = rest.dropFirst()
                if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
                guard takeDigits() > 0 else { return false }
            }
            return rest.isEmpty
        }
    }

    private mutating func takeDigits() -> Int {
        let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        rest = rest.dropFirst(digits.count)
        return digits.count
    }
}
