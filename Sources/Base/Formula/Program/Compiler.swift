/// Makes a program of a tree: constants are computed, equal parts are computed once.
struct Compiler {
    /// What a part of the formula became.
    private enum Term: Equatable {
        case exact(ExactNumber)
        case float(Double)
        case slot(Int32)

        /// The value, where it is known.
        var double: Double? {
            switch self {
            case .exact(let number): number.double
            case .float(let number): number
            case .slot: nil
            }
        }

        static let zero = Term.exact(ExactNumber(0))
        static let one = Term.exact(ExactNumber(1))
    }

    private let tree: FormulaTree
    private let symbolCount: Int
    private var terms: [Term] = []
    private var steps: [FormulaProgram.Step] = []
    private var places: [Range<Int>] = []
    private var known: [FormulaProgram.Step: Int32] = [:]
    private var constants: [Double] = []
    private var constantSlots: [UInt64: Int32] = [:]
    /// The bytes of the node that is being compiled.
    private var place = 0..<0
    /// How many operations there were on exact numbers that do not fit 64 bits.
    private var longOperations = 0
    /// What is too large, the first of it.
    private var excess: (what: String, advice: String, place: Range<Int>)?

    static func compile(_ tree: FormulaTree, symbolCount: Int, text: [UInt8]) throws(FormulaProblems) -> FormulaProgram
    {
        var compiler = Compiler(tree: tree, symbolCount: symbolCount)
        for node in tree.nodes.indices where compiler.excess == nil {
            compiler.place = tree.nodes[node].bytes
            compiler.terms.append(compiler.term(of: node))
        }
        try compiler.checkExcess(in: text)
        let result = compiler.address(of: compiler.terms[tree.root])
        let program = compiler.linked(result)
        compiler.checkSize(of: program)
        try compiler.checkExcess(in: text)
        return program
    }

    private func checkExcess(in text: [UInt8]) throws(FormulaProblems) {
        guard let excess else { return }
        let problem = FormulaProblem(
            code: .tooLarge,
            columns: Lexer.columns(excess.place, in: text),
            problem: "expected \(excess.what)",
            advice: .text(excess.advice)
        )
        throw FormulaProblems(all: [problem])
    }

    /// Refuses what one formula may not take.
    private mutating func checkSize(of program: FormulaProgram) {
        let advice = "split it: a formula may use the output of another step"
        if program.steps.count > FormulaLimits.operationsMax {
            refuse("at most \(FormulaLimits.operationsMax) operations, found \(program.steps.count)", advice)
        }
        let reductions = program.steps.count { $0.operation.isReduction }
        if reductions > FormulaLimits.reductionsMax {
            refuse("at most \(FormulaLimits.reductionsMax) means, sums and the like, found \(reductions)", advice)
        }
    }

    private mutating func refuse(_ what: String, _ advice: String) {
        if excess == nil { excess = (what, advice, place) }
    }

    private init(tree: FormulaTree, symbolCount: Int) {
        self.tree = tree
        self.symbolCount = symbolCount
        terms.reserveCapacity(tree.nodes.count)
    }

    private mutating func term(of node: Int) -> Term {
        let operands = tree.operands(of: node).map { terms[$0] }
        return switch tree.nodes[node].kind {
        case .whole(let number): .exact(ExactNumber(number))
        case .float(let number): .float(number)
        case .constant(let constant): .float(constant.value)
        case .symbol(let slot): .slot(Int32(slot))
        case .operation(let operation): term(operation, operands)
        case .call(let function): term(function, operands)
        }
    }
}

// What operators and functions mean.
extension Compiler {
    private mutating func term(_ operation: FormulaOperator, _ x: [Term]) -> Term {
        switch operation {
        case .plus: x[0]
        case .negate: arithmetic(.negate, x)
        case .add: arithmetic(.add, x)
        case .subtract: arithmetic(.subtract, x)
        case .multiply: arithmetic(.multiply, x)
        case .divide: arithmetic(.divide, x)
        case .floorDivide: arithmetic(.floorDivide, x)
        case .modulo: arithmetic(.modulo, x)
        case .power: power(x[0], x[1])
        case .and: make(.and, x)
        case .or: make(.or, x)
        case .not: make(.not, x)
        case .less: comparison(.less, x)
        case .lessOrEqual: comparison(.lessOrEqual, x)
        case .greater: comparison(.less, [x[1], x[0]])
        case .greaterOrEqual: comparison(.lessOrEqual, [x[1], x[0]])
        case .equal: comparison(.equal, x)
        case .notEqual: comparison(.notEqual, x)
        }
    }

    private mutating func term(_ function: FormulaFunction, _ x: [Term]) -> Term {
        switch function {
        case .log: logarithm(x)
        case .beta: make(.beta, [x[0], x.count > 1 ? x[1] : x[0]])
        case .heaviside: make(.heaviside, [x[0], x.count > 1 ? x[1] : .float(0.5)])
        case .mod: arithmetic(.modulo, x)
        case .min: chain(.minimum, x)
        case .max: chain(.maximum, x)
        case .and: chain(.and, x)
        case .or: chain(.or, x)
        case .xor: chain(.xor, x)
        case .not: make(.not, x)
        case .equal: term(FormulaOperator.equal, x)
        case .notEqual: term(FormulaOperator.notEqual, x)
        case .less: term(FormulaOperator.less, x)
        case .lessOrEqual: term(FormulaOperator.lessOrEqual, x)
        case .greater: term(FormulaOperator.greater, x)
        case .greaterOrEqual: term(FormulaOperator.greaterOrEqual, x)
        case .re, .conjugate: x[0]
        case .ifThenElse: make(.select, x)
        case .piecewise: piecewise(x)
        default: make(Self.operation(of: function), x)
        }
    }

    private mutating func chain(_ operation: Operation, _ x: [Term]) -> Term {
        // Of one number a condition is made as well.
        if x.count == 1, operation == .and || operation == .or { return make(operation, [x[0], x[0]]) }
        var result = x[0]
        for operand in x.dropFirst() { result = make(operation, [result, operand]) }
        return result
    }

    private mutating func logarithm(_ x: [Term]) -> Term {
        switch x.count > 1 ? x[1].double : FormulaConstant.e.value {
        case 2: make(.log2, [x[0]])
        case 10: make(.log10, [x[0]])
        case FormulaConstant.e.value: make(.log, [x[0]])
        default: make(.logBase, x)
        }
    }

    /// The first value whose condition holds; without one there is none.
    private mutating func piecewise(_ x: [Term]) -> Term {
        var result: Term?
        for index in stride(from: x.count - 2, through: 0, by: -2) {
            if let condition = x[index + 1].double {
                if condition != 0 { result = x[index] }
                continue
            }
            let otherwise = result ?? intern(.noBranch, [])
            result = make(.select, [x[index + 1], x[index], otherwise])
        }
        return result ?? intern(.noBranch, [])
    }

    private mutating func power(_ base: Term, _ exponent: Term) -> Term {
        if case .exact(let exponent) = exponent {
            if exponent.isWhole, case .exact(let base) = base, let power = power(base, exponent) { return power }
            switch exponent.short {
            case (1, 1)?: return base
            case (2, 1)?: return make(.square, [base])
            case (-1, 1)?: return make(.reciprocal, [base])
            case (1, 2)?: return make(.sqrt, [base])
            case (-1, 2)?: return make(.reciprocal, [make(.sqrt, [base])])
            case (let p, let q)? where q & (q - 1) != 0:
                return make(.rationalPower, [base, .exact(ExactNumber(p)), .exact(ExactNumber(q))])
            default: break
            }
        }
        // A written 0.5 is a square root as well: the principal root of a negative number is not real.
        if exponent == .float(0.5) { return make(.sqrt, [base]) }
        if exponent == .float(-0.5) { return make(.reciprocal, [make(.sqrt, [base])]) }
        if exponent == .float(2) { return make(.square, [base]) }
        return make(.power, [base, exponent])
    }

    /// The power of exact numbers; nil for a division by zero.
    private mutating func power(_ base: ExactNumber, _ exponent: ExactNumber) -> Term? {
        switch base.power(exponent, bitsMax: FormulaLimits.exactBitsMax) {
        case .exact(let power):
            count([power])
            return exact(power)
        case .rounded(let power): return rounded(power)
        case .unknown: return rounded(.infinity)
        case .divisionByZero: return nil
        }
    }

    private mutating func arithmetic(_ operation: Operation, _ x: [Term]) -> Term {
        let numbers = x.compactMap { if case .exact(let number) = $0 { number } else { nil } }
        guard numbers.count == x.count else { return make(operation, x) }
        count(numbers)
        return Self.exact(operation, numbers).map { exact($0) } ?? make(operation, x)
    }

    private static func exact(_ operation: Operation, _ x: [ExactNumber]) -> ExactNumber? {
        switch operation {
        case .negate: -x[0]
        case .add: x[0] + x[1]
        case .subtract: x[0] - x[1]
        case .multiply: x[0] * x[1]
        case .divide: x[0] / x[1]
        case .floorDivide: (x[0] / x[1])?.floor
        case .modulo: (x[0] / x[1]).map { x[0] - $0.floor * x[1] }
        default: nil
        }
    }

    /// An exact number, or its nearest double when it is longer than it may be.
    private mutating func exact(_ number: ExactNumber) -> Term {
        number.isLonger(than: FormulaLimits.exactBitsMax) ? rounded(number.double) : .exact(number)
    }

    /// Counts an operation on numbers that do not fit 64 bits.
    private mutating func count(_ numbers: [ExactNumber]) {
        guard numbers.contains(where: { $0.short == nil }) else { return }
        longOperations += 1
        guard longOperations > FormulaLimits.longOperationsMax else { return }
        refuse(
            "at most \(FormulaLimits.longOperationsMax) operations on exact numbers of more than 64 bits, found more",
            "write numbers with a point, as 2.0, to compute in float64"
        )
    }

    /// A double in the place of an exact number that is too long: it must be as good as the number.
    private mutating func rounded(_ value: Double) -> Term {
        if !value.isNormal {
            refuse(
                "an exact number of at most \(FormulaLimits.exactBitsMax) bits, or one that float64 holds,"
                    + " found neither",
                "write what is meant, as oo or 0"
            )
        }
        return .float(value)
    }

    private mutating func comparison(_ operation: Operation, _ x: [Term]) -> Term {
        guard case .exact(let left) = x[0], case .exact(let right) = x[1] else { return make(operation, x) }
        count([left, right])
        let holds =
            switch operation {
            case .less: left < right
            case .lessOrEqual: !(right < left)
            case .equal: left == right
            default: left != right
            }
        return holds ? .one : .zero
    }
}

// Steps and slots.
extension Compiler {
    /// The value of an operation: computed now where everything is known, else a step.
    ///
    /// What is not finite stays a step, so that a run can say why.
    private mutating func make(_ operation: Operation, _ x: [Term]) -> Term {
        if operation == .select, let condition = x[0].double { return condition != 0 ? x[1] : x[2] }
        let numbers = x.compactMap(\.double)
        if numbers.count == x.count {
            let value = operation.value(
                numbers.first ?? 0,
                numbers.count > 1 ? numbers[1] : 0,
                numbers.count > 2 ? numbers[2] : 0
            )
            if value.isFinite { return .float(value) }
        }
        return intern(operation, x)
    }

    private mutating func intern(_ operation: Operation, _ x: [Term]) -> Term {
        var slots = x.map { address(of: $0) }
        if operation.isCommutative, slots[0] > slots[1] { slots.swapAt(0, 1) }
        let step = FormulaProgram.Step(
            operation: operation,
            a: slots.first ?? 0,
            b: slots.count > 1 ? slots[1] : 0,
            c: slots.count > 2 ? slots[2] : 0
        )
        if let slot = known[step] { return .slot(slot) }
        let slot = Int32(symbolCount + steps.count)
        steps.append(step)
        places.append(place)
        known[step] = slot
        return .slot(slot)
    }

    /// The slot of a term: constants count down from -1 until the program is linked.
    private mutating func address(of term: Term) -> Int32 {
        guard let value = term.double else {
            if case .slot(let written) = term { return written }
            preconditionFailure("a term is a value or a slot")
        }
        if case .exact = term, value.isInfinite {
            refuse(
                "a number that float64 holds, found a larger one",
                "the largest is 1.7976931348623157e308; write oo where infinity is meant"
            )
        }
        if let slot = constantSlots[value.bitPattern] { return slot }
        constants.append(value)
        let slot = Int32(-constants.count)
        constantSlots[value.bitPattern] = slot
        return slot
    }

    /// Leaves out what the result does not need, and puts the constants behind the symbols.
    private func linked(_ result: Int32) -> FormulaProgram {
        var isNeeded = [Bool](repeating: false, count: steps.count)
        var isConstantNeeded = [Bool](repeating: false, count: constants.count)
        func need(_ slot: Int32) {
            if slot < 0 { isConstantNeeded[Int(-slot) - 1] = true }
            if slot >= symbolCount { isNeeded[Int(slot) - symbolCount] = true }
        }
        need(result)
        for (index, step) in steps.enumerated().reversed() where isNeeded[index] {
            for slot in [step.a, step.b, step.c].prefix(step.operation.arity) { need(slot) }
        }
        var constantSlots: [Int32] = []
        var kept: [Double] = []
        for (index, value) in constants.enumerated() {
            constantSlots.append(Int32(symbolCount + kept.count))
            if isConstantNeeded[index] { kept.append(value) }
        }
        var stepSlots: [Int32] = []
        var linkedSteps: [FormulaProgram.Step] = []
        var linkedPlaces: [Range<Int>] = []
        func linked(_ slot: Int32) -> Int32 {
            slot < 0
                ? constantSlots[Int(-slot) - 1] : slot < symbolCount ? slot : stepSlots[Int(slot) - symbolCount]
        }
        for (index, step) in steps.enumerated() {
            stepSlots.append(Int32(symbolCount + kept.count + linkedSteps.count))
            guard isNeeded[index] else { continue }
            let arity = step.operation.arity
            linkedSteps.append(
                FormulaProgram.Step(
                    operation: step.operation,
                    a: arity > 0 ? linked(step.a) : 0,
                    b: arity > 1 ? linked(step.b) : 0,
                    c: arity > 2 ? linked(step.c) : 0
                )
            )
            linkedPlaces.append(places[index])
        }
        return FormulaProgram(
            symbolCount: symbolCount,
            constants: kept,
            steps: linkedSteps,
            places: linkedPlaces,
            result: Int(linked(result))
        )
    }
}
