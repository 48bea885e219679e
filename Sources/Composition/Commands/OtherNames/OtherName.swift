internal import Host
internal import Manifest

/// The names under which this program takes the command lines of others.
enum OtherName: String, CaseIterable {
    case pl
    case polyLithic = "poly_lithic"
    case modelManager = "model_manager"

    /// The name under which a process was started; nil where that is our own.
    init?(started path: String) {
        guard let name = path.split(separator: "/").last else { return nil }
        self.init(rawValue: String(name))
    }

    /// What a command line of the other program comes to.
    enum Translation: Equatable {
        /// A command line of ours.
        case words([String])
        case help(String)
        /// What it cannot do here.
        case refusal(String, advice: String)
    }

    /// The same in our words.
    ///
    /// `variable` tells the environment, in which `applying` has put what is in a file.
    func translate(
        _ words: [String],
        applying file: (String) -> String?,
        variable: (String) -> String?
    ) -> Translation {
        guard let first = words.first else { return .help(help) }
        switch first {
        case "--help", "-h", "help": return .help(help)
        case "--version": return .words(["--version"])
        case "run": return run(Array(words.dropFirst()), applying: file, variable: variable)
        case "validate": return check(Array(words.dropFirst()), applying: file)
        case "visualize": return draw(Array(words.dropFirst()))
        case "plugin", "project":
            return .refusal(
                "expected a command that this program has, found '\(first)'",
                advice: "plugins and project templates are not made here"
            )
        default: return run(words, applying: file, variable: variable)
        }
    }

    /// A flow is judged in the environment that a file gives.
    private func check(_ words: [String], applying file: (String) -> String?) -> Translation {
        var ours = ["validate"]
        var rest = words[...]
        while let word = rest.popFirst() {
            guard ["-e", "--env"].contains(word) else {
                ours.append(word)
                continue
            }
            guard let path = rest.popFirst() else {
                return .refusal("expected a value behind '\(word)', found the end", advice: "")
            }
            if let problem = file(path) { return .refusal(problem, advice: "") }
        }
        return .words(ours)
    }

    private func draw(_ words: [String]) -> Translation {
        var ours = ["graph"]
        var rest = words[...]
        while let word = rest.popFirst() {
            guard ["-o", "--output"].contains(word) else {
                ours.append(word)
                continue
            }
            guard let path = rest.popFirst() else {
                return .refusal("expected a value behind '\(word)', found the end", advice: "")
            }
            ours += ["--to", path]
        }
        return .words(ours)
    }

    /// Words as `-oc FILE` and `-cFILE` taken apart, and beginnings of long options made whole where the other program
    /// does that.
    private func expanded(_ words: [String]) -> [String] {
        var expanded: [String] = []
        for word in words {
            if word.hasPrefix("--"), self == .modelManager {
                let name = word.prefix { $0 != "=" }
                let found = Self.options.keys.filter { $0.hasPrefix("--") && $0.hasPrefix(name) }
                let kinds = Set(found.compactMap { Self.options[$0]?.ours })
                guard Self.options[String(name)] == nil, kinds.count == 1, let whole = found.min() else {
                    expanded.append(word)
                    continue
                }
                expanded.append(whole + word.dropFirst(name.count))
                continue
            }
            let letters = word.dropFirst()
            guard word.hasPrefix("-"), !word.hasPrefix("--"), letters.count > 1,
                let first = letters.first, Self.options["-\(first)"] != nil
            else {
                expanded.append(word)
                continue
            }
            var left = letters
            while let letter = left.popFirst() {
                expanded.append("-\(letter)")
                guard let option = Self.options["-\(letter)"], option.count == 0 else {
                    if !left.isEmpty { expanded.append(String(left)) }
                    break
                }
            }
        }
        return expanded
    }

    private var help: String {
        """
        Usage: \(rawValue) run [-c FILE] [-p] [-d] [-o] [-e FILE]
               \(rawValue) [-n NAME] [-v VERSION] [-l PATH CLASS] [-c FILE] [-p] [-d] [-o] [-e FILE]
               \(rawValue) validate FILE [-e FILE]
               \(rawValue) visualize FILE -o IMAGE.svg

        This is Slipway, which takes the command lines of model_manager and poly-lithic.
        'slipway run --help' tells what else a flow can be told, docs/guide/moving.md what differs.
        """
    }

    /// Options of both programs, and how many words follow each.
    private static let options: [String: (ours: Kind, count: Int)] = [
        "-c": (.config, 1), "--config": (.config, 1), "--configs": (.config, 1), "-e": (.environment, 1),
        "--env": (.environment, 1), "-p": (.publish, 0), "--publish": (.publish, 0), "-d": (.debug, 0),
        "--debug": (.debug, 0), "-o": (.oneShot, 0), "--one-shot": (.oneShot, 0), "--one_shot": (.oneShot, 0),
        "-r": (.requirements, 0), "--requirements": (.requirements, 0), "--reqirements": (.requirements, 0),
        "-g": (.getter, 1), "--model-getter": (.getter, 1), "--model_getter": (.getter, 1), "-n": (.name, 1),
        "--model_name": (.name, 1), "-v": (.version, 1), "--model_version": (.version, 1), "-l": (.local, 2),
        "--local": (.local, 2),
    ]

    private enum Kind { case config, environment, publish, debug, oneShot, requirements, getter, name, version, local }

    private func run(
        _ words: [String],
        applying file: (String) -> String?,
        variable: (String) -> String?
    ) -> Translation {
        var found: [(kind: Kind, values: [String])] = []
        var rest = expanded(words)[...]
        var ours: [String] = []
        while let word = rest.popFirst() {
            if word == "--help" || word == "-h" { return .help(help) }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let isInline = word.hasPrefix("--") && parts.count == 2
            guard let option = Self.options[isInline ? parts[0] : word] else {
                // What only this program knows is passed on, with its value.
                let isValue = !word.hasPrefix("-") && ours.last?.hasPrefix("--") ?? false
                guard word.hasPrefix("--") || isValue else {
                    return .refusal(
                        "expected an option of '\(rawValue)', found '\(Printable.text(word))'",
                        advice: "'\(rawValue) --help' lists them"
                    )
                }
                ours.append(word)
                continue
            }
            var values = isInline ? [parts[1]] : []
            while values.count < option.count {
                guard let value = rest.popFirst() else {
                    return .refusal(
                        "expected \(option.count == 1 ? "a value" : "\(option.count) values") behind '\(word)', "
                            + "found the end",
                        advice: "'\(rawValue) --help' shows how it is used"
                    )
                }
                values.append(value)
            }
            found.append((option.ours, values))
        }
        return self.words(of: found, beside: ours, applying: file, variable: variable)
    }

    private func words(
        of found: [(kind: Kind, values: [String])],
        beside ours: [String],
        applying file: (String) -> String?,
        variable: (String) -> String?
    ) -> Translation {
        func value(_ kind: Kind) -> String? { found.last { $0.kind == kind }?.values.first }
        func has(_ kind: Kind) -> Bool { found.contains { $0.kind == kind } }
        if has(.requirements) {
            return .refusal(
                "expected a flow to run, found that requirements are to be installed",
                advice: "nothing has to be installed here: models in ONNX run in the process"
            )
        }
        if let path = value(.environment), let problem = file(path) { return .refusal(problem, advice: "") }
        guard let config = value(.config) ?? variable("MODEL_CONFIG_FILE"), !config.isEmpty else {
            return .refusal(
                "expected a configuration file, found none",
                advice: "name it: '-c FILE', or with MODEL_CONFIG_FILE in the environment"
            )
        }
        var words = ["run", "--config", config]
        // The other program compares with one spelling, and its manual shows another.
        if has(.publish) || ["true", "1", "yes"].contains(variable("PUBLISH")?.lowercased() ?? "") {
            words.append("--publish")
        }
        if has(.debug) { words.append("--debug") }
        if has(.oneShot) { words.append("--one-shot") }
        if let port = variable("TRACE_PORT"), !port.isEmpty { words += ["--http", "127.0.0.1:\(port)"] }
        if let local = found.last(where: { $0.kind == .local })?.values {
            guard !local[0].hasSuffix(".py") else {
                return .refusal(
                    "expected a model that runs here, found '\(Printable.text(local[0]))', a model in Python",
                    advice: "such models come with a later version; until then export it as ONNX: '-l model.onnx NAME'"
                )
            }
            words += ["--model", local[0]]
        } else if let name = value(.name) {
            words += ["--model", "models:/\(name)" + (value(.version).map { "/\($0)" } ?? "@champion")]
        }
        return .words(words + ours)
    }
}
