internal import Synchronization

/// How long something takes, as counts in classes: three to each doubling, from 1 us to over a minute.
///
/// Any thread adds, any thread reads.
public final class Histogram: Sendable {
    /// One class: how many took no longer than the limit.
    public struct Class: Sendable, Equatable {
        /// In nanoseconds; nil for what is beyond all limits.
        public let limit: Int64?
        public let count: UInt64
    }

    /// The upper ends of the classes, in nanoseconds.
    static let limits: [Int64] = (0...78).map { step in
        let octave: Int64 = 1_000 << Int64(step / 3)
        return [octave, octave * 5 / 4, octave * 8 / 5][step % 3]
    }

    private let counts: Counts
    private let sum = Atomic<UInt64>(0)

    public init() { counts = Counts() }

    public func add(nanoseconds: Int64) {
        counts.add(at: Self.index(of: nanoseconds))
        sum.wrappingAdd(UInt64(clamping: nanoseconds), ordering: .relaxed)
    }

    public var sumNanoseconds: UInt64 { sum.load(ordering: .relaxed) }

    /// All classes, the shortest first; the counts are not summed up.
    public var classes: [Class] {
        (0...Self.limits.count).map { index in
            Class(limit: index < Self.limits.count ? Self.limits[index] : nil, count: counts.value(at: index))
        }
    }

    static func index(of nanoseconds: Int64) -> Int {
        guard nanoseconds > 1_000 else { return 0 }
        let octave = 63 - ((nanoseconds - 1) / 1_000).leadingZeroBitCount
        var index = max(0, octave) * 3
        while index < limits.count, limits[index] < nanoseconds { index += 1 }
        return index
    }
}

/// As many counters as there are classes.
// Safe: each is an atomic; the memory lives as long as this.
@safe private final class Counts: @unchecked Sendable {
    private let memory: UnsafeMutablePointer<Atomic<UInt64>>
    private let count = Histogram.limits.count + 1

    init() {
        unsafe memory = .allocate(capacity: count)
        for index in 0..<count { unsafe (memory + index).initialize(to: Atomic(0)) }
    }

    deinit {
        unsafe memory.deinitialize(count: count)
        unsafe memory.deallocate()
    }

    func add(at index: Int) {
        precondition(index < count)
        unsafe memory[index].wrappingAdd(1, ordering: .relaxed)
    }

    func value(at index: Int) -> UInt64 {
        precondition(index < count)
        return unsafe memory[index].load(ordering: .relaxed)
    }
}
