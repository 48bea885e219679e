internal import Component
internal import Host
internal import JSON
internal import Models
internal import Signals

/// Reads a recording line by line, and tells what belongs to one evaluation.
struct Recording: ~Copyable {
    /// What is wrong with a line: the rest is read nevertheless.
    struct Problem: Error {
        let line: Int
        let text: String
    }

    private var lines: LineReader
    private let path: String
    private let format: RecordingFormat
    private let outputs: [String: Int]
    /// Of a CSV file: which output each column is, and which column holds the time.
    private var columns: [Int?] = []
    private var timeColumn: Int?
    private var severityColumn: Int?
    /// Which column says which cells of a line are in alarm.
    private var alarmsColumn: Int?
    /// Signals that it has besides, as far as it was read.
    private(set) var others: Set<String> = []
    private static let othersMax = 10_000
    private var line = 0
    /// Whether what was read last is known to be all that one evaluation changed.
    private(set) var isEvaluation = false
    /// The line where what was read last ends.
    private(set) var lastLine = 0
    /// Lines that are read again, the last first: a quote in front of them did not close.
    private var again: [[UInt8]] = []

    /// A cell goes over so many lines at the most.
    private static let cellLinesMax = 100

    /// Nothing more can be read.
    private var isOver = false
    /// A sample that belongs to the next evaluation.
    private var held: (id: String?, part: Message.Part)?
    /// A line with a member for each signal behind samples that were good.
    private var heldRow: [Message.Part]?
    /// What is wrong with the line behind samples that were good.
    private var broken: Problem?

    private init(_ lines: consuming LineReader, path: String, signals: [String]) {
        self.lines = lines
        self.path = path
        format = .of(path)
        outputs = Dictionary(signals.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Opens a recording, of which these signals are wanted; a table has to have a column for each, or for some.
    static func open(_ path: String, signals: [String], isAllNeeded: Bool) throws(NodeFailure) -> Recording {
        var recording = Recording(try lines(of: path), path: path, signals: signals)
        if recording.format == .csv { try recording.readHeading(isAllNeeded: isAllNeeded) }
        return recording
    }

    private static func lines(of path: String) throws(NodeFailure) -> LineReader {
        do throws(FileRefusal) { return try LineReader(path) } catch {
            throw NodeFailure("expected a recording, found that '\(path)' \(error.reason)", advice: "check the path")
        }
    }

    private mutating func readHeading(isAllNeeded: Bool) throws(NodeFailure) {
        let names: [String]
        do throws(Problem) { names = try cells() ?? [] } catch { throw NodeFailure("\(path): \(error.text)") }
        timeColumn = ownColumn("time", of: names)
        severityColumn = ownColumn("severity", of: names)
        alarmsColumn = ownColumn("alarms", of: names)
        let own = [timeColumn, severityColumn, alarmsColumn]
        columns = names.indices.map { own.contains($0) ? nil : outputs[names[$0]] }
        others = Set(names.indices.filter { !own.contains($0) && columns[$0] == nil }.map { names[$0] })
        let taken = columns.compactMap(\.self)
        if let twice = taken.first(where: { output in taken.count { $0 == output } > 1 }),
            let name = outputs.first(where: { $0.value == twice })?.key
        {
            throw NodeFailure(
                "expected one column '\(name)' in '\(path)', found several",
                advice: "signals of different nodes need names of their own in a table"
            )
        }
        let missing = outputs.keys.filter { !names.contains($0) }.sorted()
        guard missing.isEmpty || (!isAllNeeded && missing.count < outputs.count) else {
            throw NodeFailure(
                "expected a column '\(missing[0])' in '\(path)', found \(names.count) others",
                advice: "the columns are \(names.prefix(12).joined(separator: ", "))"
            )
        }
    }

    /// The column of the recorder's own of this name; a signal may be called so as well: then it comes behind.
    private func ownColumn(_ name: String, of names: [String]) -> Int? {
        let found = names.indices.filter { names[$0] == name }
        return outputs[name] == nil || found.count > 1 ? found.first : nil
    }

    /// What is evaluated next; nil at the end.
    mutating func next() throws(Problem) -> [Message.Part]? {
        if let broken {
            self.broken = nil
            throw broken
        }
        isEvaluation = false
        if let heldRow {
            self.heldRow = nil
            lastLine = line
            return heldRow
        }
        switch format {
        case .csv: return try nextRow()
        case .jsonl: return try nextLines()
        }
    }

    private mutating func read() throws(Problem) -> [UInt8]? {
        if let bytes = again.popLast() {
            line += 1
            return bytes
        }
        guard !isOver else { return nil }
        line += 1
        do throws(FileRefusal) { return try lines.next(beforeWaiting: {}) } catch {
            isOver = true
            throw Problem(line: line, text: "'\(path)' \(error.reason)")
        }
    }

    private func problem(_ text: String) -> Problem {
        Problem(line: line, text: "'\(path)', line \(line): \(text)")
    }
}

// Comma-separated values.
extension Recording {
    private mutating func cells() throws(Problem) -> [String]? {
        guard var text = try read().map({ String(decoding: $0, as: UTF8.self) }) else { return nil }
        let place = line
        var more: [[UInt8]] = []
        while true {
            let line = text.last == "\r" ? text.dropLast() : text[...]
            if let cells = CSVLine.cells(line) { return cells }
            guard more.count < Self.cellLinesMax, let next = try read() else {
                // The quote is a mistake of its line alone: those behind it are good.
                again += more.reversed()
                self.line = place
                throw problem("expected a quote that closes within \(Self.cellLinesMax) lines, found none")
            }
            more.append(next)
            text += "\n" + String(decoding: next, as: UTF8.self)
        }
    }

    private mutating func nextRow() throws(Problem) -> [Message.Part]? {
        guard let cells = try cells() else { return nil }
        lastLine = line
        if cells == [""] { return [] }
        guard cells.count == columns.count else {
            throw problem("expected \(columns.count) cells, found \(cells.count)")
        }
        let stamp = try timeColumn.map { column throws(Problem) in try self.stamp(cells[column]) } ?? .unknown
        let severity = try severityColumn.map { column throws(Problem) in try self.severity(cells[column]) } ?? .none
        // Without a column that says which, all are in alarm.
        let alarms = try alarmsColumn.map { column throws(Problem) in try self.alarms(cells[column]) }
        var parts: [Message.Part] = []
        for (column, cell) in cells.enumerated() where !cell.isEmpty {
            guard let output = columns[column] else { continue }
            let own = alarms.map { $0[output] ?? .none } ?? severity
            let alarm = Alarm(own, status: .none, message: "")
            parts.append(.init(output: output, value: try value(cell), alarm: alarm, stamp: stamp))
        }
        return parts
    }

    private func severity(_ text: String) throws(Problem) -> Severity {
        if text.isEmpty { return .none }
        if let severity = Severity(text) { return severity }
        throw problem("expected a severity NONE, MINOR, MAJOR or INVALID, found '\(text.prefix(40))'")
    }

    /// The severities of the signals that are in alarm, by output.
    private func alarms(_ text: String) throws(Problem) -> [Int: Severity] {
        guard !text.isEmpty else { return [:] }
        guard case .object(let object)? = try? JSONReader.value(of: Array(text.utf8)) else {
            throw problem("expected the signals in alarm with their severities, found '\(text.prefix(40))'")
        }
        var alarms: [Int: Severity] = [:]
        for member in object.members {
            guard case .string(let word) = member.value else {
                throw problem("expected a severity for '\(member.name)', found another value")
            }
            let severity = try severity(word)
            if let output = outputs[member.name] { alarms[output] = severity }
        }
        return alarms
    }

    private func stamp(_ text: String) throws(Problem) -> Stamp {
        if let stamp = Stamp(text) { return stamp }
        guard let seconds = Double(text), abs(seconds) < 9e9 else {
            throw problem(
                "expected a time as '2026-03-01T12:00:00Z' or in seconds since 1970, found '\(text.prefix(40))'"
            )
        }
        return Stamp(nanoseconds: Int64((seconds * 1e9).rounded()))
    }

    /// A cell: a number or a truth where it reads as one, JSON where it begins as such, else a text.
    private func value(_ cell: String) throws(Problem) -> Value {
        if let number = Double(cell) { return .float64(number) }
        switch cell {
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        // A text may begin as an array or an object does.
        guard cell.first == "{" || cell.first == "[", let json = try? JSONReader.value(of: Array(cell.utf8)),
            let value = try? Value(json: json)
        else { return .text(cell) }
        return value
    }

    private func value(of bytes: [UInt8], kind: String?) throws(Problem) -> Value {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONReader.value(of: bytes, limits: JSONLimits(sizeMax: LineReader.sizeMax))
        } catch {
            throw problem("byte \(error.offset + 1): \(error.problem)")
        }
        return try value(json, kind)
    }

    private func value(_ json: JSONValue, _ kind: String?) throws(Problem) -> Value {
        do throws(ModelProblem) { return try Value(json: json, kind: kind) } catch { throw problem(error.problem) }
    }
}

// JSON Lines.
extension Recording {
    private mutating func nextLines() throws(Problem) -> [Message.Part]? {
        var parts: [Message.Part] = []
        var id: String?
        if let held {
            parts.append(held.part)
            id = held.id
            lastLine = line
            self.held = nil
        }
        do throws(Problem) {
            while let bytes = try read() {
                guard !bytes.isEmpty else { continue }
                let object = try object(bytes)
                guard case .string(let signal)? = object["signal"] else {
                    let row = try row(object)
                    guard !parts.isEmpty else {
                        lastLine = line
                        return row
                    }
                    heldRow = row
                    return parts
                }
                guard let output = outputs[signal] else {
                    if others.count < Self.othersMax { others.insert(signal) }
                    continue
                }
                let part = try sample(object, output)
                let partID: String? = if case .string(let text)? = object["id"] { text } else { nil }
                // Samples of one evaluation stand together; a signal that comes again belongs to the next.
                let isSame =
                    parts.isEmpty || (partID != nil && partID == id && !parts.contains { $0.output == output })
                guard isSame else {
                    held = (partID, part)
                    isEvaluation = id != nil
                    return parts
                }
                id = partID
                lastLine = line
                parts.append(part)
            }
        } catch {
            // What stands before a broken line is good.
            guard !parts.isEmpty else { throw error }
            broken = error
        }
        isEvaluation = id != nil
        return parts.isEmpty ? nil : parts
    }

    private func object(_ bytes: [UInt8]) throws(Problem) -> JSONObject {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONReader.value(of: bytes, limits: JSONLimits(sizeMax: LineReader.sizeMax))
        } catch {
            throw problem("byte \(error.offset + 1): \(error.problem)")
        }
        guard case .object(let object) = json else { throw problem("expected an object, found another value") }
        return object
    }

    private func sample(_ object: JSONObject, _ output: Int) throws(Problem) -> Message.Part {
        let kind: String? = if case .string(let text)? = object["kind"] { text } else { nil }
        guard let written = object["value"] else { throw problem("expected a value, found none") }
        let value = try value(written, kind)
        switch object["severity"] {
        case nil: break
        case .string(let word)?: _ = try severity(word)
        default: throw problem("expected a severity NONE, MINOR, MAJOR or INVALID, found another value")
        }
        var stamp = Stamp.unknown
        if case .string(let text)? = object["stamp"] { stamp = try self.stamp(text) }
        return Message.Part(output: output, value: value, alarm: Alarm(json: object), stamp: stamp)
    }

    /// A line with a member for each signal.
    private func row(_ object: JSONObject) throws(Problem) -> [Message.Part] {
        var stamp = Stamp.unknown
        switch object["time"] {
        case .string(let text)?: stamp = try self.stamp(text)
        case .number(let seconds)?: stamp = try self.stamp("\(seconds)")
        case .integer(let seconds)?: stamp = try self.stamp("\(seconds)")
        default: break
        }
        var parts: [Message.Part] = []
        for member in object.members {
            guard let output = outputs[member.name] else { continue }
            parts.append(Message.Part(output: output, value: try value(member.value, nil), stamp: stamp))
        }
        return parts
    }
}
