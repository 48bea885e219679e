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
        _slipway_words "bench completion convert doctor formula graph help model pv record replay run schema test trace validate version watch --help"
        return
    fi
    local command=${COMP_WORDS[1]}
    case $command in
        bench)
            if ((COMP_CWORD == 2)); then _slipway_words "pva --help"; return; fi
            command+=" ${COMP_WORDS[2]}" ;;
        model)
            if ((COMP_CWORD == 2)); then _slipway_words "check run show --help"; return; fi
            command+=" ${COMP_WORDS[2]}" ;;
        pv)
            if ((COMP_CWORD == 2)); then _slipway_words "get monitor put --help"; return; fi
            command+=" ${COMP_WORDS[2]}" ;;
    esac
    case $command in
        'bench pva')
            case $previous in
                --reply) :; return ;;
                --rate) :; return ;;
                --for) :; return ;;
                --low) :; return ;;
                --high) :; return ;;
                -w|--timeout) :; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--reply --rate --for --low --high -w --timeout --output -h --help"
            else :; fi ;;
        'completion')
            case $previous in
            esac
            if [[ $current == -* ]]; then _slipway_words "-h --help"
            else _slipway_words "bash zsh fish"; fi ;;
        'convert')
            case $previous in
                --models) _slipway_files; return ;;
                --protocol) :; return ;;
                --model) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--models --protocol --model --output -h --help"
            else _slipway_files; fi ;;
        'doctor')
            case $previous in
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--output -h --help"
            else :; fi ;;
        'formula')
            case $previous in
                -s|--set) :; return ;;
                --batch) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "-s --set --explain --batch --output -h --help"
            else :; fi ;;
        'graph')
            case $previous in
                -f|--format) _slipway_words "svg dot mermaid"; return ;;
                --to) _slipway_files; return ;;
                --models) _slipway_files; return ;;
                --protocol) :; return ;;
                --model) _slipway_files; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "-f --format --to --models --protocol --model -h --help"
            else _slipway_files; fi ;;
        'help')
            case $previous in
            esac
            if [[ $current == -* ]]; then _slipway_words "-h --help"
            else _slipway_words "flow errors bench completion convert doctor formula graph help model pv record replay run schema test trace validate version watch clock pva pva-server requests image pass console recorder"; fi ;;
        'model check')
            case $previous in
                --seed) :; return ;;
                --timeout) :; return ;;
                --models) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--seed --timeout --models --output -h --help"
            else _slipway_files; fi ;;
        'model run')
            case $previous in
                -i|--input) _slipway_files; return ;;
                --timeout) :; return ;;
                --models) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "-i --input --timeout --models --output -h --help"
            else _slipway_files; fi ;;
        'model show')
            case $previous in
                --models) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--models --output -h --help"
            else _slipway_files; fi ;;
        'pv get')
            case $previous in
                -w|--timeout) :; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "-w --timeout --output -h --help"
            else :; fi ;;
        'pv monitor')
            case $previous in
                --for) :; return ;;
                -n|--count) :; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--for -n --count --output -h --help"
            else :; fi ;;
        'pv put')
            case $previous in
                -w|--timeout) :; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "-w --timeout --output -h --help"
            else :; fi ;;
        'record')
            case $previous in
                --for) :; return ;;
                -e|--env) _slipway_files; return ;;
                --models) _slipway_files; return ;;
                --protocol) :; return ;;
                --model) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--for -e --env --models --protocol --model --output -h --help"
            else _slipway_files; fi ;;
        'replay')
            case $previous in
                --within) :; return ;;
                --only) :; return ;;
                -e|--env) _slipway_files; return ;;
                --models) _slipway_files; return ;;
                --protocol) :; return ;;
                --model) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--compare --within --only -e --env --models --protocol --model --output -h --help"
            else _slipway_files; fi ;;
        'run')
            case $previous in
                -c|--config) _slipway_files; return ;;
                -e|--env) _slipway_files; return ;;
                --shadow) :; return ;;
                --for) :; return ;;
                --journal) _slipway_files; return ;;
                --http) :; return ;;
                --trace) :; return ;;
                --log) _slipway_words "text json"; return ;;
                --models) _slipway_files; return ;;
                --protocol) :; return ;;
                --model) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "-c --config -e --env -p --publish --shadow -o --one-shot --for --watch --journal --http --trace -d --debug --log --models --protocol --model --output -h --help"
            else _slipway_files; fi ;;
        'schema')
            case $previous in
                --output) _slipway_words "json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--output -h --help"
            else :; fi ;;
        'test')
            case $previous in
                --models) _slipway_files; return ;;
                --protocol) :; return ;;
                --model) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--models --protocol --model --output -h --help"
            else _slipway_files; fi ;;
        'trace')
            case $previous in
                --id) :; return ;;
                --node) :; return ;;
                --limit) :; return ;;
                --for) :; return ;;
                -e|--env) _slipway_files; return ;;
                --models) _slipway_files; return ;;
                --protocol) :; return ;;
                --model) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--id --node --limit --for -e --env --models --protocol --model --output -h --help"
            else _slipway_files; fi ;;
        'validate')
            case $previous in
                --models) _slipway_files; return ;;
                --protocol) :; return ;;
                --model) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--no-expand --models --protocol --model --output -h --help"
            else _slipway_files; fi ;;
        'version')
            case $previous in
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--output -h --help"
            else :; fi ;;
        'watch')
            case $previous in
                --only) :; return ;;
                --for) :; return ;;
                -e|--env) _slipway_files; return ;;
                --models) _slipway_files; return ;;
                --protocol) :; return ;;
                --model) _slipway_files; return ;;
                --output) _slipway_words "text json yaml"; return ;;
            esac
            if [[ $current == -* ]]; then _slipway_words "--only --for -e --env --models --protocol --model --output -h --help"
            else _slipway_files; fi ;;
    esac
}
complete -F _slipway slipway
