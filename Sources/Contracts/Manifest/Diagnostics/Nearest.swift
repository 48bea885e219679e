internal import JSON

/// Finds what somebody probably meant.
///
/// The work is bounded whatever the input: few candidates, short beginnings of names, few differences.
public enum Nearest {
    /// The candidate that differs least from `word`, if it differs little enough to be a slip.
    ///
    /// Of several alike the first in the order of bytes, so that a message is the same every time.
    public static func match(_ word: String, among candidates: some Sequence<String>) -> String? {
        let letters = folded(word)
        // A third of the letters may be wrong, so that short words do not match everything.
        let limit = min(3, letters.count / 3)
        var best: (name: ExactText, distance: Int)?
        for candidate in candidates.prefix(candidatesMax) {
            let name = ExactText(candidate)
            guard name != ExactText(word) else { continue }
            guard let distance = distance(letters, folded(candidate), atMost: limit) else { continue }
            if let best, (best.distance, best.name) <= (distance, name) { continue }
            best = (name, distance)
        }
        return best?.name.text
    }

    /// `did you mean 'x'?`, or else `otherwise` and the candidates, sorted.
    public static func advice(_ word: String, among candidates: some Collection<String>, otherwise: String) -> String {
        if let near = match(word, among: candidates) { return "did you mean '\(Printable.text(near))'?" }
        guard !candidates.isEmpty else { return "" }
        let names = candidates.prefix(candidatesMax).map { ExactText($0) }.sorted().map(\.text)
        let more = candidates.count - names.count
        let shown = Printable.list(names, joinedBy: ", ", most: listedMax)
        return more > 0 ? "\(otherwise) \(shown) and others" : "\(otherwise) \(shown)"
    }

    private static let candidatesMax = 2000
    private static let lengthMax = 64
    private static let listedMax = 12

    /// The beginning of a word as bytes, capital letters of ASCII as small ones.
    private static func folded(_ word: String) -> [UInt8] {
        word.utf8.prefix(lengthMax).map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    }

    /// The number of one-letter edits between two words, or nil when it is more than `limit`; two letters
    /// that changed places are one edit.
    private static func distance(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        guard limit > 0 else { return left == right ? 0 : nil }
        var before: [Int] = []
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var next = Array(repeating: limit + 1, count: right.count + 1)
            next[0] = i + 1
            // Further from the diagonal than `limit` no path can stay within it.
            for j in max(0, i - limit)..<max(max(0, i - limit), min(right.count, i + limit + 1)) {
                var cost = min(row[j + 1] + 1, next[j] + 1, row[j] + (letter == right[j] ? 0 : 1))
                if i > 0, j > 0, letter == right[j - 1], left[i - 1] == right[j] { cost = min(cost, before[j - 1] + 1) }
                next[j + 1] = cost
            }
            guard next.contains(where: { $0 <= limit }) else { return nil }
            before = row
            row = next
        }
        return row[right.count] <= limit ? row[right.count] : nil
    }
}
