import Foundation
import JSON
import TestSupport
import Testing

/// `slipway pv` beside a flow that hosts process variables, on loopback and ports that nobody uses.
@Suite struct PVCommandEndToEndTests {
    private static let flow = """
        flow: knob
        sources:
          knobs:
            type: pva-server
            pvs: {K:KNOB: {initial: 0.25, unit: T, control: {limits: [0, 1], step: 0.05}}}
        steps: {twice: {type: formula, out: {twice: "2 * K:KNOB", root: "sqrt(K:KNOB - 0.2)"}}}
        sinks:
          out:
            type: pva-server
            pvs: {K:TWICE: {signal: twice, alarm: {high: 1.5, hihi: 1.8}}, K:ROOT: {signal: root}}
        """

    /// Starts the flow, runs lines of shell beside it, ends it.
    private static let script = """
        set -u
        program=$1
        ports=$(python3 -c 'import socket
        a, b = socket.socket(), socket.socket()
        a.bind(("127.0.0.1", 0)); b.bind(("127.0.0.1", 0))
        print(a.getsockname()[1], b.getsockname()[1])')
        export EPICS_PVAS_SERVER_PORT=${ports% *} EPICS_PVAS_BROADCAST_PORT=${ports#* }
        export EPICS_PVAS_AUTO_BEACON_ADDR_LIST=NO
        export EPICS_PVA_NAME_SERVERS=127.0.0.1:${ports% *} EPICS_PVA_AUTO_ADDR_LIST=NO EPICS_PVA_ADDR_LIST=
        export EPICS_PVA_BROADCAST_PORT=${ports#* }
        "$program" run flow.yaml --publish 2>log &
        flow=$!
        until grep -q 'flow runs' log; do kill -0 $flow || exit 9; sleep 0.05; done
        slipway() { "$program" "$@"; echo "status $?"; }
        . ./lines.sh
        kill -TERM $flow
        wait $flow
        echo "flow $?"

        """

    private func run(_ lines: String, flow: String = flow) throws -> Program.Outcome {
        try withScratchFolder { folder in
            try Data(flow.utf8).write(to: folder.appending(path: "flow.yaml"))
            try Data(lines.utf8).write(to: folder.appending(path: "lines.sh"))
            return try Program("/bin/sh").run(["-c", Self.script, "sh", Program.slipway.path], in: folder)
        }
    }

    @Test("What is written is read back, and what follows from it", .timeLimit(.minutes(1)))
    func values() throws {
        let outcome = try run(
            """
            slipway pv get K:KNOB K:TWICE --output json
            slipway pv put K:KNOB 0.87
            slipway pv get K:KNOB --output json
            slipway pv monitor K:TWICE --count 1 --output json
            slipway pv put K:KNOB 7
            slipway pv monitor K:TWICE --count 1 --output json
            """
        )
        let lines = outcome.output.split(separator: "\n").map { $0.replacing(/"stamp": ?"[^"]*"/, with: "") }
        let text = lines.joined(separator: "\n")
        #expect(text.contains(#""name": "K:KNOB""#) && text.contains(#""value": 0.25"#), "\(text)")
        #expect(text.contains(#""value": 0.5"#) && text.contains(#""unit": "T""#), "\(text)")
        #expect(lines.contains("K:KNOB: done"))
        // Rounded to its step, then cut to its limit.
        #expect(text.contains(#""value": 0.8500000000000001"#), "\(text)")
        #expect(text.contains(#""value":1.7000000000000002,"severity":"MINOR""#), "\(text)")
        #expect(text.contains(#""value":2.0,"severity":"MAJOR","status":3,"message":"HIHI""#), "\(text)")
        #expect(lines.last == "flow 0" && !lines.contains("status 1"), "\(text)\n\(outcome.errors)")
    }

    @Test("What cannot be is said, with what to do", .timeLimit(.minutes(1)))
    func refusals() throws {
        let outcome = try run(
            """
            slipway pv put K:TWICE 3
            slipway pv put K:KNOB hello
            slipway pv get NOT:THERE --timeout 200ms
            slipway pv monitor NOT:THERE --for 200ms
            slipway pv put -- K:KNOB 0.1
            slipway pv put K:KNOB -5
            slipway pv monitor K:ROOT --count 1
            """
        )
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("status") }.map { $0.suffix(2) } == [" 1", " 1", " 1", "75", " 0", " 0", " 0"]
        )
        let expected = [
            "slipway pv put: ", "'K:TWICE' is an output of the flow. Model outputs are read-only", "hello",
            "'NOT:THERE'",
            "slipway pv monitor: expected a value of 'NOT:THERE', found none in time",
        ]
        for text in expected { #expect(outcome.errors.contains(text), "\(text): \(outcome.errors)") }
        #expect(outcome.output.contains("INVALID: outside of the reals: 'sqrt(K:KNOB - 0.2)'"), "\(outcome.output)")
    }

    @Test("A flow tells how it is and what it is, and begins anew when it is asked to", .timeLimit(.minutes(1)))
    func service() throws {
        let flow = """
            flow: sums
            sources:
              knobs: {type: pva-server, pvs: {K:KNOB: {}}}
            steps:
              last: {type: pass, in: {before: {signal: sum, delay: true, initial: 10}}}
              add: {type: formula, out: {sum: "before + K:KNOB"}}
            sinks:
              out: {type: pva-server, pvs: {K:SUM: {signal: sum}}, status: K:STATUS, info: K:INFO, reset: K:RESET}
            """
        let outcome = try run(
            """
            slipway pv get K:STATUS
            slipway pv put K:KNOB 1
            slipway pv put K:KNOB 5
            slipway pv get K:SUM K:STATUS K:INFO
            slipway pv put K:RESET 1
            until grep -q 'flow reset' log; do kill -0 $flow || exit 9; sleep 0.05; done
            slipway pv monitor K:SUM --count 1
            slipway pv get K:RESET
            slipway pv put K:STATUS ok
            slipway pv put K:KNOB NaN
            slipway pv get K:STATUS
            """,
            flow: flow
        )
        let lines = outcome.output.split(separator: "\n").map { $0.replacing(#/20[0-9T:.-]+Z  /#, with: "") }
        #expect(
            lines == [
                "K:STATUS  waiting (0)  MINOR: K:SUM: nothing has been written", "status 0", "K:KNOB: done", "status 0",
                "K:KNOB: done", "status 0", "K:SUM     16.0", "K:STATUS  ok (1)",
                #"K:INFO    {"flow":"sums","program":"slipway \#(Self.version)","models":[],"variables":["K:SUM"]}"#,
                "status 0", "K:RESET: done", "status 0", "K:SUM  15.0", "status 0", "K:RESET  false", "status 0",
                "status 1", "K:KNOB: done", "status 0",
                "K:STATUS  invalid (2)  MAJOR: K:SUM: K:KNOB is NaN", "status 0", "flow 0",
            ],
            "\(outcome.errors)"
        )
    }

    private static let version =
        (try? Program.slipway.run(["version", "--output", "json"]))?.output.firstMatch(of: /"slipway": "([^"]+)"/)
        .map { String($0.1) } ?? ""
}
