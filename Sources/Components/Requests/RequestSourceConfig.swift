public import Manifest
internal import Signals

/// What the source of requests is told: where, and which variables clients set.
public struct RequestSourceConfig: Sendable {
    struct Input: Sendable {
        enum Fields {
            static let initial = Field<[Double]?>.optional(
                "initial",
                .oneOrMore(of: .number()),
                example: "0",
                doc: "What it holds before anybody has set it: a number for all, or all numbers. Without it, what "
                    + "needs it waits until it is set."
            )
            static let listed = RequestFields.listed + [initial.listed]
        }

        let variable: RequestVariable
        let initial: Value?

        init(_ section: inout ConfigSection) {
            let (kind, size) = RequestFields.read(&section)
            let variable = RequestVariable(name: "", kind: kind, size: size)
            self.variable = variable
            let numbers = section.read(Fields.initial)
            initial = numbers.flatMap { variable.value(of: $0) }
            guard let numbers, initial == nil else { return }
            section.report(
                .conflict,
                at: section.entry("initial")?.value.place ?? section.place,
                path: "\(section.path).initial",
                "expected an initial value that fits the type and the size, found \(numbers.count) numbers",
                advice: "one number stands for all"
            )
        }
    }

    enum Fields {
        static let inputs = Field.required(
            "inputs",
            .map(of: .record(Input.Fields.listed) { Input(&$0) }, keys: "names of variables", count: 1...10_000),
            example: "{current: {initial: 0}, trace: {type: waveform, size: [64]}}",
            doc: "The variables that clients set, by name; each is a signal."
        )
        static let waiting = Field(
            "waiting",
            .count(in: 1...1_000_000),
            default: 1000,
            doc: "How many requests may wait; further ones are refused with 429."
        )
        static let results = Field(
            "results",
            .count(in: 1...1_000_000),
            default: 1000,
            doc: "How many results wait for '/jobs/next'; the oldest goes, and is told as failed."
        )
        static let name = Field(
            "name",
            .text("a name"),
            default: "fastapi_server",
            doc: "What '/settings' calls it."
        )
        static let origins = Field<[String]>(
            "origins",
            .list(of: .text("the origin of a page"), count: 0...100),
            default: [],
            doc: "Pages from elsewhere whose scripts may ask, as 'https://panel.example'."
        )
        static let listed =
            [inputs.listed] + RequestPlace.Fields.listed
            + [waiting.listed, results.listed, name.listed, origins.listed]
    }

    let inputs: [Named<Input>]
    let place: RequestPlace
    let limits: RequestBoard.Limits
    let name: String
    let origins: Set<String>

    public init(_ section: inout ConfigSection) {
        inputs = section.read(Fields.inputs)
        place = RequestPlace(&section)
        var limits = RequestBoard.Limits()
        limits.waiting = section.read(Fields.waiting)
        limits.results = section.read(Fields.results)
        self.limits = limits
        name = section.read(Fields.name)
        origins = Set(section.read(Fields.origins))
    }
}

extension NodeType {
    public static let requestSource = NodeType(
        role: .source,
        name: "requests",
        summary: "Takes requests over HTTP, each of which is evaluated by itself.",
        fields: RequestSourceConfig.Fields.listed,
        example: """
            flow: ask
            trigger: message
            sources:
              api: {type: requests, inputs: {current: {initial: 0}, voltage: {initial: 0}}}
            steps:
              power: {type: formula, out: {power: "current * voltage"}}
            sinks:
              answers: {type: requests, outputs: {power: {}}}

            """,
        takesIn: false,
        ports: { section in
            let inputs = RequestSourceConfig(&section).inputs
            let signals = inputs.map { Named(name: $0.name, place: $0.place, path: $0.path, value: ()) }
            return NodePorts(outputs: .signals(signals, field: "inputs"))
        }
    )
}
