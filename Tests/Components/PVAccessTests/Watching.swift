import Dispatch
import Lifetime
import PVAccess
import Signals
import Testing

/// The events of a monitor, in their order, and waiting for one of them.
final class Watch: Sendable {
    private struct Waiter {
        let isWanted: @Sendable (PVAEvent) -> Bool
        let continuation: CheckedContinuation<PVAEvent?, Never>
    }

    private struct State {
        var events: [PVAEvent] = []
        /// Those before it were seen.
        var next = 0
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
        var isFull = false
    }

    private let state = Guarded(State())

    /// What a handler answers.
    func setFull(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    func take(_ event: PVAEvent) -> PVAFlow {
        let (flow, wakened) = state.withLock { state -> (PVAFlow, [Waiter]) in
            state.events.append(event)
            let wakened = state.waiters.filter { $0.value.isWanted(event) }
            if !wakened.isEmpty { state.next = state.events.count }
            for id in wakened.keys { state.waiters[id] = nil }
            return (state.isFull ? .full : .more, Array(wakened.values))
        }
        for waiter in wakened { waiter.continuation.resume(returning: event) }
        return flow
    }

    var events: [PVAEvent] { state.withLock { $0.events } }

    /// The next event that is wanted, of those that no earlier wait has passed.
    func next(
        within seconds: Double = 20,
        _ what: String = "an event",
        sourceLocation: SourceLocation = #_sourceLocation,
        _ isWanted: @escaping @Sendable (PVAEvent) -> Bool
    ) async throws -> PVAEvent {
        let event = await withCheckedContinuation { (continuation: CheckedContinuation<PVAEvent?, Never>) in
            let (found, id) = state.withLock { state -> (PVAEvent?, Int) in
                if let index = state.events[state.next...].firstIndex(where: isWanted) {
                    state.next = index + 1
                    return (state.events[index], -1)
                }
                state.nextWaiter += 1
                state.waiters[state.nextWaiter] = Waiter(isWanted: isWanted, continuation: continuation)
                return (nil, state.nextWaiter)
            }
            if let found { return continuation.resume(returning: found) }
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) {
                self.state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: nil)
            }
        }
        // Copied under the lock: an array that is held elsewhere is copied by the next event.
        let seen = event == nil ? state.withLock { Array($0.events.suffix(5)) } : []
        return try #require(
            event,
            "waited \(seconds) s for \(what); last events: \(seen)",
            sourceLocation: sourceLocation
        )
    }

    /// The next value that is wanted.
    func value(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ isWanted: @escaping @Sendable (Value, Alarm) -> Bool = { _, _ in true }
    ) async throws -> (value: Value, alarm: Alarm, stamp: Stamp, skipped: Int) {
        let event = try await next("a value", sourceLocation: sourceLocation) {
            if case .value(let value, let alarm, _, _) = $0 { isWanted(value, alarm) } else { false }
        }
        guard case .value(let value, let alarm, let stamp, let skipped) = event else { throw Unexpected() }
        return (value, alarm, stamp, skipped)
    }

    func connected(sourceLocation: SourceLocation = #_sourceLocation) async throws -> (Description, peer: String) {
        let event = try await next("a connection", sourceLocation: sourceLocation) {
            if case .connected = $0 { true } else { false }
        }
        guard case .connected(let description, let peer) = event else { throw Unexpected() }
        return (description, peer)
    }

    func refused(sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let event = try await next("a refusal", sourceLocation: sourceLocation) {
            if case .refused = $0 { true } else { false }
        }
        guard case .refused(let message) = event else { throw Unexpected() }
        return message
    }

    func disconnected(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        _ = try await next("a disconnection", sourceLocation: sourceLocation) {
            if case .disconnected = $0 { true } else { false }
        }
    }
}

struct Unexpected: Error {}

extension PVAClient {
    func watch(
        _ name: String,
        _ mode: PVAMonitorMode = .every,
        queue: Int = 4
    ) throws -> (PVAMonitor, Watch) {
        let watch = Watch()
        return (try monitor(name, mode, queue: queue) { watch.take($0) }, watch)
    }
}

extension PVAServerSettings {
    /// Loopback alone, on a port that is free.
    static let anywhere = PVAServerSettings(
        interfaces: "127.0.0.1",
        beaconAddresses: "127.0.0.1",
        sendsBeacons: false,
        serverPort: 0,
        broadcastPort: 0
    )
}

extension PVAServer {
    /// A client that knows this server alone.
    func client() throws -> PVAClient { try .loopback(port: port, broadcastPort: broadcastPort) }
}

extension PVAClient {
    /// A client of its own that asks one port of this machine.
    static func loopback(port: UInt16, broadcastPort: UInt16) throws -> PVAClient {
        try PVAClient(
            PVAClientSettings(
                addresses: "",
                searchesNetworks: false,
                nameServers: "127.0.0.1:\(port)",
                broadcastPort: broadcastPort
            )
        )
    }
}

extension Sample {
    init(_ value: Value, _ alarm: Alarm = .none, at nanoseconds: Int64 = 1_700_000_000_123_456_789) {
        let id = EvaluationID(high: 1, low: 2)
        self.init(value, alarm: alarm, stamp: Stamp(nanoseconds: nanoseconds), id: id)
    }
}

extension PVAServer {
    convenience init(_ declarations: [PVADeclaration]) throws {
        try self.init(declarations, settings: .anywhere, at: Stamp(nanoseconds: 1_600_000_000_000_000_001))
    }
}
