internal import CNumbers

/// Writes JSON as UTF-8 bytes.
///
/// Numbers are the shortest text that reads back as the same bits. NaN and the infinities become the
/// strings `"NaN"`, `"Infinity"` and `"-Infinity"`.
public struct JSONWriter {
    public enum Layout: Sendable {
        /// As few bytes as possible: for programs.
        case line
        /// On one line with blanks: for people.
        case spaced
        case indented
    }

    public private(set) var bytes: [UInt8] = []
    private let layout: Layout
    private var depth = 0

    public init(layout: Layout = .line) { self.layout = layout }

    /// The text of a whole tree.
    public static func text(of value: JSONValue, layout: Layout = .line) -> String {
        var writer = JSONWriter(layout: layout)
        writer.write(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    public mutating func write(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(String(value))
        case .unsigned(let value): append(String(value))
        case .number(let value): write(value)
        case .string(let text): write(text)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        }
    }

    public mutating func write(_ value: Double) {
        guard value.isFinite else { return write(JSONValue.text(ofNonFinite: value)) }
        unsafe append { unsafe num_write(value, $0) }
    }

    public mutating func write(_ value: Float) {
        guard value.isFinite else { return write(JSONValue.text(ofNonFinite: Double(value))) }
        unsafe append { unsafe num_write_float(value, $0) }
    }

    /// Writes an array of numbers without making a tree of it: the path for tensors.
    public mutating func write(_ values: [Double]) {
        bytes.append(UInt8(ascii: "["))
        var next = 0
        while next < values.count {
            if next > 0 { bytes.append(UInt8(ascii: ",")) }
            if values[next].isFinite {
                next += writeFinite(values[next...])
            } else {
                write(values[next])
                next += 1
            }
        }
        bytes.append(UInt8(ascii: "]"))
    }

    public mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        // Bytes from 0x80 on are looked at as characters only where a text has any.
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            for byte in text.utf8 { write(ascii: byte) }
        } else {
            for scalar in text.unicodeScalars { write(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func write(ascii byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case 0..<0x20, 0x7F: append(byte < 0x10 ? "\\u000" : "\\u00", String(byte, radix: 16))
        default: bytes.append(byte)
        }
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0..<0x80: write(ascii: UInt8(scalar.value))
        // Control characters that terminals obey, breaks that other readers see as the end of a line,
        // and what YAML does not take.
        case 0x80..<0xA0: append("\\u00", String(scalar.value, radix: 16))
        case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: append("\\u", String(scalar.value, radix: 16))
        default: append(String(Character(scalar)))
        }
    }

    private mutating func write(_ elements: [JSONValue]) {
        // Numbers stay beside each other when indented: a matrix is read by rows.
        let isFlat = layout != .indented || elements.allSatisfy(\.isNumber)
        writeItems("[", "]", isFlat: isFlat, count: elements.count) { writer, index in writer.write(elements[index]) }
    }

    private mutating func write(_ object: JSONObject) {
        writeItems("{", "}", isFlat: layout != .indented, count: object.members.count) { writer, index in
            writer.write(object.members[index].name)
            writer.append(writer.layout == .line ? ":" : ": ")
            writer.write(object.members[index].value)
        }
    }

    private mutating func writeItems(
        _ opening: String,
        _ closing: String,
        isFlat: Bool,
        count: Int,
        item: (inout JSONWriter, Int) -> Void
    ) {
        append(opening)
        depth += 1
        for index in 0..<count {
            if index > 0 { append(layout != .line && isFlat ? ", " : ",") }
            if !isFlat { breakLine() }
            item(&self, index)
        }
        depth -= 1
        if !isFlat, count > 0 { breakLine() }
        append(closing)
    }

    private mutating func breakLine() {
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    }

    private mutating func append(_ texts: String...) {
        for text in texts { bytes.append(contentsOf: text.utf8) }
    }

    private mutating func append(_ write: (UnsafeMutablePointer<CChar>) -> Int) {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: NUM_TEXT_SIZE_MAX) { text in
            let count = unsafe write(text.baseAddress!)
            for index in 0..<count { unsafe bytes.append(UInt8(bitPattern: text[index])) }
        }
    }

    /// Writes the finite numbers that `values` begins with, as many as fit a block.
    ///
    /// - Returns: How many: at least one if the first is finite.
    private mutating func writeFinite(_ values: ArraySlice<Double>) -> Int {
        var written = 0
        let block = 4096
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: block) { text in
            let length = unsafe values.withUnsafeBufferPointer {
                unsafe num_write_doubles($0.baseAddress, $0.count, text.baseAddress, block, &written)
            }
            unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: text.baseAddress, count: length))
        }
        return written
    }
}

extension JSONValue {
    fileprivate var isNumber: Bool {
        switch self {
        case .integer, .unsigned, .number: true
        default: false
        }
    }
}
