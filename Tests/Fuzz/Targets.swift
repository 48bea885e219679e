internal import Catalog
internal import Commands
internal import Formula
internal import JSON
internal import Manifest
internal import Models
internal import ONNX

/// A reader under test: takes any bytes, and says what it did wrong with them.
struct Target: Sendable {
    let name: String
    /// Good inputs to begin with.
    let seeds: [[UInt8]]
    /// A complaint, or nil when all is as it should be.
    let check: @Sendable ([UInt8]) -> String?
}

extension Target {
    static let json = Target(
        name: "json",
        seeds: [
            #"{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[1.5,-2e-3,0,18446744073709551615]}]}"#,
            #"[null,true,false,"a\u00e9\ud83d\ude00\n",[[[]]],{"":{"k":-0.0}},9223372036854775807,1e-400]"#,
            "[0.1,0.2,0.30000000000000004,1e308,-5e-324,123456789012345678]",
        ].map { Array($0.utf8) },
        check: { bytes in
            let value = try? JSONReader.value(of: bytes)
            if var reader = try? JSONReader(bytes), let numbers = try? reader.readDoubles() {
                let isWhole = (try? reader.finish()) != nil
                let same = value.map { tree(of: numbers).isSame(as: $0) } ?? false
                if isWhole, !same { return "an array of numbers and the tree disagree" }
            }
            guard let value else { return nil }
            for layout in [JSONWriter.Layout.line, .indented] {
                let text = JSONWriter.text(of: value, layout: layout)
                if (try? JSONReader.value(of: Array(text.utf8))) != value {
                    return "what was written does not read back"
                }
            }
            return nil
        }
    )

    private static func tree(of numbers: [Double]) -> JSONValue { .array(numbers.map { .number($0) }) }

    /// Formulas over a few symbols: what is read runs, over numbers and over arrays alike.
    static let formula = Target(
        name: "formula",
        seeds: [
            "(A:X**2 + A:Y**2)**(1/2)", "Piecewise((1, A:X > 0), (0, True)) + Max(x, 2/3, -1e-3) // 2",
            "`a-b` + a-b.c*q_grad(8) - beta(beta, 2) % 7", "mean(x) + std(x) * erf(A:Y) & ~(x < 1) or not x",
            "besselj(2, x) + binomial(5, 2) + ITE(x == 1, oo, nan) ^ .5", "0 < x <= 2 | (x != 3)",
        ].map { Array($0.utf8) },
        check: { bytes in
            let symbols = FormulaSymbols(
                ["A:X", "A:Y", "x", "a-b", "a-b.c", "q_grad(8)", "beta"],
                mayBeMore: bytes.count % 2 == 0
            )
            do throws(FormulaProblems) {
                let formula = try Formula(String(decoding: bytes, as: UTF8.self), symbols: symbols)
                let inputs = formula.symbols.indices.map { Double($0) * 1.5 - 1 }
                var registers = formula.makeRegisters()
                let value = formula.run(inputs.span, &registers)
                if !value.isFinite, formula.reason(in: registers) == nil { return "no reason for \(value)" }
                let arrays = inputs.map { FormulaArray(shape: [3, 1], elements: [$0, $0, $0]) }.compactMap { $0 }
                let result = try? formula.run(arrays.map { .array($0) })
                if case .array(let array)? = result?.value, !bytes.contains(UInt8(ascii: "(")) {
                    let isSame = array.elements.allSatisfy { $0 == value || ($0.isNaN && value.isNaN) }
                    if !isSame { return "arrays give \(array.elements), a number gives \(value)" }
                }
                return nil
            } catch {
                let isPlaced = error.all.allSatisfy {
                    $0.columns.lowerBound >= 1 && $0.columns.upperBound <= bytes.count + 2
                }
                return isPlaced ? nil : "a column outside of the text"
            }
        }
    )

    /// What every file holds that a document asks for.
    private static let largeFile = String(repeating: "0123456789abcdef", count: 1 << 16)

    /// The flow reader over the whole of YAML: `sources` are the documents of the repository.
    static func flow(_ seeds: [[UInt8]]) -> Target {
        // From the folder of good documents on, so that some models are found.
        let models = Catalog.models(pathsFrom: "Tests/Composition/CommandsTests/good", models: nil)
        let types = Catalog.nodeTypes(models: models)
        return Target(name: "flow", seeds: seeds) { bytes in
            let expansion = Expansion(variable: { $0 == "A" ? "a" : nil }, file: { _ in largeFile })
            let reader = FlowReader(
                types: types,
                expansion: expansion,
                dialects: Catalog.dialects,
                request: DialectRequest(flowName: "f", protocols: bytes.count % 2 == 0 ? [:] : ["k2eg": "pva"])
            )
            let result = reader.read(bytes, file: "f.yaml")
            let lines = bytes.count { $0 == 0x0A || $0 == 0x0D || $0 == 0x85 || $0 == 0xA8 || $0 == 0xA9 } + 2
            for diagnostic in result.diagnostics {
                let place = diagnostic.location.place
                if place.line < 1 || place.line > lines || place.column < 1 { return "a place outside: \(place)" }
                if diagnostic.problem.contains("\n") || diagnostic.path.contains("\n") {
                    return "a message of two lines"
                }
                if diagnostic.problem.utf8.count > 4000 { return "a message without end: \(diagnostic.kind.rawValue)" }
            }
            if (result.flow == nil) != result.diagnostics.hasErrors { return "a flow beside errors, or neither" }
            if result.diagnostics.count > Diagnostic.reportedMax + 1 { return "a report without end" }
            return nil
        }
    }

    /// Files of models, read as data: whatever comes out has limits, and can be shown.
    static func onnx(_ seeds: [[UInt8]]) -> Target {
        Target(name: "onnx", seeds: seeds) { bytes in
            do throws(ModelProblem) {
                let facts = try ONNXFormat().facts(of: bytes)
                if facts.signature.outputs.contains(where: { $0.name.isEmpty }) { return "an output without a name" }
                let text = JSONWriter.text(of: facts.signature.json)
                if (try? JSONReader.value(of: Array(text.utf8))) == nil { return "a signature that is no JSON" }
                return nil
            } catch {
                let isTold = error.problem.hasPrefix("expected ") && [.broken, .unsupported].contains(error.code)
                return isTold ? nil : "\(error)"
            }
        }
    }

    /// The command line: words in, a status of the list out.
    static let arguments = Target(
        name: "arguments",
        seeds: [
            "validate --output json --no-expand", "validate --output=yaml -- -x", "help pva-server", "completion bash",
            "version --output text", "schema -h", "doctor --output yaml", "help errors", "--help", "validate -",
        ].map { Array($0.utf8) },
        check: { bytes in
            // Nothing that is read from outside: no files, no standard input.
            let words = bytes.split(separator: 0x20, omittingEmptySubsequences: false).prefix(64)
                .map { String(decoding: $0, as: UTF8.self) }.map { $0 == "-" || $0.hasPrefix("/") ? "x" : $0 }
            let printed = Printed()
            let console = Console(
                output: .init(isTerminal: true) { printed.count($0) },
                errors: .init(isTerminal: true) { printed.count($0) }
            )
            let status = Program.run(words, console)
            if status == .ourBug { return "our bug" }
            return printed.total < 1 << 20 ? nil : "a report without end"
        }
    )
}

private final class Printed {
    private(set) var total = 0

    func count(_ bytes: borrowing Span<UInt8>) -> Bool {
        total += bytes.count
        return true
    }
}

extension JSONValue {
    /// Equal as numbers: the tree keeps integers, an array of doubles does not.
    fileprivate func isSame(as other: JSONValue) -> Bool {
        guard case .array(let left) = self, case .array(let right) = other, left.count == right.count else {
            return false
        }
        return zip(left, right).allSatisfy { $0.double?.bitPattern == $1.double?.bitPattern }
    }
}
