public import Component
internal import Lifetime
public import Manifest
internal import Signals

/// What a clock is told: how often it ticks.
public struct ClockSourceConfig: Sendable {
    enum Fields {
        static let period = Field(
            "period",
            .duration(in: .milliseconds(1) ... .seconds(86_400)),
            default: .seconds(1),
            doc: "The time from one tick to the next."
        )
        static let listed = [period.listed]
    }

    public let period: Duration

    public init(_ section: inout ConfigSection) { period = section.read(Fields.period) }
}

extension NodeType {
    public static let clock = NodeType(
        role: .source,
        name: "clock",
        summary: "Ticks. Its signals are `time`, in seconds since 1970, and `count`, the number of the tick.",
        fields: ClockSourceConfig.Fields.listed,
        example: """
            flow: wave
            sources:
              ticks: {type: clock, period: 100ms}
            steps:
              wave: {type: formula, out: {wave: "sin(2 * pi * count / 50)"}}
            sinks:
              screen: {type: console, in: [wave]}

            """,
        takesIn: false,
        ports: { section in
            _ = ClockSourceConfig(&section)
            let signals = ["time", "count"].map { Named(name: $0, place: section.place, path: section.path, value: ()) }
            return NodePorts(outputs: .signals(signals, field: "period"))
        }
    )
}

/// Ticks at a period: from the start of one to the start of the next, so that no delay adds up.
public struct ClockSource: Source {
    private let period: Duration

    public init(_ config: ClockSourceConfig) { period = config.period }

    public func run(_ outlet: any SourceOutlet) async {
        var count: Int64 = 0
        let clock = SuspendingClock()
        var due = clock.now
        while !Task.isCancelled {
            let stamp = Stamp.now()
            let time = Value.float64(Double(stamp.nanoseconds) / 1e9)
            let message = Message([
                .init(output: 0, value: time, stamp: stamp), .init(output: 1, value: .int64(count), stamp: stamp),
            ])
            // A flow that is busy for longer than its lane is long misses ticks.
            _ = outlet.send(message)
            count += 1
            let late = clock.now - due
            // Ticks that were missed are left out; the rhythm stays.
            let missed = max(0, Int(late / period))
            due += period * (missed + 1)
            do { try await clock.sleep(until: due, tolerance: .zero) } catch { return }
        }
    }
}
