/// Why a value is not, or not quite, to be trusted.
public struct Alarm: Sendable, Hashable {
    /// The part of the system that raised an alarm; the numbers are those of PV Access.
    public enum Status: UInt8, Sendable, Hashable, CaseIterable {
        case none = 0
        case device = 1
        case driver = 2
        case record = 3
        case database = 4
        case configuration = 5
        case undefined = 6
        case client = 7
    }

    public let severity: Severity
    public let status: Status
    /// Read by a person: what happened, in a few words.
    ///
    /// Empty when all is well.
    public let message: String

    public init(_ severity: Severity, status: Status, message: String) {
        self.severity = severity
        self.status = status
        self.message = message
    }

    /// Nothing to report.
    public static let none = Alarm(.none, status: .none, message: "")

    /// An alarm that makes a value unusable.
    public static func invalid(_ message: String, status: Status = .client) -> Alarm {
        Alarm(.invalid, status: status, message: message)
    }

    /// The graver of two alarms; of two alike, this one.
    ///
    /// An output carries the alarm of the worst input it used, so that its reason is not lost.
    public func worst(of other: Alarm) -> Alarm {
        other.severity > severity ? other : self
    }
}
