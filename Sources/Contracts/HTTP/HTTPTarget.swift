/// What a request asks for: the segments of its path and its query, decoded once.
public struct HTTPTarget: Sendable, Equatable {
    public struct Argument: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    /// The names between the slashes.
    ///
    /// Each is one name, also where a file system would see more: none is `.` or `..`, none holds a slash. Empty ones
    /// come of `//` and of a slash at the end.
    public let segments: [String]
    public let query: [Argument]

    public var path: String { "/" + segments.joined(separator: "/") }

    public func argument(_ name: String) -> String? { query.first { $0.name == name }?.value }

    private static let advice = "send a path as '/models/beam', with other characters as '%' and two hexadecimal digits"

    /// - Parameter text: The target as it stands in the first line of a request.
    /// - Throws: A problem with 400.
    public init(_ text: String) throws(HTTPProblem) {
        let parts = text.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard text.utf8.first == UInt8(ascii: "/"), let path = parts.first else {
            throw .malformed("expected a path that begins with '/', found '\(Quotation.of(text))'", advice: Self.advice)
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
            throw .malformed("expected a path of plain characters, found '\(Quotation.of(text))'", advice: Self.advice)
        }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            let segment = try Self.decoded(part, plusIsBlank: false)
            guard segment != ".", segment != "..", !segment.utf8.contains(UInt8(ascii: "/")) else {
                throw .malformed(
                    "expected names between the slashes of the path, found '\(Quotation.of(segment))'",
                    advice: "send the path without '.', '..' and '%2F'"
                )
            }
            segments.append(segment)
        }
        self.segments = segments
        var query: [Argument] = []
        for part in (parts.count > 1 ? parts[1] : "".utf8[...]).split(separator: UInt8(ascii: "&")) {
            let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count > 1 ? try Self.decoded(sides[1], plusIsBlank: true) : ""
            query.append(Argument(name: try Self.decoded(sides[0], plusIsBlank: true), value: value))
        }
        self.query = query
    }

    private static func decoded(_ text: Substring.UTF8View, plusIsBlank: Bool) throws(HTTPProblem) -> String {
        var bytes: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            var byte = text[index]
            index = text.index(after: index)
            if byte == UInt8(ascii: "%") {
                let end = text.index(index, offsetBy: 2, limitedBy: text.endIndex)
                guard let end, let value = byteOfHex(text[index..<end]) else {
                    throw .malformed("expected two hexadecimal digits after '%', found others", advice: advice)
                }
                byte = value
                index = end
            } else if plusIsBlank, byte == UInt8(ascii: "+") {
                byte = UInt8(ascii: " ")
            }
            bytes.append(byte)
        }
        guard let result = String(validating: bytes, as: UTF8.self) else {
            throw .malformed("expected UTF-8 behind the percent signs, found other bytes", advice: advice)
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .malformed("expected no control characters behind the percent signs, found one", advice: advice)
        }
        return result
    }

    private static func byteOfHex(_ digits: Substring.UTF8View) -> UInt8? {
        // `UInt8(_:radix:)` takes a sign.
        digits.first == UInt8(ascii: "+") ? nil : UInt8(Substring(digits), radix: 16)
    }
}
