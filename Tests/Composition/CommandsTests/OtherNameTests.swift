import Testing

@testable import Commands

/// Command lines of model_manager and poly-lithic, in our words.
@Suite struct OtherNameTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let words: String
        var environment: [String: String] = [:]
        let ours: String

        var testDescription: String { "\(name) \(words)" }
    }

    static let cases = [
        Case(name: "pl", words: "run -c f.yaml", ours: "run --config f.yaml"),
        Case(name: "pl", words: "run --publish -c f.yaml -e e.json", ours: "run --config f.yaml --publish"),
        Case(name: "pl", words: "-c f.yaml", ours: "run --config f.yaml"),
        Case(name: "poly_lithic", words: "run --config=f.yaml -d -o", ours: "run --config f.yaml --debug --one-shot"),
        Case(name: "pl", words: "run -g mlflow -c f.yaml", ours: "run --config f.yaml"),
        Case(name: "pl", words: "run", environment: ["MODEL_CONFIG_FILE": "g.yaml"], ours: "run --config g.yaml"),
        Case(
            name: "pl",
            words: "run -c f.yaml",
            environment: ["PUBLISH": "true", "TRACE_PORT": "8100"],
            ours: "run --config f.yaml --publish --http 127.0.0.1:8100"
        ),
        Case(name: "pl", words: "run -c f.yaml", environment: ["PUBLISH": "False"], ours: "run --config f.yaml"),
        Case(name: "pl", words: "run -c f.yaml --for=10s", ours: "run --config f.yaml --for=10s"),
        Case(name: "pl", words: "run --for 10s -c f.yaml", ours: "run --config f.yaml --for 10s"),
        Case(name: "pl", words: "validate f.yaml", ours: "validate f.yaml"),
        Case(name: "pl", words: "validate f.yaml -e e.json", ours: "validate f.yaml"),
        Case(name: "pl", words: "visualize f.yaml -o g.svg", ours: "graph f.yaml --to g.svg"),
        Case(name: "pl", words: "run -oc f.yaml", ours: "run --config f.yaml --one-shot"),
        Case(name: "pl", words: "run -pdcf.yaml", ours: "run --config f.yaml --publish --debug"),
        Case(name: "model_manager", words: "--conf f.yaml --pub", ours: "run --config f.yaml --publish"),
        Case(name: "model_manager", words: "-nm -v3 --config=f.yaml", ours: "run --config f.yaml --model models:/m/3"),
        Case(name: "model_manager", words: "-c f.yaml -p -o", ours: "run --config f.yaml --publish --one-shot"),
        Case(name: "model_manager", words: "--one_shot -c f.yaml", ours: "run --config f.yaml --one-shot"),
        Case(name: "model_manager", words: "-n m -v 3 -c f.yaml", ours: "run --config f.yaml --model models:/m/3"),
        Case(name: "model_manager", words: "-n m -c f.yaml", ours: "run --config f.yaml --model models:/m@champion"),
        Case(
            name: "model_manager",
            words: "-g local -l m.onnx Factory --configs f.yaml",
            ours: "run --config f.yaml --model m.onnx"
        ),
    ]

    @Test("A command line of another program is one of ours", arguments: cases)
    func words(each: Case) throws {
        let name = try #require(OtherName(started: "/usr/local/bin/\(each.name)"))
        let found = name.translate(
            each.words.split(separator: " ").map(String.init),
            applying: { _ in nil },
            variable: { each.environment[$0] }
        )
        #expect(found == .words(each.ours.split(separator: " ").map(String.init)))
    }

    @Test(
        "What it cannot do here is said",
        arguments: [
            ("run", "expected a configuration file, found none"),
            ("run -c", "expected a value behind '-c', found the end"),
            ("-l m.py Factory -c f.yaml", "expected a model that runs here, found 'm.py', a model in Python"),
            ("run -x", "expected an option of 'pl', found '-x'"),
            ("run -r -c f.yaml", "expected a flow to run, found that requirements are to be installed"),
            ("project init", "expected a command that this program has, found 'project'"),
        ]
    )
    func refusals(words: String, problem: String) {
        let found = OtherName.pl.translate(
            words.split(separator: " ").map(String.init),
            applying: { _ in nil },
            variable: { _ in nil }
        )
        guard case .refusal(let text, _) = found else {
            Issue.record("not refused: \(found)")
            return
        }
        #expect(text == problem)
    }

    @Test("What is in the file of variables counts, and what is wrong with it is said")
    func variables() {
        var environment: [String: String] = [:]
        let found = OtherName.pl.translate(
            ["run", "-e", "e.json"],
            applying: { _ in
                environment = ["MODEL_CONFIG_FILE": "f.yaml", "PUBLISH": "True"]
                return nil
            },
            variable: { environment[$0] }
        )
        #expect(found == .words(["run", "--config", "f.yaml", "--publish"]))
        let wrong = OtherName.pl.translate(["-e", "e.json"], applying: { "\($0) is no file" }, variable: { _ in nil })
        #expect(wrong == .refusal("e.json is no file", advice: ""))
    }

    @Test("Our own name is no other")
    func own() { #expect(OtherName(started: "/usr/local/bin/slipway") == nil) }
}
