import TestSupport
import Testing

@testable import Signals

@Suite struct EvaluationIDTests {
    @Test("The text of an id reads back", arguments: 0..<100)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let id = EvaluationID(high: random.next(), low: random.next())
        #expect(id.description.utf8.count == 32)
        #expect(EvaluationID(id.description) == id)
        #expect(EvaluationID(id.description.uppercased()) == id)
    }

    @Test(
        "What is no id is refused",
        arguments: [
            "", "0", "g0000000000000000000000000000000", "+0000000000000000000000000000000",
            String(repeating: "0", count: 33),
        ]
    )
    func refused(text: String) {
        #expect(EvaluationID(text) == nil)
    }

    @Test("Later ids sort later, and no two are alike")
    func order() {
        var random = SplitMix64(seed: 7)
        let ids = (1...1000).map { EvaluationID.make(at: Stamp(nanoseconds: $0 * 1_000_000), using: &random) }
        #expect(Set(ids).count == ids.count)
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
    }
}
