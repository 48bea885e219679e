public import Manifest

/// The graph of modules that poly-lithic 1.x runs.
public struct PolyLithic: FlowDialect {
    public let name = "poly-lithic"

    public init() {}

    public func recognizes(_ root: YAMLNode) -> Bool {
        root.entries?.contains { $0.key == "modules" } ?? false
    }

    private enum Kind: String, Sendable, CaseIterable {
        case continuous, event_driven
    }

    private enum Fields {
        static let type = Field.required("type", .choice(Kind.self), example: "continuous", doc: "What drives it.")
        static let rate = Field<Double?>.optional("rate", .pythonNumber, example: "0.1", doc: "Seconds a period.")
        static let interval = Field("min_monitor_interval", .pythonNumber, default: 0, doc: "Seconds between events.")
        static let changes = Field("on_change_only", .flag, default: false, doc: "Whether equal values count.")
        static let moduleType = Field.required(
            "type",
            .text("the type of a module"),
            example: "transformer.SimpleTransformer",
            doc: "What it is."
        )
        static let publishes = Field("pub", .texts("a topic"), default: [], doc: "Where it publishes.")
        static let takes = Field("sub", .texts("a topic"), default: [], doc: "What it takes.")
        static let known = ["type", "name", "pub", "sub", "module_args", "config"]
    }

    private static let interfaces = ["p4p", "p4p_server", "k2eg", "fastapi_server", "file"]

    public func translate(_ root: YAMLNode, file: String, _ request: DialectRequest) -> FlowTranslation {
        var document = ForeignSection(root, file: file, path: "")
        var found: [Diagnostic] = []
        let pace = Self.pace(&document, &found)
        let modules = document.members("modules").compactMap { Self.module($0, file: file, request, &found) }
        document.warnOfUnknownNames(known: ["deployment", "modules"])
        found += document.diagnostics
        guard !found.hasErrors else { return FlowTranslation(root: nil, diagnostics: found) }
        var writing = FlowWriting(modules, file: file, request)
        let flow = writing.flow(pace, at: root.place)
        return FlowTranslation(root: flow, diagnostics: found + writing.diagnostics)
    }

    /// What drives the flow.
    private static func pace(_ document: inout ForeignSection, _ found: inout [Diagnostic]) -> FlowPace {
        guard var section = document.inner("deployment") else {
            document.report(
                .missingField,
                at: document.place,
                path: "deployment",
                "expected what drives the flow, but the field is missing",
                advice: "add 'deployment: {type: event_driven}'"
            )
            return FlowPace(period: nil, gathers: 0, place: document.place)
        }
        let kind = section.read(Fields.type)
        let rate = section.read(Fields.rate)
        let interval = section.read(Fields.interval)
        let onlyChanges = section.read(Fields.changes)
        section.warnOfUnknownNames(
            known: ["type", "rate", "min_monitor_interval", "on_change_only", "trace_buffer_size", "trace_port"]
        )
        if kind == .continuous, rate == nil, section.isRight("type"), !section.has("rate") {
            section.report(
                .missingField,
                at: section.place,
                path: "deployment.rate",
                "expected how often a continuous flow is evaluated, but the field is missing",
                advice: "add 'rate: 1', in seconds, or write 'type: event_driven'"
            )
        }
        if let rate, rate < 0 || rate > 86_400 {
            section.report(
                .outOfRange,
                at: section.place(of: "rate"),
                path: "deployment.rate",
                "expected a period of 0 to 86400 seconds, found \(rate)",
                advice: "write 'rate: 1'"
            )
        }
        if interval < 0 || interval > 60 {
            section.report(
                .outOfRange,
                at: section.place(of: "min_monitor_interval"),
                path: "deployment.min_monitor_interval",
                "expected 0 to 60 seconds, found \(interval)",
                advice: "write 'min_monitor_interval: 0.1'"
            )
        }
        found += section.diagnostics
        let isPeriodic = kind == .continuous
        return FlowPace(
            period: isPeriodic ? max(rate ?? 1, 0.01) : nil,
            gathers: isPeriodic ? 0 : interval,
            followsOnlyChanges: !isPeriodic && onlyChanges,
            place: section.place(of: isPeriodic && section.has("rate") ? "rate" : "type")
        )
    }

    private static func module(
        _ member: (entry: YAMLNode.Entry, section: ForeignSection),
        file: String,
        _ request: DialectRequest,
        _ found: inout [Diagnostic]
    ) -> Module? {
        var section = member.section
        defer { found += section.diagnostics }
        let type = section.read(Fields.moduleType)
        let publishes = section.read(Fields.publishes)
        let takes = section.read(Fields.takes)
        section.warnOfUnknownNames(known: Fields.known)
        guard !type.isEmpty else { return nil }
        if publishes.count > 1 {
            section.report(
                .outOfRange,
                at: publishes[1].place,
                path: section.path(of: "pub"),
                "expected one topic to publish under, found \(publishes.count)",
                advice: "leave one: others may take it as often as they like"
            )
        }
        let words = type.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let (typePlace, typePath) = (section.place(of: "type"), section.path(of: "type"))
        guard words.count == 2, ["interface", "transformer", "model"].contains(words[0]) else {
            section.report(
                .unknownType,
                at: typePlace,
                path: typePath,
                "expected 'interface.TYPE', 'transformer.TYPE' or 'model.NAME', found '\(Printable.text(type))'",
                advice: "write 'transformer.SimpleTransformer'"
            )
            return nil
        }
        let config = section.inner("config") ?? section.empty("config")
        let part: Module.Part?
        switch words[0] {
        case "interface":
            var reading = InterfaceReading(file: file, request)
            part = reading.read(
                words[1],
                config,
                typePlace: typePlace,
                typePath: typePath,
                known: interfaces
            ).map { .interface($0) }
            found += reading.diagnostics
        case "transformer":
            var reading = TransformerReading(file: file)
            part = .transformers(reading.read(words[1], config, typePlace: typePlace, typePath: typePath))
            found += reading.diagnostics
        default:
            var reading = ModelReading()
            part = reading.read(config, request)
            found += reading.diagnostics
        }
        return part.map {
            Module(
                key: member.entry.key,
                place: member.entry.keyPlace,
                path: section.path,
                publishes: publishes.first?.value,
                takes: takes.map(\.value),
                part: $0
            )
        }
    }
}
