/// Numbers in a shape, the last dimension running fastest.
public struct FormulaArray: Sendable {
    public let shape: [Int]
    private let storage: Storage

    private enum Storage: Sendable {
        case doubles([Double])
        case packed(PackedNumbers)
    }

    /// Nil when the shape does not hold as many elements, or is beyond the limits.
    public init?(shape: [Int], elements: [Double]) {
        guard Self.isFitting(shape, elements.count) else { return nil }
        self.init(elements, shape: shape)
    }

    /// The same of numbers that stay where they are.
    public init?(shape: [Int], packed: PackedNumbers) {
        guard Self.isFitting(shape, packed.count) else { return nil }
        self.shape = shape
        storage = .packed(packed)
    }

    init(_ elements: [Double], shape: [Int]) {
        self.shape = shape
        storage = .doubles(elements)
    }

    private static func isFitting(_ shape: [Int], _ found: Int) -> Bool {
        shape.count <= FormulaLimits.dimensionsMax && count(of: shape) == found
    }

    /// The numbers; packed ones are converted each time.
    public var elements: [Double] {
        switch storage {
        case .doubles(let elements): elements
        case .packed(let packed): packed.doubles
        }
    }

    var count: Int {
        switch storage {
        case .doubles(let elements): elements.count
        case .packed(let packed): packed.count
        }
    }

    /// Where they are not doubles yet.
    var packed: PackedNumbers? {
        if case .packed(let packed) = storage { packed } else { nil }
    }

    /// The same as doubles.
    var unpacked: FormulaArray { packed.map { FormulaArray($0.doubles, shape: shape) } ?? self }

    /// The number of elements of a shape; nil when it is more than any array may have.
    static func count(of shape: [Int]) -> Int? {
        guard !shape.contains(0) else { return shape.contains { $0 < 0 } ? nil : 0 }
        var count = 1
        for size in shape {
            guard size > 0 else { return nil }
            let (product, isOver) = count.multipliedReportingOverflow(by: size)
            guard !isOver, product <= FormulaLimits.elementsMax else { return nil }
            count = product
        }
        return count
    }
}

/// What a symbol stands for in a run, and what comes out of it.
public enum FormulaValue: Sendable {
    case scalar(Double)
    case array(FormulaArray)
}

/// Arrays whose shapes do not go together.
public struct FormulaShapeProblem: Error, Sendable, Equatable {
    /// What was expected and what was found, in one sentence without a full stop.
    public let problem: String
}

/// Shapes that NumPy's rules bring together.
struct Broadcast {
    /// The shape of all of them together.
    private(set) var shape: [Int] = []
    private var names: [String] = []

    /// Takes another array in, whose shape is told by the name of its symbol.
    mutating func add(_ other: [Int], name: String) throws(FormulaShapeProblem) {
        var result = [Int](repeating: 1, count: max(shape.count, other.count))
        for index in 1..<(result.count + 1) {
            let left = index <= shape.count ? shape[shape.count - index] : 1
            let right = index <= other.count ? other[other.count - index] : 1
            guard left == right || left == 1 || right == 1 else {
                throw FormulaShapeProblem(
                    problem: "expected arrays whose shapes go together, found \(Self.text(other)) of '\(name)' beside "
                        + "\(Self.text(shape)) of '\(names.joined(separator: "', '"))'"
                )
            }
            result[result.count - index] = left == 1 ? right : left
        }
        shape = result
        if names.count < 3 { names.append(name) }
    }

    /// The number of elements of all of them together.
    func count() throws(FormulaShapeProblem) -> Int {
        guard let count = FormulaArray.count(of: shape) else {
            throw FormulaShapeProblem(
                problem: "expected arrays that make at most \(FormulaLimits.elementsMax) elements, "
                    + "found the shape \(Self.text(shape))"
            )
        }
        return count
    }

    static func text(_ shape: [Int]) -> String {
        "(\(shape.map(String.init).joined(separator: ", "))\(shape.count == 1 ? "," : ""))"
    }

    /// How far apart in an array of shape `inner` the neighbours of each dimension of `outer` are.
    static func strides(of inner: [Int], in outer: [Int]) -> [Int] {
        var strides = [Int](repeating: 0, count: outer.count)
        var step = 1
        for index in 1..<(inner.count + 1) {
            let size = inner[inner.count - index]
            if size != 1 { strides[outer.count - index] = step }
            step *= size
        }
        return strides
    }
}
