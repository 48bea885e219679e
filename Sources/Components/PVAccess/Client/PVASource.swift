public import Component
internal import Dispatch
internal import Lifetime
internal import Manifest
internal import Signals

/// Watches process variables.
///
/// Each is there already, comes later, goes and comes back, as it likes: its signal is INVALID while it is away.
public struct PVASource: Source {
    private let names: [String]
    private let settings: PVAClientSettings
    public let maxAge: Duration?

    public let bringsStates = true

    public init(_ config: PVASourceConfig) {
        names = config.pvs.map(\.name)
        settings = config.settings
        maxAge = config.maxAge
    }

    public func run(_ outlet: any SourceOutlet) async throws(NodeFailure) {
        var watches: [Watch] = []
        do throws(PVAProblem) {
            let client = try PVAClient.shared(settings)
            for (output, name) in names.enumerated() {
                let watch = Watch(name, output, outlet)
                try watch.begin(client)
                watches.append(watch)
            }
            client.hurry()
        } catch {
            throw NodeFailure(error.message, advice: error.advice)
        }
        await StopSignal().wait()
        for watch in watches { watch.end() }
    }
}

/// One process variable, and what of it waits.
private final class Watch: Sendable {
    private struct State: Sendable {
        var monitor: PVAMonitor?
        var wasConnected = false
        /// A message that the flow had no room for.
        var waiting: Message?
    }

    private let name: String
    private let output: Int
    private let outlet: any SourceOutlet
    private let state = Guarded(State())

    /// Where messages go on that had to wait: never on the thread that told of room.
    private static let resuming = DispatchQueue(label: "slipway.pva.resuming")

    /// Of messages, so many wait in the library: what comes beyond is merged, as its own queue says.
    private static let messagesWaiting = 1024

    init(_ name: String, _ output: Int, _ outlet: any SourceOutlet) {
        self.name = name
        self.output = output
        self.outlet = outlet
    }

    func begin(_ client: PVAClient) throws(PVAProblem) {
        let isMessages = outlet.wantsMessages
        let monitor = try client.monitor(
            name,
            isMessages ? .every : .newest,
            queue: isMessages ? Self.messagesWaiting : 4
        ) { [self] event in
            isMessages ? send(event) : offer(event)
        }
        state.withLock { $0.monitor = monitor }
    }

    func end() {
        let monitor = state.withLock { state in
            defer { state.monitor = nil }
            return state.monitor
        }
        monitor?.end()
    }

    private func offer(_ event: PVAEvent) -> PVAFlow {
        if case .value(let value, let alarm, let stamp, let skipped) = event {
            outlet.offer(output, value, alarm, stamp, skipped: skipped)
        } else {
            note(event)
        }
        return .more
    }

    private func send(_ event: PVAEvent) -> PVAFlow {
        guard case .value(let value, let alarm, let stamp, _) = event else {
            note(event)
            return .more
        }
        let message = Message([.init(output: output, value: value, alarm: alarm, stamp: stamp)])
        guard !outlet.send(message) else { return .more }
        state.withLock { $0.waiting = message }
        waitForRoom()
        return .full
    }

    private func waitForRoom() {
        outlet.whenRoom { [self] in
            Self.resuming.async { self.goOn() }
        }
    }

    private func goOn() {
        let (waiting, monitor) = state.withLock { ($0.waiting, $0.monitor) }
        if let waiting {
            guard outlet.send(waiting) else { return waitForRoom() }
            state.withLock { $0.waiting = nil }
        }
        monitor?.resume()
    }

    private func note(_ event: PVAEvent) {
        switch event {
        case .connected(let description, let peer):
            outlet.describe(output, description)
            let isAgain = state.withLock { state in
                defer { state.wasConnected = true }
                return state.wasConnected
            }
            outlet.note(isAgain ? .reconnected(output: output, to: peer) : .connected(output: output, to: peer))
        case .described(let description): outlet.describe(output, description)
        case .disconnected: outlet.lose(output, .invalid("\(name) is not connected", status: .undefined))
        case .refused(let reason):
            outlet.lose(output, .invalid("\(name): \(reason)", status: .undefined))
        case .value: break
        }
    }
}
