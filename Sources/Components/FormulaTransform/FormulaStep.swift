public import Component
internal import Formula
internal import Lifetime
internal import Manifest
internal import Signals

/// Computes formulas: each is a part of its own, which waits only for the signals that it uses.
public struct FormulaStep: Step {
    private let formulas: [Formula]
    private let texts: [String]
    private let inputNames: [String]
    private let squeezes: Bool
    public let parts: [StepPart]

    public init(_ config: FormulaTransformConfig, _ context: NodeContext) throws(NodeFailure) {
        let symbols = FormulaSymbols(context.inputs)
        formulas = try config.out.map { out throws(NodeFailure) in
            do throws(FormulaProblems) { return try Formula(out.value.text, symbols: symbols) } catch {
                throw NodeFailure("\(out.name): \(error.all.first?.problem ?? "expected a formula")")
            }
        }
        texts = config.out.map(\.value.text)
        parts = formulas.enumerated().map { index, formula in
            let inputs = formula.symbols.compactMap { symbol in
                context.inputs.firstIndex { $0.utf8.elementsEqual(symbol.utf8) }
            }
            return StepPart(inputs: inputs, outputs: [index])
        }
        inputNames = context.inputs
        squeezes = config.squeezes
    }

    public func formula(ofPart part: Int) -> String? { texts[part] }

    public func makeRun() -> any StepRun { FormulaRun(formulas, parts, inputNames, squeezes: squeezes) }
}

/// Formulas in the hands of one thread.
private final class FormulaRun: StepRun {
    private let formulas: [Formula]
    private let parts: [StepPart]
    private let inputNames: [String]
    private let squeezes: Bool
    private var registers: [FormulaRegisters]
    private var numbers: [Double] = []

    init(_ formulas: [Formula], _ parts: [StepPart], _ inputNames: [String], squeezes: Bool) {
        self.formulas = formulas
        self.parts = parts
        self.inputNames = inputNames
        self.squeezes = squeezes
        registers = formulas.map { $0.makeRegisters() }
    }

    func evaluate(
        _ part: Int,
        _ inputs: [Sample],
        _ outputs: inout StepOutputs,
        until stop: RunStop
    ) throws(NodeFailure) {
        numbers.removeAll(keepingCapacity: true)
        for input in inputs {
            guard let number = input.value.number else { return try evaluateArrays(part, inputs, &outputs) }
            numbers.append(number)
        }
        let result = formulas[part].run(numbers.span, &registers[part])
        guard !result.isFinite, let reason = formulas[part].reason(in: registers[part]) else {
            return outputs.add(.float64(result))
        }
        outputs.add(.float64(result), alarm: .invalid("\(reason)"))
    }

    private func evaluateArrays(
        _ part: Int,
        _ inputs: [Sample],
        _ outputs: inout StepOutputs
    ) throws(NodeFailure) {
        var values: [FormulaValue] = []
        for (index, input) in inputs.enumerated() {
            guard let value = input.value.formulaValue else {
                let name = inputNames[parts[part].inputs[index]]
                throw NodeFailure("expected numbers from '\(name)', found \(input.value.noun)")
            }
            values.append(value)
        }
        let result: FormulaResult
        do throws(FormulaShapeProblem) { result = try formulas[part].run(values) } catch {
            throw NodeFailure(error.problem)
        }
        let alarm = result.reason.map { Alarm.invalid("\($0)") } ?? .none
        switch result.value {
        case .scalar(let number): outputs.add(.float64(number), alarm: alarm)
        case .array(let array) where squeezes && array.shape == [1]:
            outputs.add(.float64(array.elements[0]), alarm: alarm)
        case .array(let array):
            let loses = squeezes && array.shape.count > 1 && array.shape.last == 1
            do throws(TensorError) {
                outputs.add(
                    .tensor(try Tensor(array.elements, shape: loses ? array.shape.dropLast() : array.shape)),
                    alarm: alarm
                )
            } catch {
                throw NodeFailure(error.description)
            }
        }
    }
}

extension Value {
    /// What the value is for a formula; nil where it is no number and no numbers.
    fileprivate var formulaValue: FormulaValue? {
        if let number { return .scalar(number) }
        let tensor: Tensor
        switch self {
        case .tensor(let value): tensor = value
        case .image(let image): tensor = image.tensor
        default: return nil
        }
        if let kind = tensor.elementType.packedKind, let bytes = tensor.bytes {
            // They stay where they are: the formula reads them piece by piece.
            let packed = unsafe PackedNumbers(kind, count: tensor.count, at: bytes.address, of: bytes)
            return FormulaArray(shape: tensor.shape, packed: packed).map { .array($0) }
        }
        return tensor.doubles().flatMap { FormulaArray(shape: tensor.shape, elements: $0) }.map { .array($0) }
    }

    /// The value as it reads after "found".
    var noun: String {
        switch self {
        case .float64, .int64, .uint64: "a number"
        case .bool: "a truth"
        case .text(let text): "the text '\(text.prefix(40))'"
        case .choice(let choice): "the choice '\(choice.label.prefix(40))'"
        case .tensor(let tensor): "\(tensor.elementType) \(tensor.shape)"
        case .image(let image): "an image of \(image.tensor.elementType) \(image.tensor.shape)"
        case .record: "a record"
        case .none: "no value"
        }
    }
}

extension ElementType {
    /// What formulas call numbers of this type; nil for what they do not read as it is.
    fileprivate var packedKind: PackedNumbers.Kind? {
        switch self {
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .uint8: .uint8
        case .uint16: .uint16
        case .uint32: .uint32
        case .uint64: .uint64
        case .float32: .float32
        case .float64: .float64
        default: nil
        }
    }
}
