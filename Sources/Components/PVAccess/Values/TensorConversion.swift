internal import Signals

/// Tensors as arrays of another element type.
enum TensorConversion {
    /// Whether arrays of PV Access have such elements.
    static func isKnown(_ type: ElementType) -> Bool {
        switch type {
        case .float32, .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool, .string: true
        default: false
        }
    }

    /// The elements in a row; nil when one does not fit.
    ///
    /// Without a copy where the type is the same.
    static func converted(_ tensor: Tensor, to type: ElementType) -> Tensor? {
        guard isKnown(type) else { return nil }
        if tensor.elementType == type { return try? tensor.reshaped([tensor.count]).aligned() }
        guard tensor.elementType != .string, type != .string else { return nil }
        switch type {
        case .float64: return numbers(tensor) { $0 }
        case .float32: return numbers(tensor) { $0.isFinite && !Float($0).isFinite ? nil : Float($0) }
        case .int8: return wholes(tensor, Int8.self)
        case .int16: return wholes(tensor, Int16.self)
        case .int32: return wholes(tensor, Int32.self)
        case .int64: return wholes(tensor, Int64.self)
        case .uint8: return wholes(tensor, UInt8.self)
        case .uint16: return wholes(tensor, UInt16.self)
        case .uint32: return wholes(tensor, UInt32.self)
        case .uint64: return wholes(tensor, UInt64.self)
        case .bool:
            var truths: [Bool] = []
            for index in 0..<tensor.count {
                guard let number = tensor.number(at: index), number == 0 || number == 1 else { return nil }
                truths.append(number == 1)
            }
            return try? Tensor(truths, shape: [tensor.count])
        default: return nil
        }
    }

    private static func numbers<Element: TensorElement>(_ tensor: Tensor, _ convert: (Double) -> Element?) -> Tensor? {
        var elements: [Element] = []
        elements.reserveCapacity(tensor.count)
        for index in 0..<tensor.count {
            guard let element = tensor.number(at: index).flatMap(convert) else { return nil }
            elements.append(element)
        }
        return try? Tensor(elements, shape: [tensor.count])
    }

    /// Integers of 64 bits do not go through doubles, which would round them.
    private static func wholes<Whole: TensorElement & FixedWidthInteger>(
        _ tensor: Tensor,
        _ type: Whole.Type
    ) -> Tensor? {
        func exact<From: TensorElement & FixedWidthInteger>(_ from: From.Type) -> Tensor? {
            let elements = tensor.withElements(From.self) { span -> [Whole]? in
                var elements: [Whole] = []
                elements.reserveCapacity(span.count)
                for index in span.indices {
                    guard let whole = Whole(exactly: span[index]) else { return nil }
                    elements.append(whole)
                }
                return elements
            }
            return elements.flatMap { $0 }.flatMap { try? Tensor($0, shape: [$0.count]) }
        }
        switch tensor.elementType {
        case .int64: return exact(Int64.self)
        case .uint64: return exact(UInt64.self)
        default: return numbers(tensor) { Whole(exactly: $0) }
        }
    }
}
