internal import Manifest

/// Values of our document, each at the place of what it is made of.
enum Written {
    static func text(_ text: String, at place: Place) -> YAMLNode {
        YAMLNode(.scalar(.init(text: text, isPlain: false)), at: place)
    }

    /// A word of ours, which needs no quotes.
    static func word(_ word: String, at place: Place) -> YAMLNode {
        YAMLNode(.scalar(.init(text: word, isPlain: true)), at: place)
    }

    static func number(_ number: Double, at place: Place) -> YAMLNode {
        if number == number.rounded(), abs(number) < 1e15 { return word("\(Int64(number))", at: place) }
        return word("\(number)", at: place)
    }

    static func list(_ nodes: [YAMLNode], at place: Place) -> YAMLNode { YAMLNode(.sequence(nodes), at: place) }

    static func mapping(_ entries: [YAMLNode.Entry], at place: Place) -> YAMLNode {
        YAMLNode(.mapping(entries), at: place)
    }

    static func entry(_ key: String, _ value: YAMLNode, at place: Place? = nil) -> YAMLNode.Entry {
        YAMLNode.Entry(key: key, keyPlace: place ?? value.place, value: value)
    }

    /// A signal of a node.
    static func reference(_ node: String, _ signal: String, at place: Place) -> YAMLNode {
        mapping([entry("from", word(node, at: place)), entry("signal", text(signal, at: place))], at: place)
    }
}

extension YAMLNode {
    static func text(_ text: String, at place: Place) -> YAMLNode { Written.text(text, at: place) }
    static func word(_ word: String, at place: Place) -> YAMLNode { Written.word(word, at: place) }
    static func number(_ number: Double, at place: Place) -> YAMLNode { Written.number(number, at: place) }
}
