internal import Manifest

/// What drives a flow.
struct FlowPace {
    /// Seconds between evaluations; nil where changes drive it.
    let period: Double?
    /// For how many seconds a burst of changes is gathered.
    let gathers: Double
    /// Whether a value that is equal to the one before counts for nothing.
    var followsOnlyChanges = false
    /// Whether everything that comes is evaluated by itself: then nothing else counts.
    var followsMessages = false
    let place: Place

    /// The fields of our document.
    var entries: [YAMLNode.Entry] {
        if followsMessages { return [Written.entry("trigger", .word("message", at: place))] }
        var entries: [YAMLNode.Entry] = []
        if let period {
            let every = Written.entry("every", .word(Self.duration(period), at: place))
            entries.append(Written.entry("trigger", Written.mapping([every], at: place)))
        }
        if gathers > 0 { entries.append(Written.entry("window", .word(Self.duration(gathers), at: place))) }
        if followsOnlyChanges { entries.append(Written.entry("skip_repeats", .word("true", at: place))) }
        return entries
    }

    private static func duration(_ seconds: Double) -> String {
        let microseconds = Int64((seconds * 1e6).rounded())
        if microseconds.isMultiple(of: 1_000_000) { return "\(microseconds / 1_000_000)s" }
        if microseconds.isMultiple(of: 1000) { return "\(microseconds / 1000)ms" }
        return "\(microseconds)us"
    }
}
