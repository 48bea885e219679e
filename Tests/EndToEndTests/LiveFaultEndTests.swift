import Foundation
import JSON
import TestSupport
import Testing

// The end, and what comes after it.
extension LiveFaultTests {
    @Test("SIGTERM under load: it ends in time, the journal and the recording hold the same, whole lines")
    func endUnderLoad() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            try stage.run(
                Self.flow + "  r: {type: recorder, file: r.jsonl, in: [twice]}\n",
                ["--publish", "--journal", "j.jsonl"]
            )
            let client = try stage.client()
            try client.awaitValue("OUT", 0)
            try server.tell(["do": "load", "name": "A"])
            try stage.waitUntil("there is load") { stage.text("j.jsonl").count > 200_000 }
            try stage.end()
            let journal = try Self.values("value", of: stage.text("j.jsonl"))
            let recording = try Self.values("value", of: stage.text("r.jsonl"))
            #expect(journal == recording)
            #expect(journal == journal.sorted())
        }
    }

    @Test("SIGTERM right behind the last value: it is written before the end", arguments: [0, 0.3])
    func lastValue(delay: Double) throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            try server.tell(["do": "add", "name": "SET", "value": 0, "delay": .number(delay)])
            try stage.run(
                Self.flow.replacing(
                    "{type: pva-server, pvs: {OUT: {signal: twice}}}",
                    with: "{type: pva, pvs: {SET: twice}}"
                ),
                ["--publish", "--journal", "j.jsonl"]
            )
            try server.post("A", 1)
            try server.tell(["do": "puts", "name": "SET", "value": 2])
            for value in 2...20 { try server.post("A", .integer(Int64(value))) }
            try server.post("A", 500)
            try stage.waitUntil("it is computed") { stage.text("j.jsonl").contains("1000") }
            try stage.end()
            try server.tell(["do": "puts", "name": "SET", "value": 1000, "timeout": 2])
        }
    }

    @Test("A target that is gone does not keep the flow from ending")
    func endWithoutTarget() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 1)
            try stage.run(
                Self.flow.replacing(
                    "{type: pva-server, pvs: {OUT: {signal: twice}}}",
                    with: "{type: pva, pvs: {SET: twice}}"
                ),
                ["--publish", "--journal", "j.jsonl"]
            )
            try stage.waitUntil("it is computed") { stage.text("j.jsonl").contains("\"value\":2") }
            try stage.end()
        }
    }

    @Test("kill -9 under load: the journal is whole but for its last line, and the variables come back")
    func killed() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            let client = try stage.client()
            for round in 1...2 {
                try stage.run(Self.flow, ["--publish", "--journal", "j.jsonl"])
                try client.tell(["do": "await", "name": "OUT", "severity": "NONE", "timeout": 40])
                try server.tell(["do": "load", "name": "A"])
                let size = stage.text("j.jsonl").count
                try stage.waitUntil("there is load") { stage.text("j.jsonl").count > size + 50_000 }
                try #require(stage.flow).kill()
                try server.tell(["do": "unload", "name": "A"])
                try client.tell(["do": "await", "name": "OUT", "severity": "GONE"])
                // Whole lines are handed over at once: not even the last one is cut.
                #expect(try Self.values("value", of: stage.text("j.jsonl")).count > 300 * round)
                try FileManager.default.removeItem(at: stage.folder.appending(path: "log"))
            }
        }
    }

    /// A member of each line of JSON.
    static func values(_ name: String, of text: String) throws -> [Double] {
        #expect(text.hasSuffix("\n"))
        return try text.split(separator: "\n").compactMap { line in
            guard case .object(let object) = try JSONReader.value(of: Array(line.utf8)) else {
                throw LiveFailure("not an object: \(line)")
            }
            switch object[name] {
            case .number(let number)?: return number
            case .integer(let number)?: return Double(number)
            default: return nil
            }
        }
    }

    @Test("SIGTERM right behind the last value: who watches a hosted variable has it before the server goes")
    func lastHostedValue() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            try stage.run(Self.flow, ["--publish", "--journal", "j.jsonl"])
            let client = try stage.client()
            try client.awaitValue("OUT", 0)
            for value in 1...50 { try server.post("A", .integer(Int64(value))) }
            try server.post("A", 500)
            try stage.waitUntil("it is computed") { stage.text("j.jsonl").contains("1000") }
            try stage.end()
            try client.tell(["do": "await", "name": "OUT", "severity": "GONE"])
            guard case .array(let events)? = try client.tell(["do": "events", "name": "OUT"])["events"],
                case .object(let last)? = events.dropLast().last
            else { throw LiveFailure("no events") }
            #expect(last["value"] == 1000 || last["value"] == 1000.0, "\(events.suffix(4))")
        }
    }
}
