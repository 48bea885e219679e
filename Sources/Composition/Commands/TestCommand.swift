internal import Catalog
internal import Host
internal import JSON
internal import Manifest

/// Tests flows with given samples.
struct TestCommand: Command {
    static let declaration = CommandDeclaration(
        name: "test",
        summary: "Test flows: given samples, expected outputs.",
        details: """
            A file of tests names a flow, and for each test the samples that come in and what is to come out:

              flow: gun.yaml
              tests:
                power is the product:
                  - given: {GUN:CURRENT: 2, GUN:VOLTAGE: {value: 3, alarm: MINOR, message: HIGH}}
                    expect: {power: {value: 6, alarm: MINOR}}
                  - given: {GUN:CURRENT: {lost: cable}}
                    expect: {power: {alarm: INVALID, message: cable}}

            Steps follow each other on one flow; the next test begins anew. An expected number may be off by 1e-9 of \
            its size, or by 'within'. What is INVALID has to be expected as that. Nothing is connected; models run. \
            What sinks do to values (limits, alarms of hosted variables) is not part of it. Ends with 1 if a test fails.
            """,
        options: [ModelOptions.models] + DialectOptions.options + [.output],
        operand: .init(word: "FILE", kind: .file, count: 1...1000, doc: "A file of tests."),
        examples: [.init(line: "slipway test gun.test.yaml", doc: "Run the tests of a flow.")]
    )

    private let files: [String]
    private let modelFolder: String?
    private let dialect: DialectOptions
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        files = arguments.operands
        modelFolder = ModelOptions.folder(arguments)
        dialect = try DialectOptions(arguments)
        format = arguments.output
    }

    func run(_ console: Console) -> ExitStatus {
        var reports: [JSONValue] = []
        var (passed, failed) = (0, 0)
        for file in files {
            let outcome = test(file)
            passed += outcome.tests.count(where: \.isPassed)
            failed += outcome.tests.count { !$0.isPassed } + (outcome.problems.hasErrors ? 1 : 0)
            reports.append(Self.json(file, outcome))
            guard format == .text else { continue }
            for problem in outcome.problems { console.output.print(problem.description) }
            for test in outcome.tests {
                let mark = test.isPassed ? console.output.colored("ok", .green) : console.output.colored("failed", .red)
                console.output.print("\(Printable.text(file)): \(mark): \(Printable.text(test.name))")
                for problem in test.problems { console.output.print(problem.description) }
            }
        }
        console.report(["files": .array(reports)], as: format) {
            console.output.print("\(passed + failed) tests, \(failed) failed")
        }
        return failed > 0 ? .problemsFound : .done
    }

    private func test(_ path: String) -> (problems: [Diagnostic], tests: [FlowTestRun.Outcome]) {
        let name = Printable.text(path)
        let bytes: [UInt8]
        do throws(FileRefusal) { bytes = try FileReading.bytes(ofOperand: path) } catch {
            let problem = Diagnostic(
                .unreadableFile,
                at: .init(file: name, place: .start),
                path: "file",
                problem: "expected tests of a flow, found that '\(name)' \(error.reason)",
                advice: "check the path"
            )
            return ([problem], [])
        }
        let read = FlowTestFile.read(bytes, file: name)
        guard let tests = read.file else { return (read.problems, []) }
        let folder = Expansion.folder(ofDocument: path)
        let flow = tests.flow.hasPrefix("/") ? tests.flow : folder + tests.flow
        let file = FlowFile(flow, modelFolder: modelFolder, dialect: dialect)
        let loaded = FlowLoader(file: file, shadow: "").load()
        guard let plan = loaded.plan else { return (loaded.diagnostics, []) }
        let run = FlowTestRun(file: name, plan: plan)
        return (read.problems, tests.tests.map { run.run($0) })
    }

    private static func json(
        _ file: String,
        _ outcome: (problems: [Diagnostic], tests: [FlowTestRun.Outcome])
    ) -> JSONValue {
        [
            "file": .string(file),
            "problems": .array(outcome.problems.map { .string($0.description) }),
            "tests": .array(
                outcome.tests.map { test in
                    [
                        "name": .string(test.name), "passed": .bool(test.isPassed),
                        "problems": .array(test.problems.map { .string($0.description) }),
                    ]
                }
            ),
        ]
    }
}
