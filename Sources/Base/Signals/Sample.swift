/// What travels on a wire: a value with the time it was measured, how far to trust it, and the
/// evaluation it belongs to.
///
/// Never a bare number.
public struct Sample: Sendable, Equatable {
    public let value: Value
    public let alarm: Alarm
    public let stamp: Stamp
    public let id: EvaluationID

    public init(_ value: Value, alarm: Alarm = .none, stamp: Stamp, id: EvaluationID) {
        self.value = value
        self.alarm = alarm
        self.stamp = stamp
        self.id = id
    }

    public var severity: Severity { alarm.severity }

    /// The same value under the graver of its own alarm and `other`.
    public func worsened(by other: Alarm) -> Sample {
        Sample(value, alarm: alarm.worst(of: other), stamp: stamp, id: id)
    }
}
