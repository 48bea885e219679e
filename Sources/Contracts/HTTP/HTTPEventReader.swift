/// Reads server-sent events from bytes as they come.
public struct HTTPEventReader: Sendable {
    /// One event that is whole.
    public struct Event: Sendable, Equatable {
        /// Its type; `message` where the server names none.
        public let name: String
        public let data: String
    }

    /// An event that is larger than the limit, which is left out.
    public static let sizeMax = 16 << 20

    private var line: [UInt8] = []
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    /// The last byte was a CR: an LF behind it belongs to the same break.
    private var isAfterReturn = false
    private var isFirstLine = true
    /// The present event is beyond the limit.
    private var isTooLarge = false

    public init() {}

    /// Takes the next bytes, and tells the events that end in them.
    public mutating func take(_ bytes: some Sequence<UInt8>) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            defer { isAfterReturn = byte == 0x0D }
            if byte == 0x0A, isAfterReturn { continue }
            guard byte == 0x0A || byte == 0x0D else {
                if line.count + data.count < Self.sizeMax { line.append(byte) } else { isTooLarge = true }
                continue
            }
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    private mutating func endLine() -> Event? {
        defer {
            line.removeAll(keepingCapacity: true)
            isFirstLine = false
        }
        var text = line[...]
        if isFirstLine, text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        guard !text.isEmpty else { return endEvent() }
        let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
        var value = text[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: text[..<colon], as: UTF8.self) {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { data.append(0x0A) }
            data += value
            hasData = true
        // Comments keep the line open; ids and pauses are for those who come back where they left.
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> Event? {
        defer {
            name = ""
            data.removeAll(keepingCapacity: true)
            hasData = false
            isTooLarge = false
        }
        guard hasData, !isTooLarge else { return nil }
        return Event(name: name.isEmpty ? "message" : name, data: String(decoding: data, as: UTF8.self))
    }
}
