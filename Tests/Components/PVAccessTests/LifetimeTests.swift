import Dispatch
import Glibc
import Lifetime
import PVAccess
import Signals
import TestSupport
import Testing

/// Ends of monitors, clients and servers, while values come as fast as they can.
// One after the other: each has threads or processes of its own, and two cores serve them all.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LifetimeTests {
    /// Posts, faster than anybody reads, while `body` runs.
    private static func posting<Result>(_ server: PVAServer, _ body: () async throws -> Result) async throws -> Result {
        let isOver = Guarded(false)
        let poster = DispatchQueue(label: "poster")
        poster.async {
            var number = 0.0
            while !isOver.withLock({ $0 }) {
                for _ in 0..<20 {
                    _ = server.post(0, Sample(.float64(number)))
                    number += 1
                }
                // The lock of a variable is not fair: who posts without a pause keeps new clients out.
                usleep(200)
            }
        }
        defer {
            isOver.withLock { $0 = true }
            poster.sync {}
        }
        return try await body()
    }

    @Test("After its end no handler runs, and nothing that it held is kept")
    func ends() async throws {
        let server = try PVAServer([PVADeclaration("A", .float64)])
        let client = try server.client()
        try await Self.posting(server) {
            for round in 0..<20 {
                let watch = Watch()
                let isEnded = Guarded(false)
                let late = Guarded(0)
                var monitor: PVAMonitor? = try client.monitor("A", round.isMultiple(of: 2) ? .newest : .every) {
                    if isEnded.withLock({ $0 }) { late.withLock { $0 += 1 } }
                    return watch.take($0)
                }
                _ = try await watch.value()
                weak let held = monitor
                monitor?.end()
                isEnded.withLock { $0 = true }
                monitor = nil
                #expect(held == nil)
                #expect(late.withLock { $0 } == 0)
            }
        }
    }

    @Test("A handler may end its own monitor")
    func within() async throws {
        let server = try PVAServer([PVADeclaration("A", .float64)])
        let client = try server.client()
        try await Self.posting(server) {
            for _ in 0..<20 {
                let holder = Guarded<PVAMonitor?>(nil)
                let watch = Watch()
                let monitor = try client.monitor("A", .every) { event in
                    // It may come before the monitor is known here.
                    if let monitor = holder.withLock({ $0 }) {
                        holder.withLock { $0 = nil }
                        monitor.end()
                        return watch.take(.refused("ended"))
                    }
                    return .more
                }
                holder.withLock { $0 = monitor }
                _ = try await watch.refused()
            }
        }
    }

    @Test("A handler may be the last to hold its monitor and its client")
    func lastHold() async throws {
        let server = try PVAServer([PVADeclaration("A", .float64)])
        try await Self.posting(server) {
            for _ in 0..<20 {
                let holder = Guarded<PVAMonitor?>(nil)
                let watch = Watch()
                func begin() throws {
                    let monitor = try server.client().monitor("A", .every) { _ in
                        let last = holder.withLock { monitor in
                            defer { monitor = nil }
                            return monitor
                        }
                        // Both go here, on the thread that serves them.
                        return last == nil ? .more : watch.take(.refused("dropped"))
                    }
                    holder.withLock { $0 = monitor }
                }
                try begin()
                _ = try await watch.refused()
            }
        }
    }

    @Test("Resuming on one thread while values come on another loses no wake-up")
    func resuming() async throws {
        let server = try PVAServer([PVADeclaration("A", .float64)])
        let client = try server.client()
        let holder = Guarded<PVAMonitor?>(nil)
        let watch = Watch()
        let consumer = DispatchQueue(label: "consumer")
        // Full after each value, until somebody has taken it: how an engine uses it.
        let monitor = try client.monitor("A", .newest) { event in
            _ = watch.take(event)
            consumer.async { holder.withLock { $0 }?.resume() }
            return .full
        }
        holder.withLock { $0 = monitor }
        monitor.resume()
        for number in 1...20_000 { #expect(server.post(0, Sample(.float64(Double(number)))) == nil) }
        _ = try await watch.value { value, _ in value == .float64(20_000) }
        holder.withLock { $0 = nil }
        monitor.end()
        consumer.sync {}
    }

    @Test("Clients of equal settings are one, as long as somebody holds it")
    func shared() throws {
        let settings = PVAClientSettings(addresses: "127.0.0.1", searchesNetworks: false)
        var first: PVAClient? = try PVAClient.shared(settings)
        weak let held = first
        #expect(try PVAClient.shared(settings) === first)
        first = nil
        #expect(held == nil)
    }

    @Test("Gets that are cancelled end at once")
    func cancelled() async throws {
        let server = try PVAServer([PVADeclaration("A", .float64)])
        let client = try server.client()
        let task = Task { try await client.get("B", timeout: .seconds(60)) }
        task.cancel()
        let problem = await #expect(throws: PVAProblem.self) { try await task.value }
        #expect(problem?.kind == .cancelled)
    }

    @Test("Servers come and go while they are watched")
    func servers() async throws {
        for _ in 0..<10 {
            var server: PVAServer? = try PVAServer([PVADeclaration("A", .array(.float64))])
            let (monitor, watch) = try #require(server).client().watch("A")
            _ = try await watch.value()
            let value = LoopbackTests.tensor([Double](repeating: 1, count: 10_000))
            for _ in 0..<10 { _ = server?.post(0, Sample(value)) }
            server = nil
            try await watch.disconnected()
            monitor.end()
        }
    }
}
