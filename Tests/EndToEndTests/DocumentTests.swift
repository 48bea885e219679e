import Foundation
import TestSupport
import Testing

/// What README and docs show, run.
///
/// `yaml` blocks are flows and must be valid, with the models of `examples/models`; a block that begins with a comment
/// `# NAME.signature.yaml` is a file beside a model. `console` blocks are lines that begin with `$`, each
/// followed by its whole output, run in `examples/`. `sh` blocks are commands for a person; each names
/// a target of the Makefile or a script that exists.
@Suite struct DocumentEndToEndTests {
    struct Block: CustomTestStringConvertible, Sendable {
        let file: String
        let line: Int
        let language: String
        let lines: [String]

        var testDescription: String { "\(file):\(line)" }
    }

    static let blocks: [Block] = {
        let markdown = (try? Repository.files(in: "docs", suffix: ".md")) ?? []
        return (["README.md", "CONTRIBUTING.md"] + markdown).flatMap { file in
            (try? Self.blocks(in: file)) ?? []
        }
    }()

    private static func blocks(in file: String) throws -> [Block] {
        var blocks: [Block] = []
        var open: (line: Int, language: String, lines: [String])?
        for (number, line) in zip(1..., try Repository.text(file).components(separatedBy: "\n")) {
            if let block = open, line == "```" {
                blocks.append(Block(file: file, line: block.line, language: block.language, lines: block.lines))
                open = nil
            } else if open != nil {
                open?.lines.append(line)
            } else if line.hasPrefix("```") {
                open = (number, String(line.dropFirst(3)), [])
            }
        }
        return blocks
    }

    @Test("There are documents, and every block says what it is")
    func languages() {
        #expect(Self.blocks.count { $0.language == "yaml" } >= 8)
        #expect(Self.blocks.count { $0.language == "console" } >= 3)
        for block in Self.blocks {
            #expect(
                ["yaml", "console", "sh", "text", "swift", "mermaid"].contains(block.language),
                "\(block.testDescription)"
            )
        }
    }

    @Test("A flow in a document is valid", arguments: blocks.filter { $0.language == "yaml" })
    func yaml(block: Block) throws {
        let text = block.lines.joined(separator: "\n") + "\n"
        guard !text.hasPrefix("# ") || !text.contains(".signature.yaml") else {
            return try signature(text)
        }
        let outcome = try Program.slipway.run(
            ["validate", "--models", "models", "-"],
            input: text,
            environment: ProcessInfo.processInfo.environment,
            in: Repository.examples
        )
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(!outcome.output.contains("warning"), "\(outcome.output)")
    }

    /// Notes on the example's model: they must be right beside it.
    private func signature(_ text: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-notes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let model = Repository.examples.appending(path: "models/injector/1/model.onnx")
        try FileManager.default.copyItem(at: model, to: folder.appending(path: "model.onnx"))
        try Data(text.utf8).write(to: folder.appending(path: "model.signature.yaml"))
        let outcome = try Program.slipway.run(["model", "show", folder.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test(
        "A command in a document prints what the document says",
        arguments: blocks.filter { $0.language == "console" }
    )
    func console(block: Block) throws {
        var commands: [(command: String, output: [String])] = []
        for line in block.lines {
            if line.hasPrefix("$ ") {
                commands.append((String(line.dropFirst(2)), []))
            } else if !commands.isEmpty {
                commands[commands.count - 1].output.append(line)
            }
        }
        #expect(!commands.isEmpty)
        let folder = URL(filePath: Program.slipway.path).deletingLastPathComponent().path
        let environment = ProcessInfo.processInfo.environment
        let path = "\(folder):\(environment["PATH"] ?? "")"
        for (command, expected) in commands {
            let outcome = try Program("/bin/bash").run(
                ["-c", command],
                environment: environment.merging(["PATH": path]) { $1 },
                in: Repository.examples
            )
            // Long output may be cut where the document says so.
            let shown = expected.last == "…" ? Array(expected.dropLast()) : expected
            let found = (outcome.output + outcome.errors).split(separator: "\n", omittingEmptySubsequences: false).map(
                String.init
            )
            let isCut = expected.last == "…"
            #expect(isCut ? Array(found.prefix(shown.count)) == shown : found.dropLast() == shown[...], "$ \(command)")
        }
    }

    @Test("A command for a person names what is there", arguments: blocks.filter { $0.language == "sh" })
    func shell(block: Block) throws {
        for line in block.lines where !line.isEmpty && !line.hasPrefix("#") {
            let words = line.split(separator: " ").map(String.init)
            if words[0] == "make" {
                let outcome = try Program("/usr/bin/make").run(["-n"] + words.dropFirst())
                #expect(outcome.status == 0, "\(line): \(outcome.errors)")
            } else if words[0].contains("/") {
                #expect(
                    FileManager.default.isExecutableFile(atPath: Repository.root.appending(path: words[0]).path),
                    "\(line)"
                )
            } else {
                #expect(try Program("/bin/bash").run(["-c", "command -v \(words[0])"]).status == 0, "\(line)")
            }
        }
    }

    @Test("Links between documents lead somewhere")
    func links() throws {
        let files = try Repository.files(in: "docs", suffix: ".md") + ["README.md", "CONTRIBUTING.md"]
        for file in files {
            let folder = Repository.root.appending(path: file).deletingLastPathComponent()
            for match in try Repository.text(file).matches(of: /\]\(([^)#]+)(?:#[^)]*)?\)/) {
                let target = String(match.1)
                guard !target.hasPrefix("http") else { continue }
                #expect(
                    FileManager.default.fileExists(atPath: folder.appending(path: target).path),
                    "\(file): \(target)"
                )
            }
        }
    }

    @Test("The version in the change log is the program's")
    func version() throws {
        let log = try Repository.text("CHANGELOG.md")
        let version = try Program.slipway.run(["version"]).output.split(separator: "\n")[0]
        let newest = try #require(log.firstMatch(of: /## (\d+\.\d+\.\d+)/)).1
        #expect(version == "slipway \(newest)")
    }
}
