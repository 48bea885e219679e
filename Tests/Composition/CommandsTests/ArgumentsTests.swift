import TestSupport
import Testing

@testable import Commands

@Suite struct ArgumentsTests {
    static let declaration = CommandDeclaration(
        name: "try",
        summary: "For tests.",
        options: [
            .output, .init(name: "publish", short: "p", value: nil, fallback: nil, doc: "Publish."),
            .init(name: "name", short: "n", value: ("NAME", .text), fallback: "none", doc: "A name."),
        ],
        operand: .init(word: "FILE", kind: .file, count: 0...2, doc: "Files."),
        examples: []
    )

    static func parse(_ words: String...) throws(UsageError) -> ParsedArguments {
        try ParsedArguments(words, declaration)
    }

    @Test("Options are understood in every form that people write")
    func forms() throws {
        for words in [["--name", "x"], ["--name=x"], ["-n", "x"], ["-nx"], ["-pn", "x"], ["-pnx"]] {
            let arguments = try ParsedArguments(words, Self.declaration)
            #expect(arguments.value("name") == "x", "\(words)")
            #expect(arguments.has("publish") == words[0].hasPrefix("-p"), "\(words)")
        }
        #expect(try Self.parse().value("name") == "none")
        #expect(try Self.parse("--name=").value("name") == "")
        #expect(try Self.parse("--name=a=b").value("name") == "a=b")
        #expect(try Self.parse("-n", "-p").value("name") == "-p")
        #expect(try Self.parse("--output=yaml").output == .yaml)
    }

    @Test("Operands: behind -- all are, and - and negative numbers are")
    func operands() throws {
        #expect(try Self.parse("-", "-p").operands == ["-"])
        #expect(try Self.parse("--", "-p", "--name").operands == ["-p", "--name"])
        #expect(try Self.parse("a", "--name", "b", "c").operands == ["a", "c"])
        #expect(try Self.parse("").operands == [""])
        #expect(try Self.parse("-5", "-1e-3").operands == ["-5", "-1e-3"])
    }

    @Test(
        "What does not fit is refused with what to do",
        arguments: [
            (["--nmae", "x"], "expected an option of 'try', found '--nmae'", "did you mean '--name'?"),
            (
                ["--zzzzzz"], "expected an option of 'try', found '--zzzzzz'",
                "the options are --help, --name, --output, --publish"
            ),
            (
                ["-x"], "expected an option of 'try', found '-x'",
                "the short options are -p, -n, -h; what is no option stands behind '--'"
            ),
            (["--name"], "expected NAME behind '--name', found the end", ""),
            (["-n"], "expected NAME behind '-n', found the end", ""),
            (["--publish=yes"], "expected no value behind '--publish', found 'yes'", ""),
            (
                ["--output", "jsn"], "expected one of text, json, yaml behind '--output', found 'jsn'",
                "did you mean 'json'?"
            ),
            (
                ["--output", "xml"], "expected one of text, json, yaml behind '--output', found 'xml'",
                "for example '--output text'"
            ),
            (["--output"], "expected FORMAT behind '--output', found the end", "one of text, json, yaml"),
            (["-n", "a", "--name", "b"], "expected '--name' once, found it again", "keep the one that counts"),
            (["a", "b", "c"], "expected at most 2 FILE, found 'c' as well", ""),
            (["--\u{1B}[31m"], "expected an option of 'try', found '--\\u{1b}[31m'", nil),
        ] as [([String], String, String?)]
    )
    func refused(words: [String], problem: String, advice: String?) {
        do {
            _ = try ParsedArguments(words, Self.declaration)
            Issue.record("\(words) was taken")
        } catch {
            #expect(error.problem == problem)
            if let advice { #expect(error.advice == advice) }
        }
    }

    @Test("A command line that is only wrong for other reasons still shows help")
    func helpWins() throws {
        #expect(try Self.parse("a", "b", "c", "--help").has("help"))
    }

    @Test("Every command and every option says what it is for", arguments: Program.commands.map { $0.declaration.name })
    func declarations(name: String) throws {
        let command = try #require(Program.commands.first { $0.declaration.name == name }).declaration
        #expect(command.summary.hasSuffix("."))
        #expect(!command.examples.isEmpty)
        for option in command.options {
            #expect(option.doc.hasSuffix("."), "--\(option.name)")
            // What happens without the option is told either way.
            let hasAbsence = option.fallback != nil || option.doc.contains("Without it")
            #expect(option.value == nil || hasAbsence, "--\(option.name)")
        }
        let console = CapturedConsole()
        #expect(console.run(name.split(separator: " ").map(String.init) + ["--help"]) == .done)
        try expectGolden(console.output.string, "docs/reference/commands/\(name.replacing(" ", with: "-")).txt")
        #expect(console.output.string.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test("Commands are sorted and differ")
    func order() {
        let names = Program.commands.map { $0.declaration.name }
        #expect(names == names.sorted())
        #expect(names == Program.names)
        #expect(Set(names).count == names.count)
    }
}
