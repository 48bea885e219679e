internal import Flow
internal import Glibc
internal import HTTP
internal import JSON
internal import Lifetime
internal import Manifest
internal import Signals

/// Tells why a signal of a flow is what it is.
struct TraceCommand: Command {
    static let declaration = CommandDeclaration(
        name: "trace",
        summary: "Tell why an output is what it is: the samples it was made of, their times, the model.",
        details: """
            URL is the address of a flow at work, which 'slipway run --http' tells; the flow remembers as many \
            evaluations as '--trace' has room for. FILE is a flow document: the flow runs without its sinks until \
            SIGNAL has a value that is good, or '--for' is over; what it hosts for clients to write has 'TRACE:' \
            before its name. SIGNAL is a signal, or what a sink writes under a name. Without it, the newest \
            evaluations are listed; each prediction that leaves carries the id of its evaluation.

            Below each sample stand those that it was made of, as they were at that time. Ends with 1 where nothing \
            can be told, and with 75 where SIGNAL has no value in time.
            """,
        options: [
            .init(
                name: "id",
                short: nil,
                value: ("ID", .text),
                fallback: nil,
                doc: "The evaluation, by its id. Without it, the newest."
            ),
            .init(
                name: "node",
                short: nil,
                value: ("NODE", .text),
                fallback: nil,
                doc: "The node of SIGNAL, where several have one. Without it, there is one."
            ),
            .init(
                name: "limit",
                short: nil,
                value: ("COUNT", .text),
                fallback: "20",
                doc: "How many evaluations are listed, at most \(TraceQuestion.newestMax)."
            ),
            .init(
                name: "for",
                short: nil,
                value: ("DURATION", .text),
                fallback: "5s",
                doc: "How long a flow of FILE may take."
            ), EnvironmentFile.option, ModelOptions.models,
        ] + DialectOptions.options + [.output],
        operand: .init(
            word: "FILE|URL SIGNAL",
            kind: .file,
            count: 1...2,
            doc: "A flow document, or where a flow answers; and the name of a signal."
        ),
        examples: [
            .init(line: "slipway trace http://127.0.0.1:8080 ENERGY", doc: "Why is it what it is?"),
            .init(line: "slipway trace http://127.0.0.1:8080", doc: "What was evaluated lately?"),
        ]
    )

    /// Inputs that a flow hosts are hosted under other names: what operators write is for the flow at work.
    private static let shadow = "TRACE:"

    private let operand: String
    private let question: TraceQuestion
    private let query: [(name: String, value: String)]
    private let limit: Duration
    private let environmentFile: String?
    private let file: FlowFile
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        operand = arguments.operands[0]
        let id = try arguments.value("id").map { text throws(UsageError) in
            guard let id = EvaluationID(text) else {
                throw UsageError(
                    "expected 32 hexadecimal digits behind '--id', found '\(Printable.text(text))'",
                    advice: "journals, recordings and '/events' tell the id of each sample"
                )
            }
            return id
        }
        let node = arguments.value("node")
        let countText = arguments.value("limit") ?? ""
        guard let count = Int(countText), (1...TraceQuestion.newestMax).contains(count) else {
            throw UsageError(
                "expected a number from 1 to \(TraceQuestion.newestMax) behind '--limit', "
                    + "found '\(Printable.text(countText))'"
            )
        }
        var query: [(name: String, value: String)] = []
        if let id { query.append(("id", id.description)) }
        if arguments.operands.count > 1 {
            question = .signal(arguments.operands[1], node: node, id: id)
            query.append(("signal", arguments.operands[1]))
            if let node { query.append(("node", node)) }
        } else if let id {
            question = .evaluation(id)
        } else {
            question = .newest(count)
            query.append(("limit", "\(count)"))
        }
        self.query = query
        limit = try RunOptions.duration(arguments) ?? .seconds(5)
        environmentFile = arguments.value("env")
        file = try FlowFile(operand, arguments)
        format = arguments.output
    }

    func run(_ console: Console) -> ExitStatus {
        if let problem = EnvironmentFile.apply(environmentFile) {
            console.errors.print("slipway trace: \(problem)")
            return .problemsFound
        }
        return FlowServer.isURL(operand) ? ask(console) : runFile(console)
    }

    private func ask(_ console: Console) -> ExitStatus {
        let (server, query) = (FlowServer(operand), query)
        let answer = MainTask.wait { () async -> Result<JSONValue, HTTPCallProblem> in
            do throws(HTTPCallProblem) { return .success(try await server.get("/trace", query)) } catch {
                return .failure(error)
            }
        }
        switch answer {
        case .success(let answer):
            guard show(answer, console) else { return fail(server.isAnother.problem, "check the address", console) }
            return .done
        case .failure(let problem): return fail(problem.problem, problem.advice, console)
        }
    }

    private func runFile(_ console: Console) -> ExitStatus {
        let loader = FlowLoader(file: file, shadow: Self.shadow, leavesOutSinks: true)
        guard let flow = TracedFlow(loader, console) else { return .problemsFound }
        signal(SIGPIPE, SIG_IGN)
        let signals = ProcessSignals([SIGINT: { flow.stop() }, SIGTERM: { flow.stop() }])
        defer { withExtendedLifetime(signals) {} }
        let (question, limit) = (question, limit)
        switch MainTask.wait({ await flow.answer(question, within: limit) }) {
        case .answer(let answer):
            _ = show(answer, console)
            return .done
        case .unmade(let problem):
            console.errors.print(problem)
            return .problemsFound
        case .problem(let problem):
            let text = question.text(of: problem)
            guard problem == .nothingYet else { return fail(text.problem, text.advice, console) }
            _ = fail(text.problem, "see whether its sources are there, or give them longer: '--for 1m'", console)
            return .tryAgain
        }
    }

    /// False where it is another answer than that of a flow.
    private func show(_ answer: JSONValue, _ console: Console) -> Bool {
        var text = TraceText(console)
        var isShown = true
        console.report(answer, as: format) { isShown = text.print(answer) }
        return isShown
    }

    private func fail(_ problem: String, _ advice: String, _ console: Console) -> ExitStatus {
        console.errors.print("slipway trace: \(problem)" + (advice.isEmpty ? "" : "\n    \(advice)"))
        return .problemsFound
    }
}
