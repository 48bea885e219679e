/// What is allowed to leave by one input of a sink, and how fast.
public struct GovernorRule: Sendable, Equatable {
    /// What is done with a number beyond the limits.
    public enum Beyond: String, Sendable, CaseIterable {
        case refuse, clamp
    }

    enum Fields {
        static let limits = Field<ClosedRange<Double>?>.optional(
            "limits",
            .range(of: .number()),
            example: "[0, 1.5]",
            doc: "What may be written. Without it, any number that is finite."
        )
        static let beyond = Field(
            "beyond",
            .choice(Beyond.self),
            default: .refuse,
            doc: "What happens to a number beyond the limits: `refuse` keeps what was written before, `clamp` writes "
                + "the limit. An array with such an element is refused either way."
        )
        static let slew = Field<Double?>.optional(
            "slew",
            .number(in: 0...(.greatestFiniteMagnitude)),
            example: "0.5",
            doc: "How much a number may change in a second: what is further away is approached step by step."
        )
        static let deadband = Field(
            "deadband",
            .number(in: 0...(.greatestFiniteMagnitude)),
            default: 0,
            doc: "A number that is no further than this from the one that was written is not written."
        )
        static let period = Field<Duration>(
            "period",
            .duration(in: .zero ... .seconds(86_400)),
            default: .zero,
            example: "100ms",
            doc: "The shortest time between two writes; of what comes in between, the last is written at its end."
        )
        static let listed = [limits.listed, beyond.listed, slew.listed, deadband.listed, period.listed]
    }

    public let limits: ClosedRange<Double>?
    public let beyond: Beyond
    /// In units of the signal a second.
    public let slew: Double?
    public let deadband: Double
    public let period: Duration

    public init(
        limits: ClosedRange<Double>? = nil,
        beyond: Beyond = .refuse,
        slew: Double? = nil,
        deadband: Double = 0,
        period: Duration = .zero
    ) {
        self.limits = limits
        self.beyond = beyond
        self.slew = slew
        self.deadband = deadband
        self.period = period
    }

    init(_ section: inout ConfigSection) {
        self.init(
            limits: section.read(Fields.limits),
            beyond: section.read(Fields.beyond),
            slew: section.read(Fields.slew),
            deadband: section.read(Fields.deadband),
            period: section.read(Fields.period)
        )
    }

    /// Whatever is finite.
    public static let free = GovernorRule()
}
