internal import Manifest

/// The words of a command line, sorted out by a declaration.
///
/// `--name value`, `--name=value`, `-n value`, `-nvalue` and joined switches `-xy` are understood;
/// behind `--` everything is an operand, and `-` alone and negative numbers always are.
struct ParsedArguments: Sendable {
    private(set) var operands: [String] = []
    private var switches: Set<String> = []
    private var values: [String: [String]] = [:]
    private let declaration: CommandDeclaration

    /// More words than any use needs; a shell passes fewer.
    static let wordsMax = 100_000

    init(_ words: [String], _ declaration: CommandDeclaration) throws(UsageError) {
        self.declaration = declaration
        guard words.count <= Self.wordsMax else {
            throw UsageError("expected at most \(Self.wordsMax) arguments, found \(words.count)")
        }
        var rest = words[...]
        var onlyOperands = false
        while let word = rest.popFirst() {
            if onlyOperands || word == "-" || !word.hasPrefix("-") || isNumber(word) {
                operands.append(word)
            } else if word == "--" {
                onlyOperands = true
            } else if word.hasPrefix("--") {
                try readLong(word, &rest)
            } else {
                try readShort(word, &rest)
            }
        }
        if !has("help") { try checkOperands() }
    }

    /// A negative number where operands are expected: no option is a digit.
    private func isNumber(_ word: String) -> Bool { declaration.operand != nil && Double(word) != nil }

    func has(_ name: String) -> Bool { switches.contains(name) }

    /// The value of an option, or its default.
    func value(_ name: String) -> String? {
        values[name]?.last ?? declaration.options.first { $0.name == name }?.fallback
    }

    /// All values of an option that may be repeated, in their order.
    func values(_ name: String) -> [String] { values[name] ?? [] }

    var output: OutputFormat { value("output").flatMap(OutputFormat.init) ?? .text }

    private mutating func readLong(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = declaration.options.first(where: { $0.name == name }) else {
            throw UsageError(
                "expected an option of '\(declaration.name)', found '--\(Printable.text(name))'",
                advice: Nearest.advice(
                    "--\(name)",
                    among: declaration.options.map { "--\($0.name)" },
                    otherwise: "the options are"
                )
            )
        }
        try set(option, written: "--\(name)", inline: parts.count > 1 ? String(parts[1]) : nil, &rest)
    }

    private mutating func readShort(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = declaration.options.first(where: { $0.short == letter }) else {
                let names = declaration.options.compactMap { $0.short.map { "-\($0)" } }
                throw UsageError(
                    "expected an option of '\(declaration.name)', found '-\(Printable.text(String(letter)))'",
                    advice: "the short options are \(names.joined(separator: ", "))"
                        + (declaration.operand == nil ? "" : "; what is no option stands behind '--'")
                )
            }
            let isValueInline = option.value != nil && !letters.isEmpty
            let inline = isValueInline ? String(letters) : nil
            try set(option, written: "-\(letter)", inline: inline, &rest)
            if isValueInline { return }
        }
    }

    private mutating func set(
        _ option: CommandDeclaration.Option,
        written: String,
        inline: String?,
        _ rest: inout ArraySlice<String>
    ) throws(UsageError) {
        guard let (word, kind) = option.value else {
            guard inline == nil else {
                throw UsageError("expected no value behind '\(written)', found '\(Printable.text(inline ?? ""))'")
            }
            switches.insert(option.name)
            return
        }
        guard let value = inline ?? rest.popFirst() else {
            throw UsageError(
                "expected \(word) behind '\(written)', found the end",
                advice: Self.choices(kind).map { "one of \($0.joined(separator: ", "))" } ?? ""
            )
        }
        if let choices = Self.choices(kind), !choices.contains(value) {
            let near = Nearest.match(value, among: choices).map { "did you mean '\($0)'?" }
            throw UsageError(
                "expected one of \(choices.joined(separator: ", ")) behind '\(written)', "
                    + "found '\(Printable.text(value))'",
                advice: near ?? "for example '\(written) \(choices[0])'"
            )
        }
        guard option.isRepeated || values[option.name] == nil else {
            throw UsageError("expected '\(written)' once, found it again", advice: "keep the one that counts")
        }
        values[option.name, default: []].append(value)
    }

    private func checkOperands() throws(UsageError) {
        let operand = declaration.operand
        let allowed = operand?.count ?? 0...0
        if operands.count > allowed.upperBound {
            let found = Printable.text(operands[allowed.upperBound])
            throw UsageError(
                operand == nil
                    ? "expected no arguments, found '\(found)'"
                    : "expected at most \(allowed.upperBound) \(operand?.word ?? ""), found '\(found)' as well"
            )
        }
        guard let operand else { return }
        if operands.count < allowed.lowerBound {
            throw UsageError("expected \(operand.word), found the end", advice: operand.doc)
        }
        guard let choices = Self.choices(operand.kind) else { return }
        for word in operands where !choices.contains(word) {
            throw UsageError(
                "expected \(operand.word), found '\(Printable.text(word))'",
                advice: Nearest.advice(word, among: choices, otherwise: "one of")
            )
        }
    }

    private static func choices(_ kind: CommandDeclaration.ValueKind) -> [String]? {
        if case .choice(let names) = kind { names } else { nil }
    }
}
