/// The functions of formulas, under the names that SymPy has for them.
public enum FormulaFunction: String, Sendable, CaseIterable {
    case exp, log, log2, log10, sqrt, cbrt, root
    case realRoot = "real_root"
    case abs = "Abs"
    case sign, floor, ceiling, frac, round, trunc
    case min = "Min"
    case max = "Max"
    case mod = "Mod"
    case sin, cos, tan, asin, acos, atan, atan2, sec, csc, cot, asec, acsc, acot
    case sinh, cosh, tanh, asinh, acosh, atanh, sech, csch, coth, asech, acsch, acoth
    case deg, rad, hypot
    case erf, erfc, erfinv, gamma, loggamma, digamma, beta, factorial, binomial
    case besselj, bessely, besseli, besselk
    case sinc
    case heaviside = "Heaviside"
    case diracDelta = "DiracDelta"
    case kroneckerDelta = "KroneckerDelta"
    case piecewise = "Piecewise"
    case ifThenElse = "ITE"
    case and = "And"
    case or = "Or"
    case not = "Not"
    case xor = "Xor"
    case equal = "Eq"
    case notEqual = "Ne"
    case less = "Lt"
    case lessOrEqual = "Le"
    case greater = "Gt"
    case greaterOrEqual = "Ge"
    case re, im, conjugate
    case mean, sum, std, `var`, median
}

extension FormulaFunction {
    /// Other names for the same.
    public var aliases: [String] {
        switch self {
        case .log: ["ln"]
        case .abs: ["abs"]
        case .min: ["min"]
        case .max: ["max"]
        case .ceiling: ["ceil"]
        default: []
        }
    }

    /// How many arguments it takes.
    public var arity: ClosedRange<Int> {
        switch self {
        case .min, .max, .piecewise, .and, .or: 1...FormulaLimits.operationsMax
        case .log, .heaviside, .beta: 1...2
        case .xor: 2...FormulaLimits.operationsMax
        case .ifThenElse: 3...3
        case .root, .realRoot, .mod, .atan2, .hypot, .binomial, .besselj, .bessely, .besseli, .besselk,
            .kroneckerDelta, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
            2...2
        default: 1...1
        }
    }

    /// What its arguments are called, for messages and the manual.
    public var signature: String {
        let arguments =
            switch self {
            case .log: "x[, base]"
            case .root, .realRoot: "x, n"
            case .min, .max: "a, b, …"
            case .and, .or, .xor: "condition, …"
            case .not: "condition"
            case .mod: "x, divisor"
            case .atan2: "y, x"
            case .hypot: "x, y"
            case .beta: "x[, y]"
            case .binomial: "n, k"
            case .besselj, .bessely, .besseli, .besselk: "order, x"
            case .heaviside: "x[, at_zero]"
            case .kroneckerDelta, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: "a, b"
            case .piecewise: "(value, condition), …"
            case .ifThenElse: "condition, value, otherwise"
            case .factorial: "n"
            case .mean, .sum, .std, .var, .median: "array"
            default: "x"
            }
        return "\(rawValue)(\(arguments))"
    }

    static func named(_ text: String) -> FormulaFunction? { byName[text] }

    /// Every name, aliases too, in the order of the alphabet.
    public static let names = byName.keys.sorted()

    private static let byName = Dictionary(
        uniqueKeysWithValues: allCases.flatMap { function in
            ([function.rawValue] + function.aliases).map { ($0, function) }
        }
    )
}

/// The numbers that have names.
public enum FormulaConstant: String, Sendable, CaseIterable {
    case pi
    case e = "E"
    case infinity = "oo"
    case nan
    case goldenRatio = "GoldenRatio"
    case eulerGamma = "EulerGamma"
    case `true` = "True"
    case `false` = "False"

    public var value: Double {
        switch self {
        case .pi: .pi
        case .e: 2.718281828459045
        case .infinity: .infinity
        case .nan: .nan
        case .goldenRatio: 1.618033988749895
        case .eulerGamma: 0.5772156649015329
        case .true: 1
        case .false: 0
        }
    }

    /// Whether it is a condition and not a number.
    var isCondition: Bool { self == .true || self == .false }
}
