/// The paths of a document by their places.
struct PlacedPaths {
    private var sorted: [(place: Place, path: String)] = []

    init(_ root: YAMLNode) {
        var found: [Place: String] = [:]
        Self.note(root, "", &found)
        sorted = found.map { ($0.key, $0.value) }.sorted { $0.place < $1.place }
    }

    /// The path of what stands at a place, or begins before it on its line.
    func path(at place: Place) -> String? {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].place <= place { low = middle + 1 } else { high = middle }
        }
        guard low > 0, sorted[low - 1].place.line == place.line else { return nil }
        return sorted[low - 1].path
    }

    private static func note(_ node: YAMLNode, _ path: String, _ found: inout [Place: String]) {
        switch node.content {
        case .scalar: break
        case .sequence(let elements):
            for (index, element) in elements.enumerated() { note(element, "\(path)[\(index)]", &found) }
        case .mapping(let entries):
            for entry in entries {
                let path = ConfigPath.child(path, entry.key)
                note(entry.value, path, &found)
                found[entry.keyPlace] = path
            }
        }
        // A mapping begins where its first key does, which is closer.
        if found[node.place] == nil { found[node.place] = path }
    }
}
