internal import CArrayKernels

/// The steps of a program over many elements at once.
///
/// The frequent ones are loops in C for wide instructions; the rest take their elements
/// one by one. Either way the result is that of single elements, to the bit.
@unsafe
struct Kernel {
    private let operation: Operation
    private let fast: ak_kernel?

    /// The kernel of an operation for operands of this kind: the same numbers may be elsewhere when it runs.
    init(_ operation: Operation, _ a: ak_lane, _ b: ak_lane, _ c: ak_lane) {
        unsafe self.operation = operation
        unsafe fast = operation.fast.flatMap { unsafe ak_find($0, a.each != nil, b.each != nil, c.each != nil) }
    }

    @inline(always)
    func run(_ a: ak_lane, _ b: ak_lane, _ c: ak_lane, into out: UnsafeMutablePointer<Double>, count: Int) {
        if let fast = unsafe fast { return unsafe fast(a, b, c, out, count) }
        unsafe runEach(a, b, c, into: out, count: count)
    }

    private func runEach(
        _ a: ak_lane,
        _ b: ak_lane,
        _ c: ak_lane,
        into out: UnsafeMutablePointer<Double>,
        count: Int
    ) {
        // The frequent functions are called without asking for each element which they are.
        switch unsafe operation {
        case .exp: unsafe Self.each(a, out, count) { Operation.exp.value($0, 0, 0) }
        case .log: unsafe Self.each(a, out, count) { Operation.log.value($0, 0, 0) }
        case .sin: unsafe Self.each(a, out, count) { Operation.sin.value($0, 0, 0) }
        case .cos: unsafe Self.each(a, out, count) { Operation.cos.value($0, 0, 0) }
        case .tanh: unsafe Self.each(a, out, count) { Operation.tanh.value($0, 0, 0) }
        default:
            for index in 0..<count { unsafe out[index] = operation.value(a[index], b[index], c[index]) }
        }
    }

    @inline(always)
    private static func each(
        _ a: ak_lane,
        _ out: UnsafeMutablePointer<Double>,
        _ count: Int,
        _ body: (Double) -> Double
    ) {
        for index in 0..<count { unsafe out[index] = body(a[index]) }
    }
}

extension Operation {
    /// Its name in C, for the frequent ones.
    fileprivate var fast: ak_operation? {
        switch self {
        case .add: AK_ADD
        case .subtract: AK_SUBTRACT
        case .multiply: AK_MULTIPLY
        case .divide: AK_DIVIDE
        case .less: AK_LESS
        case .lessOrEqual: AK_LESS_OR_EQUAL
        case .equal: AK_EQUAL
        case .notEqual: AK_NOT_EQUAL
        case .and: AK_AND
        case .or: AK_OR
        case .not: AK_NOT
        case .minimum: AK_MINIMUM
        case .maximum: AK_MAXIMUM
        case .negate: AK_NEGATE
        case .square: AK_SQUARE
        case .reciprocal: AK_RECIPROCAL
        case .sqrt: AK_SQUARE_ROOT
        case .abs: AK_ABSOLUTE
        case .select: AK_SELECT
        default: nil
        }
    }
}

extension ak_lane {
    /// One number for all elements.
    init(_ number: Double) { unsafe self.init(each: nil, number: number) }

    /// One number for each element.
    init(_ numbers: UnsafePointer<Double>) { unsafe self.init(each: numbers, number: 0) }

    @inline(always)
    fileprivate subscript(index: Int) -> Double {
        if let each = unsafe each { unsafe each[index] } else { unsafe number }
    }
}

/// A sum that keeps what rounding drops, as if it had twice the digits.
struct CompensatedSum {
    private var sum = SIMD4<Double>()
    private var lost = SIMD4<Double>()
    /// The plain sum, which is right where the other is not: with infinities.
    private var plain = 0.0

    mutating func add(_ values: [Double]) {
        unsafe values.withUnsafeBufferPointer { values in
            if let base = values.baseAddress { unsafe add(base, count: values.count) }
        }
    }

    mutating func add(_ values: UnsafePointer<Double>, count: Int) {
        var index = 0
        while index + 4 <= count {
            let four = unsafe UnsafeRawPointer(values + index).loadUnaligned(as: SIMD4<Double>.self)
            add(four)
            index += 4
        }
        while index < count {
            unsafe add(SIMD4(values[index], 0, 0, 0))
            index += 1
        }
    }

    @inline(always)
    private mutating func add(_ four: SIMD4<Double>) {
        let next = sum + four
        let back = next - sum
        lost += (sum - (next - back)) + (four - back)
        sum = next
        plain += four.sum()
    }

    var value: Double {
        var total = 0.0
        var rest = 0.0
        for part in [sum[0], sum[1], sum[2], sum[3], lost[0], lost[1], lost[2], lost[3]] {
            let next = total + part
            let back = next - total
            rest += (total - (next - back)) + (part - back)
            total = next
        }
        let exact = total + rest
        return exact.isFinite ? exact : plain
    }
}
