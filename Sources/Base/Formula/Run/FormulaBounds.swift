/// What is known of a formula's value before it runs.
extension Formula {
    /// The shape of the value for inputs of these shapes; nil where that is not known, or they do not fit.
    public func shape(of inputs: [[Int]?]) -> [Int]? {
        var shapes: [[Int]?] = inputs + program.constants.map { _ in [] }
        for step in program.steps {
            guard !step.operation.isReduction else {
                shapes.append([])
                continue
            }
            let operands = step.operands.map { shapes[$0] }
            guard !operands.contains(nil) else {
                shapes.append(nil)
                continue
            }
            var together = Broadcast()
            var isFitting = true
            for shape in operands.compactMap(\.self) where !shape.isEmpty {
                if (try? together.add(shape, name: "")) == nil { isFitting = false }
            }
            shapes.append(isFitting ? together.shape : nil)
        }
        return shapes[program.result]
    }

    /// A range that holds every finite value for inputs within these ranges; nil where none is known.
    public func range(of inputs: [ClosedRange<Double>?]) -> ClosedRange<Double>? {
        var ranges: [ClosedRange<Double>?] = inputs
        for constant in program.constants { ranges.append(constant.isNaN ? nil : constant...constant) }
        for step in program.steps {
            let operands = step.operands.map { ranges[$0] }
            ranges.append(step.operation.range(operands.first ?? nil, operands.count > 1 ? operands[1] : nil, operands))
        }
        return ranges[program.result]
    }
}

extension Operation {
    /// A range of the results for operands within these ranges; nil where none is known.
    fileprivate func range(
        _ a: ClosedRange<Double>?,
        _ b: ClosedRange<Double>?,
        _ all: [ClosedRange<Double>?]
    ) -> ClosedRange<Double>? {
        switch self {
        case .less, .lessOrEqual, .equal, .notEqual, .and, .or, .xor, .not, .kroneckerDelta: return 0...1
        case .sin, .cos, .sign: return -1...1
        case .erf,
            .tanh where a == nil:
            return -1...1
        case .select:
            guard all.count == 3, let chosen = all[1], let other = all[2] else { return nil }
            return min(chosen.lowerBound, other.lowerBound)...max(chosen.upperBound, other.upperBound)
        default: break
        }
        guard let a else { return nil }
        if arity == 1 { return unaryRange(a) }
        guard let b, arity == 2 else { return nil }
        switch self {
        case .add, .subtract, .multiply, .minimum, .maximum: return corners(a, b)
        case .divide: return b.contains(0) ? nil : corners(a, b)
        default: return nil
        }
    }

    private func unaryRange(_ a: ClosedRange<Double>) -> ClosedRange<Double>? {
        switch self {
        case .negate, .exp, .degrees, .radians, .floor, .ceiling, .round, .truncate, .atan, .sinh, .asinh, .tanh, .erf,
            .erfc, .mean,
            .median:
            return corners(a, nil)
        case .sqrt, .log, .log2, .log10, .cbrt: return a.lowerBound < 0 ? nil : corners(a, nil)
        case .reciprocal: return a.contains(0) ? nil : corners(a, nil)
        case .square, .abs:
            let ends = corners(a, nil)
            return ends.map { a.contains(0) ? 0...$0.upperBound : $0 }
        case .fraction: return 0...1
        default: return nil
        }
    }

    /// Of an operation that only rises or falls along each operand the ends are at the ends of these.
    private func corners(_ a: ClosedRange<Double>, _ b: ClosedRange<Double>?) -> ClosedRange<Double>? {
        let ends = [a.lowerBound, a.upperBound].flatMap { x in
            (b.map { [$0.lowerBound, $0.upperBound] } ?? [0]).map { value(x, $0, 0) }
        }
        guard !ends.contains(where: \.isNaN), let low = ends.min(), let high = ends.max() else { return nil }
        return low...high
    }
}
