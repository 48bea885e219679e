import Foundation
import JSON
import TestSupport
import Testing

/// Files and command lines of other programs, as their users have them: the same variables, with alarms that are true.
@Suite struct MovingEndToEndTests {
    private static let foreign = Repository.root.appending(path: "Tests/Composition/CommandsTests/foreign")

    /// A stage with a flow of another program, its model beside it, and its name for this program.
    private static func with(_ name: String, _ body: (LiveStage, String) throws -> Void) throws {
        try LiveStage.with { stage in
            for model in ["sum.onnx", "larger.onnx", "injector.onnx"] {
                try FileManager.default.copyItem(
                    at: foreign.appending(path: model),
                    to: stage.folder.appending(path: model)
                )
            }
            for link in ["pl", "model_manager"] {
                try FileManager.default.createSymbolicLink(
                    atPath: stage.folder.appending(path: link).path,
                    withDestinationPath: Program.slipway.path
                )
            }
            let text = try String(contentsOf: foreign.appending(path: name), encoding: .utf8)
            try body(stage, text)
        }
    }

    @Test("The old command with the old file: 'pl run --publish -c FILE'", .timeLimit(.minutes(1)))
    func graph() throws {
        try Self.with("event-onnx.yaml") { stage, text in
            try stage.run(
                text.replacing("15075", with: "\(stage.hostPort)"),
                [],
                program: stage.folder.appending(path: "pl").path,
                command: ["run", "--publish", "-c", "flow.yaml"]
            )
            let client = try stage.client()
            // 1 * 2 + 10 + 2 + 120, from the values in the file.
            try client.awaitValue("BM:S", 134)
            try client.tell(["do": "put", "name": "BM:A", "value": 5])
            try client.awaitValue("BM:S", 142)
            try client.tell(["do": "put", "name": "BM:B", "value": -1])
            try client.awaitValue("BM:S", 139)
            // An output of mode `out` is nobody's to write.
            try client.send(["do": "put", "name": "BM:S", "value": 1])
            #expect(try client.answer()["ok"] != true)
            try stage.end()
        }
    }

    @Test(
        "Without '-p' nothing leaves, unless the environment says PUBLISH",
        arguments: [nil, "True", "true", "False"]
    )
    func publishing(word: String?) throws {
        try Self.with("event-onnx.yaml") { stage, text in
            var environment = stage.environment()
            environment["PUBLISH"] = word
            environment["MODEL_CONFIG_FILE"] = "flow.yaml"
            try stage.run(
                text.replacing("15075", with: "\(stage.hostPort)"),
                [],
                program: stage.folder.appending(path: "model_manager").path,
                command: ["run"],
                environment: environment
            )
            let client = try stage.client()
            if word?.lowercased() == "true" {
                try client.awaitValue("BM:S", 134)
            } else {
                try stage.waitUntil("it says so") { stage.log.contains("--publish") }
            }
            try stage.end()
        }
    }

    @Test("Limits, alarms, arrays and images of a hosted flow that is polled", .timeLimit(.minutes(1)))
    func alarms() throws {
        try Self.with("alarm.yaml") { stage, text in
            try stage.run(text.replacing("5999", with: "\(stage.hostPort)"))
            let client = try stage.client()
            try client.awaitValue("P:OUT", 3)
            try client.awaitValue("P:MEAN", [1, 2, 3])
            // Multiples of 0.5, to even; 2 is HIGH, and the alarm goes on to what is made of it.
            try client.tell(["do": "put", "name": "P:X", "value": 2.3])
            try client.tell(["do": "await", "name": "P:X", "value": 2.5, "severity": "MINOR", "words": ["HIGH"]])
            try client.tell(["do": "await", "name": "P:OUT", "value": 5, "severity": "MINOR"])
            // Within 0.1 of its limit an alarm stays.
            try client.tell(["do": "put", "name": "P:X", "value": 99])
            try client.tell(["do": "await", "name": "P:X", "value": 10, "severity": "MAJOR", "words": ["HIHI"]])
            try client.tell(["do": "put", "name": "P:X", "value": 0])
            try client.tell(["do": "await", "name": "P:OUT", "value": 0, "severity": "NONE"])
            try client.tell(["do": "put", "name": "P:LONG", "value": [4, 4]])
            try client.awaitValue("P:MEAN", [5, 6, 7])
            try stage.end()
        }
    }

    @Test("A chain of model_manager without its gateway writes into variables of others", .timeLimit(.minutes(1)))
    func chain() throws {
        try Self.with("chain-readme-1.yaml") { stage, text in
            let server = try stage.server()
            for name in ["LUME:MLFLOW:TEST_A", "LUME:MLFLOW:TEST_B", "LUME:MLFLOW:TEST_G"] { try server.add(name, 0) }
            try stage.run(
                text,
                [],
                program: stage.folder.appending(path: "model_manager").path,
                command: ["-c", "flow.yaml", "-p", "-l", "larger.onnx", "Larger", "--protocol=k2eg=pva"]
            )
            for value in [1.0, -2, 7.5] {
                try server.post("LUME:MLFLOW:TEST_A", JSONValue(double: value))
                let largest = max(value, 0)
                let told = try server.tell([
                    "do": "puts", "name": "LUME:MLFLOW:TEST_G", "value": JSONValue(double: largest),
                ])
                #expect(told["ok"] == true)
            }
            try stage.end()
        }
    }

    @Test("A model of the command line lies where the command is typed, one of the file beside the file")
    func folders() throws {
        try withScratchFolder { folder in
            let flows = folder.appending(path: "flows")
            try FileManager.default.createDirectory(at: flows, withIntermediateDirectories: true)
            func copy(_ name: String, to target: URL) throws {
                try FileManager.default.copyItem(
                    at: Self.foreign.appending(path: name),
                    to: target.appending(path: name)
                )
            }
            try copy("sum.onnx", to: flows)
            try copy("larger.onnx", to: folder)
            try copy("event-onnx.yaml", to: flows)
            try copy("chain-readme-1.yaml", to: flows)
            for words in [
                ["event-onnx.yaml"], ["chain-readme-1.yaml", "--protocol", "k2eg=pva", "--model", "larger.onnx"],
            ] {
                let words = ["validate", "flows/\(words[0])"] + words.dropFirst()
                let outcome = try Program.slipway.run(words, in: folder)
                #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            }
        }
    }

    @Test(
        "Requests over HTTP: each client gets what came of its own, and a mirror over PV Access shows the newest",
        .timeLimit(.minutes(1)),
        arguments: ["type: continuous\n  rate: 0.02", "type: event_driven"]
    )
    func requests(deployment: String) throws {
        try Self.with("fastapi.yaml") { stage, text in
            let port = LivePort.take()
            try stage.run(
                text.replacing("15075", with: "\(stage.hostPort)").replacing("18000", with: "\(port)")
                    .replacing("type: continuous\n  rate: 0.25", with: deployment),
                [],
                program: stage.folder.appending(path: "pl").path,
                command: ["run", "--publish", "-c", "flow.yaml"]
            )
            let script = Repository.root.appending(path: "Tests/EndToEndTests/requests_client.py").path
            let outcome = try Program("/usr/bin/env").run(["python3", script, "\(port)"], in: stage.folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(
                outcome.output == """
                    {"done": 800, "wrong": 0, "part": 142.0, "read-only": 403, "health": "ok", \
                    "inputs": ["BM:A", "BM:B", "BM:W"], "values": {"BM:S": {"value": 142.0}, \
                    "BM:W": {"value": [0.0, 0.0, 0.0]}}}

                    """
            )
            let client = try stage.client()
            try client.awaitValue("BM:S", 142)
            try client.awaitValue("BM:A", 5)
            try stage.end()
        }
    }

    @Test("poly-lithic on the same file gives the same", .timeLimit(.minutes(2)))
    func beside() throws {
        let seed = 1
        try LiveStage.with { stage in
            let tests = Repository.root.appending(path: "Tests/EndToEndTests")
            let text = try String(contentsOf: tests.appending(path: "beside.yaml"), encoding: .utf8)
            let (port, tracePort) = (LivePort.take(), LivePort.take())
            try stage.write(
                text.replacing("15075", with: "\(port)").replacing("18100", with: "\(tracePort)"),
                to: "theirs.yaml"
            )
            let python = Repository.root.appending(path: ".native/python").path
            var environment = stage.environment()
            environment["PYTHONPATH"] = "\(tests.appending(path: "peers").path):\(python)"
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
            environment["EPICS_PVAS_INTF_ADDR_LIST"] = "127.0.0.1:\(port)"
            environment["EPICS_PVAS_SERVER_PORT"] = "\(port)"
            let script = """
                python3 -c "from poly_lithic.src.cli import cli; cli(prog_name='pl')" run --publish -c theirs.yaml \\
                    >theirs.log 2>&1 &
                theirs=$!
                trap 'kill -KILL $theirs; wait $theirs' EXIT
                env -u EPICS_PVAS_INTF_ADDR_LIST python3 "$1/beside.py" \(port) \(stage.hostPort) \(seed) ||
                    { tail -n 20 theirs.log >&2; exit 1; }
                """
            try stage.run(text.replacing("15075", with: "\(stage.hostPort)"))
            let outcome = try Program("/bin/sh").run(
                ["-c", script, "sh", tests.path],
                environment: environment,
                in: stage.folder
            )
            #expect(outcome.output == "{\"cases\": 25, \"names\": 18, \"different\": [], \"count\": 0}\n", "\(outcome)")
            try stage.end()
        }
    }

    @Test("poly-lithic on the same file reads and writes the same: variables of others, an image, a model")
    func besideAsClient() throws {
        try withScratchFolder { folder in
            let tests = Repository.root.appending(path: "Tests/EndToEndTests")
            let text = try String(contentsOf: tests.appending(path: "beside-client.yaml"), encoding: .utf8)
            try Data(text.replacing("18100", with: "\(LivePort.take())").utf8)
                .write(to: folder.appending(path: "flow.yaml"))
            try FileManager.default.copyItem(
                at: Self.foreign.appending(path: "tilt.onnx"),
                to: folder.appending(path: "tilt.onnx")
            )
            // The model in Python that the file names; `--model` names the same in ONNX.
            let model = """
                class Tilt:
                    def evaluate(self, inputs):
                        image = inputs['image']
                        return {'y': float(sum(
                            (row * 10 + column + 1) * image[row][column] for row in range(3) for column in range(4)))}


                class ModelFactory:
                    def get_model(self):
                        return Tilt()

                """
            try Data(model.utf8).write(to: folder.appending(path: "model_tilt.py"))
            let python = Repository.root.appending(path: ".native/python").path
            let outcome = try Program("/usr/bin/env").run(
                [
                    "python3", tests.appending(path: "beside_client.py").path, Program.slipway.path, "1",
                    "\(LivePort.take())", "\(LivePort.take())",
                ],
                environment: [
                    "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                    "PYTHONPATH": "\(tests.appending(path: "peers").path):\(python)", "PYTHONDONTWRITEBYTECODE": "1",
                ],
                in: folder
            )
            #expect(outcome.output == "{\"cases\": 20}\n", "\(outcome)")
        }
    }
}
