import Testing

@testable import Lifetime

/// Ends of work: once, for the first cause, and never after it was unregistered.
@Suite struct RunStopTests {
    @Test("The first cause stays, and each action runs once")
    func causes() {
        let stop = RunStop()
        let count = Guarded(0)
        #expect(stop.cause == nil)
        _ = stop.register { count.withLock { $0 += 1 } }
        let other = stop.register { count.withLock { $0 += 100 } }
        stop.unregister(other)
        stop.stop(.cancelled)
        stop.stop(.deadline)
        #expect(stop.cause == .cancelled)
        #expect(count.withLock { $0 } == 1)
        // What comes too late is woken at once.
        _ = stop.register { count.withLock { $0 += 10 } }
        #expect(count.withLock { $0 } == 11)
    }

    @Test("What nothing ends is never ended")
    func never() {
        RunStop.never.stop(.cancelled)
        #expect(RunStop.never.cause == nil && RunStop.never.isNever)
    }

    @Test("A deadline ends by itself")
    func deadline() async {
        let stop = RunStop(after: .milliseconds(5))
        await withCheckedContinuation { go in _ = stop.register { go.resume() } }
        #expect(stop.cause == .deadline)
    }

    @Test("Work that has ended is not kept by its deadline")
    func release() {
        weak var kept: RunStop?
        do {
            let stop = RunStop(after: .seconds(3600))
            kept = stop
            #expect(kept != nil)
        }
        #expect(kept == nil)
    }

    @Test("Stops and registrations of many tasks at once wake each action once")
    func together() async {
        for _ in 0..<200 {
            let stop = RunStop()
            let count = Guarded(0)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = stop.register { count.withLock { $0 += 1 } } } }
                group.addTask { stop.stop(.cancelled) }
            }
            #expect(count.withLock { $0 } == 4)
        }
    }
}
