internal import Dispatch
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
    private let flow: LiveFlow
    private let feed = HTTPEventFeed(overflow: .dropOldest)
    private let isPumping = Guarded(false)

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
        let begins = isPumping.withLock { isPumping in
            defer { isPumping = true }
            return !isPumping
        }
        if begins { DispatchQueue(label: "slipway.events").async { self.pump() } }
        return stream
    }

    func finish() { feed.finish() }

    /// Sends changes until nobody listens.
    private func pump() {
        let pause = Mailbox(false)
        let isTapped = flow.withTap { tap in
            while feed.clientCount > 0, !tap.isOver {
                guard let changes = tap.next(until: .now() + .seconds(1)) else { continue }
                for change in changes { feed.send(Self.event(change.node, change.signal, change.sample)) }
                _ = pause.take(until: .now() + Self.period) { $0 ? true : nil }
            }
        }
        isPumping.withLock { $0 = false }
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
