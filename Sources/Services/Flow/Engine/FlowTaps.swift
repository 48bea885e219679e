public import Lifetime
public import Signals
internal import Synchronization

/// Looks at the signals of a flow as they change, without slowing it: of each signal the newest waits.
public final class FlowTap: Sendable {
    /// One signal that changed.
    public struct Change: Sendable {
        public let node: String
        public let signal: String
        public let sample: Sample
    }

    private struct Name: Hashable, Sendable {
        let node: String
        let signal: String
    }

    private struct State: Sendable {
        var waiting: [Name: Change] = [:]
        var order: [Name] = []
        var isOver = false
    }

    private let state = Mailbox(State())

    init() {}

    /// What has changed since the last time, in the order of its first change; nil at the deadline, and when the flow
    /// has ended.
    public func next(until deadline: MonotonicTime?) -> [Change]? {
        state.take(until: deadline) { state -> [Change]?? in
            if state.order.isEmpty { return state.isOver ? .some(nil) : nil }
            let changes = state.order.compactMap { state.waiting[$0] }
            state.waiting.removeAll(keepingCapacity: true)
            state.order.removeAll(keepingCapacity: true)
            return changes
        } ?? nil
    }

    /// Whether the flow has ended.
    public var isOver: Bool { state.withLock { $0.isOver } }

    func offer(_ changes: [Change]) {
        state.put { state in
            for change in changes {
                let name = Name(node: change.node, signal: change.signal)
                if state.waiting.updateValue(change, forKey: name) == nil { state.order.append(name) }
            }
            return true
        }
    }

    func end() {
        state.put { state in
            state.isOver = true
            return true
        }
    }
}

/// All who look at a flow.
final class FlowTaps: Sendable {
    /// More than anybody needs; each costs a little time for every change.
    static let countMax = 64

    private let taps = Guarded<[Int: FlowTap]>([:])
    private let next = Guarded(0)
    private let count = Atomic(0)

    /// Nil where there are as many already as there may be.
    func add() -> (id: Int, tap: FlowTap)? {
        let tap = FlowTap()
        let id = next.withLock { next in
            next += 1
            return next
        }
        let isAdded = taps.withLock { taps in
            guard taps.count < Self.countMax else { return false }
            taps[id] = tap
            count.store(taps.count, ordering: .relaxed)
            return true
        }
        return isAdded ? (id, tap) : nil
    }

    func remove(_ id: Int) {
        taps.withLock { taps in
            taps[id] = nil
            count.store(taps.count, ordering: .relaxed)
        }
    }

    var isEmpty: Bool { count.load(ordering: .relaxed) == 0 }

    func offer(_ changes: [FlowTap.Change]) {
        for tap in taps.withLock({ Array($0.values) }) { tap.offer(changes) }
    }

    func end() { for tap in taps.withLock({ Array($0.values) }) { tap.end() } }
}
