/// Finds what somebody probably meant.
public enum Nearest {
    /// The candidate that differs least from `word`, if it differs little enough to be a slip.
    public static func match(_ word: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().unicodeScalars.prefix(lengthMax))
        // A third of the letters may be wrong, so that short words do not match everything.
        let limit = min(3, letters.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate != word {
            let distance = distance(letters, Array(candidate.lowercased().unicodeScalars.prefix(lengthMax)))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// `did you mean 'x'?`, or else `otherwise` and the candidates, sorted.
    public static func advice(_ word: String, among candidates: some Collection<String>, otherwise: String) -> String {
        if let near = match(word, among: candidates) { return "did you mean '\(near)'?" }
        guard !candidates.isEmpty else { return "" }
        let shown = candidates.sorted().prefix(listedMax)
        let more = candidates.count - shown.count
        return "\(otherwise) \(shown.joined(separator: ", "))" + (more > 0 ? " and \(more) more" : "")
    }

    /// Longer names are compared by their beginnings, so that hostile input costs nothing.
    private static let lengthMax = 128
    private static let listedMax = 24

    /// The number of one-letter edits between two words; two letters that changed places are one edit.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        guard abs(left.count - right.count) <= 3 else { return .max }
        var before: [Int] = []
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var next = [i + 1]
            next.reserveCapacity(row.count)
            for j in right.indices {
                var cost = min(row[j + 1] + 1, next[j] + 1, row[j] + (letter == right[j] ? 0 : 1))
                if i > 0, j > 0, letter == right[j - 1], left[i - 1] == right[j] { cost = min(cost, before[j - 1] + 1) }
                next.append(cost)
            }
            before = row
            row = next
        }
        return row[right.count]
    }
}
