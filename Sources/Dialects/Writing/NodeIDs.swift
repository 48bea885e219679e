internal import Manifest

/// Ids of nodes made of names of any kind: each once.
struct NodeIDs {
    private var taken: Set<String> = []

    mutating func id(for name: String) -> String {
        let text = FieldKind<String>.name(of: name, beginning: "m")
        var id = text
        var number = 2
        while !taken.insert(id).inserted {
            id = "\(text)-\(number)"
            number += 1
        }
        return id
    }
}
