import Catalog
import Foundation
import Manifest
import TestSupport
import Testing

@testable import Commands

/// Documents that are right and documents that are wrong, each with the whole text it gives.
@Suite struct FlowCorpusTests {
    static let folder = "Tests/Composition/CommandsTests"
    static let good = try? Repository.files(in: "\(folder)/good", suffix: ".yaml")
    static let bad = try? Repository.files(in: "\(folder)/bad", suffix: ".yaml")

    static func read(_ path: String) throws -> FlowReader.Result {
        let url = Repository.root.appending(path: path)
        let models = Catalog.models(pathsFrom: Expansion.folder(ofDocument: url.path), models: nil)
        let types = Catalog.nodeTypes(models: models)
        let reader = FlowReader(types: types, expansion: .granted(toDocument: url.path))
        return reader.read(Array(try Data(contentsOf: url)), file: url.lastPathComponent)
    }

    @Test("A right document gives a flow and no error", arguments: try #require(good))
    func right(path: String) throws {
        let result = try Self.read(path)
        #expect(result.diagnostics.filter { $0.severity == .error }.map(\.description) == [])
        #expect(result.flow != nil)
    }

    @Test("A wrong document gives exactly its messages, and no flow", arguments: try #require(bad))
    func wrong(path: String) throws {
        let result = try Self.read(path)
        #expect(result.flow == nil)
        let text = result.diagnostics.map { "\($0)\n" }.joined()
        try expectGolden(text, path.replacing(".yaml", with: ".txt"))
    }

    @Test("There are enough wrong documents, and no two give the same messages")
    func count() throws {
        let bad = try #require(Self.bad)
        #expect(bad.count >= 60)
        var seen: [String: String] = [:]
        for path in bad {
            let text = try Self.read(path).diagnostics.map { "\($0.path) \($0.problem)" }.joined(separator: "\n")
            if let other = seen.updateValue(path, forKey: text) { Issue.record("\(path) says the same as \(other)") }
        }
    }

    @Test("Every kind of problem that a document can have is in a document")
    func kinds() throws {
        var seen: Set<ProblemKind> = []
        for path in try #require(Self.good) + #require(Self.bad) {
            seen.formUnion(try Self.read(path).diagnostics.map(\.kind))
        }
        // A file that cannot be read, and a node that cannot begin, are tests of the commands; too many problems are a
        // test of their own.
        let elsewhere: Set<ProblemKind> = [.unreadableFile, .start, .tooManyProblems]
        #expect(Set(ProblemKind.allCases).subtracting(seen) == elsewhere)
    }

    @Test("Messages keep the house rules: what was expected, what was found, lower case, no full stop")
    func style() throws {
        for path in try #require(Self.bad) {
            for diagnostic in try Self.read(path).diagnostics {
                #expect(diagnostic.problem.hasPrefix("expected "), "\(diagnostic)")
                #expect(diagnostic.problem.contains("found") || diagnostic.problem.contains("missing"), "\(diagnostic)")
                #expect(!diagnostic.problem.hasSuffix("."), "\(diagnostic)")
                // What the user wrote is quoted, and may hold any word.
                let own = diagnostic.problem.replacing(/'[^']*'/, with: "").replacing("on_invalid", with: "")
                for word in ["invalid", "failed to", "please", "oops"] {
                    #expect(!own.contains(word), "\(diagnostic)")
                }
            }
        }
    }
}
