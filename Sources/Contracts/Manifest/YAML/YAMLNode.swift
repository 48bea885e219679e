/// One value of a YAML document, with the place where it is written.
public struct YAMLNode: Sendable {
    public enum Content: Sendable {
        case scalar(Scalar)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    public struct Scalar: Sendable, Equatable {
        /// Where the text comes from.
        public enum Origin: Sendable, Equatable {
            case written
            /// From outside, by what is written in the file. Reports show that and never the text,
            /// which may be a secret.
            case expanded(from: String)
            /// Nothing could be read here, and that is reported already.
            case unreadable
        }

        public let text: String
        /// Written without quotes and not as a block: only such a scalar can be other than text.
        public let isPlain: Bool
        public let origin: Origin
        /// How many characters behind its place the text begins, where it stands in the file as it is and on one
        /// line: then each character has a place.
        let margin: Int?
        /// Whether it may ask for something from outside: looked at once, however many aliases share it.
        let mayAsk: Bool

        public init(text: String, isPlain: Bool, origin: Origin = .written, margin: Int? = nil) {
            self.margin = margin
            self.text = text
            self.isPlain = isPlain
            self.origin = origin
            mayAsk = origin == .written && text.utf8.contains(UInt8(ascii: "$"))
        }
    }

    public struct Entry: Sendable {
        public let key: String
        public let keyPlace: Place
        public let value: YAMLNode

        public init(key: String, keyPlace: Place, value: YAMLNode) {
            self.key = key
            self.keyPlace = keyPlace
            self.value = value
        }
    }

    public let content: Content
    public let place: Place

    public init(_ content: Content, at place: Place) {
        self.content = content
        self.place = place
    }
}

extension YAMLNode {
    public var scalar: Scalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    public var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// A value that could not be read, which is reported already.
    static func unreadable(at place: Place) -> YAMLNode {
        YAMLNode(.scalar(.init(text: "", isPlain: true, origin: .unreadable)), at: place)
    }

    /// The text of a scalar as messages show it: what came from outside shows as what asked for it.
    public var shownText: String {
        guard let scalar else { return "" }
        if case .expanded(let source) = scalar.origin { return source }
        return scalar.text
    }

    public var isUnreadable: Bool { scalar?.origin == .unreadable }

    /// What stands here, as it reads after "found".
    public func found(isSecret: Bool = false, rules: ScalarRules = .core) -> String {
        switch content {
        case .sequence(let elements): elements.isEmpty ? "an empty list" : "a list"
        case .mapping(let entries): entries.isEmpty ? "an empty mapping" : "a mapping"
        case .scalar(let scalar):
            if case .expanded(let source) = scalar.origin {
                "what '\(Printable.text(source))' stands for"
            } else if scalar.isPlain, rules.resolve(scalar.text) == .null {
                "nothing"
            } else if isSecret {
                "'***'"
            } else {
                "\(scalar.isPlain ? "" : "the text ")'\(Printable.text(scalar.text))'"
            }
        }
    }
}

extension YAMLNode {
    /// What is written here, without where: the same for two documents that say the same.
    public var fingerprint: String {
        switch content {
        case .scalar(let scalar): "\(scalar.isPlain ? "p" : "q")\(scalar.text.utf8.count):\(scalar.text)"
        case .sequence(let elements): "[\(elements.map(\.fingerprint).joined(separator: ","))]"
        case .mapping(let entries):
            "{\(entries.map { "\($0.key.utf8.count):\($0.key)=\($0.value.fingerprint)" }.joined(separator: ","))}"
        }
    }
}
