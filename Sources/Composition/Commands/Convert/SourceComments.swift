internal import Manifest

/// The comments of a YAML file, by the line that they belong to: that on which they stand, or the next with content.
struct SourceComments {
    private var above: [Int: [String]] = [:]
    private var behind: [Int: String] = [:]

    init(_ text: String) {
        var waiting: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.drop { $0 == " " || $0 == "\t" }
            if content.first == "#" {
                waiting.append(String(content))
            } else if !content.isEmpty, content != "\r" {
                if !waiting.isEmpty { above[index + 1] = waiting }
                waiting = []
                if let comment = Self.comment(behind: line) { behind[index + 1] = comment }
            }
        }
    }

    /// A comment at the end of a line with content: `#` behind a blank, outside of quotes.
    private static func comment(behind line: Substring) -> String? {
        var quote: Character?
        var before: Character = " "
        for index in line.indices {
            let character = line[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if (character == "'" || character == "\"") && " :[{,-".contains(before) {
                quote = character
            } else if character == "#", before == " " || before == "\t" {
                return String(line[index...]).trimmedEnd
            }
            before = character
        }
        return nil
    }

    /// What belongs to a line, each comment once.
    mutating func take(_ line: Int) -> (above: [String], behind: String?) {
        (above.removeValue(forKey: line) ?? [], behind.removeValue(forKey: line))
    }

    func has(_ line: Int) -> Bool { above[line] != nil || behind[line] != nil }
}

extension String {
    fileprivate var trimmedEnd: String {
        var rest = self[...]
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}
