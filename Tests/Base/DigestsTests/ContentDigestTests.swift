import Testing

@testable import Digests

/// Digests: those of the standard, of pieces, of several files.
@Suite struct ContentDigestTests {
    static let known: [(String, String)] = [
        ("", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ]

    @Test("A file of one chunk has its SHA-256", arguments: known)
    func standard(text: String, expected: String) {
        #expect(ContentDigest(of: Array(text.utf8)).text == expected)
    }

    @Test("A longer file is digested in chunks, and every byte counts")
    func chunks() {
        var bytes = [UInt8](repeating: 7, count: ContentDigest.chunkSize)
        #expect(ContentDigest(of: bytes).text.hasPrefix("sha256:"))
        bytes.append(7)
        let digest = ContentDigest(of: bytes)
        // Computed with Python's hashlib from the rule.
        #expect(digest.text == "sha256c8:6a841b50cf277f8d583ea037bbb4a2ce081e8a76e3668f9b4f20076b5dfbeb70")
        for index in [0, ContentDigest.chunkSize - 1, ContentDigest.chunkSize] {
            bytes[index] = 8
            #expect(ContentDigest(of: bytes) != digest)
            bytes[index] = 7
        }
        #expect(ContentDigest(of: bytes) == digest)
    }

    private static func digest(_ files: [(String, [UInt8])]) -> ContentDigest {
        ContentDigest(of: files.map { ($0.0, $0.1.count, ContentDigest(of: $0.1)) })
    }

    @Test("Several files: their order does not count, names and contents do")
    func files() {
        let digest = Self.digest([("a", [1]), ("b", [2])])
        #expect(digest.text.hasPrefix("sha256f:"))
        #expect(digest == Self.digest([("b", [2]), ("a", [1])]))
        #expect(digest != Self.digest([("a", [2]), ("b", [1])]))
        #expect(digest != Self.digest([("a", [1]), ("c", [2])]))
        // A name that looks like the beginning of another line is none.
        #expect(Self.digest([("a", []), ("b", [])]) != Self.digest([("a 0 x\n1 b", []), ("c", [])]))
        #expect(Self.digest([("a", [1])]) == ContentDigest(of: [1]))
    }
}
