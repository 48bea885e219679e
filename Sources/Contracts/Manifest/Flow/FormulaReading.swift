internal import Formula
internal import JSON

/// The formulas of one node: which signals they use, and what is wrong with them.
struct FormulaReading {
    /// The symbols, each once, as the inputs of the node.
    private(set) var inputs: [Named<SignalReference>] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// The formulas that were read, each with its symbols.
    private(set) var formulas: [Named<FormulaText>] = []
    private var known: Set<ExactText> = []
    private let file: String

    init(file: String) { self.file = file }

    /// Reads a formula over the signals of the flow; a name that is none of them is looked for later.
    ///
    /// Of the signals only `shownNames` may be told: the others are from outside.
    mutating func read(_ formula: Named<FormulaText>, signals: FormulaSymbols, shownNames: [String]) {
        for (name, place) in symbols(of: formula, signals, shownNames: shownNames)
        where known.insert(ExactText(name)).inserted {
            let reference = SignalReference(
                signal: name,
                shown: ("", formula.value.source ?? name),
                isOfFormula: true,
                place: place,
                path: formula.path
            )
            inputs.append(
                Named(name: name, shown: reference.shownSignal, place: place, path: formula.path, value: reference)
            )
        }
    }

    /// Reads formulas over the inputs that the document names, and no others.
    mutating func read(_ formulas: [Named<FormulaText>], inputs: [Named<SignalReference>]) {
        let names = FormulaSymbols(inputs.map(\.name))
        let shown = inputs.filter { $0.shown == $0.name }.map(\.name)
        var used: Set<ExactText> = []
        for formula in formulas {
            used.formUnion(symbols(of: formula, names, shownNames: shown).map { ExactText($0.name) })
        }
        guard diagnostics.isEmpty else { return }
        for input in inputs where !used.contains(ExactText(input.name)) {
            diagnostics.append(
                Diagnostic(
                    .unused,
                    severity: .warning,
                    at: .init(file: file, place: input.place),
                    path: input.path,
                    problem: "expected a formula that uses '\(Printable.text(input.shown))', found none",
                    advice: "use it, or remove it"
                )
            )
        }
    }

    private mutating func symbols(
        of formula: Named<FormulaText>,
        _ symbols: FormulaSymbols,
        shownNames: [String]
    ) -> [(name: String, place: Place)] {
        var read = formula.value
        defer {
            formulas.append(
                Named(name: formula.name, shown: formula.shown, place: formula.place, path: formula.path, value: read)
            )
        }
        do throws(FormulaProblems) {
            let used = try Formula.symbols(of: formula.value.text, symbols)
            read.symbols = used.map(\.name)
            return used.map { name, column in (name, formula.value.place(of: column)) }
        } catch {
            for problem in error.all { report(problem, formula, shownNames) }
            return []
        }
    }

    private mutating func report(_ problem: FormulaProblem, _ formula: Named<FormulaText>, _ shownNames: [String]) {
        guard diagnostics.count < Diagnostic.reportedMax else { return }
        let text = formula.value
        let isHidden = text.source != nil
        var column = ""
        if text.margin == nil { column = " in character \(problem.column) of the formula" }
        let source = "what '\(Printable.text(text.source ?? ""))' stands for"
        let hidden = "expected a formula, found \(source), which is none: \(problem.code.rawValue)\(column)"
        diagnostics.append(
            Diagnostic(
                .formula,
                at: .init(file: file, place: text.place(of: problem.column)),
                path: formula.path,
                problem: isHidden ? hidden : problem.problem + column,
                advice: isHidden ? "try it: slipway formula TEXT --explain" : Self.advice(problem, shownNames)
            )
        )
    }

    private static func advice(_ problem: FormulaProblem, _ shownNames: [String]) -> String {
        if case .symbol(let name) = problem.advice, !shownNames.contains(name) { return "" }
        return problem.advice.text { word, names, otherwise in
            // Of the names of inputs only those are listed that are not from outside.
            let isSymbol = problem.code == .unknownSymbol
            return Nearest.advice(
                word,
                among: isSymbol ? shownNames : names,
                otherwise: isSymbol ? "the inputs are" : otherwise
            )
        }
    }
}
