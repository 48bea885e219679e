internal import Models
internal import Signals

// How the values of signals lie in the tensors of a model.
extension ModelPort {
    /// The shape that the model is given a value in: one row of it.
    ///
    /// A flow evaluates one row at a time: what the model's shape has before the value's own dimensions is 1, and so
    /// is what is open for a number.
    func shape(for value: Value?) throws(ModelProblem) -> [Int] {
        let given: [Int]
        switch value {
        case .tensor(let tensor) where tensor.count != 1: given = tensor.shape
        case .image(let image): given = image.tensor.shape
        default: given = []
        }
        guard let shape else { return given }
        var wanted = shape.map { size in if case .fixed(let size) = size { size } else { 1 } }
        var found = given[...]
        while found.count > wanted.count, found.first == 1 { found = found.dropFirst() }
        guard found.count <= wanted.count else { throw mismatch(given) }
        for (offset, size) in found.enumerated() {
            let place = wanted.count - found.count + offset
            if case .fixed(let fixed) = shape[place], fixed != size { throw mismatch(given) }
            wanted[place] = size
        }
        let count = wanted.reduce(1, *)
        // A number stands for a row of itself only where one number is wanted.
        guard count == given.reduce(1, *) else { throw mismatch(given) }
        return wanted
    }

    private func mismatch(_ given: [Int]) -> ModelProblem {
        ModelProblem(
            .badInput,
            "expected '\(name)' as \(text), found \(given.isEmpty ? "a number" : "the shape \(given)")"
        )
    }

    func memory(_ shape: [Int]) throws(ModelProblem) -> TensorMemory {
        do throws(TensorError) { return try TensorMemory(elementType ?? .string, shape: shape) } catch {
            throw ModelProblem(.badInput, "'\(name)': \(error.description)")
        }
    }
}

extension TensorMemory {
    /// Writes the only element of a memory of floats; false for any other.
    func set(_ number: Double) -> Bool {
        switch elementType {
        case .float32 where byteCount == 4:
            unsafe address.storeBytes(of: Float(number), as: Float.self)
            return true
        case .float64 where byteCount == 8:
            unsafe address.storeBytes(of: number, as: Double.self)
            return true
        default: return false
        }
    }

    /// Writes a value as the elements of the memory; says what is to be known of it.
    func fill(_ value: Value, for port: ModelPort) throws(ModelProblem) -> Alarm {
        if case .int64(let whole) = value, withMutableElements(Int64.self, { $0[0] = whole }) != nil { return .none }
        if case .uint64(let whole) = value, withMutableElements(UInt64.self, { $0[0] = whole }) != nil { return .none }
        if let number = value.number {
            try write(CollectionOfOne(number), for: port)
            return Self.alarm(of: number, for: port)
        }
        let tensor: Tensor
        switch value {
        case .tensor(let given): tensor = given
        case .image(let image): tensor = image.tensor
        default: throw Self.noNumbers(value, port)
        }
        if tensor.elementType == elementType, let bytes = tensor.bytes {
            copy(bytes)
        } else {
            guard let numbers = tensor.doubles() else { throw Self.noNumbers(value, port) }
            try write(numbers, for: port)
        }
        return tensor.firstNonFinite.map { .invalid("'\(port.name)' is not finite in element \($0)") } ?? .none
    }

    private static func noNumbers(_ value: Value, _ port: ModelPort) -> ModelProblem {
        ModelProblem(.badInput, "expected '\(port.name)' as \(port.text), found \(value.noun)")
    }

    /// Beyond what a model was trained on it guesses.
    private static func alarm(of number: Double, for port: ModelPort) -> Alarm {
        guard let range = port.notes.range, !(range.lowerBound <= number && number <= range.upperBound) else {
            return .none
        }
        let text = "'\(port.name)' is \(number), beyond the \(range.lowerBound) to \(range.upperBound) of the model"
        return Alarm(.minor, status: .client, message: text)
    }

    private func copy(_ bytes: TensorBytes) {
        precondition(bytes.count == byteCount, "\(bytes.count) bytes for \(byteCount)")
        bytes.withBytes { source in
            unsafe source.withUnsafeBytes { source in
                guard let base = source.baseAddress else { return }
                unsafe address.copyMemory(from: base, byteCount: source.count)
            }
        }
    }

    private func write(_ numbers: some RandomAccessCollection<Double>, for port: ModelPort) throws(ModelProblem) {
        let isWritten: Bool
        switch elementType {
        case .float32: isWritten = write(numbers, Float.self) { Float($0) }
        case .float64: isWritten = write(numbers, Double.self) { $0 }
        case .float16: isWritten = write(numbers, Float16.self) { Float16($0) }
        case .bfloat16: isWritten = write(numbers, BFloat16.self) { BFloat16(Float($0)) }
        case .int8: isWritten = write(numbers, Int8.self) { Int8(exactly: $0) }
        case .int16: isWritten = write(numbers, Int16.self) { Int16(exactly: $0) }
        case .int32: isWritten = write(numbers, Int32.self) { Int32(exactly: $0) }
        case .int64: isWritten = write(numbers, Int64.self) { Int64(exactly: $0) }
        case .uint8: isWritten = write(numbers, UInt8.self) { UInt8(exactly: $0) }
        case .uint16: isWritten = write(numbers, UInt16.self) { UInt16(exactly: $0) }
        case .uint32: isWritten = write(numbers, UInt32.self) { UInt32(exactly: $0) }
        case .uint64: isWritten = write(numbers, UInt64.self) { UInt64(exactly: $0) }
        case .bool: isWritten = writeTruths(numbers)
        default: throw ModelProblem(.unsupported, "expected an input of a type that signals have, found \(port.text)")
        }
        guard isWritten else {
            throw ModelProblem(
                .badInput,
                "expected '\(port.name)' as \(port.text), found a number that is none of these"
            )
        }
    }

    private func write<Element: TensorElement>(
        _ numbers: some RandomAccessCollection<Double>,
        _ type: Element.Type,
        _ convert: (Double) -> Element?
    ) -> Bool {
        withMutableElements(type) { elements in
            var index = 0
            for number in numbers {
                guard let element = convert(number) else { return false }
                elements[index] = element
                index += 1
            }
            return true
        } ?? false
    }

    private func writeTruths(_ numbers: some RandomAccessCollection<Double>) -> Bool {
        for (index, number) in numbers.enumerated() {
            guard number == 0 || number == 1 else { return false }
            unsafe address.storeBytes(of: number == 0 ? 0 : 1, toByteOffset: index, as: UInt8.self)
        }
        return true
    }

    /// The only element as a value; nil where there are more.
    var scalar: Value? {
        switch elementType {
        case .float32 where byteCount == 4: withElements(Float.self) { .float64(Double($0[0])) }
        case .float64 where byteCount == 8: withElements(Double.self) { .float64($0[0]) }
        default: nil
        }
    }

    /// The elements as they are now.
    func tensor(name: String) throws(ModelProblem) -> Tensor {
        let bytes = TensorBytes(count: byteCount) { target in
            unsafe target.withUnsafeMutableBytes { target in
                unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: address, count: byteCount))
            }
        }
        do throws(TensorError) { return try Tensor(elementType, shape: shape, bytes: bytes) } catch {
            throw ModelProblem(.failed, "'\(name)': \(error.description)")
        }
    }
}

extension Tensor {
    /// The first element that is no number or infinite; nil where all are finite, and for what cannot be otherwise.
    var firstNonFinite: Int? {
        switch elementType {
        case .float64: withElements(Double.self) { Self.firstNonFinite($0) } ?? nil
        case .float32: withElements(Float.self) { Self.firstNonFinite($0) } ?? nil
        case .float16, .bfloat16: (0..<count).first { number(at: $0)?.isFinite == false }
        default: nil
        }
    }

    private static func firstNonFinite(_ elements: Span<some BinaryFloatingPoint>) -> Int? {
        for index in 0..<elements.count where !elements[index].isFinite { return index }
        return nil
    }
}

extension Value {
    /// What a model gave for one row: a number where it is one, else the tensor.
    init(row tensor: Tensor) {
        guard tensor.count == 1 else {
            self = .tensor(tensor)
            return
        }
        switch tensor.elementType {
        case .string: self = .text(tensor.texts?.first ?? "")
        case .bool: self = .bool(tensor.number(at: 0) != 0)
        case .int64: self = .int64(tensor.withElements(Int64.self) { $0[0] } ?? 0)
        case .uint64: self = .uint64(tensor.withElements(UInt64.self) { $0[0] } ?? 0)
        case .int8, .int16, .int32, .uint8, .uint16, .uint32, .int4, .uint4, .int2, .uint2:
            self = .int64(Int64(tensor.number(at: 0) ?? 0))
        default: self = tensor.number(at: 0).map { .float64($0) } ?? .tensor(tensor)
        }
    }

    /// The value as texts for an input of texts.
    func texts(_ shape: [Int], for port: ModelPort) throws(ModelProblem) -> Tensor {
        let texts: [String]
        switch self {
        case .text(let text): texts = [text]
        case .choice(let choice): texts = [choice.label]
        case .tensor(let tensor) where tensor.texts != nil: texts = tensor.texts ?? []
        default: throw ModelProblem(.badInput, "expected '\(port.name)' as \(port.text), found \(noun)")
        }
        do throws(TensorError) { return try Tensor(texts, shape: shape) } catch {
            throw ModelProblem(.badInput, "'\(port.name)': \(error.description)")
        }
    }
}
