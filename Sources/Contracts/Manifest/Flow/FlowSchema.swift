public import JSON

/// The JSON Schema of flow documents, for editors that complete and check while one types.
public enum FlowSchema {
    public static func make(types: [NodeType]) -> JSONValue {
        guard case .object(let base) = ValueShape.schema(ofFields: FlowFields.listed),
            case .object(let oldProperties)? = base["properties"]
        else { preconditionFailure("the schema of a flow is an object") }
        var properties = JSONObject()
        for member in oldProperties.members {
            let role = NodeType.Role.allCases.first { "\($0.rawValue)s" == member.name }
            properties.add(member.name, role.map { nodes($0, types, like: member.value) } ?? member.value)
        }
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Slipway flow",
            "description": "A graph of sources, steps and sinks.",
            "type": "object",
            "properties": .object(properties),
            "patternProperties": ["^x-": true],
            "required": base["required"] ?? [],
            "additionalProperties": false,
        ]
    }

    private static func nodes(_ role: NodeType.Role, _ types: [NodeType], like written: JSONValue) -> JSONValue {
        let ofRole = types.filter { $0.role == role }
        let names = ofRole.map { JSONValue.string($0.name) }
        // One condition a type: an editor then shows the problems of that type, not of all of them.
        let conditions = ofRole.map { type -> JSONValue in
            [
                "if": ["properties": ["type": ["const": .string(type.name)]], "required": ["type"]],
                "then": schema(of: type),
            ]
        }
        var member: JSONObject = [
            // `steps:` with nothing behind it is empty; sources and sinks are needed.
            "type": role == .step ? ["object", "null"] : "object",
            "propertyNames": ["pattern": .string(FieldKind<String>.namePattern())],
            "additionalProperties": [
                "type": "object",
                "properties": ["type": ["enum": .array(names), "description": "What the node is."]],
                "required": ["type"],
                "allOf": .array(conditions),
            ],
        ]
        if role != .step { member.add("minProperties", 1) }
        if case .object(let written) = written, let description = written["description"] {
            member.add("description", description)
        }
        return .object(member)
    }

    private static func schema(of type: NodeType) -> JSONValue {
        let schema = ValueShape.schema(ofFields: FlowFields.Node.listed(for: type) + type.fields)
        guard case .object(var object) = schema else { return schema }
        object.add("description", .string(type.summary))
        return .object(object)
    }
}
