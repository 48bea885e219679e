/// Finds rings of a directed graph, without recursion: a flow may be a chain of thousands of nodes.
struct FlowCycles {
    /// The nodes that each node feeds, by position.
    let consumers: [[Int]]

    /// More than anybody mends at once.
    static let ringsMax = 16

    private enum Mark {
        case new, active, done
    }

    /// A ring for each wire that closes one, in the order of the nodes, up to ``ringsMax``.
    func rings() -> [[Int]] {
        var rings: [[Int]] = []
        var marks = Array(repeating: Mark.new, count: consumers.count)
        for start in consumers.indices where marks[start] == .new {
            var path: [(node: Int, next: Int)] = [(start, 0)]
            marks[start] = .active
            while let (current, next) = path.last {
                guard next < consumers[current].count else {
                    marks[current] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let consumer = consumers[current][next]
                switch marks[consumer] {
                case .done: continue
                case .active:
                    let first = path.firstIndex { $0.node == consumer } ?? 0
                    rings.append(path[first...].map(\.node))
                    if rings.count == Self.ringsMax { return rings }
                case .new:
                    marks[consumer] = .active
                    path.append((consumer, 0))
                }
            }
        }
        return rings
    }
}
