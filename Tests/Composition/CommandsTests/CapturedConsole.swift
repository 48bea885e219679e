@testable import Commands

/// Runs commands in this process and keeps what they print.
struct CapturedConsole {
    final class Text {
        var bytes: [UInt8] = []
        var string: String { String(decoding: bytes, as: UTF8.self) }
    }

    let output = Text()
    let errors = Text()

    func run(_ arguments: [String], isTerminal: Bool = false) -> Commands.ExitStatus {
        let console = Console(output: stream(output, isTerminal), errors: stream(errors, isTerminal))
        let status = Commands.Program.run(arguments, console)
        console.output.flush()
        console.errors.flush()
        return status
    }

    private func stream(_ text: Text, _ isTerminal: Bool) -> Console.Stream {
        Console.Stream(isTerminal: isTerminal) { span in
            for index in span.indices { text.bytes.append(span[index]) }
            return true
        }
    }
}
