import Foundation
import JSON
import Models
import Signals
import TestSupport
import Testing

@testable import ONNX

/// Models made by `reference.py`, once for all tests.
enum ONNXModels {
    /// A folder with the models that tests name.
    static let folder: Result<URL, any Error> = Result { try made("models").folder }

    static func made(_ kind: String) throws -> (folder: URL, lines: [Substring]) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-onnx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let native = Repository.root.appending(path: ".native")
        let environment = [
            "PYTHONPATH": "\(native.path)/python:\(native.path)/wheels", "PYTHONDONTWRITEBYTECODE": "1",
        ]
        let script = Repository.root.appending(path: "Tests/Components/ONNXTests/reference.py").path
        let outcome = try Program("/usr/bin/env").run(
            ["python3", script, kind, folder.path],
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }
        )
        try #require(outcome.status == 0, "\(outcome.errors)")
        return (folder, outcome.output.split(separator: "\n"))
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.get().appending(path: name)))
    }

    /// A model of the folder, ready to run.
    static func runtime(_ name: String) throws -> any ModelRuntime {
        try load(bytes(name), label: name)
    }

    static func load(_ bytes: [UInt8], label: String, companions: [String: [UInt8]] = [:]) throws -> any ModelRuntime {
        let facts = try ONNXFormat().facts(of: bytes)
        return try ONNXFormat().load(
            LoadedFiles(
                label: label,
                bytes: bytes,
                facts: facts,
                companions: companions.mapValues { file in
                    TensorBytes(count: file.count) { memory in
                        unsafe memory.withUnsafeMutableBytes { unsafe $0.copyBytes(from: file) }
                    }
                }
            )
        )
    }
}
