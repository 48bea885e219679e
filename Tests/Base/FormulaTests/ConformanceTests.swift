import Foundation
import JSON
import TestSupport
import Testing

@testable import Formula

/// What poly-lithic made of formulas, executed, and where ours is another result on purpose.
@Suite struct ConformanceTests {
    struct Recorded: CustomTestStringConvertible, Sendable {
        let formula: String
        let symbols: [String]
        let inputs: [String: JSONValue]
        /// What came out; nil where the original raised an error.
        let output: JSONValue?

        var testDescription: String { "\(formula) with \(inputs)" }

        init?(_ json: JSONValue) {
            guard case .object(let object) = json, case .string(let formula)? = object["formula"],
                case .array(let symbols)? = object["symbols"], case .object(let inputs)? = object["inputs"]
            else { return nil }
            self.formula = formula
            self.symbols = symbols.compactMap { if case .string(let name) = $0 { name } else { nil } }
            self.inputs = Dictionary(uniqueKeysWithValues: inputs.members.map { ($0.name, $0.value) })
            output = object["output"]
        }

        func result() throws -> FormulaResult {
            let formula = try Formula(formula, symbols: FormulaSymbols(symbols))
            return try formula.run(formula.symbols.map { Self.value(inputs[$0] ?? .null) })
        }

        private static func value(_ json: JSONValue) -> FormulaValue {
            if let number = json.double { return .scalar(number) }
            guard case .array(let rows) = json else { return .scalar(.nan) }
            let numbers = rows.compactMap(\.double)
            if numbers.count == rows.count { return .array(FormulaArray(numbers, shape: [numbers.count])) }
            let inner = rows.map { row in if case .array(let row) = row { row.compactMap(\.double) } else { [Double]() }
            }
            return .array(FormulaArray(inner.flatMap { $0 }, shape: [rows.count, inner[0].count]))
        }
    }

    static func recorded(_ list: String) throws -> [Recorded] {
        let text = try Repository.text("Tests/Base/FormulaTests/conformance.json")
        guard case .object(let object) = try JSONReader.value(of: Array(text.utf8)),
            case .array(let cases)? = object[list]
        else { return [] }
        return cases.compactMap(Recorded.init)
    }

    /// Formulas whose results for values that are not finite, or zero, are other ones on purpose.
    static let ours: [String: @Sendable (Double) -> Double] = [
        "DEV:A-DEV:A": { $0 - $0 }, "DEV:A/DEV:A": { $0 / $0 }, "0*DEV:A": { 0 * $0 },
        "~(DEV:A>0)": { $0 > 0 ? 0 : 1 }, "Heaviside(DEV:A)": { $0.isNaN ? .nan : $0 > 0 ? 1 : 0 },
        "DEV:A//2": { $0.isInfinite ? .nan : ($0 / 2).rounded(.down) },
    ]

    @Test("Every recorded case has its verdict")
    func cases() throws {
        let all = try Self.recorded("cases")
        #expect(all.count == 340)
        var verdicts = (same: 0, ours: 0, raised: 0)
        for recorded in all {
            guard let output = recorded.output else {
                verdicts.raised += 1
                expectReason(recorded)
                continue
            }
            let result = try recorded.result()
            let expected = Self.numbers(output)
            if let ours = Self.ours[recorded.formula], let input = recorded.inputs["DEV:A"]?.double {
                let value = ours(input)
                if !Self.isSame(value, expected[0]) { verdicts.ours += 1 } else { verdicts.same += 1 }
                #expect(Self.isSame(result.value.elements[0], value), "\(recorded.testDescription)")
                continue
            }
            verdicts.same += 1
            #expect(result.value.elements.count == expected.count, "\(recorded.testDescription)")
            for (one, other) in zip(result.value.elements, expected) {
                #expect(Self.isSame(one, other), "\(recorded.testDescription): \(one), the original gave \(other)")
            }
        }
        #expect(verdicts == (315, 10, 15), "\(verdicts)")
    }

    /// Where the original raised an error, ours tells at load time, by the shapes, or by a reason.
    private func expectReason(_ recorded: Recorded) {
        do {
            let result = try recorded.result()
            #expect(result.reason != nil, "\(recorded.testDescription)")
        } catch let problems as FormulaProblems {
            #expect(!problems.all.isEmpty)
        } catch {
            #expect(error is FormulaShapeProblem, "\(recorded.testDescription)")
        }
    }

    @Test("A symbol is what it is called, whatever SymPy calls so")
    func names() throws {
        let all = try Self.recorded("symbol_name_cases")
        #expect(all.count == 30)
        for recorded in all {
            let isDoubled = recorded.formula.hasSuffix("*2")
            #expect(try recorded.result().value.elements == [isDoubled ? 10 : 5], "\(recorded.formula)")
        }
    }

    private static func numbers(_ output: JSONValue) -> [Double] {
        if let number = output.double { return [number] }
        guard case .object(let array) = output, case .array(let data)? = array["data"] else { return [] }
        return data.compactMap(\.double)
    }

    /// Equal to four units in the last place, which is what SymPy's own rewriting costs.
    ///
    /// It computes `A/3` as `(1/3)*A`.
    private static func isSame(_ left: Double, _ right: Double) -> Bool {
        if left.isNaN || right.isNaN { return left.isNaN && right.isNaN }
        if left == 0, right == 0 { return left.sign == right.sign }
        return left == right || abs(left - right) <= 4 * right.ulp
    }
}
