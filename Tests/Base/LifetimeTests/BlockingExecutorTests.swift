import Testing

@testable import Lifetime

@Suite struct BlockingExecutorTests {
    @Test("As many tasks run at once as it is wide, and none waits behind a long one while a thread is free")
    func width() async {
        let executor = BlockingExecutor(label: "tests", width: 2)
        let isOpen = Guarded(false)
        let done = Guarded(0)
        // One that blocks until it is let go: the others pass it by.
        let long = Task(executorPreference: executor) { while !isOpen.withLock({ $0 }) {} }
        for _ in 0..<20 {
            await Task(executorPreference: executor) { done.withLock { $0 += 1 } }.value
        }
        #expect(done.withLock { $0 } == 20)
        isOpen.withLock { $0 = true }
        await long.value
    }

    @Test("Never more than its width at once")
    func limit() async {
        let executor = BlockingExecutor(label: "tests", width: 3)
        let running = Guarded(0)
        let most = Guarded(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask(executorPreference: executor) {
                    let now = running.withLock { count in
                        count += 1
                        return count
                    }
                    most.withLock { $0 = max($0, now) }
                    running.withLock { $0 -= 1 }
                }
            }
        }
        #expect((1...3).contains(most.withLock { $0 }))
    }

    @Test("It may go with the last of its tasks")
    func end() async {
        for _ in 0..<2000 {
            let done = Guarded(0)
            await withTaskGroup(of: Void.self) { group in
                // Held by its tasks alone: whoever ends last lets it go, on one of its own threads.
                let executor = BlockingExecutor(label: "tests", width: 3)
                for _ in 0..<6 {
                    group.addTask {
                        await withTaskExecutorPreference(executor) { done.withLock { $0 += 1 } }
                    }
                }
            }
            #expect(done.withLock { $0 } == 6)
        }
    }
}
