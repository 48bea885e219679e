public import Manifest

/// What a replay is told: which recording, which of its signals, and how fast.
public struct ReplaySourceConfig: Sendable {
    /// How fast a recording is played.
    public enum Pace: String, Sendable, CaseIterable {
        /// With the times between the samples as they were.
        case original
        /// As fast as the flow takes them.
        case fastest
    }

    enum Fields {
        static let file = Field.required(
            "file",
            .text("the path of a file"),
            example: "beam.jsonl",
            doc: "The recording, from the folder of the flow on: JSON Lines as `recorder` writes them, lines of JSON "
                + "with a member for each signal, or CSV (a name that ends with `.csv`) with a column for each."
        )
        static let signals = Field.required(
            "signals",
            .list(of: .named("the name of a signal"), count: 1...10_000),
            example: "[GUN:CURRENT, GUN:VOLTAGE]",
            doc: "Which signals of the recording the flow sees; others are left out."
        )
        static let pace = Field(
            "pace",
            .choice(Pace.self),
            default: .original,
            doc: "`original` keeps the times between samples, `fastest` gives them as fast as the flow takes them. "
                + "Every sample is evaluated either way, none is coalesced."
        )
        static let loop = Field(
            "loop",
            .flag,
            default: false,
            doc: "Begin again at the end. Otherwise the flow ends when all of its sources have."
        )
        static let listed = [file.listed, signals.listed, pace.listed, loop.listed]
    }

    public let file: String
    public let signals: [Named<Void>]
    public let pace: Pace
    public let loop: Bool

    public init(_ section: inout ConfigSection) {
        file = section.read(Fields.file)
        signals = section.read(Fields.signals)
        pace = section.read(Fields.pace)
        loop = section.read(Fields.loop)
    }
}

extension NodeType {
    public static let replay = NodeType(
        role: .source,
        name: "replay",
        summary: "Plays what was recorded: each line, or all samples of one evaluation, is evaluated by itself.",
        fields: ReplaySourceConfig.Fields.listed,
        example: """
            flow: again
            sources:
              past: {type: replay, file: gun.jsonl, signals: [GUN:CURRENT, GUN:VOLTAGE], pace: fastest}
            steps:
              power: {type: formula, out: {power: "GUN:CURRENT * GUN:VOLTAGE"}}
            sinks:
              screen: {type: console, in: [power]}

            """,
        takesIn: false,
        ports: { section in
            NodePorts(outputs: .signals(ReplaySourceConfig(&section).signals, field: "signals"))
        }
    )
}
