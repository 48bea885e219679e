import TestSupport
import Testing

@testable import Formula

/// The messages about formulas that are wrong.
@Suite struct ProblemTests {
    static let wrong: [String] = [
        "", "   ", "A +* 2", "A +", "* A", "(A", "A)", "((A)", "()", "A B", "A 2", "2 A", "2A", "A(B)", "A (2)", "2(A)",
        "sin",
        "sin A", "sin()", "sin(A, B)", "log(1,2,3)", "Mod(A)", "Max()", "ITE(A > 0, 1)", "fac(A)", "sine(A)",
        "np.sin(A)",
        "numpy.power(A, 2)", "C", "AB", "DEV:A", "Ä", "a", "I", "2*I", "inf", "NaN", "true", "e", "A = 1", "A == ",
        "A => 1",
        "A <> B", "A && B", "A || B", "!A", "A!", "A != ", "A[0]", "{A}", "A; B", "A, B", "sin(A,)", "'A'", "\"A\"",
        "A ? B : 1",
        "A if B else 1", "lambda x: x", "__import__('os')", "A.real", "0x10", "1_000", "1.2.3", "1..2", "1e", "1e+",
        "1j", "1e999",
        "1e-999", ".", "A.", "A−B", "A × B", "A²", "√A", "π*A", "A\u{A0}+ B", "A\u{200B}+B", "（A）", "А+B",
        "A > 0 & B > 0",
        "A > 0 | B > 0", "~A > 0", "A & 1", "A + 1 and B", "not A + 1", "(A > 0) > B", "1 + not A", "Piecewise(A, B)",
        "Piecewise((A, B + 1))", "Piecewise((A))", "Piecewise()", "Piecewise((1, A > 0), 2)", "ITE(A + 1, 1, 2)",
        "And(A, 1)",
        "`A", "`C`", "``", "A ** ", "A *** B", "A -* B", "A + + ", "foo(C) + bar(D) + A", "A\0B", "A\nB",
        "A \u{1B}[31m B", "@",
        "A $ B", "#", "A: B", "\\A", "f\u{301}(A)", "A<", "std(A, B)", "import os", "A ** B ** ", "1 < A > ",
        "\u{FEFF}A", "2−3", "2×A", "2²", "3≤4", "ѕin(1)", "PI", "math.pi", "pow(2, 3)", "Rational(1, 3)", "arcsin(A)",
        "math.degrees(A)",
        "if(A > 0, 1, 2)", "S(1)/3", "q_grad(9)", "Max(\(String(repeating: "1,", count: 50_000))1)",
        "A*10**400", "10**400", "2**5000/2**4999", "A + (1/3)**3000", "2**2**2**2**2**2", "3**10**15",
        "1\(String(repeating: "0", count: 700))", "(1/3\(String(repeating: "+1/10**30", count: 6000)))",
    ]

    @Test("Every message says what was expected, what was found, and what to do")
    func messages() throws {
        var text = ""
        for formula in Self.wrong {
            text += "\(formula.debugDescription.prefix(80))\n"
            do throws(FormulaProblems) {
                _ = try Formula(formula, symbols: FormulaSymbols(["A", "B", "q_grad(8)"]))
                Issue.record("\(formula.debugDescription) is right")
            } catch {
                for problem in error.all {
                    let advice = problem.advice.text { "nearest to '\($0)' of \($1.count) names, or '\($2)'" }
                    let place = "\(problem.columns.lowerBound)..<\(problem.columns.upperBound)"
                    text += "    \(place) \(problem.code.rawValue): \(problem.problem)\n"
                    if !advice.isEmpty { text += "        \(advice)\n" }
                    #expect(problem.problem.contains("expected") && problem.problem.contains("found"))
                    #expect(problem.columns.lowerBound >= 1)
                    #expect(problem.columns.upperBound <= formula.unicodeScalars.count + 2)
                }
            }
        }
        try expectGolden(text, "Tests/Base/FormulaTests/problems.txt")
    }

    @Test("Names that are unknown are told together, up to a limit")
    func several() {
        let many = (0..<50).map { "x\($0)" }.joined(separator: " + ")
        for (text, count) in [("C + D*sine(E2)", 4), (many, FormulaLimits.problemsMax)] {
            do throws(FormulaProblems) {
                _ = try Formula(text, symbols: FormulaSymbols(["A"]))
                Issue.record("\(text) is right")
            } catch {
                #expect(error.all.count == count)
                #expect(error.all.map(\.column) == error.all.map(\.column).sorted())
            }
        }
    }

    @Test("Each kind of problem occurs in the messages or in a test of its own")
    func codes() throws {
        let golden = try Repository.text("Tests/Base/FormulaTests/problems.txt")
        // Those two are met in HostileTests, the third in SymbolTests.
        for code in FormulaProblem.Code.allCases where ![.tooLarge, .tooDeep, .ambiguousSymbol].contains(code) {
            #expect(golden.contains(" \(code.rawValue): "), "\(code.rawValue)")
        }
    }

    @Test("The guide lists every function, constant, problem and reason")
    func guide() throws {
        let guide = try Repository.text("docs/guide/formulas.md")
        for function in FormulaFunction.allCases {
            #expect(guide.contains("`\(function.signature)`"), "\(function.signature)")
            for alias in function.aliases { #expect(guide.contains("`\(alias)`"), "\(alias)") }
        }
        for constant in FormulaConstant.allCases { #expect(guide.contains("`\(constant.rawValue)`")) }
        for code in FormulaProblem.Code.allCases { #expect(guide.contains("`\(code.rawValue)`"), "\(code.rawValue)") }
        for code in NonFinite.Code.allCases { #expect(guide.contains("| `\(code.rawValue)` |"), "\(code.rawValue)") }
        #expect(try Repository.text("CHANGELOG.md").contains("\(FormulaFunction.allCases.count) functions"))
    }
}
