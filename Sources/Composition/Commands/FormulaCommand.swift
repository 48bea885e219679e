internal import Formula
internal import Host
internal import JSON
internal import Manifest

/// Computes formulas: one from the command line, or many from a file.
struct FormulaCommand: Command {
    static let declaration = CommandDeclaration(
        name: "formula",
        summary: "Compute a formula, explain it, or compute many from a file.",
        details: "Reads a formula as a flow does, and prints its value. A result that is not finite comes with its "
            + "reason.\n\n"
            + "A batch has one JSON object a line, {\"formula\": …, \"symbols\": […], \"inputs\": {…}}, and is "
            + "answered line by line with {\"value\": …} or {\"error\": {\"code\", \"message\", \"column\"}}. "
            + "Ends with 1 if a formula is wrong or a line has no value.",
        options: [
            .init(
                name: "set",
                short: "s",
                value: ("NAME=VALUE", .text),
                fallback: nil,
                doc: "What a symbol stands for: a number, a constant formula such as 'pi/2', or a JSON array. "
                    + "Give it once for each symbol. Without it the formula has no symbols.",
                isRepeated: true
            ),
            .init(
                name: "explain",
                short: nil,
                value: nil,
                fallback: nil,
                doc: "Show how the formula is read and what is computed."
            ),
            .init(
                name: "batch",
                short: nil,
                value: ("FILE", .file),
                fallback: nil,
                doc: "Compute the formulas of a file of JSON lines, or of standard input for '-'. "
                    + "Without it EXPR is computed."
            ), .output,
        ],
        operand: .init(
            word: "EXPR",
            kind: .text,
            count: 0...1,
            doc: "The formula, in quotes. One that begins with '-' stands behind the options and '--'."
        ),
        examples: [
            .init(line: "slipway formula '(A:X**2 + A:Y**2)**(1/2)' -s A:X=3 -s A:Y=4", doc: "Compute."),
            .init(line: "slipway formula 'mean(W) / sqrt(2)' --set 'W=[1, 2, 3]'", doc: "Compute with an array."),
            .init(line: "slipway formula 'A + B*2 < 3' --explain", doc: "Show how it is read."),
            .init(line: "slipway formula --batch requests.jsonl > answers.jsonl", doc: "Compute many."),
        ]
    )

    private enum Work {
        case batch(file: String)
        case one(FormulaRequest)
    }

    private let work: Work
    private let isExplaining: Bool
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        isExplaining = arguments.has("explain")
        format = arguments.output
        let settings = arguments.values("set")
        if let file = arguments.value("batch") {
            guard format != .yaml else {
                throw UsageError(
                    "expected '--batch' without '--output yaml', found both",
                    advice: "it answers in JSON lines"
                )
            }
            guard arguments.operands.isEmpty, settings.isEmpty, !isExplaining else {
                throw UsageError(
                    "expected '--batch' alone, found a formula, '--set' or '--explain' beside it",
                    advice: "the lines of the file hold formulas and inputs"
                )
            }
            work = .batch(file: file)
            return
        }
        guard let text = arguments.operands.first else {
            throw UsageError(
                "expected EXPR or '--batch FILE', found neither",
                advice: "for example: slipway formula '1/3'"
            )
        }
        var inputs = JSONObject()
        for setting in settings {
            let (name, value) = try Self.setting(setting)
            guard inputs.add(name, value) else {
                throw UsageError("expected each symbol once, found '\(Printable.text(name))' again")
            }
        }
        work = .one(FormulaRequest(formula: text, inputs: inputs))
    }

    func run(_ console: Console) -> ExitStatus {
        switch work {
        case .batch(let file): runBatch(file, console)
        case .one(let request): run(request, console)
        }
    }

    private func runBatch(_ file: String, _ console: Console) -> ExitStatus {
        var batch = FormulaBatch()
        do throws(FileRefusal) {
            var lines = try LineReader(file)
            return try batch.run(&lines, console) ? .done : .problemsFound
        } catch {
            let name = file == "-" ? "<stdin>" : Printable.text(file)
            console.output.flush()
            console.errors.print("slipway formula: expected lines of JSON, found that '\(name)' \(error.reason)")
            return .problemsFound
        }
    }

    private func run(_ request: FormulaRequest, _ console: Console) -> ExitStatus {
        let formula: Formula
        do throws(FormulaProblems) {
            // To explain a formula its symbols need not be known.
            formula = try Formula(
                request.formula,
                symbols: FormulaSymbols(request.symbols, mayBeMore: isExplaining)
            )
        } catch {
            report(error, of: request, console)
            return .problemsFound
        }
        let isComplete = formula.symbols.allSatisfy { request.inputs[$0] != nil }
        var result: FormulaResult?
        if isComplete {
            do throws(FormulaRequest.Failure) {
                result = try request.result(of: formula)
            } catch {
                console.report(error.json, as: format) {
                    console.errors.print("slipway formula: \(error.message)")
                }
                return .problemsFound
            }
        }
        report(formula, result, console)
        return .done
    }

    /// Splits `NAME=VALUE` at its last `=` that is no part of a comparison: names may have one as well.
    private static func setting(_ text: String) throws(UsageError) -> (String, JSONValue) {
        let bytes = Array(text.utf8)
        let comparing = Array("=<>!".utf8)
        let position = bytes.indices.last { index in
            bytes[index] == UInt8(ascii: "=") && index > 0 && !comparing.contains(bytes[index - 1])
                && (index + 1 == bytes.count || bytes[index + 1] != UInt8(ascii: "="))
        }
        guard let position else {
            throw UsageError(
                "expected NAME=VALUE behind '--set', found '\(Printable.text(text))'",
                advice: "for example '--set QUAD:IN20:121:BACT=0.51'"
            )
        }
        let sign = text.utf8.index(text.startIndex, offsetBy: position)
        let name = String(text[..<sign])
        let written = String(text[text.utf8.index(after: sign)...])
        // What is not finite is written as it is printed.
        if JSONValue.string(written).double != nil { return (name, .string(written)) }
        if let value = try? JSONReader.value(of: Array(written.utf8)),
            (try? FormulaRequest.value(value, of: name)) != nil
        {
            return (name, value)
        }
        let number = try? Formula(written, symbols: FormulaSymbols([])).run([])
        if let number { return (name, JSONValue(double: number)) }
        throw UsageError(
            "expected a number or a JSON array of numbers as the value of '\(Printable.text(name))', "
                + "found '\(Printable.text(written))'",
            advice: written.hasPrefix("[")
                ? "for example '[[1, 2.5], [3, \"NaN\"]]', the rows of one length" : "for example 2.5, 1e-3, pi/2 or oo"
        )
    }
}

// Reports.
extension FormulaCommand {
    private func report(_ formula: Formula, _ result: FormulaResult?, _ console: Console) {
        var object = JSONObject()
        if isExplaining { object.add("explanation", formula.explanation.json) }
        if case .object(let value)? = result?.json {
            for member in value.members { object.add(member.name, member.value) }
        }
        console.report(.object(object), as: format) {
            if isExplaining { console.output.print(formula.explanation.text, terminator: "") }
            guard let result else { return }
            console.output.print((isExplaining ? "\nvalue\n  " : "") + result.value.text)
            if let reason = result.reason {
                console.output.flush()
                console.errors.print("slipway formula: INVALID: \(Printable.text(reason.description, lengthMax: 600))")
            }
        }
    }

    private func report(_ problems: FormulaProblems, of request: FormulaRequest, _ console: Console) {
        console.report(FormulaRequest.Failure(problems.first).json, as: format) {
            for problem in problems.all {
                console.errors.print(diagnostic(problem, request).description)
            }
        }
    }

    private func diagnostic(_ problem: FormulaProblem, _ request: FormulaRequest) -> Diagnostic {
        var advice = FormulaRequest.Failure.advice(problem)
        if problem.code == .unknownSymbol {
            let isQuestion = advice.hasSuffix("?")
            advice += advice.isEmpty ? "" : isQuestion ? " Or " : "; or "
            advice += "give it a value: --set 'NAME=VALUE'"
        }
        return Diagnostic(
            .formula,
            at: .init(file: "<formula>", place: Place(ofCharacter: problem.column, in: request.formula)),
            path: problem.code.rawValue,
            problem: problem.problem,
            advice: advice
        )
    }
}

extension FormulaExplanation {
    fileprivate var text: String {
        var text = "tree\n"
        for line in tree { text += "  \(Printable.text(line, lengthMax: 600))\n" }
        text += "\nprogram\n"
        for row in rows {
            let operands = row.operands.map { Printable.text($0, lengthMax: 600) }.joined(separator: ", ")
            text += "  %\(row.slot) = \(row.word) \(operands)\n"
        }
        return text + (isCut ? "  …\n" : "") + "  value: %\(result)\n"
    }

    fileprivate var json: JSONValue {
        [
            "tree": .array(tree.map { .string($0) }),
            "program": .array(
                rows.map { row in
                    [
                        "slot": .integer(Int64(row.slot)), "operation": .string(row.word),
                        "operands": .array(row.operands.map { .string($0) }),
                    ]
                }
            ),
            "result": .integer(Int64(result)),
        ]
    }
}

extension FormulaValue {
    /// As people write it: whole numbers without a point, arrays in brackets.
    fileprivate var text: String {
        guard case .scalar = self else { return JSONWriter.text(of: json, layout: .spaced) }
        if case .string(let text) = json { return text }
        let text = JSONWriter.text(of: json)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
