/// The help of a command and the list of all commands, in 80 columns where words allow it.
enum HelpText {
    static func command(_ command: CommandDeclaration) -> String {
        var text = "\(command.summary)\n\nusage: \(usage(command))\n"
        if !command.details.isEmpty { text += "\n" + wrapped(command.details, indent: 0) }
        if let operand = command.operand { text += "\n" + row(operand.word, operand.doc) }
        text += "\noptions:\n"
        for option in command.options {
            let short = option.short.map { "-\($0), " } ?? "    "
            let value = option.value.map { " \($0.word)" } ?? ""
            var doc = option.doc
            if case .choice(let names)? = option.value?.kind { doc += " One of \(names.joined(separator: ", "))." }
            if let fallback = option.fallback { doc += " Default: \(fallback)." }
            text += row("\(short)--\(option.name)\(value)", doc)
        }
        text += "\nexamples:\n"
        for example in command.examples { text += "  \(example.line)\n      \(example.doc)\n" }
        return text
    }

    /// The commands of one first word.
    static func group(_ commands: [CommandDeclaration]) -> String {
        let name = commands.first?.group ?? ""
        var text = "usage: slipway \(name) COMMAND [OPTIONS]\n\ncommands:\n"
        for command in commands { text += row(command.word, command.summary) }
        return text + "\n'slipway \(name) COMMAND --help' shows a command with examples.\n"
    }

    static func overview(_ commands: [CommandDeclaration]) -> String {
        var text = """
            Slipway puts trained models to work on live systems and keeps them right.

            usage: slipway COMMAND [OPTIONS]

            commands:

            """
        for command in commands { text += row(command.name, command.summary) }
        text += """

            exit status:

            """
        for status in ExitStatus.allCases { text += row(String(status.rawValue), status.meaning) }
        text += """

            'slipway COMMAND --help' shows a command with examples.
            'slipway help flow' shows how a flow is written, 'slipway help errors' what messages mean.

            """
        return text
    }

    static func usage(_ command: CommandDeclaration) -> String {
        var words = ["slipway", command.name]
        if command.options.count > 1 { words.append("[OPTIONS]") }
        if let operand = command.operand {
            let many = operand.count.upperBound > 1 ? "…" : ""
            words.append(operand.count.lowerBound == 0 ? "[\(operand.word)\(many)]" : "\(operand.word)\(many)")
        }
        return words.joined(separator: " ")
    }

    /// A word, and what it means beside it or below.
    private static func row(_ word: String, _ doc: String) -> String {
        let column = 24
        let lines = wrapped(doc, indent: column)
        let head = "  \(word)"
        guard head.count < column - 1 else { return head + "\n" + lines }
        return head + String(repeating: " ", count: column - head.count) + lines.drop { $0 == " " }
    }

    static func wrapped(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var result = ""
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = ""
            for word in paragraph.split(separator: " ") {
                if !line.isEmpty, indent + line.count + word.count + 1 > 80 {
                    result += margin + line + "\n"
                    line = ""
                }
                line += (line.isEmpty ? "" : " ") + word
            }
            result += (line.isEmpty ? "" : margin + line) + "\n"
        }
        return result
    }
}
