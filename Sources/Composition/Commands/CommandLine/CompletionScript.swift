/// Completion scripts of three shells, from the declarations of the commands.
enum CompletionScript {
    static func bash(_ commands: [CommandDeclaration]) -> String {
        var cases = ""
        for command in commands {
            cases += "        \(command.name))\n            case $previous in\n"
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
                    _slipway_words "\(commands.map(\.name).joined(separator: " ")) --help"
                    return
                fi
                case ${COMP_WORDS[1]} in
            \(cases)    esac
            }
            complete -F _slipway slipway

            """
    }

    static func zsh(_ commands: [CommandDeclaration]) -> String {
        var cases = ""
        for command in commands {
            cases += "        \(command.name))\n            _arguments"
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
        let names = commands.map { "'\($0.name):\(zshText($0.summary))'" }.joined(separator: "\n        ")
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
            \(cases)    esac
            }
            if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _slipway "$@"; else compdef _slipway slipway; fi

            """
    }

    static func fish(_ commands: [CommandDeclaration]) -> String {
        var lines = ["# fish completion of slipway", "complete -c slipway -f"]
        for command in commands {
            lines.append(
                "complete -c slipway -n __fish_use_subcommand -a \(command.name) -d '\(fishText(command.summary))'"
            )
        }
        for command in commands {
            let condition = "-n '__fish_seen_subcommand_from \(command.name)'"
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
