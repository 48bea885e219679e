internal import JSON

extension FieldKind {
    /// Two values with the low one first: `[0, 1e-3]`.
    public static func range<Bound: Comparable & Sendable>(
        of element: FieldKind<Bound>
    ) -> FieldKind<ClosedRange<Bound>> where Value == ClosedRange<Bound> {
        let shape = ValueShape.range(of: element.shape)
        return FieldKind(
            shape: shape,
            placeholder: element.placeholder...element.placeholder,
            json: { .array([element.json($0.lowerBound), element.json($0.upperBound)]) },
            read: { node, reading in
                guard case .sequence(let ends) = node.content, ends.count == 2 else {
                    return reading.mismatch(.wrongType, node, shape)
                }
                let path = reading.path
                let low = reading.nested(path: "\(path)[0]") { element.read(ends[0], &$0) }
                let high = reading.nested(path: "\(path)[1]") { element.read(ends[1], &$0) }
                guard let low, let high else { return nil }
                guard low <= high else {
                    reading.report(
                        .outOfRange,
                        at: node.place,
                        "expected the low end first, found \(ends[0].found()) before \(ends[1].found())",
                        advice: "swap the two"
                    )
                    return nil
                }
                return low...high
            }
        )
    }

    public static func list<Element: Sendable>(
        of element: FieldKind<Element>,
        count: ClosedRange<Int> = 0...10_000
    ) -> FieldKind<[Element]> where Value == [Element] {
        let shape = ValueShape.list(of: element.shape, count)
        return FieldKind(
            shape: shape,
            placeholder: [],
            json: { .array($0.map(element.json)) },
            read: { node, reading in
                guard case .sequence(let nodes) = node.content else { return reading.mismatch(.wrongType, node, shape) }
                guard count.contains(nodes.count) else {
                    reading.report(
                        .outOfRange,
                        at: node.place,
                        "expected a list of \(count.lowerBound) to \(count.upperBound) elements, found \(nodes.count)",
                        advice: reading.exampleAdvice
                    )
                    return nil
                }
                let path = reading.path
                return nodes.enumerated().compactMap { index, node in
                    reading.nested(path: "\(path)[\(index)]") { element.read(node, &$0) }
                }
            }
        )
    }

    /// Names of the user's choice, each with a value, in the order of the document.
    public static func map<Element: Sendable>(
        of element: FieldKind<Element>,
        keys: String,
        count: ClosedRange<Int> = 0...10_000
    ) -> FieldKind<[Named<Element>]> where Value == [Named<Element>] {
        let shape = ValueShape.map(of: element.shape, keys: keys)
        return FieldKind(
            shape: shape,
            placeholder: [],
            json: { values in
                var object = JSONObject()
                for named in values { object.add(named.name, element.json(named.value)) }
                return .object(object)
            },
            read: { node, reading in
                // `steps:` with nothing behind it, its lines commented out, is an empty mapping.
                let isBlank = node.scalar.map { $0.isPlain && $0.text.isEmpty } ?? false
                if isBlank, !node.isUnreadable, count.contains(0) { return [] }
                guard let entries = node.entries else { return reading.mismatch(.wrongType, node, shape) }
                guard count.contains(entries.count) else {
                    reading.report(
                        .outOfRange,
                        at: node.place,
                        "expected \(count.lowerBound) to \(count.upperBound) entries, found \(entries.count)",
                        advice: reading.exampleAdvice
                    )
                    return nil
                }
                let path = reading.path
                return entries.compactMap { entry in
                    guard !entry.key.isEmpty else {
                        reading.report(
                            .badKey,
                            at: entry.keyPlace,
                            "expected \(keys) as the key, found an empty text",
                            advice: reading.exampleAdvice
                        )
                        return nil
                    }
                    let inner = ConfigPath.child(path, entry.key)
                    let value = reading.nested(path: inner) { element.read(entry.value, &$0) }
                    return value.map { Named(name: entry.key, place: entry.keyPlace, path: inner, value: $0) }
                }
            }
        )
    }

    /// A mapping with fields of its own, read by `make`.
    public static func record(
        _ fields: [FieldDoc],
        make: @escaping @Sendable (inout ConfigSection) -> Value
    ) -> FieldKind {
        var blank = ConfigSection(YAMLNode(.mapping([]), at: .start), file: "", path: "")
        return FieldKind(
            shape: .record(fields),
            placeholder: make(&blank),
            json: { _ in .null },
            read: { node, reading in
                // `name:` with nothing behind it is a record of defaults, as `name: {}` is.
                let isBlank = node.scalar.map { $0.isPlain && $0.text.isEmpty } ?? false
                guard node.entries != nil || isBlank, !node.isUnreadable else {
                    return reading.mismatch(.wrongType, node, .record(fields))
                }
                let mapping = isBlank ? YAMLNode(.mapping([]), at: node.place) : node
                var section = ConfigSection(mapping, file: reading.file, path: reading.path, rules: reading.rules)
                let value = make(&section)
                section.reportUnknownNames(known: fields.map(\.name))
                reading.take(section)
                return value
            }
        )
    }

    /// One element, or a list of them.
    public static func oneOrMore<Element: Sendable>(
        of element: FieldKind<Element>
    ) -> FieldKind<[Element]> where Value == [Element] {
        let list = FieldKind.list(of: element)
        let shape = ValueShape.either([element.shape, list.shape])
        return FieldKind(
            shape: shape,
            placeholder: [],
            json: { $0.count == 1 ? element.json($0[0]) : list.json($0) },
            read: { node, reading in
                switch node.content {
                case .scalar: element.read(node, &reading).map { [$0] }
                case .sequence: list.read(node, &reading)
                case .mapping: reading.mismatch(.wrongType, node, shape)
                }
            }
        )
    }

    /// Reads a scalar one way and a mapping another: a short form and a long one.
    public static func either(scalar short: FieldKind, mapping long: FieldKind) -> FieldKind {
        let shape = ValueShape.either([short.shape, long.shape])
        return FieldKind(
            shape: shape,
            placeholder: short.placeholder,
            json: short.json,
            read: { node, reading in
                switch node.content {
                case .scalar: short.read(node, &reading)
                case .mapping: long.read(node, &reading)
                case .sequence: reading.mismatch(.wrongType, node, shape)
                }
            }
        )
    }
}

/// A value under a name that the user chose, with the place and the path of that name.
public struct Named<Value: Sendable>: Sendable {
    public let name: String
    /// The name as messages show it: what came from outside shows as what asked for it.
    public let shown: String
    public let place: Place
    public let path: String
    public let value: Value

    public init(name: String, shown: String? = nil, place: Place, path: String, value: Value) {
        self.name = name
        self.shown = shown ?? name
        self.place = place
        self.path = path
        self.value = value
    }
}
