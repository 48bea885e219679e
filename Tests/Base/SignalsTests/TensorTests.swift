import Synchronization
import Testing

@testable import Signals

@Suite struct TensorTests {
    @Test("Names and numbers of element types are one to one", arguments: ElementType.allCases)
    func names(type: ElementType) {
        #expect(ElementType(type.description) == type)
        #expect(ElementType.allCases.count { $0.description == type.description } == 1)
    }

    @Test("A tensor of every element type of a fixed size has the bytes it needs", arguments: ElementType.allCases)
    func sizes(type: ElementType) throws {
        guard let bits = type.bitsPerElement else {
            #expect(type == .string)
            return
        }
        let shape = [3, 5]
        let bytes = TensorBytes(count: (15 * bits + 7) / 8) { _ in }
        let tensor = try Tensor(type, shape: shape, bytes: bytes)
        #expect(tensor.count == 15)
        let short = TensorBytes(count: bytes.count - 1) { _ in }
        #expect(
            throws: TensorError(
                description: "expected \(bytes.count) bytes for \(type) of shape [3, 5], found \(short.count)"
            )
        ) {
            try Tensor(type, shape: shape, bytes: short)
        }
    }

    @Test("Elements lie as they were given")
    func elements() throws {
        let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        #expect(tensor.elementType == .float32)
        let sum = tensor.withElements(Float.self) { span in span.indices.reduce(0) { $0 + span[$1] } }
        #expect(sum == 21)
        #expect(tensor.withElements(Double.self) { _ in 0 } == nil)
        #expect(tensor.number(at: 4) == 5)
        #expect(try tensor.reshaped([6]).shape == [6])
        #expect(try tensor.reshaped([3, 2]).bytes === tensor.bytes)
    }

    @Test("Truths are bytes, and any byte but 0 is true")
    func truths() throws {
        let tensor = try Tensor([true, false], shape: [2])
        #expect(tensor.elementType == .bool)
        #expect([tensor.number(at: 0), tensor.number(at: 1)] == [1, 0])
        let foreign = try Tensor(
            .bool,
            shape: [1],
            bytes: TensorBytes(count: 1) { $0.storeBytes(of: 2, as: UInt8.self) }
        )
        #expect(foreign.number(at: 0) == 1)
    }

    @Test("Texts are elements too")
    func texts() throws {
        let tensor = try Tensor(["a", "b"], shape: [2, 1])
        #expect(tensor.texts == ["a", "b"])
        #expect(tensor.bytes == nil)
        #expect(tensor.number(at: 0) == nil)
        #expect(throws: TensorError(description: "expected 3 elements for the shape [3], found 2")) {
            try Tensor(["a", "b"], shape: [3])
        }
    }

    @Test(
        "A shape that is no shape is refused before memory is asked for",
        arguments: [[-1], [Int.max, 2], [1 << 32, 1 << 32], Array(repeating: 1, count: 33)]
    )
    func badShapes(shape: [Int]) {
        #expect(throws: TensorError.self) { try Tensor(.uint8, shape: shape, bytes: TensorBytes(count: 0) { _ in }) }
    }

    @Test("A dimension of 0 makes an empty tensor, whatever the others are")
    func empty() throws {
        let tensor = try Tensor(.float64, shape: [Int.max, 0, Int.max], bytes: TensorBytes(count: 0) { _ in })
        #expect(tensor.count == 0)
        #expect(tensor.withElements(Double.self) { $0.count } == 0)
    }

    @Test("Small integers are packed, the first in the low bits")
    func packed() throws {
        let bytes = TensorBytes(count: 2) { span in
            span.storeBytes(of: 0x8F, toByteOffset: 0, as: UInt8.self)
            span.storeBytes(of: 0x21, toByteOffset: 1, as: UInt8.self)
        }
        let signed = try Tensor(.int4, shape: [4], bytes: bytes)
        #expect((0..<4).map { signed.number(at: $0) } == [-1, -8, 1, 2])
        let unsigned = try Tensor(.uint4, shape: [4], bytes: bytes)
        #expect((0..<4).map { unsigned.number(at: $0) } == [15, 8, 1, 2])
        let pairs = try Tensor(.int2, shape: [8], bytes: bytes)
        #expect((0..<8).map { pairs.number(at: $0) } == [-1, -1, 0, -2, 1, 0, -2, 0])
    }

    @Test("A buffer of a library is given back once, when the last owner lets go")
    func adoption() throws {
        let released = Mutex(0)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 8)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 7, count: 16)
        do {
            let bytes = unsafe TensorBytes(adopting: memory, count: 16) { pointer in
                unsafe pointer.deallocate()
                released.withLock { $0 += 1 }
            }
            let first = try Tensor(.uint8, shape: [16], bytes: bytes)
            let second = try first.reshaped([4, 4])
            #expect(second.number(at: 15) == 7)
            #expect(released.withLock { $0 } == 0)
        }
        #expect(released.withLock { $0 } == 1)
    }

    @Test("A buffer that begins between two addresses is read by element, not as a whole")
    func misaligned() throws {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 9, alignment: 8)
        unsafe (memory + 1).storeBytes(of: 2.5, as: Double.self)
        let bytes = unsafe TensorBytes(adopting: UnsafeRawPointer(memory + 1), count: 8) { pointer in
            unsafe (pointer - 1).deallocate()
        }
        let tensor = try Tensor(.float64, shape: [], bytes: bytes)
        #expect(tensor.withElements(Double.self) { _ in 0 } == nil)
        #expect(tensor.number(at: 0) == 2.5)
        #expect(Value.tensor(tensor).number == 2.5)
    }

    @Test(
        "A bfloat16 is the nearest one, ties to even",
        arguments: [
            (Float(1), UInt16(0x3F80)), (-2.5, 0xC020), (.infinity, 0x7F80), (3.3895314e38, 0x7F7F),
            (.greatestFiniteMagnitude, 0x7F80), (1.001953125, 0x3F80), (1.00390625, 0x3F80), (1.01171875, 0x3F82),
        ]
    )
    func bfloat16(value: Float, bits: UInt16) {
        #expect(BFloat16(value).bitPattern == bits)
    }

    @Test("A NaN stays a NaN as bfloat16")
    func bfloat16NaN() {
        #expect(BFloat16(Float(bitPattern: 0x7F80_0001)).float.isNaN)
    }

    @Test("An image needs rows and columns")
    func image() throws {
        let tensor = try Tensor([UInt8](repeating: 0, count: 12), shape: [3, 4])
        let image = try Image(tensor, axes: [.init(.row), .init(.column)])
        #expect(image.axes.count == 2)
        for axes in [[Image.Axis(.row)], [.init(.row), .init(.row)], [.init(.row), .init(.column), .init(.colour)]] {
            #expect(throws: TensorError.self) { try Image(tensor, axes: axes) }
        }
    }
}
