import Foundation
import JSON
import TestSupport
import Testing

/// `slipway formula` as people and programs use it.
@Suite struct FormulaEndToEndTests {
    @Test("A formula prints its value")
    func value() throws {
        let outcome = try Program.slipway.run(
            ["formula", "(A:X**2 + A:Y**2)**(1/2)", "--set", "A:X=3", "--set", "A:Y=4"]
        )
        #expect(outcome.output == "5\n")
        #expect(outcome.errors.isEmpty)
        #expect(outcome.status == 0)
    }

    @Test(
        "What is wrong is told where it is wrong",
        arguments: [
            (["2 +"], 1, "<formula>:1:4: error: syntax: expected a value, found the end\n"),
            (["A\n + * B", "-sA=1"], 1, "<formula>:2:4: error: syntax: expected a value, found '*'\n"),
            (["A"], 1, "<formula>:1:1: error: unknown-symbol: expected a symbol, found 'A'\n"),
            (["A", "-s", "A"], 64, "slipway formula: expected NAME=VALUE behind '--set', found 'A'\n"),
            (
                ["A", "-sA=x"], 64,
                "slipway formula: expected a number or a JSON array of numbers as the value of 'A', found 'x'\n"
            ),
            (["A", "-sA=1", "-sA=2"], 64, "slipway formula: expected each symbol once, found 'A' again\n"),
            ([], 64, "slipway formula: expected EXPR or '--batch FILE', found neither\n"),
            (["1", "--batch", "-"], 64, "slipway formula: expected '--batch' alone, found a formula"),
            (
                ["--batch", "none.jsonl"], 1,
                "slipway formula: expected lines of JSON, found that 'none.jsonl' does not exist\n"
            ),
            (["-A", "-sA=1"], 64, "slipway formula: expected an option of 'formula', found '-A'\n"),
        ] as [([String], Int32, String)]
    )
    func problems(arguments: [String], status: Int32, message: String) throws {
        let outcome = try Program.slipway.run(["formula"] + arguments)
        #expect(outcome.status == status)
        #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test("Names with signs of equality, values of every form")
    func settings() throws {
        let cases = [
            ("`a=b`", "a=b=2", "2"), ("x", "x=pi/2", "1.5707963267948966"), ("x", "x=-oo", "-Infinity"),
            ("x", "x=NaN", "NaN"),
            ("sum(x)", "x=[[1, 2], [3, 4]]", "10"), ("x", "x=[1, \"NaN\"]", "[1.0, \"NaN\"]"), ("x", "x=true", "1"),
            ("x", "x=.5", "0.5"), ("x", "x=3>=2", "1"),
        ]
        for (formula, setting, expected) in cases {
            #expect(try Program.slipway.run(["formula", formula, "--set", setting]).output == expected + "\n")
        }
    }

    @Test("A batch answers each line in order, whatever the line is")
    func batch() throws {
        let lines = [
            #"{"formula": "a/b", "symbols": ["a", "b"], "inputs": {"a": 1, "b": 4}}"#, "no json", #"{"formula": 1}"#,
            #"{"formula": "a", "symbols": ["a"], "inputs": {}}"#, #"{"formula": "a + c", "inputs": {"a": 1}}"#,
            #"{"formula": "a", "inputs": {"a": "nan"}}"#,
            #"{"formula": "a + b", "inputs": {"a": [1, 2], "b": [1, 2, 3]}}"#,
            #"{"formula": "log(a)", "inputs": {"a": [1, 0]}}"#, "", #"{"formula": "a", "inputs": {"a": []}}"#, #"[]"#,
            #"{"formula": "a*2", "inputs": {"a": [[1], [2]]}, "symbols": null}"#, #"{"formula": "1", "other": 2}"#,
        ]
        let outcome = try Program.slipway.run(
            ["formula", "--batch", "-"],
            input: "\u{FEFF}" + lines.joined(separator: "\n")
        )
        #expect(outcome.status == 1)
        try expectGolden(outcome.output, "Tests/EndToEndTests/formula-batch.jsonl")
    }

    @Test("An answer comes before the next line is asked for")
    func stream() throws {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: Program.slipway.path)
        process.arguments = ["formula", "--batch", "-"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        for number in 1...5 {
            input.fileHandleForWriting.write(Data("{\"formula\": \"a*2\", \"inputs\": {\"a\": \(number)}}\n".utf8))
            var answer = ""
            // Ends with the line, or with the end of the program: an answer that is kept back would never come.
            while !answer.hasSuffix("\n"), case let bytes = output.fileHandleForReading.availableData, !bytes.isEmpty {
                answer += String(decoding: bytes, as: UTF8.self)
            }
            #expect(answer == "{\"value\":\(Double(number) * 2)}\n")
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("A long batch needs the memory of a short one")
    func memory() throws {
        func peak(lines: Int) throws -> Int {
            let script = """
                import resource, subprocess, sys
                command = [sys.argv[1], "formula", "--batch", "-"]
                child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
                line = b'{"formula": "a%d * 2 + sin(b)", "inputs": {"a%d": %d, "b": 1}}\\n'
                for number in range(int(sys.argv[2])):
                    child.stdin.write(line % (number, number, number))
                child.stdin.close()
                assert child.wait() == 0
                print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
                """
            let outcome = try Program("/usr/bin/env").run([
                "python3", "-c", script, Program.slipway.path, String(lines),
            ])
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try #require(Int(outcome.output.trimmingCharacters(in: .newlines)))
        }
        let (short, long) = (try peak(lines: 1_000), try peak(lines: 200_000))
        print("a batch of 1,000 lines needs \(short) KiB, one of 200,000 lines \(long) KiB")
        #expect(long < short + 4_096)
    }

    @Test("Who reads no further is no error, and a large array is one line")
    func edges() throws {
        let line = #"{"formula": "1", "inputs": {}}"#
        let batch = "'\(Program.slipway.path)' formula --batch -"
        let shell = "yes '\(line)' | head -n 200000 | \(batch) | head -n 1"
        let outcome = try Program("/bin/bash").run(["-c", shell])
        #expect(outcome.output.hasPrefix("{\"value\":1.0}\n"))
        let numbers = (0..<1_000_000).map(String.init).joined(separator: ",")
        let large = try Program.slipway.run(
            ["formula", "--batch", "-"],
            input: "{\"formula\": \"a - mean(a)\", \"inputs\": {\"a\": [\(numbers)]}}\n"
        )
        #expect(large.status == 0)
        #expect(large.output.hasPrefix("{\"value\":[-499999.5,-499998.5,"))
        #expect(large.output.hasSuffix("499999.5]}\n"))
    }

    @Test("A run over numbers allocates nothing")
    func allocations() throws {
        let bench = URL(filePath: Program.slipway.path).deletingLastPathComponent().appending(path: "slipway-bench")
        let outcome = try Program(bench.path).run(["--allocations"])
        #expect(outcome.output.hasPrefix("1000 scalar runs allocate 0 times; the counter works: true\n"))
        #expect(outcome.status == 0)
    }
}
