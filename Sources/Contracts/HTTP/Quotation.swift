/// Text of a client inside a message: short, and without what terminals obey.
enum Quotation {
    private static let countMax = 80

    static func of(_ text: String) -> String {
        let scalars = text.unicodeScalars
        var quoted = ""
        for scalar in scalars.prefix(countMax) {
            let isPlain = scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
            quoted.unicodeScalars.append(isPlain ? scalar : "\u{FFFD}")
        }
        return scalars.count > countMax ? quoted + "…" : quoted
    }
}
