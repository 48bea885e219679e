internal import Formula
internal import JSON

/// A formula as a document has it, with its place.
public struct FormulaText: Sendable {
    public let text: String
    /// Where the value begins.
    let place: Place
    /// How many characters behind its place the text begins; nil where it does not stand in the file as it is.
    let margin: Int?
    /// What asked for it, where it came from outside: then no message shows it.
    let source: String?
    /// The names it uses, once it was read over the signals of its flow.
    var symbols: [String]?

    /// The place of a character, the first being 1, or that of the whole.
    func place(of character: Int) -> Place {
        margin.map { Place(line: place.line, column: place.column + $0 + character - 1) } ?? place
    }
}

extension FieldKind where Value == FormulaText {
    /// A formula; a number is one as well.
    public static var formula: FieldKind {
        let text = FieldKind<String>.text("a formula")
        return FieldKind(
            shape: text.shape,
            placeholder: FormulaText(text: "0", place: .start, margin: nil, source: nil, symbols: nil),
            json: { .string($0.text) },
            read: { node, reading in
                guard let formula = text.read(node, &reading), let scalar = node.scalar else { return nil }
                var source: String?
                if case .expanded(let asked) = scalar.origin { source = asked }
                return FormulaText(
                    text: formula,
                    place: node.place,
                    margin: scalar.margin,
                    source: source,
                    symbols: nil
                )
            }
        )
    }
}
