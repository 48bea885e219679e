/// A formula that was read, checked and compiled; its text is never executed.
///
/// ```swift
/// let formula = try Formula("(A:X**2 + A:Y**2)**(1/2)", symbols: FormulaSymbols(["A:X", "A:Y"]))
/// var registers = formula.makeRegisters()
/// let length = formula.run([3, 4], &registers)  // 5
/// ```
///
/// A formula does not change, and any number of threads may run it, each with registers of its own.
public struct Formula: Sendable {
    /// The names of the symbols it uses, in the order of their first use: the order of a run's inputs.
    public let symbols: [String]
    /// The byte of the text where each stands first.
    let firstUses: [Int]
    let bytes: [UInt8]
    let tree: FormulaTree
    let program: FormulaProgram

    public init(_ text: String, symbols known: FormulaSymbols) throws(FormulaProblems) {
        bytes = Array(text.utf8)
        let (tree, lexer) = try Parser.parse(bytes, known)
        self.tree = tree
        symbols = lexer.used
        firstUses = lexer.firstUses
        program = try Compiler.compile(tree, symbolCount: symbols.count, text: bytes)
    }

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The symbols that a formula uses, each with the character where it stands first, without keeping it.
    public static func symbols(
        of text: String,
        _ known: FormulaSymbols
    ) throws(FormulaProblems) -> [(name: String, column: Int)] {
        let formula = try Formula(text, symbols: known)
        // They are in the order of the text, which is counted through once.
        var (counted, column) = (0, 1)
        return zip(formula.symbols, formula.firstUses).map { name, byte in
            column += Lexer.characters(formula.bytes[counted..<byte])
            counted = byte
            return (name, column)
        }
    }
}

/// The room in which one thread runs a formula.
public struct FormulaRegisters: Sendable {
    /// The symbols, the constants and the result of each step.
    var slots: [Double]
}

extension Formula {
    /// Room for runs: made once, used again and again.
    public func makeRegisters() -> FormulaRegisters {
        FormulaRegisters(
            slots: [Double](repeating: 0, count: program.symbolCount) + program.constants
                + [Double](repeating: 0, count: program.steps.count)
        )
    }

    /// The value for these inputs, one for each of ``symbols`` in their order.
    ///
    /// Nothing is allocated and no name is looked up. What is not finite has a ``reason(in:)``.
    ///
    /// - Precondition: There are as many inputs as symbols, and the registers are of this formula.
    public func run(_ inputs: Span<Double>, _ registers: inout FormulaRegisters) -> Double {
        precondition(inputs.count == symbols.count && registers.slots.count == program.slotCount)
        var next = program.firstStep
        return unsafe registers.slots.withUnsafeMutableBufferPointer { slots in
            for index in 0..<inputs.count { unsafe slots[unchecked: index] = inputs[unchecked: index] }
            for step in program.steps {
                // The compiler made every index.
                unsafe slots[unchecked: next] = step.operation.value(
                    slots[unchecked: Int(step.a)],
                    slots[unchecked: Int(step.b)],
                    slots[unchecked: Int(step.c)]
                )
                next += 1
            }
            return unsafe slots[unchecked: program.result]
        }
    }

    /// The value for these inputs, for who has no registers.
    public func run(_ inputs: [Double]) -> Double {
        var registers = makeRegisters()
        return run(inputs.span, &registers)
    }
}

extension UnsafeMutableBufferPointer {
    /// The element at an index that is known to be within the bounds.
    fileprivate subscript(unchecked index: Int) -> Element {
        get { unsafe baseAddress.unsafelyUnwrapped[index] }
        nonmutating set { unsafe baseAddress.unsafelyUnwrapped[index] = newValue }
    }
}
