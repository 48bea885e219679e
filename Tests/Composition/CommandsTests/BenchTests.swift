import JSON
import TestSupport
import Testing

@testable import Commands

/// How long puts take, as the command counts and is asked.
@Suite struct BenchTests {
    @Test("Percentiles are exact to one part in 64, whatever the size")
    func percentiles() throws {
        var counts = LatencyCounts()
        #expect(counts.percentile(0.5) == nil)
        for time in 1...100_000 { counts.add(nanoseconds: Int64(time) * 1000) }
        #expect(counts.count == 100_000)
        #expect(counts.longest == 100_000_000)
        for share in [0.001, 0.5, 0.9, 0.99, 0.999] {
            let exact = share * 100_000_000
            let found = Double(try #require(counts.percentile(share)))
            #expect(found >= exact && found <= exact * (1 + 1.0 / 64), "\(share): \(found)")
        }
        #expect(counts.percentile(1) == 100_000_000)
    }

    @Test(
        "The shortest, the longest and the impossible have their class",
        arguments: [-5, 0, 1, 63, 64, 65, Int64.max]
    )
    func ends(time: Int64) throws {
        var counts = LatencyCounts()
        counts.add(nanoseconds: time)
        #expect(counts.percentile(0.5) == max(0, time))
    }

    @Test(
        "What cannot be is told before anything is written",
        arguments: [
            (["bench"], "usage: slipway bench"), (["bench", "pva"], "expected NAME"),
            (["bench", "pva", "A", "--rate", "0"], "expected puts a second, or 'max', behind '--rate', found '0'"),
            (["bench", "pva", "A", "--rate", "fast"], "found 'fast'"),
            (["bench", "pva", "A", "--for", "0s"], "expected a duration behind '--for'"),
            (["bench", "pva", "A", "--low", "1"], "expected '--low' below '--high', found 1.0 and 1.0"),
            (["bench", "pva", "A", "--high", "nan"], "expected a number behind '--high', found 'nan'"),
            (["bench", "pva", "A", "B"], "found 'B' as well"),
        ]
    )
    func usage(words: [String], message: String) {
        let console = CapturedConsole()
        #expect(console.run(words) == .wrongUsage)
        #expect(console.errors.string.contains(message), "\(console.errors.string)")
        #expect(console.output.string == "")
    }
}
