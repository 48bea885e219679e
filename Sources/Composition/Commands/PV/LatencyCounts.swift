/// How long many things took: exact to one part in 64, in memory that does not grow.
struct LatencyCounts: Sendable {
    private static let parts = 64
    private var counts = [UInt64](repeating: 0, count: 64 * parts)
    private(set) var count: UInt64 = 0
    /// The longest, in nanoseconds.
    private(set) var longest: Int64 = 0

    mutating func add(nanoseconds: Int64) {
        let time = max(0, nanoseconds)
        counts[Self.index(of: UInt64(time))] += 1
        count += 1
        longest = max(longest, time)
    }

    /// The time within which this share of all was done, in nanoseconds; nil while nothing was counted.
    func percentile(_ share: Double) -> Int64? {
        guard count > 0 else { return nil }
        let wanted = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= wanted { return min(longest, Self.end(of: index)) }
        }
        return longest
    }

    /// Up to 64 each number has a class of its own; beyond, each doubling has 64.
    private static func index(of time: UInt64) -> Int {
        guard time >= UInt64(parts) else { return Int(time) }
        let doublings = 63 - time.leadingZeroBitCount - 6
        return (doublings + 1) * parts + Int(time >> UInt64(doublings)) - parts
    }

    /// The greatest time of a class.
    private static func end(of index: Int) -> Int64 {
        guard index >= parts else { return Int64(index) }
        let doublings = index / parts - 1
        let first = UInt64(index % parts + parts) << UInt64(doublings)
        return Int64(clamping: first + (1 << UInt64(doublings)) - 1)
    }
}
