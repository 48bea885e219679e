/// Reads one value of a document as a type, and collects what is wrong with it.
public struct FieldReading {
    public let file: String
    /// Where the value is: `sources.gun.period`.
    public var path: String
    /// The name of the field and an example that would pass, for the advice.
    var field: (name: String, example: String)
    var isSecret: Bool
    /// What plain scalars mean in this document.
    public let rules: ScalarRules
    public private(set) var diagnostics: [Diagnostic] = []

    init(
        file: String,
        path: String,
        field: (name: String, example: String),
        isSecret: Bool = false,
        rules: ScalarRules
    ) {
        self.file = file
        self.path = path
        self.field = field
        self.isSecret = isSecret
        self.rules = rules
    }

    public mutating func report(
        _ kind: ProblemKind,
        at place: Place,
        _ problem: String,
        advice: String
    ) {
        diagnostics.append(
            Diagnostic(kind, at: .init(file: file, place: place), path: path, problem: problem, advice: advice)
        )
    }

    /// Reports that a value is not what the shape asks for.
    ///
    /// Returns nil, so that it can be returned.
    mutating func mismatch<Value>(
        _ kind: ProblemKind,
        _ node: YAMLNode,
        _ shape: ValueShape,
        advice: String? = nil
    ) -> Value? {
        guard !node.isUnreadable else { return nil }
        report(
            kind,
            at: node.place,
            "expected \(shape.expected), found \(node.found(isSecret: isSecret, rules: rules))",
            advice: advice ?? exampleAdvice
        )
        return nil
    }

    /// The text of a scalar that is there.
    mutating func scalar(_ node: YAMLNode, _ shape: ValueShape) -> YAMLNode.Scalar? {
        guard let scalar = node.scalar, !node.isUnreadable else { return mismatch(.wrongType, node, shape) }
        return scalar
    }

    /// A scalar that must be a number or a bool, so may not be in quotes.
    mutating func plainScalar(_ node: YAMLNode, _ shape: ValueShape) -> ScalarRules.Meaning? {
        guard let scalar = scalar(node, shape) else { return nil }
        let meaning = rules.resolve(scalar.text)
        guard scalar.isPlain else {
            if case .expanded = scalar.origin {
                let advice = "a '${NAME}' alone is a number also in quotes; with other text beside it, it is text"
                return mismatch(.wrongType, node, shape, advice: advice)
            }
            return mismatch(
                .wrongType,
                node,
                shape,
                advice: meaning == .text ? nil : "remove the quotes: what is in quotes is text"
            )
        }
        return meaning
    }

    /// Runs `body` one level deeper.
    mutating func nested<Result>(path: String, _ body: (inout FieldReading) -> Result) -> Result {
        var inner = FieldReading(file: file, path: path, field: field, isSecret: isSecret, rules: rules)
        let result = body(&inner)
        diagnostics += inner.diagnostics
        return result
    }

    mutating func take(_ section: consuming ConfigSection) { diagnostics += section.diagnostics }

    var exampleAdvice: String { "for example '\(field.name): \(field.example)'" }
}
