import Foundation
import Models
import Signals
import TestSupport
import Testing

@testable import FolderStore

/// Files, folders, versions, aliases; and what leads out of a model's folder.
@Suite struct FolderStoreTests {
    /// A folder with files, removed when the test ends.
    static func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-store-\(UUID().uuidString)")
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    static let files = [
        "one.onnx": "1", "single/net.onnx": "2", "both/a.onnx": "3", "both/b.onnx": "4", "named/model.onnx": "5",
        "named/other.onnx": "6", "empty/readme.txt": "", "beam/1/model.onnx": "7", "beam/2/model.onnx": "8",
        "beam/10/model.onnx": "9", "beam/notes/x.txt": "", "beam/aliases.json": #"{"champion": "2", "next": 10}"#,
        "group/deep/1/model.onnx": "10", "odd/aliases.json": "[]",
    ]

    static func text(_ reference: String, in folder: String) -> String {
        do throws(ModelProblem) {
            let store = FolderStore(pathsFrom: folder, models: folder, fileEndings: [".onnx"])
            guard let model = try store.find(ModelReference(reference)) else { return "not for this store" }
            return "\(model.label) \(model.version ?? "-") "
                + String(decoding: try model.read(model.fileName), as: UTF8.self)
        } catch {
            return "\(error.code.rawValue): \(error.problem.replacing(folder, with: "F")) | \(error.advice)"
        }
    }

    static let references: [(String, String)] = [
        ("one.onnx", "one.onnx - 1"), ("single", "single - 2"), ("named", "named - 5"), ("beam", "beam/10 10 9"),
        ("beam/2", "beam/2 - 8"), ("models:/beam/1", "beam/1 1 7"), ("models:/beam@champion", "beam/2 2 8"),
        ("models:/beam@next", "beam/10 10 9"), ("models:/group/deep/1", "group/deep/1 1 10"),
        ("runs:/a/b", "not for this store"),
        (
            "both",
            "not-found: expected one file that ends with '.onnx' in 'both', found 2 | name the file: a.onnx, b.onnx"
        ),
        (
            "empty",
            "not-found: expected one file that ends with '.onnx' in 'empty', found 0 | the folder holds readme.txt"
        ),
        ("none.onnx", "not-found: expected a model, found that 'none.onnx' does not exist | check the path"),
        (
            "models:/beam/3",
            "not-found: expected version '3' of 'beam' in 'F', found none | the versions are 1, 10, 2, notes"
        ),
        (
            "models:/bean/3",
            "not-found: expected version '3' of 'bean' in 'F', found none | there is no folder 'bean' with versions"
        ),
        (
            "models:/beam@old",
            "not-found: expected the alias 'old' in 'F/beam/aliases.json', found none | the aliases are champion, next"
        ),
        (
            "models:/odd@x",
            "bad-reference: expected aliases in 'F/odd/aliases.json', found another text | it holds one JSON object, "
                + "as {\"x\": \"1\"}"
        ),
        (
            "models:/../beam/1",
            "bad-reference: expected the name of a model, found '../beam', which is a path | "
        ),
        (
            "models:/.\u{301}/1",
            "not-found: expected version '1' of '.\u{301}' in 'F', found none | there is no folder '.\u{301}' "
                + "with versions"
        ),
        ("missing", "not-found: expected a model, found that 'missing' does not exist | check the path"),
        ("models:/beam/..", "bad-reference: expected the name of a model, found '..', which is a path | "),
    ]

    @Test("A reference leads to its model, or says why not")
    func finding() throws {
        try Self.withFolder(Self.files) { folder in
            for (reference, expected) in Self.references {
                let found = Self.text(reference, in: folder)
                #expect(found == expected, "\(reference)")
            }
        }
    }

    @Test("A file beside the model lies in its folder, whatever the model and links say")
    func companions() throws {
        try Self.withFolder(["m/model.onnx": "", "m/in.data": "in", "m/sub/deep.data": "deep", "secret": "s"]) {
            folder in
            let files = FileManager.default
            try files.createSymbolicLink(atPath: "\(folder)/m/link", withDestinationPath: "../secret")
            try files.createSymbolicLink(atPath: "\(folder)/m/inner", withDestinationPath: "in.data")
            try files.createSymbolicLink(atPath: "\(folder)/m/up", withDestinationPath: "..")
            let store = FolderStore(pathsFrom: folder, models: nil, fileEndings: [".onnx"])
            let model = try #require(try store.find(.path("m")))
            func read(_ name: String) -> String {
                do throws(ModelProblem) {
                    return String(decoding: try model.read(name), as: UTF8.self)
                } catch {
                    return error.code.rawValue
                }
            }
            #expect(read("in.data") == "in" && read("sub/deep.data") == "deep" && read("inner") == "in")
            for name in ["../secret", "/etc/hostname", "link", "up/secret", "sub/../../secret", "", "a//b", "x\0"] {
                #expect(read(name) == "outside", "\(name)")
            }
            #expect(read("none.data") == "not-found")
            #expect(read("sub") == "unreadable")
        }
    }

    static let notes: [(String, String)] = [
        ("inputs: {x: {unit: mm, range: [0, 1], default: 0.5}}", "x in mm from 0.0 to 1.0 default 0.5"),
        ("outputs: {y: {description: what it is}}", "x y: what it is"), ("{}", "x"),
        ("inputs: {z: {}}", "n.signature.yaml:1:10: inputs.z: expected an input of the model, found 'z'"),
        (
            "inputs: {x: {unti: mm}}",
            "n.signature.yaml:1:14: inputs.x.unti: expected a field that is known here, found 'unti'"
        ),
        (
            "inputs: {x: {range: [0, 1], default: 2}}",
            "n.signature.yaml:1:38: inputs.x.default: expected a value within 'range', found 2.0"
        ),
        ("just text", "n.signature.yaml:1:1: signature: expected a mapping of inputs, outputs, found 'just text'"),
        ("[]", "n.signature.yaml:1:1: signature: expected a mapping of inputs, outputs, found an empty list"),
        ("inputs: [", "n.signature.yaml:2:1: yaml"),
    ]

    @Test("What a file beside the model adds is added; what is wrong in it is told with its place", arguments: notes)
    func annotating(text: String, expected: String) {
        let signature = ModelSignature(
            inputs: [ModelPort(name: "x", kind: .tensor(.float32), shape: [])],
            outputs: [ModelPort(name: "y", kind: .tensor(.float32), shape: [])]
        )
        do throws(ModelProblem) {
            let made = try SignatureFile.annotate(signature, Array(text.utf8), file: "n.signature.yaml")
            var shown = "x"
            let notes = made.inputs[0].notes
            if let unit = notes.unit { shown += " in \(unit)" }
            if let range = notes.range { shown += " from \(range.lowerBound) to \(range.upperBound)" }
            if let fallback = notes.fallback { shown += " default \(fallback)" }
            if let about = made.outputs[0].notes.about { shown += " y: \(about)" }
            #expect(shown == expected)
        } catch {
            #expect(error.code == .badNotes && error.problem.hasPrefix(expected), "\(error.problem)")
        }
    }
}
