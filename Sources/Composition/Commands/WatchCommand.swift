internal import Glibc
internal import JSON
internal import Lifetime
internal import Manifest
internal import Models
internal import Signals

/// Shows the signals of a flow as they change.
struct WatchCommand: Command {
    static let declaration = CommandDeclaration(
        name: "watch",
        summary: "Show the signals of a flow as they change, with their alarms in colour.",
        details:
            "FILE is a flow document: the flow runs without its sinks, so that nothing is written "
            + "anywhere; what it hosts for clients to write has 'WATCH:' before its name. URL is "
            + "the address of a flow at work, which 'slipway run --http' tells: it is looked at, and found again when "
            + "it comes back. On a terminal the signals are a table that stays in its place; elsewhere each change is "
            + "a line.\n\n"
            + "Ends with Ctrl-C, after '--for', or when the flow of FILE has ended; with 75 where '--for' was over "
            + "before anything came.",
        options: [
            .init(
                name: "only",
                short: nil,
                value: ("TEXT", .text),
                fallback: nil,
                doc: "Show signals whose names hold TEXT. Without it, all.",
                isRepeated: true
            ),
            PVOptions.duration,
            EnvironmentFile.option, ModelOptions.models,
        ] + DialectOptions.options + [.output],
        operand: .init(word: "FILE|URL", kind: .file, count: 1...1, doc: "A flow document, or where a flow answers."),
        examples: [
            .init(line: "slipway watch http://127.0.0.1:8080", doc: "Look at a flow at work."),
            .init(
                line: "slipway watch magnets.yaml --only ENERGY",
                doc: "Run a flow without sinks, and look at a part."
            ),
        ]
    )

    /// Inputs that a flow hosts are hosted under other names: what operators write is for the flow at work.
    private static let shadow = "WATCH:"

    private let operand: String
    private let names: [String]
    private let limit: Duration?
    private let environmentFile: String?
    private let file: FlowFile
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        operand = arguments.operands[0]
        names = arguments.values("only")
        limit = try RunOptions.duration(arguments)
        environmentFile = arguments.value("env")
        file = try FlowFile(operand, arguments)
        format = arguments.output
    }

    func run(_ console: Console) -> ExitStatus {
        if let problem = EnvironmentFile.apply(environmentFile) {
            console.errors.print("slipway watch: \(problem)")
            return .problemsFound
        }
        let news = WatchNews()
        let subject: any WatchSubject
        if FlowServer.isURL(operand) {
            subject = WatchedServer(operand)
        } else {
            let loader = FlowLoader(file: file, shadow: Self.shadow, leavesOutSinks: true)
            guard let flow = WatchedFlow(loader, news, console) else { return .problemsFound }
            subject = flow
        }
        signal(SIGPIPE, SIG_IGN)
        let signals = ProcessSignals([SIGINT: { news.end() }, SIGTERM: { news.end() }])
        defer { withExtendedLifetime(signals) {} }
        var screen = WatchScreen(news, console, title: operand, only: names, format: format)
        let (limit, ended) = (limit, StopSignal())
        let problem = MainTask.wait {
            let problem = await subject.watch(news, until: ended)
            news.end()
            return problem
        } meanwhile: {
            screen.run(until: limit.map { .now() + $0 })
            ended.give()
        }
        if let problem {
            console.errors.print("slipway watch: \(problem)")
            return .problemsFound
        }
        guard !screen.hasSeen, limit != nil else { return .done }
        console.errors.print(
            "slipway watch: expected signals of '\(Printable.text(operand))' in time, found none\n    "
                + "see whether its sources are there, or give them longer: '--for 1m'"
        )
        return .tryAgain
    }
}
