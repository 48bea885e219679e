/// A number as it is written: `1/3` stays a third until it meets a value.
struct ExactNumber: Sendable, Equatable {
    private enum Form: Equatable {
        /// What fits 64 bits above and below the line.
        case short(Int64, Int64)
        case long(WholeNumber, WholeNumber)
    }

    /// In lowest terms, more than zero below the line.
    private let form: Form

    init(_ whole: Int64) { form = .short(whole, 1) }

    init(_ whole: WholeNumber) { self.init(inLowestTerms: whole, WholeNumber(1)) }

    private init(inLowestTerms above: WholeNumber, _ below: WholeNumber) {
        if let above = above.small, let below = below.small {
            form = .short(above, below)
        } else {
            form = .long(above, below)
        }
    }

    /// - Precondition: `below` is not zero.
    private init(_ above: Int128, _ below: Int128) {
        var (rest, divisor) = (above.magnitude, below.magnitude)
        while divisor != 0 { (rest, divisor) = (divisor, rest % divisor) }
        // Less than 128 bits are needed, but for the sign: no operation makes the least Int128.
        let sign: Int128 = below < 0 ? -1 : 1
        let (above, below) = (sign * above / Int128(rest), sign * below / Int128(rest))
        if let above = Int64(exactly: above), let below = Int64(exactly: below) {
            form = .short(above, below)
        } else {
            form = .long(WholeNumber(above), WholeNumber(below))
        }
    }

    private init(_ above: WholeNumber, _ below: WholeNumber) {
        let common = WholeNumber.greatestCommonDivisor(above, below)
        func reduced(_ number: WholeNumber) -> WholeNumber {
            let quotient = number.quotientAndRemainder(dividingBy: common).quotient
            return below.isNegative ? -quotient : quotient
        }
        self.init(inLowestTerms: reduced(above), reduced(below))
    }

    private var long: (above: WholeNumber, below: WholeNumber) {
        switch form {
        case .short(let above, let below): (WholeNumber(Int128(above)), WholeNumber(Int128(below)))
        case .long(let above, let below): (above, below)
        }
    }

    /// The numbers above and below the line, where each fits 64 bits.
    var short: (above: Int64, below: Int64)? {
        if case .short(let above, let below) = form { (above, below) } else { nil }
    }

    var isWhole: Bool {
        switch form {
        case .short(_, let below): below == 1
        case .long(_, let below): below == WholeNumber(1)
        }
    }

    /// Whether the number above or the one below the line has more bits.
    func isLonger(than bits: Int) -> Bool {
        guard case .long(let above, let below) = form else { return bits < Int64.bitWidth }
        return max(above.bitCount, below.bitCount) > bits
    }
}

// Arithmetic.
extension ExactNumber {
    static func + (left: Self, right: Self) -> ExactNumber {
        if let left = left.short, let right = right.short {
            let products = (Int128(left.above) * Int128(right.below), Int128(right.above) * Int128(left.below))
            let (sum, isOver) = products.0.addingReportingOverflow(products.1)
            if !isOver { return ExactNumber(sum, Int128(left.below) * Int128(right.below)) }
        }
        let (left, right) = (left.long, right.long)
        return ExactNumber(left.above * right.below + right.above * left.below, left.below * right.below)
    }

    static func - (left: Self, right: Self) -> ExactNumber { left + -right }

    static func * (left: Self, right: Self) -> ExactNumber {
        if let left = left.short, let right = right.short {
            return ExactNumber(Int128(left.above) * Int128(right.above), Int128(left.below) * Int128(right.below))
        }
        let (left, right) = (left.long, right.long)
        return ExactNumber(left.above * right.above, left.below * right.below)
    }

    /// Nil for a division by zero.
    static func / (left: Self, right: Self) -> ExactNumber? { right.reciprocal.map { left * $0 } }

    static prefix func - (number: Self) -> ExactNumber {
        let (above, below) = number.long
        return ExactNumber(inLowestTerms: -above, below)
    }

    static func < (left: Self, right: Self) -> Bool {
        let (left, right) = (left.long, right.long)
        return left.above * right.below < right.above * left.below
    }

    private var reciprocal: ExactNumber? {
        let (above, below) = long
        guard !above.isZero else { return nil }
        return ExactNumber(inLowestTerms: above.isNegative ? -below : below, above.magnitude)
    }

    /// The greatest whole number that is not greater.
    var floor: ExactNumber {
        let (above, below) = long
        let (quotient, rest) = above.quotientAndRemainder(dividingBy: below)
        return ExactNumber(rest.isNegative ? quotient - WholeNumber(1) : quotient)
    }

    /// What a power is.
    enum Power {
        case exact(ExactNumber)
        /// It has more bits than it may; this is its nearest double.
        case rounded(Double)
        case divisionByZero
        /// The exponent is so large that nothing is known about it.
        case unknown
    }

    /// - Precondition: The exponent is whole.
    func power(_ exponent: ExactNumber, bitsMax: Int) -> Power {
        let isInverse = exponent < ExactNumber(0)
        guard let base = isInverse ? reciprocal : self else { return .divisionByZero }
        if let number = base.short, number.below == 1, (-1...1).contains(number.above) {
            if exponent == ExactNumber(0) { return .exact(ExactNumber(1)) }
            return .exact(number.above < 0 && exponent.isEven ? ExactNumber(1) : base)
        }
        let powerMax: Int64 = 1 << 40
        guard let count = exponent.short?.above, (-powerMax...powerMax).contains(count) else { return .unknown }
        let (above, below) = base.long
        // Each factor adds at least all bits of the base but one.
        guard (max(above.bitCount, below.bitCount) - 1) * abs(Int(count)) <= bitsMax else {
            return .rounded(Self.roundedPower(above, below, abs(Int(count))))
        }
        let power = ExactNumber(inLowestTerms: above.power(abs(Int(count))), below.power(abs(Int(count))))
        return power.isLonger(than: bitsMax) ? .rounded(power.double) : .exact(power)
    }

    /// Of a whole number.
    private var isEven: Bool {
        long.above.quotientAndRemainder(dividingBy: WholeNumber(2)).remainder.isZero
    }
}

// The nearest double.
extension ExactNumber {
    /// The nearest double, rounded once; an infinity when the number is larger than all of them.
    var double: Double {
        let exactMax: Int64 = 1 << 53
        if let (above, below) = short, above.magnitude <= exactMax.magnitude, below <= exactMax {
            return Double(above) / Double(below)
        }
        let (above, below) = long
        return Self.nearest(above, below, exponent: 0)
    }

    /// The double nearest to a quotient times a power of two, ties to even.
    private static func nearest(_ above: WholeNumber, _ below: WholeNumber, exponent: Int) -> Double {
        guard !above.isZero else { return 0 }
        // More bits than a double has; what is behind them is in the rest.
        let shift = max(0, Double.significandBitCount + 3 + below.bitCount - above.bitCount)
        let (quotient, rest) = (above.magnitude << shift).quotientAndRemainder(dividingBy: below)
        // The value of the lowest bit of the quotient, and of the highest.
        let lowest = exponent - shift
        let highest = lowest + quotient.bitCount - 1
        let sign = above.isNegative ? FloatingPointSign.minus : .plus
        if highest > Double.greatestFiniteMagnitude.exponent { return sign == .minus ? -.infinity : .infinity }
        let kept = min(Double.significandBitCount + 1, highest - Int(Double.leastNonzeroMagnitude.exponent) + 1)
        guard kept >= 0 else { return Double(sign: sign, exponent: 0, significand: 0) }
        let dropped = quotient.bitCount - kept
        let whole = quotient >> dropped
        let (behind, half) = (quotient - (whole << dropped), WholeNumber(1) << (dropped - 1))
        var significand = Double(whole.small ?? 0)
        let isOdd = (whole.small ?? 0) & 1 == 1
        if half < behind || (behind == half && (!rest.isZero || isOdd)) { significand += 1 }
        return Double(sign: sign, exponent: lowest + dropped, significand: significand)
    }

    /// A power from numbers of 256 bits: so many that the result is the nearest double but for a tie.
    private static func roundedPower(_ above: WholeNumber, _ below: WholeNumber, _ count: Int) -> Double {
        func shortened(_ number: WholeNumber) -> (WholeNumber, Int) {
            let dropped = max(0, number.bitCount - 256)
            return (number >> dropped, dropped)
        }
        func power(_ number: WholeNumber) -> (WholeNumber, Int) {
            var (result, base, rest) = ((WholeNumber(1), 0), shortened(number), count)
            while rest > 0 {
                if rest & 1 == 1 {
                    let (product, dropped) = shortened(result.0 * base.0)
                    result = (product, result.1 + base.1 + dropped)
                }
                rest >>= 1
                let (square, dropped) = shortened(base.0 * base.0)
                base = (square, 2 * base.1 + dropped)
            }
            return result
        }
        let (top, bottom) = (power(above), power(below))
        return nearest(top.0, bottom.0, exponent: top.1 - bottom.1)
    }
}

extension ExactNumber: CustomStringConvertible {
    var description: String { isWhole ? "\(long.above)" : "\(long.above)/\(long.below)" }
}
