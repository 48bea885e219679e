import TestSupport
import Testing

@testable import Formula

/// Which name a piece of text is.
@Suite struct SymbolTests {
    /// The symbols that a formula uses, or the word for its first problem.
    static func used(_ text: String, _ symbols: [String], mayBeMore: Bool = false) -> [String] {
        do throws(FormulaProblems) {
            return try Formula(text, symbols: FormulaSymbols(symbols, mayBeMore: mayBeMore)).symbols
        } catch {
            return [error.first.code.rawValue]
        }
    }

    static let readings: [(String, [String], [String])] = [
        ("QUAD:IN20:121:BACT*2", ["QUAD:IN20:121:BACT"], ["QUAD:IN20:121:BACT"]),
        ("QUAD:IN20:121:BACT-1", ["QUAD", "QUAD:IN20:121:BACT", "IN20"], ["QUAD:IN20:121:BACT"]),
        ("q_grad(8)*2", ["q_grad(8)"], ["q_grad(8)"]),
        ("q_grad(8)+q_grad(80)", ["q_grad(8)", "q_grad(80)"], ["q_grad(8)", "q_grad(80)"]),
        ("a-b.c", ["a-b.c"], ["a-b.c"]), ("A:B_C+A_B:C", ["A:B_C", "A_B:C"], ["A:B_C", "A_B:C"]),
        (
            "E+I+S+N+beta+lambda+in+and", ["E", "I", "S", "N", "beta", "lambda", "in", "and"],
            ["E", "I", "S", "N", "beta", "lambda", "in", "and"]
        ),
        ("and & and", ["and"], ["and"]), ("a and and", ["a", "and"], ["a", "and"]), ("not not", ["not"], ["not"]),
        ("not a or not", ["a", "not", "or"], ["a", "not"]), ("not*2", ["not"], ["not"]), ("or or or", ["or"], ["or"]),
        ("not (a)", ["a", "not"], ["a"]), ("-not", ["not"], ["not"]), ("beta(beta, 2)", ["beta"], ["beta"]),
        ("sin(sin)", ["sin"], ["sin"]),
        ("pi", ["pi"], ["pi"]), ("A:B", ["A", "B", "A:B"], ["A:B"]), ("A:B", ["A", "B"], ["unknown-symbol"]),
        ("AB", ["A", "B"], ["unknown-symbol"]), ("A.B", ["A", "B"], ["unknown-symbol"]),
        ("A1", ["A"], ["unknown-symbol"]),
        ("A:B-C", ["A:B", "C"], ["A:B", "C"]), ("A:B-C", ["A:B-C"], ["A:B-C"]),
        ("A:B-C-D", ["A:B-C", "D"], ["A:B-C", "D"]),
        ("1A:B*2", ["1A:B"], ["1A:B"]), ("k l*2", ["k l"], ["k l"]), ("k l", ["k l", "k", "l"], ["k l"]),
        ("Zähler/Zahl", ["Zähler", "Zahl"], ["Zähler", "Zahl"]),
        ("a[0]+b", ["a[0]", "a", "b"], ["a[0]", "b"]), ("x", ["x", "x"], ["x"]), ("2*3", ["2", "3"], []),
        ("`2`*3", ["2"], ["2"]), ("1e5", ["1e5"], []), ("`1e5`", ["1e5"], ["1e5"]), ("`a``b`", ["a`b"], ["a`b"]),
        ("` A`", [" A"], [" A"]), ("if", ["if"], ["if"]), ("True", ["True"], ["True"]),
        ("x if y", ["x", "y"], ["syntax"]),
        ("a-b", ["a-b", "a"], ["a-b"]), ("A-B-C", ["A-B", "C"], ["A-B", "C"]),
    ]

    @Test("Declared symbols come first, the longest, where a word may end", arguments: readings)
    func longest(text: String, symbols: [String], expected: [String]) {
        #expect(Self.used(text, symbols) == expected)
    }

    static let doubtful: [(String, [String], [String])] = [
        ("A-B", ["A", "B", "A-B"], ["ambiguous-symbol"]), ("1e-3", ["1e"], ["ambiguous-symbol"]),
        ("`1e`-3", ["1e"], ["1e"]),
        ("`A`-B", ["A", "B", "A-B"], ["A", "B"]), ("`A` - B", ["A", "B", "A - B"], ["A", "B"]),
        ("`A-B`", ["A", "B", "A-B"], ["A-B"]),
        ("A - B", ["A", "B", "A-B"], ["A", "B"]), ("A- B", ["A", "B", "A-B"], ["A", "B"]),
        ("`A`-B", ["A", "B", "A-B"], ["A", "B"]), ("sin(8)", ["sin(8)"], ["ambiguous-symbol"]),
        ("`sin(8)`", ["sin(8)"], ["sin(8)"]), ("A-1", ["A", "A-1"], ["ambiguous-symbol"]),
        ("A-pi", ["A", "A-pi"], ["ambiguous-symbol"]), ("1-2", ["1-2"], ["ambiguous-symbol"]),
        // Which two belong together?
        ("A*2", ["*2", "A"], ["ambiguous-symbol"]), ("-A", ["-A", "A"], ["ambiguous-symbol"]),
        ("(A)", ["(A)", "A"], ["ambiguous-symbol"]),
        ("A-B-C(8)", ["A-B-C(8)", "A", "B", "B-C", "C(8)"], ["ambiguous-symbol"]),
        ("not a", ["not a", "a"], ["ambiguous-symbol"]),
        ("not a*2", ["not a"], ["not a"]), ("a and b", ["a and b", "a", "b"], ["ambiguous-symbol"]),
        ("a and b", ["a and b", "a"], ["a and b"]),
        ("A-B-C", ["A-B", "B-C", "A", "C"], ["ambiguous-symbol"]),
        ("A*B-C", ["A*B", "A", "B-C"], ["ambiguous-symbol"]),
        ("sin(A)", ["sin(A)", "A"], ["ambiguous-symbol"]), ("f(A)", ["f(A)", "A"], ["f(A)"]),
        ("A-B*2", ["A", "B", "A-B"], ["ambiguous-symbol"]), ("2*(A-B)", ["A", "B", "A-B"], ["ambiguous-symbol"]),
    ]

    @Test("What can be read in two ways is refused, and backquotes or blanks decide", arguments: doubtful)
    func ambiguous(text: String, symbols: [String], expected: [String]) {
        #expect(Self.used(text, symbols) == expected)
    }

    @Test("Where other names may exist, a name is taken whole")
    func open() {
        #expect(Self.used("nn:y*2 + x", ["x"], mayBeMore: true) == ["nn:y", "x"])
        #expect(Self.used("A-B", ["A"], mayBeMore: true) == ["A", "B"])
        #expect(Self.used("A-B", ["A-B"], mayBeMore: true) == ["A-B"])
        #expect(Self.used("`any text`", [], mayBeMore: true) == ["any text"])
        #expect(Self.used("foo(x)", ["x"], mayBeMore: true) == ["unknown-function"])
        #expect(Self.used("I*x", ["x"], mayBeMore: true) == ["not-real"])
        #expect(Self.used("``", [], mayBeMore: true) == ["unknown-symbol"])
    }

    @Test("Names that differ by their bytes are different")
    func bytes() throws {
        // One letter, composed and decomposed.
        let names = ["\u{E9}", "e\u{301}"]
        let formula = try Formula("\u{E9} - e\u{301}", symbols: FormulaSymbols(names))
        #expect(formula.symbols.count == 2)
        #expect(formula.run([3, 1]) == 2)
    }

    @Test("Looking for a symbol agrees with trying each name")
    func table() {
        var generator = SplitMix64(seed: 11)
        let letters = Array("aB1:-.(")
        func word(_ length: ClosedRange<Int>) -> String {
            String(
                (0..<Int.random(in: length, using: &generator)).map { _ in
                    letters.randomElement(using: &generator) ?? "a"
                }
            )
        }
        for _ in 0..<500 {
            let names = Set((0..<6).map { _ in word(1...4) })
            let text = Array(word(1...8).utf8)
            let symbols = FormulaSymbols(names)
            let expected = names.filter { name in
                let end = name.utf8.count
                return text.starts(with: name.utf8) && Letters.isBoundary(in: text, at: end)
                    && Letters.endOfNumber(in: Array(name.utf8), at: 0) != end
            }
            let found = symbols.matches(in: text, at: 0).names.map { symbols.names[$0.name].text }
            #expect(Set(found) == expected, "\(names) in \(String(decoding: text, as: UTF8.self))")
            #expect(found == found.sorted { $0.utf8.count < $1.utf8.count })
            for name in names {
                #expect(symbols.position(of: Array(name.utf8)[...]).map { symbols.names[$0].text } == name)
            }
            #expect(symbols.position(of: Array("zz".utf8)[...]) == nil)
        }
    }
}
