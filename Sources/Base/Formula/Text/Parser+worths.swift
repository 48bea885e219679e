/// What the parts of a formula stand for, and where operators ask for something else.
extension Parser {
    mutating func apply(_ operation: FormulaOperator, _ operands: [Int], sign: Token) -> Int {
        switch operation {
        case .and, .or, .not:
            let isRight = !operands.contains { worths[$0] == .number }
            if !isRight { noteNoCondition(sign, operands) }
            // What follows from one mistake is not told as another.
            return add(.operation(operation), operands, isRight ? .condition : .either, bytes: span(operands, sign))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            if operands.contains(where: { worths[$0] == .condition }) {
                note(
                    .notANumber,
                    sign,
                    "expected a number on each side of '\(lexer.shown(sign.bytes))', found a condition",
                    .text("put parentheses: '~(A > 0)', '(A > 0) & (B > 0)'")
                )
            }
            return add(.operation(operation), operands, .condition, bytes: span(operands, sign))
        case .equal, .notEqual:
            return add(.operation(operation), operands, .condition, bytes: span(operands, sign))
        default: return add(.operation(operation), operands, .number, bytes: span(operands, sign))
        }
    }

    mutating func noteNoCondition(_ sign: Token, _ operands: [Int]) {
        let shown = lexer.shown(sign.bytes)
        let place = operands.count == 1 ? "behind '\(shown)'" : "on each side of '\(shown)'"
        let right = operands.count == 1 ? "~(A > 0)" : "(A > 0) \(shown) (B > 0)"
        let isSign = ["&", "|", "~"].contains(shown)
        note(
            .notACondition,
            sign,
            "expected a condition \(place), found a number",
            .text(isSign ? "'\(shown)' binds tighter than comparisons: write '\(right)'" : "compare it: 'A > 0'")
        )
    }

    mutating func check(_ arguments: [Int], of function: FormulaFunction, _ name: Token) {
        switch function {
        case .and, .or, .not, .xor:
            for argument in arguments { expectCondition(argument, name, "as arguments of '\(function.rawValue)'") }
        case .ifThenElse: expectCondition(arguments[0], name, "as the first argument of 'ITE'")
        default: break
        }
    }

    mutating func expectCondition(_ node: Int, _ token: Token, _ place: String) {
        guard worths[node] == .number else { return }
        note(.notACondition, token, "expected a condition \(place), found a number", .text("compare it: 'A > 0'"))
    }

    func worth(of function: FormulaFunction, _ arguments: [Int]) -> Worth {
        switch function {
        case .and, .or, .not, .xor, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: .condition
        case .ifThenElse: Self.worth(of: arguments.dropFirst().map { worths[$0] })
        default: .number
        }
    }

    /// What a choice among values stands for.
    static func worth(of values: [Worth]) -> Worth {
        values.contains(.number) ? .number : values.contains(.either) ? .either : .condition
    }

    mutating func add(
        _ kind: FormulaTree.Kind,
        _ operands: [Int],
        _ worth: Worth,
        bytes: Range<Int>? = nil
    ) -> Int {
        worths.append(worth)
        return tree.add(kind, operands, bytes: bytes ?? (operands.isEmpty ? last.bytes : span(operands, last)))
    }

    mutating func placeholder(_ token: Token) -> Int { add(.float(.nan), [], .either, bytes: token.bytes) }

    /// From the first operand, or the sign before it, to what was read last.
    func span(_ operands: [Int], _ sign: Token) -> Range<Int> {
        let first = operands.map { tree.nodes[$0].bytes.lowerBound }.min() ?? sign.bytes.lowerBound
        return min(first, sign.bytes.lowerBound)..<max(last.bytes.upperBound, first)
    }

    func from(_ token: Token) -> Range<Int> { token.bytes.lowerBound..<last.bytes.upperBound }
}
