import Foundation
import TestSupport
import Testing

@testable import Formula

/// What is known of a value before it is computed: a range that holds it, and its shape.
@Suite struct BoundsTests {
    static let knownRanges: [(String, ClosedRange<Double>?)] = [
        ("a", -2...3), ("2.5", 2.5...2.5), ("a + b", -1...6), ("a - b", -5...2), ("a*b", -6...9), ("a/b", -2...3),
        ("b/a", nil), ("1/b", (1.0 / 3)...1), ("1/a", nil), ("a**2", 0...9), ("b**2", 1...9), ("-a", -3...2),
        ("Abs(a)", 0...3), ("Abs(b)", 1...3), ("sqrt(b)", 1...3.0.squareRoot()), ("sqrt(a)", nil), ("sin(a)", -1...1),
        ("3 + sin(a)", 2...4), ("Max(a, b)", 1...3), ("Min(a, b)", -2...3), ("a > b", 0...1), ("floor(a/2)", -1...1),
        ("Piecewise((a, b > 2), (10, True))", -2...10), ("Piecewise((a, b > 2))", nil), ("a % 2", nil),
        ("unknown + a", nil), ("unknown > 1", 0...1), ("sin(unknown)", -1...1), ("a - a", -5...5), ("hypot(a, b)", nil),
    ]

    @Test("A range is as narrow as its operations tell, or there is none", arguments: knownRanges)
    func ranges(text: String, expected: ClosedRange<Double>?) throws {
        let formula = try Formula(text, symbols: FormulaSymbols(["a", "b", "unknown"]))
        let known: [String: ClosedRange<Double>] = ["a": -2...3, "b": 1...3]
        #expect(formula.range(of: formula.symbols.map { known[$0] }) == expected)
    }

    static let parts = [
        "a", "b", "c", "2", "-0.5", "0", "1e200", "sin({})", "cos({})", "exp({})", "log({})", "sqrt({})", "cbrt({})",
        "Abs({})", "-({})", "({})**2", "({})**3", "1/({})", "floor({})", "ceiling({})", "round({})", "trunc({})",
        "frac({})", "sign({})", "atan({})", "tanh({})", "sinh({})", "asinh({})", "erf({})", "erfc({})", "deg({})",
        "rad({})", "log2({})", "log10({})", "gamma({})", "({}) + ({})", "({}) - ({})", "({})*({})", "({})/({})",
        "Min({}, {})", "Max({}, {})", "hypot({}, {})", "({}) % ({})", "({}) // ({})",
        "Piecewise(({}, a > b), ({}, True))",
        "({}) < ({})", "mean({})", "sum({})", "Heaviside({})", "({})**(1/3)",
    ]

    @Test("Every finite value lies in the range", arguments: 1...4 as ClosedRange<UInt64>)
    func containment(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var bounded = 0
        for _ in 0..<3000 {
            let depth = Int.random(in: 1...4, using: &generator)
            let text = text(depth, &generator)
            guard let formula = try? Formula(text, symbols: FormulaSymbols(["a", "b", "c"])) else { continue }
            let ends = formula.symbols.map { _ in
                (Double.random(in: -4...4, using: &generator), Double.random(in: -4...4, using: &generator))
            }
            let ranges = ends.map { min($0.0, $0.1)...max($0.0, $0.1) }
            guard let range = formula.range(of: ranges) else { continue }
            bounded += 1
            for _ in 0..<20 {
                let inputs = ranges.map { Double.random(in: $0, using: &generator) }
                let value = formula.run(inputs)
                guard value.isFinite else { continue }
                // The ends are rounded as the values are: a step of rounding is no mistake.
                let slack = 1e-12 * max(abs(range.lowerBound), abs(range.upperBound), 1e-300)
                #expect(
                    value >= range.lowerBound - slack && value <= range.upperBound + slack,
                    "seed \(seed): \(text) with \(inputs) is \(value), the range of \(ranges) is \(range)"
                )
            }
        }
        #expect(bounded > 500)
    }

    private func text(_ depth: Int, _ generator: inout SplitMix64) -> String {
        let count = depth <= 0 ? 7 : Self.parts.count
        var text = Self.parts[Int.random(in: 0..<count, using: &generator)]
        while let hole = text.range(of: "{}") { text.replaceSubrange(hole, with: self.text(depth - 1, &generator)) }
        return text
    }

    static let knownShapes: [(String, [Int]?, [Int]?, [Int]?)] = [
        ("a", [2, 3], nil, [2, 3]), ("a + b", [2, 3], [3], [2, 3]), ("a*b", [4, 1], [1, 5], [4, 5]),
        ("a + 1", [2], nil, [2]), ("a + b", [2], nil, nil), ("a + b", [2], [3], nil), ("mean(a) + b", [9], [2], [2]),
        ("mean(a)", nil, nil, []), ("2", nil, nil, []), ("sum(a)*b", nil, [7], [7]),
    ]

    @Test("The shape follows from those of the inputs, where they are known", arguments: knownShapes)
    func shapes(text: String, a: [Int]?, b: [Int]?, expected: [Int]?) throws {
        let formula = try Formula(text, symbols: FormulaSymbols(["a", "b"]))
        #expect(formula.shape(of: formula.symbols.map { ["a": a, "b": b][$0] ?? nil }) == expected)
    }
}
