import Foundation
import JSON
import TestSupport
import Testing

// Files and disks.
extension LiveFaultTests {
    @Test("A journal that cannot be opened ends the start; one on a full disk is told, and the flow goes on")
    func fullDisk() throws {
        try LiveStage.with { stage in
            let refused = try stage.run(Self.flow, ["--publish", "--journal", "none/j.jsonl"], waits: false)
            try stage.waitUntil("it ends") { !refused.isRunning }
            #expect(refused.status == 1 && stage.log.contains("expected a journal to write at 'none/j.jsonl'"))
        }
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 1)
            try stage.run(Self.flow, ["--publish", "--journal", "/dev/full"])
            let client = try stage.client()
            try client.awaitValue("OUT", 2)
            try stage.waitUntil("it is told") { stage.log.contains("No space left on device") }
            try server.post("A", 2)
            try client.awaitValue("OUT", 4)
            try stage.end()
        }
    }

    @Test("A journal that may not grow: whole lines alone, the loss is told, the flow goes on")
    func limitedJournal() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            try stage.run(Self.flow, ["--publish", "--journal", "j.jsonl"], before: "ulimit -f 4;")
            let client = try stage.client()
            for value in 0..<100 {
                try server.post("A", .integer(Int64(value)))
                try client.awaitValue("OUT", .integer(Int64(2 * value)))
            }
            try stage.waitUntil("it is told") { stage.log.contains("File too large") }
            let values = try Self.values("value", of: stage.text("j.jsonl"))
            #expect(values.count > 10 && values.count < 100 && values == values.sorted())
            try stage.end()
        }
    }
}
