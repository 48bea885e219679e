import Foundation
import TestSupport
import Testing

/// The schema and the reports, judged by other people's programs.
@Suite struct SchemaEndToEndTests {
    @Test("The schema is a schema; right flows pass it, and flows of wrong structure do not")
    func schema() throws {
        let script = """
            import json, pathlib, subprocess, sys
            import jsonschema
            from ruamel.yaml import YAML
            program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
            schema = json.loads(subprocess.run([program, "schema"], check=True, capture_output=True).stdout)
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            def load(path):
                return YAML(typ="safe", pure=True).load(path)
            good = sorted((folder / "good").glob("*.yaml"))
            for path in good:
                errors = [error.message for error in validator.iter_errors(load(path))]
                assert not errors, (path.name, errors)
            wrong = ["unknown-field", "unknown-node-field", "unknown-pv-field", "in-at-source", "missing-flow",
                "missing-sources", "missing-sinks", "missing-type", "missing-pvs", "missing-out", "missing-signal",
                "missing-every", "sources-is-list", "no-sources", "node-is-text", "node-is-nothing", "type-is-list",
                "flow-is-nothing", "flow-is-mapping", "bad-flow-name", "bad-node-id", "long-node-id",
                "pvs-is-text", "pvs-is-empty", "duration-no-unit", "duration-bad-unit", "choice-slip", "range-of-three",
                "range-of-texts", "count-too-large", "count-is-fraction", "count-in-quotes", "flag-is-yes",
                "pv-is-text", "unknown-type", "type-elsewhere", "trigger-is-list"]
            for name in wrong:
                assert list(validator.iter_errors(load(folder / "bad" / (name + ".yaml")))), name
            print(len(good), len(wrong))
            """
        let folder = Repository.root.appending(path: "Tests/Composition/CommandsTests").path
        let outcome = try Program("/usr/bin/env").run(["python3", "-c", script, Program.slipway.path, folder])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == "16 37\n")
    }

    @Test(
        "The YAML of a report is, to another reader, the JSON of that report",
        arguments: [["schema"], ["version"], ["doctor"], ["validate", "examples/injector-with-mistakes.yaml"]]
    )
    func yaml(words: [String]) throws {
        let script = """
            import json, subprocess, sys
            from ruamel.yaml import YAML
            def report(format):
                return subprocess.run(sys.argv[1:] + ["--output", format], capture_output=True, text=True).stdout
            for version in [(1, 1), (1, 2)]:
                reader = YAML(typ="safe", pure=True)
                reader.version = version
                assert reader.load(report("yaml")) == json.loads(report("json")), version
            """
        let outcome = try Program("/usr/bin/env").run(["python3", "-c", script, Program.slipway.path] + words)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }
}
