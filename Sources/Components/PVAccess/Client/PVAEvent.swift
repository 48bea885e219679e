public import Signals

/// What a monitor tells of its process variable.
public enum PVAEvent: Sendable {
    /// A server was found, at this address; its first value follows.
    case connected(Description, peer: String)
    /// The description changed; the value that came with it follows.
    case described(Description)
    /// A new value. `skipped` before it were never read, because newer ones had come.
    case value(Value, Alarm, Stamp, skipped: Int)
    /// The server is gone; the search goes on.
    case disconnected
    /// The server refuses, or offers what cannot be used: why.
    case refused(String)
}

/// Whether the next event may come.
public enum PVAFlow: Sendable {
    case more
    /// Only after ``PVAMonitor/resume()``; meanwhile values wait, and the last two merge when the queue is full.
    case full
}

/// Which values a monitor delivers.
public enum PVAMonitorMode: Sendable {
    /// Of several that wait, the last.
    case newest
    /// All that the server sent, as long as the queue has room.
    case every
}
