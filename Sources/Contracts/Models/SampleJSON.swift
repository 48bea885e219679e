public import JSON
public import Signals

// Samples as JSON: for journals, recordings and people who look.
extension Value {
    /// The value as JSON: numbers, texts and truths as such, a choice as its index and label, a tensor with type and
    /// shape; arrays of more than `elementsMax` elements without them.
    public func json(elementsMax: Int = .max) -> JSONValue {
        switch self {
        case .float64(let number): return JSONValue(double: number)
        case .int64(let number): return .integer(number)
        case .uint64(let number): return number > Int64.max ? .unsigned(number) : .integer(Int64(number))
        case .bool(let truth): return .bool(truth)
        case .text(let text): return .string(text)
        case .choice(let choice): return ["index": .integer(Int64(choice.index)), "label": .string(choice.label)]
        case .tensor(let tensor): return tensor.json(elementsMax: elementsMax)
        case .image(let image):
            var object = JSONObject()
            if case .object(let tensor) = image.tensor.json(elementsMax: elementsMax) {
                for member in tensor.members { object.add(member.name, member.value) }
            }
            object.add("axes", .array(image.axes.map(\.json)))
            return .object(object)
        case .record(let record):
            var object = JSONObject()
            for field in record.fields { object.add(field.name, field.value.json(elementsMax: elementsMax)) }
            return .object(object)
        case .none: return .null
        }
    }

    /// What the JSON alone does not tell; nil where it does.
    public var jsonKind: String? {
        switch self {
        case .int64: "int64"
        case .uint64: "uint64"
        case .float64, .bool, .text, .none, .choice, .tensor, .image, .record: nil
        }
    }
}

extension Tensor {
    fileprivate func json(elementsMax: Int) -> JSONValue {
        guard count > elementsMax else { return json }
        return [
            "datatype": .string(elementType.openInferenceName), "shape": .array(shape.map { .integer(Int64($0)) }),
            "data": .null,
        ]
    }
}

extension Image.Axis {
    fileprivate var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "origin": JSONValue(double: origin), "step": JSONValue(double: step),
            "unit": .string(unit),
        ]
    }
}

extension JSONObject {
    /// The object as one line.
    public var bytes: [UInt8] {
        var writer = JSONWriter(layout: .line)
        writer.write(.object(self))
        return writer.bytes
    }
}

extension Sample {
    /// The members of a sample in a line: value, kind, severity, status, message, stamp, id.
    ///
    /// What is as it mostly is, is left out.
    public func addMembers(to object: inout JSONObject, elementsMax: Int = .max) {
        object.add("value", value.json(elementsMax: elementsMax))
        if let kind = value.jsonKind { object.add("kind", .string(kind)) }
        if alarm.severity != .none {
            object.add("severity", .string(alarm.severity.description))
            object.add("status", .integer(Int64(alarm.status.rawValue)))
            if !alarm.message.isEmpty { object.add("message", .string(alarm.message)) }
        }
        object.add("stamp", .string(stamp.description))
        if id != .none { object.add("id", .string(id.description)) }
    }
}
