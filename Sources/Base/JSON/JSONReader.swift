internal import CNumbers

/// Reads JSON from front to back: either piece by piece, straight into the caller's types, or as a
/// whole tree.
///
/// It takes RFC 8259 and nothing else: no comments, no trailing commas, no NaN, no lone surrogates, no
/// bytes that are not UTF-8. Trees have no duplicate names. Every refusal names its byte.
///
/// ```swift
/// var reader = try JSONReader(bytes)
/// try reader.readObject { name, reader in
///     if name == "data" { data = try reader.readDoubles() } else { try reader.skipValue() }
/// }
/// try reader.finish()
/// ```
public struct JSONReader {
    /// What kind of value begins at the reader's place.
    public enum Kind: Sendable {
        case null, bool, number, string, array, object
    }

    let bytes: [UInt8]
    /// The next byte to read.
    public internal(set) var offset = 0
    private let depthMax: Int
    private var depth = 0

    /// - Throws: ``JSONError`` when the document is larger than the limits allow.
    public init(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        guard bytes.count <= limits.sizeMax else {
            throw JSONError(
                offset: limits.sizeMax,
                problem: "expected at most \(limits.sizeMax) bytes, found \(bytes.count)"
            )
        }
        self.bytes = bytes
        depthMax = limits.depthMax
    }

    /// The kind of the next value, without reading it.
    public mutating func peek() throws(JSONError) -> Kind {
        skipBlanks()
        guard let current else { throw error("expected a value, found the end") }
        switch current {
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw error("expected a value, found \(found)")
        }
    }

    /// Checks that nothing but blanks follows.
    public mutating func finish() throws(JSONError) {
        skipBlanks()
        guard offset == bytes.count else { throw error("expected the end, found \(found)") }
    }

    public mutating func readNull() throws(JSONError) {
        try expect(.null, "null")
        try readWord("null")
    }

    public mutating func readBool() throws(JSONError) -> Bool {
        try expect(.bool, "true or false")
        let value = current == UInt8(ascii: "t")
        try readWord(value ? "true" : "false")
        return value
    }

    /// Reads an array.
    ///
    /// `element` is called at each element and reads it whole.
    public mutating func readArray(
        _ element: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(.array, "an array")
        try open()
        skipBlanks()
        if take(UInt8(ascii: "]")) { return close() }
        while true {
            try element(&self)
            skipBlanks()
            if take(UInt8(ascii: "]")) { return close() }
            guard take(UInt8(ascii: ",")) else { throw error("expected ',' or ']', found \(found)") }
        }
    }

    /// Reads an object.
    ///
    /// `member` is called with each name, at its value, and reads that whole.
    ///
    /// The caller refuses a name that comes twice: it alone keeps the names.
    public mutating func readObject(
        _ member: (String, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(.object, "an object")
        try open()
        skipBlanks()
        if take(UInt8(ascii: "}")) { return close() }
        while true {
            skipBlanks()
            guard current == UInt8(ascii: "\"") else { throw error("expected a name in quotes, found \(found)") }
            let name = try readString()
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw error("expected ':', found \(found)") }
            try member(name, &self)
            skipBlanks()
            if take(UInt8(ascii: "}")) { return close() }
            guard take(UInt8(ascii: ",")) else { throw error("expected ',' or '}', found \(found)") }
        }
    }

    /// Reads any value as a tree.
    public mutating func readValue() throws(JSONError) -> JSONValue {
        switch try peek() {
        case .null:
            try readNull()
            return .null
        case .bool: return .bool(try readBool())
        case .number: return try readNumber()
        case .string: return .string(try readString())
        case .array:
            var elements: [JSONValue] = []
            try readArray { reader throws(JSONError) in elements.append(try reader.readValue()) }
            return .array(elements)
        case .object:
            var object = JSONObject()
            try readObject { name, reader throws(JSONError) in
                let place = reader.offset
                guard object.add(name, try reader.readValue()) else {
                    throw JSONError(offset: place, problem: "expected each name once, found '\(name)' again")
                }
            }
            return .object(object)
        }
    }

    /// Reads over any value, checking it as if it were read.
    public mutating func skipValue() throws(JSONError) { _ = try readValue() }
}

extension JSONReader {
    /// The whole of `bytes` as a tree.
    public static func value(
        of bytes: [UInt8],
        limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONValue {
        var reader = try JSONReader(bytes, limits: limits)
        let value = try reader.readValue()
        try reader.finish()
        return value
    }
}

extension JSONReader {
    var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// What stands at the reader's place, for a message.
    var found: String {
        guard let current else { return "the end" }
        guard current >= 0x20, current < 0x7F else { return "byte 0x" + String(current, radix: 16) }
        return "'\(Character(Unicode.Scalar(current)))'"
    }

    func error(_ problem: String) -> JSONError { JSONError(offset: offset, problem: problem) }

    mutating func expect(_ kind: Kind, _ name: String) throws(JSONError) {
        guard try peek() == kind else { throw error("expected \(name), found \(found)") }
    }

    mutating func skipBlanks() {
        while let current, current == 0x20 || current == 0x0A || current == 0x0D || current == 0x09 { offset += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        offset += 1
        return true
    }

    private mutating func readWord(_ word: StaticString) throws(JSONError) {
        let text = String(describing: word)
        for byte in text.utf8 where !take(byte) { throw error("expected '\(text)', found \(found)") }
    }

    /// Enters an array or an object, whose first byte is the next.
    mutating func open() throws(JSONError) {
        guard depth < depthMax else { throw error("expected at most \(depthMax) levels, found one more") }
        depth += 1
        offset += 1
    }

    mutating func close() { depth -= 1 }
}
