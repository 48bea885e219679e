internal import Lifetime

/// Writes lines on a thread of its own: whoever adds one never waits.
///
/// What waits is limited: while the disk or the screen is too slow for that, lines are dropped and counted.
public final class LineWriter: Sendable {
    /// What becomes of lines.
    public enum Note: Sendable, Equatable {
        /// As many could not be kept, and why.
        case lost(Int, reason: String)
        /// What was lost before is over.
        case recovered
        /// The disk does not confirm what it has.
        case unconfirmed(reason: String)
    }

    private struct State: Sendable {
        var bytes: [UInt8] = []
        var lineCount = 0
        var dropped = 0
        var done: [@Sendable (String?) -> Void] = []
        var isClosed = false
    }

    private let waitingSizeMax: Int
    private let state = Mailbox(State())

    public init(waitingSizeMax: Int = 8 << 20) { self.waitingSizeMax = waitingSizeMax }

    /// Adds a line without its end; `done` is called when it is written, or with the reason why it is not.
    public func add(_ line: [UInt8], done: (@Sendable (String?) -> Void)? = nil) {
        var refusal: String?
        state.put { state in
            guard !state.isClosed, state.bytes.count + line.count < waitingSizeMax else {
                state.dropped += 1
                refusal = state.isClosed ? "it is closed" : "more lines than can be written"
                return false
            }
            state.bytes += line
            state.bytes.append(UInt8(ascii: "\n"))
            state.lineCount += 1
            if let done { state.done.append(done) }
            return state.lineCount == 1
        }
        if let refusal { done?(refusal) }
    }

    /// Takes lines, also after it was closed.
    public func open() { state.withLock { $0.isClosed = false } }

    /// Takes nothing more: what waits is written, then ``run(_:sync:note:)`` returns.
    public func close() {
        state.put { state in
            state.isClosed = true
            return true
        }
    }

    private struct Batch {
        let bytes: [UInt8]
        let lineCount: Int
        let dropped: Int
        let done: [@Sendable (String?) -> Void]
        let isClosed: Bool
    }

    /// Writes until it is closed, on the thread that calls.
    ///
    /// `write` says why it could not, `sync` is called every second and at the end.
    public func run(
        _ write: ([UInt8]) -> String?,
        sync: () -> String? = { nil },
        note: (Note) -> Void
    ) {
        var nextSync = MonotonicTime.now() + .seconds(1)
        var mustSync = false
        var isFailing = false
        while true {
            let batch = state.take(until: mustSync ? nextSync : nil, Self.batch)
            if let batch, batch.lineCount > 0 {
                let reason = write(batch.bytes)
                for done in batch.done { done(reason) }
                if let reason { note(.lost(batch.lineCount, reason: reason)) } else if isFailing { note(.recovered) }
                isFailing = reason != nil
                mustSync = true
            }
            if let batch, batch.dropped > 0 { note(.lost(batch.dropped, reason: "more lines than can be written")) }
            if batch?.isClosed == true || (mustSync && MonotonicTime.now() >= nextSync) {
                if let reason = sync() { note(.unconfirmed(reason: reason)) }
                nextSync = .now() + .seconds(1)
                mustSync = false
            }
            if batch?.isClosed == true { return }
        }
    }

    private static func batch(_ state: inout State) -> Batch? {
        guard state.lineCount > 0 || state.isClosed else { return nil }
        defer {
            let isClosed = state.isClosed
            state = State()
            state.isClosed = isClosed
        }
        return Batch(
            bytes: state.bytes,
            lineCount: state.lineCount,
            dropped: state.dropped,
            done: state.done,
            isClosed: state.isClosed
        )
    }
}

/// How often something happened in a row: told the first time, and then at every power of two, so that what fails
/// for days does not fill the log.
public struct Repetition: Sendable {
    public private(set) var count = 0

    public init() {}

    /// Counts once more; whether it is to be told.
    public mutating func isWorthTelling() -> Bool {
        count += 1
        return count.nonzeroBitCount == 1
    }

    public mutating func reset() { count = 0 }
}
