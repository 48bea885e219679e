import TestSupport
import Testing

@testable import Formula

/// Why a result is not finite.
@Suite struct ReasonTests {
    static let scalars: [(String, [Double], String)] = [
        ("a/b", [1.0, 0.0], "division by zero: 'a/b' in column 1"),
        ("2 + 1/b", [0], "division by zero: '1/b' in column 5"),
        ("(a + 1/b) * 2", [1, 0], "division by zero: '1/b' in column 6"),
        ("b**-1", [0], "division by zero: 'b**-1' in column 1"),
        ("a % b", [1, 0], "division by zero: 'a % b' in column 1"),
        ("a // b", [1, 0], "division by zero: 'a // b' in column 1"),
        ("b**a", [0, -2], "division by zero: 'b**a' in column 1"),
        ("root(a, b)", [1, 0], "division by zero: 'root(a, b)' in column 1"),
        ("root(a, -2)", [0], "division by zero: 'root(a, -2)' in column 1"),
        ("loggamma(a)", [1e306], "larger than any float64: 'loggamma(a)' in column 1"),
        ("csch(a)", [0x1p-1060], "larger than any float64: 'csch(a)' in column 1"),
        ("binomial(a, 4000)", [-5000], "larger than any float64: 'binomial(a, 4000)' in column 1"),
        ("exp(a)", [1000], "larger than any float64: 'exp(a)' in column 1"),
        ("a*b", [1e200, 1e200], "larger than any float64: 'a*b' in column 1"),
        ("a**b", [10, 400], "larger than any float64: 'a**b' in column 1"),
        ("gamma(a)", [200], "larger than any float64: 'gamma(a)' in column 1"),
        ("besselj(1001, a)", [1], "a Bessel function of an order beyond 1000: 'besselj(1001, a)' in column 1"),
        ("besseli(0, a)", [1e4], "larger than any float64: 'besseli(0, a)' in column 1"),
        ("log(a)", [0], "a pole: 'log(a)' in column 1"), ("gamma(a)", [-3], "a pole: 'gamma(a)' in column 1"),
        ("factorial(a)", [-3], "a pole: 'factorial(a)' in column 1"),
        ("bessely(1, a)", [0], "a pole: 'bessely(1, a)' in column 1"),
        ("atanh(a)", [1], "a pole: 'atanh(a)' in column 1"),
        ("DiracDelta(a)", [0], "a pole: 'DiracDelta(a)' in column 1"),
        ("sqrt(a)", [-1], "outside of the reals: 'sqrt(a)' in column 1"),
        ("log(a)", [-1], "outside of the reals: 'log(a)' in column 1"),
        ("a**(1/3)", [-8], "outside of the reals: 'a**(1/3)' in column 1"),
        ("a**b", [-8, 0.3], "outside of the reals: 'a**b' in column 1"),
        ("asin(a)", [2], "outside of the reals: 'asin(a)' in column 1"),
        ("besselj(0.5, a)", [-1], "outside of the reals: 'besselj(0.5, a)' in column 1"),
        ("1 + sqrt(a - b)*0", [1, 2], "outside of the reals: 'sqrt(a - b)' in column 5"),
        ("Piecewise((1, a > 0))", [-1], "no condition holds: 'Piecewise((1, a > 0))' in column 1"),
        ("Piecewise((1/b, a > 0), (2, True))", [0, 1], "division by zero: '1/b' in column 12"),
        ("a + b", [1, .nan], "an input that is not finite: 'b'"),
        ("1/(a - b)", [.infinity, .infinity], "an input that is not finite: 'a'"),
        ("oo + a", [1], "from an infinity or NaN in the formula: 'oo' in column 1"),
        ("Max(a, nan)", [1], "from an infinity or NaN in the formula: 'nan' in column 8"),
        ("1/0", [], "division by zero: '1/0' in column 1"),
        ("sin(1/b) + sqrt(-1)", [0], "division by zero: '1/b' in column 5"),
        ("log(a) - log(b)", [0, 0], "a pole: 'log(a)' in column 1"),
        ("Zähler:1/b", [0, 0], "division by zero: 'Zähler:1/b' in column 1"),
    ]

    @Test("Each result that is not finite says what made it so", arguments: scalars)
    func reasons(text: String, inputs: [Double], expected: String) throws {
        let formula = try Formula(text, symbols: FormulaSymbols(["a", "b", "Zähler:1"]))
        var registers = formula.makeRegisters()
        let value = formula.run(inputs.span, &registers)
        #expect(!value.isFinite)
        #expect(formula.reason(in: registers)?.description == expected)
        // The same by way of arrays.
        #expect(try formula.run(inputs.map { .scalar($0) }).reason?.description == expected)
    }

    @Test(
        "What is finite has no reason, whatever happened on the way",
        arguments: ["1/(1/b)", "Min(1, 1/b)", "Piecewise((1/b, b > 0), (2, True))", "exp(-1/b)"]
    )
    func finite(text: String) throws {
        let formula = try Formula(text, symbols: FormulaSymbols(["b"]))
        var registers = formula.makeRegisters()
        #expect(formula.run([0.0].span, &registers).isFinite)
        #expect(formula.reason(in: registers) == nil)
    }

    static let ofArrays: [(String, [Double], [Int], String)] = [
        ("1/a", [1.0, 0, 2, 0], [4], "division by zero: '1/a' in column 1, 2 elements, the first at [1]"),
        (
            "log(a)", [1, 2, 3, -1], [2, 2],
            "outside of the reals: 'log(a)' in column 1, 1 element, the first at [1, 1]"
        ),
        ("a + b", [1, .nan, 3, 4], [4], "an input that is not finite: 'a', 1 element, the first at [1]"),
        ("mean(log(a))", [1, 0, 1, 1], [4], "a pole: 'log(a)' in column 6, 1 element, the first at [1]"),
        ("a + mean(log(a))", [1, 0, 1, 1], [4], "a pole: 'log(a)' in column 10, 4 elements, the first at [0]"),
        ("sum(a)", [1e308, 1e308, 0, 0], [4], "larger than any float64: 'sum(a)' in column 1"),
        ("mean(a)", [], [0], "an array without elements: 'mean(a)' in column 1"),
        ("median(a)", [], [0], "an array without elements: 'median(a)' in column 1"),
        ("a*sqrt(b)", [1, 2], [2], "outside of the reals: 'sqrt(b)' in column 3, 2 elements, the first at [0]"),
    ]

    @Test("An array tells how many of its elements are not finite, and the first", arguments: ofArrays)
    func arrays(text: String, elements: [Double], shape: [Int], expected: String) throws {
        let formula = try Formula(text, symbols: FormulaSymbols(["a", "b"]))
        let array = FormulaValue.array(FormulaArray(elements, shape: shape))
        let result = try formula.run(formula.symbols.map { $0 == "a" ? array : .scalar(-4) })
        let found = result.reason?.description
        #expect(found == expected)
    }
}
