internal import Flow
internal import HTTP
internal import JSON
internal import Lifetime
internal import Models
internal import Signals

/// The changes of a flow as server-sent events, for all who listen.
///
/// Nothing is done while nobody does. Of each signal the newest is sent, at most so often in a second.
final class FlowEvents: Sendable {
    private struct State: Sendable {
        /// Somebody has come.
        var isWanted = false
        var isOver = false
    }

    private let flow: LiveFlow
    private let feed = HTTPEventFeed(overflow: .dropOldest)
    private let state = Mailbox(State())

    /// The shortest time between two batches: faster than anybody reads.
    static let period = Duration.milliseconds(50)
    /// Of longer arrays an event tells type and shape alone.
    static let elementsMax = 256

    init(_ flow: LiveFlow) { self.flow = flow }

    /// A stream that begins with the present state of all signals.
    func subscribe() throws(HTTPProblem) -> HTTPEventStream {
        let stream = try feed.subscribe()
        for signal in flow.view(within: .seconds(2))?.signals ?? [] {
            guard let sample = signal.sample else { continue }
            _ = stream.send(Self.event(signal.node, signal.name, sample))
        }
        state.put { state in
            state.isWanted = true
            return true
        }
        return stream
    }

    /// Nothing more is sent: ``run()`` returns.
    func finish() {
        feed.finish()
        state.put { state in
            state.isOver = true
            return true
        }
    }

    /// Sends changes while somebody listens, until it is finished, on the thread that calls.
    func run() {
        while isWanted() { pump() }
    }

    /// Waits until somebody comes; false at the end.
    private func isWanted() -> Bool {
        state.take(until: nil) { state -> Bool? in
            if state.isOver { return false }
            guard state.isWanted else { return nil }
            state.isWanted = false
            return true
        } ?? false
    }

    /// Sends changes until nobody listens.
    private func pump() {
        let isTapped = flow.withTap { tap in
            while feed.clientCount > 0, !tap.isOver {
                guard let changes = tap.next(until: .now() + .seconds(1)) else { continue }
                for change in changes { feed.send(Self.event(change.node, change.signal, change.sample)) }
                let isOver = state.take(until: .now() + Self.period) { $0.isOver ? true : nil }
                if isOver == true { return }
            }
        }
        if !isTapped || flow.stop.isGiven { feed.finish() }
    }

    private static func event(_ node: String, _ signal: String, _ sample: Sample) -> HTTPEvent {
        HTTPEvent(name: "sample", data: JSONWriter.text(of: json(node, signal, sample)))
    }

    static func json(_ node: String, _ signal: String, _ sample: Sample) -> JSONValue {
        var object = JSONObject()
        object.add("node", .string(node))
        object.add("signal", .string(signal))
        sample.addMembers(to: &object, elementsMax: elementsMax)
        return .object(object)
    }
}
