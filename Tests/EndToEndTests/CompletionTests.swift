import Foundation
import TestSupport
import Testing

/// Completion, in the shell it is for.
@Suite struct CompletionEndToEndTests {
    @Test(
        "bash completes commands, options, values and files",
        arguments: [
            ("slipway ve", "version"), ("slipway va", "validate"), ("slipway validate --no", "--no-expand"),
            ("slipway validate --output js", "json"), ("slipway help pva-s", "pva-server"),
            ("slipway completion f", "fish"), ("slipway validate --output = y", "yaml"),
            ("slipway validate LICEN", "LICENSE"),
        ]
    )
    func bash(line: String, expected: String) throws {
        let script = """
            source <("$1" completion bash)
            COMP_WORDS=($2)
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _slipway
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let outcome = try Program("/bin/bash").run(["-c", script, "bash", Program.slipway.path, line])
        #expect(outcome.output == "\(expected)\n", "\(outcome.errors)")
        #expect(outcome.errors == "")
    }

    @Test("bash keeps a file with a blank in its name whole, and runs nothing that a name holds")
    func bashNames() throws {
        try withScratchFolder { folder in
            for name in ["my flow.yaml", "a$(touch PWNED).yaml"] { try Data().write(to: folder.appending(path: name)) }
            let script = """
                source <("$1" completion bash)
                for word in my a; do
                    COMP_WORDS=(slipway validate $word)
                    COMP_CWORD=2
                    _slipway
                    printf '%s\\n' "${COMPREPLY[@]}"
                done
                """
            let outcome = try Program("/bin/bash").run(["-c", script, "bash", Program.slipway.path], in: folder)
            #expect(outcome.output == "my flow.yaml\na$(touch PWNED).yaml\n", "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "PWNED").path))
        }
    }

    @Test("The scripts are the committed ones", arguments: ["bash", "zsh", "fish"])
    func golden(shell: String) throws {
        let outcome = try Program.slipway.run(["completion", shell])
        #expect(outcome.status == 0)
        try expectGolden(outcome.output, "docs/reference/completion/slipway.\(shell)")
    }
}
