import TestSupport
import Testing

@testable import Manifest

@Suite struct YAMLReaderTests {
    static func read(_ text: String, limits: YAMLReader.Limits = .init()) -> YAMLReader.Result {
        YAMLReader.read(Array(text.utf8), file: "a.yaml", limits: limits)
    }

    /// A tree as text with the place of every value: `2:3`.
    static func shown(_ node: YAMLNode) -> String {
        let place = "@\(node.place.line):\(node.place.column)"
        switch node.content {
        case .scalar(let scalar): return (scalar.isPlain ? scalar.text : "'\(scalar.text)'") + place
        case .sequence(let elements): return "[\(elements.map(shown).joined(separator: " "))]" + place
        case .mapping(let entries):
            let members = entries.map { "\($0.key)@\($0.keyPlace.line):\($0.keyPlace.column)=\(shown($0.value))" }
            return "{\(members.joined(separator: " "))}" + place
        }
    }

    @Test(
        "Every value knows its line and its column, in code points from 1",
        arguments: [
            ("a: 1", "{a@1:1=1@1:4}@1:1"), ("- x\n- 'y'\n", "[x@1:3 'y'@2:3]@1:1"),
            ("größe: ü # c\nb: [1, 2]\n", "{größe@1:1=ü@1:8 b@2:1=[1@2:5 2@2:8]@2:4}@1:1"),
            ("\"😀\": x", "{😀@1:1=x@1:6}@1:1"),
            ("a: &n {b: c}\nd: *n\n", "{a@1:1={b@1:8=c@1:11}@1:4 d@2:1={b@1:8=c@1:11}@1:4}@1:1"),
            ("a:\nb:", "{a@1:1=@1:3 b@2:1=@2:3}@1:1"), ("a: |\n  x\n  y\n", "{a@1:1='x\ny\n'@1:4}@1:1"),
            ("a: 1\r\nb: 2\r\n", "{a@1:1=1@1:4 b@2:1=2@2:4}@1:1"), ("\u{FEFF}a: 1", "{a@1:1=1@1:4}@1:1"),
        ]
    )
    func places(text: String, expected: String) throws {
        let result = Self.read(text)
        #expect(result.diagnostics.map(\.description) == [])
        #expect(Self.shown(try #require(result.root)) == expected)
    }

    @Test("Depth is limited while parsing, so that nesting costs nothing", .timeLimit(.minutes(1)))
    func depth() {
        for opening in ["[", "{a: ", "- ", "? "] {
            let result = Self.read(String(repeating: opening, count: 100_000))
            #expect(result.root == nil)
            #expect(result.diagnostics.map(\.kind) == [.tooDeep], "\(opening)")
        }
        let fits = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(Self.read(fits).root != nil)
        #expect(Self.read("[" + fits + "]").diagnostics.map(\.kind) == [.tooDeep])
    }

    @Test("Bytes and values are limited, an alias counted as what it stands for")
    func size() {
        #expect(Self.read("[1, 2]", limits: .init(bytesMax: 5)).diagnostics.map(\.kind) == [.tooLarge])
        #expect(Self.read("[1, 2]", limits: .init(valuesMax: 3)).root != nil)
        #expect(Self.read("[1, 2, 3]", limits: .init(valuesMax: 3)).diagnostics.map(\.kind) == [.tooLarge])
        #expect(Self.read("[&a [1, 2], *a]", limits: .init(valuesMax: 7)).root != nil)
        #expect(Self.read("[&a [1, 2], *a]", limits: .init(valuesMax: 6)).diagnostics.map(\.kind) == [.tooLarge])
    }

    @Test("What can be read is read, and each problem has its place")
    func goesOn() throws {
        let result = Self.read("a: !x 1\na: 2\n<<: 3\n[b]: 4\nc: *nope\nd: 5\n")
        #expect(
            result.diagnostics.map { "\($0.location.place.line):\($0.location.place.column) \($0.kind.rawValue)" } == [
                "1:4 tag", "2:1 duplicate-key", "3:1 bad-key", "4:1 bad-key", "5:4 alias",
            ]
        )
        #expect(Self.shown(try #require(result.root)) == "{a@1:1=1@1:4 c@5:1=@5:4 d@6:1=5@6:4}@1:1")
    }

    @Test("An anchor may be used again after it was set anew, as YAML has it")
    func anchorAgain() throws {
        let result = Self.read("[&a 1, *a, &a 2, *a]")
        #expect(Self.shown(try #require(result.root)) == "[1@1:2 1@1:2 2@1:12 2@1:12]@1:1")
    }

    @Test(
        "A parser that is dropped early gives its memory back",
        arguments: ["a: b", "a: [", "- - - x", "\"", "&a *a"]
    )
    func teardown(text: String) {
        // Found by the address sanitizer, which runs this suite too.
        for _ in 0..<20 { _ = Self.read(text, limits: .init(valuesMax: 1)) }
    }

    @Test("The library says its version")
    func version() {
        #expect(YAMLReader.libraryVersion.hasPrefix("0.2."))
    }
}
