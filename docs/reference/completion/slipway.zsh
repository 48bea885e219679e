#compdef slipway
_slipway() {
    local -a commands=(
        'completion:Print the completion script of a shell.'
        'doctor:Check the native parts and the machine; say what to do.'
        'formula:Compute a formula, explain it, or compute many from a file.'
        'help:Show help on a command, a node type, flows or error messages.'
        'schema:Print the JSON Schema of flows, for editors.'
        'validate:Check flows; print every problem with its place.'
        'version:Print the version, and those of the native libraries.'
    )
    if ((CURRENT == 2)); then
        _describe command commands
        return
    fi
    local command=$words[2]
    shift words
    ((CURRENT--))
    case $command in
        completion)
            _arguments \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':SHELL:(bash zsh fish)' ;;
        doctor)
            _arguments \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' ;;
        formula)
            _arguments \
                '-s[What a symbol stands for\: a number, a constant formula such as '\''pi/2'\'', or a JSON array. Give it once for each symbol. Without it the formula has no symbols.]:NAME=VALUE:' \
                '--set[What a symbol stands for\: a number, a constant formula such as '\''pi/2'\'', or a JSON array. Give it once for each symbol. Without it the formula has no symbols.]:NAME=VALUE:' \
                '--explain[Show how the formula is read and what is computed.]' \
                '--batch[Compute the formulas of a file of JSON lines, or of standard input for '\''-'\''. Without it EXPR is computed.]:FILE:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':EXPR:' ;;
        help)
            _arguments \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':TOPIC:(flow errors completion doctor formula help schema validate version pva model pass console pva-server)' ;;
        schema)
            _arguments \
                '--output[How to print.]:FORMAT:(json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' ;;
        validate)
            _arguments \
                '--no-expand[Refuse '\''${NAME}'\'' and '\''${file\:path}'\'', as for a document that somebody sent.]' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                '*:FILE:_files' ;;
        version)
            _arguments \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' ;;
    esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _slipway "$@"; else compdef _slipway slipway; fi
