/// Telling problems.
extension Parser {
    func problem(
        _ code: FormulaProblem.Code,
        _ token: Token,
        _ text: String,
        _ advice: FormulaProblem.Advice = .none
    ) -> FormulaProblem {
        lexer.problem(code, token.bytes, text, advice)
    }

    /// Notes a problem behind which reading goes on.
    mutating func note(
        _ code: FormulaProblem.Code,
        _ token: Token,
        _ text: String,
        _ advice: FormulaProblem.Advice
    ) {
        guard problems.count < FormulaLimits.problemsMax else { return }
        problems.append(problem(code, token, text, advice))
    }

    func found(_ token: Token) -> String {
        token.kind == .end ? "the end" : "'\(lexer.shown(token.bytes))'"
    }

    /// The current token cannot stand where it stands.
    func unexpected() -> FormulaProblem {
        guard last.kind.endsValue else {
            let advice =
                switch (last.kind, current.kind) {
                case (.mark(.ampersand), .mark(.ampersand)): "write '&' or 'and'"
                case (.mark(.bar), .mark(.bar)): "write '|' or 'or'"
                case (.mark(.less), .mark(.greater)): "write '!='"
                default: "a number, a symbol, a function or '(' stands here"
                }
            return problem(.syntax, current, "expected a value, found \(found(current))", .text(advice))
        }
        let word = lexer.shown(current.bytes)
        let before = lexer.shown(last.bytes)
        switch current.kind {
        case .mark(.close):
            return problem(.syntax, current, "expected the end, found ')'", .text("it closes nothing: remove it"))
        case .mark(.comma):
            let advice = "a comma separates the arguments of a function; the decimal sign is '.'"
            return problem(.syntax, current, "expected an operator or the end, found ','", .text(advice))
        case .mark(.open):
            return problem(
                .syntax,
                current,
                "expected an operator behind '\(before)', found '('",
                .text("'\(before)' is no function; to multiply, write '*'")
            )
        case .unknown where word == "if" || word == "else", .symbol where word == "if" || word == "else":
            let advice = "write Piecewise((value, condition), (otherwise, True))"
            return problem(.syntax, current, "expected an operator behind '\(before)', found '\(word)'", .text(advice))
        default:
            return problem(
                .syntax,
                current,
                "expected an operator between '\(before)' and '\(word)', found none",
                .text("to multiply, write '*'")
            )
        }
    }
}
