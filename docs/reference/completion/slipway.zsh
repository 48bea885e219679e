#compdef slipway
_slipway() {
    local -a commands=(
        'bench:pva'
        'completion:Print the completion script of a shell.'
        'convert:Print a flow of another program as a flow of Slipway.'
        'doctor:Check the native parts and the machine; say what to do.'
        'formula:Compute a formula, explain it, or compute many from a file.'
        'graph:Draw a flow\: an SVG image, or text for Graphviz or Mermaid.'
        'help:Show help on a command, a node type, flows or error messages.'
        'model:check, run, show'
        'pv:get, monitor, put'
        'record:Record what comes into a flow and what it computes, for '\''slipway replay'\''.'
        'replay:Play a recording through a flow, and compare what comes out with what was recorded.'
        'run:Run a flow\: live values in, predictions out.'
        'schema:Print the JSON Schema of flows, for editors.'
        'test:Test flows\: given samples, expected outputs.'
        'trace:Tell why an output is what it is\: the samples it was made of, their times, the model.'
        'validate:Check flows; print every problem with its place.'
        'version:Print the version, and those of the native libraries.'
        'watch:Show the signals of a flow as they change, with their alarms in colour.'
    )
    if ((CURRENT == 2)); then
        _describe command commands
        return
    fi
    local command=$words[2]
    shift words
    ((CURRENT--))
    case $command in
        bench)
            local -a words_of_group=('pva:Write a process variable again and again, and measure how long it takes.')
            if ((CURRENT == 2)); then _describe command words_of_group; return; fi
            command+=" $words[2]"; shift words; ((CURRENT--)) ;;
        model)
            local -a words_of_group=('check:Run a model on random inputs of every open size; print timings.' 'run:Run a model on inputs from a file.' 'show:Show what a model takes and gives, and where it comes from.')
            if ((CURRENT == 2)); then _describe command words_of_group; return; fi
            command+=" $words[2]"; shift words; ((CURRENT--)) ;;
        pv)
            local -a words_of_group=('get:Fetch the values of process variables.' 'monitor:Print process variables as they change.' 'put:Write a process variable, and wait until it is done.')
            if ((CURRENT == 2)); then _describe command words_of_group; return; fi
            command+=" $words[2]"; shift words; ((CURRENT--)) ;;
    esac
    case $command in
        'bench pva')
            _arguments \
                '--reply[The variable whose update is waited for. Without it, the end of the put is.]:NAME:' \
                '--rate[How many puts a second, or '\''max'\''.]:RATE:' \
                '--for[End after this time.]:DURATION:' \
                '--low[The least number.]:NUMBER:' \
                '--high[The greatest number.]:NUMBER:' \
                '-w[How long to wait, as '\''500ms'\'' or '\''10s'\''.]:TIME:' \
                '--timeout[How long to wait, as '\''500ms'\'' or '\''10s'\''.]:TIME:' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':NAME:' ;;
        'completion')
            _arguments \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':SHELL:(bash zsh fish)' ;;
        'convert')
            _arguments \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--protocol[Of a document of another program\: use an interface of type TO where it names FROM, as '\''k2eg=pva'\''. Without it, those that it names.]:FROM=TO:' \
                '--model[Of a document of another program\: run this model. Without it, the one that it names.]:MODEL:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':FILE:_files' ;;
        'doctor')
            _arguments \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' ;;
        'formula')
            _arguments \
                '-s[What a symbol stands for\: a number, a constant formula such as '\''pi/2'\'', or a JSON array. Give it once for each symbol. Without it the formula has no symbols.]:NAME=VALUE:' \
                '--set[What a symbol stands for\: a number, a constant formula such as '\''pi/2'\'', or a JSON array. Give it once for each symbol. Without it the formula has no symbols.]:NAME=VALUE:' \
                '--explain[Show how the formula is read and what is computed.]' \
                '--batch[Compute the formulas of a file of JSON lines, or of standard input for '\''-'\''. Without it EXPR is computed.]:FILE:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':EXPR:' ;;
        'graph')
            _arguments \
                '-f[What is drawn. Without it, what the name of the file says, or an SVG image.]:FORMAT:(svg dot mermaid)' \
                '--format[What is drawn. Without it, what the name of the file says, or an SVG image.]:FORMAT:(svg dot mermaid)' \
                '--to[The file to write\: NAME.svg, NAME.dot or NAME.mmd. Without it, standard output.]:IMAGE:_files' \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--protocol[Of a document of another program\: use an interface of type TO where it names FROM, as '\''k2eg=pva'\''. Without it, those that it names.]:FROM=TO:' \
                '--model[Of a document of another program\: run this model. Without it, the one that it names.]:MODEL:_files' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':FILE:_files' ;;
        'help')
            _arguments \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':TOPIC:(flow errors bench completion convert doctor formula graph help model pv record replay run schema test trace validate version watch clock pva pva-server requests image pass console recorder)' ;;
        'model check')
            _arguments \
                '--seed[Which random inputs\: the same for the same number.]:NUMBER:' \
                '--timeout[The longest that one run may take.]:TIME:' \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':MODEL:_files' ;;
        'model run')
            _arguments \
                '-i[A file with the inputs, or '\''-'\'' for standard input.]:FILE:_files' \
                '--input[A file with the inputs, or '\''-'\'' for standard input.]:FILE:_files' \
                '--timeout[Stop after this time, as '\''500ms'\'' or '\''10s'\''. Without it the model may take as long as it needs.]:TIME:' \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':MODEL:_files' ;;
        'model show')
            _arguments \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':MODEL:_files' ;;
        'pv get')
            _arguments \
                '-w[How long to wait, as '\''500ms'\'' or '\''10s'\''.]:TIME:' \
                '--timeout[How long to wait, as '\''500ms'\'' or '\''10s'\''.]:TIME:' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                '*:NAME:' ;;
        'pv monitor')
            _arguments \
                '--for[End after this time, as '\''10s'\''. Without it, Ctrl-C ends it.]:DURATION:' \
                '-n[End after so many values. Without it, Ctrl-C ends it.]:COUNT:' \
                '--count[End after so many values. Without it, Ctrl-C ends it.]:COUNT:' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                '*:NAME:' ;;
        'pv put')
            _arguments \
                '-w[How long to wait, as '\''500ms'\'' or '\''10s'\''.]:TIME:' \
                '--timeout[How long to wait, as '\''500ms'\'' or '\''10s'\''.]:TIME:' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                '*:NAME VALUE:' ;;
        'record')
            _arguments \
                '--for[End after this time, as '\''10s'\''. Without it, Ctrl-C ends it.]:DURATION:' \
                '-e[A JSON object whose members are put into the environment first. Without it, it stays as it is.]:FILE:_files' \
                '--env[A JSON object whose members are put into the environment first. Without it, it stays as it is.]:FILE:_files' \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--protocol[Of a document of another program\: use an interface of type TO where it names FROM, as '\''k2eg=pva'\''. Without it, those that it names.]:FROM=TO:' \
                '--model[Of a document of another program\: run this model. Without it, the one that it names.]:MODEL:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                '*:FLOW RECORDING:_files' ;;
        'replay')
            _arguments \
                '--compare[Report how outputs differ.]' \
                '--within[How far numbers may be apart and count as the same; 1e-9 of their size always does.]:NUMBER:' \
                '--only[Compare signals whose names hold TEXT. Without it, all.]:TEXT:' \
                '-e[A JSON object whose members are put into the environment first. Without it, it stays as it is.]:FILE:_files' \
                '--env[A JSON object whose members are put into the environment first. Without it, it stays as it is.]:FILE:_files' \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--protocol[Of a document of another program\: use an interface of type TO where it names FROM, as '\''k2eg=pva'\''. Without it, those that it names.]:FROM=TO:' \
                '--model[Of a document of another program\: run this model. Without it, the one that it names.]:MODEL:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                '*:RECORDING FLOW:_files' ;;
        'run')
            _arguments \
                '-c[The same as FILE. Without it, FILE.]:FILE:_files' \
                '--config[The same as FILE. Without it, FILE.]:FILE:_files' \
                '-e[A JSON object whose members are put into the environment first. Without it, it stays as it is.]:FILE:_files' \
                '--env[A JSON object whose members are put into the environment first. Without it, it stays as it is.]:FILE:_files' \
                '-p[Write to live systems.]' \
                '--publish[Write to live systems.]' \
                '--shadow[Write to live systems, but under names that begin with PREFIX. Without it, under their own.]:PREFIX:' \
                '-o[Wait until every signal has been computed once, print all signals, end.]' \
                '--one-shot[Wait until every signal has been computed once, print all signals, end.]' \
                '--for[End after this time, as '\''10s'\'' or '\''8h'\''. Without it the flow runs until it is told to end.]:DURATION:' \
                '--watch[Read the file again whenever it changes.]' \
                '--journal[Write a line for every write to a live system. Without it there is no journal.]:FILE:_files' \
                '--http[Answer /livez, /readyz, /metrics, /flow, /events and /trace here; port 0 is any free one. Without it nothing listens.]:HOST:PORT:' \
                '--trace[Beside '\''--http'\'', remember so much of what was evaluated, for /trace; '\''0B'\'' is nothing.]:SIZE:' \
                '-d[Log what is decided as well.]' \
                '--debug[Log what is decided as well.]' \
                '--log[How events are written to standard error, one a line.]:FORMAT:(text json)' \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--protocol[Of a document of another program\: use an interface of type TO where it names FROM, as '\''k2eg=pva'\''. Without it, those that it names.]:FROM=TO:' \
                '--model[Of a document of another program\: run this model. Without it, the one that it names.]:MODEL:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':FILE:_files' ;;
        'schema')
            _arguments \
                '--output[How to print.]:FORMAT:(json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' ;;
        'test')
            _arguments \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--protocol[Of a document of another program\: use an interface of type TO where it names FROM, as '\''k2eg=pva'\''. Without it, those that it names.]:FROM=TO:' \
                '--model[Of a document of another program\: run this model. Without it, the one that it names.]:MODEL:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                '*:FILE:_files' ;;
        'trace')
            _arguments \
                '--id[The evaluation, by its id. Without it, the newest.]:ID:' \
                '--node[The node of SIGNAL, where several have one. Without it, there is one.]:NODE:' \
                '--limit[How many evaluations are listed, at most 1000.]:COUNT:' \
                '--for[How long a flow of FILE may take.]:DURATION:' \
                '-e[A JSON object whose members are put into the environment first. Without it, it stays as it is.]:FILE:_files' \
                '--env[A JSON object whose members are put into the environment first. Without it, it stays as it is.]:FILE:_files' \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--protocol[Of a document of another program\: use an interface of type TO where it names FROM, as '\''k2eg=pva'\''. Without it, those that it names.]:FROM=TO:' \
                '--model[Of a document of another program\: run this model. Without it, the one that it names.]:MODEL:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                '*:FILE|URL SIGNAL:_files' ;;
        'validate')
            _arguments \
                '--no-expand[Refuse '\''${NAME}'\'' and '\''${file\:path}'\'' and open no model, as for a document that somebody sent.]' \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--protocol[Of a document of another program\: use an interface of type TO where it names FROM, as '\''k2eg=pva'\''. Without it, those that it names.]:FROM=TO:' \
                '--model[Of a document of another program\: run this model. Without it, the one that it names.]:MODEL:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                '*:FILE:_files' ;;
        'version')
            _arguments \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' ;;
        'watch')
            _arguments \
                '--only[Show signals whose names hold TEXT. Without it, all.]:TEXT:' \
                '--for[End after this time, as '\''10s'\''. Without it, Ctrl-C ends it.]:DURATION:' \
                '-e[A JSON object whose members are put into the environment first. Without it, it stays as it is.]:FILE:_files' \
                '--env[A JSON object whose members are put into the environment first. Without it, it stays as it is.]:FILE:_files' \
                '--models[Where '\''models\:/NAME/VERSION'\'' is looked for, as FOLDER/NAME/VERSION/model.onnx. Without it SLIPWAY_MODELS says.]:FOLDER:_files' \
                '--protocol[Of a document of another program\: use an interface of type TO where it names FROM, as '\''k2eg=pva'\''. Without it, those that it names.]:FROM=TO:' \
                '--model[Of a document of another program\: run this model. Without it, the one that it names.]:MODEL:_files' \
                '--output[How to report\: text for people, json or yaml for programs.]:FORMAT:(text json yaml)' \
                '-h[Show this help.]' \
                '--help[Show this help.]' \
                ':FILE|URL:_files' ;;
    esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _slipway "$@"; else compdef _slipway slipway; fi
