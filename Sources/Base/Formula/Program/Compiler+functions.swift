extension Compiler {
    /// The operation of a function that is one operation, whatever its arguments.
    static func operation(of function: FormulaFunction) -> Operation {
        switch function {
        case .exp: .exp
        case .log2: .log2
        case .log10: .log10
        case .sqrt: .sqrt
        case .cbrt: .cbrt
        case .root: .root
        case .realRoot: .realRoot
        case .abs: .abs
        case .sign: .sign
        case .floor: .floor
        case .ceiling: .ceiling
        case .frac: .fraction
        case .round: .round
        case .trunc: .truncate
        case .sin: .sin
        case .cos: .cos
        case .tan: .tan
        case .asin: .asin
        case .acos: .acos
        case .atan: .atan
        case .atan2: .atan2
        case .sec: .sec
        case .csc: .csc
        case .cot: .cot
        case .asec: .asec
        case .acsc: .acsc
        case .acot: .acot
        case .sinh: .sinh
        case .cosh: .cosh
        case .tanh: .tanh
        case .asinh: .asinh
        case .acosh: .acosh
        case .atanh: .atanh
        case .sech: .sech
        case .csch: .csch
        case .coth: .coth
        case .asech: .asech
        case .acsch: .acsch
        case .acoth: .acoth
        case .deg: .degrees
        case .rad: .radians
        case .hypot: .hypot
        case .erf: .erf
        case .erfc: .erfc
        case .erfinv: .erfinv
        case .gamma: .gamma
        case .loggamma: .loggamma
        case .digamma: .digamma
        case .factorial: .factorial
        case .binomial: .binomial
        case .besselj: .besselJ
        case .bessely: .besselY
        case .besseli: .besselI
        case .besselk: .besselK
        case .sinc: .sinc
        case .diracDelta: .diracDelta
        case .kroneckerDelta: .kroneckerDelta
        case .im: .imaginary
        case .mean: .mean
        case .sum: .sum
        case .std: .standardDeviation
        case .var: .variance
        case .median: .median
        case .log, .beta, .heaviside, .mod, .min, .max, .and, .or, .xor, .not, .equal, .notEqual, .less, .lessOrEqual,
            .greater, .greaterOrEqual, .re, .conjugate, .ifThenElse, .piecewise:
            preconditionFailure("'\(function.rawValue)' is compiled by its arguments")
        }
    }
}
