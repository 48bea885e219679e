extension Tensor {
    /// One element as a double, whatever its type; nil for texts, for complex numbers, and for the
    /// element types under 16 bits that are not plain integers.
    ///
    /// For looking at single elements. Code that reads many uses ``withElements(_:_:)``.
    ///
    /// - Precondition: `index` is in `0..<count`.
    public func number(at index: Int) -> Double? {
        precondition(index >= 0 && index < count, "element \(index) of \(count)")
        guard let bytes else { return nil }
        return bytes.withBytes { span in
            switch elementType {
            case .float32: Double(Self.load(Float.self, span, index))
            case .float64: Self.load(Double.self, span, index)
            case .float16: Double(Self.load(Float16.self, span, index))
            case .bfloat16: Double(Self.load(BFloat16.self, span, index).float)
            case .int8: Double(Self.load(Int8.self, span, index))
            case .int16: Double(Self.load(Int16.self, span, index))
            case .int32: Double(Self.load(Int32.self, span, index))
            case .int64: Double(Self.load(Int64.self, span, index))
            case .uint8: Double(Self.load(UInt8.self, span, index))
            case .uint16: Double(Self.load(UInt16.self, span, index))
            case .uint32: Double(Self.load(UInt32.self, span, index))
            case .uint64: Double(Self.load(UInt64.self, span, index))
            case .bool: Self.load(UInt8.self, span, index) == 0 ? 0 : 1
            case .uint4: Double(Self.packed(span, index, bits: 4))
            case .uint2: Double(Self.packed(span, index, bits: 2))
            case .int4: Double(Self.signed(Self.packed(span, index, bits: 4), bits: 4))
            case .int2: Double(Self.signed(Self.packed(span, index, bits: 2), bits: 2))
            case .string, .complex64, .complex128, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz,
                .float8e8m0, .float4e2m1:
                nil
            }
        }
    }

    private static func load<Element: TensorElement>(_ type: Element.Type, _ span: RawSpan, _ index: Int) -> Element {
        unsafe span.unsafeLoadUnaligned(fromByteOffset: index * MemoryLayout<Element>.stride, as: type)
    }

    private static func packed(_ span: RawSpan, _ index: Int, bits: Int) -> UInt8 {
        let perByte = 8 / bits
        let byte = load(UInt8.self, span, index / perByte)
        return byte >> UInt8(index % perByte * bits) & (1 << UInt8(bits) - 1)
    }

    private static func signed(_ field: UInt8, bits: Int) -> Int8 {
        Int8(bitPattern: field << UInt8(8 - bits)) >> Int8(8 - bits)
    }
}
