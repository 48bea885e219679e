/// Completion scripts of three shells, from the declarations of the commands.
enum CompletionScript {
    static func bash(_ commands: [CommandDeclaration]) -> String {
        var cases = ""
        for command in commands {
            cases += "        '\(command.name)')\n            case $previous in\n"
            for option in command.options {
                guard let value = option.value else { continue }
                let names = written(option).joined(separator: "|")
                cases += "                \(names)) \(bashReply(value.kind)); return ;;\n"
            }
            let options = command.options.flatMap(written).joined(separator: " ")
            cases += "            esac\n"
            cases +=
                "            if [[ $current == -* ]]; then _slipway_words \"\(options)\"\n"
            cases += "            else \(command.operand.map { bashReply($0.kind) } ?? ":"); fi ;;\n"
        }
        return """
            # bash completion of slipway
            _slipway_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }
            _slipway_files() { compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); }
            _slipway() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
                # bash takes '--name=value' for three words.
                if [[ $current == = ]]; then current=
                elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi
                COMPREPLY=()
                if ((COMP_CWORD == 1)); then
                    _slipway_words "\(firstWords(commands).joined(separator: " ")) --help"
                    return
                fi
                local command=${COMP_WORDS[1]}
                case $command in
            \(bashGroups(commands))    esac
                case $command in
            \(cases)    esac
            }
            complete -F _slipway slipway

            """
    }

    static func zsh(_ commands: [CommandDeclaration]) -> String {
        var cases = ""
        for command in commands {
            cases += "        '\(command.name)')\n            _arguments"
            for option in command.options {
                let action = option.value.map { ":\($0.word):\(zshAction($0.kind))" } ?? ""
                for name in written(option) {
                    cases += " \\\n                '\(name)[\(zshText(option.doc))]\(action)'"
                }
            }
            if let operand = command.operand {
                let many = operand.count.upperBound > 1 ? "*" : ""
                cases += " \\\n                '\(many):\(operand.word):\(zshAction(operand.kind))'"
            }
            cases += " ;;\n"
        }
        let names = firstWords(commands).map { "'\($0):\(zshText(summary($0, commands)))'" }
            .joined(separator: "\n        ")
        return """
            #compdef slipway
            _slipway() {
                local -a commands=(
                    \(names)
                )
                if ((CURRENT == 2)); then
                    _describe command commands
                    return
                fi
                local command=$words[2]
                shift words
                ((CURRENT--))
                case $command in
            \(zshGroups(commands))    esac
                case $command in
            \(cases)    esac
            }
            if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _slipway "$@"; else compdef _slipway slipway; fi

            """
    }

    static func fish(_ commands: [CommandDeclaration]) -> String {
        var lines = ["# fish completion of slipway", "complete -c slipway -f"]
        for word in firstWords(commands) {
            let doc = fishText(summary(word, commands))
            lines.append("complete -c slipway -n __fish_use_subcommand -a \(word) -d '\(doc)'")
        }
        for command in commands where command.group != nil {
            let others = commands.filter { $0.group == command.group }.map(\.word).joined(separator: " ")
            let condition =
                "__fish_seen_subcommand_from \(command.group ?? ""); "
                + "and not __fish_seen_subcommand_from \(others)"
            let doc = fishText(command.summary)
            lines.append("complete -c slipway -n '\(condition)' -a \(command.word) -d '\(doc)'")
        }
        for command in commands {
            let group = command.group.map { "__fish_seen_subcommand_from \($0); and " } ?? ""
            let condition = "-n '\(group)__fish_seen_subcommand_from \(command.word)'"
            for option in command.options {
                let short = option.short.map { " -s \($0)" } ?? ""
                let value = option.value.map { ($0.kind == .file ? " -r" : " -x") + fishAction($0.kind) } ?? ""
                let doc = fishText(option.doc)
                lines.append("complete -c slipway \(condition)\(short) -l \(option.name)\(value) -d '\(doc)'")
            }
            if let operand = command.operand {
                lines.append("complete -c slipway \(condition)\(fishAction(operand.kind))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The first words of the commands, each once.
    private static func firstWords(_ commands: [CommandDeclaration]) -> [String] {
        commands.reduce(into: []) { words, command in
            let word = command.group ?? command.name
            if words.last != word { words.append(word) }
        }
    }

    /// What a first word stands for: its command, or all of its commands.
    private static func summary(_ word: String, _ commands: [CommandDeclaration]) -> String {
        let group = commands.filter { $0.group == word }.map(\.word)
        guard group.isEmpty else { return "\(group.joined(separator: ", "))" }
        return commands.first { $0.name == word }?.summary ?? ""
    }

    private static func bashGroups(_ commands: [CommandDeclaration]) -> String {
        var text = ""
        for word in firstWords(commands) {
            let group = commands.filter { $0.group == word }.map(\.word)
            guard !group.isEmpty else { continue }
            text += "        \(word))\n            if ((COMP_CWORD == 2)); then _slipway_words "
            text += "\"\(group.joined(separator: " ")) --help\"; return; fi\n"
            text += "            command+=\" ${COMP_WORDS[2]}\" ;;\n"
        }
        return text
    }

    private static func zshGroups(_ commands: [CommandDeclaration]) -> String {
        var text = ""
        for word in firstWords(commands) {
            let group = commands.filter { $0.group == word }
            guard !group.isEmpty else { continue }
            let names = group.map { "'\($0.word):\(zshText($0.summary))'" }.joined(separator: " ")
            text += "        \(word))\n            local -a words_of_group=(\(names))\n"
            text += "            if ((CURRENT == 2)); then _describe command words_of_group; return; fi\n"
            text += "            command+=\" $words[2]\"; shift words; ((CURRENT--)) ;;\n"
        }
        return text
    }

    private static func written(_ option: CommandDeclaration.Option) -> [String] {
        (option.short.map { ["-\($0)"] } ?? []) + ["--\(option.name)"]
    }

    private static func bashReply(_ kind: CommandDeclaration.ValueKind) -> String {
        switch kind {
        case .text: ":"
        case .file: "_slipway_files"
        case .choice(let names): "_slipway_words \"\(names.joined(separator: " "))\""
        }
    }

    private static func zshAction(_ kind: CommandDeclaration.ValueKind) -> String {
        switch kind {
        case .text: ""
        case .file: "_files"
        case .choice(let names): "(\(names.joined(separator: " ")))"
        }
    }

    private static func fishAction(_ kind: CommandDeclaration.ValueKind) -> String {
        switch kind {
        case .text: ""
        case .file: " -F"
        case .choice(let names): " -a '\(names.joined(separator: " "))'"
        }
    }

    private static func zshText(_ text: String) -> String {
        text.flatMap { character -> String in
            switch character {
            case "'": "'\\''"
            case "[", "]", ":", "\\": "\\\(character)"
            default: String(character)
            }
        }.reduce(into: "") { $0.append($1) }
    }

    private static func fishText(_ text: String) -> String {
        text.reduce(into: "") { $0 += $1 == "'" ? "\\'" : $1 == "\\" ? "\\\\" : String($1) }
    }
}
