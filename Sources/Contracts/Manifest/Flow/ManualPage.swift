/// The manual pages that come out of the declared fields, as Markdown.
///
/// `docs/components` and `docs/reference/flow.md` are their output, and a test compares it.
public enum ManualPage {
    /// The page of a node type.
    public static func page(of type: NodeType) -> String {
        var page = "# \(type.name) (\(type.role.rawValue))\n\n\(type.summary)\n\n"
        page += "```yaml\n\(type.example)```\n\n"
        page += table(FlowFields.Node.listed(for: type).filter { $0.name != "type" } + type.fields)
        page += details(type.fields, above: "")
        return page
    }

    /// The page of the flow document itself.
    public static func flow(types: [NodeType]) -> String {
        var page = """
            # The flow document

            A flow is a graph: samples come from sources, go through steps and end in sinks. A node names the signals \
            it reads; a bare name is enough where exactly one node offers it, otherwise \
            `{from: NODE, signal: NAME}` says which. Fields that begin with `x-` are kept and ignored.


            """
        page += table(FlowFields.listed)
        page += "## Node types\n\n| type | stands under | what it does |\n|---|---|---|\n"
        for type in types {
            let link = "[`\(type.name)`](../components/\(fileName(of: type)))"
            page += "| \(link) | `\(type.role.rawValue)s` | \(type.summary) |\n"
        }
        return page
    }

    /// The file of a type's page: a type may be a source and a sink.
    public static func fileName(of type: NodeType) -> String { "\(type.name)-\(type.role.rawValue).md" }

    private static func table(_ fields: [FieldDoc]) -> String {
        var text = "| field | takes | default | what it does |\n|---|---|---|---|\n"
        for field in fields {
            let fallback =
                if field.isRequired { "required" } else { field.defaultText.map { "`\($0)`" } ?? "none" }
            text += "| `\(field.name)` | \(cell(field.shape.expected)) | \(fallback) | \(cell(field.doc)) |\n"
        }
        return text + "\n"
    }

    /// The fields of the mappings inside of fields, a table each.
    private static func details(_ fields: [FieldDoc], above path: String) -> String {
        var text = ""
        for field in fields {
            guard let inner = record(in: field.shape) else { continue }
            let innerPath = path.isEmpty ? field.name : "\(path).\(field.name)"
            text += "## Fields of `\(innerPath)`\n\n" + table(inner) + details(inner, above: innerPath)
        }
        return text
    }

    private static func record(in shape: ValueShape) -> [FieldDoc]? {
        switch shape {
        case .record(let fields): fields
        case .list(let element, _), .map(let element, _), .range(let element): record(in: element)
        case .either(let shapes): shapes.lazy.compactMap(record).first
        default: nil
        }
    }

    private static func cell(_ text: String) -> String { text.split(separator: "|").joined(separator: "\\|") }
}
