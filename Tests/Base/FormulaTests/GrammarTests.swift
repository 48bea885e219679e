import TestSupport
import Testing

@testable import Formula

/// How texts become trees: precedence, associativity, numbers.
@Suite struct GrammarTests {
    /// The tree of a formula in prefix form.
    static func tree(_ text: String, _ symbols: [String] = ["a", "b", "c", "d"]) throws -> String {
        let formula = try Formula(text, symbols: FormulaSymbols(symbols))
        func shown(_ node: Int) -> String {
            let word: String
            switch formula.tree.nodes[node].kind {
            case .whole(let number): word = "\(number)"
            case .float(let number): word = "\(number)"
            case .constant(let constant): word = constant.rawValue
            case .symbol(let slot): word = formula.symbols[slot]
            case .operation(let operation): word = operation.rawValue
            case .call(let function): word = function.rawValue
            }
            let operands = formula.tree.operands(of: node).map(shown)
            return operands.isEmpty ? word : "(\(([word] + operands).joined(separator: " ")))"
        }
        return shown(formula.tree.root)
    }

    static let trees: [(String, String)] = [
        ("a+b*c", "(+ a (* b c))"), ("a-b-c", "(- (- a b) c)"), ("a/b/c", "(/ (/ a b) c)"), ("a/b*c", "(* (/ a b) c)"),
        ("a//b%c", "(% (// a b) c)"), ("a*b//c", "(// (* a b) c)"), ("-a**b", "(sign - (** a b))"),
        ("a**-b", "(** a (sign - b))"), ("a**b**c", "(** a (** b c))"), ("a**-b**c", "(** a (sign - (** b c)))"),
        ("a^b^c", "(** a (** b c))"), ("a^b**c", "(** a (** b c))"), ("(a**b)**c", "(** (** a b) c)"),
        ("-a*b", "(* (sign - a) b)"), ("a*-b", "(* a (sign - b))"), ("a - -b", "(- a (sign - b))"),
        ("--a", "(sign - (sign - a))"),
        ("+a", "(sign + a)"), ("a<b", "(< a b)"), ("a+b<c*d", "(< (+ a b) (* c d))"),
        ("a<b<c", "(and (< a b) (< b c))"), ("a<b<=c!=d", "(and (and (< a b) (<= b c)) (!= c d))"),
        ("a & b | c", "(or (and a b) c)"), ("a | b & c", "(or a (and b c))"), ("~a & b", "(and (not a) b)"),
        ("not a == b", "(not (== a b))"), ("not a and b", "(and (not a) b)"), ("a or b and c", "(or a (and b c))"),
        ("a and not b", "(and a (not b))"), ("not not a", "(not (not a))"),
        ("a and b or c and d", "(or (and a b) (and c d))"),
        ("~(a < b)", "(not (< a b))"), ("-(a+b)", "(sign - (+ a b))"), ("((a))", "a"), ("a\n + \t b", "(+ a b)"),
        ("Piecewise((a, b > 0), (c, True))", "(Piecewise a (> b 0) c True)"), ("ITE(a, b, c)", "(ITE a b c)"),
        ("Max(a)", "(Max a)"), ("Min(a, b, c)", "(Min a b c)"), ("ln(a)", "(log a)"), ("abs(a)", "(Abs a)"),
        ("log(a, 3)", "(log a 3)"), ("1.", "1.0"), (".5", "0.5"), ("1e3", "1000.0"), ("2.5E-1", "0.25"),
        ("007", "7"), ("9223372036854775807", "9223372036854775807"), ("9223372036854775808", "9223372036854775808"),
        ("1000000000000000000000000000001000000000000000000", "1000000000000000000000000000001000000000000000000"),
        ("a<-1", "(< a (sign - 1))"), ("2*pi*a/360", "(/ (* (* 2 pi) a) 360)"),
    ]

    @Test("Operators bind as in Python, and ^ is a power", arguments: trees)
    func precedence(text: String, expected: String) throws {
        let found = try Self.tree(text)
        #expect(found == expected)
    }

    static let exactNumbers: [(String, Double)] = [
        ("1/3", 1.0 / 3), ("1/3 + 1/3 + 1/3", 1), ("1/3*3 - 1", 0), ("7//2", 3), ("-7//2", -4), ("-7 % 3", 2),
        ("7 % -3", -2), ("2**10", 1024), ("2**-2", 0.25), ("(2/3)**2", 4.0 / 9), ("10**40", 1e40),
        ("2**63 - 2**63 + 1", 1), ("10**19 + 1 - 10**19", 1), ("10**400/10**399", 10),
        ("(10**30 + 1) % 10**15", 1), ("-(10**30 + 1) // 10**15", -1_000_000_000_000_001), ("10**30 < 10**30 + 1", 1),
        ("9007199254740993 / 2**1100 * 2**1100", 9_007_199_254_740_992), ("2**-1074", 0x1p-1074), ("2**-1075", 0),
        ("3 * 2**-1075", 0x1p-1073), ("(2**1024 - 2**971) / 1", 0x1.fffffffffffffp1023), ("(-1)**(10**30 + 1)", -1),
        ("1**10**30", 1), ("(1 + 1/10**6)**10**6", 2.7182804693193767), ("0**10**30", 0),

        ("8**(10**25/(3*10**25))", 2),
        ("1/10 + 2/10 == 3/10", 1), ("0.1 + 0.2 == 0.3", 0), ("1/3 < 1/2 < 2/3", 1),
        ("9007199254740993 - 1", 9_007_199_254_740_992),
        ("9007199254740993/3", 3_002_399_751_580_331), ("8**(1/3)", 2), ("(12/35)**15", 1.063403353276633e-07),
        ("(7/3)**100", 6.275936336980126e+36), ("(1/4)**(1/2)", 0.5), ("0**0", 1),
        ("1000000007/998244353", 1_000_000_007.0 / 998_244_353),
        ("9223372036854775807/3", 3_074_457_345_618_258_602.3333),
        ("1/9223372036854775807", 1.084202172485504434e-19), ("-9007199254740993", -9_007_199_254_740_992),
    ]

    @Test("Numbers that are written exactly are computed exactly", arguments: exactNumbers)
    func exact(text: String, expected: Double) throws {
        let formula = try Formula(text, symbols: FormulaSymbols([]))
        #expect(formula.run([]) == expected)
        #expect(formula.program.steps.isEmpty, "it is known when it is loaded")
    }

    @Test("Fractions become the nearest double")
    func rounding() throws {
        var generator = SplitMix64(seed: 4)
        for _ in 0..<2000 {
            // A whole number of 62 bits over a power of two: what is nearest is known.
            let numerator = Int64.random(in: -(1 << 62)...(1 << 62), using: &generator)
            let shift = Int.random(in: 0...40, using: &generator)
            let quotient = ExactNumber(numerator) / ExactNumber(Int64(1) << shift)
            let fraction = try #require(quotient)
            #expect(fraction.double == Double(numerator) / Double(sign: .plus, exponent: shift, significand: 1))
        }
    }

    @Test("A formula of 24,000 terms is read without a level each, one of 49,000 is too large")
    func long() throws {
        let text = (0..<49_000).map { "a*\($0)" }.joined(separator: "+")
        #expect(throws: FormulaProblems.self) { try Formula(text, symbols: FormulaSymbols(["a"])) }
        let half = text.split(separator: "+").prefix(24_000).joined(separator: "+")
        #expect(try Formula(half, symbols: FormulaSymbols(["a"])).run([2]) == 24_000.0 * 23_999)
    }
}
