internal import CAllocations
internal import CFormulaFloor
internal import Formula
internal import Glibc

/// Formulas beside the same written in C.
enum FormulaRows {
    static func print() {
        scalarRows()
        arrayRows()
        loadRow()
    }

    /// Ends with 1 if a scalar run allocates.
    static func checkAllocations() -> Int32 {
        let text = "sqrt(a**2 + b**2) * exp(-c) + Max(a, b) // 2 + erf(a) + Piecewise((a, b > c), (c, True))"
        let formula = formula(text, ["a", "b", "c"])
        var registers = formula.makeRegisters()
        let inputs = [1.0, 2, 3]
        var sum = formula.run(inputs.span, &registers)
        let before = allocations_of_thread()
        for _ in 0..<1000 { sum += formula.run(inputs.span, &registers) }
        let count = allocations_of_thread() - before
        // One that is known to be counted, so that the counter itself is checked.
        let array = [Double](repeating: sum, count: 1000)
        let isCounted = allocations_of_thread() > before + count && array.count == 1000
        Swift.print("1000 scalar runs allocate \(count) times; the counter works: \(isCounted)")
        return count == 0 && isCounted && sum.isFinite ? 0 : 1
    }

    private static func formula(_ text: String, _ symbols: [String]) -> Formula {
        do {
            return try Formula(text, symbols: FormulaSymbols(symbols))
        } catch {
            Swift.print("slipway-bench: \(error)")
            exit(70)
        }
    }

    /// One evaluation for each of a thousand inputs.
    private static func scalarRows() {
        let cases: [(String, @convention(c) (UnsafePointer<Double>?) -> Double)] = unsafe [
            ("(a + b) * c - d / a", floor_arithmetic), ("sqrt(a**2 + b**2) * exp(-c)", floor_transcendental),
        ]
        let inputs = (0..<4_000).map { 1 + Double($0 % 89) / 7 }
        for unsafe(text, floor) in unsafe cases {
            let formula = formula(text, ["a", "b", "c", "d"])
            let order = formula.symbols.map { ["a": 0, "b": 1, "c": 2, "d": 3][$0] ?? 0 }
            precondition(order == Array(0..<order.count), "the inputs are in the order of the symbols")
            var registers = formula.makeRegisters()
            let ours = {
                var sum = 0.0
                let all = inputs.span
                for row in 0..<1_000 {
                    sum += formula.run(all.extracting(4 * row..<4 * row + order.count), &registers)
                }
                Consumer.take(number: sum)
            }
            let theirs = {
                let sum = unsafe inputs.withUnsafeBufferPointer { inputs in
                    unsafe floor_sum(floor, inputs.baseAddress, 1_000)
                }
                Consumer.take(number: sum)
            }
            let pairs = Pairs(ours, theirs)
            row("formula, scalar: \(text)", pairs, scale: 1e6, unit: "ns", target: "≤ 20, 100 ns")
        }
    }

    private static func arrayRows() {
        let count = 1_000_000
        let a = (0..<count).map { 1 + Double($0 % 97) / 13 }
        let b = (0..<count).map { 2 + Double($0 % 31) / 7 }
        let cases:
            [(
                String,
                @convention(c) (UnsafePointer<Double>?, UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, Int) ->
                    Void
            )] =
                unsafe [
                    ("(a + b) * 2 - a / b", floor_array_arithmetic), ("sqrt(a**2 + b**2)", floor_array_length),
                    ("exp(-a) * sin(b)", floor_array_transcendental),
                    ("Piecewise((a, a > b), (b*2, True))", floor_array_choice),
                    ("1 + a*(2 + a*(3 + a*(4 + a*b)))", floor_array_polynomial),
                ]
        for unsafe(text, floor) in unsafe cases {
            let formula = formula(text, ["a", "b"])
            precondition(formula.symbols == ["a", "b"])
            guard let left = FormulaArray(shape: [count], elements: a),
                let right = FormulaArray(shape: [count], elements: b)
            else { exit(70) }
            var memory = [Double](repeating: 0, count: count)
            let ours = {
                var given: [Double] = []
                swap(&given, &memory)
                guard let result = try? formula.run([.array(left), .array(right)], reusing: consume given),
                    case .array(let array) = result.value
                else { exit(70) }
                memory = array.elements
            }
            var room = [Double](repeating: 0, count: count)
            let theirs = { unsafe floor(a, b, &room, count) }
            let pairs = Pairs(ours, theirs)
            precondition(memory == room, "\(text): both compute the same")
            row("formula, 1,000,000 elements: \(text)", pairs, scale: 1e3, unit: "ms", target: "≤ 2")
        }
    }

    private static func loadRow() {
        let texts = (0..<1_000).map { "(QUAD:IN20:\($0):BACT**2 + 1.5*A:Y - \($0)/7)**(1/2) * Max(A:X, 0) + sin(A:Z)" }
        let symbols = texts.indices.map { ["QUAD:IN20:\($0):BACT", "A:X", "A:Y", "A:Z"] }
        let loading = {
            for (text, symbols) in zip(texts, symbols) { Consumer.take(Int64(formula(text, symbols).symbols.count)) }
        }
        let pairs = Pairs(
            loading,
            { Consumer.take(Int64(texts.reduce(0) { $0 + $1.utf8.reduce(0) { $0 &+ Int($1) } })) }
        )
        let ours = (pairs.ours * 1e5).rounded() / 100
        let floor = (pairs.theirs * 1e5).rounded() / 100
        Swift.print("| load 1,000 formulas | \(ours) ms | adding up their bytes: \(floor) ms | | ≤ 50 ms |")
    }

    private static func row(_ path: String, _ pairs: Pairs, scale: Double, unit: String, target: String) {
        func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
        let ours = rounded(pairs.ours * scale)
        let theirs = rounded(pairs.theirs * scale)
        let ratio = rounded(pairs.ours / pairs.theirs)
        Swift.print("| \(path) | \(ours) \(unit) | C at -O3: \(theirs) \(unit) | \(ratio) | \(target) |")
    }
}
