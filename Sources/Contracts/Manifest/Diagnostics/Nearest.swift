internal import JSON

/// Finds what somebody probably meant.
///
/// The work is bounded whatever the input: few candidates, short beginnings of names, few differences.
public enum Nearest {
    /// The candidate that differs least from `word`, if it differs little enough to be a slip.
    ///
    /// Of several alike it is one that is as long as `word`, and of those the first in the order of bytes, so
    /// that a message is the same every time.
    public static func match(_ word: String, among candidates: some Sequence<String>) -> String? {
        let letters = folded(word)
        // A third of the letters may be wrong, so that short words do not match everything.
        var distances = EditDistance(letters, atMost: min(3, letters.count / 3))
        var best: (name: ExactText, distance: Int, isAsLong: Bool)?
        for candidate in candidates.prefix(candidatesMax) {
            let name = ExactText(candidate)
            let other = folded(candidate)
            guard let distance = distances.distance(to: other) ?? missingEnd(of: letters, in: other),
                name != ExactText(word)
            else { continue }
            // A letter that is wrong is a likelier slip than one that is missing.
            let isAsLong = other.count == letters.count
            if let best {
                if best.distance < distance || (best.distance == distance && best.isAsLong && !isAsLong) { continue }
                if best.distance == distance, best.isAsLong == isAsLong, best.name < name { continue }
            }
            best = (name, distance, isAsLong)
        }
        return best?.name.text
    }

    /// `did you mean 'x'?`, or else `otherwise` and the candidates, sorted.
    public static func advice(_ word: String, among candidates: some Collection<String>, otherwise: String) -> String {
        if let near = match(word, among: candidates) { return "did you mean '\(Printable.text(near))'?" }
        guard !candidates.isEmpty else { return "" }
        let names = candidates.prefix(candidatesMax).map { ExactText($0) }.sorted().map(\.text)
        let more = candidates.count - min(names.count, listedMax)
        let shown = names.prefix(listedMax).map { Printable.text($0) }.joined(separator: ", ")
        return "\(otherwise) \(shown)" + (more > 0 ? " and \(more) more" : "")
    }

    /// How many letters a short word lacks at its end: `pv` is no slip of two letters, but a short `pvs`.
    private static func missingEnd(of word: [UInt8], in other: [UInt8]) -> Int? {
        word.count >= 2 && other.count - word.count <= 2 && other.starts(with: word) ? other.count - word.count : nil
    }

    private static let candidatesMax = 2000
    private static let lengthMax = 64
    private static let listedMax = 12

    /// The beginning of a word as bytes, capital letters of ASCII as small ones.
    private static func folded(_ word: String) -> [UInt8] {
        word.utf8.prefix(lengthMax).map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    }
}

/// The number of one-letter edits between a word and others, up to a limit; two letters that changed
/// places are one edit.
///
/// Only what lies within the limit of the diagonal is looked at, in rows that are used again.
private struct EditDistance {
    private let word: [UInt8]
    private let limit: Int
    private var before: [Int] = []
    private var row: [Int] = []
    private var next: [Int] = []

    init(_ word: [UInt8], atMost limit: Int) {
        self.word = word
        self.limit = limit
    }

    /// Nil when it is more than the limit.
    mutating func distance(to other: [UInt8]) -> Int? {
        let count = other.count
        guard abs(word.count - count) <= limit else { return nil }
        guard limit > 0 else { return word == other ? 0 : nil }
        while row.count <= count {
            before.append(0)
            row.append(0)
            next.append(0)
        }
        for j in 0...count { row[j] = j }
        for (i, letter) in word.enumerated() {
            let first = max(0, i - limit)
            let last = min(count, i + limit + 1)
            var least = first == 0 ? i + 1 : limit + 1
            next[first] = least
            for j in first..<max(first, last) {
                // The cell above the last one of this row was outside of the row before.
                let above = j + 1 > i + limit ? limit : row[j + 1]
                var cost = min(above + 1, next[j] + 1, row[j] + (letter == other[j] ? 0 : 1))
                if i > 0, j > 0, letter == other[j - 1], word[i - 1] == other[j] { cost = min(cost, before[j - 1] + 1) }
                next[j + 1] = cost
                least = min(least, cost)
            }
            guard least <= limit else { return nil }
            swap(&before, &row)
            swap(&row, &next)
        }
        return row[count] <= limit ? row[count] : nil
    }
}
