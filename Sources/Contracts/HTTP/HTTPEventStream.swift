internal import Lifetime

/// The events on their way to one client.
///
/// Whoever sends never waits. What is not yet read is bounded; beyond it either the oldest events are dropped or the
/// client is, and both are counted.
public final class HTTPEventStream: Sendable {
    /// What happens to a client that reads slower than events come.
    public enum Overflow: Sendable {
        /// It misses the oldest: for states, of which the newest counts.
        case dropOldest
        /// It is cut off: for changes, of which none may be missing. It sees that it is, and asks for a state anew.
        case dropClient
    }

    /// What a server does next.
    public enum Next: Sendable, Equatable {
        case bytes([UInt8])
        case wait
        /// Everything was sent and nothing will follow.
        case end
        /// The client was too slow, or is gone: if it is there, it must see that this is no regular end.
        case cut
    }

    private enum Phase {
        case open, finished, overrun, left
    }

    private struct State {
        var events: [HTTPEvent] = []
        var byteCount = 0
        var dropped = 0
        var phase = Phase.open
        var wake: (@Sendable () -> Void)?
    }

    public let eventsMax: Int
    public let bytesMax: Int
    public let overflow: Overflow
    private let state = Guarded(State())

    /// A stream in which so many events of so many bytes together may wait; one event always may.
    ///
    /// - Precondition: Both are at least 1.
    public init(eventsMax: Int = 256, bytesMax: Int = 1 << 20, overflow: Overflow) {
        precondition(eventsMax > 0 && bytesMax > 0)
        (self.eventsMax, self.bytesMax, self.overflow) = (eventsMax, bytesMax, overflow)
    }

    /// Puts an event on its way, without waiting.
    ///
    /// - Returns: Whether the client can still get it.
    @discardableResult
    public func send(_ event: HTTPEvent) -> Bool {
        let (isOpen, wake) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            guard state.phase == .open else { return (false, nil) }
            let wake = state.events.isEmpty ? state.wake : nil
            state.events.append(event)
            state.byteCount += event.bytes.count
            while state.events.count > 1, state.events.count > eventsMax || state.byteCount > bytesMax {
                if overflow == .dropClient { return (false, Self.drop(&state)) }
                state.byteCount -= state.events.removeFirst().bytes.count
                state.dropped += 1
            }
            return (true, wake)
        }
        wake?()
        return isOpen
    }

    /// Ends the stream once everything was sent.
    public func finish() {
        let wake = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.phase == .open else { return nil }
            state.phase = .finished
            return state.wake
        }
        wake?()
    }

    private static func drop(_ state: inout State) -> (@Sendable () -> Void)? {
        state.dropped += state.events.count
        (state.events, state.byteCount, state.phase) = ([], 0, .overrun)
        return state.wake
    }

    /// Whether an event that is sent now can still arrive.
    public var isOpen: Bool { state.withLock { $0.phase == .open } }

    /// How many events the client missed.
    public var droppedCount: Int { state.withLock(\.dropped) }
}

/// The server's end.
extension HTTPEventStream {
    /// Has `wake` run, from whatever thread, when there is something to take after ``next()`` said to wait.
    public func attach(wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    public func next() -> Next {
        state.withLock { state in
            guard state.phase != .overrun, state.phase != .left else { return .cut }
            guard !state.events.isEmpty else { return state.phase == .finished ? .end : .wait }
            let event = state.events.removeFirst()
            state.byteCount -= event.bytes.count
            return .bytes(event.bytes)
        }
    }

    /// Whether the client was dropped because it was too slow.
    public var isOverrun: Bool { state.withLock { $0.phase == .overrun } }

    /// The client is gone, for whatever reason.
    public func leave() {
        state.withLock { state in
            if state.phase != .overrun { state.phase = .left }
            (state.events, state.byteCount, state.wake) = ([], 0, nil)
        }
    }
}
