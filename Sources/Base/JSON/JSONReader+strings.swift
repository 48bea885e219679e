extension JSONReader {
    /// Reads one string.
    public mutating func readString() throws(JSONError) -> String {
        try expect(.string, "a string")
        let start = offset
        offset += 1
        // Most strings have no escapes and are taken as they are.
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        if current == UInt8(ascii: "\"") {
            let text = try text(start + 1..<offset)
            offset += 1
            return text
        }
        return try readEscapedString(from: start)
    }

    private mutating func readEscapedString(from start: Int) throws(JSONError) -> String {
        var text = ""
        var plainStart = start + 1
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                text += try self.text(plainStart..<offset)
                offset += 1
                return text
            case UInt8(ascii: "\\"):
                text += try self.text(plainStart..<offset)
                offset += 1
                text.unicodeScalars.append(try readEscape())
                plainStart = offset
            case 0..<0x20:
                throw error("expected control characters as \\u escapes, found \(found)")
            default:
                offset += 1
            }
        }
        throw error("expected '\"' at the end of the string that begins at byte \(start), found the end")
    }

    private func text(_ range: Range<Int>) throws(JSONError) -> String {
        guard let text = try? UTF8Span(validating: bytes.span.extracting(range)) else {
            throw JSONError(offset: range.lowerBound, problem: "expected UTF-8 in this string, found other bytes")
        }
        return String(copying: text)
    }

    private mutating func readEscape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = current else { throw error("expected an escape, found the end") }
        let plain: Unicode.Scalar? =
            switch byte {
            case UInt8(ascii: "\""): "\""
            case UInt8(ascii: "\\"): "\\"
            case UInt8(ascii: "/"): "/"
            case UInt8(ascii: "b"): "\u{8}"
            case UInt8(ascii: "f"): "\u{C}"
            case UInt8(ascii: "n"): "\n"
            case UInt8(ascii: "r"): "\r"
            case UInt8(ascii: "t"): "\t"
            default: nil
            }
        if let plain {
            offset += 1
            return plain
        }
        guard byte == UInt8(ascii: "u") else {
            throw error("expected one of \"\\/bfnrtu behind the backslash, found \(found)")
        }
        return try readUnicodeEscape()
    }

    /// Reads `u` and four digits, and the second half of a pair behind it.
    private mutating func readUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let start = offset - 1
        let first = try readCodeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // A surrogate: only a high one with a low one behind it is a character.
        guard UTF16.isLeadSurrogate(first), current == UInt8(ascii: "\\"), offset + 1 < bytes.count,
            bytes[offset + 1] == UInt8(ascii: "u")
        else { throw JSONError(offset: start, problem: "expected a pair of surrogates, found half of one") }
        offset += 1
        let second = try readCodeUnit()
        guard UTF16.isTrailSurrogate(second) else {
            throw JSONError(offset: start, problem: "expected a pair of surrogates, found half of one")
        }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func readCodeUnit() throws(JSONError) -> UInt16 {
        offset += 1
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("expected four hexadecimal digits, found \(found)")
            }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }
}
