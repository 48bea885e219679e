/// How often something happened in a row: told the first time, and then at every power of two, so that what fails
/// for days does not fill the log.
public struct Repetition: Sendable {
    public private(set) var count = 0

    public init() {}

    /// Counts once more; whether it is to be told.
    public mutating func isWorthTelling() -> Bool {
        count += 1
        return count.nonzeroBitCount == 1
    }

    public mutating func reset() { count = 0 }
}
