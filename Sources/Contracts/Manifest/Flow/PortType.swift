/// What a signal is known to carry, or an input to take.
public struct PortType: Sendable, Equatable {
    public enum Size: Sendable, Equatable {
        case fixed(Int)
        /// Any size; the name is for people.
        case open(String)
    }

    public enum Kind: Sendable, Equatable {
        case number, text
        case unknown
    }

    public let kind: Kind
    /// Whether the numbers are whole ones.
    public let isWhole: Bool
    /// The type and the shape for messages: `float32 [batch, 3]`.
    public let text: String
    /// Nil where it is not known.
    public let shape: [Size]?
    public let unit: String?
    /// All values, as far as they are known; of an input those that it was made for.
    public let range: ClosedRange<Double>?
    /// Of an input: its only value.
    public let constant: Double?

    public init(
        kind: Kind = .unknown,
        isWhole: Bool = false,
        text: String = "",
        shape: [Size]? = nil,
        unit: String? = nil,
        range: ClosedRange<Double>? = nil,
        constant: Double? = nil
    ) {
        self.kind = kind
        self.isWhole = isWhole
        self.text = text
        self.shape = shape
        self.unit = unit
        self.range = range
        self.constant = constant
    }

    /// Whether its first dimension may have any size.
    var hasOpenRows: Bool { if case .open? = shape?.first { true } else { false } }

    static func text(_ shape: [Size]) -> String {
        let sizes = shape.map { size in
            switch size {
            case .fixed(let size): "\(size)"
            case .open(let name): name
            }
        }
        return "[\(sizes.joined(separator: ", "))]"
    }

    /// Whether values of this shape can be what the other takes.
    ///
    /// A flow evaluates one row at a time: where the two differ in dimensions, an open first one is a batch of 1.
    /// From the last dimension on the sizes are the same or open; what one of the two has before is open or 1.
    func hasShape(of other: PortType) -> Bool {
        guard let shape, let wanted = other.shape else { return true }
        var (longer, shorter) = shape.count < wanted.count ? (wanted, shape) : (shape, wanted)
        if shorter.count < longer.count, case .open? = shorter.first { shorter[0] = .fixed(1) }
        let isMatched = zip(longer.reversed(), shorter.reversed()).allSatisfy { left, right in
            if case .fixed(let left) = left, case .fixed(let right) = right { left == right } else { true }
        }
        let extra = longer.prefix(longer.count - shorter.count)
        return isMatched
            && extra.allSatisfy { size in
                if case .fixed(let size) = size { size == 1 } else { true }
            }
    }
}

/// What is known of the inputs and outputs of a node.
public struct PortTypes: Sendable {
    public struct Input: Sendable {
        public let name: String
        public let type: PortType
        /// Whether the node has no value of its own for it.
        public let isRequired: Bool

        public init(name: String, type: PortType, isRequired: Bool) {
            self.name = name
            self.type = type
            self.isRequired = isRequired
        }
    }

    public let inputs: [Input]
    public let outputs: [(name: String, type: PortType)]
    /// Whether the node has these inputs and no others.
    public let areAllInputs: Bool

    public init(inputs: [Input] = [], outputs: [(name: String, type: PortType)] = [], areAllInputs: Bool = false) {
        self.inputs = inputs
        self.outputs = outputs
        self.areAllInputs = areAllInputs
    }
}
