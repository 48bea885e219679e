internal import Component
internal import Host
internal import JSON
internal import Lifetime
internal import Models
internal import Signals
internal import Telemetry

/// A file with a line for each message that failed: what it held, and why.
final class DeadLetters: Sendable {
    let path: String
    private let log: any EventLog
    private let lines = LineWriter()

    init(path: String, log: any EventLog) {
        self.path = path
        self.log = log
    }

    /// Adds a message; `names` are those of its source's signals.
    func add(_ message: Message, names: [String], reason: String) {
        let time = Stamp.now()
        let size = message.parts.reduce(256) { $0 + Sample($1.value, stamp: $1.stamp, id: .none).heldSize }
        lines.add(size: size) { Self.line(message, names, reason, time) }
    }

    private static func line(_ message: Message, _ names: [String], _ reason: String, _ time: Stamp) -> [UInt8] {
        var line = JSONObject()
        line.add("time", .string(time.description))
        line.add("reason", .string(reason))
        if let key = message.key { line.add("key", .string(key)) }
        let parts = message.parts.map { part -> JSONValue in
            var object = JSONObject()
            object.add("signal", .string(part.output < names.count ? names[part.output] : ""))
            Sample(part.value, alarm: part.alarm, stamp: part.stamp, id: .none).addMembers(to: &object)
            return .object(object)
        }
        line.add("parts", .array(parts))
        return line.bytes
    }

    func close() { lines.close() }

    /// Writes until it is closed, on the thread that calls.
    func run() {
        var file = LineFile(path: path, limits: LineFile.Limits())
        lines.run(into: &file) { note in
            switch note {
            case .lost(let count, let reason, let isWorthTelling):
                guard isWorthTelling else { return }
                let fields: KeyValuePairs = ["path": path, "reason": reason, "lines lost": "\(count)"]
                log.add(Event(.error, "dead letters not written", fields))
            case .recovered: break
            case .unconfirmed(let reason):
                log.add(Event(.error, "dead letters not on the disk", ["path": path, "reason": reason]))
            }
        }
    }
}
