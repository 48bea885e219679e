# bash completion of slipway
_slipway() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W "completion doctor help schema validate version --help" -- "$current"))
        return
    fi
    case ${COMP_WORDS[1]} in
        completion)
            case $previous in
            esac
            if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "-h --help" -- "$current"))
            else COMPREPLY=($(compgen -W "bash zsh fish" -- "$current")); fi ;;
        doctor)
            case $previous in
                --output) COMPREPLY=($(compgen -W "text json yaml" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "--output -h --help" -- "$current"))
            else :; fi ;;
        help)
            case $previous in
            esac
            if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "-h --help" -- "$current"))
            else COMPREPLY=($(compgen -W "flow errors completion doctor help schema validate version pva formula model pass console pva-server" -- "$current")); fi ;;
        schema)
            case $previous in
                --output) COMPREPLY=($(compgen -W "json yaml" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "--output -h --help" -- "$current"))
            else :; fi ;;
        validate)
            case $previous in
                --output) COMPREPLY=($(compgen -W "text json yaml" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "--no-expand --output -h --help" -- "$current"))
            else COMPREPLY=($(compgen -f -- "$current")); fi ;;
        version)
            case $previous in
                --output) COMPREPLY=($(compgen -W "text json yaml" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "--output -h --help" -- "$current"))
            else :; fi ;;
    esac
}
complete -o filenames -F _slipway slipway
