public import Signals

/// The memory of a tensor that is written again and again.
///
/// It belongs to one thread at a time.
@safe public final class TensorMemory {
    public let elementType: ElementType
    public let shape: [Int]
    public let byteCount: Int
    private let memory: UnsafeMutableRawPointer

    private static let byteCountMax = 1 << 40

    /// Memory for a tensor of numbers, zeroed.
    ///
    /// - Throws: When its elements have no fixed size, or are more than memory can hold.
    public init(_ elementType: ElementType, shape: [Int]) throws(TensorError) {
        guard let bytes = elementType.byteCount(of: try Tensor.count(of: shape)), bytes <= Self.byteCountMax else {
            throw TensorError(
                description:
                    "expected at most \(Self.byteCountMax) bytes of numbers, found \(elementType) of shape \(shape)"
            )
        }
        self.elementType = elementType
        self.shape = shape
        byteCount = bytes
        unsafe memory = .allocate(byteCount: max(1, bytes), alignment: TensorBytes.alignment)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: max(1, bytes))
    }

    deinit { unsafe memory.deallocate() }

    /// The elements, to be written; nil when they are of another type.
    public func withMutableElements<Element: TensorElement, Result>(
        _ type: Element.Type,
        _ body: (inout MutableSpan<Element>) throws -> Result
    ) rethrows -> Result? {
        guard Element.elementType == elementType else { return nil }
        let count = byteCount / MemoryLayout<Element>.stride
        let buffer = unsafe UnsafeMutableBufferPointer(start: memory.assumingMemoryBound(to: type), count: count)
        var span = unsafe buffer.mutableSpan
        return try body(&span)
    }

    /// The elements; nil when they are of another type.
    public func withElements<Element: TensorElement, Result>(
        _ type: Element.Type,
        _ body: (Span<Element>) throws -> Result
    ) rethrows -> Result? {
        guard Element.elementType == elementType else { return nil }
        let count = byteCount / MemoryLayout<Element>.stride
        let buffer = unsafe UnsafeBufferPointer(start: memory.assumingMemoryBound(to: type), count: count)
        return try unsafe body(buffer.span)
    }

    /// The memory itself, for a library: it lives as long as this.
    @unsafe public var address: UnsafeMutableRawPointer { unsafe memory }
}
