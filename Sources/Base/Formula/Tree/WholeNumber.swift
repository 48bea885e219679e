/// A whole number of any length.
///
/// Nothing here bounds the length: whoever computes does, before each operation.
struct WholeNumber: Sendable, Equatable {
    private(set) var isNegative: Bool
    /// 64 bits each, the lowest first, without zeros at the end; none for 0.
    private var words: [UInt64]

    private init(words: [UInt64], isNegative: Bool = false) {
        self.words = words
        while self.words.last == 0 { self.words.removeLast() }
        self.isNegative = isNegative && !self.words.isEmpty
    }

    init(_ number: Int128) {
        let magnitude = number.magnitude
        self.init(
            words: [UInt64(truncatingIfNeeded: magnitude), UInt64(truncatingIfNeeded: magnitude >> 64)],
            isNegative: number < 0
        )
    }

    /// Nil when there are other bytes than digits.
    init?(digits: ArraySlice<UInt8>) {
        guard !digits.isEmpty else { return nil }
        self.init(words: [])
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            multiply(by: 10, adding: UInt64(digit - 0x30))
        }
    }

    var isZero: Bool { words.isEmpty }
    /// How many bits its magnitude has.
    var bitCount: Int { words.isEmpty ? 0 : words.count * 64 - words[words.count - 1].leadingZeroBitCount }
    var magnitude: WholeNumber { WholeNumber(words: words) }

    /// The same number in 64 bits, if it fits.
    var small: Int64? {
        guard words.count < 2 else { return nil }
        return Int64(exactly: (isNegative ? -1 : 1) * Int128(words.first ?? 0))
    }
}

// Adding and comparing.
extension WholeNumber: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return isLess(left.words, right.words) != left.isNegative && left != right
    }

    static prefix func - (number: Self) -> Self { Self(words: number.words, isNegative: !number.isNegative) }

    static func + (left: Self, right: Self) -> Self {
        if left.isNegative == right.isNegative {
            return Self(words: sum(left.words, right.words), isNegative: left.isNegative)
        }
        return isLess(left.words, right.words)
            ? Self(words: difference(right.words, left.words), isNegative: right.isNegative)
            : Self(words: difference(left.words, right.words), isNegative: left.isNegative)
    }

    static func - (left: Self, right: Self) -> Self { left + -right }

    private static func isLess(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        guard left.count == right.count else { return left.count < right.count }
        for index in left.indices.reversed() where left[index] != right[index] { return left[index] < right[index] }
        return false
    }

    private static func sum(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        var (result, other) = left.count < right.count ? (right, left) : (left, right)
        other += [UInt64](repeating: 0, count: result.count - other.count)
        var carry: UInt64 = 0
        for index in result.indices {
            let (half, first) = result[index].addingReportingOverflow(other[index])
            let (whole, second) = half.addingReportingOverflow(carry)
            result[index] = whole
            carry = first || second ? 1 : 0
        }
        return result + [carry]
    }

    /// - Precondition: `right` is not greater.
    private static func difference(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        var result = left
        var borrow: UInt64 = 0
        for index in result.indices {
            let (half, first) = result[index].subtractingReportingOverflow(index < right.count ? right[index] : 0)
            let (whole, second) = half.subtractingReportingOverflow(borrow)
            result[index] = whole
            borrow = first || second ? 1 : 0
        }
        return result
    }
}

// Multiplying and dividing.
extension WholeNumber {
    private mutating func multiply(by factor: UInt64, adding rest: UInt64) {
        var carry = rest
        for index in words.indices {
            let (high, low) = words[index].multipliedFullWidth(by: factor)
            let (sum, isOver) = low.addingReportingOverflow(carry)
            words[index] = sum
            carry = high + (isOver ? 1 : 0)
        }
        if carry != 0 { words.append(carry) }
    }

    static func * (left: Self, right: Self) -> Self {
        var result = [UInt64](repeating: 0, count: left.words.count + right.words.count)
        for (index, factor) in left.words.enumerated() {
            var carry: UInt64 = 0
            for (offset, word) in right.words.enumerated() {
                let (high, low) = word.multipliedFullWidth(by: factor)
                let sum = UInt128(low) + UInt128(carry) + UInt128(result[index + offset])
                result[index + offset] = UInt64(truncatingIfNeeded: sum)
                carry = high + UInt64(sum >> 64)
            }
            result[index + right.words.count] = carry
        }
        return Self(words: result, isNegative: left.isNegative != right.isNegative)
    }

    static func << (number: Self, shift: Int) -> Self {
        let (whole, rest) = shift.quotientAndRemainder(dividingBy: 64)
        var words = [UInt64](repeating: 0, count: whole) + number.words + [0]
        guard rest > 0 else { return Self(words: words, isNegative: number.isNegative) }
        for index in (whole..<words.count).reversed() {
            words[index] = words[index] << rest | (index > whole ? words[index - 1] >> (64 - rest) : 0)
        }
        return Self(words: words, isNegative: number.isNegative)
    }

    /// Shifts the magnitude.
    static func >> (number: Self, shift: Int) -> Self {
        let (whole, rest) = shift.quotientAndRemainder(dividingBy: 64)
        var words = Array(number.words.dropFirst(whole))
        guard rest > 0 else { return Self(words: words, isNegative: number.isNegative) }
        for index in words.indices {
            words[index] = words[index] >> rest | (index + 1 < words.count ? words[index + 1] << (64 - rest) : 0)
        }
        return Self(words: words, isNegative: number.isNegative)
    }

    /// The quotient towards zero, and the rest with the sign of the dividend.
    ///
    /// - Precondition: The divisor is not zero.
    func quotientAndRemainder(dividingBy divisor: Self) -> (quotient: Self, remainder: Self) {
        precondition(!divisor.isZero)
        guard !Self.isLess(words, divisor.words) else { return (Self(words: []), self) }
        // The divisor's highest bit is set, so that a digit guessed from two words is at most two too large.
        let shift = divisor.words[divisor.words.count - 1].leadingZeroBitCount
        let below = (divisor.magnitude << shift).words
        var rest = (magnitude << shift).words
        rest += [UInt64](repeating: 0, count: words.count + 1 - rest.count)
        var quotient = [UInt64](repeating: 0, count: rest.count - below.count)
        for position in quotient.indices.reversed() {
            quotient[position] = Self.divideStep(&rest, below, at: position)
        }
        return (
            Self(words: quotient, isNegative: isNegative != divisor.isNegative),
            Self(words: (Self(words: rest) >> shift).words, isNegative: isNegative)
        )
    }

    /// One digit of the quotient; what it takes is subtracted from `rest`.
    private static func divideStep(_ rest: inout [UInt64], _ below: [UInt64], at position: Int) -> UInt64 {
        let count = below.count
        let top = rest[position + count]
        let highest = below[count - 1]
        var digit: UInt64 = .max
        if top < highest { digit = highest.dividingFullWidth((top, rest[position + count - 1])).quotient }
        var carry: UInt64 = 0
        var borrow: UInt64 = 0
        for index in 0..<count {
            let (high, low) = below[index].multipliedFullWidth(by: digit)
            let (product, isOver) = low.addingReportingOverflow(carry)
            carry = high + (isOver ? 1 : 0)
            let (half, first) = rest[position + index].subtractingReportingOverflow(product)
            let (whole, second) = half.subtractingReportingOverflow(borrow)
            rest[position + index] = whole
            borrow = first || second ? 1 : 0
        }
        var missing = Int128(top) - Int128(carry) - Int128(borrow)
        while missing < 0 {
            digit -= 1
            var up: UInt64 = 0
            for index in 0..<count {
                let sum = UInt128(rest[position + index]) + UInt128(below[index]) + UInt128(up)
                rest[position + index] = UInt64(truncatingIfNeeded: sum)
                up = UInt64(sum >> 64)
            }
            missing += Int128(up)
        }
        rest[position + count] = 0
        return digit
    }

    func power(_ exponent: Int) -> Self {
        var (result, base, rest) = (WholeNumber(1), self, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result * base }
            rest >>= 1
            if rest > 0 { base = base * base }
        }
        return result
    }

    static func greatestCommonDivisor(_ left: Self, _ right: Self) -> Self {
        var (rest, divisor) = (left.magnitude, right.magnitude)
        while !divisor.isZero { (rest, divisor) = (divisor, rest.quotientAndRemainder(dividingBy: divisor).remainder) }
        return rest
    }
}

extension WholeNumber: CustomStringConvertible {
    var description: String {
        let (chunk, digits) = (WholeNumber(Int128(1_000_000_000_000_000_000)), 18)
        var text = ""
        var rest = magnitude
        while !rest.isZero {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: chunk)
            let piece = "\(remainder.words.first ?? 0)"
            text = (quotient.isZero ? "" : String(repeating: "0", count: digits - piece.utf8.count)) + piece + text
            rest = quotient
        }
        return (isNegative ? "-" : "") + (text.isEmpty ? "0" : text)
    }
}
