public import JSON
internal import Signals

// Inputs that people write as JSON, and the signature as JSON.
extension ModelSignature {
    /// Tensors for a JSON object from the names of inputs to numbers or nested arrays.
    ///
    /// A number, or an array of fewer dimensions than the input, is repeated: for each element, or for each row of the
    /// batch. What is not given has its constant or its default.
    public func tensors(_ object: JSONObject, label: String) throws(ModelProblem) -> NamedTensors {
        let known = Set(inputs.map { ExactText($0.name) })
        if let unknown = object.members.first(where: { !known.contains(ExactText($0.name)) }) {
            throw unknownInput(unknown.name, label)
        }
        let values = inputs.compactMap { input -> (input: ModelPort, value: JSONValue)? in
            let value = object[input.name] ?? input.notes.standIn.map { JSONValue(double: $0) }
            return value.map { (input, $0) }
        }
        let batch = Batch(values)
        var tensors = NamedTensors()
        var count = 0.0
        for (input, value) in values {
            guard let type = input.elementType else { continue }
            let reader = TensorReader(type, name: input.name)
            let shape = batch.shape(of: input, value)
            guard input.accepts(shape) else {
                throw mismatch(input, "an array of the shape \(TensorReader.shape(of: value))", label)
            }
            count += shape.reduce(1.0) { $0 * Double($1) }
            guard count <= Double(TensorReader.elementsMax) else {
                throw ModelProblem(
                    .tooLarge,
                    "expected at most \(TensorReader.elementsMax) elements in all inputs of '\(label)', found more"
                )
            }
            let tensor = try reader.tensor(value, shape: shape)
            if let constant = input.notes.constant { try input.check(tensor, isAll: constant, label: label) }
            tensors.add(input.name, tensor)
        }
        return tensors
    }

    public var json: JSONValue {
        ["inputs": .array(inputs.map(\.json)), "outputs": .array(outputs.map(\.json))]
    }
}

/// The sizes that whole inputs give to dimensions without a size, for those that are repeated.
private struct Batch {
    private var sizes: [String: Int] = [:]
    /// The rows of a first dimension without a name.
    private var rows: Int?

    init(_ values: [(input: ModelPort, value: JSONValue)]) {
        for (input, value) in values {
            let written = TensorReader.shape(of: value)
            guard let shape = input.shape, shape.count == written.count else { continue }
            for (index, (dimension, size)) in zip(shape, written).enumerated() {
                switch dimension {
                case .symbol(let name): sizes[name] = sizes[name] ?? size
                case .free: if index == 0 { rows = rows ?? size }
                case .fixed: break
                }
            }
        }
    }

    func shape(of input: ModelPort, _ value: JSONValue) -> [Int] {
        let written = TensorReader.shape(of: value)
        guard let shape = input.shape, written.count < shape.count else { return written }
        let missing = shape.prefix(shape.count - written.count)
        return missing.enumerated().map { index, dimension in
            switch dimension {
            case .fixed(let size): size
            case .symbol(let name): sizes[name] ?? 1
            case .free: index == 0 ? rows ?? 1 : 1
            }
        } + written
    }
}

extension ModelPort {
    /// A number as an element of this input has it: 0.1 is another number as float32.
    func rounded(_ number: Double) -> Double {
        guard let type = elementType else { return number }
        let tensor = try? TensorReader(type, name: name).tensor(JSONValue(double: number), shape: [])
        return tensor?.number(at: 0) ?? number
    }

    fileprivate func check(_ tensor: Tensor, isAll constant: Double, label: String) throws(ModelProblem) {
        let constant = rounded(constant)
        guard let other = (0..<tensor.count).lazy.compactMap({ tensor.number(at: $0) }).first(where: { $0 != constant })
        else { return }
        throw ModelProblem(
            .badInput,
            "expected \(constant) as '\(name)' of '\(label)', which is constant, found \(other)",
            advice: "leave it out: it has no other value"
        )
    }

    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.add("name", .string(name))
        object.add("type", .string(elementType.map { "\($0)" } ?? text))
        object.add("shape", shape.map { .array($0.map(\.json)) } ?? .null)
        object.add("optional", .bool(isOptional))
        if let unit = notes.unit { object.add("unit", .string(unit)) }
        if let range = notes.range {
            object.add("range", [JSONValue(double: range.lowerBound), JSONValue(double: range.upperBound)])
        }
        if let fallback = notes.fallback { object.add("default", JSONValue(double: fallback)) }
        if let constant = notes.constant { object.add("constant", JSONValue(double: constant)) }
        if let about = notes.about { object.add("description", .string(about)) }
        return .object(object)
    }
}

extension ModelPort.Dimension {
    /// A size, a name, or null.
    fileprivate var json: JSONValue {
        switch self {
        case .fixed(let size): .integer(Int64(size))
        case .symbol(let name): .string(name)
        case .free: .null
        }
    }
}
