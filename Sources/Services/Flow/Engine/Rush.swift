internal import Lifetime

/// Whether samples come faster than it is worth waking up for each: then a burst is gathered for a moment also where
/// the flow asks for no window.
struct Rush {
    /// From so many samples in one period on: the moment that is waited.
    static let windows: [(count: Int, window: Duration)] = [
        (600, .microseconds(500)), (200, .microseconds(250)),
    ]
    static let period = Duration.milliseconds(10)

    private var start = MonotonicTime(nanoseconds: 0)
    private var count = 0
    private var present = Duration.zero

    /// Notes samples that have come.
    mutating func note(_ samples: Int, at now: MonotonicTime) {
        let elapsed = now - start
        if elapsed >= Self.period {
            // After a pause it is over, whatever came before.
            let isFresh = elapsed < Self.period * 2
            present = isFresh ? Self.windows.first { count >= $0.count }?.window ?? .zero : .zero
            (start, count) = (now, 0)
        }
        count += samples
    }

    var isOn: Bool { present > .zero }

    /// The window of the flow, or that of the rush.
    func window(_ window: Duration) -> Duration { window == .zero ? present : window }
}
