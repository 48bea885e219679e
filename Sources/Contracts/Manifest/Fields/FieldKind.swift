public import JSON

/// How a value of a type is written in YAML: its shape, how it is read, how a default is shown.
///
/// Kinds are combined: a list of durations, a map of records. Each is declared once and gives
/// decoding, messages, JSON Schema and manual.
public struct FieldKind<Value: Sendable>: Sendable {
    public let shape: ValueShape
    /// Stands in where the document is wrong, which is reported: it never reaches a running flow.
    let placeholder: Value
    let json: @Sendable (Value) -> JSONValue
    let read: @Sendable (YAMLNode, inout FieldReading) -> Value?

    public init(
        shape: ValueShape,
        placeholder: Value,
        json: @escaping @Sendable (Value) -> JSONValue,
        read: @escaping @Sendable (YAMLNode, inout FieldReading) -> Value?
    ) {
        self.shape = shape
        self.placeholder = placeholder
        self.json = json
        self.read = read
    }
}
