extension Tensor {
    /// All elements as doubles; nil for texts and for what ``number(at:)`` does not know.
    public func doubles() -> [Double]? {
        switch elementType {
        case .float64: return withElements(Double.self, Self.copied) ?? slowDoubles()
        case .float32: return withElements(Float.self) { Self.converted($0) { Double($0) } } ?? slowDoubles()
        case .int8: return withElements(Int8.self) { Self.converted($0) { Double($0) } }
        case .int16: return withElements(Int16.self) { Self.converted($0) { Double($0) } } ?? slowDoubles()
        case .int32: return withElements(Int32.self) { Self.converted($0) { Double($0) } } ?? slowDoubles()
        case .int64: return withElements(Int64.self) { Self.converted($0) { Double($0) } } ?? slowDoubles()
        case .uint8: return withElements(UInt8.self) { Self.converted($0) { Double($0) } }
        case .uint16: return withElements(UInt16.self) { Self.converted($0) { Double($0) } } ?? slowDoubles()
        case .uint32: return withElements(UInt32.self) { Self.converted($0) { Double($0) } } ?? slowDoubles()
        case .uint64: return withElements(UInt64.self) { Self.converted($0) { Double($0) } } ?? slowDoubles()
        default: return slowDoubles()
        }
    }

    private static func copied(_ span: Span<Double>) -> [Double] { converted(span) { $0 } }

    @inline(__always)
    private static func converted<Element>(_ span: Span<Element>, _ convert: (Element) -> Double) -> [Double] {
        unsafe [Double](unsafeUninitializedCapacity: span.count) { buffer, count in
            for index in 0..<span.count {
                unsafe (buffer.baseAddress! + index).initialize(to: convert(span[index]))
            }
            count = span.count
        }
    }

    /// One by one: for elements that lie where the processor cannot read them as such, and for rare types.
    private func slowDoubles() -> [Double]? {
        var doubles: [Double] = []
        doubles.reserveCapacity(count)
        for index in 0..<count {
            guard let number = number(at: index) else { return nil }
            doubles.append(number)
        }
        return doubles
    }
}
