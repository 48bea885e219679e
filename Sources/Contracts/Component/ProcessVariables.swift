public import Signals

/// Process variables of a control system, read and written one by one: for people at a command line.
public protocol ProcessVariables: Sendable {
    /// Fetches the present value.
    func get(_ name: String, within limit: Duration) async throws(NodeFailure) -> ProcessVariableReading

    /// Writes a value, as the type of the target wants it, and waits until that is done.
    func put(_ name: String, _ value: Value, within limit: Duration) async throws(NodeFailure)

    /// A number that is to be written again and again; waits until its server was found.
    func writer(_ name: String, within limit: Duration) async throws(NodeFailure) -> any ProcessVariableWriter

    /// Watches several until the task is cancelled; the handler is called on any thread, and must not wait.
    func monitor(
        _ names: [String],
        _ handler: @escaping @Sendable (Int, ProcessVariableChange) -> Void
    ) async throws(NodeFailure)
}

/// A number that is written again and again.
public protocol ProcessVariableWriter: Sendable {
    /// Writes one; `done` is told once, on any thread, when it is done, or why it is not.
    ///
    /// One at a time: the next when `done` was called.
    func put(_ number: Double, done: @escaping @Sendable (String?) -> Void)
}

/// A value that was fetched.
public struct ProcessVariableReading: Sendable, Equatable {
    public let value: Value
    public let alarm: Alarm
    public let stamp: Stamp
    public let description: Description

    public init(_ value: Value, alarm: Alarm, stamp: Stamp, description: Description) {
        self.value = value
        self.alarm = alarm
        self.stamp = stamp
        self.description = description
    }
}

/// What happens to a process variable that is watched.
public enum ProcessVariableChange: Sendable {
    case connected(Description)
    case value(Value, Alarm, Stamp)
    /// It is gone, or cannot be used: why.
    case lost(String)
}
