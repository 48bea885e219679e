/// A formula as a flat list of steps over numbered slots.
///
/// The slots are the symbols, then the constants, then one for each step, so that a slot is written once.
struct FormulaProgram: Sendable {
    struct Step: Sendable, Hashable {
        let operation: Operation
        /// The slots of the operands; what an operation does not have is 0.
        let a: Int32
        let b: Int32
        let c: Int32

        /// The slots of as many operands as the operation has.
        var operands: [Int] { [Int(a), Int(b), Int(c)].prefix(operation.arity).map { $0 } }
    }

    let symbolCount: Int
    let constants: [Double]
    let steps: [Step]
    /// The bytes of the text behind each step.
    let places: [Range<Int>]
    /// Where the value of the formula is.
    let result: Int

    /// The slot of the first step.
    var firstStep: Int { symbolCount + constants.count }
    var slotCount: Int { firstStep + steps.count }

    /// The step that writes a slot; nil for symbols and constants.
    func step(of slot: Int) -> Step? { slot >= firstStep ? steps[slot - firstStep] : nil }

    /// The steps that a slot needs, in order, where an array's mean or sum counts as given.
    func cone(of slot: Int) -> [Int] {
        guard slot >= firstStep else { return [] }
        var isNeeded = [Bool](repeating: false, count: slot - firstStep + 1)
        isNeeded[slot - firstStep] = true
        var cone: [Int] = []
        for index in stride(from: slot - firstStep, through: 0, by: -1) where isNeeded[index] {
            let step = steps[index]
            guard !step.operation.isReduction else { continue }
            cone.append(index)
            for operand in step.operands where operand >= firstStep { isNeeded[operand - firstStep] = true }
        }
        return cone.reversed()
    }
}
