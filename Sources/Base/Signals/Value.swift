/// What a sample says: a number, a text, a choice, a tensor, an image, a record, or nothing yet.
///
/// Two values are equal when they are the same to the last bit: a NaN equals itself, and `0.0` is not
/// `-0.0`. So "has it changed?" has one answer for every kind. Compare numbers as numbers where
/// arithmetic is meant.
public enum Value: Sendable {
    case float64(Double)
    case int64(Int64)
    case uint64(UInt64)
    case bool(Bool)
    case text(String)
    case choice(Choice)
    case tensor(Tensor)
    case image(Image)
    case record(Record)
    /// Connected or computed, but without a value so far.
    case none
}

/// One of a signal's choices: the index is the value, the label is what people read.
public struct Choice: Sendable, Equatable {
    public let index: Int32
    public let label: String

    public init(index: Int32, label: String) {
        self.index = index
        self.label = label
    }

    public static func == (left: Choice, right: Choice) -> Bool {
        left.index == right.index && left.label.utf8.elementsEqual(right.label.utf8)
    }
}

/// Named values in an order, as structures of PV Access and objects of JSON are.
public struct Record: Sendable, Equatable {
    public struct Field: Sendable, Equatable {
        public let name: String
        public let value: Value

        public init(name: String, value: Value) {
            self.name = name
            self.value = value
        }

        public static func == (left: Field, right: Field) -> Bool {
            left.name.utf8.elementsEqual(right.name.utf8) && left.value == right.value
        }
    }

    public let fields: [Field]

    public init(_ fields: [Field]) { self.fields = fields }

    /// The value of the first field of this name.
    public subscript(name: String) -> Value? { fields.first { $0.name == name }?.value }
}

extension Value: Equatable {
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.float64(let left), .float64(let right)): left.bitPattern == right.bitPattern
        case (.int64(let left), .int64(let right)): left == right
        case (.uint64(let left), .uint64(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.choice(let left), .choice(let right)): left == right
        case (.tensor(let left), .tensor(let right)): left == right
        case (.image(let left), .image(let right)): left == right
        case (.record(let left), .record(let right)): left == right
        case (.none, .none): true
        default: false
        }
    }
}

extension Value {
    /// Whether there is no value.
    public var isNone: Bool { if case .none = self { true } else { false } }

    /// The value as a double where that is what it is or stands for: a number, a bool, the index of a
    /// choice, a tensor of one number.
    ///
    /// Integers beyond 2^53 are rounded, as they are in any arithmetic on doubles.
    public var number: Double? {
        switch self {
        case .float64(let value): value
        case .int64(let value): Double(value)
        case .uint64(let value): Double(value)
        case .bool(let value): value ? 1 : 0
        case .choice(let choice): Double(choice.index)
        case .tensor(let tensor): tensor.count == 1 ? tensor.number(at: 0) : nil
        case .text, .image, .record, .none: nil
        }
    }
}
