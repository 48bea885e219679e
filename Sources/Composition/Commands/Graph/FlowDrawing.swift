internal import Manifest

/// A flow as an SVG image: levels from left to right, nodes below each other, wires between.
struct FlowDrawing {
    private static let width = 170
    private static let height = 46
    private static let gap = (x: 150, y: 26)
    private static let margin = 24
    private static let fills: [NodeType.Role: String] = [.source: "#e3f0ff", .step: "#ffffff", .sink: "#e6f6e6"]
    private static let charactersMax = 22

    private let chart: FlowChart
    /// Of each node the place of its left upper corner.
    private let places: [(x: Int, y: Int)]

    init(_ chart: FlowChart) {
        self.chart = chart
        var columns = [[Int]](repeating: [], count: (chart.nodes.map(\.level).max() ?? -1) + 1)
        var row: [Int: Double] = [:]
        for level in columns.indices {
            let members = chart.nodes.indices.filter { chart.nodes[$0].level == level }
            // Each beside what it reads, so that few wires cross.
            let weights = members.map { member -> (Int, Double) in
                let read = chart.edges.filter { $0.to == member && !$0.isDelayed }.compactMap { row[$0.from] }
                return (member, read.isEmpty ? Double(member) : read.reduce(0, +) / Double(read.count))
            }
            columns[level] = weights.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
            for (index, member) in columns[level].enumerated() { row[member] = Double(index) }
        }
        var places = [(x: Int, y: Int)](repeating: (0, 0), count: chart.nodes.count)
        let tallest = columns.map(\.count).max() ?? 0
        for (level, members) in columns.enumerated() {
            let offset = (tallest - members.count) * (Self.height + Self.gap.y) / 2
            for (index, member) in members.enumerated() {
                places[member] = (
                    Self.margin + level * (Self.width + Self.gap.x),
                    Self.margin + 22 + offset + index * (Self.height + Self.gap.y)
                )
            }
        }
        self.places = places
    }

    var svg: String {
        let right = (places.map(\.x).max() ?? 0) + Self.width + Self.margin
        let below = (places.map(\.y).max() ?? 0) + Self.height + Self.margin + 30
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(right) \(below)" width="\(right)" height="\(below)"
                 font-family="sans-serif" font-size="13">
              <defs>
                <marker id="end" markerWidth="9" markerHeight="9" refX="8" refY="4" orient="auto">
                  <path d="M0,0 L9,4 L0,8 z" fill="#555"/>
                </marker>
              </defs>
              <rect width="100%" height="100%" fill="#fff"/>
              <text x="\(Self.margin)" y="\(Self.margin)" font-weight="bold">\(FlowChart.entities(chart.name))</text>

            """
        for edge in chart.edges { text += line(edge, below: below) }
        for (index, node) in chart.nodes.enumerated() { text += box(node, places[index]) }
        return text + "</svg>\n"
    }

    private func line(_ edge: FlowChart.Edge, below: Int) -> String {
        let (from, to) = (places[edge.from], places[edge.to])
        let start = (x: from.x + Self.width, y: from.y + Self.height / 2)
        let end = (x: to.x, y: to.y + Self.height / 2)
        let isBack = end.x <= start.x
        let bend = isBack ? Self.gap.x / 2 : (end.x - start.x) / 2
        let low = isBack ? below - 20 : 0
        let path =
            isBack
            ? "M\(start.x),\(start.y) C\(start.x + bend),\(low) \(end.x - bend),\(low) \(end.x),\(end.y)"
            : "M\(start.x),\(start.y) C\(start.x + bend),\(start.y) \(end.x - bend),\(end.y) \(end.x),\(end.y)"
        let middle = (x: (start.x + end.x) / 2, y: isBack ? below - 24 : (start.y + end.y) / 2 - 5)
        let dash = edge.isDelayed ? " stroke-dasharray=\"5 4\"" : ""
        let all = FlowChart.entities(edge.signals.joined(separator: "\n"))
        return """
              <g><title>\(all)</title>
                <path d="\(path)" fill="none" stroke="#555"\(dash) marker-end="url(#end)"/>
                <text x="\(middle.x)" y="\(middle.y)" text-anchor="middle" font-size="11" fill="#333">\
            \(FlowChart.entities(Self.short(chart.label(edge))))</text>
              </g>

            """
    }

    private func box(_ node: FlowChart.Node, _ place: (x: Int, y: Int)) -> String {
        let fill = Self.fills[node.role] ?? "#fff"
        let middle = place.x + Self.width / 2
        return """
              <g><title>\(FlowChart.entities("\(node.id): \(node.type), a \(node.role.rawValue)"))</title>
                <rect x="\(place.x)" y="\(place.y)" width="\(Self.width)" height="\(Self.height)" \
            rx="\(node.role == .step ? 3 : 20)" fill="\(fill)" stroke="#555"/>
                <text x="\(middle)" y="\(place.y + 20)" text-anchor="middle">\
            \(FlowChart.entities(Self.short(node.id)))</text>
                <text x="\(middle)" y="\(place.y + 36)" text-anchor="middle" font-size="11" fill="#555">\
            \(FlowChart.entities(node.type))</text>
              </g>

            """
    }

    private static func short(_ text: String) -> String {
        text.count <= charactersMax ? text : text.prefix(charactersMax - 1) + "…"
    }
}
