/// The names that formulas may use for values: any texts, told apart byte by byte.
public struct FormulaSymbols: Sendable {
    /// One of the names.
    struct Name: Sendable {
        let text: String
        let bytes: [UInt8]
        /// Whether it could also be written for something else: it holds what could be an operator or a blank.
        let isOdd: Bool
        /// Whether it reads as a number: then only backquotes reach it.
        let isNumber: Bool
    }

    /// Sorted by bytes, each once.
    let names: [Name]
    /// Whether other names may exist as well: then a name that is not declared is taken for one of them.
    public let mayBeMore: Bool

    public init(_ names: some Sequence<String>, mayBeMore: Bool = false) {
        let sorted = names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
        var kept: [Name] = []
        kept.reserveCapacity(sorted.count)
        for bytes in sorted where !bytes.isEmpty && kept.last?.bytes != bytes {
            let number = Letters.endOfNumber(in: bytes, at: 0)
            kept.append(
                Name(
                    text: String(decoding: bytes, as: UTF8.self),
                    bytes: bytes,
                    isOdd: !bytes.allSatisfy(Letters.isOfName),
                    isNumber: number == bytes.count
                )
            )
        }
        self.names = kept
        self.mayBeMore = mayBeMore
    }

    /// The names that stand at `start` of a text and end at the end of a token, the shortest first, and how many
    /// bytes were compared to find them.
    func matches(in text: [UInt8], at start: Int) -> (names: [(name: Int, end: Int)], compared: Int) {
        var found: [(name: Int, end: Int)] = []
        var candidates = 0..<names.count
        var end = start
        while !candidates.isEmpty {
            let depth = end - start
            let first = candidates.lowerBound
            if names[first].bytes.count == depth {
                if depth > 0, !names[first].isNumber, Letters.isBoundary(in: text, at: end) {
                    found.append((first, end))
                }
                candidates = first + 1..<candidates.upperBound
            }
            guard end < text.count else { break }
            candidates = narrowed(candidates, to: text[end], at: depth)
            end += 1
        }
        return (found, end - start)
    }

    /// The position of exactly this name.
    func position(of bytes: ArraySlice<UInt8>) -> Int? {
        var candidates = 0..<names.count
        for (depth, byte) in bytes.enumerated() {
            if let first = candidates.first, names[first].bytes.count == depth {
                candidates = first + 1..<candidates.upperBound
            }
            candidates = narrowed(candidates, to: byte, at: depth)
        }
        return candidates.first.flatMap { names[$0].bytes.count == bytes.count ? $0 : nil }
    }

    /// Those of a sorted range of names that have this byte at this depth; each is long enough.
    private func narrowed(_ candidates: Range<Int>, to byte: UInt8, at depth: Int) -> Range<Int> {
        let low = partition(candidates) { names[$0].bytes[depth] >= byte }
        return low..<partition(low..<candidates.upperBound) { names[$0].bytes[depth] > byte }
    }

    /// The first position for which `isBehind` holds, which holds for all that follow it.
    private func partition(_ range: Range<Int>, _ isBehind: (Int) -> Bool) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// What the bytes of a formula are.
enum Letters {
    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    static func isLetter(_ byte: UInt8) -> Bool {
        let small = byte | 0x20
        return (small >= UInt8(ascii: "a") && small <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
    }

    /// Whether it belongs to a name in which nothing could be an operator; beyond ASCII everything does.
    static func isOfName(_ byte: UInt8) -> Bool {
        if isLetter(byte) || isDigit(byte) || byte >= 0x80 { return true }
        switch byte {
        case UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "$"), UInt8(ascii: "#"), UInt8(ascii: "@"): return true
        default: return false
        }
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n")
            || byte == UInt8(ascii: "\r")
    }

    /// Whether a token may end here: no name goes on.
    static func isBoundary(in text: [UInt8], at end: Int) -> Bool {
        end == text.count || !isOfName(text[end]) || !isOfName(text[end - 1])
    }

    /// Where a number that begins at `start` ends; nil if none begins there.
    static func endOfNumber(in text: [UInt8], at start: Int) -> Int? {
        var end = start
        func skipDigits() { while end < text.count, isDigit(text[end]) { end += 1 } }
        skipDigits()
        var digits = end - start
        if end < text.count, text[end] == UInt8(ascii: ".") {
            end += 1
            let fraction = end
            skipDigits()
            digits += end - fraction
        }
        guard digits > 0 else { return nil }
        let mantissa = end
        if end < text.count, text[end] | 0x20 == UInt8(ascii: "e") {
            end += 1
            if end < text.count, text[end] == UInt8(ascii: "+") || text[end] == UInt8(ascii: "-") { end += 1 }
            let exponent = end
            skipDigits()
            if end == exponent { end = mantissa }
        }
        return end
    }
}
