/// A number as it is written: `1/3` stays a third until it meets a value.
struct ExactNumber: Sendable, Equatable {
    let numerator: Int64
    /// More than zero, and without a factor in common with the numerator.
    let denominator: Int64

    init(_ whole: Int64) {
        numerator = whole
        denominator = 1
    }

    /// Nil when the fraction does not fit 64 bits above and below, or has nothing below.
    private init?(_ numerator: Int128, _ denominator: Int128) {
        guard denominator != 0 else { return nil }
        var (rest, divisor) = (numerator.magnitude, denominator.magnitude)
        while divisor != 0 { (rest, divisor) = (divisor, rest % divisor) }
        let sign: Int128 = denominator < 0 ? -1 : 1
        guard let above = Int64(exactly: sign * numerator / Int128(rest)),
            let below = Int64(exactly: sign * denominator / Int128(rest))
        else { return nil }
        self.numerator = above
        self.denominator = below
    }

    var isWhole: Bool { denominator == 1 }

    static func + (left: Self, right: Self) -> ExactNumber? {
        let above = left.wide * right.wideBelow
        let (sum, isOver) = above.addingReportingOverflow(right.wide * left.wideBelow)
        return isOver ? nil : ExactNumber(sum, left.wideBelow * right.wideBelow)
    }

    static func - (left: Self, right: Self) -> ExactNumber? { (-right).flatMap { left + $0 } }

    static func * (left: Self, right: Self) -> ExactNumber? {
        ExactNumber(left.wide * right.wide, left.wideBelow * right.wideBelow)
    }

    static func / (left: Self, right: Self) -> ExactNumber? {
        ExactNumber(left.wide * right.wideBelow, left.wideBelow * right.wide)
    }

    static prefix func - (number: Self) -> ExactNumber? { ExactNumber(-number.wide, number.wideBelow) }

    static func < (left: Self, right: Self) -> Bool { left.wide * right.wideBelow < right.wide * left.wideBelow }

    /// The greatest whole number that is not greater.
    var floor: ExactNumber {
        let (quotient, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
        return ExactNumber(rest < 0 ? quotient - 1 : quotient)
    }

    func power(_ exponent: Int64) -> ExactNumber? {
        if exponent < 0 {
            return exponent == .min ? nil : (ExactNumber(1) / self).flatMap { $0.power(-exponent) }
        }
        var (result, base, rest) = (ExactNumber(1), self, exponent)
        while true {
            if rest & 1 == 1 {
                guard let next = result * base else { return nil }
                result = next
            }
            rest >>= 1
            guard rest > 0 else { return result }
            guard let square = base * base else { return nil }
            base = square
        }
    }

    /// The nearest double, rounded once.
    var double: Double {
        let exactMax: Int64 = 1 << 53
        if numerator.magnitude <= exactMax.magnitude, denominator <= exactMax {
            return Double(numerator) / Double(denominator)
        }
        guard numerator != 0 else { return 0 }
        // A quotient of 63 bits and more, whose last bit also stands for everything behind it.
        let shift = UInt128(numerator.magnitude).leadingZeroBitCount - 1
        let (quotient, rest) = (UInt128(numerator.magnitude) << UInt128(shift))
            .quotientAndRemainder(dividingBy: UInt128(denominator))
        let magnitude = Self.nearest(quotient | (rest == 0 ? 0 : 1))
        return Double(sign: numerator < 0 ? .minus : .plus, exponent: -shift, significand: magnitude)
    }

    /// The nearest double to a whole number, ties to even.
    private static func nearest(_ whole: UInt128) -> Double {
        let bits = UInt128.bitWidth - whole.leadingZeroBitCount
        guard bits > 64 else { return Double(UInt64(whole)) }
        let shift = UInt128(bits - 64)
        let isInexact = whole & ((1 << shift) - 1) != 0
        let top = UInt64(whole >> shift) | (isInexact ? 1 : 0)
        return Double(sign: .plus, exponent: Int(shift), significand: Double(top))
    }

    private var wide: Int128 { Int128(numerator) }
    private var wideBelow: Int128 { Int128(denominator) }
}
