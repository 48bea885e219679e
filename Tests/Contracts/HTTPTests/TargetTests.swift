import HTTP
import TestSupport
import Testing

@Suite struct TargetTests {
    @Test(
        "A path is decoded once",
        arguments: [
            ("/", [""]), ("/a/b", ["a", "b"]), ("/a/", ["a", ""]), ("//a", ["", "a"]), ("/a%20b", ["a b"]),
            ("/%25%32%35", ["%25"]), ("/a+b", ["a+b"]), ("/caf%C3%A9", ["café"]), ("/...", ["..."]), ("/?x=/..", [""]),
        ]
    )
    func paths(text: String, segments: [String]) throws {
        #expect(try HTTPTarget(text).segments == segments)
    }

    @Test(
        "What could mean another path is refused",
        arguments: [
            "", "*", "a", "http://localhost/", "/%", "/%4", "/%zz", "/%+1", "/%-1", "/a%2Fb", "/a%2fb", "/..", "/.",
            "/%2e%2e/x", "/a/../b", "/%00", "/%0d%0a", "/%7f", "/%ff", "/%c0%af", "/a b", "/é", "/a#b", "/a\tb",
            "/?a=%", "/?%00=1",
        ]
    )
    func refusals(text: String) {
        let problem = #expect(throws: HTTPProblem.self) { try HTTPTarget(text) }
        #expect(problem?.status == .badRequest)
    }

    @Test(
        "A query is read in order",
        arguments: [
            ("/?", []), ("/?a=1&b=2", ["a=1", "b=2"]), ("/?a=1&a=2", ["a=1", "a=2"]), ("/?a", ["a="]),
            ("/?a=b=c", ["a=b=c"]), ("/?a+b=%2B+%26", ["a b=+ &"]), ("/?&&a=1&", ["a=1"]), ("/?a=?", ["a=?"]),
        ]
    )
    func queries(text: String, arguments: [String]) throws {
        let target = try HTTPTarget(text)
        #expect(target.query.map { "\($0.name)=\($0.value)" } == arguments)
        #expect(target.argument("a") == target.query.first { $0.name == "a" }?.value)
    }

    @Test("Any bytes are a path or are refused", arguments: 0..<200)
    func anything(seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let pieces = ["/", "%", "2", "F", "e", ".", "?", "&", "=", "+", "a", "\u{0}", "é", "%2e", "%C3%A9"]
        let count = Int.random(in: 0..<20, using: &generator)
        let text = "/" + (0..<count).map { _ in pieces.randomElement(using: &generator)! }.joined()
        guard let target = try? HTTPTarget(text) else { return }
        for segment in target.segments {
            #expect(segment != "." && segment != "..")
            #expect(segment.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "/") })
        }
    }
}
