internal import Manifest

/// The nodes of a flow and what runs between them, one edge for all signals of two nodes.
struct FlowChart {
    struct Node {
        let id: String
        let type: String
        let role: NodeType.Role
        /// How far it is from the sources.
        var level = 0
    }

    struct Edge {
        let from: Int
        let to: Int
        var signals: [String]
        let isDelayed: Bool
    }

    let name: String
    private(set) var nodes: [Node]
    private(set) var edges: [Edge] = []

    init(_ flow: FlowDocument) {
        name = flow.name
        nodes = flow.nodes.map { Node(id: $0.id, type: $0.type.name, role: $0.type.role) }
        let places = Dictionary(nodes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var ends: [[Int]: Int] = [:]
        for wire in flow.wires {
            guard let from = places[wire.from.node], let to = places[wire.to.node] else { continue }
            let key = [from, to, wire.isDelayed ? 1 : 0]
            if let edge = ends[key] {
                if !edges[edge].signals.contains(wire.from.signal) { edges[edge].signals.append(wire.from.signal) }
            } else {
                ends[key] = edges.count
                edges.append(Edge(from: from, to: to, signals: [wire.from.signal], isDelayed: wire.isDelayed))
            }
        }
        level()
    }

    /// Each node stands behind all that it reads; what is delayed leads back.
    private mutating func level() {
        for _ in nodes.indices {
            var isChanged = false
            for edge in edges where !edge.isDelayed && nodes[edge.to].level <= nodes[edge.from].level {
                nodes[edge.to].level = nodes[edge.from].level + 1
                isChanged = true
            }
            if !isChanged { break }
        }
        // What leaves stands at the right.
        let last = nodes.map(\.level).max() ?? 0
        for index in nodes.indices where nodes[index].role == .sink { nodes[index].level = last }
    }

    /// A few signals by name, more by their number.
    func label(_ edge: Edge) -> String {
        edge.signals.count <= 2
            ? edge.signals.joined(separator: ", ") : "\(edge.signals[0]) and \(edge.signals.count - 1) more"
    }
}

// As text for other programs.
extension FlowChart {
    /// The language of Graphviz.
    var dot: String {
        var text = "digraph \(Self.quoted(name)) {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n"
        for node in nodes {
            text += "  \(Self.quoted(node.id)) [label=\(Self.quoted("\(node.id)\n\(node.type)"))"
            text += node.role == .step ? "];\n" : ", style=rounded];\n"
        }
        for edge in edges {
            text += "  \(Self.quoted(nodes[edge.from].id)) -> \(Self.quoted(nodes[edge.to].id))"
            text += " [label=\(Self.quoted(label(edge)))\(edge.isDelayed ? ", style=dashed" : "")];\n"
        }
        return text + "}\n"
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"\(escaped)\""
    }

    /// The language of Mermaid, which forges show in Markdown.
    var mermaid: String {
        var text = "flowchart LR\n"
        for (index, node) in nodes.enumerated() {
            let label = "\"\(Self.entities(node.id))<br/>\(Self.entities(node.type))\""
            text += "  n\(index)" + (node.role == .step ? "[\(label)]\n" : "([\(label)])\n")
        }
        for edge in edges {
            let arrow = edge.isDelayed ? "-.->" : "-->"
            text += "  n\(edge.from) \(arrow)|\"\(Self.entities(label(edge)))\"| n\(edge.to)\n"
        }
        return text
    }

    /// A text that means nothing in HTML.
    static func entities(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
