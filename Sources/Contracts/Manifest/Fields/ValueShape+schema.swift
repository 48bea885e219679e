public import JSON

extension ValueShape {
    /// The shape as JSON Schema (draft 2020-12), for editors and forms.
    ///
    /// A schema can say less than the program checks: limits of durations and sizes are only in its text.
    public var schema: JSONValue {
        switch self {
        case .text(_, nil): ["type": ["string", "number", "boolean"]]
        case .text(_, let pattern?): Self.orExpansion(["type": "string", "pattern": .string(pattern)])
        case .flag: Self.orExpansion(["type": "boolean"])
        case .count(let limits):
            Self.orExpansion([
                "type": "integer", "minimum": .integer(Int64(limits.lowerBound)),
                "maximum": .integer(Int64(limits.upperBound)),
            ])
        case .number(nil, let unit): Self.orExpansion(Self.described(["type": "number"], unit))
        case .number(let limits?, let unit):
            Self.orExpansion(
                Self.described(
                    ["type": "number", "minimum": .number(limits.lowerBound), "maximum": .number(limits.upperBound)],
                    unit
                )
            )
        case .duration:
            Self.orExpansion(["type": "string", "pattern": "^[0-9]*\\.?[0-9]+ ?(ns|us|ms|s|m|h|d)$"])
        case .size:
            Self.orExpansion(["type": "string", "pattern": "^[0-9]*\\.?[0-9]+ ?(B|kB|KiB|MB|MiB|GB|GiB|TB|TiB)$"])
        case .choice(let names): Self.orExpansion(["type": "string", "enum": .array(names.map { .string($0) })])
        case .range(let element): ["type": "array", "items": element.schema, "minItems": 2, "maxItems": 2]
        case .list(let element, let count):
            [
                "type": "array", "items": element.schema, "minItems": .integer(Int64(count.lowerBound)),
                "maxItems": .integer(Int64(count.upperBound)),
            ]
        case .map(let element, _): ["type": ["object", "null"], "additionalProperties": element.schema]
        case .record(let fields): Self.schema(ofFields: fields, allowsNull: fields.allSatisfy { !$0.isRequired })
        case .either(let shapes): ["anyOf": .array(shapes.map(\.schema))]
        }
    }

    /// A value, or a text that stands for one: `${NAME}` is replaced before the value is judged.
    private static func orExpansion(_ schema: JSONValue) -> JSONValue {
        ["anyOf": [schema, ["type": "string", "pattern": "\\$\\{"]]]
    }

    private static func described(_ schema: JSONObject, _ unit: String) -> JSONValue {
        var schema = schema
        if !unit.isEmpty { schema.add("description", .string("In \(unit).")) }
        return .object(schema)
    }

    /// The schema of a mapping with these fields and no others but `x-`.
    static func schema(ofFields fields: [FieldDoc], allowsNull: Bool = false) -> JSONValue {
        var properties = JSONObject()
        for field in fields {
            guard case .object(var property) = field.shape.schema else { continue }
            let doc = "\(field.doc) Takes \(field.shape.expected)."
            property = property.replacing("description", with: .string(doc))
            if let text = field.defaultText { property.add("default", Self.json(ofDefault: text, field.shape)) }
            properties.add(field.name, .object(property))
        }
        return [
            "type": allowsNull ? ["object", "null"] : "object",
            "properties": .object(properties),
            "patternProperties": ["^x-": true],
            "required": .array(fields.filter(\.isRequired).map { .string($0.name) }),
            "additionalProperties": false,
        ]
    }

    private static func json(ofDefault text: String, _ shape: ValueShape) -> JSONValue {
        switch shape {
        case .flag, .count, .number, .range, .list, .map:
            (try? JSONReader.value(of: Array(text.utf8))) ?? .string(text)
        default: .string(text)
        }
    }
}

extension JSONObject {
    /// The object with one member set, in its old place or at the end.
    fileprivate func replacing(_ name: String, with value: JSONValue) -> JSONObject {
        var result = JSONObject()
        for member in members { result.add(member.name, member.name == name ? value : member.value) }
        result.add(name, value)
        return result
    }
}
