/// Prints a completion script for a shell, made from the declarations of the commands.
struct CompletionCommand: Command {
    static let declaration = CommandDeclaration(
        name: "completion",
        summary: "Print the completion script of a shell.",
        details: "bash: slipway completion bash > /etc/bash_completion.d/slipway\n"
            + "zsh:  slipway completion zsh > /usr/local/share/zsh/site-functions/_slipway\n"
            + "fish: slipway completion fish > ~/.config/fish/completions/slipway.fish",
        operand: .init(word: "SHELL", kind: .choice(["bash", "zsh", "fish"]), count: 1...1, doc: "bash, zsh or fish."),
        examples: [.init(line: "source <(slipway completion bash)", doc: "Try it in this shell.")]
    )

    private let shell: String

    init(_ arguments: ParsedArguments) { shell = arguments.operands[0] }

    func run(_ console: Console) -> ExitStatus {
        let commands = Program.commands.map { $0.declaration }
        let script =
            switch shell {
            case "zsh": CompletionScript.zsh(commands)
            case "fish": CompletionScript.fish(commands)
            default: CompletionScript.bash(commands)
            }
        console.output.print(script, terminator: "")
        return .done
    }
}
