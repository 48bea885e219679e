public import Signals

/// A node that takes samples out of a flow.
public protocol Sink: Sendable {
    /// Whether what it is given changes something outside: then nothing goes there unless the flow publishes.
    var reach: SinkReach { get }

    /// Whether readers see the alarm of a sample: a sink that carries none gets nothing INVALID.
    var carriesAlarms: Bool { get }

    /// Works until its task is cancelled, then finishes what it holds; it may be called again after that.
    ///
    /// `ready` is called once, when samples can be written. Before and after, samples are dropped.
    ///
    /// - Throws: What it cannot go on without: a sink that has begun retries inside.
    func run(_ outlet: any SinkOutlet, ready: @Sendable () -> Void) async throws(NodeFailure)

    /// What nothing else of the flow may have.
    var claims: [Claim] { get }

    /// What the flow is, before it runs and whenever a reload has changed that.
    func show(_ facts: FlowFacts)

    /// Takes what one evaluation gave: never waits, and is called by one thread at a time.
    ///
    /// `done` is called once when all of it is where it should be, with the first reason why not.
    func write(_ writes: [SinkWrite], done: (@Sendable (String?) -> Void)?)
}

extension Sink {
    public func show(_ facts: FlowFacts) {}
    public var claims: [Claim] { [] }
}

/// How far a sink reaches.
public enum SinkReach: Sendable {
    /// The screen, a file: it belongs to who started the flow.
    case local
    /// What others read, or what moves something.
    case live
}

/// One sample on its way out.
public struct SinkWrite: Sendable, Equatable {
    public let input: Int
    public let sample: Sample

    public init(input: Int, sample: Sample) {
        self.input = input
        self.sample = sample
    }
}

/// Where a sink tells what becomes of what it was given.
public protocol SinkOutlet: Sendable {
    /// A sample that did not arrive where it should, and why.
    func refused(_ input: Int, _ reason: String)
    /// It can be reached here, and what is not as it was wanted.
    func listens(at addresses: [String], problem: String?)
    /// Somebody asks for the flow to begin anew with what it computes.
    func reset()
    /// It could take no more: as many samples were dropped for newer ones.
    func dropped(_ count: Int)
}
