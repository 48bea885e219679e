internal import CSpecialFunctions
internal import Glibc

/// What a program can do in one step, on doubles.
///
/// A condition is 1 or 0; any number but 0 holds as one.
enum Operation: UInt8, Sendable, CaseIterable {
    // Arithmetic.
    case add, subtract, multiply, divide, floorDivide, modulo, power
    case negate, square, reciprocal, sqrt
    /// `x^(p/q)`: the fraction is not rounded to a double before it is used.
    case rationalPower
    case cbrt, root, realRoot, hypot
    // Conditions.
    case less, lessOrEqual, equal, notEqual, and, or, xor, not
    /// The second operand where the first holds, else the third.
    case select
    /// No condition of a Piecewise held.
    case noBranch
    // Rounding and comparing.
    case abs, sign, floor, ceiling, fraction, round, truncate, minimum, maximum
    case heaviside, diracDelta, kroneckerDelta, imaginary
    // Exponentials and logarithms.
    case exp, log, log2, log10, logBase
    // Angles.
    case sin, cos, tan, sec, csc, cot, asin, acos, atan, atan2, asec, acsc, acot, degrees, radians, sinc
    case sinh, cosh, tanh, sech, csch, coth, asinh, acosh, atanh, asech, acsch, acoth
    // Special functions.
    case erf, erfc, erfinv, gamma, loggamma, digamma, beta, factorial, binomial
    case besselJ, besselY, besselI, besselK
    // Of whole arrays.
    case mean, sum, standardDeviation, variance, median

    var isReduction: Bool { rawValue >= Operation.mean.rawValue }

    /// Whether the order of the two operands does not count.
    var isCommutative: Bool {
        switch self {
        case .add, .multiply, .equal, .notEqual, .and, .or, .xor, .minimum, .maximum, .hypot, .kroneckerDelta: true
        default: false
        }
    }

    /// How many operands it has.
    var arity: Int {
        switch self {
        case .noBranch: 0
        case .select, .rationalPower: 3
        case .add, .subtract, .multiply, .divide, .floorDivide, .modulo, .power, .root, .realRoot, .hypot, .less,
            .lessOrEqual, .equal, .notEqual, .and, .or, .xor, .minimum, .maximum, .heaviside, .kroneckerDelta,
            .logBase, .atan2, .beta, .binomial, .besselJ, .besselY, .besselI, .besselK:
            2
        default: 1
        }
    }
}

extension Operation {
    /// The value of the operation.
    ///
    /// Of an array's operations this is the value for an array of one element.
    @inline(always)
    func value(_ a: Double, _ b: Double, _ c: Double) -> Double {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .negate: -a
        case .square: a * a
        case .reciprocal: 1 / a
        case .sqrt: a.squareRoot()
        case .power: Self.power(a, b)
        case .floorDivide: Self.floorDivide(a, b)
        case .modulo: Self.modulo(a, b)
        case .less: a < b ? 1 : 0
        case .lessOrEqual: a <= b ? 1 : 0
        case .equal: a == b ? 1 : 0
        case .notEqual: a != b ? 1 : 0
        case .and: a != 0 && b != 0 ? 1 : 0
        case .or: a != 0 || b != 0 ? 1 : 0
        case .xor: (a != 0) != (b != 0) ? 1 : 0
        case .not: a != 0 ? 0 : 1
        case .select: a != 0 ? b : c
        case .noBranch: .nan
        case .abs: a.magnitude
        case .minimum: Self.minimum(a, b)
        case .maximum: Self.maximum(a, b)
        case .mean, .sum, .median: a
        case .standardDeviation, .variance: a - a
        default: function(a, b, c)
        }
    }

    /// The rest of ``value(_:_:_:)``.
    @inline(always)
    private func function(_ a: Double, _ b: Double, _ c: Double) -> Double {
        switch self {
        case .rationalPower: sf_rational_power(a, b, c)
        case .cbrt: sf_cbrt(a)
        case .root: sf_root(a, b)
        case .realRoot: sf_real_root(a, b)
        case .hypot: Glibc.hypot(a, b)
        case .sign: a > 0 ? 1 : a < 0 ? -1 : a == 0 ? 0 : a
        case .floor: a.rounded(.down)
        case .ceiling: a.rounded(.up)
        case .fraction: a - a.rounded(.down)
        case .round: a.rounded(.toNearestOrEven)
        case .truncate: a.rounded(.towardZero)
        case .heaviside: a > 0 ? 1 : a < 0 ? 0 : a == 0 ? b : a
        case .diracDelta: a == 0 ? .infinity : a.isNaN ? a : 0
        case .kroneckerDelta: a == b ? 1 : a.isNaN || b.isNaN ? .nan : 0
        case .imaginary: a.isNaN ? a : 0
        case .exp: Glibc.exp(a)
        case .log: Glibc.log(a)
        case .log2: Glibc.log2(a)
        case .log10: Glibc.log10(a)
        case .logBase: sf_log_base(a, b)
        case .degrees: a * (180 / .pi)
        case .radians: a * (.pi / 180)
        case .sinc: a == 0 ? 1 : sf_sin(a) / a
        case .erf: sf_erf(a)
        case .erfc: sf_erfc(a)
        case .erfinv: sf_erfinv(a)
        case .gamma: sf_gamma(a)
        case .loggamma: sf_loggamma(a)
        case .digamma: sf_digamma(a)
        case .beta: sf_beta(a, b)
        case .factorial: sf_factorial(a)
        case .binomial: sf_binomial(a, b)
        case .besselJ: sf_besselj(a, b)
        case .besselY: sf_bessely(a, b)
        case .besselI: sf_besseli(a, b)
        case .besselK: sf_besselk(a, b)
        default: trigonometric(a, b)
        }
    }

    @inline(always)
    private func trigonometric(_ a: Double, _ b: Double) -> Double {
        switch self {
        case .sin: sf_sin(a)
        case .cos: sf_cos(a)
        case .tan: sf_tan(a)
        case .sec: sf_sec(a)
        case .csc: sf_csc(a)
        case .cot: sf_cot(a)
        case .asin: Glibc.asin(a)
        case .acos: Glibc.acos(a)
        case .atan: Glibc.atan(a)
        case .atan2: Glibc.atan2(a, b)
        case .asec: sf_asec(a)
        case .acsc: sf_acsc(a)
        case .acot: sf_acot(a)
        case .sinh: Glibc.sinh(a)
        case .cosh: Glibc.cosh(a)
        case .tanh: sf_tanh(a)
        case .sech: sf_sech(a)
        case .csch: sf_csch(a)
        case .coth: sf_coth(a)
        case .asinh: Glibc.asinh(a)
        case .acosh: sf_acosh(a)
        case .atanh: Glibc.atanh(a)
        case .asech: sf_asech(a)
        case .acsch: sf_acsch(a)
        case .acoth: sf_acoth(a)
        default: preconditionFailure("the operation \(self) has no value")
        }
    }

    /// The principal power: of minus infinity as of any negative number it is real for whole exponents alone.
    @inline(always)
    private static func power(_ a: Double, _ b: Double) -> Double {
        a == -.infinity && b.isFinite && b.rounded() != b ? .nan : Glibc.pow(a, b)
    }

    /// The remainder with the sign of the divisor, as Python and NumPy have it.
    private static func modulo(_ a: Double, _ b: Double) -> Double {
        let rest = fmod(a, b)
        if rest == 0 { return Double(signOf: b, magnitudeOf: rest) }
        return (rest < 0) != (b < 0) ? rest + b : rest
    }

    /// The whole number below the exact quotient, so that `a == (a // b) * b + a % b`.
    private static func floorDivide(_ a: Double, _ b: Double) -> Double {
        guard b != 0 else { return a / b }
        let rest = fmod(a, b)
        var quotient = (a - rest) / b
        if rest != 0, (rest < 0) != (b < 0) { quotient -= 1 }
        guard quotient != 0 else { return Double(signOf: a / b, magnitudeOf: 0) }
        let whole = quotient.rounded(.down)
        return quotient - whole > 0.5 ? whole + 1 : whole
    }

    @inline(always)
    private static func minimum(_ a: Double, _ b: Double) -> Double {
        a < b || a.isNaN ? a : b
    }

    @inline(always)
    private static func maximum(_ a: Double, _ b: Double) -> Double {
        a > b || a.isNaN ? a : b
    }
}
