/// Numbers or texts in a shape, row by row (the last dimension varies fastest).
///
/// A tensor is a value; its bytes are shared, never copied. A shape of no dimensions is a scalar, and
/// a dimension of 0 is allowed.
public struct Tensor: Sendable, Equatable {
    private enum Storage: Sendable, Equatable {
        case bytes(TensorBytes)
        case texts([String])
    }

    public let elementType: ElementType
    public let shape: [Int]
    /// How many elements the shape has.
    public let count: Int
    private let storage: Storage

    /// More dimensions than any model has: what says more is broken or hostile.
    public static let dimensionsMax = 32

    /// A tensor over bytes that already lie as they should.
    public init(_ elementType: ElementType, shape: [Int], bytes: TensorBytes) throws(TensorError) {
        let count = try Self.count(of: shape)
        guard let expected = elementType.byteCount(of: count), expected == bytes.count else {
            throw TensorError.size(elementType, shape: shape, found: bytes.count)
        }
        self.elementType = elementType
        self.shape = shape
        self.count = count
        storage = .bytes(bytes)
    }

    /// A tensor of numbers from an array of them.
    public init<Element: TensorElement>(_ elements: [Element], shape: [Int]) throws(TensorError) {
        let byteCount = elements.count * MemoryLayout<Element>.stride
        let bytes = TensorBytes(count: byteCount) { output in
            unsafe elements.withUnsafeBytes { source in
                unsafe output.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
            }
        }
        try self.init(Element.elementType, shape: shape, bytes: bytes)
    }

    /// A tensor of truths, a byte each.
    public init(_ truths: [Bool], shape: [Int]) throws(TensorError) {
        let bytes = try Tensor(truths.map { $0 ? 1 : 0 } as [UInt8], shape: shape).bytes
        guard let bytes else { throw TensorError.elements(shape: shape, found: truths.count) }
        try self.init(.bool, shape: shape, bytes: bytes)
    }

    /// A tensor of texts.
    public init(_ texts: [String], shape: [Int]) throws(TensorError) {
        count = try Self.count(of: shape)
        guard count == texts.count else {
            throw TensorError.elements(shape: shape, found: texts.count)
        }
        elementType = .string
        self.shape = shape
        storage = .texts(texts)
    }

    /// The elements, in place.
    ///
    /// - Returns: Nil when the elements are of another type than `Element`, or lie where the processor
    ///   cannot read them as such (a library's buffer may start anywhere).
    public func withElements<Element: TensorElement, Result>(
        _ type: Element.Type,
        _ body: (Span<Element>) throws -> Result
    ) rethrows -> Result? {
        guard case .bytes(let bytes) = storage, Element.elementType == elementType,
            bytes.isAligned(to: MemoryLayout<Element>.alignment)
        else { return nil }
        return try bytes.withBytes { span in
            try unsafe span.withUnsafeBytes { try unsafe body($0.assumingMemoryBound(to: Element.self).span) }
        }
    }

    /// The bytes of a tensor of numbers; nil for texts.
    public var bytes: TensorBytes? {
        guard case .bytes(let bytes) = storage else { return nil }
        return bytes
    }

    /// The elements of a tensor of texts; nil for numbers.
    public var texts: [String]? {
        guard case .texts(let texts) = storage else { return nil }
        return texts
    }

    /// The same elements where the processor can read them as what they are: a library's buffer may start anywhere.
    public func aligned() throws(TensorError) -> Tensor {
        guard let bytes, let bits = elementType.bitsPerElement, !bytes.isAligned(to: max(1, bits / 8)) else {
            return self
        }
        let copy = bytes.withBytes { source in
            TensorBytes(count: source.byteCount) { target in
                unsafe target.withUnsafeMutableBytes { target in
                    unsafe source.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
                }
            }
        }
        return try Tensor(elementType, shape: shape, bytes: copy)
    }

    /// The same elements in another shape, without a copy.
    public func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor {
        guard try Self.count(of: shape) == count else { throw TensorError.elements(shape: shape, found: count) }
        return Tensor(elementType: elementType, shape: shape, count: count, storage: storage)
    }

    private init(elementType: ElementType, shape: [Int], count: Int, storage: Storage) {
        self.elementType = elementType
        self.shape = shape
        self.count = count
        self.storage = storage
    }

    /// The product of the dimensions, checked: shapes come from files and from the network.
    public static func count(of shape: [Int]) throws(TensorError) -> Int {
        guard shape.count <= dimensionsMax, shape.allSatisfy({ $0 >= 0 }) else { throw TensorError.shape(shape) }
        guard !shape.contains(0) else { return 0 }
        var count = 1
        for dimension in shape {
            let (product, overflows) = count.multipliedReportingOverflow(by: dimension)
            guard !overflows else { throw TensorError.shape(shape) }
            count = product
        }
        return count
    }
}

/// Why a tensor cannot be made.
public struct TensorError: Error, Equatable, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }

    static func shape(_ shape: [Int]) -> TensorError {
        TensorError(
            description: "expected at most \(Tensor.dimensionsMax) dimensions of 0 or more whose product is a count, "
                + "found \(shape.prefix(Tensor.dimensionsMax + 1))"
        )
    }

    static func size(_ type: ElementType, shape: [Int], found: Int) -> TensorError {
        guard let expected = type.byteCount(of: shape.reduce(1, &*)) else {
            return TensorError(description: "expected elements of a fixed size, found \(type) of shape \(shape)")
        }
        return TensorError(description: "expected \(expected) bytes for \(type) of shape \(shape), found \(found)")
    }

    static func elements(shape: [Int], found: Int) -> TensorError {
        TensorError(description: "expected \(shape.reduce(1, &*)) elements for the shape \(shape), found \(found)")
    }
}
