import Foundation
import JSON
import TestSupport
import Testing

@testable import Formula

/// Formulas beside what they are worth: computed with 50 digits by mpmath, and read by SymPy.
@Suite struct ReferenceTests {
    /// A formula with its inputs, and what must come out.
    struct Case {
        let formula: String
        let symbols: [String]
        let inputs: [FormulaValue]
        /// Each value as a pair of doubles whose sum it is.
        let values: [(high: Double, low: Double)]
        /// How far from each value a correct result may be.
        let bounds: [Double]

        init(_ line: String) throws {
            guard case .object(let object) = try JSONReader.value(of: Array(line.utf8)),
                case .string(let formula)? = object["formula"], case .array(let symbols)? = object["symbols"],
                case .array(let inputs)? = object["inputs"], case .array(let values)? = object["values"],
                case .array(let bounds)? = object["bounds"]
            else { throw BadLine(line: line) }
            self.formula = formula
            self.symbols = symbols.compactMap { if case .string(let name) = $0 { name } else { nil } }
            self.inputs = inputs.map(Self.value)
            self.values = values.map { pair in
                let pair = Self.numbers(pair)
                return (pair[0], pair[1])
            }
            self.bounds = bounds.compactMap(\.double)
        }

        struct BadLine: Error { let line: String }

        private static func numbers(_ json: JSONValue) -> [Double] {
            if case .array(let elements) = json { elements.compactMap(\.double) } else { [] }
        }

        private static func value(_ json: JSONValue) -> FormulaValue {
            if let number = json.double { return .scalar(number) }
            let elements = numbers(json)
            return .array(FormulaArray(elements, shape: [elements.count]))
        }

        /// What our program makes of it.
        func result() throws -> FormulaResult {
            let formula = try Formula(formula, symbols: FormulaSymbols(symbols))
            let given = Dictionary(uniqueKeysWithValues: zip(symbols, inputs))
            return try formula.run(formula.symbols.map { given[$0] ?? .scalar(.nan) })
        }

        /// Nil when our result is right, else what is wrong.
        func mistake() -> String? {
            do {
                let result = try result()
                guard result.value.elements.count == values.count else {
                    return "\(result.value.elements.count) elements"
                }
                for (ours, (value, bound)) in zip(result.value.elements, zip(values, bounds)) {
                    guard abs((ours - value.high) - value.low) <= bound else {
                        return "\(ours), expected \(value.high) within \(bound)"
                    }
                }
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    static func cases(_ kind: String, seed: Int, count: Int) throws -> [Case] {
        let root = Repository.root
        let script = root.appending(path: "Tests/Base/FormulaTests/reference.py").path
        let environment = ["PYTHONPATH": root.appending(path: ".native/python").path, "PYTHONDONTWRITEBYTECODE": "1"]
        let outcome = try Program("/usr/bin/env").run(
            ["python3", script, kind, String(seed), String(count)],
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }
        )
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try outcome.output.split(separator: "\n").map { try Case(String($0)) }
    }

    /// The seed of the random cases, which a failure names; `make check` takes another one each time.
    static let seed = Int(ProcessInfo.processInfo.environment["FORMULA_SEED"] ?? "") ?? 1

    private static func check(_ cases: [Case], sourceLocation: SourceLocation = #_sourceLocation) {
        var wrong = 0
        for one in cases {
            guard let mistake = one.mistake() else { continue }
            wrong += 1
            guard wrong <= 10 else { continue }
            Issue.record(
                "seed \(Self.seed): \(one.formula) with \(one.symbols) = \(one.inputs): \(mistake)",
                sourceLocation: sourceLocation
            )
        }
        #expect(wrong == 0, "\(wrong) of \(cases.count) are wrong", sourceLocation: sourceLocation)
    }

    @Test("Each function over its domain: elementary ones within 2 ulp, special ones within 1e-12")
    func functions() throws {
        let cases = try Self.cases("functions", seed: Self.seed, count: 60)
        Self.check(cases)
        let called = Set(cases.map { $0.formula.prefix { $0 != "(" } })
        // Those that take conditions or arrays are met in whole expressions, and by themselves elsewhere.
        let elsewhere: Set = [
            "And", "Or", "Not", "Xor", "Eq", "Ne", "Lt", "Le", "Gt", "Ge", "Piecewise", "ITE", "Min", "Max", "min",
            "max",
            "mean", "sum", "std", "var", "median",
        ]
        #expect(Set(FormulaFunction.names).subtracting(elsewhere) == Set(called.map(String.init)))
    }

    @Test("Whole expressions are right within what rounding does, and cover the whole language")
    func expressions() throws {
        let cases = try Self.cases("expressions", seed: Self.seed, count: 6000)
        Self.check(cases)
        var coverage = Coverage()
        for one in cases { coverage.add(one) }
        print(coverage.report(count: cases.count))
        #expect(coverage.missing.isEmpty, "not covered: \(coverage.missing.sorted())")
    }

    @Test("Formulas of whole numbers are the nearest double to the exact fraction")
    func exact() throws {
        let cases = try Self.cases("exact", seed: Self.seed, count: 3000)
        #expect(cases.contains { $0.formula.utf8.count > 1000 })
        Self.check(cases)
    }

    @Test("Formulas are read as SymPy reads them")
    func sympy() throws {
        let cases = try Self.cases("sympy", seed: Self.seed, count: 1200)
        #expect(cases.count == 1200)
        Self.check(cases)
    }

    @Test("The check of results sees a mistake of 3 ulp, and one of precedence")
    func checks() throws {
        let right = """
            {"formula": "-x**2 + 1", "symbols": ["x"], "inputs": [3.0], "values": [[-8.0, 0.0]], "bounds": [1e-15]}
            """
        #expect(try Case(right).mistake() == nil)
        #expect(try Case(right.replacingOccurrences(of: "-8.0,", with: "-8.000000000000005,")).mistake() != nil)
        #expect(try Case(right.replacingOccurrences(of: "-x**2", with: "(-x)**2")).mistake() != nil)
        #expect(try Case(right.replacingOccurrences(of: "-x**2", with: "-x**")).mistake() != nil)
    }
}

/// What of the language a set of formulas uses: each word, and each form of number and symbol.
private struct Coverage {
    private var counts: [String: Int] = [:]

    /// Everything there is.
    private static let all: Set<String> =
        Set(FormulaFunction.names).union(FormulaConstant.allCases.map(\.rawValue))
        .union(Token.Mark.allCases.map(\.rawValue)).union(forms)

    private static let forms: Set = [
        "whole number", "decimal", "decimal without a beginning", "decimal without an end", "exponent",
        "fraction as exponent", "plain symbol", "symbol with a colon", "symbol with an operator",
        "symbol in backquotes",
        "unary plus", "unary minus", "chained comparison", "array", "scalar",
    ]

    var missing: Set<String> { Self.all.subtracting(counts.keys) }

    mutating func add(_ one: ReferenceTests.Case) {
        let text = Array(one.formula.utf8)
        var lexer = Lexer(text, FormulaSymbols(one.symbols))
        var before: Token.Kind = .end
        var comparisons = 0
        while let token = try? lexer.next(), token.kind != .end {
            let word = lexer.shown(token.bytes)
            switch token.kind {
            case .function, .constant: note(word)
            case .mark(let mark):
                note(mark.rawValue)
                if isOperator(before), mark == .plus { note("unary plus") }
                if isOperator(before), mark == .minus { note("unary minus") }
                comparisons = ["<", "<=", ">", ">=", "==", "!="].contains(word) ? comparisons + 1 : comparisons
                if ["(", ")", ",", "&", "|", "and", "or", "not", "~"].contains(word) { comparisons = 0 }
                if comparisons > 1 { note("chained comparison") }
            case .whole: note("whole number")
            case .float: noteFloat(word)
            case .symbol: noteSymbol(word)
            case .unknown, .end: break
            }
            before = token.kind
        }
        if one.formula.contains("(1/") { note("fraction as exponent") }
        note(one.values.count > 1 ? "array" : "scalar")
    }

    private func isOperator(_ kind: Token.Kind) -> Bool {
        switch kind {
        case .end: true
        case .mark(let mark): mark != .close
        default: false
        }
    }

    private mutating func noteFloat(_ word: String) {
        note(word.contains("e") ? "exponent" : word.hasPrefix(".") ? "decimal without a beginning" : "decimal")
        if word.hasSuffix(".") { note("decimal without an end") }
    }

    private mutating func noteSymbol(_ word: String) {
        let isPlain = word.utf8.allSatisfy(Letters.isOfName)
        note(isPlain ? word.contains(":") ? "symbol with a colon" : "plain symbol" : "symbol with an operator")
        if word.hasPrefix("`") { note("symbol in backquotes") }
    }

    private mutating func note(_ part: String) { counts[part, default: 0] += 1 }

    func report(count: Int) -> String {
        let covered = Self.all.count - missing.count
        let rare = Self.all.subtracting(missing).min { (counts[$0] ?? 0, $0) < (counts[$1] ?? 0, $1) } ?? ""
        return "\(count) expressions cover \(covered) of \(Self.all.count) parts of the language "
            + "(\(100 * covered / Self.all.count) %); the rarest is '\(rare)', \(counts[rare] ?? 0) times"
    }
}

extension FormulaValue {
    /// Its numbers, one or many.
    var elements: [Double] {
        switch self {
        case .scalar(let number): [number]
        case .array(let array): array.elements
        }
    }

    var shape: [Int]? {
        if case .array(let array) = self { array.shape } else { nil }
    }
}
