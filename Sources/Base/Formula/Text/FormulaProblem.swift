/// What is wrong with the text of a formula, and where.
public struct FormulaProblem: Error, Sendable, Equatable {
    /// The sort of problem: part of the machine-readable report, never changed once released.
    public enum Code: String, Sendable, CaseIterable {
        case empty
        case tooLarge = "too-large"
        case tooDeep = "too-deep"
        case syntax
        case badNumber = "bad-number"
        case unknownSymbol = "unknown-symbol"
        case ambiguousSymbol = "ambiguous-symbol"
        case unknownFunction = "unknown-function"
        case wrongArity = "wrong-arity"
        case notACondition = "not-a-condition"
        case notANumber = "not-a-number"
        case notReal = "not-real"
    }

    /// What to do about it.
    public enum Advice: Sendable, Equatable {
        case none
        case text(String)
        /// One of these names was probably meant.
        ///
        /// Whoever shows the problem finds the nearest.
        case nearest(String, among: [String], otherwise: String)

        /// A symbol of this name is declared, which whoever shows the problem may know to be a secret.
        case symbol(String)

        /// The advice as a text; `nearest` tells what somebody probably meant.
        public func text(nearest: (String, [String], String) -> String) -> String {
            switch self {
            case .none: ""
            case .text(let text): text
            case .symbol(let name): "a symbol is called '\(name)'"
            case .nearest(let word, let names, let otherwise): nearest(word, names, otherwise)
            }
        }
    }

    public let code: Code
    /// The characters of the text that it is about, the first being 1: as many as there are code points.
    public let columns: Range<Int>
    /// What was expected and what was found, in one sentence without a full stop.
    public let problem: String
    public let advice: Advice

    public var column: Int { columns.lowerBound }
}

/// Everything that is wrong with one formula, in the order of its text: at least one problem.
public struct FormulaProblems: Error, Sendable, Equatable {
    public let all: [FormulaProblem]

    public var first: FormulaProblem { all[0] }
}

/// What a formula may ask for at most.
public enum FormulaLimits {
    /// Bytes of the text.
    public static let sizeMax = 1 << 20
    /// Parentheses, calls, signs and powers inside each other.
    public static let depthMax = 200
    /// Numbers, symbols and operations that are written.
    public static let partsMax = 200_000
    /// Letters that are compared to tell symbols apart.
    public static let comparedMax = 16 << 20
    /// Digits of a whole number: fewer than the bits of an exact one allow.
    public static let digitsMax = 600
    /// Bits above and below the line of an exact number.
    public static let exactBitsMax = 2048
    /// Operations on exact numbers that do not fit 64 bits.
    public static let longOperationsMax = 5_000
    /// Operations of a program.
    public static let operationsMax = 50_000
    /// Means, sums and the like in one program.
    public static let reductionsMax = 64
    /// Elements of an array that a formula makes.
    public static let elementsMax = 1 << 26
    /// Dimensions of an array.
    public static let dimensionsMax = 32
    /// Problems of one formula that are told.
    public static let problemsMax = 20
}
