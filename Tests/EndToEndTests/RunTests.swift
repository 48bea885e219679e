import Foundation
import JSON
import TestSupport
import Testing

/// `slipway run` from the outside: what a person types, and what the process says.
@Suite struct RunEndToEndTests {
    private let examples = Repository.root.appending(path: "examples")

    private func json(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONReader.value(of: Array(text.utf8), limits: JSONLimits()) else {
            throw CocoaError(.coderInvalidValue)
        }
        return object
    }

    @Test(
        "A recording runs through a flow to its end",
        arguments: [["gun.yaml"], ["-c", "gun.yaml"], ["--config=gun.yaml"]]
    )
    func recording(words: [String]) throws {
        let outcome = try Program.slipway.run(["run"] + words, in: examples)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.output == """
                2026-03-01T12:00:00.000000000Z  power  150.0
                2026-03-01T12:00:01.000000000Z  power  180.0
                2026-03-01T12:00:02.000000000Z  power  NaN  INVALID: GUN:CURRENT is NaN
                2026-03-01T12:00:03.000000000Z  power  217.0

                """
        )
        let events = outcome.errors.split(separator: "\n").map { $0.drop { $0 != " " }.dropFirst() }
        #expect(events == ["info flow runs flow=gun-power", "info ended evaluations=4"])
    }

    @Test("Events are lines of JSON for who wants them")
    func jsonLog() throws {
        let outcome = try Program.slipway.run(["run", "gun.yaml", "--log", "json"], in: examples)
        let events = try outcome.errors.split(separator: "\n").map { try json(String($0)) }
        #expect(events.map { $0["event"] } == [.string("flow runs"), .string("ended")])
        #expect(events.allSatisfy { $0["level"] == .string("info") && $0["time"] != nil })
    }

    @Test("A recording is played as it was recorded, sample by sample", arguments: ["jsonl", "csv"])
    func again(format: String) throws {
        try withScratchFolder { folder in
            func flow(_ text: String) throws { try Data(text.utf8).write(to: folder.appending(path: "f.yaml")) }
            try flow(
                """
                flow: first
                sources: {past: {type: replay, file: rows.jsonl, signals: [a, b], pace: fastest}}
                steps: {s: {type: formula, out: {c: "a / b"}}}
                sinks: {file: {type: recorder, file: out.\(format), in: [a, b, c]}}
                """
            )
            let rows = (0..<500).map { number in
                "{\"time\": \"2026-03-01T12:00:00.\(100 + number)Z\", \"a\": \(number).25, \"b\": \(number % 7)}"
            }
            try Data(rows.joined(separator: "\n").utf8).write(to: folder.appending(path: "rows.jsonl"))
            let first = try Program.slipway.run(["run", "f.yaml"], in: folder)
            #expect(first.status == 0, "\(first.errors)")
            try flow(
                """
                flow: second
                sources: {past: {type: replay, file: out.\(format), signals: [a, b, c], pace: fastest}}
                sinks: {file: {type: recorder, file: again.\(format), in: [a, b, c]}}
                """
            )
            let second = try Program.slipway.run(["run", "f.yaml"], in: folder)
            #expect(second.status == 0, "\(second.errors)")
            func lines(_ name: String) throws -> [String] {
                let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
                // Each evaluation has an id of its own, so those differ.
                return text.split(separator: "\n").map { String($0.replacing(/"id":"[0-9a-f]{32}"/, with: "")) }
            }
            let written = try lines("out.\(format)")
            #expect(written.count == (format == "csv" ? 501 : 1500))
            #expect(try lines("again.\(format)") == written)
        }
    }

    @Test("One shot waits for every signal and prints them all")
    func oneShot() throws {
        let outcome = try Program.slipway.run(["run", "magnets.yaml", "--one-shot", "--output", "json"], in: examples)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try json(outcome.output)
        guard case .array(let signals)? = report["signals"] else {
            Issue.record("\(outcome.output)")
            return
        }
        let names = signals.compactMap { signal -> JSONValue? in
            if case .object(let object) = signal { object["signal"] } else { nil }
        }
        #expect(names == ["time", "count", "solenoid", "quad"].map { .string($0) })
        #expect(outcome.errors.contains("2 outputs are held back: nothing is written without '--publish'"))
    }

    @Test("One shot says what did not come, and ends with 75")
    func oneShotInVain() throws {
        try withScratchFolder { folder in
            let yaml = """
                flow: f
                sources: {m: {type: pva, pvs: [NOT:THERE], name_servers: ["127.0.0.1:1"], auto_addresses: false}}
                steps: {s: {type: formula, out: {y: "2 * NOT:THERE"}}}
                sinks: {screen: {type: console, in: [y]}}
                """
            try Data(yaml.utf8).write(to: folder.appending(path: "f.yaml"))
            let outcome = try Program.slipway.run(["run", "f.yaml", "-o", "--for", "300ms"], in: folder)
            #expect(outcome.status == 75)
            #expect(
                outcome.errors.contains(
                    "slipway run: expected every signal within 300ms, found none yet of 'NOT:THERE', 'y'"
                )
            )
        }
    }

    @Test("What cannot begin says why, and ends with 1 or 64")
    func refusals() throws {
        try withScratchFolder { folder in
            func flow(_ name: String, _ sinks: String) throws {
                let yaml = "flow: f\nsources: {t: {type: clock}}\nsinks: \(sinks)\n"
                try Data(yaml.utf8).write(to: folder.appending(path: name))
            }
            try flow("good.yaml", "{s: {type: console, in: [count]}}")
            try flow("bad-file.yaml", "{s: {type: recorder, file: no/such/folder.jsonl, in: [count]}}")
            try flow("bad.yaml", "{s: {type: consol, in: [count]}}")
            try Data("{\"A\": [1]}".utf8).write(to: folder.appending(path: "env.json"))
            let cases: [(words: [String], status: Int32, errors: [String])] = [
                ([], 64, ["slipway run: expected FILE, found the end"]),
                (["good.yaml", "-c", "bad.yaml"], 64, ["expected one flow, found 'good.yaml' and '--config' as well"]),
                (["good.yaml", "--for", "soon"], 64, ["expected a duration behind '--for', found 'soon'"]),
                (["good.yaml", "--http", "nowhere"], 64, ["expected HOST:PORT, found 'nowhere'"]),
                (["bad.yaml"], 1, ["bad.yaml:3:19: error: sinks.s.type: expected the type of a sink, found 'consol'"]),
                (["none.yaml"], 1, ["expected a flow document, found that 'none.yaml' does not exist"]),
                (
                    ["bad-file.yaml"], 1,
                    ["bad-file.yaml:3:9: error: sinks.s: expected a file to write at", "No such file or directory"]
                ),
                (
                    ["good.yaml", "--journal", "no/such/folder.jsonl"], 1,
                    ["expected a journal to write at 'no/such/folder.jsonl', found: No such file or directory"]
                ),
                (
                    ["good.yaml", "-e", "env.json"], 1,
                    ["expected 'env.json' to hold a text for 'A', found another value"]
                ),
            ]
            for (words, status, errors) in cases {
                let outcome = try Program.slipway.run(["run"] + words, in: folder)
                #expect(outcome.status == status, "\(words): \(outcome.errors)")
                for error in errors { #expect(outcome.errors.contains(error), "\(words): \(outcome.errors)") }
            }
        }
    }

    @Test("A port that is taken is told, and the flow does not begin")
    func portInUse() throws {
        try withScratchFolder { folder in
            let taken = try TakenPort()
            let yaml = "flow: f\nsources: {t: {type: clock}}\nsinks: {s: {type: console, in: [count]}}\n"
            try Data(yaml.utf8).write(to: folder.appending(path: "f.yaml"))
            let words = ["run", "f.yaml", "--http", "127.0.0.1:\(taken.port)", "--for", "5s"]
            let outcome = try Program.slipway.run(words, in: folder)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("\(taken.port)"), "\(outcome.errors)")
            #expect(!outcome.output.contains("count"))
        }
    }

    @Test("Who ends a flow does not wait for the time that it was given", .timeLimit(.minutes(1)))
    func endBeforeTime() throws {
        let script = """
            "$1" run magnets.yaml --for 1h --http 127.0.0.1:0 2>"$2" &
            flow=$!
            until grep -q 'flow runs' "$2"; do kill -0 $flow || exit 9; sleep 0.05; done
            kill -TERM $flow
            wait $flow
            """
        try withScratchFolder { folder in
            let log = folder.appending(path: "log").path
            let outcome = try Program("/bin/sh").run(["-c", script, "sh", Program.slipway.path, log], in: examples)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let events = try String(contentsOfFile: log, encoding: .utf8)
            #expect(events.contains("info stopping") && events.contains("info ended"), "\(events)")
        }
    }

    @Test("Variables of a file are there when the flow is read")
    func environment() throws {
        try withScratchFolder { folder in
            let yaml = """
                flow: f
                sources: {t: {type: clock, period: "${PERIOD}"}}
                sinks: {s: {type: console, in: [count]}}
                """
            try Data(yaml.utf8).write(to: folder.appending(path: "f.yaml"))
            try Data("{\"PERIOD\": \"1h\"}".utf8).write(to: folder.appending(path: "env.json"))
            let outcome = try Program.slipway.run(["run", "f.yaml", "--env", "env.json", "--for", "200ms"], in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.split(separator: "\n").count == 1)
        }
    }

    @Test("With '--debug' the log says what was evaluated and what the governor decided", .timeLimit(.minutes(1)))
    func debug() throws {
        try withScratchFolder { folder in
            let flow = """
                flow: decided
                trigger: message
                sources: {past: {type: replay, file: in.jsonl, signals: [A], pace: fastest}}
                sinks:
                  out:
                    type: pva-server
                    port: 0
                    pvs: {OUT: {signal: A}}
                    governor: {OUT: {limits: [0, 10], deadband: 1}}

                """
            try Data(#"{"A":1}\n{"A":1.5}\n{"A":90}\n"#.replacing("\\n", with: "\n").utf8)
                .write(to: folder.appending(path: "in.jsonl"))
            try Data(flow.utf8).write(to: folder.appending(path: "flow.yaml"))
            let environment = [
                "PATH": "/usr/bin:/bin", "EPICS_PVAS_BROADCAST_PORT": "\(LivePort.take(isDatagram: true))",
            ]
            func log(_ options: [String]) throws -> String {
                let words = ["run", "flow.yaml", "--publish"] + options
                return try Program.slipway.run(words, environment: environment, in: folder).errors
            }
            let told = try log(["--debug"])
            #expect(told.count(of: "debug evaluated id=") == 3)
            #expect(told.contains("changed=A delivered=yes"))
            for verdict in ["written", "\"same as before\"", "refused"] {
                #expect(told.contains("debug governor sink=out input=OUT verdict=\(verdict)\n"), "\(verdict): \(told)")
            }
            #expect(try !log([]).contains(" debug "))
        }
    }

    @Test("A flow whose recording ends at once is looked at nevertheless", .timeLimit(.minutes(1)))
    func oneShotOfRecording() throws {
        try withScratchFolder { folder in
            let flow = try String(contentsOf: Repository.examples.appending(path: "gun.yaml"), encoding: .utf8)
            try Data(flow.utf8).write(to: folder.appending(path: "gun.yaml"))
            let rows = (1...4).map { (current: Double($0) / 2, voltage: 300.0) }
            let lines = rows.map { "2026-03-01T12:00:00Z,\($0.current),\($0.voltage)\n" }
            try Data(("time,GUN:CURRENT,GUN:VOLTAGE\n" + lines.joined()).utf8)
                .write(to: folder.appending(path: "gun.csv"))
            let outcome = try Program.slipway.run(["run", "gun.yaml", "--one-shot"], in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            // How far a recording gets that is played as fast as possible is not said; what is shown belongs together.
            let shown = outcome.output.split(separator: "\n").suffix(3).map(String.init)
            let expected = rows.map { row in
                [
                    "GUN:CURRENT = \(row.current)", "GUN:VOLTAGE = \(row.voltage)",
                    "power = \(row.current * row.voltage)",
                ]
            }
            #expect(expected.contains(shown), "\(outcome.output)")
        }
    }

    @Test("What a spreadsheet cannot write as a number is read back from CSV as it was", .timeLimit(.minutes(1)))
    func recordedValues() throws {
        try withScratchFolder { folder in
            let first = """
                flow: keep
                trigger: message
                sources: {past: {type: replay, file: in.jsonl, signals: [A, B], pace: fastest}}
                sinks: {file: {type: recorder, file: out.csv, in: [A, B]}}

                """
            let lines = [#"{"A":"NaN","B":"{x}"}"#, #"{"A":"-Infinity","B":"a,\"b"}"#, #"{"A":1.5,"B":"[1,2"}"#]
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "in.jsonl"))
            try Data(first.utf8).write(to: folder.appending(path: "first.yaml"))
            #expect(try Program.slipway.run(["run", "first.yaml"], in: folder).status == 0)
            let csv = try String(contentsOf: folder.appending(path: "out.csv"), encoding: .utf8)
            let cells = csv.split(separator: "\n").dropFirst().map { $0.split(separator: ",", maxSplits: 2)[2] }
            // Behind the time and the worst severity: which signals are in alarm, then these.
            let invalid = #""{""A"":""INVALID""}""#
            let expected: [String] = ["\(invalid),NaN,{x}", invalid + #",-Infinity,"a,""b""#, #",1.5,"[1,2""#]
            #expect(cells.map(String.init) == expected)
            let second = first.replacing("in.jsonl", with: "out.csv").replacing(
                "file: out.csv, in",
                with: "file: b.jsonl, in"
            )
            try Data(second.utf8).write(to: folder.appending(path: "second.yaml"))
            let outcome = try Program.slipway.run(["run", "second.yaml"], in: folder)
            #expect(outcome.status == 0 && !outcome.errors.contains("refused"), "\(outcome.errors)")
            let back = try String(contentsOf: folder.appending(path: "b.jsonl"), encoding: .utf8)
            for text in [#""value":"NaN""#, #""value":"-Infinity""#, #""value":"{x}""#, #""value":"[1,2""#] {
                #expect(back.contains(text), "\(text): \(back)")
            }
        }
    }
}

/// A port on which somebody listens.
private struct TakenPort: ~Copyable {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, length) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
        guard isBound else { throw CocoaError(.fileWriteUnknown) }
    }

    deinit { close(descriptor) }
}
