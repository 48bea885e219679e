/// What may be written: the ends, and the least step between two values.
///
/// It works with or without alarms.
public struct ControlLimits: Sendable, Equatable {
    public let low: Double
    public let high: Double
    /// 0 is any step.
    public let minStep: Double

    /// Whether values become what may be written; otherwise clients are only told.
    public let isEnforced: Bool

    /// Every value may be written.
    static let free = ControlLimits()

    private init() { (low, high, minStep, isEnforced) = (-.infinity, .infinity, 0, true) }

    /// Limits of which each may be left out.
    ///
    /// - Throws: Unless the ends are in order and the step is a length.
    public init(
        low: Double = -.infinity,
        high: Double = .infinity,
        minStep: Double = 0,
        isEnforced: Bool = true
    ) throws(PVAProblem) {
        guard low <= high else {
            throw PVAProblem(.declaration, "expected control limits in order, found \(low) to \(high)")
        }
        guard minStep >= 0, minStep.isFinite else {
            throw PVAProblem(.declaration, "expected a least step of 0 or more, found \(minStep)")
        }
        self.low = low
        self.high = high
        self.minStep = minStep
        self.isEnforced = isEnforced
    }

    /// The nearest value that may be written: an end where it lies beyond, else a multiple of the step, ties to even.
    ///
    /// - Throws: For a NaN, which is near nothing.
    public func allowed(_ value: Double) throws(PVAProblem) -> Double {
        guard isEnforced else { return value }
        guard !value.isNaN else {
            throw PVAProblem(.value, "expected a number of \(low) to \(high), found NaN", advice: "put a number")
        }
        guard value >= low else { return low }
        guard value <= high else { return high }
        guard minStep > 0 else { return value }
        let rounded = (value / minStep).rounded(.toNearestOrEven) * minStep
        // The last step may lie beyond an end that is no multiple, and a tiny step may be beyond all numbers.
        guard rounded.isFinite else { return value }
        return min(max(rounded, low), high)
    }
}
