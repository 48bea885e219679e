internal import JSON

/// One field of a configuration, said once: name, kind, default, limits and doc.
///
/// Decoding, messages, JSON Schema and manual all use the same `Field`.
public struct Field<Value: Sendable>: Sendable {
    public let listed: FieldDoc
    let fallback: Value
    let read: @Sendable (YAMLNode, inout FieldReading) -> Value?

    public var name: String { listed.name }

    /// A field that may be left out.
    ///
    /// `example` is a value that would pass, as YAML; by default the default.
    public init(
        _ name: String,
        _ kind: FieldKind<Value>,
        default fallback: Value,
        example: String? = nil,
        isSecret: Bool = false,
        doc: String
    ) {
        let text = JSONWriter.text(of: kind.json(fallback), layout: .spaced)
        let defaultText = text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
        self.init(
            kind,
            fallback,
            FieldDoc(
                name: name,
                doc: doc,
                shape: kind.shape,
                example: example ?? defaultText,
                isRequired: false,
                defaultText: defaultText,
                isSecret: isSecret
            )
        )
    }

    /// A field that must be there.
    public static func required(
        _ name: String,
        _ kind: FieldKind<Value>,
        example: String,
        isSecret: Bool = false,
        doc: String
    ) -> Field {
        Field(
            kind,
            kind.placeholder,
            FieldDoc(
                name: name,
                doc: doc,
                shape: kind.shape,
                example: example,
                isRequired: true,
                defaultText: nil,
                isSecret: isSecret
            )
        )
    }

    /// A field without a default: left out, it is nil.
    public static func optional<Wrapped: Sendable>(
        _ name: String,
        _ kind: FieldKind<Wrapped>,
        example: String,
        isSecret: Bool = false,
        doc: String
    ) -> Field where Value == Wrapped? {
        let wrapped = FieldKind<Wrapped?>(
            shape: kind.shape,
            placeholder: nil,
            json: { $0.map(kind.json) ?? .null },
            read: { node, reading in .some(kind.read(node, &reading)) }
        )
        return Field(
            wrapped,
            nil,
            FieldDoc(
                name: name,
                doc: doc,
                shape: kind.shape,
                example: example,
                isRequired: false,
                defaultText: nil,
                isSecret: isSecret
            )
        )
    }

    private init(_ kind: FieldKind<Value>, _ fallback: Value, _ listed: FieldDoc) {
        self.listed = listed
        self.fallback = fallback
        read = kind.read
    }
}
