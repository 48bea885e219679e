/// How a formula was understood, for people: its tree and its program.
public struct FormulaExplanation: Sendable {
    /// One slot of the program.
    public struct Row: Sendable {
        public let slot: Int
        /// `symbol`, `constant`, or the operation.
        public let word: String
        /// The name of the symbol, the number, or the slots that the operation reads.
        public let operands: [String]
    }

    /// One line for each part of the formula, the parts of a part below it.
    public let tree: [String]
    public let rows: [Row]
    /// Whether there are more rows than are listed.
    public let isCut: Bool
    /// The slot that holds the value.
    public let result: Int

    /// Longer than a person reads.
    private static let linesMax = 1000

    init(_ formula: Formula) {
        tree = Self.lines(formula)
        result = formula.program.result
        let all = Self.rows(formula)
        rows = Array(all.prefix(Self.linesMax))
        isCut = all.count > Self.linesMax
    }

    private static func lines(_ formula: Formula) -> [String] {
        var lines: [String] = []
        var waiting: [(node: Int, head: String, rest: String)] = [(formula.tree.root, "", "")]
        while let (node, head, rest) = waiting.popLast() {
            guard lines.count < linesMax else { return lines + ["…"] }
            lines.append(head + word(formula, node))
            let operands = formula.tree.operands(of: node)
            for (index, operand) in zip(operands.indices, operands).reversed() {
                let isLast = index == operands.endIndex - 1
                waiting.append((operand, rest + (isLast ? "└─ " : "├─ "), rest + (isLast ? "   " : "│  ")))
            }
        }
        return lines
    }

    private static func word(_ formula: Formula, _ node: Int) -> String {
        switch formula.tree.nodes[node].kind {
        case .whole(let number): "\(number)"
        case .float(let number): "\(number)"
        case .constant(let constant): constant.rawValue
        case .symbol(let slot): formula.symbols[slot]
        case .operation(let operation): operation.rawValue
        case .call(let function): function.rawValue
        }
    }

    private static func rows(_ formula: Formula) -> [Row] {
        let program = formula.program
        let symbols = formula.symbols.enumerated().map { Row(slot: $0, word: "symbol", operands: [$1]) }
        let constants = program.constants.enumerated().map { index, value in
            Row(slot: program.symbolCount + index, word: "constant", operands: ["\(value)"])
        }
        let steps = program.steps.enumerated().map { index, step in
            Row(
                slot: program.firstStep + index,
                word: "\(step.operation)",
                operands: step.operands.map { "%\($0)" }
            )
        }
        return symbols + constants + steps
    }
}

extension Formula {
    public var explanation: FormulaExplanation { FormulaExplanation(self) }
}
