import Component
import Foundation
import JSON
import Signals
import TestSupport
import Testing

@testable import Commands

/// Recordings, made and played again.
@Suite struct ReplayTests {
    private static let gun = Repository.root.appending(path: "examples").appending(path: "gun.yaml")

    /// What `slipway record` makes of the example: three samples an evaluation.
    private static let recording = [
        (0, "0.5", "300.0", "150.0"), (1, "0.6", "300.0", "180.0"),
        (2, "\"NaN\",\"severity\":\"INVALID\"", "305.0", "\"NaN\",\"severity\":\"INVALID\""),
        (3, "0.7", "310.0", "217.0"),
    ]
    .flatMap { second, current, voltage, power in
        [("GUN:CURRENT", current), ("GUN:VOLTAGE", voltage), ("power", power)].map { name, value in
            let stamp = "2026-03-01T12:00:0\(second)Z"
            return "{\"signal\":\"\(name)\",\"value\":\(value),\"stamp\":\"\(stamp)\",\"id\":\"e\(second)\"}\n"
        }
    }
    .joined()

    /// Runs a command in a folder with a recording of the example; `$` stands for the folder.
    private func run(
        _ words: String...,
        changing: (String) -> String = { $0 },
        recorded: (String) -> String = { $0 },
        _ body: (Commands.ExitStatus, String, String) throws -> Void
    ) throws {
        try withScratchFolder { folder in
            let flow = changing(try String(contentsOf: Self.gun, encoding: .utf8))
            try Data(flow.utf8).write(to: folder.appending(path: "flow.yaml"))
            try Data(recorded(Self.recording).utf8).write(to: folder.appending(path: "kept.jsonl"))
            let console = CapturedConsole()
            let words = words.map { $0.replacing("$", with: folder.path) }
            try body(
                console.run(words),
                console.output.string,
                console.errors.string.replacing(folder.path, with: "$")
            )
        }
    }

    @Test("The flow that was recorded gives the same again")
    func same() throws {
        try run("replay", "$/kept.jsonl", "$/flow.yaml", "--compare") { status, output, errors in
            #expect(status == .done)
            #expect(errors == "")
            #expect(
                output == "power: 4 samples, all the same\n4 evaluations, 4 samples compared "
                    + "(1 of them INVALID on both sides), 0 differ\n"
            )
        }
    }

    @Test("Another flow is compared: how many differ, by how much, and where the first is")
    func different() throws {
        let change = { (text: String) in text.replacing("* GUN:VOLTAGE", with: "* GUN:VOLTAGE + (GUN:CURRENT - 0.5)") }
        try run("replay", "$/kept.jsonl", "$/flow.yaml", "--compare", changing: change) { status, output, _ in
            #expect(status == .problemsFound)
            #expect(
                output == """
                    power: 2 of 4 differ, by 0.2 at most and 0.1 on average, 0.0921 % of their size at most
                        first in line 6, 2026-03-01T12:00:01.000000000Z: recorded 180.0, found 180.1
                    4 evaluations, 4 samples compared (1 of them INVALID on both sides), 2 differ

                    """
            )
        }
        let words = ["replay", "$/kept.jsonl", "$/flow.yaml", "--compare", "--within", "0.2000001"]
        try run(words[0], words[1], words[2], words[3], words[4], words[5], changing: change) { status, output, _ in
            #expect(status == .done, "\(output)")
        }
    }

    @Test("A severity that differs is a difference, whatever the values are")
    func severity() throws {
        let worse = { (text: String) in
            text.replacing("\"value\":217.0", with: "\"value\":217.0,\"severity\":\"MINOR\"")
        }
        try run("replay", "$/kept.jsonl", "$/flow.yaml", "--compare", recorded: worse) { status, output, _ in
            #expect(status == .problemsFound)
            #expect(output.contains("recorded 217.0  MINOR, found 217.0\n"), "\(output)")
        }
    }

    @Test("Without a comparison each computed sample is a line; as JSON it is a recording again")
    func lines() throws {
        try run("replay", "$/kept.jsonl", "$/flow.yaml") { status, output, _ in
            #expect(status == .done)
            #expect(output.split(separator: "\n").count == 4)
            #expect(output.hasPrefix("power  2026-03-01T12:00:00.000000000Z  150.0\n"))
            #expect(output.contains("NaN  INVALID: GUN:CURRENT\n"))
        }
        try run("replay", "$/kept.jsonl", "$/flow.yaml", "--output", "json") { _, output, _ in
            for line in output.split(separator: "\n") {
                guard case .object(let object) = try JSONReader.value(of: Array(line.utf8)) else { continue }
                #expect(object["signal"] == "power" && object["id"] != nil)
            }
        }
    }

    @Test("What is missing in a recording, and what is wrong with it, is told")
    func wrong() throws {
        let broken = { (text: String) in text.replacing("\"value\":0.6", with: "\"value\":") }
        try run("replay", "$/kept.jsonl", "$/flow.yaml", "--compare", recorded: broken) { status, output, errors in
            #expect(status == .problemsFound)
            #expect(errors.hasPrefix("slipway replay: '$/kept.jsonl', line 4: byte "), "\(errors)")
            #expect(output.contains("4 evaluations"), "\(output)")
        }
        let renamed = { (text: String) in text.replacing("GUN:CURRENT", with: "GUN:CURRANT") }
        try run("replay", "$/kept.jsonl", "$/flow.yaml", recorded: renamed) { _, _, errors in
            #expect(
                errors == "slipway replay: expected all inputs of the flow in '$/kept.jsonl', found nothing of "
                    + "'GUN:CURRENT'\n"
            )
        }
        let inputs = { (text: String) in text.replacing("\"power\"", with: "\"other\"") }
        try run("replay", "$/kept.jsonl", "$/flow.yaml", "--compare", recorded: inputs) { status, _, errors in
            #expect(status == .problemsFound)
            #expect(errors.hasPrefix("slipway replay: expected outputs to compare in "))
        }
        try run("record", "$/flow.yaml", "$/kept.jsonl") { status, _, errors in
            #expect(status == .problemsFound)
            #expect(
                errors == "slipway record: expected a file that is not there yet, found '$/kept.jsonl'\n"
                    + "    name another one, or remove it\n"
            )
        }
    }

    /// Plays a recording of our own through `y: x * 1`.
    private func play(_ recording: String, named name: String = "kept.jsonl", out: String = "{y: \"x * 1\"}") throws
        -> (status: Commands.ExitStatus, output: String, errors: String)
    {
        try withScratchFolder { folder in
            let flow = """
                flow: g
                sources: {p: {type: pva, pvs: [x]}}
                steps: {y: {type: formula, out: \(out)}}
                sinks: {s: {type: console}}

                """
            try Data(flow.utf8).write(to: folder.appending(path: "g.yaml"))
            try Data(recording.utf8).write(to: folder.appending(path: name))
            let console = CapturedConsole()
            let words = [
                "replay", folder.appending(path: name).path, folder.appending(path: "g.yaml").path, "--compare",
            ]
            let status = console.run(words)
            return (status, console.output.string, console.errors.string.replacing(folder.path, with: "$"))
        }
    }

    private static func line(_ name: String, _ rest: String, _ id: Int) -> String {
        "{\"signal\":\"\(name)\",\(rest),\"stamp\":\"2026-01-01T00:00:0\(id)Z\",\"id\":\"e\(id)\"}\n"
    }

    @Test("In a table each signal has its own severity")
    func table() throws {
        let heading = "time,severity,alarms,x,other,y\n"
        let worse = "2026-01-01T00:00:00Z,INVALID,\"{\"\"other\"\":\"\"INVALID\"\"}\",1,NaN,"
        let found = try play(heading + worse + "7\n", named: "kept.csv")
        #expect(found.output.contains("recorded 7.0, found 1.0"), "\(found)")
        let same = try play(heading + worse + "1\n", named: "kept.csv")
        #expect(same.output.contains("y: 1 sample, all the same") || same.output.contains("y: 1 sample, the same"))
        // The recorder's own time comes first where a signal is called so as well.
        let times = try play(
            "time,severity,alarms,time,x,y\n2026-01-01T00:00:05Z,,,9,1,8\n",
            named: "kept.csv",
            out: "{y: \"x * 1\"}"
        )
        #expect(times.output.contains("line 2, 2026-01-01T00:00:05.000000000Z"), "\(times)")
        for (text, problem) in [
            (
                "time,severity,x\n2026-01-01T00:00:00Z,FROG,1\n",
                "expected a severity NONE, MINOR, MAJOR or INVALID, found 'FROG'"
            ),
            (
                "time,alarms,x\n2026-01-01T00:00:00Z,x,1\n",
                "expected the signals in alarm with their severities, found 'x'"
            ),
            ("time,x,x\n2026-01-01T00:00:00Z,1,2\n", "expected one column 'x' in '$/kept.csv', found several"),
            ("time,x\n2026-02-30T00:00:00Z,1\n", "found '2026-02-30T00:00:00Z'"),
        ] {
            let found = try play(text, named: "kept.csv")
            #expect(found.status == .problemsFound && found.errors.contains(problem), "\(found)")
        }
    }

    @Test("A line that says too little, or what nobody knows, is no good sample")
    func strange() throws {
        for (rest, problem) in [
            (
                "\"value\":1,\"severity\":\"invalid\"",
                "expected a severity NONE, MINOR, MAJOR or INVALID, found 'invalid'"
            ),
            ("\"value\":1,\"severity\":3", "expected a severity NONE, MINOR, MAJOR or INVALID, found another value"),
            ("\"kind\":\"int64\"", "expected a value, found none"),
        ] {
            let found = try play(Self.line("x", rest, 1))
            #expect(found.errors.contains("line 1: \(problem)"), "\(found)")
        }
    }

    @Test("What is recorded and not computed, computed and not recorded, or of another type, is a difference")
    func presence() throws {
        let gone = try play(
            Self.line("x", "\"value\":1", 1) + Self.line("y", "\"value\":1.0", 1) + Self.line("z", "\"value\":1", 1)
        )
        #expect(gone.status == .problemsFound && gone.output.contains("z: recorded, and not computed"), "\(gone)")
        let more = try play(
            Self.line("x", "\"value\":1", 1) + Self.line("y", "\"value\":1.0", 1) + Self.line("x", "\"value\":2", 2)
        )
        #expect(more.status == .problemsFound && more.output.contains("y: 1 more than recorded"), "\(more)")
        let fewer = try play(
            Self.line("x", "\"value\":1", 1) + Self.line("y", "\"value\":1.0", 1) + Self.line("y", "\"value\":1.0", 2)
        )
        #expect(fewer.status == .problemsFound && fewer.output.contains("y: 1 of 2 differ"), "\(fewer)")
        let array = "\"value\":{\"datatype\":\"FP64\",\"shape\":[1],\"data\":[1]}"
        let shaped = try play(Self.line("x", "\"value\":1", 1) + Self.line("y", array, 1))
        #expect(shaped.output.contains("differ, in their severity, their type"), "\(shaped)")
        let invalid =
            Self.line("x", "\"value\":1,\"severity\":\"INVALID\"", 1)
            + Self.line("y", "\"value\":5,\"severity\":\"INVALID\"", 1)
        let both = try play(invalid)
        #expect(both.status == .done && both.output.contains("(1 of them INVALID on both sides)"), "\(both)")
    }

    @Test("Samples are compared as a naive reading compares them", arguments: 0..<50)
    func comparison(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let within: Double = [0, 0.1, 1].randomElement(using: &random) ?? 0
        var comparison = Comparison(["a"], within: within)
        var (differing, largest) = (0, 0.0)
        for line in 1...100 {
            let numbers = (0..<3).map { _ in Double(Int.random(in: -3...3, using: &random)) / 4 }
            let others = numbers.map {
                Bool.random(using: &random) ? $0 : Double(Int.random(in: -3...3, using: &random)) / 4
            }
            let isInvalid = Int.random(in: 0..<4, using: &random) == 0
            let alarm = Alarm(isInvalid ? .invalid : .none, status: .none, message: "")
            let (one, other) = (try Tensor(numbers, shape: [3]), try Tensor(others, shape: [3]))
            let part = RecordedEvaluation.Part(signal: "a", value: .tensor(one), alarm: alarm, stamp: .unknown)
            let isGone = Int.random(in: 0..<9, using: &random) == 0
            comparison.add(
                part,
                line: line,
                isGone ? nil : Sample(.tensor(other), alarm: alarm, stamp: .unknown, id: .none)
            )
            let isFar = zip(numbers, others).contains { abs($0 - $1) > within }
            if isGone || (!isInvalid && isFar) { differing += 1 }
            if !isGone, !isInvalid { largest = max(largest, zip(numbers, others).map { abs($0 - $1) }.max() ?? 0) }
        }
        #expect(comparison.differing == differing, "seed \(seed)")
        #expect(comparison.compared == 100)
        #expect(comparison.signals[0].absoluteMax == largest)
    }
}
