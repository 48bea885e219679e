/// Makes broken inputs out of good ones.
struct Mutation {
    /// Texts that readers treat specially, so that chance need not find them.
    static let tokens: [[UInt8]] =
        [
            "[", "]", "{", "}", ":", ": ", ",", "- ", "? ", "#", "&a ", "*a", "!x ", "!!str ", "|", ">", "|+2\n", "'",
            "\"",
            "\\", "\\u0000", "\\ud800", "\\x", "%YAML 1.1\n", "---\n", "...\n", "<<: ", "\t", "\n", "\r\n", "\u{FEFF}",
            "\u{0}", "\u{85}", "\u{2028}", "${", "${A:-b}", "$${", "${file:/dev/zero}", "1e999", "-0", "0x", "1_0",
            ".inf",
            "18446744073709551616", "-9223372036854775809", "null", "true", "NaN", "--", "-", "--output", "=", "x-a: ",
            "type: pva", "in: ", "from: ", "signal: ", "delay: true", "trigger: ", "9999999999s", "1.5", "'''",
        ].map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBF, 0xBE]]

    static let sizeMax = 64 * 1024

    /// One to eight changes of a good input, sometimes with a part of another.
    static func mutate(_ good: [UInt8], with other: [UInt8], using random: inout Generator) -> [UInt8] {
        var bytes = good
        for _ in 0..<random.below(8) + 1 {
            let place = random.below(bytes.count + 1)
            switch random.below(9) {
            case 0: bytes.insert(contentsOf: tokens[random.below(tokens.count)], at: place)
            case 1 where place < bytes.count: bytes[place] = UInt8(random.below(256))
            case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + random.below(16)))
            case 4: bytes = Array(bytes[..<place])
            case 5:
                let part = bytes[place..<min(bytes.count, place + random.below(64))]
                for _ in 0..<random.below(20) { bytes.insert(contentsOf: part, at: place) }
            case 6:
                let start = random.below(other.count + 1)
                bytes.insert(contentsOf: other[start..<min(other.count, start + random.below(200))], at: place)
            case 7:
                let token = tokens[random.below(tokens.count)]
                let many = Array(repeatElement(token, count: random.below(3000)).joined())
                bytes.insert(contentsOf: many, at: place)
            default: bytes.insert(UInt8(random.below(128)), at: place)
            }
        }
        return Array(bytes.prefix(sizeMax))
    }
}

/// A generator with a seed, so that a finding can be had again.
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int.random(in: 0..<bound, using: &self) : 0 }
}
