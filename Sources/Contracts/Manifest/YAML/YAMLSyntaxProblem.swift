/// What libyaml says about a text that is no YAML, in the words of a diagnostic.
struct YAMLSyntaxProblem {
    let kind: ProblemKind
    let place: Place
    let problem: String
    let advice: String

    init(_ failure: YAMLFailure, in bytes: [UInt8]) {
        guard let place = failure.place else {
            place = Self.place(ofByte: failure.offset, in: bytes)
            kind = failure.isOutOfMemory ? .tooLarge : .notUTF8
            if failure.isOutOfMemory {
                problem = "expected a document that fits the memory, found none left for it"
                advice = ""
            } else if failure.problem.hasPrefix("control characters") {
                problem = "expected text without control characters, found one"
                advice = "remove it; in double quotes '\\x01' stands for one"
            } else {
                let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
                problem = "expected UTF-8 text, found \(isUTF16 ? "UTF-16" : "other bytes")"
                advice = "save the file as UTF-8"
            }
            return
        }
        kind = .syntax
        self.place = place
        if failure.problem.hasPrefix("found character that cannot start any token"),
            let character = Self.character(at: place, in: bytes)
        {
            let isTab = character == "\t"
            problem = "expected \(isTab ? "blanks as indentation, found a tab" : "a value, found '\(character)'")"
            advice = isTab ? "replace tabs by blanks" : "put a text that begins with '\(character)' in quotes"
        } else if let known = Self.known.first(where: { failure.problem.hasPrefix($0.said) }) {
            problem = known.problem
            advice = known.advice
        } else {
            let context = failure.context.isEmpty ? "" : " \(failure.context)"
            problem = "expected YAML, found a mistake\(context): \(failure.problem)"
            advice = "the place is where the reader noticed; the cause may be a line above"
        }
    }

    private static let known: [(said: String, problem: String, advice: String)] = [
        (
            "mapping values are not allowed in this context",
            "expected one 'name: value' on a line, found a second ':'",
            "put a text that contains ': ' in quotes, or begin a new line"
        ),
        (
            "did not find expected key",
            "expected 'name: value', found something else",
            "the fields of one mapping begin in the same column; a text with special characters needs quotes"
        ),
        (
            "could not find expected ':'",
            "expected 'name: value', found a name without a ':'",
            "write a ':' and a blank behind the name"
        ),
        (
            "did not find expected '-' indicator",
            "expected '- ' before the next element of the list, found something else",
            "the elements of one list begin in the same column"
        ),
        (
            "did not find expected ',' or ']'",
            "expected ',' or ']' in the list, found something else",
            "close the list with ']'; a text with ',' or ']' in it, or a '${NAME}', needs quotes"
        ),
        (
            "did not find expected ',' or '}'",
            "expected ',' or '}' in the mapping, found something else",
            "close the mapping with '}'; a text with ',' or '}' in it, such as '${NAME}', needs quotes"
        ),
        (
            "found a tab character",
            "expected blanks as indentation, found a tab",
            "replace the tab by blanks"
        ),
        (
            "found unexpected end of stream",
            "expected the closing quote, found the end of the file",
            "close the quotes where the text ends"
        ),
        (
            "found unknown escape character",
            "expected an escape that YAML knows behind the backslash, found another",
            "write '\\\\' for a backslash, or use single quotes"
        ),
        (
            "block sequence entries are not allowed in this context",
            "expected a value, found a list that begins on the line of its key",
            "begin the list on the next line"
        ),
    ]

    private static func character(at place: Place, in bytes: [UInt8]) -> Unicode.Scalar? {
        let lines = bytes.split(separator: 0x0A, maxSplits: place.line, omittingEmptySubsequences: false)
        guard place.line <= lines.count else { return nil }
        return String(decoding: lines[place.line - 1], as: UTF8.self).unicodeScalars.dropFirst(place.column - 1).first
    }

    /// The line and column of a byte, in code points.
    private static func place(ofByte offset: Int, in bytes: [UInt8]) -> Place {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return Place(line: line, column: column)
    }
}
