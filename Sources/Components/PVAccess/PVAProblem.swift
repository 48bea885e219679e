/// Why something over PV Access did not happen: what was expected, what was found, what to do.
public struct PVAProblem: Error, Sendable, Equatable, CustomStringConvertible {
    @nonexhaustive
    public enum Kind: Sendable, Equatable {
        /// Nobody answered in time.
        case timeout
        /// A server or a client answered no.
        case refused
        /// A value does not fit where it should go.
        case value
        /// What was declared cannot be: two variables of one name, limits the wrong way round.
        case declaration
        /// The library could not do it.
        case failed
        /// Whoever asked does not want it any more.
        case cancelled
    }

    public let kind: Kind
    public let message: String
    /// What to do; empty when there is nothing to say.
    public let advice: String

    public init(_ kind: Kind, _ message: String, advice: String = "") {
        self.kind = kind
        self.message = message
        self.advice = advice
    }

    public var description: String { advice.isEmpty ? message : "\(message)\n    \(advice)" }
}
