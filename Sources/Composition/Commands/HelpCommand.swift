internal import Catalog
internal import Manifest

/// Prints help on a command, on a node type, on flows, or on the messages of the program.
struct HelpCommand: Command {
    static var declaration: CommandDeclaration {
        CommandDeclaration(
            name: "help",
            summary: "Show help on a command, a node type, flows or error messages.",
            operand: .init(
                word: "TOPIC",
                kind: .choice(topics),
                count: 0...1,
                doc: "A command, a node type, 'flow' for how a flow is written, or 'errors' for what messages mean."
            ),
            examples: [
                .init(line: "slipway help flow", doc: "How a flow is written, and which node types there are."),
                .init(line: "slipway help pva-server", doc: "The fields of a node type."),
                .init(line: "slipway help errors", doc: "How to read a message, and every kind of problem."),
            ]
        )
    }

    private static let others = ["flow", "errors"]

    private static var topics: [String] {
        var topics = others
        for name in Program.names {
            let word = name.split(separator: " ").first.map(String.init) ?? name
            if !topics.contains(word) { topics.append(word) }
        }
        for type in Catalog.nodeTypes where !topics.contains(type.name) { topics.append(type.name) }
        return topics
    }

    private let topic: String?

    init(_ arguments: ParsedArguments) { topic = arguments.operands.first }

    func run(_ console: Console) -> ExitStatus {
        console.output.print(text, terminator: "")
        return .done
    }

    private var text: String {
        guard let topic else { return HelpText.overview(Program.commands.map { $0.declaration }) }
        if topic == "errors" { return ErrorsPage.text }
        if topic == "flow" { return ManualPage.flow(types: Catalog.nodeTypes) }
        if let command = Program.commands.first(where: { $0.declaration.name == topic }) {
            return HelpText.command(command.declaration)
        }
        let group = Program.commands.map { $0.declaration }.filter { $0.group == topic }
        if !group.isEmpty { return group.map(HelpText.command).joined(separator: "\n") + "\n" + Self.pages(topic) }
        return Self.pages(topic)
    }

    private static func pages(_ topic: String) -> String {
        Catalog.nodeTypes.filter { $0.name == topic }.map(ManualPage.page).joined(separator: "\n")
    }
}
