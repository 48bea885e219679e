/// What a field takes, as data: messages, the JSON Schema and the manual are made from it.
public indirect enum ValueShape: Sendable {
    case text(noun: String, pattern: String?)
    case flag
    case count(ClosedRange<Int>)
    case number(ClosedRange<Double>?, unit: String)
    case duration(ClosedRange<Duration>)
    case size(ClosedRange<ByteSize>)
    case choice([String])
    /// Two values, the low one first.
    case range(of: ValueShape)
    case list(of: ValueShape, ClosedRange<Int>)
    /// Names, chosen by the user, each with a value.
    case map(of: ValueShape, keys: String)
    case record([FieldDoc])
    case either([ValueShape])
}

extension ValueShape {
    /// How it reads after "expected": `a duration of 1ms to 1h`.
    public var expected: String {
        switch self {
        case .text(let noun, _): noun
        case .flag: "true or false"
        case .count(let limits): "a whole number of \(limits.lowerBound) to \(limits.upperBound)"
        case .number(nil, let unit): "a finite number" + (unit.isEmpty ? "" : " in \(unit)")
        case .number(let limits?, let unit):
            "a number of \(Quantity.text(limits.lowerBound)) to \(Quantity.text(limits.upperBound))"
                + (unit.isEmpty ? "" : " \(unit)")
        case .duration(let limits):
            "a duration of \(limits.lowerBound.shortText) to \(limits.upperBound.shortText)"
        case .size(let limits): "a size of \(limits.lowerBound.shortText) to \(limits.upperBound.shortText)"
        case .choice(let names): "one of \(names.joined(separator: ", "))"
        case .range(let element): "a range '[low, high]', each \(element.expected)"
        case .list(let element, let count):
            count.lowerBound == count.upperBound
                ? "a list of \(count.lowerBound), each \(element.expected)" : "a list, each \(element.expected)"
        case .map(let element, let keys): "a mapping from \(keys) to \(element.expected)"
        case .record(let fields): "a mapping of \(fields.map(\.name).joined(separator: ", "))"
        case .either(let shapes): shapes.map(\.expected).joined(separator: ", or ")
        }
    }
}

/// A ``Field`` without its type, for listing.
public struct FieldDoc: Sendable {
    public let name: String
    public let doc: String
    public let shape: ValueShape
    /// A value that would pass, as YAML on one line.
    public let example: String
    public let isRequired: Bool
    /// The default as YAML, or nil when there is none.
    public let defaultText: String?
    public let isSecret: Bool
}
