/// The source time of a sample: nanoseconds since the Unix epoch, as the source's clock said.
///
/// It is data. Staleness is judged by arrival on the monotonic clock, never by comparing stamps of
/// two machines.
public struct Stamp: Sendable, Hashable, Comparable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// A time as control systems carry it: whole seconds, and the nanoseconds behind them.
    ///
    /// Nil when the seconds do not fit: between the years 1677 and 2262 they do.
    public init?(seconds: Int64, nanoseconds: Int32) {
        let (product, overflowsProduct) = seconds.multipliedReportingOverflow(by: Self.perSecond)
        let (sum, overflowsSum) = product.addingReportingOverflow(Int64(nanoseconds))
        guard !overflowsProduct, !overflowsSum else { return nil }
        self.init(nanoseconds: sum)
    }

    /// Whole seconds since the epoch, rounded down.
    public var seconds: Int64 { nanoseconds / Self.perSecond - (nanoseconds % Self.perSecond < 0 ? 1 : 0) }

    /// The nanoseconds behind ``seconds``: 0 to 999,999,999, before the epoch too.
    public var secondFraction: Int32 {
        let remainder = nanoseconds % Self.perSecond
        return Int32(remainder < 0 ? remainder + Self.perSecond : remainder)
    }

    public static func < (left: Stamp, right: Stamp) -> Bool { left.nanoseconds < right.nanoseconds }

    private static let perSecond: Int64 = 1_000_000_000
}

extension Stamp {
    /// Where no time is known.
    public static let unknown = Stamp(nanoseconds: 0)
}
