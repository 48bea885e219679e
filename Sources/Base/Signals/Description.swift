/// What is known about a signal besides its values: it changes rarely, travels apart from the
/// samples, and is an event of its own when it changes.
public struct Description: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case float64, int64, uint64, bool, text, choice, tensor, image, record
    }

    public let kind: Kind
    /// The unit as the source writes it: `mm`, `GeV/c`.
    ///
    /// Empty when there is none.
    public let unit: String
    /// What a display should show as the ends of the scale.
    public let displayLimits: ClosedRange<Double>?
    /// What may be written.
    public let controlLimits: ClosedRange<Double>?
    /// The labels of a choice, by index.
    public let choices: [String]
    /// Digits behind the point that are worth showing.
    public let precision: Int?
    /// What the signal is, for a person.
    public let displayText: String

    public init(
        kind: Kind,
        unit: String = "",
        displayLimits: ClosedRange<Double>? = nil,
        controlLimits: ClosedRange<Double>? = nil,
        choices: [String] = [],
        precision: Int? = nil,
        displayText: String = ""
    ) {
        self.kind = kind
        self.unit = unit
        self.displayLimits = displayLimits
        self.controlLimits = controlLimits
        self.choices = choices
        self.precision = precision
        self.displayText = displayText
    }
}
