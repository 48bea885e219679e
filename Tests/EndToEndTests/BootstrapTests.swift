import Foundation
import TestSupport
import Testing

/// scripts/bootstrap when things are not as they should be.
@Suite struct BootstrapEndToEndTests {
    static let script = Program(Repository.root.appending(path: "scripts/bootstrap").path)

    static func run(
        lock: String,
        in folder: URL,
        environment: [String: String] = [:]
    ) throws -> Program.Outcome {
        let file = folder.appending(path: "test.lock")
        try Data(lock.utf8).write(to: file)
        let own = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let arguments = ["--lock", file.path, "--into", folder.appending(path: "native").path]
        return try script.run(arguments + ["--cache", folder.appending(path: "cache").path], environment: own)
    }

    static let attrs = "python attrs 25.3.0 any"

    @Test("A file of another hash is refused, and nothing is unpacked")
    func wrongHash() throws {
        try withScratchFolder { folder in
            let hash = String(repeating: "0", count: 64)
            let outcome = try Self.run(lock: "\(Self.attrs) \(hash)\n", in: folder)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("bootstrap: error: attrs 25.3.0: expected sha256 \(hash), found 427318ce"))
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "native/python").path))
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "native/stamp").path))
        }
    }

    @Test("Without a network it says what could not be fetched and what to try")
    func noNetwork() throws {
        try withScratchFolder { folder in
            // Port 9 of this machine refuses at once, which is what a machine without a network sees.
            let environment = [
                "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": "/dev/null",
                "PIP_NO_CACHE_DIR": "1",
            ]
            let lock = "\(Self.attrs) 427318ce031701fea540783410126f03899a97ffc6f61596ad581ac2e40e3bc3\n"
            let outcome = try Self.run(lock: lock, in: folder, environment: environment)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("bootstrap: error: could not download the wheel attrs 25.3.0"))
            #expect(outcome.errors.contains("is the network up?"))
        }
    }

    @Test("A missing tool is named, with how to get it")
    func missingTool() throws {
        try withScratchFolder { folder in
            let tools = folder.appending(path: "tools")
            try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
            for name in ["bash", "dirname", "env", "mkdir", "uname", "sha256sum", "swift"] {
                let found = try Program("/bin/bash").run(["-c", "command -v \(name)"]).output
                try FileManager.default.createSymbolicLink(
                    atPath: tools.appending(path: name).path,
                    withDestinationPath: found.trimmingCharacters(in: .newlines)
                )
            }
            let outcome = try Self.run(lock: "", in: folder, environment: ["PATH": tools.path])
            #expect(outcome.status == 1)
            #expect(
                outcome.errors == """
                    bootstrap: error: expected the program 'python3', found none in PATH
                        install it: 'apt-get install python3'

                    """
            )
        }
    }

    @Test("A package that is not there is an error of that package")
    func missingPackage() throws {
        try withScratchFolder { folder in
            let hash = String(repeating: "0", count: 64)
            // Not the machine's own: this test would refresh its lists of packages.
            let tool = folder.appending(path: "apt-get")
            try Data("#!/bin/sh\necho \"E: Unable to locate package $2\" >&2\nexit 100\n".utf8).write(to: tool)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool.path)
            let path = "\(folder.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
            let lock = "deb no-such-package-slipway 1.0 amd64 \(hash)\n"
            let outcome = try Self.run(lock: lock, in: folder, environment: ["PATH": path])
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("Debian package no-such-package-slipway 1.0: E: Unable to locate"))
        }
    }

    @Test("A Python without pip is enough: the pinned pip fetches the wheels")
    func withoutPip() throws {
        try withScratchFolder { folder in
            let tools = folder.appending(path: "tools")
            try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
            let python = """
                #!/bin/bash
                if [ "$1 $2" = "-m pip" ] && [[ $PYTHONPATH != */debian/* ]]; then
                    echo "No module named pip" >&2
                    exit 1
                fi
                exec /usr/bin/python3 "$@"

                """
            try Data(python.utf8).write(to: tools.appending(path: "python3"))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: tools.appending(path: "python3").path
            )
            let parts = try Repository.text("scripts/native.lock").split(separator: "\n")
            let lock = parts.filter { $0.contains(" python3-pip ") || $0.contains(" attrs ") }
            #expect(lock.count == 2)
            let path = "\(tools.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
            let outcome = try Self.run(
                lock: lock.joined(separator: "\n") + "\n",
                in: folder,
                environment: ["PATH": path]
            )
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: "native/python/attr").path))
        }
    }

    @Test("A second run does nothing, and says so")
    func idempotent() throws {
        let outcome = try Self.script.run([])
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("bootstrap: nothing to do: the "))
    }

    @Test("A library that is gone is put back")
    func repaired() throws {
        try withScratchFolder { folder in
            let lock =
                try Repository.text("scripts/native.lock").split(separator: "\n")
                .filter { $0.contains(" libyaml-") }.joined(separator: "\n") + "\n"
            #expect(try Self.run(lock: lock, in: folder).status == 0)
            let library = folder.appending(path: "native/lib/libyaml.so")
            try FileManager.default.removeItem(at: library)
            #expect(try Self.run(lock: lock, in: folder).output.contains("bootstrap: done: 2 parts"))
            #expect(FileManager.default.fileExists(atPath: library.path))
            #expect(try Self.run(lock: lock, in: folder).output.hasPrefix("bootstrap: nothing to do"))
        }
    }

    @Test("A folder that may not be written is named")
    func noFolder() throws {
        let outcome = try Self.script.run(["--into", "/dev/null/native"])
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.contains("bootstrap: error: expected folders that may be written, found '/dev/null/native'")
        )
    }

    @Test("Wrong usage shows how it is used")
    func usage() throws {
        #expect(try Self.script.run(["--nonsense"]).status == 64)
        #expect(try Self.script.run(["--help"]).output.hasPrefix("usage: scripts/bootstrap"))
    }
}
