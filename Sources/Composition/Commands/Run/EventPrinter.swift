internal import Component
internal import Glibc
internal import JSON
internal import Lifetime
internal import Manifest
internal import Signals
internal import Telemetry

/// Prints events as they happen, one a line: time, level, text, fields.
final class EventPrinter: EventLog {
    let levelMin: Event.Level
    private let isJSON: Bool
    private let printing = Guarded(())

    init(levelMin: Event.Level, isJSON: Bool) {
        self.levelMin = levelMin
        self.isJSON = isJSON
    }

    func add(_ event: Event) {
        guard event.level >= levelMin else { return }
        let stamp = Stamp.now()
        let line = isJSON ? JSONWriter.text(of: Self.json(event, stamp)) : Self.text(event, stamp)
        printing.withLock { _ in Self.print(line) }
    }

    /// Prints a line, unless nobody reads: a log stops nothing.
    private static func print(_ line: String) {
        var room = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&room, 1, 0) > 0 else { return }
        // So much a pipe takes without waiting when it takes anything.
        let bytes = Array(line.utf8.prefix(Int(PIPE_BUF) - 1)) + [UInt8(ascii: "\n")]
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    static func text(_ event: Event, _ stamp: Stamp) -> String {
        // Milliseconds are enough for people.
        let time = stamp.description.prefix(23) + "Z"
        let fields = event.fields.filter { !$0.value.isEmpty }.map { "\($0.name)=\(quoted($0.value))" }
        return ([String(time), level(event.level), event.text] + fields).joined(separator: " ")
    }

    static func json(_ event: Event, _ stamp: Stamp) -> JSONValue {
        var object = JSONObject()
        object.add("time", .string(stamp.description))
        object.add("level", .string(level(event.level)))
        object.add("event", .string(event.text))
        for field in event.fields { object.add(field.name, .string(field.value)) }
        return .object(object)
    }

    private static func level(_ level: Event.Level) -> String {
        switch level {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 < 0x7F }
        return isPlain ? text : "\"\(Printable.text(text, lengthMax: 600))\""
    }
}
