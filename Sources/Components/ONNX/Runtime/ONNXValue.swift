internal import COnnxRuntime
internal import Models
internal import Signals

/// A tensor as the library has it.
enum ONNXValue {
    /// A value over the memory of a tensor, which must live as long as the value; texts are copied.
    @unsafe
    static func make(_ tensor: Tensor) throws(ModelProblem) -> OpaquePointer {
        var value: OpaquePointer?
        let shape = tensor.shape.map(Int64.init)
        let status: OpaquePointer?
        if let texts = tensor.texts {
            var bytes: [UInt8] = []
            var ends: [Int] = []
            for text in texts {
                bytes += Array(text.utf8)
                ends.append(bytes.count)
            }
            unsafe status = bytes.withUnsafeBytes { bytes in
                let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                return unsafe ort_value_create_texts(start, ends, ends.count, shape, shape.count, &value)
            }
        } else {
            unsafe status =
                tensor.bytes?.withBytes { span in
                    unsafe span.withUnsafeBytes { bytes in
                        // The library only reads inputs, whatever its table says.
                        let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                        let type = Int32(tensor.elementType.rawValue)
                        return unsafe ort_value_create(start, bytes.count, shape, shape.count, type, &value)
                    }
                } ?? nil
        }
        try unsafe ONNXStatus.check(status, refused)
        return unsafe value!
    }

    /// A value over memory that is written again and again.
    @unsafe
    static func make(_ memory: TensorMemory) throws(ModelProblem) -> OpaquePointer {
        var value: OpaquePointer?
        let shape = memory.shape.map(Int64.init)
        let type = Int32(memory.elementType.rawValue)
        try unsafe ONNXStatus.check(
            ort_value_create(memory.address, memory.byteCount, shape, shape.count, type, &value),
            refused
        )
        return unsafe value!
    }

    private static func refused(_ message: String) -> ModelProblem {
        ModelProblem(.unsupported, "expected a tensor that ONNX Runtime takes, found: \(ONNXSession.plain(message))")
    }

    /// The tensor of an output, which shares the library's memory; nil when it has no value.
    ///
    /// It takes the value over. An output that is an input as well lies in that input's memory, which is then kept.
    @unsafe
    static func tensor(_ value: OpaquePointer, name: String, inputs: [Tensor?]) throws(ModelProblem) -> Tensor? {
        var isHandedOn = false
        defer { if !isHandedOn { unsafe ort_value_destroy(value) } }
        func unreadable(_ message: String) -> ModelProblem {
            ModelProblem(.failed, "expected the output '\(name)' as a tensor, found: \(ONNXSession.plain(message))")
        }
        var isTensor = false
        try unsafe ONNXStatus.check(ort_value_is_tensor(value, &isTensor), unreadable)
        guard isTensor else { return nil }
        var type: Int32 = 0
        var dimensions = 0
        try unsafe ONNXStatus.check(ort_value_type(value, &type, &dimensions), unreadable)
        var sizes = [Int64](repeating: 0, count: dimensions)
        try unsafe ONNXStatus.check(ort_value_shape(value, &sizes, dimensions), unreadable)
        let shape = sizes.map { Int($0) }
        guard let elementType = UInt8(exactly: type).flatMap(ElementType.init) else { throw unreadable("type \(type)") }
        func made<Made>(_ make: () throws(TensorError) -> Made) throws(ModelProblem) -> Made {
            do throws(TensorError) { return try make() } catch { throw unreadable(error.description) }
        }
        let count = try made { () throws(TensorError) in try Tensor.count(of: shape) }
        guard elementType != .string else {
            let texts = try unsafe texts(value, count, unreadable)
            return try made { () throws(TensorError) in try Tensor(texts, shape: shape) }
        }
        var memory: UnsafeMutableRawPointer?
        try unsafe ONNXStatus.check(ort_value_memory(value, &memory), unreadable)
        let bytes: TensorBytes
        if let memory = unsafe memory, let byteCount = elementType.byteCount(of: count), byteCount > 0 {
            isHandedOn = true
            let source = inputs.compactMap { $0?.bytes }.first { unsafe $0.contains(memory) }
            let owner = unsafe ValueOwner(value, keeping: source)
            bytes = unsafe TensorBytes(adopting: memory, count: byteCount) { _ in owner.end() }
        } else {
            bytes = TensorBytes(count: 0) { _ in }
        }
        return try made { () throws(TensorError) in try Tensor(elementType, shape: shape, bytes: bytes) }
    }

    @unsafe
    private static func texts(
        _ value: OpaquePointer,
        _ count: Int,
        _ unreadable: (String) -> ModelProblem
    ) throws(ModelProblem) -> [String] {
        var byteCount = 0
        var offsets = [Int](repeating: 0, count: count)
        try unsafe ONNXStatus.check(ort_value_text_bytes(value, &byteCount), unreadable)
        var bytes = [UInt8](repeating: 0, count: byteCount)
        try unsafe ONNXStatus.check(ort_value_texts(value, &bytes, byteCount, &offsets, count), unreadable)
        return (0..<count).map { index in
            let end = index + 1 < count ? offsets[index + 1] : byteCount
            return String(decoding: bytes[offsets[index]..<end], as: UTF8.self)
        }
    }
}

/// Destroys a value of the library, once.
// Safe: the value is only read until its end, which comes once, from whoever lets go last.
@safe private final class ValueOwner: @unchecked Sendable {
    private let value: OpaquePointer
    /// Where the value's memory belongs to somebody else.
    private let source: TensorBytes?

    init(_ value: OpaquePointer, keeping source: TensorBytes?) {
        unsafe self.value = value
        self.source = source
    }

    func end() { unsafe ort_value_destroy(value) }
}

/// Values of the library, destroyed with their owner.
@safe struct ONNXValueList: ~Copyable {
    /// Nil where there is none.
    var values: [OpaquePointer?]

    init(count: Int = 0) { unsafe values = .init(repeating: nil, count: count) }

    var count: Int { unsafe values.count }

    mutating func append(_ value: OpaquePointer?) { unsafe values.append(value) }

    /// Takes a value over.
    mutating func take(_ index: Int) -> OpaquePointer? {
        defer { unsafe values[index] = nil }
        return unsafe values[index]
    }

    deinit { for index in 0..<count { unsafe ort_value_destroy(values[index]) } }
}
