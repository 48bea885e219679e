public import Signals

/// What a model takes and what it gives: the one description behind checks, fakes, forms and documents.
public struct ModelSignature: Sendable, Equatable {
    public let inputs: [ModelPort]
    public let outputs: [ModelPort]

    public init(inputs: [ModelPort], outputs: [ModelPort]) {
        self.inputs = inputs
        self.outputs = outputs
    }
}

/// One input or output of a model.
public struct ModelPort: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case tensor(ElementType)
        /// What this program cannot pass on, as the model's file calls it: `sequence(map(int64, float32))`.
        case other(String)
    }

    public enum Dimension: Sendable, Equatable {
        case fixed(Int)
        /// Any size, the same wherever the model uses the name.
        case symbol(String)
        /// Any size.
        case free
    }

    public let name: String
    public let kind: Kind
    /// Nil when the model takes any number of dimensions.
    public let shape: [Dimension]?
    /// An input that may be left out, or an output that may have no value.
    public let isOptional: Bool
    /// What else is known of it.
    public var notes: Notes

    /// What the file of a model does not tell, from a file beside it.
    public struct Notes: Sendable, Equatable {
        public var unit: String?
        /// What the model was trained on: beyond it, it guesses.
        public var range: ClosedRange<Double>?
        /// Stands in for an input that nothing feeds.
        public var fallback: Double?
        /// The only value the input may have.
        public var constant: Double?
        public var about: String?

        public init(
            unit: String? = nil,
            range: ClosedRange<Double>? = nil,
            fallback: Double? = nil,
            constant: Double? = nil,
            about: String? = nil
        ) {
            self.unit = unit
            self.range = range
            self.fallback = fallback
            self.constant = constant
            self.about = about
        }

        /// The value of an input that is not given: its constant, or its default.
        public var standIn: Double? { constant ?? fallback }
    }

    public init(
        name: String,
        kind: Kind,
        shape: [Dimension]?,
        isOptional: Bool = false,
        notes: Notes = Notes()
    ) {
        self.name = name
        self.kind = kind
        self.shape = shape
        self.isOptional = isOptional
        self.notes = notes
    }
}

extension ModelPort {
    /// The type of its elements; nil for what is no tensor.
    public var elementType: ElementType? {
        if case .tensor(let type) = kind { type } else { nil }
    }

    /// Whether a shape fits, dimension by dimension.
    public func accepts(_ found: [Int]) -> Bool {
        guard let shape else { return true }
        return shape.count == found.count
            && zip(shape, found).allSatisfy { dimension, size in
                if case .fixed(let expected) = dimension { expected == size } else { true }
            }
    }

    /// The type with its shape, as `float32 [batch, 3]`.
    public var text: String {
        switch kind {
        case .tensor(let type): "\(type) \(shape.map(Self.text) ?? "of any shape")"
        case .other(let name): name
        }
    }

    /// A shape as `[batch, 3]`; of a dimension without name or size `?`.
    public static func text(_ shape: [Dimension]) -> String {
        "[\(shape.map(\.description).joined(separator: ", "))]"
    }
}

extension ModelPort.Dimension: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fixed(let size): "\(size)"
        case .symbol(let name): name
        case .free: "?"
        }
    }
}
