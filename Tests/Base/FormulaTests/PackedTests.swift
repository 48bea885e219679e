import TestSupport
import Testing

@testable import Formula

/// Numbers that stay where they are, beside the same as doubles.
@Suite struct PackedTests {
    /// Keeps the memory, and begins where no processor wants a number to be.
    final class Memory: Sendable {
        let bytes: [UInt8]

        init<Number>(_ numbers: [Number]) {
            bytes = unsafe [0] + numbers.withUnsafeBytes { unsafe Array($0) }
        }
    }

    static func packed<Number>(
        _ kind: PackedNumbers.Kind,
        _ numbers: [Number],
        _ shape: [Int],
        _ body: (FormulaValue) throws -> Void
    ) throws {
        let memory = Memory(numbers)
        try unsafe memory.bytes.withUnsafeBytes { bytes in
            let first = try unsafe #require(bytes.baseAddress) + 1
            let packed = unsafe PackedNumbers(kind, count: numbers.count, at: first, of: memory)
            let array = try #require(FormulaArray(shape: shape, packed: packed))
            try body(.array(array))
        }
    }

    static let texts = [
        "sum(a)", "mean(a)", "median(a)", "std(a)", "a", "a * 2 + 1", "sum(a * b)", "sum(sqrt(a))", "1 / a", "a + c",
        "sum(a + c)", "a + a", "Max(a, b) - n",
    ]

    private static func check<Number>(_ kind: PackedNumbers.Kind, _ numbers: [Number], _ double: (Number) -> Double)
        throws
    {
        let shape = [numbers.count / 3, 3]
        let doubles = numbers.map(double)
        let beside = doubles.indices.map { Double($0) / 7 }
        try packed(kind, numbers, shape) { value in
            for text in texts {
                let formula = try Formula(text, symbols: FormulaSymbols(["a", "b", "c", "n"]))
                func run(_ a: FormulaValue) throws -> FormulaResult {
                    let inputs: [String: FormulaValue] = [
                        "a": a, "b": ArrayTests.array(beside, shape), "c": ArrayTests.array([1, 2, 3]),
                        "n": .scalar(2),
                    ]
                    return try formula.run(formula.symbols.map { inputs[$0] ?? .scalar(.nan) })
                }
                let (ours, expected) = (try run(value), try run(ArrayTests.array(doubles, shape)))
                #expect(ours.value.shape == expected.value.shape, "\(kind): \(text)")
                #expect(
                    ours.value.elements.map(\.bitPattern) == expected.value.elements.map(\.bitPattern),
                    "\(kind): \(text)"
                )
                #expect(ours.reason == expected.reason, "\(kind): \(text)")
            }
        }
    }

    private static func whole<Number: FixedWidthInteger>(_ kind: PackedNumbers.Kind, _ type: Number.Type) throws {
        var generator = SplitMix64(seed: 7)
        for count in [3, 126, 129, 3000, 99_999] {
            let numbers = (0..<count).map { index in
                [0, .min, .max][safe: index] ?? Number(truncatingIfNeeded: generator.next())
            }
            try check(kind, numbers) { Double($0) }
        }
    }

    @Test("Whole numbers of every width are what they are as doubles")
    func wholeNumbers() throws {
        try Self.whole(.int8, Int8.self)
        try Self.whole(.int16, Int16.self)
        try Self.whole(.int32, Int32.self)
        try Self.whole(.uint8, UInt8.self)
        try Self.whole(.uint16, UInt16.self)
        try Self.whole(.uint32, UInt32.self)
        try Self.check(.int64, (0..<300).map { Int64($0) - 150 }) { Double($0) }
        try Self.check(.uint64, (0..<300).map { UInt64($0) << 33 }) { Double($0) }
    }

    @Test("So are others, with what is not finite")
    func otherNumbers() throws {
        try Self.check(.float32, (0..<3000).map { Float($0) / 3 - 100 }) { Double($0) }
        try Self.check(.float32, [1, .infinity, 3, 4, .nan, 6] as [Float]) { Double($0) }
        try Self.check(.float64, (0..<3000).map { Double($0) / 3 - 100 }) { $0 }
        try Self.check(.float64, [1, 2, -.infinity] as [Double]) { $0 }
    }

    @Test("One number alone, none at all, and a shape that does not hold them")
    func few() throws {
        try Self.packed(.uint16, [7 as UInt16], [1]) { value in
            let beside = try ArrayTests.run("2 * a + b", [("a", value), ("b", ArrayTests.array([1, 2]))])
            #expect(beside.value.elements == [15, 16])
            let sum = try ArrayTests.run("sum(a)", [("a", value)])
            #expect(sum.value.elements == [7])
        }
        try Self.packed(.uint16, [UInt16](), [0]) { value in
            let sum = try ArrayTests.run("sum(a)", [("a", value)])
            #expect(sum.value.elements == [0])
        }
        let memory = Memory([1 as UInt8])
        unsafe memory.bytes.withUnsafeBytes { bytes in
            guard let first = bytes.baseAddress else { return }
            let packed = unsafe PackedNumbers(.uint8, count: 1, at: first, of: memory)
            #expect(FormulaArray(shape: [2], packed: packed) == nil)
        }
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
