internal import CArrayKernels

/// A step with the memory that it works on, piece by piece.
@unsafe
struct PiecewiseStep {
    /// What it reads: a whole array, of which a piece is taken, or the memory of one piece.
    @unsafe
    struct Lane {
        fileprivate let first: ak_lane
        private let isWhole: Bool

        init(_ first: ak_lane, isWhole: Bool = false) {
            unsafe self.first = first
            unsafe self.isWhole = isWhole
        }

        @inline(always)
        fileprivate func at(_ element: Int) -> ak_lane {
            guard unsafe isWhole, let each = unsafe first.each else { return unsafe first }
            return unsafe ak_lane(each + element)
        }
    }

    private let kernel: Kernel
    private let a: Lane
    private let b: Lane
    private let c: Lane
    private let out: UnsafeMutablePointer<Double>
    private let isOutWhole: Bool

    init(
        _ operation: Operation,
        _ a: Lane,
        _ b: Lane,
        _ c: Lane,
        out: UnsafeMutablePointer<Double>,
        isOutWhole: Bool
    ) {
        unsafe kernel = Kernel(operation, a.first, b.first, c.first)
        unsafe self.a = a
        unsafe self.b = b
        unsafe self.c = c
        unsafe self.out = out
        unsafe self.isOutWhole = isOutWhole
    }

    @inline(always)
    func run(_ start: Int, _ count: Int) {
        let out = unsafe isOutWhole ? out + start : out
        unsafe kernel.run(a.at(start), b.at(start), c.at(start), into: out, count: count)
    }
}
