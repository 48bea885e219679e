import Foundation
import JSON
import TestSupport
import Testing

/// `slipway watch` at a flow of a file, and at one at work.
@Suite(.timeLimit(.minutes(2))) struct WatchEndToEndTests {
    private static let flow = """
        flow: look
        sources:
          ticks: {type: clock, period: 50ms}
        steps:
          calc: {type: formula, out: {wave: "sin(count / 5)", root: "sqrt(0.5 - count)"}}
        sinks:
          file: {type: recorder, in: [wave], file: kept.jsonl}

        """

    /// Runs lines of shell in a folder with the flow; `$1` is the program, `$url` where a flow may listen.
    private func run(_ lines: String, _ body: (Program.Outcome, URL) throws -> Void) throws {
        try withScratchFolder { folder in
            try Data(Self.flow.utf8).write(to: folder.appending(path: "flow.yaml"))
            let script = """
                set -u
                url=http://127.0.0.1:\(LivePort.take())
                begin() {
                    "$1" run flow.yaml --http "${url#http://}" >out 2>log &
                    flow=$!
                    until grep -q 'flow runs' log; do kill -0 $flow || exit 9; sleep 0.02; done
                }
                \(lines)
                """
            let outcome = try Program("/bin/sh").run(["-c", script, "sh", Program.slipway.path], in: folder)
            try body(outcome, folder)
        }
    }

    @Test("A flow of a file runs without its sinks, and each change is a line")
    func file() throws {
        try run("\"$1\" watch flow.yaml --for 1s; echo status $?") { outcome, folder in
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.last == "status 0")
            #expect(lines.count { $0.hasPrefix("wave  ") } > 3)
            #expect(lines.contains { $0.hasPrefix("root  ") && $0.contains("NaN  INVALID: outside of the reals") })
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "kept.jsonl").path))
        }
    }

    @Test("Of a flow that ends at once, the last values are seen", arguments: 0..<5)
    func short(round: Int) throws {
        let folder = Repository.examples
        let outcome = try Program.slipway.run(["watch", "gun.yaml", "--only", "power"], in: folder)
        #expect(outcome.status == 0)
        #expect(outcome.output.split(separator: "\n").last == "power  2026-03-01T12:00:03.000000000Z  217.0")
    }

    @Test("A flow at work is found when it comes, lost when it goes, and found again")
    func server() throws {
        let lines = """
            # What this machine says to itself goes through no proxy.
            http_proxy=http://127.0.0.1:1 "$1" watch $url --only wave --output json >seen 2>told &
            watch=$!
            until grep -q 'asking again' told; do kill -0 $watch || exit 8; sleep 0.02; done
            for round in 1 2; do
                before=$(wc -l <seen)
                begin "$1"
                until [ $(wc -l <seen) -gt $((before + 5)) ]; do kill -0 $watch || exit 8; sleep 0.02; done
                kill -TERM $flow; wait $flow
            done
            kill -INT $watch; wait $watch; echo status $?
            """
        try run(lines) { outcome, folder in
            #expect(outcome.output == "status 0\n")
            let seen = try String(contentsOf: folder.appending(path: "seen"), encoding: .utf8).split(separator: "\n")
            var stamps: [String] = []
            for line in seen {
                let json = try JSONReader.value(of: Array(line.utf8))
                guard case .object(let object) = json, case .string(let stamp)? = object["stamp"] else {
                    Issue.record("\(line)")
                    continue
                }
                #expect(object["signal"] == .string("wave"))
                #expect(object["node"] == .string("calc"))
                stamps.append(stamp)
            }
            // Nothing comes twice, and nothing out of order.
            #expect(stamps == stamps.sorted())
            #expect(Set(stamps).count == stamps.count)
            let told = try String(contentsOf: folder.appending(path: "told"), encoding: .utf8)
            #expect(told.contains("expected a server at '"))
        }
    }

    @Test("A signal that a reload renames is seen under its new name, and the old one goes")
    func renamed() throws {
        let lines = """
            begin "$1"
            "$1" watch $url --output json >seen 2>told &
            watch=$!
            until grep -q wave seen; do kill -0 $watch || exit 8; sleep 0.02; done
            sed -i 's/wave/swell/g' flow.yaml
            kill -HUP $flow
            until grep -q '"swell"' seen; do kill -0 $watch || exit 8; sleep 0.1; done
            kill -INT $watch; wait $watch; echo status $?
            kill -TERM $flow; wait $flow
            """
        try run(lines) { outcome, _ in #expect(outcome.output == "status 0\n", "\(outcome.errors)") }
    }

    @Test("On a terminal it is a table in its place, with alarms in colour, and the cursor comes back")
    func terminal() throws {
        let lines = """
            python3 -c 'import os, pty, sys
            os.environ.pop("NO_COLOR", None)
            os.environ["TERM"] = "xterm"
            sys.exit(os.waitstatus_to_exitcode(pty.spawn([sys.argv[1], "watch", "flow.yaml", "--for", "1s"])))' "$1"
            echo status $?
            """
        try run(lines) { outcome, _ in
            let pictures = outcome.output.components(separatedBy: "\u{1B}[H")
            #expect(pictures.count > 4)
            let last = try #require(pictures.last).components(separatedBy: "\u{1B}[K\r\n")
            #expect(last[0] == "\u{1B}[1mflow.yaml  4 signals, 1 in alarm\u{1B}[0m")
            #expect(last[1].hasPrefix("time   "))
            #expect(last[4].hasPrefix("root   \u{1B}[35mNaN"))
            #expect(last[4].contains("\u{1B}[35m  INVALID\u{1B}[0m: outside of the reals"))
            #expect(last[5] == "\u{1B}[J\u{1B}[?25hstatus 0\n")
        }
    }

    @Test(
        "What cannot be looked at is told at once",
        arguments: [
            ("none.yaml", "none.yaml:1:1: error: file: expected a flow document"),
            ("http://127.0.0.1:x", "expected a URL as 'http://127.0.0.1:8080/', found 'http://127.0.0.1:x/flow'"),
        ]
    )
    func refusals(operand: String, message: String) throws {
        try run("\"$1\" watch \(operand); echo status $?") { outcome, _ in
            #expect(outcome.output == "status 1\n")
            #expect(outcome.errors.contains(message))
        }
    }

    @Test("Another server is no flow, and a flow that never comes is waited for in vain")
    func strangers() throws {
        let lines = """
            python3 -m http.server --bind 127.0.0.1 ${url##*:} >/dev/null 2>&1 &
            server=$!
            until python3 -c "import socket; socket.create_connection(('127.0.0.1', ${url##*:}))" 2>/dev/null; do
                kill -0 $server || exit 9; sleep 0.02
            done
            "$1" watch $url; echo status $?
            kill -KILL $server; wait $server
            "$1" watch $url --for 300ms; echo status $?
            """
        try run(lines) { outcome, _ in
            #expect(outcome.output == "status 1\nstatus 75\n")
            #expect(outcome.errors.contains("found an answer of status 404 to '/flow'\n    check the address"))
            #expect(outcome.errors.contains("expected signals of 'http://127.0.0.1:"))
        }
    }
}
