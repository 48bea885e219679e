import Foundation
import JSON
import TestSupport
import Testing

/// The release program, as a user runs it.
@Suite struct ValidateEndToEndTests {
    @Test("A flow with six different mistakes gives six messages, each at its place")
    func sixMistakes() throws {
        let outcome = try Program.slipway.run(["validate", "injector-with-mistakes.yaml"], in: Repository.examples)
        #expect(outcome.status == 1)
        #expect(outcome.errors == "")
        let places = outcome.output.matches(of: /:(\d+):(\d+): error:/).map { "\($0.1):\($0.2)" }
        #expect(places == ["2:1", "8:14", "15:5", "16:20", "20:11", "24:10"])
        let texts = try Repository.text("Tests/Composition/CommandsTests/bad/six-mistakes.txt")
        let expected = texts.replacing("six-mistakes.yaml", with: "injector-with-mistakes.yaml")
        #expect(outcome.output == expected + "1 file, 6 errors, 0 warnings\n")
    }

    @Test("Standard input is a file called '-'")
    func standardInput() throws {
        let good = try Repository.text("examples/injector.yaml")
        let outcome = try Program.slipway.run(["validate", "-"], input: good, in: Repository.examples)
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("<stdin>: ok: flow injector: 1 source, 2 steps, 1 sink"))
    }

    @Test("The environment and files are there for the person who runs the program, and for nobody else")
    func expansion() throws {
        try withScratchFolder { folder in
            let flow = """
                flow: ${NAME}
                about: ${file:about.txt}
                sources: {m: {type: pva, pvs: [A]}}
                sinks: {s: {type: console}}
                """
            try Data(flow.utf8).write(to: folder.appending(path: "f.yaml"))
            try Data("secret words\n".utf8).write(to: folder.appending(path: "about.txt"))
            let environment = ["NAME": "from-outside"]
            let path = folder.appending(path: "f.yaml").path
            let granted = try Program.slipway.run(["validate", path], environment: environment)
            #expect(granted.status == 0)
            #expect(granted.output.contains("flow from-outside"))
            let refused = try Program.slipway.run(["validate", path, "--no-expand"], environment: environment)
            #expect(refused.status == 1)
            #expect(refused.output.contains("this document may not ask for variables or files"))
            let unset = try Program.slipway.run(["validate", path], environment: [:])
            #expect(unset.output.contains("expected the environment variable 'NAME', found that it is not set"))
        }
    }

    @Test(
        "A file that a document asks for is a regular file: not standard input, not a pipe",
        arguments: ["-", "/dev/stdin", "/dev/fd/0", "/dev/zero", "."]
    )
    func askedFiles(path: String) throws {
        try withScratchFolder { folder in
            let flow = """
                flow: f
                about: ${file:\(path)}
                sources: {m: {type: pva, pvs: [A]}}
                sinks: {s: {type: console}}
                """
            try Data(flow.utf8).write(to: folder.appending(path: "f.yaml"))
            // Standard input is a pipe that nobody writes to: reading it would wait for ever.
            let script = "mkfifo pipe; exec 3<>pipe; exec timeout 20 \(Program.slipway.path) validate f.yaml <&3"
            let outcome = try Program("/bin/bash").run(["-c", script], in: folder)
            #expect(outcome.status == 1)
            #expect(outcome.output.contains("error: about: expected the file '\(path)'"), "\(outcome.output)")
        }
    }

    @Test("A reader that is slow and whose pipe does not block gets the whole report")
    func nonBlocking() throws {
        let script = """
            import fcntl, os, subprocess, sys
            names = ", ".join("PV:%d" % index for index in range(5000))
            flow = "flow: f\\nsources: {m: {type: pva, pvs: [" + names + "]}}\\nsinks: {s: {type: console}}\\n"
            read, write = os.pipe()
            fcntl.fcntl(write, fcntl.F_SETFL, os.O_NONBLOCK)
            # The pipe is filled first, so that the first write of the program finds no room.
            filled = os.write(write, b" " * 65536)
            arguments = [sys.argv[1], "validate", "-", "--output", "json"]
            process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=write)
            os.close(write)
            process.stdin.write(flow.encode())
            process.stdin.close()
            report = b"".join(iter(lambda: os.read(read, 1000), b""))
            assert process.wait() == 0
            assert report.count(b"PV:") == 5000, len(report)
            """
        let outcome = try Program("/usr/bin/env").run(["python3", "-c", script, Program.slipway.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test(
        "Files that never end or are no files are refused at once",
        arguments: ["/dev/zero", "/dev/null", "/proc/self/mem"]
    )
    func devices(path: String) throws {
        let outcome = try Program.slipway.run(["validate", path])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("error: "))
    }

    @Test("A pipe without a writer is refused, not waited for")
    func pipe() throws {
        try withScratchFolder { folder in
            let path = folder.appending(path: "pipe").path
            #expect(try Program("/usr/bin/mkfifo").run([path]).status == 0)
            let outcome = try Program.slipway.run(["validate", path])
            #expect(outcome.status == 1)
            #expect(outcome.output.contains("is no regular file"))
        }
    }

    @Test("A pipe that a shell makes is read")
    func processSubstitution() throws {
        let script = "\(Program.slipway.path) validate <(cat injector.yaml)"
        let outcome = try Program("/bin/bash").run(["-c", script], in: Repository.examples)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test("A report that cannot be written is no success")
    func fullDisk() throws {
        let outcome = try Program("/bin/bash").run(["-c", "\(Program.slipway.path) schema > /dev/full"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("standard output is full or closed"))
    }

    @Test("A reader who has enough ends the program quietly")
    func closedPipe() throws {
        let outcome = try Program("/bin/bash").run(["-c", "\(Program.slipway.path) schema | head -n 1"])
        #expect(outcome.status == 0)
        #expect(outcome.output == "{\n")
        #expect(outcome.errors == "")
    }

    @Test("A crash says that it is our mistake, and ends with a status of its own", arguments: ["SEGV", "ILL", "ABRT"])
    func crash(signal: String) throws {
        try withScratchFolder { folder in
            // More than a pipe holds: when it is written, the program has read, and waits for the rest.
            let script = """
                mkfifo pipe
                exec 3<>pipe
                "$1" validate - <&3 &
                head -c 200000 /dev/zero >&3
                kill -s "$2" $!
                wait $!
                """
            let outcome = try Program("/bin/bash").run(
                ["-c", script, "bash", Program.slipway.path, signal],
                in: folder
            )
            #expect(outcome.status == 70)
            #expect(outcome.errors.contains("slipway: expected to go on, found a mistake in Slipway itself"))
            #expect(outcome.errors.contains("slipway("), "the addresses are there: \(outcome.errors)")
        }
    }

    @Test("Terminals get colours unless NO_COLOR is set or they are dumb")
    func colors() throws {
        let command = "\(Program.slipway.path) validate examples/injector.yaml"
        for (environment, isColored) in [
            (["TERM": "xterm"], true), (["TERM": "xterm", "NO_COLOR": "1"], false), (["TERM": "dumb"], false),
            (["TERM": "xterm", "NO_COLOR": ""], true),
        ] {
            let outcome = try Program("/usr/bin/script").run(["-qec", command, "/dev/null"], environment: environment)
            #expect(outcome.output.contains("\u{1B}[32mok") == isColored, "\(environment): \(outcome.output)")
        }
    }
}

extension Repository {
    static let examples = root.appending(path: "examples")
}
