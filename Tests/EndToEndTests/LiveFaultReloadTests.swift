import Foundation
import JSON
import TestSupport
import Testing

// A flow that is read again while it works.
extension LiveFaultTests {
    private static let thrice = flow.replacing("2 * A", with: "3 * A")

    @Test("200 reloads under load lose no last value, and no connection")
    func reloads() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            try stage.run(Self.flow)
            let client = try stage.client()
            try client.awaitValue("OUT", 0)
            try server.tell(["do": "load", "name": "A"])
            for count in 1...200 {
                try stage.write(count.isMultiple(of: 2) ? Self.flow : Self.thrice, to: "flow.yaml")
                try #require(stage.flow).signal(SIGHUP)
                try stage.waitUntil("reload \(count)") { stage.log.count(of: "flow replaced") == count }
            }
            let loaded = try server.tell(["do": "unload", "name": "A"])
            guard case .integer(let last)? = loaded["count"] else { throw LiveFailure("no count") }
            try client.awaitValue("OUT", .integer(2 * last))
            #expect(stage.log.count(of: "signal connected") == 1 && stage.log.count(of: "signal lost") == 0)
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
}

extension String {
    func count(of part: String) -> Int { components(separatedBy: part).count - 1 }
}
