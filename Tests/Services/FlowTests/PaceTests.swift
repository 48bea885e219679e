import Glibc
import Host
import Lifetime
import Testing

@testable import Flow

@Suite struct PaceTests {
    private static func time(_ microseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: 1_000_000_000 + microseconds * 1000)
    }

    @Test(
        "A pace of 20,000 samples a second gathers, a pause ends that",
        arguments: [(100, 0), (250, 250), (700, 500)]
    )
    func rush(count: Int, expected: Int) {
        var rush = Rush()
        for step in 0..<30 { rush.note(count / 10, at: Self.time(Int64(step) * 1000)) }
        #expect(rush.window(.zero) == .microseconds(expected))
        // What a flow asks for is what it gets.
        #expect(rush.window(.milliseconds(5)) == .milliseconds(5))
        rush.note(count, at: Self.time(100_000))
        #expect(rush.window(.zero) == .zero)
    }

    @Test("The engine runs elsewhere after a row of quick evaluations, in quiet, and where it may")
    func elsewhere() {
        let pace = EnginePace()
        func evaluate(_ microseconds: Int64, isElsewhere: Bool = false) {
            pace.note(.microseconds(microseconds), end: Self.time(0), isElsewhere: isElsewhere)
        }
        pace.allow(true)
        for _ in 0..<EnginePace.trialCount {
            #expect(!pace.mayWorkElsewhere(at: Self.time(1000)))
            evaluate(100)
        }
        #expect(pace.mayWorkElsewhere(at: Self.time(1000)))
        #expect(!pace.mayWorkElsewhere(at: Self.time(10)), "it is the middle of a burst")
        pace.note(isRush: true)
        #expect(!pace.mayWorkElsewhere(at: Self.time(1000)), "a rush is gathered")
        pace.note(isRush: false)
        pace.allow(false)
        #expect(!pace.mayWorkElsewhere(at: Self.time(1000)))
    }

    @Test("What held up another thread is made good by quick evaluations, 10 us each", arguments: [600, 50_000])
    func penalty(microseconds: Int64) {
        let pace = EnginePace()
        pace.allow(true)
        for _ in 0..<EnginePace.trialCount { pace.note(.microseconds(10), end: Self.time(10), isElsewhere: false) }
        pace.note(.microseconds(microseconds), end: Self.time(10), isElsewhere: true)
        var count = 0
        while !pace.mayWorkElsewhere(at: Self.time(1_000_000)) {
            pace.note(.microseconds(10), end: Self.time(10), isElsewhere: false)
            count += 1
        }
        #expect(count == microseconds / 10)
    }

    @Test("What a thread waits for counts, what it computes counts")
    func watched() throws {
        for isWaiting in [true, false] {
            let pace = EnginePace()
            pace.allow(true)
            for _ in 0..<EnginePace.trialCount { pace.note(.zero, end: Self.time(0), isElsewhere: false) }
            let watch = pace.begin(at: .now())
            // Time on the processor, as others may take it away meanwhile.
            let start = try #require(ThreadUse.now()).cpu
            if isWaiting { usleep(3000) } else { while try #require(ThreadUse.now()).cpu - start < .milliseconds(3) {} }
            pace.end(watch, at: .now(), isElsewhere: true)
            #expect(!pace.mayWorkElsewhere(at: .now() + .seconds(1)), "\(isWaiting)")
        }
    }
}
