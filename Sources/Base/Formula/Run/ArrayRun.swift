/// What comes of a run over arrays.
public struct FormulaResult: Sendable {
    public let value: FormulaValue
    /// Why the value, or some of its elements, are not finite.
    public let reason: NonFinite?
}

extension Formula {
    /// The value for these inputs, one for each of ``symbols`` in their order: numbers and arrays, brought
    /// together as NumPy does it.
    ///
    /// `reusing` gives the memory of an array that is not needed any more.
    ///
    /// - Precondition: There are as many inputs as symbols.
    public func run(
        _ inputs: [FormulaValue],
        reusing memory: consuming [Double] = []
    ) throws(FormulaShapeProblem) -> FormulaResult {
        precondition(inputs.count == symbols.count)
        var run = ArrayRun(formula: self, inputs: inputs)
        var memory = consume memory
        return try run.finish(memory: &memory)
    }
}

/// One run of a formula over arrays.
///
/// What depends on no array is computed once; the rest piece by piece, so that what lies between two
/// steps stays in the cache. A mean or a sum is a run of its own before.
struct ArrayRun {
    private let formula: Formula
    private let inputs: [FormulaValue]
    let program: FormulaProgram
    /// What each slot is worth, where that is one number.
    private var slots: [Double]
    /// Whether each slot is one number for all elements.
    private var isUniform: [Bool]
    /// Why a mean or a sum is not finite, by its slot.
    private var reasons: [Int: NonFinite] = [:]

    init(formula: Formula, inputs: [FormulaValue]) {
        self.formula = formula
        self.inputs = Self.unpacked(inputs)
        program = formula.program
        slots = formula.makeRegisters().slots
        isUniform = [Bool](repeating: true, count: program.slotCount)
        for (slot, input) in inputs.enumerated() {
            switch input {
            case .scalar(let value): slots[slot] = value
            case .array(let array):
                isUniform[slot] = array.count == 1
                slots[slot] = array.count == 1 ? array.elements[0] : 0
            }
        }
    }

    /// Packed arrays stay so where all arrays are of one shape, and are read piece by piece; others are spread, for
    /// which single elements are looked up.
    private static func unpacked(_ inputs: [FormulaValue]) -> [FormulaValue] {
        var together: [Int]?
        var areAlike = true
        var arePacked = false
        for case .array(let array) in inputs where array.count != 1 {
            areAlike = areAlike && (together ?? array.shape) == array.shape
            together = array.shape
            arePacked = arePacked || array.packed != nil
        }
        guard arePacked, !areAlike else { return inputs }
        return inputs.map { input in if case .array(let array) = input { .array(array.unpacked) } else { input } }
    }

    /// `memory` may be used for what comes out.
    mutating func finish(memory: inout [Double]) throws(FormulaShapeProblem) -> FormulaResult {
        for (index, step) in program.steps.enumerated() {
            let slot = program.firstStep + index
            if step.operation.isReduction {
                let part = try ArrayPart(self, result: Int(step.a))
                slots[slot] = reduced(step.operation, part)
                if !slots[slot].isFinite { reasons[slot] = reason(part, step.operation, slot: slot) }
            } else {
                isUniform[slot] = step.operands.allSatisfy { isUniform[$0] }
                if isUniform[slot] {
                    slots[slot] = step.operation.value(slots[Int(step.a)], slots[Int(step.b)], slots[Int(step.c)])
                }
            }
        }
        let part = try ArrayPart(self, result: program.result)
        guard let shape = part.shape else {
            return FormulaResult(value: .scalar(slots[program.result]), reason: reason(of: program.result, in: slots))
        }
        let (elements, areFinite) = part.elements(self, memory: &memory)
        let array = FormulaArray(elements, shape: shape)
        return FormulaResult(value: .array(array), reason: areFinite ? nil : reason(in: array, part))
    }

    /// The shape of a symbol's array; nil when it is a number.
    func shape(of slot: Int) -> [Int]? {
        guard slot < inputs.count, case .array(let array) = inputs[slot] else { return nil }
        return array.shape
    }

    func name(of slot: Int) -> String { formula.symbols[slot] }
    func isUniform(_ slot: Int) -> Bool { isUniform[slot] }
    func value(of slot: Int) -> Double { slots[slot] }

    /// The elements of a symbol's array; nil when it is a number.
    func elements(of slot: Int) -> [Double]? {
        guard slot < inputs.count, case .array(let array) = inputs[slot] else { return nil }
        return array.elements
    }

    /// A symbol's array, where its numbers are not doubles yet.
    func packed(of slot: Int) -> PackedNumbers? {
        guard slot < inputs.count, case .array(let array) = inputs[slot] else { return nil }
        return array.packed
    }

    /// Passes the elements of a symbol's array to `body`.
    func withElements<Result>(of slot: Int, _ body: (UnsafeBufferPointer<Double>) -> Result) -> Result {
        guard let elements = elements(of: slot) else { preconditionFailure("slot \(slot) is no array") }
        return unsafe elements.withUnsafeBufferPointer(body)
    }
}

// Means, sums and the like.
extension ArrayRun {
    private func reduced(_ operation: Operation, _ part: ArrayPart) -> Double {
        guard let shape = part.shape else { return operation.value(slots[part.result], 0, 0) }
        let count = Double(shape.reduce(1, *))
        if operation == .sum { return part.sum(self) }
        if operation == .mean {
            let mean = part.sum(self) / count
            if mean.isFinite { return mean }
        }
        var none: [Double] = []
        var (elements, areFinite) = part.elements(self, memory: &none)
        if operation == .median { return Self.median(&elements) }
        let mean = Self.mean(elements, areFinite: areFinite)
        if operation == .mean { return mean }
        for index in elements.indices {
            let distance = elements[index] - mean
            elements[index] = distance * distance
        }
        var squares = CompensatedSum()
        squares.add(elements)
        let variance = squares.value / count
        return operation == .variance ? variance : variance.squareRoot()
    }

    /// The mean; that of large numbers is one, even where their sum is too large.
    private static func mean(_ elements: [Double], areFinite: Bool) -> Double {
        var sum = CompensatedSum()
        sum.add(elements)
        let mean = sum.value / Double(elements.count)
        guard !mean.isFinite, areFinite, !elements.isEmpty else { return mean }
        var small = CompensatedSum()
        small.add(elements.map { $0 * 0x1p-64 })
        return small.value / Double(elements.count) * 0x1p64
    }

    private static func median(_ elements: inout [Double]) -> Double {
        guard !elements.isEmpty, !elements.contains(where: \.isNaN) else { return .nan }
        elements.sort()
        let middle = elements.count / 2
        guard elements.count % 2 == 0 else { return elements[middle] }
        let sum = elements[middle - 1] + elements[middle]
        // Halves first, where the sum is too large.
        return sum.isFinite ? sum / 2 : elements[middle - 1] / 2 + elements[middle] / 2
    }
}

// Why something is not finite.
extension ArrayRun {
    private func reason(of slot: Int, in slots: [Double]) -> NonFinite? {
        formula.reason(of: slot, in: slots) { reasons[$0] }
    }

    private func reason(in array: FormulaArray, _ part: ArrayPart) -> NonFinite? {
        guard let first = array.elements.firstIndex(where: { !$0.isFinite }) else { return nil }
        var reason = reason(of: part.result, in: slots(at: first, part))
        reason?.elements = (array.elements.count { !$0.isFinite }, part.index(first))
        return reason
    }

    /// Why a mean or a sum is not finite: one of its elements is not, or there are none.
    private func reason(_ part: ArrayPart, _ operation: Operation, slot: Int) -> NonFinite? {
        let place = program.places[slot - program.firstStep]
        guard let shape = part.shape else { return self.reason(of: slot, in: slots) }
        guard !shape.contains(0) else { return formula.nonFinite(.noElements, at: place) }
        var none: [Double] = []
        let elements = FormulaArray(part.elements(self, memory: &none).elements, shape: shape)
        return reason(in: elements, part) ?? formula.nonFinite(.overflow, at: place)
    }

    /// What each slot is worth for one element.
    private func slots(at element: Int, _ part: ArrayPart) -> [Double] {
        var slots = slots
        for slot in inputs.indices where !isUniform[slot] && shape(of: slot) != nil {
            let index = part.position(of: element, in: slot, self)
            guard let index else { continue }
            slots[slot] = unsafe packed(of: slot)?[index] ?? withElements(of: slot) { unsafe $0[index] }
        }
        for index in part.cone {
            let step = program.steps[index]
            slots[program.firstStep + index] =
                step.operation.value(slots[Int(step.a)], slots[Int(step.b)], slots[Int(step.c)])
        }
        return slots
    }
}
