internal import CLinux
internal import Host
internal import Manifest

/// The program: finds the command, runs it, says how it ended.
public enum Program {
    static let commands: [any Command.Type] = [
        BenchPVACommand.self, CompletionCommand.self, ConvertCommand.self, DoctorCommand.self, FormulaCommand.self,
        GraphCommand.self, HelpCommand.self, ModelCheckCommand.self, ModelRunCommand.self, ModelShowCommand.self,
        PVGetCommand.self, PVMonitorCommand.self, PVPutCommand.self, RecordCommand.self, ReplayCommand.self,
        RunCommand.self, SchemaCommand.self, TestCommand.self, TraceCommand.self, ValidateCommand.self,
        VersionCommand.self, WatchCommand.self,
    ]

    /// The names of the commands, for the one command whose own declaration lists them all.
    static let names = [
        "bench pva", "completion", "convert", "doctor", "formula", "graph", "help", "model check", "model run",
        "model show", "pv get", "pv monitor", "pv put", "record", "replay", "run", "schema", "test", "trace",
        "validate", "version", "watch",
    ]

    /// What stands above the addresses of a crash.
    private static let bugReport: StaticString = """

        slipway: expected to go on, found a mistake in Slipway itself
            please report it with the command, its input, the output of 'slipway version' and these lines:

        """

    /// Runs `slipway` with these arguments, the first of which is the name under which it was started.
    ///
    /// - Returns: The status for the process to end with.
    public static func run(_ arguments: [String]) -> Int32 {
        unsafe lnx_end_crashes_with(bugReport.utf8Start, ExitStatus.ourBug.rawValue)
        let console = Console.live()
        let words = Array(arguments.dropFirst())
        let status =
            arguments.first.flatMap { OtherName(started: $0) }.map { run(words, as: $0, console) }
            ?? run(words, console)
        console.output.flush()
        console.errors.flush()
        guard !console.output.hasFailed else {
            console.errors.print("slipway: expected to write the report, found that standard output is full or closed")
            console.errors.flush()
            return max(status, .problemsFound).rawValue
        }
        return status.rawValue
    }

    /// Runs a command line of another program.
    private static func run(_ words: [String], as other: OtherName, _ console: Console) -> ExitStatus {
        let translation = other.translate(
            words,
            applying: { EnvironmentFile.apply($0) },
            variable: { Environment.variable($0) }
        )
        switch translation {
        case .words(let words): return run(words, console)
        case .help(let text):
            console.output.print(text)
            return .done
        case .refusal(let problem, let advice):
            console.errors.print("\(other.rawValue): \(problem)" + (advice.isEmpty ? "" : "\n    \(advice)"))
            return .problemsFound
        }
    }

    package static func run(_ arguments: [String], _ console: Console) -> ExitStatus {
        guard let name = arguments.first else {
            console.errors.print(HelpText.overview(commands.map { $0.declaration }), terminator: "")
            return .wrongUsage
        }
        if ["--help", "-h"].contains(name) {
            console.output.print(HelpText.overview(commands.map { $0.declaration }), terminator: "")
            return .done
        }
        if name == "--version" { return run(VersionCommand.self, Array(arguments.dropFirst()), console) }
        let group = commands.filter { $0.declaration.group == name }
        if !group.isEmpty { return run(group, arguments, console) }
        guard let command = commands.first(where: { $0.declaration.name == name }) else {
            let names = Set(commands.map { $0.declaration.group ?? $0.declaration.name })
            console.errors.print(
                "slipway: expected a command, found '\(Printable.text(name))'\n    "
                    + Nearest.advice(name, among: names, otherwise: "the commands are")
            )
            return .wrongUsage
        }
        return run(command, Array(arguments.dropFirst()), console)
    }

    /// Commands of two words: `model show`.
    private static func run(_ group: [any Command.Type], _ arguments: [String], _ console: Console) -> ExitStatus {
        let second = arguments.dropFirst().first
        if let command = group.first(where: { $0.declaration.name == "\(arguments[0]) \(second ?? "")" }) {
            return run(command, Array(arguments.dropFirst(2)), console)
        }
        let text = HelpText.group(group.map { $0.declaration })
        guard let second, !["--help", "-h"].contains(second) else {
            (second == nil ? console.errors : console.output).print(text, terminator: "")
            return second == nil ? .wrongUsage : .done
        }
        let words = group.map { String($0.declaration.name.dropFirst(arguments[0].count + 1)) }
        console.errors.print(
            "slipway \(arguments[0]): expected one of \(words.joined(separator: ", ")), "
                + "found '\(Printable.text(second))'\n    "
                + Nearest.advice(second, among: words, otherwise: "for example: slipway \(arguments[0])")
        )
        return .wrongUsage
    }

    private static func run(_ command: any Command.Type, _ words: [String], _ console: Console) -> ExitStatus {
        let declaration = command.declaration
        do throws(UsageError) {
            let arguments = try ParsedArguments(words, declaration)
            if arguments.has("help") {
                console.output.print(HelpText.command(declaration), terminator: "")
                return .done
            }
            return try command.init(arguments).run(console)
        } catch {
            let advice = error.advice.isEmpty ? "" : "\n    \(error.advice)"
            console.errors.print("slipway \(declaration.name): \(error.problem)\(advice)")
            console.errors.print("usage: \(HelpText.usage(declaration))")
            return .wrongUsage
        }
    }
}

extension ExitStatus: Comparable {
    public static func < (left: ExitStatus, right: ExitStatus) -> Bool { left.rawValue < right.rawValue }
}
