import Catalog
import Component
import Manifest
import TestSupport
import Testing

@testable import Commands

/// What every node type must keep to, checked over the catalog: a new one is covered by being in it.
@Suite struct CatalogTests {
    @Test("Node types are sorted by role and name, and differ")
    func order() {
        let keys = Catalog.nodeTypes.map { type in
            (NodeType.Role.allCases.firstIndex(of: type.role) ?? 0, type.name)
        }
        #expect(keys.map { "\($0.0) \($0.1)" } == keys.sorted { $0 < $1 }.map { "\($0.0) \($0.1)" })
        #expect(Set(keys.map { "\($0.0) \($0.1)" }).count == keys.count)
    }

    @Test("Names are lower case words", arguments: Catalog.nodeTypes.map(\.name))
    func names(name: String) {
        #expect(name.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) != nil)
    }

    @Test("A node type reads exactly the fields it documents", arguments: 0..<Catalog.nodeTypes.count)
    func fields(index: Int) {
        let type = Catalog.nodeTypes[index]
        var section = ConfigSection(YAMLNode(.mapping([]), at: .start), file: "x", path: "x")
        _ = type.ports(&section)
        #expect(section.namesRead == Set(type.fields.map(\.name)))
    }

    @Test("Every field says what it is for, and its example passes", arguments: 0..<Catalog.nodeTypes.count)
    func docs(index: Int) {
        let type = Catalog.nodeTypes[index]
        #expect(type.summary.hasSuffix("."))
        for field in type.fields {
            #expect(field.doc.hasSuffix("."), "the doc of \(type.name).\(field.name)")
            var section = ConfigSection(
                YAMLReader.read(Array("\(field.name): \(field.example)".utf8), file: "x").root
                    ?? YAMLNode(.mapping([]), at: .start),
                file: "x",
                path: "x"
            )
            _ = type.ports(&section)
            let own = section.diagnostics.filter { $0.kind != .missingField }
            #expect(own.map(\.description) == [], "the example of \(type.name).\(field.name)")
        }
    }

    @Test("The example of a node type is a valid flow that uses it", arguments: 0..<Catalog.nodeTypes.count)
    func example(index: Int) throws {
        let type = Catalog.nodeTypes[index]
        let reader = FlowReader(types: Catalog.nodeTypes, expansion: .refused)
        let result = reader.read(Array(type.example.utf8), file: type.name)
        #expect(result.diagnostics.map(\.description) == [])
        let flow = try #require(result.flow)
        #expect(flow.nodes.contains { $0.type.name == type.name && $0.type.role == type.role })
    }

    @Test("The manual page is the committed one", arguments: 0..<Catalog.nodeTypes.count)
    func manual(index: Int) throws {
        let type = Catalog.nodeTypes[index]
        try expectGolden(ManualPage.page(of: type), "docs/components/\(ManualPage.fileName(of: type))")
    }

    @Test("The native parts are the pinned ones, and fit")
    func nativeParts() throws {
        let lock = try Repository.text("scripts/native.lock")
        // libcurl is the system's.
        for part in Catalog.nativeParts where part.name != "libcurl" {
            #expect(part.isCompatible, "\(part.name) \(part.version)")
            // Debian's revision and the wheel's build number are no part of the library's own version.
            let name = part.name == "EPICS libCom" ? "7.0.10" : part.version
            #expect(lock.contains(" \(name)"), "\(part.name) \(part.version) is not in the lock file")
        }
    }
}
