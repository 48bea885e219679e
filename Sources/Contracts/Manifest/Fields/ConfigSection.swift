internal import JSON

/// A mapping of a document, read field by field.
///
/// Reading removes nothing and never stops at the first problem: problems are added to
/// ``diagnostics``, and the value falls back to the field's default.
public struct ConfigSection: Sendable {
    public let file: String
    public let path: String
    public let place: Place
    public private(set) var diagnostics: [Diagnostic] = []
    /// The names of the fields that were asked for.
    public private(set) var namesRead: Set<String> = []
    /// What the mapping holds, in the order of the document.
    public let entries: [YAMLNode.Entry]
    /// What plain scalars mean in this document.
    public let rules: ScalarRules
    private let index: [ExactText: Int]
    /// Fields that are missing while something of nearly their name is there.
    private var nearlyMissing: [(nearKey: String, report: Diagnostic)] = []

    /// Reads a mapping; anything else counts as an empty one.
    public init(_ node: YAMLNode, file: String, path: String, rules: ScalarRules = .core) {
        self.file = file
        self.path = path
        self.rules = rules
        place = node.place
        entries = node.entries ?? []
        index = Dictionary(
            entries.enumerated().map { (ExactText($1.key), $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Whether the document has this field.
    public func has(_ name: String) -> Bool { index[ExactText(name)] != nil }

    public func entry(_ name: String) -> YAMLNode.Entry? { index[ExactText(name)].map { entries[$0] } }

    /// The value of `field`, or its default.
    public mutating func read<Value: Sendable>(_ field: Field<Value>) -> Value {
        namesRead.insert(field.name)
        let fieldPath = ConfigPath.child(path, field.name)
        guard let entry = entry(field.name) else {
            if field.listed.isRequired {
                let missing = Diagnostic(
                    .missingField,
                    at: .init(file: file, place: place),
                    path: fieldPath,
                    problem: "expected \(field.listed.shape.expected), but the field is missing",
                    advice: "add '\(field.name): \(field.listed.example)'" + (path.isEmpty ? "" : " to '\(path)'")
                )
                if let near = slip(of: field.name) {
                    nearlyMissing.append((near.key, missing))
                } else {
                    diagnostics.append(missing)
                }
            }
            return field.fallback
        }
        var reading = FieldReading(
            file: file,
            path: fieldPath,
            field: (field.name, field.listed.example),
            isSecret: field.listed.isSecret,
            rules: rules
        )
        let value = field.read(entry.value, &reading)
        diagnostics += reading.diagnostics
        return value ?? field.fallback
    }

    /// Adds what was found inside of a value.
    public mutating func add(_ found: [Diagnostic]) { diagnostics += found }

    public mutating func report(
        _ kind: ProblemKind,
        severity: Diagnostic.Severity = .error,
        at place: Place,
        path: String,
        _ problem: String,
        advice: String
    ) {
        let location = Diagnostic.Location(file: file, place: place)
        diagnostics.append(
            Diagnostic(kind, severity: severity, at: location, path: path, problem: problem, advice: advice)
        )
    }

    /// Whether a problem was found in this field, or inside of it.
    public func isWrong(_ name: String) -> Bool {
        let fieldPath = ConfigPath.child(path, name)
        return diagnostics.contains {
            $0.path == fieldPath || $0.path.hasPrefix(fieldPath + "[") || $0.path.hasPrefix(fieldPath + ".")
        }
    }

    /// An entry that is nearly of this name.
    public func slip(of name: String) -> YAMLNode.Entry? {
        entries.first { Nearest.match($0.key, among: [name]) != nil && !$0.key.hasPrefix("x-") }
    }

    /// A diagnostic for each entry that is no field; names that begin with `x-` belong to others.
    public mutating func reportUnknownNames(known: [String], severity: Diagnostic.Severity = .error) {
        // Who wrote `sorces` forgot nothing: the slip alone is reported.
        for (key, missing) in nearlyMissing where known.contains(key) { diagnostics.append(missing) }
        for entry in entries where !known.contains(entry.key) && !entry.key.hasPrefix("x-") {
            report(
                .unknownField,
                severity: severity,
                at: entry.keyPlace,
                path: ConfigPath.child(path, entry.key),
                "expected a field that is known here, found '\(Printable.text(entry.key))'",
                advice: diagnostics.count < Diagnostic.reportedMax
                    ? Nearest.advice(entry.key, among: known, otherwise: "the fields are") : ""
            )
        }
    }
}
