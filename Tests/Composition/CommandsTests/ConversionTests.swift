import Catalog
import Foundation
import Manifest
import TestSupport
import Testing

@testable import Commands

/// Flows of other programs: what they become in our words, and that this is a flow.
@Suite struct ConversionTests {
    private static let folder = "Tests/Composition/CommandsTests/foreign"
    static let files = try? Repository.files(in: folder, suffix: ".yaml")

    /// What the command line says beside the file.
    private static let requests: [String: (protocols: [String: String], model: String)] = [
        "lcls": (["k2eg": "pva"], "sum.onnx"), "chain-readme-1": (["k2eg": "pva"], "larger.onnx"),
        "chain-readme-2": (["k2eg": "pva"], "injector.onnx"), "chain-image": ([:], "mean.onnx"),
        "mlflow": ([:], "larger.onnx"), "mlflow-legacy": ([:], "larger.onnx"),
    ]

    private static func read(_ text: String, named name: String) -> FlowReader.Result {
        let models = Catalog.models(pathsFrom: Repository.root.appending(path: folder).path + "/", models: nil)
        let request = requests[name]
        let reader = FlowReader(
            types: Catalog.nodeTypes(models: models),
            expansion: .refused,
            dialects: Catalog.dialects,
            request: DialectRequest(flowName: name, protocols: request?.protocols ?? [:], model: request?.model)
        )
        return reader.read(Array(text.utf8), file: "\(name).yaml")
    }

    private static func printed(_ result: FlowReader.Result, _ text: String) -> String {
        result.translation.map { FlowPrinter.text(of: $0.root, comments: SourceComments(text)) } ?? ""
    }

    @Test("A flow of another program becomes exactly this, with these messages", arguments: try #require(files))
    func convert(path: String) throws {
        let text = try Repository.text(path)
        let result = Self.read(text, named: URL(filePath: path).deletingPathExtension().lastPathComponent)
        let problems = result.diagnostics.map { "\($0)\n" }.joined()
        try expectGolden(problems + Self.printed(result, text), path.replacing(".yaml", with: ".txt"))
    }

    @Test("What it becomes is a flow of ours, of the same nodes and wires", arguments: try #require(files))
    func readsBack(path: String) throws {
        let text = try Repository.text(path)
        let name = URL(filePath: path).deletingPathExtension().lastPathComponent
        let result = Self.read(text, named: name)
        guard let flow = result.flow else { return }
        let again = Self.read(Self.printed(result, text), named: name)
        #expect(again.diagnostics.filter { $0.severity == .error }.map(\.description) == [])
        #expect(again.translation == nil)
        #expect(again.flow?.json == flow.json)
        // The fields as well, not only the graph.
        #expect(again.flow?.nodes.map(\.config.fingerprint.count) == flow.nodes.map(\.config.fingerprint.count))
    }

    @Test("Enough of them run")
    func count() throws {
        let names = try #require(Self.files).map { URL(filePath: $0).deletingPathExtension().lastPathComponent }
        let flows = try names.filter {
            Self.read(try Repository.text("\(Self.folder)/\($0).yaml"), named: $0).flow != nil
        }
        #expect(flows.count >= 8, "\(flows)")
    }
}
