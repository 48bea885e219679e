internal import Lifetime
internal import Telemetry

/// Tells of resets, once a second at the most: whoever reaches the port may ask for as many as he likes.
struct Resets {
    private static let period = Duration.seconds(1)
    private var told: MonotonicTime?
    private var count = 0

    mutating func note(at now: MonotonicTime, _ log: any EventLog) {
        count += 1
        if let told, now - told < Self.period { return }
        told = now
        log.add(Event(.info, "flow reset", ["times": "\(count)"]))
    }
}
