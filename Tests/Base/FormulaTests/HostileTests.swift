import TestSupport
import Testing

@testable import Formula

/// Texts that were made to break a reader.
@Suite struct HostileTests {
    /// A piece of text, many times.
    static func many(_ piece: String, _ count: Int) -> String { String(repeating: piece, count: count) }

    /// A sum of terms.
    static func sum(_ count: Int, _ term: (Int) -> String) -> String { (0..<count).map(term).joined(separator: "+") }

    static func code(_ text: String, _ symbols: [String] = ["A"]) -> FormulaProblem.Code? {
        do throws(FormulaProblems) {
            _ = try Formula(text, symbols: FormulaSymbols(symbols))
            return nil
        } catch {
            return error.first.code
        }
    }

    @Test(
        "Code is not executed: it is no formula",
        arguments: [
            "__import__(\"os\").getpid()", "eval('1')", "exec(\"import os\")", "open('/etc/passwd').read()",
            "A.__class__",
            "().__class__.__bases__[0].__subclasses__()", "lambda: 0", "[x for x in (1,2)]", "print(A)", "globals()",
            "A; import os",
            "$(id)", "`id`", "${HOME}", "A if True else B", "f'{A}'", "A := 1", "yield A", "import os",
            "os.system('id')",
            "sympify('1')", "Function('f')(A)", "Symbol('x')", "S('1')", "Lambda(x, x)", "diff(A, A)",
            "integrate(A, A)",
            "solve(A)", "N(A)", "A.subs(A, 1)", "%s%s%s%n", "'; DROP TABLE formulas; --", "<script>alert(1)</script>",
            "{{7*7}}", "#{7*7}",
            "A\u{202E}B", "\u{202E}A", "A\u{0}", "\u{7F}", "\r\r\r", "\u{2028}A", "𝐀+1", "Ａ+1", "ａ", "\u{1F4A9}",
        ]
    )
    func code(text: String) { #expect(Self.code(text) != nil) }

    /// A text beyond a limit; a log that showed it whole would be of megabytes.
    struct Excess: CustomTestStringConvertible, Sendable {
        let text: String
        let expected: FormulaProblem.Code

        init(_ text: String, _ expected: FormulaProblem.Code) { (self.text, self.expected) = (text, expected) }

        var testDescription: String { "\(text.prefix(12))… of \(text.utf8.count) bytes" }
    }

    static let excesses = [
        Excess(many("1+", 524_288) + "1", FormulaProblem.Code.tooLarge),
        Excess(many(" ", 1_048_576), .empty), Excess(many("(", 10_000), .tooDeep),
        Excess(many("(", 10_000) + "A" + many(")", 10_000), .tooDeep),
        Excess(many("-", 10_000) + "A", .tooDeep), Excess(many("~", 10_000) + "A", .tooDeep),
        Excess(many("not ", 10_000) + "A", .tooDeep), Excess(many("sin(", 10_000), .tooDeep),
        Excess(many("A**", 10_000) + "A", .tooDeep), Excess(many("Piecewise((", 10_000), .tooDeep),
        Excess(many("Max(A,", 10_000), .tooDeep), Excess(many(")", 1_000_000), .syntax),
        Excess(many("9", 1_000_000), .badNumber), Excess(many("x", 1_000_000), .unknownSymbol),
        Excess(many("x ", 500_000), .unknownSymbol), Excess(many("`", 1_000_001), .syntax),
        Excess(many("é", 500_000), .unknownSymbol), Excess(many("−", 300_000), .syntax),
        Excess(many("foo(", 250_000), .unknownFunction), Excess(many("A<", 500_000), .tooLarge),
        Excess(sum(70) { "mean(A + \($0))" }, .tooLarge), Excess(sum(100_000) { "A*\($0)" }, .tooLarge),
    ]

    @Test("Size and depth have limits", arguments: excesses)
    func limits(excess: Excess) {
        let clock = ContinuousClock()
        let start = clock.now
        #expect(Self.code(excess.text) == excess.expected)
        // A debug build with a sanitizer reads a megabyte in seconds; what is quadratic takes hours.
        #expect(start.duration(to: clock.now) < .seconds(60))
    }

    @Test("199 levels are read, on a small stack as well")
    func deep() async throws {
        let count = FormulaLimits.depthMax - 1
        let texts = [
            Self.many("(", count) + "A" + Self.many(")", count),
            Self.many("(1+2*", count) + "A" + Self.many(")", count),
            Self.many("-", count) + "A", Self.many("sin(", count) + "A" + Self.many(")", count),
            Self.many("A**", count) + "A",
        ]
        for text in texts {
            let task = Task { Self.code(text) }
            #expect(await task.value == nil)
        }
    }

    @Test("Many symbols of one beginning cost no more than their number")
    func symbols() {
        let names = (0..<20_000).map { "q_grad(\($0))" }
        let text = (0..<5_000).map { "q_grad(\($0 * 3))" }.joined(separator: "+")
        #expect(Self.code(text, names) == nil)
        let alike = (1..<2_000).map { Self.many("a-", $0) + "a" }
        #expect(Self.code(Self.many("A-", 60_000) + "A", ["A", Self.many("A-", 30_000) + "B"]) == .tooLarge)
        #expect(Self.code(Self.many("a-", 200_000) + "?", ["a", Self.many("a-", 200_000) + "?"]) == .tooLarge)
        let unknown = (0..<20_000).map { "foo\($0)" }.joined(separator: "+")
        #expect(Self.code(unknown, (0..<20_000).map { "fop\($0)" }) == .unknownSymbol)
        #expect(Self.code(Self.many("a-", 1_500) + "a", alike) == .ambiguousSymbol)
    }

    @Test("Random bytes and cut formulas end in a value or a problem", arguments: [UInt64(1), 2, 3])
    func random(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let pieces =
            FormulaFunction.names + Token.Mark.allCases.map(\.rawValue) + FormulaConstant.allCases.map(\.rawValue)
            + ["A", "A:B", "a-b", "q(8)", "1", "2.5", "1e9", " ", "`", "é", "−", "\u{0}", ".", "e"]
        var right = 0
        for _ in 0..<3_000 {
            let count = Int.random(in: 1...12, using: &generator)
            let text = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            do throws(FormulaProblems) {
                let formula = try Formula(text, symbols: FormulaSymbols(["A", "A:B", "a-b", "q(8)"]))
                let inputs = formula.symbols.indices.map { Double($0) - 0.5 }
                let value = formula.run(inputs)
                let arrays = inputs.map { FormulaValue.array(FormulaArray([$0, $0], shape: [2])) }
                if let elements = try? formula.run(arrays).value.elements,
                    !formula.program.steps.contains(where: \.operation.isReduction)
                {
                    #expect(
                        elements.allSatisfy { $0.bitPattern == value.bitPattern || ($0.isNaN && value.isNaN) },
                        "seed \(seed): \(text)"
                    )
                }
                right += 1
            } catch {
                #expect(
                    error.all.allSatisfy { $0.columns.lowerBound >= 1 && !$0.problem.isEmpty },
                    "seed \(seed): \(text)"
                )
            }
        }
        #expect(right > 20, "some of them are formulas")
    }
}
