/// How far a value can be trusted, from good to not at all.
///
/// The order is that of the numbers: the severity of an output is the `max` of its inputs'.
public enum Severity: UInt8, Sendable, Hashable, Comparable, CaseIterable {
    case none = 0
    case minor = 1
    case major = 2
    case invalid = 3

    public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
}

extension Severity: CustomStringConvertible {
    /// The word that every control system writes: `NONE`, `MINOR`, `MAJOR`, `INVALID`.
    public var description: String {
        switch self {
        case .none: "NONE"
        case .minor: "MINOR"
        case .major: "MAJOR"
        case .invalid: "INVALID"
        }
    }

    /// Reads what ``description`` writes.
    public init?(_ description: some StringProtocol) {
        guard let severity = Self.allCases.first(where: { $0.description == description }) else { return nil }
        self = severity
    }
}
