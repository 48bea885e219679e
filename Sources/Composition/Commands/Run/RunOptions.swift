internal import Manifest

/// What the command line says about how a flow runs.
struct RunOptions: Sendable {
    let file: FlowFile
    let environmentFile: String?
    let isPublishing: Bool
    let isDebug: Bool
    let isOneShot: Bool
    let limit: Duration?
    let isWatching: Bool
    let shadow: String?
    let journal: String?
    let isLogJSON: Bool
    let http: HTTPAddress?
    let trace: ByteSize
    let format: OutputFormat

    static let options: [CommandDeclaration.Option] =
        [
            .init(
                name: "config",
                short: "c",
                value: ("FILE", .file),
                fallback: nil,
                doc: "The same as FILE. Without it, FILE."
            ),
            EnvironmentFile.option,
            .init(name: "publish", short: "p", value: nil, fallback: nil, doc: "Write to live systems."),
            .init(
                name: "shadow",
                short: nil,
                value: ("PREFIX", .text),
                fallback: nil,
                doc: "Write to live systems, but under names that begin with PREFIX. Without it, under their own."
            ),
            .init(
                name: "one-shot",
                short: "o",
                value: nil,
                fallback: nil,
                doc: "Wait until every signal has been computed once, print all signals, end."
            ),
            .init(
                name: "for",
                short: nil,
                value: ("DURATION", .text),
                fallback: nil,
                doc: "End after this time, as '10s' or '8h'. Without it the flow runs until it is told to end."
            ),
            .init(
                name: "watch",
                short: nil,
                value: nil,
                fallback: nil,
                doc: "Read the file again whenever it changes."
            ),
            .init(
                name: "journal",
                short: nil,
                value: ("FILE", .file),
                fallback: nil,
                doc: "Write a line for every write to a live system. Without it there is no journal."
            ),
            .init(
                name: "http",
                short: nil,
                value: ("HOST:PORT", .text),
                fallback: nil,
                doc: "Answer /livez, /readyz, /metrics, /flow, /events and /trace here; port 0 is any free one. "
                    + "Without it nothing listens."
            ),
            .init(
                name: "trace",
                short: nil,
                value: ("SIZE", .text),
                fallback: "8MiB",
                doc: "Beside '--http', remember so much of what was evaluated, for /trace; '0B' is nothing."
            ),
            .init(name: "debug", short: "d", value: nil, fallback: nil, doc: "Log what is decided as well."),
            .init(
                name: "log",
                short: nil,
                value: ("FORMAT", .choice(["text", "json"])),
                fallback: "text",
                doc: "How events are written to standard error, one a line."
            ), ModelOptions.models,
        ] + DialectOptions.options + [.output]

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let named = [arguments.operands.first, arguments.value("config")].compactMap(\.self)
        guard let path = named.first else {
            throw UsageError("expected FILE, found the end", advice: "for example: slipway run injector.yaml")
        }
        guard named.count == 1 else {
            throw UsageError("expected one flow, found '\(Printable.text(named[0]))' and '--config' as well")
        }
        file = try FlowFile(path, arguments)
        environmentFile = arguments.value("env")
        shadow = arguments.value("shadow")
        if let shadow, shadow.isEmpty {
            throw UsageError(
                "expected a prefix behind '--shadow', found nothing",
                advice: "for example '--shadow TEST:'"
            )
        }
        isPublishing = arguments.has("publish") || shadow != nil
        isDebug = arguments.has("debug")
        isOneShot = arguments.has("one-shot")
        limit = try Self.duration(arguments)
        isWatching = arguments.has("watch")
        if isWatching, path == "-" {
            throw UsageError("expected a file beside '--watch', found standard input", advice: "name the file")
        }
        journal = arguments.value("journal")
        isLogJSON = arguments.value("log") == "json"
        http = try arguments.value("http").map { text throws(UsageError) in try HTTPAddress(text) }
        trace = try Self.traceSize(arguments)
        format = arguments.output
    }

    private static func traceSize(_ arguments: ParsedArguments) throws(UsageError) -> ByteSize {
        let text = arguments.value("trace") ?? ""
        guard let size = ByteSize(shortText: text), size <= ByteSize(64 << 30) else {
            throw UsageError(
                "expected a size up to 64 GiB behind '--trace', found '\(Printable.text(text))'",
                advice: "for example '--trace 64MiB'"
            )
        }
        return size
    }

    static func duration(_ arguments: ParsedArguments) throws(UsageError) -> Duration? {
        guard let text = arguments.value("for") else { return nil }
        guard let limit = Duration(shortText: text), limit > .zero else {
            throw UsageError(
                "expected a duration behind '--for', found '\(Printable.text(text))'",
                advice: "for example '--for 10s'"
            )
        }
        return limit
    }
}
