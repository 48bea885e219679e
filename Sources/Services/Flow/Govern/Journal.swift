internal import Component
public import Host
internal import JSON
internal import Lifetime
internal import Models
internal import Signals
public import Telemetry

/// A file with one line for every write to a live sink: when, what, by which model.
///
/// Lines are handed to the kernel as they come, and to the disk every second and at the end: of what the kernel has,
/// a killed process loses nothing, a dead machine at most the last second. The engine never waits for it: what cannot
/// be kept while the disk is full or slow is counted, and told.
public final class Journal: Sendable {
    /// Of longer arrays a line tells type and shape alone.
    static let elementsMax = 64

    public let path: String
    /// What stands before the names of everything that is written.
    private let shadow: String
    private let limits: LineFile.Limits
    private let log: any EventLog
    private let lines = LineWriter()
    /// Lines that are not in the file.
    public let lost = Counter()

    public init(path: String, shadow: String = "", limits: LineFile.Limits = LineFile.Limits(), log: any EventLog) {
        self.path = path
        self.shadow = shadow
        self.limits = limits
        self.log = log
    }

    func add(sink: String, input: FlowPlan.SinkInput, sample: Sample) {
        let time = Stamp.now()
        let shadow = shadow
        lines.add(size: sample.heldSize) {
            var line = JSONObject()
            line.add("time", .string(time.description))
            line.add("sink", .string(sink))
            line.add("output", .string(shadow + input.name))
            sample.addMembers(to: &line, elementsMax: Self.elementsMax)
            if !input.models.isEmpty { line.add("models", .array(input.models.map { .string($0) })) }
            return line.bytes
        }
    }

    /// Opens the file once, so that a wrong path is told before the flow begins.
    ///
    /// - Returns: Why it cannot be written.
    public func check() -> String? {
        var file = LineFile(path: path, limits: limits)
        return file.open()
    }

    /// Takes nothing more: what waits is written, then ``run()`` returns.
    public func close() { lines.close() }

    /// Writes until it is closed, on the thread that calls.
    public func run() {
        var file = LineFile(path: path, limits: limits)
        lines.run(into: &file) { note in
            switch note {
            case .lost(let count, let reason, let isWorthTelling):
                lost.add(count)
                guard isWorthTelling else { return }
                log.add(
                    Event(
                        .error,
                        "journal not written",
                        ["path": path, "reason": reason, "lines lost": "\(lost.value)"]
                    )
                )
            case .recovered:
                log.add(Event(.info, "journal written again", ["path": path, "lines lost": "\(lost.value)"]))
            case .unconfirmed(let reason):
                log.add(Event(.error, "journal not on the disk", ["path": path, "reason": reason]))
            }
        }
    }
}
