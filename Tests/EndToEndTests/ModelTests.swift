import Foundation
import JSON
import TestSupport
import Testing

/// Models with the release program: what it costs, and what it prints for programs.
@Suite struct ModelEndToEndTests {
    static let model = "Tests/Composition/CommandsTests/models/injector.onnx"

    private func bench(_ word: String) throws -> Program.Outcome {
        let bench = URL(filePath: Program.slipway.path).deletingLastPathComponent().appending(path: "slipway-bench")
        return try Program(bench.path).run([word])
    }

    @Test("A prepared run allocates as often as the library's own functions")
    func allocations() throws {
        let outcome = try bench("--allocations")
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains(/100 prepared runs allocate (\d+) times, by the library's functions \1 times/))
    }

    @Test("1,000 cycles of load, run and unload leave no memory behind")
    func cycles() throws {
        let outcome = try bench("--cycles")
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test("Reports for programs are JSON: the model, its outputs, its trials, its problems")
    func reports() throws {
        func report(_ words: [String], input: String = "") throws -> JSONObject {
            let outcome = try Program.slipway.run(["model"] + words + ["--output", "json"], input: input)
            guard case .object(let object) = try JSONReader.value(of: Array(outcome.output.utf8)) else {
                return JSONObject()
            }
            return object
        }
        let shown = try report(["show", Self.model])
        #expect(shown["format"] == "onnx" && shown["operations"] == 19 && shown["parameters"] == 5)
        guard case .object(let signature)? = shown["signature"], case .array(let inputs)? = signature["inputs"],
            case .object(let first)? = inputs.first
        else {
            Issue.record("no signature")
            return
        }
        #expect(first["name"] == "solenoid" && first["type"] == "float32" && first["shape"] == ["batch"])
        #expect(first["unit"] == "T" && first["range"] == [0.0, 0.6])
        #expect(try report(["run", Self.model], input: #"{"solenoid": 0.25}"#)["outputs"] != nil)
        let checked = try report(["check", Self.model])
        guard case .array(let runs)? = checked["runs"] else {
            Issue.record("no runs")
            return
        }
        #expect(runs.count == 4)
        let wrong = try report(["run", Self.model], input: #"{"solenoid": "x"}"#)
        #expect(
            wrong["error"]
                == [
                    "code": "bad-input", "message": "expected float32 in 'solenoid', found \"x\"", "advice": "",
                ]
        )
    }

    static let wrong: [([String], String, String)] = [
        (["run", model], "{", "<stdin>: byte 2: expected"),
        (["run", model], "[1]", "<stdin>: byte 1: expected an object"),
        (["run", model, "--input", "none.json"], "", "expected inputs, found that 'none.json' does not exist"),
        (["run", model], "{}", "expected 'solenoid' of"),
        (["run", "README.md"], "{}", "expected a model in a file that ends"),
        (["show", "Tests"], "", "expected one file that ends with '.onnx' in 'Tests', found 0"),
        (["show", "/dev/zero.onnx"], "", "does not exist"),
        (["show", "models:/x/1"], "", "expected a folder of models"),
    ]

    @Test("What goes wrong is said in one message, with status 1", arguments: wrong)
    func problems(words: [String], input: String, expected: String) throws {
        let outcome = try Program.slipway.run(["model"] + words, input: input)
        #expect(outcome.status == 1 && outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("slipway model \(words[0]): ") && outcome.errors.contains(expected))
    }

    @Test("A run that takes too long ends at its time")
    func timeout() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-slow-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let native = Repository.root.appending(path: ".native").path
        let environment = ["PYTHONPATH": "\(native)/python:\(native)/wheels", "PYTHONDONTWRITEBYTECODE": "1"]
        let made = try Program("/usr/bin/env").run(
            ["python3", "Tests/Components/ONNXTests/reference.py", "models", folder.path],
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }
        )
        try #require(made.status == 0, "\(made.errors)")
        let outcome = try Program.slipway.run(
            ["model", "run", "\(folder.path)/slow.onnx", "--timeout", "100ms"],
            input: #"{"rounds": 9223372036854775807, "x": 0.1}"#
        )
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("to run within 0.1 seconds, found that it takes longer"))
    }
}
