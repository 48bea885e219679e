import Foundation
import JSON
import Manifest
import TestSupport
import Testing

@testable import Commands

@Suite struct ProgramTests {
    @Test(
        "The end of a process says what happened",
        arguments: [
            ([], Commands.ExitStatus.wrongUsage), (["--help"], .done), (["-h"], .done), (["version"], .done),
            (["--version"], .done),
            (["vresion"], .wrongUsage), (["version", "x"], .wrongUsage), (["validate"], .wrongUsage),
            (["validate", "/no/such/file"], .problemsFound), (["help", "errors"], .done),
            (["help", "nothing"], .wrongUsage),
            (["completion", "tcsh"], .wrongUsage), (["schema"], .done), (["schema", "--output", "text"], .wrongUsage),
            (["validate", "--help"], .done),
        ]
    )
    func status(words: [String], expected: Commands.ExitStatus) {
        #expect(CapturedConsole().run(words) == expected)
    }

    @Test("Wrong usage is told on standard error, with the usage line; nothing goes to standard output")
    func usage() {
        let console = CapturedConsole()
        _ = console.run(["validate", "--no-expnad", "a"])
        #expect(console.output.string == "")
        #expect(
            console.errors.string == """
                slipway validate: expected an option of 'validate', found '--no-expnad'
                    did you mean '--no-expand'?
                usage: slipway validate [OPTIONS] FILE…

                """
        )
    }

    @Test("A file that cannot be read is a problem of that file; the others are still checked")
    func unreadable() throws {
        let good = Repository.root.appending(path: "examples/injector.yaml").path
        let console = CapturedConsole()
        #expect(console.run(["validate", "/no/such/file", "/", good]) == .problemsFound)
        let lines = console.output.string.split(separator: "\n")
        #expect(lines[0].hasSuffix("error: file: expected a flow document, found that '/no/such/file' does not exist"))
        #expect(lines[2].hasSuffix("found that '/' is a folder"))
        #expect(lines[4].contains(": ok: flow injector: 1 source, 2 steps, 1 sink"))
        #expect(lines[5] == "3 files, 2 errors, 0 warnings")
    }

    @Test("Reports for programs hold what the text says")
    func json() throws {
        let bad = Repository.root.appending(path: "examples/injector-with-mistakes.yaml").path
        let console = CapturedConsole()
        #expect(console.run(["validate", bad, "--output", "json"]) == .problemsFound)
        let report = try JSONReader.value(of: console.output.bytes)
        guard case .object(let root) = report, case .array(let files)? = root["files"],
            case .object(let file) = files[0],
            case .array(let problems)? = file["problems"], case .object(let first) = problems[0]
        else {
            Issue.record("the report has another form: \(console.output.string)")
            return
        }
        #expect(problems.count == 6)
        #expect(file["valid"] == false)
        #expect(file["graph"] == .null)
        #expect(first["kind"] == "unknown-field")
        #expect(first["line"] == 2)
        #expect(first["column"] == 1)
    }

    @Test("Colours are for terminals")
    func colors() throws {
        let bad = Repository.root.appending(path: "examples/injector-with-mistakes.yaml").path
        let plain = CapturedConsole()
        _ = plain.run(["validate", bad])
        #expect(!plain.output.string.contains("\u{1B}"))
        let colored = CapturedConsole()
        _ = colored.run(["validate", bad, "--output", "json"], isTerminal: true)
        #expect(!colored.output.string.contains("\u{1B}"), "a report for programs has no colours")
    }

    @Test("Any tree that is written as YAML reads back as the same", arguments: 0..<200)
    func yaml(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let value = JSONTree.random(depth: 4, using: &random)
        let text = YAMLWriter.text(of: value)
        let result = YAMLReader.read(Array(text.utf8), file: "r.yaml")
        #expect(result.diagnostics.map(\.description) == [], "\(text)")
        #expect(try JSONTree.value(of: #require(result.root)) == value, "\(text)")
    }

    @Test("The pages of help are the committed ones", arguments: ["flow", "errors"])
    func pages(topic: String) throws {
        let console = CapturedConsole()
        #expect(console.run(["help", topic]) == .done)
        try expectGolden(console.output.string, "docs/reference/\(topic).\(topic == "flow" ? "md" : "txt")")
    }

    @Test("Every kind of problem is explained", arguments: ProblemKind.allCases)
    func explained(kind: ProblemKind) {
        #expect(kind.explanation.hasSuffix("."))
        #expect(ErrorsPage.text.contains("\n  \(kind.rawValue)\n"))
    }
}
