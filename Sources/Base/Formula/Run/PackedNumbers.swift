internal import CArrayKernels

/// Numbers of some type in memory of somebody else, which formulas read piece by piece: an image of 16 bits need not
/// become one of 64 first.
// Safe: the memory is only read, and lives as long as its owner.
@safe public struct PackedNumbers: @unchecked Sendable {
    /// What the numbers are.
    public enum Kind: Sendable {
        case int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64

        fileprivate var native: ak_type {
            switch self {
            case .int8: AK_INT8
            case .int16: AK_INT16
            case .int32: AK_INT32
            case .int64: AK_INT64
            case .uint8: AK_UINT8
            case .uint16: AK_UINT16
            case .uint32: AK_UINT32
            case .uint64: AK_UINT64
            case .float32: AK_FLOAT32
            case .float64: AK_FLOAT64
            }
        }
    }

    public let kind: Kind
    public let count: Int
    private let memory: UnsafeRawPointer
    private let owner: any AnyObject & Sendable

    /// - Precondition: `memory` holds `count` numbers, and does not change as long as `owner` lives.
    @unsafe public init(_ kind: Kind, count: Int, at memory: UnsafeRawPointer, of owner: any AnyObject & Sendable) {
        self.kind = kind
        self.count = count
        unsafe self.memory = memory
        self.owner = owner
    }

    /// Writes some of them as doubles.
    ///
    /// - Precondition: There are as many from `start` on.
    func convert(from start: Int, count: Int, into out: UnsafeMutablePointer<Double>) {
        precondition(start >= 0 && count >= 0 && start + count <= self.count)
        unsafe ak_convert(kind.native, memory, start, count, out)
    }

    /// All of them as doubles.
    var doubles: [Double] {
        unsafe [Double](unsafeUninitializedCapacity: count) { buffer, filled in
            if let base = buffer.baseAddress { unsafe convert(from: 0, count: count, into: base) }
            filled = count
        }
    }

    subscript(index: Int) -> Double {
        var number = 0.0
        unsafe convert(from: index, count: 1, into: &number)
        return number
    }

    /// The sum where it is exact; nil for kinds whose sum has to be rounded.
    var exactSum: Double? {
        var sum: Int64 = 0
        // Beyond, a sum of 32 bits may be more than a double holds in whole; it is rounded once, as the others are.
        guard unsafe ak_sum_whole(kind.native, memory, count, &sum) else { return nil }
        return Double(sum)
    }
}
