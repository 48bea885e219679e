import Foundation
import JSON
import TestSupport
import Testing

/// `slipway trace` at a flow of a file, and at one at work.
@Suite(.timeLimit(.minutes(2))) struct TraceEndToEndTests {
    /// Runs lines of shell beside a flow at work; `$1` is the program, `$url` where the flow listens.
    private func run(_ lines: String, _ body: (Program.Outcome) throws -> Void) throws {
        try withScratchFolder { folder in
            let flow = """
                flow: why
                sources:
                  ticks: {type: clock, period: 20ms}
                steps:
                  calc: {type: formula, out: {twice: "count * 2", root: "sqrt(0 - 1 - count)"}}
                  last: {type: pass, in: {before: {signal: sum, delay: true}}}
                  add: {type: formula, out: {sum: "before + twice"}}
                sinks:
                  file: {type: recorder, in: {DOUBLE: twice}, file: kept.jsonl}

                """
            try Data(flow.utf8).write(to: folder.appending(path: "flow.yaml"))
            let script = """
                set -u
                url=http://127.0.0.1:\(LivePort.take())
                "$1" run flow.yaml --http "${url#http://}" --trace 100KiB >out 2>log &
                flow=$!
                until grep -q '"DOUBLE".*"value":[1-9]' kept.jsonl; do kill -0 $flow || exit 9; sleep 0.02; done
                \(lines)
                kill -TERM $flow; wait $flow
                """
            try body(try Program("/bin/sh").run(["-c", script, "sh", Program.slipway.path], in: folder))
        }
    }

    @Test("An output that left is explained by its id: formula, inputs, times")
    func byID() throws {
        let lines = """
            line=$(tail -n 2 kept.jsonl | head -n 1)
            id=$(echo "$line" | sed 's/.*"id":"//; s/".*//')
            value=$(echo "$line" | sed 's/.*"value"://; s/,.*//')
            echo $value
            "$1" trace $url DOUBLE --id $id --output json
            "$1" trace $url twice --id $id
            """
        try run(lines) { outcome in
            #expect(outcome.status == 0, "\(outcome.errors)")
            let parts = outcome.output.split(separator: "\n", maxSplits: 1)
            try #require(parts.count == 2, "\(outcome.errors)")
            let value = try #require(Double(parts[0]))
            let end = try #require(parts[1].range(of: "\n}\n"))
            let json = try JSONReader.value(of: Array(parts[1][..<end.upperBound].utf8))
            guard case .object(let object) = json, case .array(let told)? = object["lines"],
                case .object(let first)? = told.first, case .object(let second)? = told.last
            else { throw Unexpected(text: outcome.output) }
            #expect(first["signal"] == "twice")
            #expect(first["formula"] == "count * 2")
            #expect(first["value"].flatMap { Double(JSONWriter.text(of: $0)) } == value)
            #expect(second["signal"] == "count")
            #expect(second["value"].flatMap { Double(JSONWriter.text(of: $0)) } == value / 2)
            let text = parts[1][end.upperBound...].split(separator: "\n").map(String.init)
            #expect(text[1] == "│   calc, formula: count * 2")
            #expect(text[2].hasPrefix("│   measured 2"))
            #expect(text.contains { $0.hasPrefix("└── count = ") })
        }
    }

    private struct Unexpected: Error { let text: String }

    @Test("Evaluations are listed; what cannot be told says why")
    func lists() throws {
        let lines = """
            "$1" trace $url --limit 3 | grep -c '^2'
            "$1" trace $url sum | grep -c 'before: sum = '
            "$1" trace $url root | head -n 1
            "$1" trace $url roots; echo status $?
            "$1" trace $url sum --id 00000000000000000000000000000001; echo status $?
            "$1" trace $url/flow --limit 1 | grep -c '^2'
            "$1" trace $url/elsewhere; echo status $?
            """
        try run(lines) { outcome in
            let output = outcome.output.split(separator: "\n").map(String.init)
            try #require(output.count == 7, "\(outcome.output)\(outcome.errors)")
            #expect(output[0] == "3")
            #expect(output[1] == "1")
            #expect(output[2].hasPrefix("root = "))
            #expect(output[2].contains("INVALID: outside of the reals"))
            #expect(output[3] == "status 1" && output[4] == "status 1" && output[6] == "status 1")
            #expect(output[5] == "1")
            #expect(outcome.errors.contains("expected a signal of the flow, found 'roots'\n    did you mean 'root'?"))
            #expect(outcome.errors.contains("expected an evaluation that is remembered, found none of this id"))
        }
    }

    @Test("A flow of a file runs until its signal is good, without its sinks")
    func file() throws {
        let outcome = try Program.slipway.run(["trace", "gun.yaml", "power"], in: Repository.examples)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("power = ") == true)
        #expect(lines.contains { $0.hasPrefix("└── GUN:VOLTAGE = ") })
        // Its sinks are known by name although they do not run.
        let written = try Program.slipway.run(["trace", "magnets.yaml", "QUAD:IN20:121:BACT"], in: Repository.examples)
        #expect(written.output.hasPrefix("quad = "), "\(written.errors)")
        let late = try Program.slipway.run(
            ["trace", "injector.yaml", "sigma_x", "--for", "300ms"],
            in: Repository.examples
        )
        #expect(late.status == 75, "\(late.output)")
        #expect(late.errors.contains("expected a value of 'sigma_x', found that it has not been computed"))
    }

    @Test("What is recorded of a flow gives the same when it is played again")
    func record() throws {
        try withScratchFolder { folder in
            let recording = folder.appending(path: "kept.jsonl").path
            let record = try Program.slipway.run(["record", "gun.yaml", recording], in: Repository.examples)
            #expect(record.status == 0, "\(record.errors)")
            #expect(record.output == "12 samples in '\(recording)'\n")
            let words = ["replay", recording, "gun.yaml", "--compare"]
            let replay = try Program.slipway.run(words, in: Repository.examples)
            #expect(replay.status == 0, "\(replay.errors)")
            #expect(
                replay.output.hasSuffix(
                    "4 evaluations, 4 samples compared (1 of them INVALID on both sides), 0 differ\n"
                )
            )
            // A table keeps the same.
            let table = folder.appending(path: "kept.csv").path
            _ = try Program.slipway.run(["record", "gun.yaml", table], in: Repository.examples)
            let again = try Program.slipway.run(["replay", table, "gun.yaml", "--compare"], in: Repository.examples)
            #expect(
                again.output.hasSuffix(
                    "4 evaluations, 4 samples compared (1 of them INVALID on both sides), 0 differ\n"
                ),
                "\(again.output)"
            )
        }
    }

    @Test("A recording ends with its time, or with Ctrl-C, and has all that came until then")
    func recordFor() throws {
        try withScratchFolder { folder in
            let flow = """
                flow: ticks
                sources: {ticks: {type: clock, period: 5ms}}
                steps: {calc: {type: formula, out: {twice: "count * 2"}}}
                sinks: {screen: {type: console}}

                """
            try Data(flow.utf8).write(to: folder.appending(path: "flow.yaml"))
            let script = """
                "$1" record flow.yaml one.jsonl --for 500ms || exit 3
                "$1" record flow.yaml two.jsonl >said 2>log &
                until [ -s two.jsonl ]; do kill -0 $! || exit 9; sleep 0.02; done
                kill -INT $!; wait $! || exit 4
                wc -l <two.jsonl; sed 's/ .*//' said
                "$1" replay two.jsonl flow.yaml --compare | tail -n 1
                """
            let outcome = try Program("/bin/sh").run(["-c", script, "sh", Program.slipway.path], in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n")
            try #require(lines.count == 4, "\(outcome.output)")
            #expect(lines[1].drop { $0 == " " } == lines[2])
            #expect(lines[3].hasSuffix(" 0 differ"))
        }
    }
}
