public import Component
internal import Host
internal import JSON
internal import Lifetime
public import Manifest
internal import Models
internal import Signals

/// How recordings are written.
public enum RecordingFormat: String, Sendable, CaseIterable {
    /// A line for each sample, with all that belongs to it.
    case jsonl
    /// A line for each evaluation, with a column for each signal.
    case csv

    /// What the end of a file's name says.
    static func of(_ path: String) -> RecordingFormat { path.hasSuffix(".csv") ? .csv : .jsonl }
}

/// What a recorder is told: where to, and how much.
public struct RecorderSinkConfig: Sendable {
    enum Fields {
        static let file = Field.required(
            "file",
            .text("the path of a file"),
            example: "beam.jsonl",
            doc: "Where to, from the folder of the flow on. A name that ends with `.csv` gets a line for each "
                + "evaluation with a column for each signal, behind the time, the worst severity, and the severities "
                + "of those in alarm; any other a line of JSON for each sample."
        )
        static let size = Field(
            "size",
            .size(in: ByteSize(1 << 10)...ByteSize(1 << 50)),
            default: ByteSize(1 << 30),
            doc: "How large the file may become; then it is renamed to `FILE.1`, and a new one is begun."
        )
        static let files = Field(
            "files",
            .count(in: 1...1000),
            default: 10,
            doc: "How many files are kept besides the one that is written; the oldest goes."
        )
        static let listed = [file.listed, size.listed, files.listed]
    }

    public let file: String
    public let size: ByteSize
    public let files: Int

    public init(_ section: inout ConfigSection) {
        file = section.read(Fields.file)
        size = section.read(Fields.size)
        files = section.read(Fields.files)
    }
}

extension NodeType {
    public static let recorder = NodeType(
        role: .sink,
        name: "recorder",
        summary: "Writes samples to a file, as JSON Lines or CSV. Without `in`, all signals of the flow.",
        fields: RecorderSinkConfig.Fields.listed,
        example: """
            flow: keep
            sources:
              machine: {type: pva, pvs: [GUN:CURRENT, GUN:VOLTAGE]}
            sinks:
              file: {type: recorder, file: gun.jsonl}

            """,
        takesIn: true,
        ports: { section in
            _ = RecorderSinkConfig(&section)
            return NodePorts(outputs: .none, hasOpenInputs: true)
        }
    )
}

/// Writes samples to a file that `replay` reads again.
public final class RecorderSink: Sink {
    public let reach = SinkReach.local
    public let carriesAlarms = true
    private let path: String
    private let limits: LineFile.Limits
    private let format: RecordingFormat
    private let names: [String]
    private let lines = LineWriter(waitingSizeMax: 64 << 20)
    /// Of a CSV file: the newest value of each column, and how far to trust it.
    private let row: Guarded<[(text: String, severity: Severity)]>

    public init(_ config: RecorderSinkConfig, _ context: NodeContext) {
        path = context.path(config.file)
        limits = LineFile.Limits(fileSizeMax: config.size.bytes, filesKept: config.files)
        format = .of(config.file)
        names = context.inputs
        row = Guarded([(text: String, severity: Severity)](repeating: ("", .none), count: context.inputs.count))
    }

    public func run(_ outlet: any SinkOutlet, ready: @Sendable () -> Void) async throws(NodeFailure) {
        let heading = format == .csv ? CSVLine.text(["time", "severity", "alarms"] + names) + "\n" : ""
        var file = LineFile(path: path, limits: limits, heading: Array(heading.utf8))
        if let reason = file.open() {
            throw NodeFailure(
                "expected a file to write at '\(path)', found: \(reason)",
                advice: "make the folder, or name another file"
            )
        }
        lines.open()
        ready()
        await withTaskCancellationHandler {
            await withTaskExecutorPreference(BlockingExecutor(label: "recorder")) {
                lines.run(into: &file) { note in
                    switch note {
                    case .lost(let count, let reason, let isWorthTelling):
                        outlet.dropped(count)
                        if isWorthTelling { outlet.refused(0, "\(path): \(reason)") }
                    case .recovered: break
                    case .unconfirmed(let reason): outlet.refused(0, "\(path): \(reason)")
                    }
                }
            }
        } onCancel: {
            lines.close()
        }
    }

    public func write(_ writes: [SinkWrite], done: (@Sendable (String?) -> Void)?) {
        switch format {
        case .jsonl:
            for (index, write) in writes.enumerated() {
                let name = names[write.input]
                lines.add(
                    size: write.sample.heldSize,
                    { Self.jsonLine(name, write.sample) },
                    done: index == writes.count - 1 ? done : nil
                )
            }
        case .csv:
            let size = writes.reduce(256) { $0 + $1.sample.heldSize }
            lines.add(size: size, { self.csvLine(writes) }, done: done)
        }
    }

    private static func jsonLine(_ name: String, _ sample: Sample) -> [UInt8] {
        var line = JSONObject()
        line.add("signal", .string(name))
        sample.addMembers(to: &line)
        return line.bytes
    }

    private func csvLine(_ writes: [SinkWrite]) -> [UInt8] {
        let stamp = writes.map(\.sample.stamp).max() ?? .unknown
        let cells = row.withLock { row in
            for write in writes { row[write.input] = (Self.cell(write.sample.value), write.sample.severity) }
            return row
        }
        var alarms = JSONObject()
        for (name, cell) in zip(names, cells) where cell.severity > .none {
            alarms.add(name, .string(cell.severity.description))
        }
        let severity = cells.map(\.severity).max() ?? .none
        let text = alarms.members.isEmpty ? "" : JSONWriter.text(of: .object(alarms))
        return Array(CSVLine.text([stamp.description, severity.description, text] + cells.map(\.text)).utf8)
    }

    private static func cell(_ value: Value) -> String {
        switch value {
        case .none: ""
        case .text(let text): text
        case .choice(let choice): choice.label
        // Not in quotes, as JSON has it: spreadsheets and data frames read these words.
        case .float64(let number) where !number.isFinite:
            number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity"
        default: JSONWriter.text(of: value.json())
        }
    }
}
