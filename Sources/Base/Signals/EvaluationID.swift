/// Names one evaluation of a flow: it leaves with every prediction, so that what is learnt days later
/// can be joined to it.
///
/// The id itself says nothing about its parents: those are rows of the trace ring.
public struct EvaluationID: Sendable, Hashable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An id that no other process makes.
    ///
    /// Its first 48 bits are milliseconds since the epoch, so ids sort by time in a table; the other
    /// 80 are random.
    public static func make(at stamp: Stamp, using generator: inout some RandomNumberGenerator) -> EvaluationID {
        let milliseconds = UInt64(bitPattern: stamp.nanoseconds / 1_000_000) & 0xFFFF_FFFF_FFFF
        return EvaluationID(
            high: milliseconds << 16 | UInt64(UInt16.random(in: .min ... .max, using: &generator)),
            low: generator.next()
        )
    }
}

extension EvaluationID: CustomStringConvertible {
    /// 32 hexadecimal digits, which is a trace id of the W3C's Trace Context.
    public var description: String { Self.hexadecimal(high) + Self.hexadecimal(low) }

    /// Reads what ``description`` writes, in either case.
    public init?(_ description: String) {
        guard description.utf8.count == 32,
            description.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let high = UInt64(description.prefix(16), radix: 16),
            let low = UInt64(description.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension EvaluationID {
    /// Of what belongs to no evaluation yet.
    public static let none = EvaluationID(high: 0, low: 0)
}
