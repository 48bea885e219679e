/// A Swift type whose values lie in a tensor as they are.
///
/// `Bool` is none: a byte of a tensor may be any number, and a Swift `Bool` of 2 breaks the program.
public protocol TensorElement: BitwiseCopyable, Sendable {
    static var elementType: ElementType { get }
}

extension Float: TensorElement { public static var elementType: ElementType { .float32 } }
extension Double: TensorElement { public static var elementType: ElementType { .float64 } }
extension Float16: TensorElement { public static var elementType: ElementType { .float16 } }
extension BFloat16: TensorElement { public static var elementType: ElementType { .bfloat16 } }
extension Int8: TensorElement { public static var elementType: ElementType { .int8 } }
extension Int16: TensorElement { public static var elementType: ElementType { .int16 } }
extension Int32: TensorElement { public static var elementType: ElementType { .int32 } }
extension Int64: TensorElement { public static var elementType: ElementType { .int64 } }
extension UInt8: TensorElement { public static var elementType: ElementType { .uint8 } }
extension UInt16: TensorElement { public static var elementType: ElementType { .uint16 } }
extension UInt32: TensorElement { public static var elementType: ElementType { .uint32 } }
extension UInt64: TensorElement { public static var elementType: ElementType { .uint64 } }

/// The upper half of a float: its range with 8 bits of precision.
public struct BFloat16: Sendable, Hashable, BitwiseCopyable {
    public let bitPattern: UInt16

    public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

    /// The nearest value, ties to even; a NaN stays one.
    public init(_ value: Float) {
        let bits = value.bitPattern
        guard !value.isNaN else {
            self.init(bitPattern: UInt16(truncatingIfNeeded: bits >> 16) | 0x0040)
            return
        }
        let roundUp: UInt32 = 0x7FFF + (bits >> 16 & 1)
        self.init(bitPattern: UInt16(truncatingIfNeeded: (bits &+ roundUp) >> 16))
    }

    public var float: Float { Float(bitPattern: UInt32(bitPattern) << 16) }
}
