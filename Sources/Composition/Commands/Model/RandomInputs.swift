internal import Models
internal import Signals

/// Inputs that a model may be given, at random: the same for the same seed.
struct RandomInputs: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A tensor of a shape: within the input's range, else from -1 to 1; whole numbers are 0 or 1.
    mutating func tensor(_ input: ModelPort, shape: [Int]) throws(ModelProblem) -> Tensor {
        let type = input.elementType ?? .string
        do throws(TensorError) {
            let count = try Tensor.count(of: shape)
            if let constant = input.notes.constant {
                return try Self.tensor(type, [Double](repeating: constant, count: count), shape)
            }
            switch type {
            case .string: return try Tensor([String](repeating: "text", count: count), shape: shape)
            case .bool: return try Tensor((0..<count).map { _ in Bool.random(using: &self) }, shape: shape)
            default: break
            }
            let isFraction = [.float32, .float64, .float16, .bfloat16].contains(type)
            let range = input.notes.range ?? (isFraction ? -1...1 : 0...1)
            let numbers = (0..<count).map { _ in
                // Between the ends by parts: their difference may be larger than any number.
                let part = Double.random(in: 0...1, using: &self)
                let number = range.lowerBound * (1 - part) + range.upperBound * part
                return isFraction
                    ? number
                    : max(min(number.rounded(), range.upperBound.rounded(.down)), range.lowerBound.rounded(.up))
            }
            return try Self.tensor(type, numbers, shape)
        } catch {
            throw ModelProblem(.badInput, "'\(input.name)': \(error.description)")
        }
    }

    private static func tensor(_ type: ElementType, _ numbers: [Double], _ shape: [Int]) throws(TensorError) -> Tensor {
        switch type {
        case .float32: try Tensor(numbers.map { Float($0) }, shape: shape)
        case .float64: try Tensor(numbers, shape: shape)
        case .float16: try Tensor(numbers.map { Float16($0) }, shape: shape)
        case .bfloat16: try Tensor(numbers.map { BFloat16(Float($0)) }, shape: shape)
        case .int8: try Tensor(numbers.map { Int8(clamping: whole($0)) }, shape: shape)
        case .int16: try Tensor(numbers.map { Int16(clamping: whole($0)) }, shape: shape)
        case .int32: try Tensor(numbers.map { Int32(clamping: whole($0)) }, shape: shape)
        case .int64: try Tensor(numbers.map { Int64(whole($0)) }, shape: shape)
        case .uint8: try Tensor(numbers.map { UInt8(clamping: whole($0)) }, shape: shape)
        case .uint16: try Tensor(numbers.map { UInt16(clamping: whole($0)) }, shape: shape)
        case .uint32: try Tensor(numbers.map { UInt32(clamping: whole($0)) }, shape: shape)
        case .bool: try Tensor(numbers.map { $0 != 0 }, shape: shape)
        case .uint64: try Tensor(numbers.map { UInt64(clamping: whole($0)) }, shape: shape)
        default: throw TensorError(description: "expected a type of numbers that can be made up, found \(type)")
        }
    }

    /// The whole number, as far as there is one of 64 bits.
    private static func whole(_ number: Double) -> Int { Int(exactly: number) ?? (number < 0 ? .min : .max) }
}
