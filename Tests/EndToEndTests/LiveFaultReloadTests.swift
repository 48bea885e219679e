import Foundation
import JSON
import TestSupport
import Testing

// A flow that is read again while it works.
extension LiveFaultTests {
    private static let thrice = flow.replacing("2 * A", with: "3 * A")

    @Test("1,000 reloads under load lose no last value, and no connection")
    func reloads() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            try stage.run(Self.flow)
            let client = try stage.client()
            try client.awaitValue("OUT", 0)
            try server.tell(["do": "load", "name": "A"])
            let grown = try reload(stage, times: 1000, between: Self.thrice, and: Self.flow)
            #expect(grown < 8 << 20, "the second half of 1,000 reloads took \(grown >> 10) KiB")
            try client.awaitValue("OUT", .integer(2 * (try lastPosted(server))))
            #expect(stage.log.count(of: "signal connected") == 1 && stage.log.count(of: "signal lost") == 0)
            try stage.end()
        }
    }

    @Test("1,000 reloads lose no update where each one counts, and none is evaluated twice")
    func reloadsOfMessages() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            let flow = """
                flow: f
                trigger: message
                sources: {m: {type: pva, pvs: [A]}}
                steps: {s: {type: formula, out: {twice: "2 * A"}}}
                sinks: {all: {type: recorder, file: all.csv, in: [A, twice]}}

                """
            try stage.run(flow)
            try stage.waitUntil("the first update is there") { stage.text("all.csv").count(of: "\n") == 2 }
            try server.tell(["do": "load", "name": "A", "pause": 0.002])
            let grown = try reload(stage, times: 1000, between: flow.replacing("2 * A", with: "3 * A"), and: flow)
            #expect(grown < 8 << 20, "the second half of 1,000 reloads took \(grown >> 10) KiB")
            let last = try lastPosted(server)
            try stage.waitUntil("update \(last) is there") { stage.text("all.csv").count(of: "\n") >= last + 2 }
            try stage.end()
            let rows = stage.text("all.csv").split(separator: "\n").dropFirst().map {
                $0.split(separator: ",").suffix(2).compactMap { Double($0) }
            }
            #expect(rows.map(\.first) == (0...last).map(Double.init))
            #expect(rows.allSatisfy { $0[1] == 2 * $0[0] || $0[1] == 3 * $0[0] })
            // Both flows had their part.
            #expect(Set(rows.dropFirst().map { $0[1] / $0[0] }) == [2, 3])
        }
    }

    /// Has a flow read again, each time as something else, and tells what memory the second half took.
    private func reload(_ stage: LiveStage, times: Int, between odd: String, and even: String) throws -> Int {
        let flow = try #require(stage.flow)
        var memory = 0
        for count in 1...times {
            if count == times / 2 { memory = flow.memory }
            try stage.write(count.isMultiple(of: 2) ? even : odd, to: "flow.yaml")
            flow.signal(SIGHUP)
            try stage.waitUntil("reload \(count)") { stage.log.count(of: "flow replaced") == count }
        }
        return flow.memory - memory
    }

    /// Ends the load of a server, and tells the last number that it posted.
    private func lastPosted(_ server: LivePeer) throws -> Int64 {
        let loaded = try server.tell(["do": "unload", "name": "A"])
        guard case .integer(let last)? = loaded["count"] else { throw LiveFailure("no count") }
        return last
    }

    @Test("A flow that hosts a name twice is refused before anything of the old one is touched")
    func hostedTwice() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 1)
            try stage.run(Self.flow)
            let client = try stage.client()
            try client.awaitValue("OUT", 2)
            func losses() throws -> Int {
                JSONWriter.text(of: .object(try client.tell(["do": "events", "name": "OUT"]))).count(of: "GONE")
            }
            let before = try losses()
            let twice = Self.flow + "  other: {type: pva-server, pvs: {P: {signal: twice}}, status: OUT}\n"
            try stage.write(twice, to: "flow.yaml")
            try #require(stage.flow).signal(SIGHUP)
            try stage.waitUntil("it is refused") { stage.log.contains("the old flow goes on") }
            #expect(stage.log.contains("expected to host 'OUT' alone, found that 'o' does so too"))
            try server.post("A", 2)
            try client.awaitValue("OUT", 4)
            #expect(try losses() == before)
            try stage.end()
        }
    }

    @Test("SIGHUP before the flow runs waits until it does")
    func earlyReload() throws {
        for _ in 0..<5 {
            try LiveStage.with { stage in
                let server = try stage.server()
                try server.add("A", 1)
                let flow = try stage.run(Self.flow, waits: false)
                try stage.waitUntil("it hears signals") { !flow.isRunning || flow.handles(SIGHUP) }
                try stage.waitUntil("the flow runs") {
                    flow.signal(SIGHUP)
                    return stage.log.contains("flow runs")
                }
                try stage.waitUntil("the flow is replaced") { stage.log.contains("flow replaced") }
                let client = try stage.client()
                try client.awaitValue("OUT", 2)
                try server.post("A", 2)
                try client.awaitValue("OUT", 4)
                try stage.end()
            }
        }
    }

    @Test("SIGTERM while the flow is read again ends it all the same", arguments: 0..<10)
    func endWhileReloading(seed: UInt64) throws {
        try LiveStage.with { stage in
            var random = SplitMix64(seed: seed)
            let flow = try stage.run(Self.flow)
            for count in 1...5 {
                try stage.write(count.isMultiple(of: 2) ? Self.flow : Self.thrice, to: "flow.yaml")
                flow.signal(SIGHUP)
                try stage.waitUntil("reload \(count)") { stage.log.count(of: "flow replaced") == count }
            }
            // With another sink there is more to be exchanged.
            try stage.write(Self.flow.replacing("{signal: twice}", with: "{signal: twice, unit: m}"), to: "flow.yaml")
            flow.signal(SIGHUP)
            // Somewhere within the reload: the seed says where.
            usleep(.random(in: 0..<8000, using: &random))
            try stage.end()
        }
    }

    @Test("A wrong file leaves the old flow at work; --watch sees the right one", arguments: [true, false])
    func wrongFile(watches: Bool) throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 1)
            let flow = try stage.run(Self.flow, ["--publish"] + (watches ? ["--watch"] : []))
            let client = try stage.client()
            try client.awaitValue("OUT", 2)
            func change(_ text: String) throws {
                try stage.write(text, to: "flow.yaml")
                if !watches { flow.signal(SIGHUP) }
            }
            for (count, wrong) in ["flow: [", "", Self.flow.replacing("2 * A", with: "2 * B")].enumerated() {
                try change(wrong)
                try stage.waitUntil("it is refused") { stage.log.count(of: "the old flow goes on") == count + 1 }
                try server.post("A", .integer(Int64(count + 5)))
                try client.awaitValue("OUT", .integer(Int64(2 * count + 10)))
            }
            try change(Self.thrice)
            try client.awaitValue("OUT", 21)
            try stage.end()
        }
    }

    @Test("A reload whose sink cannot begin: the old flow's variables show what they showed")
    func reloadThatFails() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 1)
            try server.add("SET", 0)
            let sinks = "  p: {type: pva, pvs: {SET: twice}}\n"
            let flow = try stage.run(Self.flow + sinks)
            let client = try stage.client()
            try client.awaitValue("OUT", 2)
            for round in 1...2 {
                try stage.write(
                    Self.flow.replacing("{signal: twice}", with: "{signal: twice, unit: m}")
                        + "  p: {type: pva, pvs: {SET: twice}, timeout: 4s}\n"
                        + "  r: {type: recorder, file: none/r.jsonl}\n",
                    to: "flow.yaml"
                )
                flow.signal(SIGHUP)
                try stage.waitUntil("it is refused") { stage.log.count(of: "the old flow goes on") == round }
                // Nothing new has come.
                try client.awaitValue("OUT", .integer(Int64(2 * round)))
                try server.post("A", .integer(Int64(round + 1)))
                try client.awaitValue("OUT", .integer(Int64(2 * round + 2)))
                try server.tell(["do": "puts", "name": "SET", "value": .integer(Int64(2 * round + 2))])
            }
            try stage.end()
        }
    }

    @Test("A source that failed is begun anew by a reload")
    func failedSource() throws {
        try LiveStage.with { stage in
            let flow = try stage.run(
                """
                flow: f
                sources:
                  p: {type: replay, file: r.csv, signals: [A], pace: fastest, loop: true}
                sinks: {o: {type: pva-server, pvs: {OUT: {signal: A}}}}

                """
            )
            let client = try stage.client()
            try client.awaitInvalid("OUT", "expected a recording, found that")
            try stage.write("A\n5\n", to: "r.csv")
            flow.signal(SIGHUP)
            try client.awaitValue("OUT", 5)
            try stage.end()
        }
    }

    @Test("A reload that takes a signal away: what came of it does not go on to look good")
    func signalTakenAway() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 1)
            let flow = try stage.run(Self.flow)
            let client = try stage.client()
            try client.awaitValue("OUT", 2)
            let absent = Self.flow.replacing("pvs: [A]", with: "pvs: [B]").replacing("2 * A", with: "2 * B")
            try stage.write(absent, to: "flow.yaml")
            flow.signal(SIGHUP)
            try client.awaitInvalid("OUT", "no value yet of B")
            try server.add("B", 5)
            try client.awaitValue("OUT", 10)
            try stage.write(Self.flow, to: "flow.yaml")
            flow.signal(SIGHUP)
            try client.awaitValue("OUT", 2)
            try stage.end()
        }
    }
}

extension String {
    func count(of part: String) -> Int { components(separatedBy: part).count - 1 }
}
