/// A run of numbers that a step reads: one for all elements, or one for each.
@unsafe
enum Lane {
    case uniform(Double)
    case each(UnsafePointer<Double>)
}

/// The steps of a program over many elements at once.
///
/// The frequent ones are loops that the compiler turns into vector instructions; the rest take their
/// elements one by one, with the same result to the bit.
enum Kernels {
    static func run(
        _ operation: Operation,
        _ a: Lane,
        _ b: Lane,
        _ c: Lane,
        into out: UnsafeMutablePointer<Double>,
        count: Int
    ) {
        switch operation {
        case .add: unsafe binary(a, b, out, count) { $0 + $1 }
        case .subtract: unsafe binary(a, b, out, count) { $0 - $1 }
        case .multiply: unsafe binary(a, b, out, count) { $0 * $1 }
        case .divide: unsafe binary(a, b, out, count) { $0 / $1 }
        case .less: unsafe binary(a, b, out, count) { $0 < $1 ? 1 : 0 }
        case .lessOrEqual: unsafe binary(a, b, out, count) { $0 <= $1 ? 1 : 0 }
        case .minimum: unsafe binary(a, b, out, count) { Operation.minimum.value($0, $1, 0) }
        case .maximum: unsafe binary(a, b, out, count) { Operation.maximum.value($0, $1, 0) }
        case .and: unsafe binary(a, b, out, count) { Operation.and.value($0, $1, 0) }
        case .or: unsafe binary(a, b, out, count) { Operation.or.value($0, $1, 0) }
        case .negate: unsafe unary(a, out, count) { -$0 }
        case .square: unsafe unary(a, out, count) { $0 * $0 }
        case .reciprocal: unsafe unary(a, out, count) { 1 / $0 }
        case .sqrt: unsafe unary(a, out, count) { $0.squareRoot() }
        case .abs: unsafe unary(a, out, count) { $0.magnitude }
        case .not: unsafe unary(a, out, count) { $0 != 0 ? 0 : 1 }
        case .exp: unsafe unary(a, out, count) { Operation.exp.value($0, 0, 0) }
        default: unsafe each(operation, a, b, c, out, count)
        }
    }

    @inline(always)
    private static func unary(
        _ a: Lane,
        _ out: UnsafeMutablePointer<Double>,
        _ count: Int,
        _ body: (Double) -> Double
    ) {
        switch unsafe a {
        case .uniform(let a): for index in 0..<count { unsafe out[index] = body(a) }
        case .each(let a): for index in 0..<count { unsafe out[index] = body(a[index]) }
        }
    }

    @inline(always)
    private static func binary(
        _ a: Lane,
        _ b: Lane,
        _ out: UnsafeMutablePointer<Double>,
        _ count: Int,
        _ body: (Double, Double) -> Double
    ) {
        switch unsafe (a, b) {
        case (.each(let a), .each(let b)): for index in 0..<count { unsafe out[index] = body(a[index], b[index]) }
        case (.each(let a), .uniform(let b)): for index in 0..<count { unsafe out[index] = body(a[index], b) }
        case (.uniform(let a), .each(let b)): for index in 0..<count { unsafe out[index] = body(a, b[index]) }
        case (.uniform(let a), .uniform(let b)): for index in 0..<count { unsafe out[index] = body(a, b) }
        }
    }

    private static func each(
        _ operation: Operation,
        _ a: Lane,
        _ b: Lane,
        _ c: Lane,
        _ out: UnsafeMutablePointer<Double>,
        _ count: Int
    ) {
        for index in 0..<count {
            unsafe out[index] = operation.value(a[index], b[index], c[index])
        }
    }
}

extension Lane {
    @inline(always)
    subscript(index: Int) -> Double {
        switch unsafe self {
        case .uniform(let value): value
        case .each(let pointer): unsafe pointer[index]
        }
    }
}

/// A sum that keeps what rounding drops, as if it had twice the digits.
struct ExactSum {
    private var sum = SIMD4<Double>()
    private var lost = SIMD4<Double>()
    /// The plain sum, which is right where the other is not: with infinities.
    private var plain = 0.0

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
