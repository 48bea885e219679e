internal import JSON
internal import Manifest

extension FieldKind where Value == Double {
    /// A number as Python's `float` takes it: also in quotes, also a truth.
    static var pythonNumber: FieldKind {
        let plain = FieldKind<Double>.number()
        return FieldKind(shape: plain.shape, placeholder: 0, json: { JSONValue(double: $0) }) { node, reading in
            guard let scalar = node.scalar else { return wrong(node, &reading) }
            switch reading.rules.resolve(scalar.text.trimmed) {
            case .integer(let number): return Double(number)
            case .unsigned(let number): return Double(number)
            case .number(let number) where number.isFinite: return number
            case .bool(let truth) where scalar.isPlain: return truth ? 1 : 0
            default: break
            }
            // `1e3` is a text for PyYAML, and a number for `float`.
            if let number = Double(scalar.text.trimmed), number.isFinite { return number }
            return wrong(node, &reading)
        }
    }

    private static func wrong(_ node: YAMLNode, _ reading: inout FieldReading) -> Double? {
        let found = node.found(rules: reading.rules)
        reading.report(.wrongType, at: node.place, "expected a number, found \(found)", advice: "")
        return nil
    }
}

extension FieldKind where Value == [Named<String>] {
    /// One text, or a list of texts, each with its place.
    static func texts(_ noun: String) -> FieldKind {
        let text = FieldKind<String>.text(noun)
        let list = FieldKind<[String]>.list(of: text)
        return FieldKind(shape: list.shape, placeholder: [], json: { _ in [] }) { node, reading in
            let nodes: [YAMLNode]
            switch node.content {
            case .sequence(let elements): nodes = elements
            default: nodes = [node]
            }
            return nodes.compactMap { node in
                let path = reading.path
                guard let scalar = node.scalar else {
                    let found = node.found(rules: reading.rules)
                    reading.report(.wrongType, at: node.place, "expected \(noun), found \(found)", advice: "")
                    return nil
                }
                return Named(name: scalar.text, place: node.place, path: path, value: scalar.text)
            }
        }
    }
}

extension String {
    /// Without blanks at its ends.
    var trimmed: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}
