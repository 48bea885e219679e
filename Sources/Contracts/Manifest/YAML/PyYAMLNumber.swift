/// The numbers of YAML 1.1 in PyYAML's reading: underscores, octals, binary and base 60.
///
/// Facts that matter: an exponent needs a point before it and a sign (`1.0e+3`; `1e3` and `1.0e3` are
/// texts), a float may begin with a point, `010` is octal, `1:30` is 90.
enum PyYAMLNumber {
    static func read(_ text: String) -> ScalarRules.Meaning? {
        guard let first = text.utf8.first, first < 0x3A else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        let unsigned = isNegative || first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
        if let magnitude = integer(unsigned) { return signed(magnitude, isNegative) }
        return float(unsigned, isSigned: unsigned.count < text.count).map { .number(isNegative ? -$0 : $0) }
    }

    private enum Magnitude {
        case exact(UInt64)
        case beyond(Double)
    }

    private static func signed(_ magnitude: Magnitude, _ isNegative: Bool) -> ScalarRules.Meaning {
        switch magnitude {
        case .beyond(let value): return .number(isNegative ? -value : value)
        case .exact(let value):
            if let small = Int64(exactly: value) { return .integer(isNegative ? -small : small) }
            guard isNegative else { return .unsigned(value) }
            return value == 1 << 63 ? .integer(.min) : .number(-Double(value))
        }
    }

    private static func integer(_ text: Substring) -> Magnitude? {
        let digits = text.filter { $0 != "_" }
        if text.hasPrefix("0b") { return whole(digits.dropFirst(2), radix: 2, allowed: "01") }
        if text.hasPrefix("0x") { return whole(digits.dropFirst(2), radix: 16, allowed: "0123456789abcdefABCDEF") }
        if text.contains(":") { return sexagesimal(text, digits) }
        guard text.first?.isNumber == true else { return nil }
        if text.hasPrefix("0"), text.count > 1 { return whole(digits.dropFirst(), radix: 8, allowed: "01234567") }
        return whole(digits[...], radix: 10, allowed: "0123456789")
    }

    private static func whole(_ digits: Substring, radix: Int, allowed: String) -> Magnitude? {
        guard digits.allSatisfy({ allowed.contains($0) }) else { return nil }
        // `0_` and `0x_` have digits only before and behind the underscores that were taken out.
        guard !digits.isEmpty else { return radix == 8 ? .exact(0) : nil }
        if let value = UInt64(digits, radix: radix) { return .exact(value) }
        return .beyond(digits.reduce(0) { $0 * Double(radix) + Double($1.hexDigitValue ?? 0) })
    }

    private static func sexagesimal(_ text: Substring, _ digits: String) -> Magnitude? {
        let groups = digits.split(separator: ":", omittingEmptySubsequences: false)
        guard let head = groups.first, let start = text.first, ("1"..."9").contains(start),
            head.allSatisfy({ ("0"..."9").contains($0) }), groups.dropFirst().allSatisfy(isMinutes)
        else { return nil }
        var value: UInt64 = 0
        for group in groups {
            guard let part = UInt64(group) else { return nil }
            let (product, overflowsProduct) = value.multipliedReportingOverflow(by: 60)
            let (sum, overflowsSum) = product.addingReportingOverflow(part)
            guard !overflowsProduct, !overflowsSum else { return nil }
            value = sum
        }
        return .exact(value)
    }

    /// `0` to `59`, with one or two digits.
    private static func isMinutes(_ group: Substring) -> Bool {
        let digits = Array(group.utf8)
        guard (1...2).contains(digits.count), digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return false }
        return digits.count == 1 || digits[0] <= UInt8(ascii: "5")
    }

    private static func float(_ text: Substring, isSigned: Bool) -> Double? {
        if text == ".inf" || text == ".Inf" || text == ".INF" { return .infinity }
        guard text.contains(".") else { return nil }
        if text.contains(":") { return sexagesimalFloat(text) }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let (whole, tail) = (parts[0], parts[1])
        // `.5` may not carry a sign, and a point needs a digit or a digit before it.
        if whole.isEmpty {
            guard !isSigned, ("0"..."9").contains(tail.first ?? "x") else { return nil }
        } else {
            guard ("0"..."9").contains(whole.first ?? "x"), whole.allSatisfy(isDigitOrUnderscore) else { return nil }
        }
        let fraction = tail.prefix(while: isDigitOrUnderscore)
        let exponent = tail.dropFirst(fraction.count)
        if !exponent.isEmpty {
            let digits = exponent.dropFirst(2)
            guard let mark = exponent.first, mark == "e" || mark == "E",
                let sign = exponent.dropFirst().first, sign == "+" || sign == "-",
                !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) })
            else { return nil }
        }
        let plain = text.filter { $0 != "_" }
        return Double(plain.hasPrefix(".") ? "0" + plain : plain)
    }

    private static func sexagesimalFloat(_ text: Substring) -> Double? {
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let head = groups.first, let last = groups.last, ("0"..."9").contains(head.first ?? "x"),
            head.allSatisfy(isDigitOrUnderscore), groups.dropFirst().dropLast().allSatisfy(isMinutes)
        else { return nil }
        let parts = last.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, isMinutes(parts[0]), parts[1].allSatisfy(isDigitOrUnderscore) else { return nil }
        var value = 0.0
        for group in groups {
            guard let part = Double(group.filter { $0 != "_" } + (group == last ? "0" : "")) else { return nil }
            value = value * 60 + part
        }
        return value
    }

    private static func isDigitOrUnderscore(_ character: Character) -> Bool {
        ("0"..."9").contains(character) || character == "_"
    }
}
