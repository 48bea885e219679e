internal import Manifest

/// A mapping of another program's document, read as that program would: nothing is no value, and what it does not
/// know it leaves alone.
struct ForeignSection {
    private var section: ConfigSection
    private let file: String

    /// Reads a mapping; anything else, and what is null in it, counts as nothing.
    init(_ node: YAMLNode, file: String, path: String) {
        self.file = file
        let entries = (node.entries ?? []).filter { !Self.isNothing($0.value) }
        section = ConfigSection(
            YAMLNode(.mapping(entries), at: node.place),
            file: file,
            path: path,
            rules: .pyYAML
        )
    }

    /// Reads what stands under a name of this mapping.
    func inner(_ name: String) -> ForeignSection? {
        guard let entry = section.entry(name), entry.value.entries != nil else { return nil }
        return ForeignSection(entry.value, file: file, path: path(of: name))
    }

    /// A mapping without anything, where one may be left out.
    func empty(_ name: String) -> ForeignSection {
        ForeignSection(YAMLNode(.mapping([]), at: place), file: file, path: path(of: name))
    }

    /// What a name of this mapping stands for, if that is a mapping: each with its path.
    mutating func members(_ name: String) -> [(entry: YAMLNode.Entry, section: ForeignSection)] {
        guard let entry = section.entry(name) else { return [] }
        let path = path(of: name)
        guard let entries = entry.value.entries else {
            report(.wrongType, at: entry.value.place, path: path, "expected a mapping, found \(entry.value.found())")
            return []
        }
        return entries.map { entry in
            (entry, ForeignSection(entry.value, file: file, path: ConfigPath.child(path, entry.key)))
        }
    }

    var path: String { section.path }
    var place: Place { section.place }
    var diagnostics: [Diagnostic] { section.diagnostics }

    func path(of name: String) -> String { ConfigPath.child(path, name) }
    func has(_ name: String) -> Bool { section.has(name) }
    /// Whether a field is there, and was read without a problem.
    func isRight(_ name: String) -> Bool { section.has(name) && !section.isWrong(name) }
    func entry(_ name: String) -> YAMLNode.Entry? { section.entry(name) }
    func place(of name: String) -> Place { section.entry(name)?.value.place ?? place }

    mutating func read<Value: Sendable>(_ field: Field<Value>) -> Value { section.read(field) }

    mutating func report(
        _ kind: ProblemKind,
        severity: Diagnostic.Severity = .error,
        at place: Place,
        path: String,
        _ problem: String,
        advice: String = ""
    ) {
        section.report(kind, severity: severity, at: place, path: path, problem, advice: advice)
    }

    /// Adds what was found inside.
    mutating func add(_ found: [Diagnostic]) { section.add(found) }

    /// Warns of names that the other program leaves alone.
    mutating func warnOfUnknownNames(known: [String]) {
        section.reportUnknownNames(known: known, severity: .warning)
    }

    /// Whether a value is null.
    static func isNothing(_ node: YAMLNode) -> Bool {
        guard let scalar = node.scalar, scalar.isPlain else { return false }
        return ScalarRules.pyYAML.resolve(scalar.text) == .null
    }
}
