/// The type of a tensor's elements: all that ONNX knows, under the numbers that ONNX gives them.
public enum ElementType: UInt8, Sendable, Hashable, CaseIterable {
    case float32 = 1
    case uint8 = 2
    case int8 = 3
    case uint16 = 4
    case int16 = 5
    case int32 = 6
    case int64 = 7
    case string = 8
    case bool = 9
    case float16 = 10
    case float64 = 11
    case uint32 = 12
    case uint64 = 13
    case complex64 = 14
    case complex128 = 15
    case bfloat16 = 16
    case float8e4m3fn = 17
    case float8e4m3fnuz = 18
    case float8e5m2 = 19
    case float8e5m2fnuz = 20
    case uint4 = 21
    case int4 = 22
    case float4e2m1 = 23
    case float8e8m0 = 24
    case uint2 = 25
    case int2 = 26
}

extension ElementType {
    /// The room of one element, or nil for text, which has no fixed one.
    ///
    /// Elements under 8 bits are packed, the first in the low bits of a byte.
    public var bitsPerElement: Int? {
        switch self {
        case .string: nil
        case .uint2, .int2: 2
        case .uint4, .int4, .float4e2m1: 4
        case .uint8, .int8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: 8
        case .uint16, .int16, .float16, .bfloat16: 16
        case .float32, .uint32, .int32: 32
        case .float64, .uint64, .int64, .complex64: 64
        case .complex128: 128
        }
    }

    /// How many bytes `count` elements take, or nil for text and for more than memory can hold.
    public func byteCount(of count: Int) -> Int? {
        guard let bits = bitsPerElement, count >= 0 else { return nil }
        let (product, overflows) = count.multipliedReportingOverflow(by: bits)
        guard !overflows, product <= Int.max - 7 else { return nil }
        return (product + 7) / 8
    }
}

extension ElementType: CustomStringConvertible {
    /// The name in YAML, messages and reports.
    public var description: String {
        switch self {
        case .float32: "float32"
        case .uint8: "uint8"
        case .int8: "int8"
        case .uint16: "uint16"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .string: "string"
        case .bool: "bool"
        case .float16: "float16"
        case .float64: "float64"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .complex64: "complex64"
        case .complex128: "complex128"
        case .bfloat16: "bfloat16"
        case .float8e4m3fn: "float8e4m3fn"
        case .float8e4m3fnuz: "float8e4m3fnuz"
        case .float8e5m2: "float8e5m2"
        case .float8e5m2fnuz: "float8e5m2fnuz"
        case .uint4: "uint4"
        case .int4: "int4"
        case .float4e2m1: "float4e2m1"
        case .float8e8m0: "float8e8m0"
        case .uint2: "uint2"
        case .int2: "int2"
        }
    }

    /// Reads what ``description`` writes.
    public init?(_ description: some StringProtocol) {
        guard let type = Self.allCases.first(where: { $0.description == description }) else { return nil }
        self = type
    }
}
