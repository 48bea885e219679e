import Foundation
import JSON
import TestSupport
import Testing

// More than can be handled, and those who do not take what they asked for.
extension LiveFaultTests {
    @Test("A burst of 100,000 values: the last one gets to the output")
    func burst() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            try stage.run(Self.flow)
            let client = try stage.client()
            try client.tell(["do": "await", "name": "OUT", "severity": "NONE"])
            try server.tell(["do": "burst", "name": "A", "count": 100_000])
            try client.awaitValue("OUT", 200_000)
            try stage.end()
        }
    }

    @Test("100,000 puts of clients without pause: each is answered, the last one holds")
    func putsInARow() throws {
        try LiveStage.with { stage in
            try stage.run(
                """
                flow: f
                sources: {k: {type: pva-server, pvs: {KNOB: {initial: 0}}}}
                steps: {s: {type: formula, out: {twice: "2 * KNOB"}}}
                sinks: {o: {type: pva-server, pvs: {OUT: {signal: twice}}}}

                """
            )
            let clients = try (0..<4).map { _ in try stage.client() }
            try clients[0].awaitValue("OUT", 0)
            for client in clients { try client.send(["do": "puts", "name": "KNOB", "count": 25_000]) }
            for client in clients { #expect(try client.answer()["ok"] == true) }
            try clients[0].awaitValue("OUT", 50_000)
            try stage.end()
        }
    }

    @Test("A client that does not read slows nobody, and takes no memory without bound")
    func slowClient() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", [0], code: "ad")
            try stage.run(
                Self.flow.replacing("{signal: twice}", with: "{signal: twice, type: waveform}")
            )
            let flow = try #require(stage.flow)
            let (slow, quick) = (try stage.client(), try stage.client())
            for client in [slow, quick] { try client.awaitValue("OUT", [0]) }
            func flood() throws {
                for count in 1...40 {
                    try server.tell(["do": "post", "name": "A", "ones": 100_000])
                    try server.post("A", [.integer(Int64(count))])
                    try quick.awaitValue("OUT", [.integer(Int64(2 * count))])
                }
            }
            try flood()
            slow.signal(SIGSTOP)
            let before = flow.memory
            // 160 MB go to whoever reads.
            for _ in 0..<5 { try flood() }
            let grown = flow.memory - before
            #expect(grown < 48 << 20, "it grew by \(grown >> 20) MiB")
            slow.signal(SIGCONT)
            try slow.awaitValue("OUT", [80])
            try stage.end()
        }
    }

    @Test("A log that nobody reads stops nothing")
    func unreadLog() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            let pipe = Pipe()
            try stage.run(
                Self.flow.replacing("pvs: [A]", with: "pvs: [A], max_age: 1ms"),
                errors: pipe.fileHandleForWriting,
                waits: false
            )
            let client = try stage.client()
            try client.tell(["do": "await", "name": "OUT", "value": 0])
            // Each value gets too old, which is told: a pipe holds some 64 KiB.
            for count in 1...1500 {
                try server.post("A", .integer(Int64(count)))
                try client.tell(["do": "await", "name": "OUT", "value": .integer(Int64(2 * count))])
            }
            try stage.end()
        }
    }

    @Test("A screen that nobody reads stops nothing, and does not keep the flow from ending")
    func unreadScreen() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            let pipe = Pipe()
            try stage.run(Self.flow + "  c: {type: console}\n", output: pipe.fileHandleForWriting)
            let client = try stage.client()
            try client.awaitValue("OUT", 0)
            try server.tell(["do": "burst", "name": "A", "count": 20_000])
            try client.awaitValue("OUT", 40_000)
            try stage.end()
        }
    }

    @Test("More connections than there is room for, none of which says anything: who was there stays served")
    func manyConnections() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 1)
            try stage.run(Self.flow, before: "ulimit -n 64;")
            let client = try stage.client()
            try client.awaitValue("OUT", 2)
            let crowd = try stage.crowd(count: 150)
            try server.post("A", 2)
            try client.awaitValue("OUT", 4)
            crowd.kill()
            // There is room again.
            try stage.client().awaitValue("OUT", 4)
            try stage.end()
        }
    }

    @Test("Rubbish on the ports that are open: others stay served", arguments: [1, 2])
    func rubbish(seed: Int) throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 1)
            try stage.run(Self.flow)
            let client = try stage.client()
            try client.awaitValue("OUT", 2)
            let memory = try #require(stage.flow).memory
            let crowd = try stage.crowd(count: 300, seed: seed)
            try server.post("A", 2)
            try client.awaitValue("OUT", 4)
            // A head may promise 4 GB.
            #expect(try #require(stage.flow).memory < memory + 64 << 20)
            crowd.kill()
            try stage.end()
        }
    }
}
