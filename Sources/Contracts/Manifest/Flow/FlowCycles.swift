/// Finds the rings of a directed graph, without recursion: a flow may be a chain of thousands of nodes.
struct FlowCycles {
    let ids: [String]
    let consumers: [String: [String]]

    private enum Mark {
        case active, done
    }

    /// One ring for each wire that closes one, in the order of the nodes.
    func rings() -> [[String]] {
        var rings: [[String]] = []
        var marks: [String: Mark] = [:]
        for id in ids where marks[id] == nil {
            var path: [(id: String, next: Int)] = [(id, 0)]
            marks[id] = .active
            while let (current, next) = path.last {
                let following = consumers[current] ?? []
                guard next < following.count else {
                    marks[current] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let consumer = following[next]
                switch marks[consumer] {
                case .done: continue
                case .active:
                    let start = path.firstIndex { $0.id == consumer } ?? 0
                    rings.append(path[start...].map(\.id))
                case nil:
                    marks[consumer] = .active
                    path.append((consumer, 0))
                }
            }
        }
        return rings
    }
}
