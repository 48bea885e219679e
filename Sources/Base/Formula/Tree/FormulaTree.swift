/// A formula as a tree, kept as a list in which operands come before what uses them.
struct FormulaTree: Sendable {
    enum Kind: Sendable, Equatable {
        case whole(WholeNumber)
        case float(Double)
        case constant(FormulaConstant)
        /// The position among the symbols that the formula uses.
        case symbol(Int)
        case operation(FormulaOperator)
        case call(FormulaFunction)
    }

    struct Node: Sendable {
        let kind: Kind
        /// Where its operands are in ``FormulaTree/links``.
        let operands: Range<Int>
        /// The bytes of the text that it was read from.
        fileprivate(set) var bytes: Range<Int>
    }

    private(set) var nodes: [Node] = []
    private(set) var links: [Int] = []

    /// The node that is the whole formula.
    var root: Int { nodes.count - 1 }

    func operands(of node: Int) -> ArraySlice<Int> { links[nodes[node].operands] }

    mutating func add(_ kind: Kind, _ operands: [Int], bytes: Range<Int>) -> Int {
        let start = links.count
        links += operands
        nodes.append(Node(kind: kind, operands: start..<links.count, bytes: bytes))
        return nodes.count - 1
    }

    /// Counts the parentheses around a node as its own.
    mutating func widen(_ node: Int, to bytes: Range<Int>) { nodes[node].bytes = bytes }
}

/// The operators of formulas.
public enum FormulaOperator: String, Sendable, CaseIterable {
    case or, and, not
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case modulo = "%"
    case plus = "sign +"
    case negate = "sign -"
    case power = "**"
}
