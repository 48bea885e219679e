internal import Formula
internal import Host
internal import JSON
internal import Manifest

/// Answers requests line by line, in order, with memory for one line at a time.
struct FormulaBatch {
    /// The last formula: most batches ask one for many inputs.
    private var last: (text: String, symbols: [String], formula: Formula)?

    /// - Returns: Whether every line had a value.
    mutating func run(_ lines: inout LineReader, _ console: Console) throws(FileRefusal) -> Bool {
        var isRight = true
        while let line = try lines.next(beforeWaiting: { console.output.flush() }), !console.output.hasFailed {
            // A blank line asks nothing, and has no answer.
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            let answer: JSONValue
            do throws(FormulaRequest.Failure) {
                let request = try FormulaRequest(line: line)
                answer = try request.result(of: formula(of: request)).json
            } catch {
                answer = error.json
                isRight = false
            }
            console.output.print(JSONWriter.text(of: answer))
        }
        return isRight
    }

    private mutating func formula(of request: FormulaRequest) throws(FormulaRequest.Failure) -> Formula {
        if let last, last.text.utf8.elementsEqual(request.formula.utf8),
            last.symbols.map(ExactText.init) == request.symbols.map(ExactText.init)
        {
            return last.formula
        }
        do throws(FormulaProblems) {
            let formula = try Formula(request.formula, symbols: FormulaSymbols(request.symbols))
            last = (request.formula, request.symbols, formula)
            return formula
        } catch {
            throw FormulaRequest.Failure(error.first)
        }
    }
}
