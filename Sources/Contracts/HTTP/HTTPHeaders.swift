/// Named values in their order, found whatever the case of their names.
public struct HTTPHeaders: Sendable {
    public struct Field: Sendable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public private(set) var fields: [Field]

    /// Headers as they came from a client, good or bad.
    public init(_ fields: [Field] = []) { self.fields = fields }

    /// The first value of this name.
    public subscript(name: String) -> String? {
        fields.first { Self.areSame($0.name, name) }?.value
    }

    public func values(_ name: String) -> [String] {
        fields.filter { Self.areSame($0.name, name) }.map(\.value)
    }

    /// How many bytes they have on the wire.
    var byteCount: Int {
        fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + ": \r\n".utf8.count }
    }

    /// The server writes these itself; a second one would let two readers see two messages.
    private static let reserved = [
        "connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade", "x-request-id",
    ]

    /// Puts a header of a response in the place of those of the same name.
    ///
    /// - Throws: A problem that answers the request with 500, when the header would break the message.
    public mutating func set(_ name: String, _ value: String) throws(HTTPProblem) {
        guard Self.isName(name), Self.isValue(value) else {
            throw .broken("expected a header of one line, found '\(Quotation.of(name))' with other characters")
        }
        guard !Self.reserved.contains(where: { Self.areSame($0, name) }) else {
            throw .broken("expected a header that is not the server's own, found '\(name)'")
        }
        fields.removeAll { Self.areSame($0.name, name) }
        fields.append(Field(name: name, value: value))
    }

    /// Whether it is a token of RFC 9110.
    static func isName(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy(isTokenByte) }

    /// Whether it is free of line breaks and other control characters, but for the tab.
    static func isValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == UInt8(ascii: "\t") }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func areSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { lowered($0) == lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
