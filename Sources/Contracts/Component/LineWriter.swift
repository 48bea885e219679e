public import Host
internal import Lifetime
public import Signals

/// Makes and writes lines on a thread of its own: whoever adds one never waits.
///
/// What waits is limited: while the disk or the screen is too slow for that, lines are dropped and counted.
public final class LineWriter: Sendable {
    /// What becomes of lines.
    public enum Note: Sendable, Equatable {
        /// As many could not be kept, and why; `isWorthTelling` where that was not said just before.
        case lost(Int, reason: String, isWorthTelling: Bool)
        /// What was lost before is over.
        case recovered
        /// The disk does not confirm what it has.
        case unconfirmed(reason: String)
    }

    private struct Line: Sendable {
        let make: @Sendable () -> [UInt8]
        let done: (@Sendable (String?) -> Void)?
    }

    private struct State: Sendable {
        var lines: [Line] = []
        /// What the waiting lines hold, about.
        var size = 0
        var dropped = 0
        var isClosed = false
    }

    private let waitingSizeMax: Int
    private let state = Mailbox(State())

    public init(waitingSizeMax: Int = 8 << 20) { self.waitingSizeMax = waitingSizeMax }

    /// Adds a line, which `make` makes without its end when its turn comes; until then it holds about `size` bytes.
    ///
    /// `done` is called when it is written, or with the reason why it is not.
    public func add(
        size: Int,
        _ make: @escaping @Sendable () -> [UInt8],
        done: (@Sendable (String?) -> Void)? = nil
    ) {
        var refusal: String?
        state.put { state in
            guard !state.isClosed, state.size + size < waitingSizeMax else {
                state.dropped += 1
                refusal = state.isClosed ? "it is closed" : "more lines than can be written"
                return false
            }
            state.lines.append(Line(make: make, done: done))
            state.size += size
            return state.lines.count == 1
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
        let lines: [Line]
        let dropped: Int
        let isClosed: Bool
    }

    /// Lines are written together up to about this.
    private static let batchSize = 1 << 20

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
        var losses = Repetition()
        while true {
            let batch = state.take(until: mustSync ? nextSync : nil, Self.batch)
            if let batch, !batch.lines.isEmpty {
                Self.write(batch.lines, write) { count, reason in
                    if let reason {
                        note(.lost(count, reason: reason, isWorthTelling: losses.isWorthTelling()))
                    } else if isFailing {
                        losses.reset()
                        note(.recovered)
                    }
                    isFailing = reason != nil
                }
                mustSync = true
            }
            if let batch, batch.dropped > 0 {
                let isWorthTelling = losses.isWorthTelling()
                note(.lost(batch.dropped, reason: "more lines than can be written", isWorthTelling: isWorthTelling))
            }
            if batch?.isClosed == true || (mustSync && MonotonicTime.now() >= nextSync) {
                if let reason = sync() { note(.unconfirmed(reason: reason)) }
                nextSync = .now() + .seconds(1)
                mustSync = false
            }
            if batch?.isClosed == true { return }
        }
    }

    /// Writes into a file until it is closed, on the thread that calls.
    public func run(into file: inout LineFile, note: (Note) -> Void) {
        run({ file.write($0) }, sync: { file.sync() }, note: note)
    }

    /// Makes lines and writes them, many at once; tells of each such writing how many it had, and why it failed.
    private static func write(_ lines: [Line], _ write: ([UInt8]) -> String?, tell: (Int, String?) -> Void) {
        var bytes: [UInt8] = []
        var first = 0
        for (index, line) in lines.enumerated() {
            bytes += line.make()
            bytes.append(UInt8(ascii: "\n"))
            guard bytes.count >= batchSize || index == lines.count - 1 else { continue }
            let reason = write(bytes)
            for written in lines[first...index] { written.done?(reason) }
            tell(index + 1 - first, reason)
            bytes.removeAll(keepingCapacity: true)
            first = index + 1
        }
    }

    private static func batch(_ state: inout State) -> Batch? {
        guard !state.lines.isEmpty || state.isClosed else { return nil }
        defer {
            let isClosed = state.isClosed
            state = State()
            state.isClosed = isClosed
        }
        return Batch(lines: state.lines, dropped: state.dropped, isClosed: state.isClosed)
    }
}

extension Sample {
    /// About how many bytes it holds: what counts are arrays.
    public var heldSize: Int {
        switch value {
        case .tensor(let tensor): 256 + (tensor.bytes?.count ?? tensor.count * 32)
        case .image(let image): 256 + (image.tensor.bytes?.count ?? 0)
        case .text(let text): 256 + text.utf8.count
        case .record(let record): 256 + record.fields.count * 64
        default: 256
        }
    }
}
