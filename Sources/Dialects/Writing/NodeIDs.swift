internal import Manifest

/// Ids of nodes made of names of any kind: each once.
struct NodeIDs {
    private var taken: Set<String> = []

    mutating func id(for name: String) -> String {
        var text = String(String.UnicodeScalarView(name.unicodeScalars.map { Self.isUsable($0) ? $0 : "_" }))
        if text.unicodeScalars.first.map({ ("0"..."9").contains($0) || $0 == "-" }) ?? true { text = "m" + text }
        text = String(text.prefix(100))
        var id = text
        var number = 2
        while !taken.insert(id).inserted {
            id = "\(text)-\(number)"
            number += 1
        }
        return id
    }

    private static func isUsable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }
}
