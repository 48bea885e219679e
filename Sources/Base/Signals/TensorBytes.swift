/// The bytes of a tensor: made once, never changed, shared by all that look at them.
///
/// They are either memory of our own or a buffer of a library, which is given back when the last
/// owner lets go. So an image reaches the model without a copy.
// Safe: the memory is written only before `init` returns; after that everybody reads.
@safe public final class TensorBytes: @unchecked Sendable {
    private let memory: UnsafeRawPointer
    public let count: Int
    private let release: @Sendable (UnsafeRawPointer) -> Void

    /// Where libraries that compute on tensors like them to begin.
    public static let alignment = 64

    /// New memory, zeroed, which `fill` may write before anybody else sees it.
    public init(count: Int, filledBy fill: (inout MutableRawSpan) throws -> Void) rethrows {
        precondition(count >= 0, "\(count) bytes")
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: Self.alignment)
        unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
        do {
            var span = unsafe buffer.mutableBytes
            try fill(&span)
        } catch {
            unsafe buffer.deallocate()
            throw error
        }
        // An empty buffer may have no address; any will do for reading nothing.
        unsafe memory = UnsafeRawPointer(buffer.baseAddress ?? UnsafeMutableRawPointer(bitPattern: Self.alignment)!)
        self.count = count
        let hasMemory = unsafe buffer.baseAddress != nil
        unsafe release = { pointer in if hasMemory { unsafe pointer.deallocate() } }
    }

    /// A buffer of a library, which stays as it is until `release` is called, once.
    ///
    /// - Precondition: `memory` is readable for `count` bytes and does not change.
    @unsafe public init(
        adopting memory: UnsafeRawPointer,
        count: Int,
        release: @escaping @Sendable (UnsafeRawPointer) -> Void
    ) {
        unsafe self.memory = memory
        self.count = count
        unsafe self.release = release
    }

    deinit { unsafe release(memory) }

    public func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        let buffer = unsafe UnsafeRawBufferPointer(start: memory, count: count)
        return try unsafe body(buffer.bytes)
    }

    /// The memory itself, for a library: it lives as long as this, and is never written.
    @unsafe public var address: UnsafeRawPointer { unsafe memory }

    /// Whether an address lies in the memory: then whoever uses it must keep these bytes.
    public func contains(_ address: UnsafeRawPointer) -> Bool {
        let start = unsafe UInt(bitPattern: memory)
        return UInt(bitPattern: address) &- start < UInt(count)
    }

    /// Whether the memory begins where a value of this alignment may lie.
    func isAligned(to alignment: Int) -> Bool {
        unsafe UInt(bitPattern: memory).isMultiple(of: UInt(alignment))
    }
}

extension TensorBytes: Equatable {
    public static func == (left: TensorBytes, right: TensorBytes) -> Bool {
        guard left !== right else { return true }
        guard left.count == right.count else { return false }
        return left.withBytes { left in
            right.withBytes { right in
                unsafe left.withUnsafeBytes { left in
                    unsafe right.withUnsafeBytes { right in unsafe left.elementsEqual(right) }
                }
            }
        }
    }
}
