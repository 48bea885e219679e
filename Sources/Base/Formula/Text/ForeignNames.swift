/// Names that people bring along from other languages, and names that are nearly right.
enum ForeignNames {
    /// What to write for a function that is none.
    static func advice(_ name: String, _ symbols: FormulaSymbols) -> FormulaProblem.Advice {
        let tail = name.split(separator: ".").last.map(String.init) ?? name
        if let advice = functions[tail] { return .text(advice) }
        if tail != name, FormulaFunction.named(tail) != nil { return .text("did you mean '\(tail)'?") }
        // `q_grad(9)` beside a symbol `q_grad(8)`.
        if let symbol = symbols.names.first(where: { $0.text.hasPrefix(name + "(") }) {
            return .symbol(symbol.text)
        }
        return .nearest(name, among: FormulaFunction.names, otherwise: "some functions are")
    }

    /// What to write for a symbol that is none.
    static func advice(onSymbol name: String, _ symbols: FormulaSymbols) -> FormulaProblem.Advice {
        let tail = name.split(separator: ".").last.map(String.init) ?? name
        if let advice = constants[tail] { return .text(advice) }
        let small = tail.lowercased()
        if let constant = FormulaConstant.allCases.first(where: { $0.rawValue.lowercased() == small && small.count > 1 }
        ) {
            return .text("did you mean '\(constant.rawValue)'?")
        }
        let isQuoted = name.utf8.first == UInt8(ascii: "`")
        return .nearest(
            isQuoted ? String(name.dropFirst().dropLast()) : name,
            among: symbols.names.map(\.text),
            otherwise: "the symbols are"
        )
    }

    /// Whether a name means something in other languages, and is no signal unless it is declared.
    static func isConstant(_ name: ArraySlice<UInt8>) -> Bool {
        name.elementsEqual("I".utf8)
            || constants.keys.contains { $0 != "e" && name.elementsEqual($0.utf8) }
    }

    private static let constants: [String: String] = [
        "inf": "infinity is written 'oo'", "Inf": "infinity is written 'oo'", "INF": "infinity is written 'oo'",
        "infinity": "infinity is written 'oo'", "Infinity": "infinity is written 'oo'",
        "NaN": "not a number is written 'nan'", "NAN": "not a number is written 'nan'",
        "true": "the conditions are written 'True' and 'False'",
        "false": "the conditions are written 'True' and 'False'",
        "e": "Euler's number is written 'E'",
    ]

    private static let functions: [String: String] = [
        "pow": "write a**b", "Pow": "write a**b", "power": "write a**b", "square": "write a**2",
        "S": "write the number alone",
        "Rational": "write 1/3", "Integer": "write the number alone", "Float": "write the number alone",
        "degrees": "did you mean 'deg'?", "rad2deg": "did you mean 'deg'?", "radians": "did you mean 'rad'?",
        "deg2rad": "did you mean 'rad'?", "average": "did you mean 'mean'?", "arcsin": "did you mean 'asin'?",
        "arccos": "did you mean 'acos'?", "arctan": "did you mean 'atan'?", "arctan2": "did you mean 'atan2'?",
        "arcsinh": "did you mean 'asinh'?", "arccosh": "did you mean 'acosh'?", "arctanh": "did you mean 'atanh'?",
        "lgamma": "did you mean 'loggamma'?", "fabs": "did you mean 'Abs'?", "sgn": "did you mean 'sign'?",
        "where": "write Piecewise((value, condition), (otherwise, True))",
        "if": "write Piecewise((value, condition), (otherwise, True))", "fmod": "write a % b",
        "expm1": "write exp(x) - 1",
        "log1p": "write log(1 + x)", "exp2": "write 2**x", "logical_and": "write '&'", "logical_or": "write '|'",
        "logical_not": "write '~'",
    ]
}
