internal import Manifest

/// Who publishes what under which topic.
struct Topics {
    /// A signal of a node of ours.
    struct Offer: Equatable {
        let node: String
        let signal: String
        /// Whether only the node's model can tell that it offers this.
        var isOpen = false
    }

    private var offers: [String: [(name: String, offer: Offer)]] = [:]
    private var models: [String: [String]] = [:]

    mutating func add(_ name: String, _ offer: Offer, under topic: String) {
        offers[topic, default: []].append((name, offer))
    }

    mutating func add(model node: String, under topic: String) { models[topic, default: []].append(node) }

    /// What is published under some topics, in the order in which it was added.
    func names(under topics: [String]) -> [(name: String, offer: Offer)] { topics.flatMap { offers[$0] ?? [] } }

    func hasModel(under topics: [String]) -> Bool { topics.contains { models[$0] != nil } }

    /// Who offers a name under some topics: several, where it is not clear; a model, where nobody else does.
    func offers(of name: String, under topics: [String]) -> [Offer] {
        var found: [Offer] = []
        for entry in names(under: topics) where entry.name.utf8.elementsEqual(name.utf8) {
            if !found.contains(entry.offer) { found.append(entry.offer) }
        }
        guard found.isEmpty else { return found }
        return topics.flatMap { models[$0] ?? [] }.map { Offer(node: $0, signal: name, isOpen: true) }
    }
}
