internal import CArrayKernels

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
    private let moving: [MovingStep]
    /// How many rooms of the scratch memory they use.
    private let roomCount: Int
    /// The arrays that are read as they are.
    private let dense: Set<Int>
    /// The arrays that are spread out first, each with its strides and where that leaves it.
    private let spread: [(slot: Int, strides: [Int], room: Int)]
    /// The arrays of other numbers than doubles, and where each piece of them becomes doubles.
    private let packed: [(numbers: PackedNumbers, room: Int)]
    /// How many elements go through all steps before the next.
    private var pieceSize: Int { min(Self.pieceMax, count) }

    /// Where a step finds what it reads.
    private enum Source {
        case number(Double)
        /// A symbol's array, in step with what comes out.
        case array(slot: Int)
        /// A room of the scratch memory.
        case room(Int)
    }

    private struct MovingStep {
        let operation: Operation
        let a: Source
        let b: Source
        let c: Source
        let room: Int
    }

    /// So few that the processor fetches the next piece while it still computes this one.
    private static let pieceMax = 128

    /// The bytes of a line of the cache.
    private static let lineSize = 64

    init(_ run: borrowing ArrayRun, result: Int) throws(FormulaShapeProblem) {
        self.result = result
        let program = run.program
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
        var packed: [Int] = []
        for (slot, shape) in arrays where !run.isUniform(slot) {
            if shape.reduce(1, *) == count {
                if run.packed(of: slot) == nil { dense.insert(slot) } else { packed.append(slot) }
            } else {
                spread[slot] = Broadcast.strides(of: shape, in: together.shape)
            }
        }
        self.dense = dense
        let moving = cone.filter { !run.isUniform(program.firstStep + $0) }
        let (rooms, roomCount) = Self.rooms(for: moving, spread.keys.sorted() + packed, program)
        self.roomCount = roomCount
        self.spread = spread.map { ($0, $1, rooms[$0] ?? 0) }
        self.packed = packed.compactMap { slot in run.packed(of: slot).map { ($0, rooms[slot] ?? 0) } }
        func source(_ slot: Int32) -> Source {
            let slot = Int(slot)
            if let room = rooms[slot] { return .room(room) }
            // What an operation does not read is any slot; packed arrays of one element are numbers.
            return dense.contains(slot) ? .array(slot: slot) : .number(run.value(of: slot))
        }
        self.moving = moving.map { index in
            let step = program.steps[index]
            let room = rooms[program.firstStep + index] ?? 0
            return MovingStep(
                operation: step.operation,
                a: source(step.a),
                b: source(step.b),
                c: source(step.c),
                room: room
            )
        }
    }

    /// Gives each array that is filled in and each step a room, and a room again when nobody reads it any more.
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
    /// All elements, in memory that may be given, and whether each of them is finite.
    func elements(_ run: borrowing ArrayRun, memory: inout [Double]) -> (elements: [Double], areFinite: Bool) {
        var areFinite = true
        if dense.contains(result), let elements = run.elements(of: result) {
            unsafe elements.withUnsafeBufferPointer { elements in
                if let base = elements.baseAddress { areFinite = unsafe ak_are_finite(base, elements.count) }
            }
            return (elements, areFinite)
        }
        var elements: [Double] = []
        swap(&elements, &memory)
        if elements.count != count { elements = [Double](repeating: 0, count: count) }
        unsafe elements.withUnsafeMutableBufferPointer { elements in
            guard let base = elements.baseAddress else { return }
            unsafe forEachPiece(run, into: base) { piece, count in
                // While it is in the cache.
                areFinite = unsafe ak_are_finite(piece, count) && areFinite
            }
        }
        return (elements, areFinite)
    }

    /// The sum of all elements, without keeping them.
    func sum(_ run: borrowing ArrayRun) -> Double {
        var sum = CompensatedSum()
        if dense.contains(result), let elements = run.elements(of: result) {
            sum.add(elements)
            return sum.value
        }
        if let exact = run.packed(of: result)?.exactSum { return exact }
        unsafe forEachPiece(run, into: nil) { piece, count in unsafe sum.add(piece, count: count) }
        return sum.value
    }

    /// Computes piece after piece, into memory for all elements where that is given.
    private func forEachPiece(
        _ run: borrowing ArrayRun,
        into all: UnsafeMutablePointer<Double>?,
        _ body: (UnsafePointer<Double>, Int) -> Void
    ) {
        let size = pieceSize
        let bytes = (roomCount + 1) * size * MemoryLayout<Double>.stride
        unsafe withUnsafeTemporaryAllocation(byteCount: bytes, alignment: Self.lineSize) { scratch in
            guard let base = unsafe scratch.bindMemory(to: Double.self).baseAddress else { return }
            let last = unsafe all ?? base + roomCount * size
            unsafe withSteps(run, base, last: last, isOutWhole: all != nil) { steps in
                // The first piece ends where wide instructions write best; arrays in memory of their own are alike.
                var (start, end) = unsafe (0, min(count, all.map { unsafe Self.elements(before: $0) } ?? size))
                while start < count {
                    let piece = end - start
                    for (slot, strides, room) in spread {
                        unsafe fill(base + room * size, from: slot, strides, run, start, piece)
                    }
                    for (numbers, room) in packed where !moving.isEmpty {
                        unsafe numbers.convert(from: start, count: piece, into: base + room * size)
                    }
                    for index in unsafe steps.indices { unsafe steps[index].run(start, piece) }
                    let out = unsafe all.map { unsafe $0 + start } ?? last
                    if moving.isEmpty { unsafe copy(run, start, piece, into: out) }
                    unsafe body(out, piece)
                    (start, end) = (end, min(count, end + size))
                }
            }
        }
    }

    /// Where there is nothing to compute: the numbers as they are, or the value of arrays of one element each.
    private func copy(
        _ run: borrowing ArrayRun,
        _ start: Int,
        _ count: Int,
        into out: UnsafeMutablePointer<Double>
    ) {
        if let packed = run.packed(of: result), !run.isUniform(result) {
            return unsafe packed.convert(from: start, count: count, into: out)
        }
        for index in 0..<count { unsafe out[index] = run.value(of: result) }
    }

    /// How many elements there are before the first that begins a line of the cache; at least one.
    private static func elements(before start: UnsafePointer<Double>) -> Int {
        (lineSize - Int(bitPattern: start) % lineSize) / MemoryLayout<Double>.stride
    }

    /// Passes the steps to `body`, each with the memory that it works on; the last writes to `last`, piece after
    /// piece or all into one.
    private func withSteps(
        _ run: borrowing ArrayRun,
        _ scratch: UnsafeMutablePointer<Double>,
        last: UnsafeMutablePointer<Double>,
        isOutWhole: Bool,
        _ body: ([PiecewiseStep]) -> Void
    ) {
        unsafe withArrays(run, dense.sorted(), [:]) { arrays in
            func lane(_ source: Source) -> PiecewiseStep.Lane {
                switch source {
                case .number(let value): unsafe PiecewiseStep.Lane(ak_lane(value))
                case .room(let room): unsafe PiecewiseStep.Lane(ak_lane(scratch + room * pieceSize))
                case .array(let slot):
                    unsafe PiecewiseStep.Lane(arrays[slot].map { unsafe ak_lane($0) } ?? ak_lane(0), isWhole: true)
                }
            }
            let steps = unsafe moving.enumerated().map { index, step in
                let isLast = index == moving.count - 1
                return unsafe PiecewiseStep(
                    step.operation,
                    lane(step.a),
                    lane(step.b),
                    lane(step.c),
                    out: isLast ? last : scratch + step.room * pieceSize,
                    isOutWhole: isLast && isOutWhole
                )
            }
            unsafe body(steps)
        }
    }

    /// Passes the elements of these symbols' arrays to `body`.
    private func withArrays(
        _ run: borrowing ArrayRun,
        _ slots: [Int],
        _ known: [Int: UnsafePointer<Double>],
        _ body: ([Int: UnsafePointer<Double>]) -> Void
    ) {
        guard let slot = slots.first else { return unsafe body(known) }
        unsafe run.withElements(of: slot) { elements in
            var known = unsafe known
            unsafe known[slot] = elements.baseAddress
            unsafe withArrays(run, Array(slots.dropFirst()), known, body)
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
    func position(of element: Int, in slot: Int, _ run: borrowing ArrayRun) -> Int? {
        if dense.contains(slot) || run.packed(of: slot) != nil { return element }
        return spread.first { $0.slot == slot }.map { spread in
            zip(index(element), spread.strides).reduce(0) { $0 + $1.0 * $1.1 }
        }
    }

    /// Writes the elements of a smaller array where they belong.
    private func fill(
        _ out: UnsafeMutablePointer<Double>,
        from slot: Int,
        _ strides: [Int],
        _ run: borrowing ArrayRun,
        _ start: Int,
        _ count: Int
    ) {
        guard let shape, let row = shape.last else { return }
        unsafe run.withElements(of: slot) { elements in
            var done = 0
            while done < count {
                // One row of the result at a time: its elements lie side by side, or are all the same.
                var (rest, first) = (start + done, 0)
                let inRow = rest % row
                for (size, stride) in zip(shape, strides).reversed() {
                    first += rest % size * stride
                    rest /= size
                }
                let length = min(count - done, row - inRow)
                let stride = strides.last ?? 0
                for offset in 0..<length { unsafe out[done + offset] = elements[first + offset * stride] }
                done += length
            }
        }
    }
}
