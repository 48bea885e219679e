/// Small numbers, looked through in their order.
struct BitSet: Sendable {
    private var words: [UInt64]
    private(set) var isEmpty = true

    /// Room for numbers below `count`.
    init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

    mutating func insert(_ number: Int) {
        words[number >> 6] |= 1 << UInt64(number & 63)
        isEmpty = false
    }

    mutating func remove(_ number: Int) { words[number >> 6] &= ~(1 << UInt64(number & 63)) }

    func contains(_ number: Int) -> Bool { words[number >> 6] & 1 << UInt64(number & 63) != 0 }

    mutating func removeAll() {
        for index in words.indices { words[index] = 0 }
        isEmpty = true
    }

    /// The first number from `start` on.
    func next(from start: Int) -> Int? {
        var index = start >> 6
        guard index < words.count else { return nil }
        var word = words[index] & (UInt64.max << UInt64(start & 63))
        while word == 0 {
            index += 1
            guard index < words.count else { return nil }
            word = words[index]
        }
        return index << 6 | word.trailingZeroBitCount
    }
}
