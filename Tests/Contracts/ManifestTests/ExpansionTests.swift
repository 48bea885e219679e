import Testing

@testable import Manifest

@Suite struct ExpansionTests {
    static let granted = Expansion(
        variable: { ["NAME": "injector", "EMPTY": "", "TRICK": "${NAME}", "NUMBER": "42", "YAML": "{a: b}"][$0] },
        file: { path throws(Expansion.Refusal) in
            guard path == "secret.txt" else { throw Expansion.Refusal(reason: "does not exist") }
            return "s3cret\n"
        }
    )

    static func expand(_ text: String, _ expansion: Expansion = granted) -> (node: YAMLNode?, [Diagnostic]) {
        var diagnostics: [Diagnostic] = []
        guard let root = YAMLReader.read(Array(text.utf8), file: "a.yaml").root else { return (nil, []) }
        let node = expansion.apply(to: root, file: "a.yaml", keepingExtensionsAt: [1], &diagnostics)
        return (node.entries?.first?.value, diagnostics)
    }

    @Test(
        "Values are replaced",
        arguments: [
            ("x: ${NAME}", "injector"), ("x: a${NAME}b${NUMBER}", "ainjectorb42"), ("x: ${UNSET:-5s}", "5s"),
            ("x: ${EMPTY:-5s}", "5s"), ("x: '${EMPTY}'", ""), ("x: ${NAME:-no}", "injector"),
            ("x: ${UNSET:-}", ""), ("x: ${NAME:?give it}", "injector"), ("x: ${file:secret.txt}", "s3cret"),
            ("x: $${NAME}", "${NAME}"), ("x: a$${NAME} ${NAME}", "a${NAME} injector"), ("x: $NAME", "$NAME"),
            ("x: ${TRICK}", "${NAME}"), ("x: ${YAML}", "{a: b}"), ("x: ${UNSET:-a:-b}", "a:-b"),
        ]
    )
    func values(text: String, expected: String) throws {
        let (node, diagnostics) = Self.expand(text)
        #expect(diagnostics.map(\.description) == [])
        #expect(try #require(node?.scalar).text == expected)
    }

    @Test("What comes in is text of one value: it adds no structure")
    func noStructure() throws {
        let (node, _) = Self.expand("x: ${YAML}")
        #expect(try #require(node).entries == nil)
    }

    @Test("A plain value that comes in is resolved like one that is written")
    func resolved() throws {
        let scalar = try #require(Self.expand("x: ${NUMBER}").node?.scalar)
        #expect(scalar.isPlain)
        #expect(ScalarRules.core.resolve(scalar.text) == .integer(42))
    }

    @Test(
        "What cannot be replaced is reported",
        arguments: [
            ("x: ${UNSET}", "expected the environment variable 'UNSET', found that it is not set"),
            ("x: ${UNSET:?ask Ada}", "expected the environment variable 'UNSET', found that it is not set"),
            ("x: ${NAME", "expected '}' behind '${NAME', found the end"),
            ("x: ${}", "expected '${NAME}', '${NAME:-default}', '${NAME:?message}' or '${file:path}', found '${}'"),
            (
                "x: ${A B}",
                "expected '${NAME}', '${NAME:-default}', '${NAME:?message}' or '${file:path}', found '${A B}'"
            ),
            (
                "x: ${NAME:+x}",
                "expected '${NAME}', '${NAME:-default}', '${NAME:?message}' or '${file:path}', found '${NAME:+x}'"
            ),
            ("x: ${file:other}", "expected the file 'other', found that it does not exist"),
        ]
    )
    func refused(text: String, problem: String) {
        #expect(Self.expand(text).1.map(\.problem) == [problem])
    }

    @Test(
        "A document that is granted nothing gets nothing",
        arguments: ["x: ${NAME}", "x: ${file:secret.txt}", "x: ${NAME:-a}"]
    )
    func ungranted(text: String) throws {
        let (node, diagnostics) = Self.expand(text, .refused)
        #expect(diagnostics.map(\.kind) == [.expansion])
        #expect(try #require(node).isUnreadable)
    }

    @Test("Aliases and files cannot make a small document large")
    func budget() throws {
        let large = String(repeating: "x", count: 1 << 20)
        let expansion = Expansion(variable: { _ in nil }, file: { _ in large })
        let aliases = Array(repeating: "*a", count: 3000).joined(separator: ", ")
        let (_, diagnostics) = Self.expand("x: [&a '${file:big}', \(aliases)]", expansion)
        #expect(diagnostics.count == Diagnostic.reportedMax)
        #expect(diagnostics.first?.problem == "expected at most 10000 requests for 4194304 bytes in all, found more")
    }

    @Test("What belongs to others is left alone")
    func extensions() {
        let (node, diagnostics) = Self.expand("a: {x-title: '${title}', b: '${NAME}', c: {x-d: '${NAME}'}}")
        #expect(diagnostics.isEmpty)
        #expect(node?.entries?.prefix(2).map { $0.value.scalar?.text } == ["${title}", "injector"])
        // Deeper, keys are names: a node, an input or a process variable may begin with `x-`.
        #expect(node?.entries?.last?.value.entries?.first?.value.scalar?.text == "injector")
    }

    @Test("A break of Windows at the end of a file is no part of it")
    func lastBreak() {
        let expansion = Expansion(variable: { _ in nil }, file: { _ in "secret\r\n" })
        #expect(Self.expand("x: ${file:f}", expansion).node?.scalar?.text == "secret")
    }

    @Test("A name without end does not make a message without end")
    func longName() {
        let (_, diagnostics) = Self.expand("x: ${\(String(repeating: "A", count: 10_000))}")
        #expect(diagnostics.count == 1)
        #expect(diagnostics.allSatisfy { $0.description.utf8.count < 500 })
    }

    @Test("Keys are never replaced")
    func keys() throws {
        var diagnostics: [Diagnostic] = []
        let root = try #require(YAMLReader.read(Array("${NAME}: 1".utf8), file: "a.yaml").root)
        let node = Self.granted.apply(to: root, file: "a.yaml", keepingExtensionsAt: [], &diagnostics)
        #expect(node.entries?.first?.key == "${NAME}")
    }

    @Test("A value that came in never shows in a message")
    func secrecy() {
        let count = Field("count", .count(in: 1...9), default: 1, doc: "")
        var diagnostics: [Diagnostic] = []
        let root =
            YAMLReader.read(Array("count: ${file:secret.txt}".utf8), file: "a.yaml").root ?? .unreadable(at: .start)
        let node = Self.granted.apply(to: root, file: "a.yaml", keepingExtensionsAt: [], &diagnostics)
        var section = ConfigSection(node, file: "a.yaml", path: "")
        _ = section.read(count)
        #expect(
            section.diagnostics.map(\.problem) == [
                "expected a whole number of 1 to 9, found what '${file:secret.txt}' stands for"
            ]
        )
    }
}
