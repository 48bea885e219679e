import TestSupport
import Testing

@testable import Formula

/// What a formula becomes, and how it runs.
@Suite struct ProgramTests {
    static func formula(_ text: String, _ symbols: [String] = ["a", "b", "c"]) throws -> Formula {
        try Formula(text, symbols: FormulaSymbols(symbols))
    }

    static let programs: [(String, [String])] = [
        ("a + 2*3*4", ["add"]), ("a*b + b*a", ["multiply", "add"]),
        ("sin(a)*sin(a) + sin(a)", ["sin", "multiply", "add"]),
        ("(a+b)**2", ["add", "square"]), ("(a**2 + b**2)**(1/2)", ["square", "square", "add", "sqrt"]),
        ("a**0.5", ["sqrt"]),
        ("a**-1", ["reciprocal"]), ("a**(-1/2)", ["sqrt", "reciprocal"]), ("a**(1/3)", ["rationalPower"]),
        ("a**3", ["power"]),
        ("a**1", []), ("log(a, 10)", ["log10"]), ("log(a, 2)", ["log2"]), ("log(a, E)", ["log"]),
        ("log(a, 3)", ["logBase"]),
        ("a > b", ["less"]), ("b < a", ["less"]), ("(a > b) == (b < a)", ["less", "equal"]),
        ("ITE(2 > 1, a, sin(b))", []),
        ("Piecewise((a, False), (b, True), (c, a > 0))", []),
        ("Piecewise((a, b > 0))", ["noBranch", "less", "select"]),
        ("re(a) + conjugate(a)", ["add"]), ("sin(1) + cos(pi)", []), ("1/0", ["divide"]),
        ("a + 1/0", ["divide", "add"]),
        ("Max(a, b, c)", ["maximum", "maximum"]), ("a - b", ["subtract"]), ("a**2.0", ["square"]), ("+a", []),
    ]

    @Test("Constants are computed and equal parts are computed once", arguments: programs)
    func steps(text: String, expected: [String]) throws {
        #expect(try Self.formula(text).program.steps.map { "\($0.operation)" }.sorted() == expected.sorted())
    }

    static let results: [(String, [Double], Double)] = [
        ("1/a", [0.0], Double.infinity), ("-1/a", [0], -.infinity), ("a/a", [0], .nan), ("a - a", [.infinity], .nan),
        ("0*a", [.infinity], .nan), ("cbrt(a)", [-8], .nan), ("a**(1/3)", [-8], .nan), ("real_root(a, 3)", [-8], -2),
        ("real_root(a, 2)", [-4], .nan), ("root(a, 3)", [-8], .nan), ("root(a, 0)", [2], .nan), ("sqrt(a)", [-1], .nan),
        ("log(a)", [0], -.infinity), ("log(a)", [-1], .nan), ("gamma(a)", [0], .infinity), ("gamma(a)", [-1], .nan),
        ("gamma(a)", [171.5], 9.4833675668248e+307), ("gamma(a)", [172], .infinity), ("loggamma(a)", [-0.5], .nan),
        ("factorial(a)", [5], 120), ("factorial(a)", [-1], .nan), ("factorial(a)", [170], 7.257415615307999e+306),
        ("binomial(a, 2)", [5], 10), ("binomial(a, 2)", [-1], 1), ("binomial(5, a)", [-1], 0),
        ("binomial(5, a)", [6], 0),
        ("a // 2", [.infinity], .nan), ("a % 0", [1], .nan), ("a // 0", [1], .infinity), ("a % 2", [-2.5], 1.5),
        ("a % -2", [2.5], -1.5), ("1 // a", [0.1], 9), ("a // -1", [0], -0.0), ("round(a)", [2.5], 2),
        ("round(a)", [-3.5], -4),
        ("trunc(a)", [-2.7], -2), ("frac(a)", [-0.25], 0.75), ("sign(a)", [-0.0], 0), ("sign(a)", [.nan], .nan),
        ("Heaviside(a)", [0], 0.5), ("Heaviside(a, 1)", [0], 1), ("Heaviside(a)", [.nan], .nan),
        ("DiracDelta(a)", [1], 0),
        ("DiracDelta(a)", [0], .infinity), ("KroneckerDelta(a, 2)", [2], 1), ("KroneckerDelta(a, 2)", [.nan], .nan),
        ("~(a > 0)", [.nan], 1), ("a == a", [.nan], 0), ("a != a", [.nan], 1), ("Max(a, 1)", [.nan], .nan),
        ("Min(1, a)", [.nan], .nan), ("sinc(a)", [0], 1), ("sinc(a)", [.infinity], .nan), ("im(a)", [3], 0),
        ("im(a)", [.nan], .nan),
        ("acot(a)", [0], .pi / 2), ("asec(a)", [-1], .pi), ("asec(a)", [0.5], .nan), ("acsc(a)", [.infinity], 0),
        ("asech(a)", [0], .infinity), ("acoth(a)", [1], .infinity), ("acoth(a)", [0.5], .nan),
        ("atanh(a)", [1], .infinity),
        ("erfinv(a)", [1], .infinity), ("erfinv(a)", [2], .nan), ("besselk(0, a)", [0], .infinity),
        ("bessely(0, a)", [0], -.infinity),
        ("And(a)", [5], 1), ("Or(a) + 1", [.nan], 2), ("a**-0.5", [4], 0.5),
        ("factorial(a)", [171], .infinity), ("factorial(a)", [170.5], 9.4833675668248e+307),
        ("bessely(-1, a)", [1e-20], 6.3661977236758135e19),
        ("bessely(-1, a)", [0], .infinity), ("besselk(50, a)", [1e-300], .infinity),
        ("besseli(-0.5, a)", [0], .infinity),
        ("besseli(-1.5, a)", [0], -.infinity), ("besselj(-0.5, a)", [0], .infinity), ("besselj(-2, a)", [0], 0),
        ("binomial(a, -1)", [-1], 0), ("binomial(a, 1000000)", [-1], 1), ("beta(a, -1)", [1e-100], .nan),
        ("beta(0.5, a)", [-0.5], 0),
        ("a**(1/3)", [-.infinity], .nan), ("root(a, 0.5)", [-3], 9), ("root(a, 3)", [-.infinity], .nan),
        ("a**0.3", [-.infinity], .nan),
        ("a**3", [-.infinity], -.infinity),
        ("sin(a)", [2.4985407433100564e123], 1.7096033030022709e-17),
        ("cos(a)", [1.2094912707964283e23], 1.1940881876298478e-17),
        ("tan(a)", [6.004779142530142e29], 3.0366863188406925e16),
        ("cos(a)", [0x16AC5B262CA1FFp797], -4.68716592425462761e-19),
        ("besselj(0.5, a)", [-1], .nan), ("besselj(0, a)", [0], 1), ("besselj(1, a)", [0], 0),
        ("besseli(0, a)", [0], 1),
        ("beta(1, a)", [-2], -0.5), ("beta(a, 1)", [0], .infinity), ("digamma(a)", [-1], .nan), ("a**0", [.nan], 1),
        ("std(a)", [3], 0), ("mean(a)", [3], 3), ("ITE(a, 1, 2)", [.nan], 1), ("a and 1 > 0", [0], 0),
        ("True + a", [1], 2),
        ("Piecewise((1, a > 0))", [-1], .nan), ("0 < a < 2", [1], 1), ("0 < a < 2", [3], 0),
        ("exp(a)", [1000], .infinity),
        ("log(a, 10)", [1000], 3), ("log(a, 2)", [8], 3), ("sech(a)", [1000], 0), ("atan2(a, -1)", [0], .pi),
        ("Xor(a, True)", [0], 1),
    ]

    @Test("Values follow IEEE arithmetic and the principal branch", arguments: results)
    func values(text: String, inputs: [Double], expected: Double) throws {
        let value = try Self.formula(text).run(inputs)
        #expect(value.isNaN ? expected.isNaN : value == expected && value.sign == expected.sign, "\(value)")
    }

    @Test("Quotient and remainder belong together")
    func division() throws {
        var generator = SplitMix64(seed: 5)
        let formula = try Self.formula("(a // b)*b + a % b")
        for _ in 0..<5_000 {
            let a = Double.random(in: -1e6...1e6, using: &generator)
            let b = Double.random(in: -100...100, using: &generator)
            let value = formula.run([a, b])
            #expect(abs(value - a) <= 4 * max(a.ulp, b.ulp), "\(a) and \(b)")
        }
    }

    @Test("Threads share a formula")
    func threads() async throws {
        let formula = try Self.formula("a*b + sin(c)")
        await withTaskGroup(of: Bool.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    var registers = formula.makeRegisters()
                    return (0..<2_000).allSatisfy { index in
                        let (a, b, c) = (Double(thread), Double(index), Double(index) / 7)
                        return formula.run([a, b, c].span, &registers) == a * b + Operation.sin.value(c, 0, 0)
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test("A tree and a program explain a formula")
    func explanation() throws {
        let explanation = try Self.formula("-a**2 + Max(a, 2/3) > b").explanation
        let rows = explanation.rows.map { "%\($0.slot) \($0.word) \($0.operands.joined(separator: " "))" }
        let text = (explanation.tree + rows + ["%\(explanation.result)"]).joined(separator: "\n") + "\n"
        try expectGolden(text, "Tests/Base/FormulaTests/explanation.txt")
    }
}
