import Foundation
import TestSupport
import Testing

/// Rules about the text of the code that neither the compiler nor the formatter knows.
@Suite struct TextTests {
    static let folders = ["Sources", "Tests", "Benchmarks"]

    @Test("The code is formatted")
    func format() throws {
        let outcome = try Program("/usr/bin/env").run(
            ["swift", "format", "lint", "--strict", "--recursive", "--parallel", "Package.swift"] + Self.folders
        )
        #expect(outcome.status == 0, "\(outcome.errors.prefix(4000))")
    }

    @Test("Lines, functions and files fit a reader", arguments: folders)
    func lengths(folder: String) throws {
        for file in try SourceFile.all(in: folder) {
            #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines, the limit is 400")
            for (number, line) in file.lines where line.count > 120 {
                Issue.record("\(file.path):\(number): \(line.count) columns, the limit is 120")
            }
            for function in file.functions where function.length > 70 {
                Issue.record("\(file.path):\(function.line): \(function.length) lines in a function, the limit is 70")
            }
        }
    }

    @Test("Nothing is left for later", arguments: ["Sources", "Tests", "Benchmarks", "scripts", "docs"])
    func leftovers(folder: String) throws {
        // In two parts, so that this file does not find itself.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
        for path in try Repository.files(in: folder, suffix: "") {
            guard let text = try? Repository.text(path) else { continue }
            for word in words {
                #expect(text.firstRange(of: "\(word)") == nil, "\(path) holds '\(word)'")
            }
        }
    }

    @Test("The program does not use Foundation, which would add its weight")
    func foundation() throws {
        for file in try SourceFile.all(in: "Sources") {
            for (line, module) in file.imports where module.hasPrefix("Foundation") {
                Issue.record("\(file.path):\(line): imports \(module)")
            }
        }
    }

    @Test("Only commands print")
    func printing() throws {
        for file in try SourceFile.all(in: "Sources") where !file.path.contains("/Commands/") {
            for (number, line) in file.lines where line.firstMatch(of: /(^|[^.\w])print\(/) != nil {
                Issue.record("\(file.path):\(number): prints")
            }
        }
    }

    @Test("Tests are Swift Testing's")
    func xctest() throws {
        for file in try SourceFile.all(in: "Tests") {
            #expect(!file.imports.contains { $0.module == "XC" + "Test" }, "\(file.path)")
        }
    }
}
