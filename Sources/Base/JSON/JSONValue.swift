/// A JSON document as a tree.
///
/// Integers stay what they were written as: every int64 and every uint64 is exact. An integer that
/// fits neither is the nearest double.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Only what is larger than an int64.
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// The members of an object, in the order they were written, without duplicates.
public struct JSONObject: Sendable {
    public struct Member: Sendable {
        public let name: String
        public let value: JSONValue
    }

    public private(set) var members: [Member] = []
    /// Where each name is.
    ///
    /// Empty while looking through a few members is faster than hashing.
    private var index: [ExactText: Int] = [:]

    private static let scannedMax = 16

    public init() {}

    public subscript(name: String) -> JSONValue? {
        position(of: name).map { members[$0].value }
    }

    /// Adds a member, unless the name is taken.
    ///
    /// - Returns: Whether it was added.
    @discardableResult
    public mutating func add(_ name: String, _ value: JSONValue) -> Bool {
        guard position(of: name) == nil else { return false }
        members.append(Member(name: name, value: value))
        if members.count == Self.scannedMax + 1 {
            for (position, member) in members.enumerated() { index[ExactText(member.name)] = position }
        } else if members.count > Self.scannedMax {
            index[ExactText(name)] = members.count - 1
        }
        return true
    }

    private func position(of name: String) -> Int? {
        members.count <= Self.scannedMax
            ? members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) } : index[ExactText(name)]
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// - Precondition: No name occurs twice.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (name, value) in elements {
            let isNew = add(name, value)
            precondition(isNew, "the member '\(name)' occurs twice")
        }
    }
}

extension JSONObject: Equatable {
    /// The order of members does not count, as RFC 8259 has it.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }
}

extension JSONValue: Equatable {
    /// The same kind and the same bits: `1` is not `1.0`, and a NaN equals itself.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.unsigned(let left), .unsigned(let right)): left == right
        case (.number(let left), .number(let right)): left.bitPattern == right.bitPattern
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in elements {
            let isNew = object.add(name, value)
            precondition(isNew, "the member '\(name)' occurs twice")
        }
        self = .object(object)
    }
}

extension JSONValue {
    /// A number of our own formats: JSON has no NaN and no infinity, so they are the strings `NaN`,
    /// `Infinity` and `-Infinity`.
    public init(double: Double) {
        self = double.isFinite ? .number(double) : .string(Self.text(ofNonFinite: double))
    }

    /// Reads any number, and the three strings of ``init(double:)``.
    public var double: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .string("NaN"): .nan
        case .string("Infinity"): .infinity
        case .string("-Infinity"): -.infinity
        default: nil
        }
    }

    static func text(ofNonFinite value: Double) -> String {
        value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity"
    }
}
