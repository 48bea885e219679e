internal import Glibc

/// A point on the clock that nobody sets: for deadlines, ages and how long things take.
public struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since some moment in the past.
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static func now() -> MonotonicTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The time this much later; never beyond the end of the clock.
    public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let (sum, isOver) = time.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return MonotonicTime(nanoseconds: isOver ? (duration > .zero ? .max : .min) : sum)
    }

    public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration {
        .nanoseconds(later.nanoseconds &- earlier.nanoseconds)
    }
}

extension Duration {
    /// The duration in nanoseconds; what is longer than these can say is cut.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isSumOver) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return isOver || isSumOver ? (seconds > 0 ? .max : .min) : sum
    }
}

/// The clock on the wall, which may jump: for stamps and journals, never for waiting.
public enum WallClock {
    /// Nanoseconds since the Unix epoch.
    public static func now() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
