import Foundation
import TestSupport
import Testing

@Suite struct DemoEndToEndTests {
    @Test("The demo shows predictions that live, and ends by itself with a summary", .timeLimit(.minutes(2)))
    func demo() throws {
        let script = Repository.root.appending(path: "scripts/demo").path
        let outcome = try Program("/usr/bin/env").run(["DEMO_SECONDS=4", script, Program.slipway.path])
        #expect(outcome.status == 0, "\(outcome.errors)\n\(outcome.output)")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        let predictions = lines.filter { $0.hasPrefix("LUME:SIGMA_X  ") }
        // The magnets move: so do the predictions.
        #expect(Set(predictions.compactMap { $0.split(separator: " ").dropLast().last }).count > 5)
        #expect(predictions.allSatisfy { !$0.contains("INVALID") || $0.contains("UDF") }, "\(predictions)")
        #expect(lines.contains("Summary"))
        #expect(lines.contains { $0.contains("\"output\":\"LUME:SIGMA_") && $0.contains("\"models\":[\"sha256") })
    }
}
