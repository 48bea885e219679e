import Foundation
import TestSupport
import Testing

@testable import Commands

/// Tests of flows, as users write them.
@Suite struct FlowTestTests {
    /// Runs tests on a flow, and says what came of them.
    private static func run(_ text: String, flow: String) throws -> (isPassed: Bool, output: String) {
        let read = FlowTestFile.read(Array(text.utf8), file: "flow.test.yaml")
        var output = read.problems.map { "\($0)\n" }.joined()
        guard let tests = read.file else { return (false, output) }
        return try withScratchFolder { folder in
            let path = folder.appending(path: "flow.yaml").path
            try Data(flow.utf8).write(to: URL(filePath: path))
            let loaded = FlowLoader(file: FlowFile(path, modelFolder: nil), shadow: "").load()
            let plan = try #require(loaded.plan, "\(loaded.diagnostics)")
            let outcomes = tests.tests.map { FlowTestRun(file: "flow.test.yaml", plan: plan).run($0) }
            for outcome in outcomes {
                output += "\(outcome.isPassed ? "ok" : "failed"): \(outcome.name)\n"
                output += outcome.problems.map { "\($0)\n" }.joined()
            }
            return (outcomes.allSatisfy(\.isPassed), output)
        }
    }

    private static let flow = """
        flow: f
        sources:
          m: {type: pva, pvs: [A, B, NAME]}
        steps:
          s: {type: formula, out: {twice: "2 * A", ratio: "A / B", sum: {formula: "A"}}}
          past:
            type: formula
            in: {now: A, before: {signal: twice, delay: true, initial: 7}}
            out: {late: "now + before"}
        sinks:
          o: {type: pva, pvs: {OUT: twice}}

        """.replacing(", sum: {formula: \"A\"}", with: "")

    @Test("The example's tests pass")
    func example() {
        let console = CapturedConsole()
        let status = console.run(["test", Repository.root.appending(path: "examples/gun.test.yaml").path])
        #expect(status == .done, "\(console.output.string)")
        #expect(console.output.string.hasSuffix("3 tests, 0 failed\n"))
    }

    /// Tests of flows of other programs, with what the command line says beside the flow.
    private static let foreign: [(name: String, options: [String])] = [
        ("values", []), ("isolated", []), ("fastapi", []), ("fastapi-arrays", []), ("surrogate", []),
        ("nonstandard", []), ("local", []), ("event-onnx", []),
        ("lcls", ["--model", "sum.onnx", "--protocol", "k2eg=pva", "--protocol", "ca=pva"]),
        ("mlflow", ["--model", "larger.onnx"]), ("mlflow-legacy", ["--model", "larger.onnx"]),
        ("chain-readme-1", ["--model", "larger.onnx", "--protocol", "k2eg=pva"]),
        ("chain-readme-2", ["--model", "injector.onnx", "--protocol", "k2eg=pva"]),
    ]

    @Test("Flows of other programs give the values of the originals", arguments: foreign)
    func originals(name: String, options: [String]) throws {
        let folder = Repository.root.appending(path: "Tests/Composition/CommandsTests")
        let console = CapturedConsole()
        let file = folder.appending(path: "foreign-tests/\(name).yaml").path
        let options = options.map { $0.replacing(/^(\w+\.onnx)$/) { folder.appending(path: "foreign/\($0.1)").path } }
        let status = console.run(["test", file] + options)
        #expect(status == .done, "\(console.output.string)")
    }

    @Test("Steps follow each other on one flow, and each test begins anew")
    func steps() throws {
        let found = try Self.run(
            """
            flow: flow.yaml
            tests:
              delayed:
                - given: {A: 1, B: 2}
                  expect: {late: 8, ratio: 0.5, OUT: 2}
                - given: {A: 3}
                  expect: {late: 5}
              anew:
                given: {A: 1}
                expect: {late: 8}
            """,
            flow: Self.flow
        )
        #expect(found.isPassed, "\(found.output)")
    }

    @Test(
        "A sample that says what the one before said counts, unless the flow skips repeats",
        arguments: [false, true]
    )
    func repeats(areSkipped: Bool) throws {
        let found = try Self.run(
            """
            flow: flow.yaml
            tests:
              totals:
                - {given: {A: 1}, expect: {total: 1}}
                - {given: {A: 1}, expect: {total: \(areSkipped ? 1 : 2)}}
                - {given: {A: {value: 1, alarm: MINOR}}, expect: {total: \(areSkipped ? 2 : 3)}}
                - {given: {A: [1, 1]}, expect: {total: \(areSkipped ? "[3, 3]" : "[4, 4]")}}
                - {given: {A: [1, 1]}, expect: {total: \(areSkipped ? "[3, 3]" : "[5, 5]")}}
            """,
            flow: """
                flow: f
                skip_repeats: \(areSkipped)
                sources: {m: {type: pva, pvs: [A]}}
                steps:
                  s:
                    type: formula
                    in: {now: A, before: {from: s, signal: total, delay: true}}
                    out: {total: "now + before"}
                sinks: {o: {type: console, in: [total]}}

                """
        )
        #expect(found.isPassed, "\(found.output)")
    }

    @Test("What is not as expected is said at its place, with what was found")
    func failures() throws {
        let found = try Self.run(
            """
            flow: flow.yaml
            tests:
              wrong number:
                given: {A: 1}
                expect: {twice: 3}
              not computed:
                given: {A: 1}
                expect: {ratio: 1}
              an alarm that nobody expects:
                given: {A: 1, B: 0}
                expect: {ratio: {within: 1}}
              an alarm that is none:
                given: {A: 1}
                expect: {twice: {alarm: MAJOR}}
              names:
                given: {AA: 1}
                expect: {twise: 1}
              time:
                given: {A: {value: 1, time: 2026-03-01T12:00:00Z}}
                expect: {twice: {value: 2, time: 2026-03-01T12:00:01Z}}
            """,
            flow: Self.flow
        )
        #expect(!found.isPassed)
        try expectGolden(found.output, "Tests/Composition/CommandsTests/flow-test-failures.txt")
    }

    @Test("A file that is no test says why")
    func wrongFiles() throws {
        let found = try Self.run(
            """
            flow: flow.yaml
            test: {}
            tests:
              one: 1
              two: {given: {A: {valu: 1}}, expects: {B: 1}}
              three: {given: {A: [[1, 2], [3]]}, expect: {twice: {alarm: BAD, time: soon, within: x}}}
            """,
            flow: Self.flow
        )
        #expect(!found.isPassed)
        try expectGolden(found.output, "Tests/Composition/CommandsTests/flow-test-wrong.txt")
    }
}
