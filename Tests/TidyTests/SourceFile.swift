import Foundation
import TestSupport

/// A Swift file as lines, for rules about the text.
struct SourceFile {
    let path: String
    let lines: [(number: Int, text: String)]

    init(path: String) throws {
        self.path = path
        let text = try Repository.text(path)
        lines = Array(zip(1..., text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)))
    }

    static func all(in folder: String) throws -> [SourceFile] {
        try Repository.files(in: folder, suffix: ".swift").map { try SourceFile(path: $0) }
    }

    /// The module of an import, however it is written: with attributes, of one declaration, indented.
    static func module(importedBy line: String) -> String? {
        let pattern =
            #/
            \s* (?: @\w+ (?: \( [^)]* \) )? \s+ )* (?: \w+ \s+ )? import \s+
            (?: (?: struct|class|enum|protocol|func|var|let|typealias|actor ) \s+ )? (\w+) .*
            /#
        return line.wholeMatch(of: pattern).map { String($0.1) }
    }

    /// The modules that the file imports.
    var imports: [(line: Int, module: String)] {
        lines.compactMap { number, line in
            Self.module(importedBy: line).map { (number, $0) }
        }
    }

    var functions: [(line: Int, length: Int)] {
        var open: [(line: Int, indent: Int)] = []
        var found: [(line: Int, length: Int)] = []
        for (number, text) in lines {
            let indent = text.prefix { $0 == " " }.count
            if text.contains("func ") || text.contains(" init(") { open.append((number, indent)) }
            guard text.dropFirst(indent) == "}" else { continue }
            while let last = open.last, last.indent >= indent {
                if last.indent == indent { found.append((last.line, number - last.line + 1)) }
                open.removeLast()
            }
        }
        return found
    }
}
