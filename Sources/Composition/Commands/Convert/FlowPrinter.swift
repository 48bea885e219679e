internal import JSON
internal import Manifest

/// Writes a document as a person would: what is short on one line, and comments where they belong.
struct FlowPrinter {
    private static let widthMax = 100

    private var comments: SourceComments
    private var text = ""

    private init(_ comments: SourceComments) { self.comments = comments }

    /// The text of a document, with the comments of the file it was made of.
    static func text(of root: YAMLNode, comments: SourceComments) -> String {
        var printer = FlowPrinter(comments)
        for entry in root.entries ?? [] { printer.write(entry, indent: 0) }
        return printer.text
    }

    private mutating func write(_ entry: YAMLNode.Entry, indent: Int) {
        let margin = String(repeating: " ", count: indent)
        let (above, behind) = comments.take(entry.keyPlace.line)
        for comment in above { text += "\(margin)\(comment)\n" }
        let tail = behind.map { "  \($0)" } ?? ""
        let head = "\(margin)\(Self.scalar(entry.key, isPlain: true)):"
        let inline = Self.inline(entry.value)
        let isShort = head.count + 1 + inline.count <= Self.widthMax && !isCommented(entry.value)
        if indent > 0 || entry.value.entries == nil, isShort || entry.value.isLeaf {
            text += "\(head) \(inline)\(tail)\n"
            return
        }
        text += "\(head)\(tail)\n"
        switch entry.value.content {
        case .mapping(let entries): for entry in entries { write(entry, indent: indent + 2) }
        case .sequence(let elements):
            for element in elements {
                let (above, behind) = comments.take(element.place.line)
                for comment in above { text += "\(margin)  \(comment)\n" }
                text += "\(margin)  - \(Self.inline(element))\(behind.map { "  \($0)" } ?? "")\n"
            }
        case .scalar: break
        }
    }

    /// Whether a comment belongs into a value.
    private func isCommented(_ node: YAMLNode) -> Bool {
        switch node.content {
        case .scalar: comments.has(node.place.line)
        case .sequence(let elements): elements.contains { isCommented($0) }
        case .mapping(let entries):
            entries.contains { comments.has($0.keyPlace.line) || isCommented($0.value) }
        }
    }

    /// A value on one line.
    private static func inline(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar(let scalar): Self.scalar(scalar.text, isPlain: scalar.isPlain)
        case .sequence(let elements): "[\(elements.map { inline($0) }.joined(separator: ", "))]"
        case .mapping(let entries):
            "{\(entries.map { "\(Self.scalar($0.key, isPlain: true)): \(inline($0.value))" }.joined(separator: ", "))}"
        }
    }

    /// A text that means the same to every reader of YAML: in quotes where it could be taken for something else.
    private static func scalar(_ text: String, isPlain: Bool) -> String {
        let isSimple =
            text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":")].contains(byte)
            } && text.utf8.first.map { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") } == true
            && text.utf8.last != UInt8(ascii: ":")
        let isNumber = isPlain && Double(text) != nil
        if isNumber { return text }
        let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"]
        let isText = ScalarRules.core.resolve(text) == .text && ScalarRules.pyYAML.resolve(text) == .text
        if isPlain, ["true", "false"].contains(text) { return text }
        return isSimple && isText && !words.contains(text.lowercased()) ? text : JSONWriter.text(of: .string(text))
    }
}

extension YAMLNode {
    /// Whether it has nothing below it.
    fileprivate var isLeaf: Bool {
        switch content {
        case .scalar: true
        case .sequence(let elements): elements.isEmpty
        case .mapping(let entries): entries.isEmpty
        }
    }
}
