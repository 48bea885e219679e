/// Reads a formula by Python's precedence, with `^` as another way to write `**`.
///
/// It keeps going where a name or a number of arguments is wrong, and stops at the first text that is no
/// expression at all.
struct Parser {
    /// What a part of a formula stands for.
    enum Worth {
        case number, condition
        /// A symbol: it may be used as either.
        case either
    }

    private(set) var lexer: Lexer
    let symbols: FormulaSymbols
    private(set) var current: Token
    private(set) var last: Token
    var tree = FormulaTree()
    var worths: [Worth] = []
    var problems: [FormulaProblem] = []
    private var depth = 0

    static func parse(
        _ text: [UInt8],
        _ symbols: FormulaSymbols
    ) throws(FormulaProblems) -> (tree: FormulaTree, lexer: Lexer) {
        guard text.count <= FormulaLimits.sizeMax else {
            let problem = FormulaProblem(
                code: .tooLarge,
                columns: 1..<2,
                problem: "expected at most \(FormulaLimits.sizeMax) bytes, found \(text.count)",
                advice: .text("split it: a formula may use the output of another step")
            )
            throw FormulaProblems(all: [problem])
        }
        var parser = Parser(text, symbols)
        do throws(FormulaProblem) {
            try parser.parseAll()
        } catch {
            parser.problems.append(error)
        }
        guard parser.problems.isEmpty else {
            let sorted = parser.problems.sorted { $0.column < $1.column }
            throw FormulaProblems(all: Array(sorted.prefix(FormulaLimits.problemsMax)))
        }
        return (parser.tree, parser.lexer)
    }

    private init(_ text: [UInt8], _ symbols: FormulaSymbols) {
        lexer = Lexer(text, symbols)
        self.symbols = symbols
        current = Token(kind: .end, bytes: 0..<0)
        last = current
    }

    private mutating func parseAll() throws(FormulaProblem) {
        try advance()
        guard current.kind != .end else {
            throw problem(.empty, current, "expected a formula, found nothing", .text("for example '2*A + 1'"))
        }
        _ = try expression(.or)
        guard current.kind == .end else { throw unexpected() }
    }

    mutating func advance() throws(FormulaProblem) {
        last = current
        current = try lexer.next()
    }
}

// Expressions.
extension Parser {
    /// How tightly operators bind, the loosest first.
    enum Level: Int, Comparable {
        case or, and, not, comparison, bar, ampersand, sum, product, sign, power

        static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        var tighter: Level { Level(rawValue: rawValue + 1) ?? .power }
    }

    /// An expression whose operators bind at least as tightly as `minimum`.
    mutating func expression(_ minimum: Level) throws(FormulaProblem) -> Int {
        guard tree.nodes.count <= FormulaLimits.partsMax else {
            throw problem(
                .tooLarge,
                current,
                "expected at most \(FormulaLimits.partsMax) numbers, symbols and operations, found more",
                .text("split it: a formula may use the output of another step")
            )
        }
        var left = try prefixed(minimum)
        while let (level, operation) = infix, level >= minimum {
            let sign = current
            if level == .comparison {
                left = try comparisons(left)
                continue
            }
            try advance()
            // A power takes what is to its right first, signs and all: 2**-x**2 is 2**(-(x**2)).
            let right =
                level == .power
                ? try nested(sign) { parser throws(FormulaProblem) in try parser.expression(.sign) }
                : try expression(level.tighter)
            left = apply(operation, [left, right], sign: sign)
        }
        return left
    }

    private var infix: (Level, FormulaOperator)? {
        guard case .mark(let mark) = current.kind else { return nil }
        return switch mark {
        case .or: (.or, .or)
        case .and: (.and, .and)
        case .less: (.comparison, .less)
        case .lessOrEqual: (.comparison, .lessOrEqual)
        case .greater: (.comparison, .greater)
        case .greaterOrEqual: (.comparison, .greaterOrEqual)
        case .equal: (.comparison, .equal)
        case .notEqual: (.comparison, .notEqual)
        case .bar: (.bar, .or)
        case .ampersand: (.ampersand, .and)
        case .plus: (.sum, .add)
        case .minus: (.sum, .subtract)
        case .times: (.product, .multiply)
        case .divide: (.product, .divide)
        case .floorDivide: (.product, .floorDivide)
        case .modulo: (.product, .modulo)
        case .power, .caret: (.power, .power)
        case .open, .close, .comma, .tilde, .not: nil
        }
    }

    /// `a < b < c` is `(a < b) & (b < c)`.
    private mutating func comparisons(_ first: Int) throws(FormulaProblem) -> Int {
        var left = first
        var whole: Int?
        while let (level, operation) = infix, level == .comparison {
            let sign = current
            try advance()
            let right = try expression(Level.comparison.tighter)
            let one = apply(operation, [left, right], sign: sign)
            whole = whole.map { add(.operation(.and), [$0, one], .condition) } ?? one
            left = right
        }
        return whole ?? first
    }

    private mutating func prefixed(_ minimum: Level) throws(FormulaProblem) -> Int {
        let sign = current
        guard case .mark(let mark) = sign.kind else { return try primary() }
        switch mark {
        case .plus, .minus, .tilde:
            try advance()
            let operand = try nested(sign) { parser throws(FormulaProblem) in try parser.expression(.sign) }
            return apply(mark == .plus ? .plus : mark == .minus ? .negate : .not, [operand], sign: sign)
        case .not:
            guard minimum <= .not else {
                throw problem(
                    .syntax,
                    sign,
                    "expected a value, found 'not', which binds more loosely than the operator before it",
                    .text("put parentheses around it: '(not x)'")
                )
            }
            try advance()
            let operand = try nested(sign) { parser throws(FormulaProblem) in try parser.expression(.not) }
            return apply(.not, [operand], sign: sign)
        case .open:
            try advance()
            let inside = try nested(sign) { parser throws(FormulaProblem) in try parser.expression(.or) }
            try close(sign)
            tree.widen(inside, to: from(sign))
            return inside
        default: throw unexpected()
        }
    }

    private mutating func primary() throws(FormulaProblem) -> Int {
        let token = current
        switch token.kind {
        case .whole(let number):
            try advance()
            return add(.whole(number), [], .number)
        case .float(let number):
            try advance()
            return add(.float(number), [], .number)
        case .symbol(let slot):
            try advance()
            return add(.symbol(slot), [], .either)
        case .constant(let constant):
            try advance()
            return add(.constant(constant), [], constant.isCondition ? .condition : .number)
        case .function(let function):
            try advance()
            return try call(function, token)
        case .unknown:
            try advance()
            return try unknown(token)
        case .mark, .end: throw unexpected()
        }
    }

    /// Runs `body` one level deeper.
    mutating func nested(
        _ token: Token,
        _ body: (inout Parser) throws(FormulaProblem) -> Int
    ) throws(FormulaProblem) -> Int {
        guard depth < FormulaLimits.depthMax else {
            throw problem(
                .tooDeep,
                token,
                "expected at most \(FormulaLimits.depthMax) levels of parentheses, signs and powers, found one more",
                .text("split it: a formula may use the output of another step")
            )
        }
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    mutating func close(_ opening: Token) throws(FormulaProblem) {
        if current.kind == .mark(.close) { return try advance() }
        guard current.kind == .end else { throw unexpected() }
        throw problem(
            .syntax,
            opening,
            "expected ')' for the '(' in column \(lexer.columns(opening.bytes).lowerBound), found the end",
            .text("close it, or remove it")
        )
    }
}
