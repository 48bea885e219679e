internal import JSON

/// Writes a tree as block YAML that every reader of YAML 1.1 or 1.2 takes for the same tree.
///
/// Texts that could be taken for something else are in JSON's quotes, which YAML understands.
enum YAMLWriter {
    static func text(of value: JSONValue) -> String {
        var text = ""
        write(value, indent: 0, &text)
        return text.hasPrefix("\n") ? String(text.dropFirst()) : text
    }

    /// Writes what stands behind `name:` or `-`, with the newline at its end.
    private static func write(_ value: JSONValue, indent: Int, _ text: inout String) {
        let margin = String(repeating: " ", count: indent)
        switch value {
        case .object(let object) where !object.members.isEmpty:
            text += "\n"
            for member in object.members {
                text += "\(margin)\(scalar(member.name)):"
                writeBehindName(member.value, indent: indent, &text)
            }
        case .array(let elements) where !elements.isEmpty:
            text += "\n"
            for element in elements {
                text += "\(margin)-"
                writeElement(element, indent: indent, &text)
            }
        case .object: text += "{}\n"
        case .array: text += "[]\n"
        case .string(let string): text += scalar(string) + "\n"
        default: text += JSONWriter.text(of: value) + "\n"
        }
    }

    private static func writeBehindName(_ value: JSONValue, indent: Int, _ text: inout String) {
        if !value.isBlock { text += " " }
        write(value, indent: indent + 2, &text)
    }

    private static func writeElement(_ value: JSONValue, indent: Int, _ text: inout String) {
        text += " "
        var inner = ""
        write(value, indent: indent + 2, &inner)
        // The first line of a block continues the line of its dash.
        text += value.isBlock ? String(inner.drop { $0 == "\n" || $0 == " " }) : inner
    }

    private static func scalar(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "/")
            } && text.utf8.first.map { (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) } == true
            && !words.contains(text.lowercased())
        return isPlain ? text : JSONWriter.text(of: .string(text))
    }

    /// What YAML 1.1 takes for null, a bool or a number.
    private static let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
}

extension JSONValue {
    fileprivate var isBlock: Bool {
        switch self {
        case .object(let object): !object.members.isEmpty
        case .array(let elements): !elements.isEmpty
        default: false
        }
    }
}
