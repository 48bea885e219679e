public import JSON
public import Signals

// What was written as JSON, as a value again.
extension Value {
    /// Reads what ``json(elementsMax:)`` writes; `kind` is what stands beside it.
    ///
    /// A number without a kind is a float64, whatever its form; arrays are tensors of float64, or of texts.
    ///
    /// - Throws: A sentence about what was expected and what was found.
    public init(json: JSONValue, kind: String? = nil) throws(ModelProblem) {
        switch (json, kind) {
        case (.null, nil): self = .none
        case (.bool(let truth), nil): self = .bool(truth)
        case (.integer(let number), nil): self = .float64(Double(number))
        case (.unsigned(let number), nil): self = .float64(Double(number))
        case (.number(let number), nil): self = .float64(number)
        case (.integer(let number), "int64"): self = .int64(number)
        case (.integer(let number), "uint64") where number >= 0: self = .uint64(UInt64(number))
        case (.unsigned(let number), "uint64"): self = .uint64(number)
        case (.string(let text), nil): self = Self.nonFinite[text].map { .float64($0) } ?? .text(text)
        case (.array, nil):
            let shape = TensorReader.shape(of: json)
            let type: ElementType = Self.isOfTexts(json) ? .string : .float64
            self = .tensor(try TensorReader(type, name: "value").tensor(json, shape: shape))
        case (.object(let object), nil): self = try Self.structured(object)
        default: throw ModelProblem(.badInput, "expected a value of kind '\(kind ?? "")', found another")
        }
    }

    /// How the writer says what JSON has no number for.
    private static let nonFinite: [String: Double] = ["NaN": .nan, "Infinity": .infinity, "-Infinity": -.infinity]

    private static func isOfTexts(_ json: JSONValue) -> Bool {
        var inside = json
        while case .array(let elements) = inside, let first = elements.first { inside = first }
        if case .string(let text) = inside { return nonFinite[text] == nil }
        return false
    }

    private static func structured(_ object: JSONObject) throws(ModelProblem) -> Value {
        if case .integer(let index)? = object["index"], case .string(let label)? = object["label"],
            let index = Int32(exactly: index)
        {
            return .choice(Choice(index: index, label: label))
        }
        guard case .string(let name)? = object["datatype"] else {
            var fields: [Record.Field] = []
            for member in object.members {
                fields.append(Record.Field(name: member.name, value: try Value(json: member.value)))
            }
            return .record(Record(fields))
        }
        let tensor = try tensor(object, name)
        guard case .array(let axes)? = object["axes"] else { return .tensor(tensor) }
        do throws(TensorError) { return .image(try Image(tensor, axes: axes.compactMap(axis))) } catch {
            throw ModelProblem(.badInput, error.description)
        }
    }

    private static func tensor(_ object: JSONObject, _ name: String) throws(ModelProblem) -> Tensor {
        guard let type = ElementType.allCases.first(where: { $0.openInferenceName == name }) else {
            throw ModelProblem(.badInput, "expected a datatype as 'FP64', found '\(name)'")
        }
        guard case .array(let sizes)? = object["shape"], let data = object["data"], case .array = data else {
            throw ModelProblem(.badInput, "expected 'shape' and 'data' beside 'datatype', found one of them missing")
        }
        let shape = try sizes.map { size throws(ModelProblem) -> Int in
            guard case .integer(let size) = size, size >= 0, let size = Int(exactly: size) else {
                throw ModelProblem(.badInput, "expected a shape of whole numbers, found another")
            }
            return size
        }
        let flat = try TensorReader(type, name: "value").tensor(data, shape: TensorReader.shape(of: data))
        do throws(TensorError) { return try flat.reshaped(shape) } catch {
            throw ModelProblem(.badInput, error.description)
        }
    }

    private static func axis(_ json: JSONValue) -> Image.Axis? {
        guard case .object(let object) = json, case .string(let name)? = object["kind"],
            let kind = Image.Axis.Kind(rawValue: name)
        else { return nil }
        var unit = "pixel"
        if case .string(let text)? = object["unit"] { unit = text }
        return Image.Axis(kind, origin: object["origin"]?.double ?? 0, step: object["step"]?.double ?? 1, unit: unit)
    }
}

extension Alarm {
    /// Reads what stands beside a value; what is missing or strange is as if all were well.
    public init(json object: JSONObject) {
        guard case .string(let text)? = object["severity"], let severity = Severity(text) else {
            self = .none
            return
        }
        var (status, message) = (Status.none, "")
        if case .integer(let number)? = object["status"], let code = UInt8(exactly: number) {
            status = Status(rawValue: code) ?? .none
        }
        if case .string(let text)? = object["message"] { message = text }
        self.init(severity, status: status, message: message)
    }
}

extension Sample {
    /// Reads what ``addMembers(to:elementsMax:)`` writes, but for the evaluation.
    ///
    /// An array whose elements were left out has no value.
    public init(json object: JSONObject) throws(ModelProblem) {
        let kind: String? = if case .string(let text)? = object["kind"] { text } else { nil }
        var stamp = Stamp.unknown
        if case .string(let text)? = object["stamp"] { stamp = Stamp(text) ?? .unknown }
        let value = try Value(json: object["value"] ?? .null, kind: kind)
        self.init(value, alarm: Alarm(json: object), stamp: stamp, id: .none)
    }
}

extension JSONValue {
    fileprivate var double: Double? {
        switch self {
        case .number(let number): number
        case .integer(let number): Double(number)
        default: nil
        }
    }
}
