import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import Commands

/// Flows as drawings.
@Suite struct GraphTests {
    private static let flow = """
        flow: "drawn"
        sources:
          m: {type: pva, pvs: [A, "B<&>", C, D]}
          unused-clock: {type: clock}
        steps:
          one: {type: formula, in: {a: A, b: "B<&>", c: C, d: D}, out: {x: "a + b + c + d"}}
          two: {type: formula, in: {x: x, y: {from: two, signal: y, delay: true}}, out: {y: "x + y"}}
        sinks:
          out: {type: console, in: [y, x, count]}

        """

    private static func run(_ format: String) throws -> String {
        try withScratchFolder { folder in
            let file = folder.appending(path: "drawn.yaml")
            try Data(flow.utf8).write(to: file)
            let console = CapturedConsole()
            let status = console.run(["graph", file.path, "--format", format])
            #expect(status == .done, "\(console.errors.string)")
            return console.output.string
        }
    }

    @Test("Each format is exactly this", arguments: ["svg", "dot", "mermaid"])
    func golden(format: String) throws {
        try expectGolden(try Self.run(format), "Tests/Composition/CommandsTests/graph.\(format).txt")
    }

    @Test("The image is XML that a parser takes, with a box for each node and a line for each pair")
    func svg() throws {
        final class Counter: NSObject, XMLParserDelegate {
            var titles = 0
            var markers = 0
            func parser(
                _ parser: XMLParser,
                didStartElement name: String,
                namespaceURI: String?,
                qualifiedName: String?,
                attributes: [String: String]
            ) {
                if name == "title" { titles += 1 }
                if attributes["marker-end"] != nil { markers += 1 }
            }
        }
        let parser = XMLParser(data: Data(try Self.run("svg").utf8))
        let counter = Counter()
        parser.delegate = counter
        #expect(parser.parse())
        #expect(counter.markers == 6)
        #expect(counter.titles == 6 + 5)
    }

    @Test("A drawing goes to a file whose name says what it is")
    func file() throws {
        try withScratchFolder { folder in
            let flow = Repository.root.appending(path: "examples/gun.yaml").path
            for (name, beginning) in [("g.svg", "<svg"), ("g.dot", "digraph"), ("g.mmd", "flowchart")] {
                let console = CapturedConsole()
                let path = folder.appending(path: name)
                #expect(console.run(["graph", flow, "--to", path.path]) == .done, "\(console.errors.string)")
                let written = try String(contentsOf: path, encoding: .utf8)
                #expect(written.contains(beginning))
            }
            let console = CapturedConsole()
            #expect(console.run(["graph", flow, "--to", "g.png"]) == .wrongUsage)
            #expect(
                console.errors.string.contains("expected an image as NAME.svg, NAME.dot or NAME.mmd, found 'g.png'")
            )
            #expect(console.run(["graph", flow, "--to", "/nowhere/g.svg"]) == .problemsFound)
        }
    }
}
