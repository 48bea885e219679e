internal import Models

/// Walks through the fields of a protobuf message, without building anything.
///
/// Every length is checked against what is there before it is followed.
struct ProtobufReader {
    enum Value {
        case number(UInt64)
        /// Bytes: a text, packed numbers, or a message inside.
        case bytes(Range<Int>)
        case fixed32(UInt32)
        case fixed64(UInt64)
    }

    struct Field {
        let number: Int
        let value: Value
    }

    private let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// A reader of a message inside.
    func message(_ range: Range<Int>) -> ProtobufReader { ProtobufReader(bytes, range) }

    /// The next field; nil at the end of the message.
    mutating func next() throws(ModelProblem) -> Field? {
        guard position < end else { return nil }
        let start = position
        let tag = try varint()
        guard tag >> 3 > 0, tag >> 3 <= 536_870_911 else { throw broken("a field of a number of 1 or more", start) }
        let number = Int(tag >> 3)
        switch tag & 7 {
        case 0: return try Field(number: number, value: .number(varint()))
        case 1: return try Field(number: number, value: .fixed64(fixed(8)))
        case 2:
            let count = try varint()
            guard count <= UInt64(end - position) else {
                throw broken(
                    "a field of at most \(end - position) bytes, which is all that is left,",
                    start,
                    "\(count)"
                )
            }
            defer { position += Int(count) }
            return Field(number: number, value: .bytes(position..<position + Int(count)))
        case 5: return try Field(number: number, value: .fixed32(UInt32(truncatingIfNeeded: fixed(4))))
        default: throw broken("a field of a known kind", start, "the kind \(tag & 7)")
        }
    }

    private mutating func varint() throws(ModelProblem) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { throw broken("a number of 64 bits", start, "a longer one") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw broken("the rest of a number", start, "the end")
    }

    private mutating func fixed(_ count: Int) throws(ModelProblem) -> UInt64 {
        guard count <= end - position else { throw broken("\(count) bytes", position, "the end") }
        var value: UInt64 = 0
        for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[position + index]) }
        position += count
        return value
    }

    /// A name, which may not hold a zero byte: the library would cut it there.
    func name(_ range: Range<Int>) throws(ModelProblem) -> String {
        guard !bytes[range].contains(0) else {
            throw broken("a name without a zero byte", range.lowerBound, "one with it")
        }
        return try text(range)
    }

    private func broken(_ expected: String, _ place: Int, _ found: String = "none") -> ModelProblem {
        ModelProblem(
            .broken,
            "expected \(expected) in byte \(place), found \(found)",
            advice: "the file is cut or damaged, or no ONNX model: fetch it again"
        )
    }

    /// A text, which must be UTF-8.
    func text(_ range: Range<Int>) throws(ModelProblem) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw broken("a text in UTF-8", range.lowerBound, "other bytes")
        }
        return text
    }

    /// Numbers, of which some writers put many into one field.
    func numbers(_ value: Value, max: Int) throws(ModelProblem) -> [UInt64] {
        switch value {
        case .number(let number): return [number]
        case .bytes(let range):
            var inside = message(range)
            var numbers: [UInt64] = []
            while inside.position < range.upperBound {
                numbers.append(try inside.varint())
                guard numbers.count <= max else { throw broken("at most \(max) numbers", range.lowerBound, "more") }
            }
            return numbers
        default: throw broken("a number", position, "another kind of field")
        }
    }
}

extension ProtobufReader.Value {
    /// The bytes of a text or a message; nil when it is a number.
    var range: Range<Int>? { if case .bytes(let range) = self { range } else { nil } }
    /// A whole number, as its writer meant it; nil when it is something else.
    var integer: Int64? { if case .number(let number) = self { Int64(bitPattern: number) } else { nil } }

    /// A number of 32 bits: other readers would cut off what is above, and read another one.
    func small() throws(ModelProblem) -> Int64 {
        guard let number = integer, Int32(exactly: number) != nil else {
            throw ONNXReading.broken("a number of 32 bits", integer.map { "\($0)" } ?? "another kind of field")
        }
        return number
    }
}
