/// Functions, and names that are none.
extension Parser {
    mutating func call(_ function: FormulaFunction, _ name: Token) throws(FormulaProblem) -> Int {
        guard current.kind == .mark(.open) else {
            throw problem(
                .syntax,
                name,
                "expected '(' behind the function '\(lexer.shown(name.bytes))', found \(found(current))",
                .text("write \(function.signature)")
            )
        }
        if function == .piecewise { return try piecewise(name) }
        let arguments = try arguments()
        guard function.arity.contains(arguments.count) else {
            note(
                .wrongArity,
                name,
                "expected \(Self.counted(function.arity, found: arguments.count)) of '\(lexer.shown(name.bytes))', "
                    + "found \(arguments.count)",
                .text("write \(function.signature)")
            )
            return placeholder(name)
        }
        check(arguments, of: function, name)
        return add(.call(function), arguments, worth(of: function, arguments), bytes: from(name))
    }

    static func counted(_ arity: ClosedRange<Int>, found: Int) -> String {
        let most = arity.upperBound
        let least = arity.lowerBound
        if most == FormulaLimits.operationsMax, found > most { return "at most \(most) arguments" }
        if most == FormulaLimits.operationsMax { return "at least \(least) argument\(least == 1 ? "" : "s")" }
        return least == most ? "\(least) argument\(least == 1 ? "" : "s")" : "\(least) or \(most) arguments"
    }

    /// The arguments of a call, from its parenthesis on.
    mutating func arguments() throws(FormulaProblem) -> [Int] {
        let opening = current
        try advance()
        var arguments: [Int] = []
        if current.kind == .mark(.close) {
            try advance()
            return []
        }
        while true {
            arguments.append(try nested(opening) { parser throws(FormulaProblem) in try parser.expression(.or) })
            guard current.kind == .mark(.comma) else { break }
            try advance()
        }
        try close(opening)
        return arguments
    }

    /// `Piecewise((value, condition), …)`: its operands are values and conditions in turns.
    mutating func piecewise(_ name: Token) throws(FormulaProblem) -> Int {
        let opening = current
        try advance()
        var operands: [Int] = []
        repeat {
            if !operands.isEmpty { try advance() }
            let pair = current
            let advice = FormulaProblem.Advice.text("write Piecewise((1, A > 0), (0, True))")
            guard pair.kind == .mark(.open) else {
                throw problem(.syntax, pair, "expected '(value, condition)', found \(found(pair))", advice)
            }
            try advance()
            let value = try nested(pair) { parser throws(FormulaProblem) in try parser.expression(.or) }
            guard current.kind == .mark(.comma) else {
                let at = current
                throw problem(.syntax, at, "expected ',' and the condition of the value, found \(found(at))", advice)
            }
            try advance()
            let start = current
            let condition = try nested(pair) { parser throws(FormulaProblem) in try parser.expression(.or) }
            expectCondition(condition, start, "behind the ',' of '(value, condition)'")
            try close(pair)
            operands += [value, condition]
        } while current.kind == .mark(.comma)
        try close(opening)
        let values = stride(from: 0, to: operands.count, by: 2).map { worths[operands[$0]] }
        let worth = Self.worth(of: values)
        return add(.call(.piecewise), operands, worth, bytes: from(name))
    }

    /// A name that nothing is known of, told once; the rest is read as if it were known.
    mutating func unknown(_ token: Token) throws(FormulaProblem) -> Int {
        let name = String(decoding: lexer.text[token.bytes], as: UTF8.self)
        // A letter of another alphabet may look like one of ours.
        let strange = name.unicodeScalars.first { !$0.isASCII }.map { ", with \(Confusables.description(of: $0))" }
        let found = "'\(lexer.shown(token.bytes))'\(strange ?? "")"
        let isTold = problems.count < FormulaLimits.problemsMax
        if current.kind == .mark(.open) {
            if isTold {
                note(.unknownFunction, token, "expected a function, found \(found)", ForeignNames.advice(name, symbols))
            }
            _ = try arguments()
        } else if name == "I", isTold {
            let advice = FormulaProblem.Advice.text("formulas know no imaginary unit; a symbol may be called 'I'")
            note(.notReal, token, "expected a real number, found 'I'", advice)
        } else if isTold {
            note(
                .unknownSymbol,
                token,
                "expected a symbol, found \(found)",
                ForeignNames.advice(onSymbol: name, symbols)
            )
        }
        return placeholder(token)
    }
}
