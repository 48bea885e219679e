internal import Synchronization

/// Counts what happens; any thread adds, any thread reads.
public final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    public init() {}

    public func add(_ number: Int = 1) { count.wrappingAdd(UInt64(clamping: number), ordering: .relaxed) }

    public var value: UInt64 { count.load(ordering: .relaxed) }
}
