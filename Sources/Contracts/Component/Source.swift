public import Signals

/// A node that brings samples into a flow.
public protocol Source: Sendable {
    /// How long after its arrival a value is good; nil where values do not age.
    var maxAge: Duration? { get }

    /// Whether it brings states, which it sends where the flow takes messages: then it begins anew when that changes.
    var bringsStates: Bool { get }

    /// What nothing else of the flow may have.
    var claims: [Claim] { get }

    /// Brings samples until its task is cancelled, or until it has no more.
    ///
    /// It connects, retries and closes inside. A failure ends this source alone, and for good.
    func run(_ outlet: any SourceOutlet) async throws(NodeFailure)
}

extension Source {
    public var maxAge: Duration? { nil }
    public var bringsStates: Bool { false }
    public var claims: [Claim] { [] }
}

/// Where a source puts what it has; every thread may use it.
///
/// It has two lanes. What is *offered* is the state of something: the newest counts, and what came in between is
/// counted as coalesced. What is *sent* is a message: each is evaluated by itself, in order, and the lane has a length.
public protocol SourceOutlet: Sendable {
    /// Whether the flow takes each sample as a message: then a source of states sends instead of offering.
    var wantsMessages: Bool { get }

    /// The newest value of an output; `skipped` is how many the source had in between.
    func offer(_ output: Int, _ value: Value, _ alarm: Alarm, _ stamp: Stamp, skipped: Int)

    /// An output has no connection, or nothing that can be used: its last value is INVALID from now on.
    func lose(_ output: Int, _ alarm: Alarm)

    /// What is known about an output besides its values.
    func describe(_ output: Int, _ description: Description)

    /// Puts a message into the lane, if there is room.
    func send(_ message: Message) -> Bool

    /// The same, but waits for room: for a source with a thread of its own.
    ///
    /// - Returns: False when the flow takes no more.
    func sendWaiting(_ message: Message) -> Bool

    /// Calls `action` once, as soon as there is room in the lane; at once, when there is.
    ///
    /// The action puts messages in, and neither waits nor calls this.
    func whenRoom(_ action: @escaping @Sendable () -> Void)

    /// Something that people should know.
    func note(_ note: SourceNote)
}

/// What happens to a source besides samples.
public enum SourceNote: Sendable, Equatable {
    case connected(output: Int, to: String)
    case reconnected(output: Int, to: String)
    /// A message or a sample that could not be used, and why.
    case refused(String)
}

/// Samples that came together: one evaluation.
public struct Message: Sendable {
    public struct Part: Sendable {
        public let output: Int
        public let value: Value
        public let alarm: Alarm
        public let stamp: Stamp

        public init(output: Int, value: Value, alarm: Alarm = .none, stamp: Stamp) {
            self.output = output
            self.value = value
            self.alarm = alarm
            self.stamp = stamp
        }
    }

    public let parts: [Part]
    /// Messages of the same key are evaluated in their order, also where several are at once.
    public let key: String?
    /// Told on the engine's thread which evaluation is its own, before that begins.
    public let began: (@Sendable (EvaluationID) -> Void)?
    /// Told once, when the sinks have what came of it, or when it failed.
    public let done: (@Sendable (MessageOutcome) -> Void)?

    public init(
        _ parts: [Part],
        key: String? = nil,
        done: (@Sendable (MessageOutcome) -> Void)? = nil,
        began: (@Sendable (EvaluationID) -> Void)? = nil
    ) {
        self.parts = parts
        self.key = key
        self.began = began
        self.done = done
    }
}

/// What became of a message.
public enum MessageOutcome: Sendable, Equatable {
    case delivered
    /// A node or a sink failed: the first reason.
    case failed(String)
    /// The flow ended before.
    case abandoned
}
