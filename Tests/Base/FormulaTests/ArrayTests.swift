import CArrayKernels
import TestSupport
import Testing

@testable import Formula

/// Formulas over arrays, beside formulas over their elements.
@Suite struct ArrayTests {
    static func array(_ elements: [Double], _ shape: [Int]? = nil) -> FormulaValue {
        .array(FormulaArray(elements, shape: shape ?? [elements.count]))
    }

    static func run(_ text: String, _ inputs: [(String, FormulaValue)]) throws -> FormulaResult {
        let formula = try Formula(text, symbols: FormulaSymbols(inputs.map(\.0)))
        let given = Dictionary(uniqueKeysWithValues: inputs)
        return try formula.run(formula.symbols.map { given[$0] ?? .scalar(.nan) })
    }

    static let shapesTogether: [([Int], [Int], [Int])] = [
        ([3], [3], [3]), ([3], [1], [3]), ([2, 3], [3], [2, 3]), ([2, 1], [1, 3], [2, 3]),
        ([4, 1, 3], [2, 1], [4, 2, 3]),
        ([1], [1], [1]), ([], [3], [3]), ([0], [1], [0]), ([2, 0], [1, 1], [2, 0]), ([1, 3], [3], [1, 3]),
        ([5, 1], [], [5, 1]),
        ([7, 600], [600], [7, 600]), ([600, 1], [1, 7], [600, 7]),
    ]

    @Test("Shapes go together as in NumPy", arguments: shapesTogether)
    func broadcasting(left: [Int], right: [Int], expected: [Int]) throws {
        let a = (0..<left.reduce(1, *)).map { Double($0) + 0.5 }
        let b = (0..<right.reduce(1, *)).map { Double($0) * 3 - 1 }
        let result = try Self.run("a*2 - b", [("a", Self.array(a, left)), ("b", Self.array(b, right))])
        #expect(result.value.shape == expected)
        let count = expected.reduce(1, *)
        // Each element on its own: where it comes from is worked out dimension by dimension.
        func source(_ element: Int, _ shape: [Int]) -> Int {
            var (rest, index, step) = (element, 0, 1)
            for dimension in 1..<(expected.count + 1) {
                let size = expected[expected.count - dimension]
                if dimension <= shape.count {
                    let own = shape[shape.count - dimension]
                    index += own == 1 ? 0 : (rest % size) * step
                    step *= own
                }
                rest /= size
            }
            return index
        }
        #expect(result.value.elements == (0..<count).map { a[source($0, left)] * 2 - b[source($0, right)] })
    }

    @Test("Shapes that do not go together are told with their names")
    func mismatch() throws {
        #expect(
            throws: FormulaShapeProblem(
                problem: "expected arrays whose shapes go together, found (3,) of 'b' beside (2,) of 'a'"
            )
        ) {
            try Self.run("a + b", [("a", Self.array([1, 2])), ("b", Self.array([1, 2, 3]))])
        }
        #expect(throws: FormulaShapeProblem.self) {
            try Self.run("mean(a + b)", [("a", Self.array([1, 2])), ("b", Self.array([1, 2, 3]))])
        }
        #expect(
            throws: FormulaShapeProblem(
                problem: "expected arrays that make at most 67108864 elements, found the shape (10000, 10000)"
            )
        ) {
            let many = [Double](repeating: 0, count: 10_000)
            _ = try Self.run("a + b", [("a", Self.array(many, [10_000, 1])), ("b", Self.array(many, [1, 10_000]))])
        }
        // What a formula does not use does not matter.
        #expect(
            try Self.run("a", [("a", Self.array([1, 2])), ("b", Self.array([1, 2, 3]))]).value.elements == [1, 2]
        )
    }

    @Test(
        "Every operation gives an array what it gives its elements, to the bit",
        arguments: Operation.allCases.filter { !$0.isReduction }
    )
    func operations(operation: Operation) {
        var generator = SplitMix64(seed: UInt64(operation.rawValue))
        let special: [Double] = [0, -0.0, 1, -1, 2, 0.5, .nan, .infinity, -.infinity, 1e300, -1e-300, 3, 4]
        let count = 67
        func numbers() -> [Double] {
            (0..<count).map { _ in
                Bool.random(using: &generator)
                    ? special.randomElement(using: &generator) ?? 0 : Double.random(in: -5...5, using: &generator)
            }
        }
        let (a, b, c) = (numbers(), numbers(), numbers())
        var out = [Double](repeating: 0, count: count)
        for mask in 0..<8 {
            unsafe a.withUnsafeBufferPointer { pa in
                unsafe b.withUnsafeBufferPointer { pb in
                    unsafe c.withUnsafeBufferPointer { pc in
                        unsafe out.withUnsafeMutableBufferPointer { out in
                            let lanes = unsafe zip([pa, pb, pc], 0..<3).map { pointer, bit in
                                unsafe mask & (1 << bit) == 0 ? ak_lane(pointer.baseAddress!) : ak_lane(pointer[0])
                            }
                            let kernel = unsafe Kernel(operation, lanes[0], lanes[1], lanes[2])
                            unsafe kernel.run(lanes[0], lanes[1], lanes[2], into: out.baseAddress!, count: count)
                        }
                    }
                }
            }
            for index in 0..<count {
                let expected = operation.value(
                    a[mask & 1 == 0 ? index : 0],
                    b[mask & 2 == 0 ? index : 0],
                    c[mask & 4 == 0 ? index : 0]
                )
                #expect(
                    out[index].bitPattern == expected.bitPattern || (out[index].isNaN && expected.isNaN),
                    "\(mask) \(index)"
                )
            }
        }
    }

    @Test("Formulas over long arrays are formulas over their elements", arguments: [1, 511, 512, 513, 5_000])
    func pieces(count: Int) throws {
        let text =
            "Piecewise((sqrt(a*a + b), a > s), (a - b/s, True)) + exp(-a) * (b + s*2) - (a*b - b)*(a + 1)*(b + 2)"
        let a = (0..<count).map { Double($0 % 97) / 13 }
        let b = (0..<count).map { Double($0 % 31) / 7 + 0.1 }
        let result = try Self.run(text, [("a", Self.array(a)), ("b", Self.array(b)), ("s", .scalar(3))])
        let formula = try Formula(text, symbols: FormulaSymbols(["a", "b", "s"]))
        let position = ["a": 0, "b": 1, "s": 2]
        for index in 0..<count {
            let inputs = [a[index], b[index], 3]
            let alone = formula.run(formula.symbols.map { inputs[position[$0] ?? 0] })
            #expect(result.value.elements[index] == alone)
        }
    }

    static let means: [(String, Double)] = [
        ("mean(a)", 2.5), ("sum(a)", 10), ("var(a)", 1.25), ("std(a)", 1.118033988749895), ("median(a)", 2.5),
        ("sum(a*a) - sum(a)**2/4", 5), ("mean(a - mean(a))", 0), ("sum(2)", 2), ("mean(a)*2 + median(a)", 7.5),
        ("sum(a > 2)", 2),
        ("std(a*0 + 7)", 0), ("sum(mean(a))", 2.5),
    ]

    @Test("Means and the like are of all elements", arguments: means)
    func reductions(text: String, expected: Double) throws {
        let result = try Self.run(text, [("a", Self.array([4, 1, 3, 2], [2, 2]))])
        #expect(result.value.shape == nil)
        #expect(result.value.elements == [expected])
    }

    @Test("A mean beside an array stands beside each element")
    func mixed() throws {
        let result = try Self.run("(a - mean(a)) / std(a)", [("a", Self.array([1, 2, 3, 4]))])
        #expect(result.value.shape == [4])
        #expect(abs(result.value.elements.reduce(0, +)) < 1e-15)
        #expect(
            try Self.run("sum(a + b)", [("a", Self.array([1, 2], [2, 1])), ("b", Self.array([10, 20, 30]))]).value
                .elements == [129]
        )
        #expect(try Self.run("median(a)", [("a", Self.array([3, 1, 2]))]).value.elements == [2])
        #expect(try Self.run("median(a)", [("a", Self.array([1e308, 1.7e308]))]).value.elements == [1.35e308])
        #expect(
            try Self.run("median(a)", [("a", Self.array([.leastNonzeroMagnitude, .leastNonzeroMagnitude]))]).value
                .elements == [.leastNonzeroMagnitude]
        )
        #expect(try Self.run("mean(a)", [("a", Self.array([1.7e308, 1.7e308]))]).value.elements == [1.7e308])
    }

    @Test("A sum is computed as if with twice the digits")
    func sums() throws {
        let terms = [1e16, 1, -1e16, 1, 3, 1e16, -1e16]
        #expect(try Self.run("sum(a)", [("a", Self.array(terms))]).value.elements == [5])
        let tenths = [Double](repeating: 0.1, count: 100_000)
        #expect(try Self.run("sum(a)", [("a", Self.array(tenths))]).value.elements == [10_000])
        #expect(try Self.run("mean(a)", [("a", Self.array(tenths))]).value.elements == [0.1])
        // The two-pass variance of numbers far from zero.
        let far = (0..<1_000).map { 1e9 + Double($0 % 2) }
        #expect(try Self.run("var(a)", [("a", Self.array(far))]).value.elements == [0.25])
        #expect(try Self.run("sum(a)", [("a", Self.array([.infinity, 1]))]).value.elements == [.infinity])
        #expect(try Self.run("sum(a)", [("a", Self.array([]))]).value.elements == [0])
    }

    @Test("Arrays have shapes that hold their elements")
    func shapes() {
        #expect(FormulaArray(shape: [2, 2], elements: [1, 2, 3, 4]) != nil)
        #expect(FormulaArray(shape: [2, 2], elements: [1, 2, 3]) == nil)
        #expect(FormulaArray(shape: [-1], elements: []) == nil)
        #expect(FormulaArray(shape: [0, .max], elements: [])?.elements.isEmpty == true)
        #expect(FormulaArray(shape: [.max, .max], elements: []) == nil)
        #expect(FormulaArray(shape: [Int](repeating: 1, count: 33), elements: [1]) == nil)
    }

    @Test("Memory that is given is used again, whatever it held")
    func memory() throws {
        let formula = try Formula("a + 1", symbols: FormulaSymbols(["a"]))
        let input = Self.array([Double](repeating: 1, count: 1_000))
        var memory = try formula.run([input]).value.elements
        for _ in 0..<3 {
            let result = try formula.run([input], reusing: memory)
            memory = []
            memory = result.value.elements
            #expect(memory == [Double](repeating: 2, count: 1_000))
        }
    }
}
