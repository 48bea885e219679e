/// One server-sent event, as bytes that all its receivers share.
public struct HTTPEvent: Sendable {
    let bytes: [UInt8]

    /// - Parameters:
    ///   - name: Its type; a break in it becomes a blank.
    ///   - id: What a client that comes back names as the last it has seen; a break in it becomes a blank.
    ///   - data: Its content, of one line or several.
    public init(name: String? = nil, id: String? = nil, data: String) {
        var bytes: [UInt8] = []
        if let name { Self.append("event", Self.onOneLine(name)[...], to: &bytes) }
        if let id { Self.append("id", Self.onOneLine(id)[...], to: &bytes) }
        for line in Self.lines(Array(data.utf8)) { Self.append("data", line, to: &bytes) }
        bytes.append(0x0A)
        self.bytes = bytes
    }

    private static func append(_ field: String, _ value: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        bytes += field.utf8
        bytes += ": ".utf8
        bytes += value
        bytes.append(0x0A)
    }

    private static func onOneLine(_ text: String) -> [UInt8] {
        text.utf8.map { [0x00, 0x0A, 0x0D].contains($0) ? UInt8(ascii: " ") : $0 }
    }

    /// The lines as a browser sees them: LF, CR, and CR with LF end one.
    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where bytes[index] == 0x0A || bytes[index] == 0x0D {
            if bytes[index] == 0x0A, index > 0, bytes[index - 1] == 0x0D {
                start = index + 1
                continue
            }
            lines.append(bytes[start..<index])
            start = index + 1
        }
        return lines + [bytes[start...]]
    }
}
