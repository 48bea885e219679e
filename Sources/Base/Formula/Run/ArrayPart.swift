/// The steps that lead to one slot, over the elements of one shape.
struct ArrayPart {
    /// The slot they lead to.
    let result: Int
    /// The steps, in order, that are no mean or sum.
    let cone: [Int]
    /// The shape of what comes out; nil when that is one number.
    let shape: [Int]?
    private let count: Int
    /// The steps that have a value for each element.
    private let moving: [Int]
    /// Where a step of ``moving`` leaves its values: a piece of the scratch memory; the last one none.
    private let rooms: [Int: Int]
    private let roomCount: Int
    /// The arrays that are read as they are, and those that are spread out first, each with its strides.
    private let dense: Set<Int>
    private let spread: [Int: [Int]]

    /// As many elements as go through all steps before the next: eight rooms of them fit the nearest cache.
    private static let pieceMax = 512

    init(_ run: ArrayRun, result: Int) throws(FormulaShapeProblem) {
        self.result = result
        let program = run.steps
        let cone = program.cone(of: result)
        self.cone = cone
        var leaves: Set<Int> = result < program.symbolCount ? [result] : []
        for index in cone { leaves.formUnion(program.steps[index].operands.filter { $0 < program.symbolCount }) }
        var together = Broadcast()
        var arrays: [(slot: Int, shape: [Int])] = []
        for slot in leaves.sorted() {
            guard let shape = run.shape(of: slot) else { continue }
            try together.add(shape, name: run.name(of: slot))
            arrays.append((slot, shape))
        }
        count = try together.count()
        shape = arrays.isEmpty ? nil : together.shape
        var dense: Set<Int> = []
        var spread: [Int: [Int]] = [:]
        for (slot, shape) in arrays where !run.isUniform(slot) {
            if shape.reduce(1, *) == count {
                dense.insert(slot)
            } else {
                spread[slot] = Broadcast.strides(of: shape, in: together.shape)
            }
        }
        self.dense = dense
        self.spread = spread
        moving = cone.filter { !run.isUniform(program.firstStep + $0) }
        (rooms, roomCount) = Self.rooms(for: moving, spread.keys.sorted(), program)
    }

    /// Gives each spread array and each step a room, and a room again when nobody reads it any more.
    private static func rooms(
        for moving: [Int],
        _ spread: [Int],
        _ program: FormulaProgram
    ) -> (rooms: [Int: Int], count: Int) {
        var lastUse: [Int: Int] = [:]
        for index in moving { for operand in program.steps[index].operands { lastUse[operand] = index } }
        var rooms: [Int: Int] = [:]
        var free: [Int] = []
        var count = 0
        func take(_ slot: Int) {
            if free.isEmpty {
                free.append(count)
                count += 1
            }
            rooms[slot] = free.removeLast()
        }
        for slot in spread { take(slot) }
        for index in moving {
            // A step may write where it reads: element by element it reads first.
            for operand in Set(program.steps[index].operands) where lastUse[operand] == index {
                if let room = rooms[operand], !spread.contains(operand) { free.append(room) }
            }
            take(program.firstStep + index)
        }
        return (rooms, count)
    }
}

// Running the steps.
extension ArrayPart {
    /// All elements, in memory that may be given.
    func elements(_ run: ArrayRun, memory: inout [Double]) -> [Double] {
        if dense.contains(result) { return unsafe run.withElements(of: result) { unsafe Array($0) } }
        var elements = memory
        memory = []
        if elements.count != count { elements = [Double](repeating: 0, count: count) }
        unsafe elements.withUnsafeMutableBufferPointer { elements in
            guard let base = elements.baseAddress else { return }
            unsafe forEachPiece(run, into: base) { _, _ in }
        }
        return elements
    }

    /// The sum of all elements, without keeping them.
    func sum(_ run: ArrayRun) -> Double {
        var sum = ExactSum()
        unsafe forEachPiece(run, into: nil) { piece, count in unsafe sum.add(piece, count: count) }
        return sum.value
    }

    /// Computes piece after piece, into memory for all elements where that is given.
    private func forEachPiece(
        _ run: ArrayRun,
        into all: UnsafeMutablePointer<Double>?,
        _ body: (UnsafePointer<Double>, Int) -> Void
    ) {
        let size = Self.pieceMax
        unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: (roomCount + 1) * size) { scratch in
            guard let base = scratch.baseAddress else { return }
            var start = 0
            while start < count {
                let piece = min(size, count - start)
                let last = unsafe all.map { unsafe $0 + start } ?? base + roomCount * size
                unsafe runPiece(run, start, piece, base, into: last)
                unsafe body(last, piece)
                start += piece
            }
        }
    }

    private func runPiece(
        _ run: ArrayRun,
        _ start: Int,
        _ count: Int,
        _ scratch: UnsafeMutablePointer<Double>,
        into last: UnsafeMutablePointer<Double>
    ) {
        let program = run.steps
        for (slot, strides) in spread {
            unsafe self.spread(slot, strides, run, start, count, into: scratch + (rooms[slot] ?? 0) * Self.pieceMax)
        }
        for index in moving {
            let step = program.steps[index]
            let slot = program.firstStep + index
            let out = unsafe slot == result ? last : scratch + (rooms[slot] ?? 0) * Self.pieceMax
            unsafe withLane(Int(step.a), run, start, scratch) { a in
                unsafe withLane(Int(step.b), run, start, scratch) { b in
                    unsafe withLane(Int(step.c), run, start, scratch) { c in
                        unsafe Kernels.run(step.operation, a, b, c, into: out, count: count)
                    }
                }
            }
        }
        if moving.last.map({ program.firstStep + $0 }) != result {
            unsafe withLane(result, run, start, scratch) { lane in
                for index in 0..<count { unsafe last[index] = lane[index] }
            }
        }
    }

    /// Passes what a step reads in a slot to `body`.
    private func withLane(
        _ slot: Int,
        _ run: ArrayRun,
        _ start: Int,
        _ scratch: UnsafeMutablePointer<Double>,
        _ body: (Lane) -> Void
    ) {
        if run.isUniform(slot) { return unsafe body(.uniform(run.value(of: slot))) }
        if let room = rooms[slot] { return unsafe body(.each(scratch + room * Self.pieceMax)) }
        guard dense.contains(slot) else { return unsafe body(.uniform(0)) }
        unsafe run.withElements(of: slot) { elements in
            if let base = elements.baseAddress { unsafe body(.each(base + start)) }
        }
    }
}

// Arrays that are smaller than what comes out.
extension ArrayPart {
    /// The index of an element, dimension by dimension.
    func index(_ element: Int) -> [Int] {
        var rest = element
        var index: [Int] = []
        for size in (shape ?? []).reversed() {
            index.append(rest % size)
            rest /= size
        }
        return index.reversed()
    }

    /// Where the element of a symbol's array is that belongs to an element of the result.
    func position(of element: Int, in slot: Int, _ run: ArrayRun) -> Int? {
        if dense.contains(slot) { return element }
        return spread[slot].map { strides in zip(index(element), strides).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// Writes the elements of a smaller array where they belong.
    private func spread(
        _ slot: Int,
        _ strides: [Int],
        _ run: ArrayRun,
        _ start: Int,
        _ count: Int,
        into out: UnsafeMutablePointer<Double>
    ) {
        guard let shape, let row = shape.last else { return }
        unsafe run.withElements(of: slot) { elements in
            var done = 0
            while done < count {
                // One row of the result at a time: its elements lie side by side, or are all the same.
                let index = index(start + done)
                let first = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
                let length = min(count - done, row - (index.last ?? 0))
                let stride = strides.last ?? 0
                for offset in 0..<length { unsafe out[done + offset] = elements[first + offset * stride] }
                done += length
            }
        }
    }
}
