internal import JSON

extension FieldKind where Value == String {
    /// Any text that is there.
    ///
    /// A number is taken as it is written, so `1.10` stays `1.10`.
    public static func text(_ noun: String = "text") -> FieldKind {
        let shape = ValueShape.text(noun: noun, pattern: nil)
        return FieldKind(shape: shape, placeholder: "", json: { .string($0) }) { node, reading in
            guard let scalar = reading.scalar(node, shape) else { return nil }
            let isNothing = scalar.isPlain ? reading.rules.resolve(scalar.text) == .null : scalar.text.isEmpty
            guard !isNothing else { return reading.mismatch(.wrongType, node, shape) }
            return scalar.text
        }
    }

    /// A name of letters, digits, `-` and `_` (and `also`), which does not begin with a digit or `-`.
    public static func name(_ noun: String, also: String = "") -> FieldKind {
        let shape = ValueShape.text(noun: noun, pattern: namePattern(also: also))
        return FieldKind(shape: shape, placeholder: "unnamed", json: { .string($0) }) { node, reading in
            guard let text = FieldKind<String>.text(noun).read(node, &reading) else { return nil }
            guard isName(text, also: also) else {
                return reading.mismatch(
                    .badName,
                    node,
                    shape,
                    advice: nameRule(also: also)
                )
            }
            return text
        }
    }

    private static var nameMax: Int { 128 }

    /// The rule for names as JSON Schema takes it.
    static func namePattern(also: String = "") -> String {
        "^[A-Za-z_][A-Za-z0-9_\\-\(also.map { "\\\($0)" }.joined())]{0,\(nameMax - 1)}$"
    }

    /// The rule for names in words.
    static func nameRule(also: String = "") -> String {
        "letters, digits, '-'\(also.isEmpty ? " and '_'" : ", '_' and '\(also)'"), at most \(nameMax), "
            + "not beginning with a digit or '-'"
    }

    /// A name made of any text, behind `beginning` where the text cannot begin one.
    public static func name(of text: String, beginning: String) -> String {
        let usable = String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(100).map { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": scalar
                    default: "_"
                    }
                }
            )
        )
        return isName(usable) ? usable : beginning + usable
    }

    static func isName(_ text: String, also: String = "") -> Bool {
        guard let first = text.utf8.first, first == 0x5F || isLetter(first), text.utf8.count <= nameMax else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            isLetter(byte) || (0x30...0x39).contains(byte) || byte == 0x5F || byte == 0x2D || also.utf8.contains(byte)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension FieldKind where Value == Named<Void> {
    /// A name that other programs know, with its place: on one line, without blanks, not endless.
    public static func named(_ noun: String) -> FieldKind {
        let text = FieldKind<String>.text(noun)
        return FieldKind(
            shape: text.shape,
            placeholder: Named(name: "", place: .start, path: "", value: ()),
            json: { .string($0.name) },
            read: { node, reading in
                let path = reading.path
                guard let name = text.read(node, &reading) else { return nil }
                guard isNetworkName(name) else {
                    return reading.mismatch(
                        .badName,
                        node,
                        text.shape,
                        advice: "names have no blanks and at most \(nameMax) bytes; put a ',' between two"
                    )
                }
                return Named(name: name, shown: node.shownText, place: node.place, path: path, value: ())
            }
        )
    }

    private static var nameMax: Int { 1024 }

    private static func isNetworkName(_ name: String) -> Bool {
        name.utf8.count <= nameMax
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.value >= 0x20 && $0.value != 0x7F }
    }
}

extension FieldKind where Value == Bool {
    public static var flag: FieldKind {
        FieldKind(shape: .flag, placeholder: false, json: { .bool($0) }) { node, reading in
            guard let meaning = reading.plainScalar(node, .flag) else { return nil }
            guard case .bool(let value) = meaning else { return reading.mismatch(.wrongType, node, .flag) }
            return value
        }
    }
}

extension FieldKind where Value == Int {
    public static func count(in limits: ClosedRange<Int>) -> FieldKind {
        let shape = ValueShape.count(limits)
        return FieldKind(shape: shape, placeholder: limits.lowerBound, json: { .integer(Int64($0)) }) { node, reading in
            guard let meaning = reading.plainScalar(node, shape) else { return nil }
            switch meaning {
            case .integer(let value):
                guard let value = Int(exactly: value), limits.contains(value) else {
                    return reading.mismatch(.outOfRange, node, shape)
                }
                return value
            case .unsigned: return reading.mismatch(.outOfRange, node, shape)
            default: return reading.mismatch(.wrongType, node, shape)
            }
        }
    }
}

extension FieldKind where Value == Double {
    /// A finite number.
    ///
    /// `unit` is what the number counts; it is shown, not written.
    public static func number(in limits: ClosedRange<Double>? = nil, unit: String = "") -> FieldKind {
        let shape = ValueShape.number(limits, unit: unit)
        let placeholder = limits?.lowerBound ?? 0
        return FieldKind(shape: shape, placeholder: placeholder, json: { JSONValue(double: $0) }) { node, reading in
            guard let meaning = reading.plainScalar(node, shape) else { return nil }
            let value: Double
            switch meaning {
            case .integer(let integer): value = Double(integer)
            case .unsigned(let integer): value = Double(integer)
            case .number(let number): value = number
            default: return reading.mismatch(.wrongType, node, shape)
            }
            guard value.isFinite, limits?.contains(value) ?? true else {
                return reading.mismatch(.outOfRange, node, shape)
            }
            return value
        }
    }
}

extension FieldKind where Value == Duration {
    /// A duration with its unit: `250us`, `10ms`, `1.5s`, `2m`, `1h`, `7d`.
    public static func duration(in limits: ClosedRange<Duration>) -> FieldKind {
        let shape = ValueShape.duration(limits)
        return FieldKind(shape: shape, placeholder: limits.lowerBound, json: { .string($0.shortText) }) {
            node,
            reading in
            guard let scalar = reading.scalar(node, shape) else { return nil }
            guard let value = Duration(shortText: scalar.text) else {
                return reading.mismatch(
                    Quantity.split(scalar.text) == nil ? .wrongType : .badUnit,
                    node,
                    shape,
                    advice: Quantity.split(scalar.text).map { _ in
                        "the units are ns, us, ms, s, m, h and d: '\(reading.field.name): \(reading.field.example)'"
                    }
                )
            }
            guard limits.contains(value) else { return reading.mismatch(.outOfRange, node, shape) }
            return value
        }
    }
}

extension FieldKind where Value == ByteSize {
    /// A number of bytes with its unit: `512B`, `64KiB`, `1.5GB`.
    public static func size(in limits: ClosedRange<ByteSize>) -> FieldKind {
        let shape = ValueShape.size(limits)
        return FieldKind(shape: shape, placeholder: limits.lowerBound, json: { .string($0.shortText) }) {
            node,
            reading in
            guard let scalar = reading.scalar(node, shape) else { return nil }
            guard let value = ByteSize(shortText: scalar.text) else {
                return reading.mismatch(
                    Quantity.split(scalar.text) == nil ? .wrongType : .badUnit,
                    node,
                    shape,
                    advice: Quantity.split(scalar.text).map { _ in
                        "the units are B, kB, KiB, MB, MiB, GB, GiB, TB and TiB: "
                            + "'\(reading.field.name): \(reading.field.example)'"
                    }
                )
            }
            guard limits.contains(value) else { return reading.mismatch(.outOfRange, node, shape) }
            return value
        }
    }
}

extension FieldKind where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    /// One word of an enumeration.
    ///
    /// Its first case stands in for a wrong one.
    public static func choice(_ type: Value.Type = Value.self, but excluded: [Value] = []) -> FieldKind {
        let names = Value.allCases.map(\.rawValue).filter { name in !excluded.contains { $0.rawValue == name } }
        let shape = ValueShape.choice(names)
        guard let first = Value.allCases.first else { preconditionFailure("\(Value.self) has no cases") }
        return FieldKind(shape: shape, placeholder: first, json: { .string($0.rawValue) }) { node, reading in
            guard let scalar = reading.scalar(node, shape) else { return nil }
            guard names.contains(scalar.text), let value = Value(rawValue: scalar.text) else {
                let near = Nearest.match(scalar.text, among: names)
                return reading.mismatch(.outOfRange, node, shape, advice: near.map { "did you mean '\($0)'?" })
            }
            return value
        }
    }
}
