internal import Formula
internal import Host
internal import JSON
internal import Manifest

/// A formula and what its symbols stand for: one line of a batch, or one command line.
struct FormulaRequest {
    let formula: String
    let symbols: [String]
    /// Names and their values, as JSON.
    let inputs: JSONObject

    /// What went wrong with a request, in the words of its answer.
    struct Failure: Error {
        /// A stable word: those of ``FormulaProblem/Code``, and a few for the request itself.
        let code: String
        let message: String
        /// The character of the formula, or the byte of the line, from 1; nil where there is none.
        let column: Int?

        init(_ code: String, _ message: String, column: Int? = nil) {
            self.code = code
            self.message = message
            self.column = column
        }

        init(_ problem: FormulaProblem) {
            let advice = Self.advice(problem)
            self.init(
                problem.code.rawValue,
                Printable.text(problem.problem + (advice.isEmpty ? "" : "; \(advice)"), lengthMax: 600),
                column: problem.column
            )
        }

        static func advice(_ problem: FormulaProblem) -> String {
            problem.advice.text { Nearest.advice($0, among: $1, otherwise: $2) }
        }

        var json: JSONValue {
            [
                "error": [
                    "code": .string(code), "message": .string(message),
                    "column": column.map { .integer(Int64($0)) } ?? .null,
                ]
            ]
        }
    }

    /// Reads a line of a batch: `{"formula": …, "symbols": […], "inputs": {…}}`.
    ///
    /// Without `symbols` they are the names of the inputs.
    init(line: [UInt8]) throws(Failure) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONReader.value(of: line, limits: JSONLimits(sizeMax: LineReader.sizeMax))
        } catch {
            throw Failure("bad-json", error.problem, column: error.offset + 1)
        }
        guard case .object(let object) = value else {
            throw Failure("bad-request", "expected an object with 'formula', 'symbols' and 'inputs'")
        }
        for member in object.members where !["formula", "symbols", "inputs"].contains(member.name) {
            let name = Printable.text(member.name)
            throw Failure("bad-request", "expected 'formula', 'symbols' and 'inputs', found '\(name)'")
        }
        guard case .string(let text)? = object["formula"] else {
            throw Failure("bad-request", "expected 'formula' to be a text")
        }
        formula = text
        switch object["inputs"] {
        case nil, .null?: inputs = JSONObject()
        case .object(let values)?: inputs = values
        default: throw Failure("bad-request", "expected 'inputs' to be an object of names and values")
        }
        switch object["symbols"] {
        case nil, .null?: symbols = inputs.members.map(\.name)
        case .array(let names)?:
            symbols = names.compactMap { if case .string(let name) = $0 { name } else { nil } }
            guard symbols.count == names.count else { fallthrough }
        default: throw Failure("bad-request", "expected 'symbols' to be a list of texts")
        }
    }

    /// The values of the symbols that a formula uses, in its order.
    private func values(for formula: Formula) throws(Failure) -> [FormulaValue] {
        var values: [FormulaValue] = []
        for symbol in formula.symbols {
            guard let value = inputs[symbol] else {
                throw Failure("missing-input", "expected a value for '\(Printable.text(symbol))', found none")
            }
            values.append(try Self.value(value, of: symbol))
        }
        return values
    }

    /// The value of a formula for the inputs of this request.
    func result(of formula: Formula) throws(Failure) -> FormulaResult {
        let values = try values(for: formula)
        do throws(FormulaShapeProblem) {
            return try formula.run(values)
        } catch {
            throw Failure("shape-mismatch", Printable.text(error.problem, lengthMax: 600))
        }
    }

    static func value(_ json: JSONValue, of symbol: String) throws(Failure) -> FormulaValue {
        if let number = number(json) { return .scalar(number) }
        var shape: [Int] = []
        var level = json
        while case .array(let elements) = level {
            shape.append(elements.count)
            guard let first = elements.first else { break }
            level = first
        }
        var elements: [Double] = []
        guard !shape.isEmpty, collect(json, shape[...], into: &elements) else {
            throw Failure(
                "bad-input",
                "expected a number or arrays of numbers of the same lengths for '\(Printable.text(symbol))', "
                    + "found \(Self.found(json))"
            )
        }
        guard let array = FormulaArray(shape: shape, elements: elements) else {
            throw Failure(
                "bad-input",
                "expected at most \(FormulaLimits.dimensionsMax) dimensions and \(FormulaLimits.elementsMax) elements "
                    + "for '\(Printable.text(symbol))', found more"
            )
        }
        return .array(array)
    }

    private static func found(_ json: JSONValue) -> String {
        switch json {
        case .string("nan"), .string("inf"), .string("-inf"): "a text; write \"NaN\", \"Infinity\" or \"-Infinity\""
        case .string(let text): "the text '\(Printable.text(text))'"
        case .object: "an object"
        case .null: "null"
        default: "rows of different lengths, or elements that are no numbers"
        }
    }

    private static func number(_ json: JSONValue) -> Double? {
        if case .bool(let condition) = json { return condition ? 1 : 0 }
        return json.double
    }

    /// Whether `json` has this shape; then its numbers were added.
    private static func collect(_ json: JSONValue, _ shape: ArraySlice<Int>, into elements: inout [Double]) -> Bool {
        guard let size = shape.first else {
            guard let number = number(json) else { return false }
            elements.append(number)
            return true
        }
        guard case .array(let parts) = json, parts.count == size else { return false }
        return parts.allSatisfy { collect($0, shape.dropFirst(), into: &elements) }
    }
}

extension FormulaRequest {
    init(formula: String, inputs: JSONObject) {
        self.formula = formula
        self.inputs = inputs
        symbols = inputs.members.map(\.name)
    }
}

extension FormulaResult {
    /// `{"value": …}`, and the reason where something is not finite.
    var json: JSONValue {
        var object: JSONObject = ["value": value.json]
        if let reason {
            object.add(
                "reason",
                [
                    "code": .string(reason.code.rawValue),
                    "message": .string(Printable.text(reason.description, lengthMax: 600)),
                    "column": reason.columns.map { .integer(Int64($0.lowerBound)) } ?? .null,
                ]
            )
        }
        return .object(object)
    }
}

extension FormulaValue {
    var json: JSONValue {
        switch self {
        case .scalar(let number): return JSONValue(double: number)
        case .array(let array):
            var rest = array.elements[...]
            return Self.json(array.shape[...], &rest)
        }
    }

    private static func json(_ shape: ArraySlice<Int>, _ elements: inout ArraySlice<Double>) -> JSONValue {
        guard let size = shape.first else { return JSONValue(double: elements.removeFirst()) }
        return .array((0..<size).map { _ in json(shape.dropFirst(), &elements) })
    }
}
