public import JSON
public import Signals

// Tensors as JSON: data types under the names of the Open Inference Protocol, elements one after the other.
extension ElementType {
    /// `FP32`, `INT64`, `BYTES`.
    public var openInferenceName: String {
        switch self {
        case .float32: "FP32"
        case .float64: "FP64"
        case .float16: "FP16"
        case .bfloat16: "BF16"
        case .bool: "BOOL"
        case .string: "BYTES"
        default: description.uppercased()
        }
    }
}

extension Tensor {
    /// `{"datatype": "FP32", "shape": [2, 3], "data": […]}`; numbers that are not finite are texts.
    ///
    /// Elements that JSON has no form for, as complex ones, are left out: `data` is null.
    public var json: JSONValue {
        let data: JSONValue =
            if let texts {
                .array(texts.map { .string($0) })
            } else if count == 0 || jsonElement(0) != nil {
                .array((0..<count).map { jsonElement($0) ?? .null })
            } else {
                .null
            }
        return [
            "datatype": .string(elementType.openInferenceName), "shape": .array(shape.map { .integer(Int64($0)) }),
            "data": data,
        ]
    }

    func jsonElement(_ index: Int) -> JSONValue? {
        switch elementType {
        case .int64: withElements(Int64.self) { .integer($0[index]) }
        case .uint64:
            withElements(UInt64.self) { $0[index] > Int64.max ? .unsigned($0[index]) : .integer(Int64($0[index])) }
        case .bool: number(at: index).map { .bool($0 != 0) }
        // The shortest text that gives the same float, not that of the double it is.
        case .float32: withElements(Float.self) { Self.json($0[index]) }
        case .float16: withElements(Float16.self) { Self.json($0[index]) }
        case .float64, .bfloat16: number(at: index).map { JSONValue(double: $0) }
        default: number(at: index).map { .integer(Int64($0)) }
        }
    }

    private static func json(_ value: some BinaryFloatingPoint & LosslessStringConvertible) -> JSONValue {
        JSONValue(double: Double(String(value)) ?? Double(value))
    }
}

/// Values of JSON on their way into tensors.
public struct TensorReader {
    private let type: ElementType
    private let name: String

    public init(_ type: ElementType, name: String) {
        self.type = type
        self.name = name
    }

    /// The shape of nested arrays, as the first element of each tells.
    public static func shape(of value: JSONValue) -> [Int] {
        var shape: [Int] = []
        var inside = value
        while case .array(let elements) = inside, shape.count <= Tensor.dimensionsMax {
            shape.append(elements.count)
            guard let first = elements.first else { break }
            inside = first
        }
        return shape
    }

    /// A tensor of nested arrays, repeated along the dimensions that `shape` has before those of the value.
    ///
    /// - Precondition: `shape` ends with the shape of the value, unless one of the two has no elements.
    public func tensor(_ value: JSONValue, shape: [Int]) throws(ModelProblem) -> Tensor {
        let written = Self.shape(of: value)
        var elements: [JSONValue] = []
        try flatten(value, written[...], &elements)
        let count = try made { () throws(TensorError) in try Tensor.count(of: shape) }
        guard count <= Self.elementsMax else {
            throw ModelProblem(.badInput, "expected at most \(Self.elementsMax) elements of '\(name)', found \(shape)")
        }
        return try filled(elements, count, shape)
    }

    /// More elements than a person or a program writes as JSON: those of all inputs, or of all outputs.
    public static let elementsMax = 1 << 26

    private func flatten(
        _ value: JSONValue,
        _ shape: ArraySlice<Int>,
        _ elements: inout [JSONValue]
    ) throws(ModelProblem) {
        guard let size = shape.first else {
            if case .array = value { throw uneven() }
            elements.append(value)
            return
        }
        guard case .array(let inside) = value, inside.count == size else { throw uneven() }
        for element in inside { try flatten(element, shape.dropFirst(), &elements) }
    }

    private func uneven() -> ModelProblem {
        ModelProblem(.badInput, "expected arrays of one length in '\(name)', found others beside them")
    }

    private func filled(_ elements: [JSONValue], _ count: Int, _ shape: [Int]) throws(ModelProblem) -> Tensor {
        switch type {
        case .float32:
            return try numbers(elements, count, shape) { element in
                Self.finite(element) { Double(Float($0)) }.map { Float($0) }
            }
        case .float64: return try numbers(elements, count, shape) { $0.double }
        case .float16:
            return try numbers(elements, count, shape) { element in
                Self.finite(element) { Double(Float16($0)) }.map { Float16($0) }
            }
        case .bfloat16:
            return try numbers(elements, count, shape) { element in
                Self.finite(element) { Double(BFloat16(Float($0)).float) }.map { BFloat16(Float($0)) }
            }
        case .int8: return try numbers(elements, count, shape) { Self.whole($0, Int8.self) }
        case .int16: return try numbers(elements, count, shape) { Self.whole($0, Int16.self) }
        case .int32: return try numbers(elements, count, shape) { Self.whole($0, Int32.self) }
        case .int64: return try numbers(elements, count, shape) { Self.whole($0, Int64.self) }
        case .uint8: return try numbers(elements, count, shape) { Self.whole($0, UInt8.self) }
        case .uint16: return try numbers(elements, count, shape) { Self.whole($0, UInt16.self) }
        case .uint32: return try numbers(elements, count, shape) { Self.whole($0, UInt32.self) }
        case .uint64: return try numbers(elements, count, shape) { Self.whole($0, UInt64.self) }
        case .bool:
            let truths = try converted(elements, count) { Self.truth($0) }
            return try made { () throws(TensorError) in try Tensor(truths, shape: shape) }
        case .string:
            let texts = try converted(elements, count) { element -> String? in
                if case .string(let text) = element { text } else { nil }
            }
            return try made { () throws(TensorError) in try Tensor(texts, shape: shape) }
        default:
            throw ModelProblem(.unsupported, "expected elements that JSON has, found '\(name)' of \(type)")
        }
    }

    private func numbers<Element: TensorElement>(
        _ elements: [JSONValue],
        _ count: Int,
        _ shape: [Int],
        _ convert: (JSONValue) -> Element?
    ) throws(ModelProblem) -> Tensor {
        let numbers = try converted(elements, count, convert)
        return try made { () throws(TensorError) in try Tensor(numbers, shape: shape) }
    }

    /// The elements, repeated until there are `count`.
    private func converted<Element>(
        _ elements: [JSONValue],
        _ count: Int,
        _ convert: (JSONValue) -> Element?
    ) throws(ModelProblem) -> [Element] {
        var converted: [Element] = []
        converted.reserveCapacity(count)
        for (index, element) in elements.enumerated() {
            guard let value = convert(element) else {
                let place = elements.count > 1 ? " as element \(index + 1) of \(elements.count)" : ""
                throw ModelProblem(
                    .badInput,
                    "expected \(type) in '\(name)', found \(JSONWriter.text(of: element).prefix(60))\(place)"
                )
            }
            converted.append(value)
        }
        guard !converted.isEmpty, converted.count < count else { return Array(converted.prefix(count)) }
        let row = converted
        while converted.count < count { converted += row }
        return converted
    }

    private func made<Made>(_ make: () throws(TensorError) -> Made) throws(ModelProblem) -> Made {
        do throws(TensorError) {
            return try make()
        } catch {
            throw ModelProblem(.badInput, "'\(name)': \(error.description)")
        }
    }

    /// A number that stays finite when it is rounded; what is not finite from the start may be so.
    private static func finite(_ value: JSONValue, _ rounded: (Double) -> Double) -> Double? {
        value.double.flatMap { $0.isFinite && !rounded($0).isFinite ? nil : $0 }
    }

    /// A whole number that fits; also one that is written with a point.
    private static func whole<Number: FixedWidthInteger>(_ value: JSONValue, _ type: Number.Type) -> Number? {
        switch value {
        case .integer(let number): Number(exactly: number)
        case .unsigned(let number): Number(exactly: number)
        // Beyond 2^53 a number with a point or an exponent may stand for another whole one.
        case .number(let number): number.magnitude <= 0x1p53 ? Number(exactly: number) : nil
        case .bool(let truth): truth ? 1 : 0
        default: nil
        }
    }

    private static func truth(_ value: JSONValue) -> Bool? {
        switch value {
        case .bool(let truth): truth
        case .integer(0): false
        case .integer(1): true
        case .number(0): false
        case .number(1): true
        default: nil
        }
    }
}
