internal import Manifest

/// Reads what makes values of values, as both programs have it.
struct TransformerReading {
    enum Fields {
        static let symbols = Field(
            "symbols",
            .texts("the name of a variable"),
            default: [],
            doc: "What the formulas use."
        )
        static let formula = Field.required("formula", .text("a formula"), example: "A * 2", doc: "The formula.")
        static let channel = Field.required(
            "img_ch",
            .text("the name of a variable"),
            example: "CAM:IMAGE",
            doc: "The pixels."
        )
        static let columns = Field.required(
            "img_x_ch",
            .text("the name of a variable"),
            example: "CAM:X",
            doc: "How many columns there are."
        )
        static let rows = Field.required(
            "img_y_ch",
            .text("the name of a variable"),
            example: "CAM:Y",
            doc: "How many rows there are."
        )
        static let unfold = Field(
            "unfold",
            .text("row_major or column_major"),
            default: "row_major",
            doc: "In which order the pixels lie."
        )
    }

    /// The types that both programs know, under all their spellings.
    static let names = [
        "SimpleTransformer", "CAImageTransformer", "CAImageTransfomer", "CompoundTransformer", "PassThroughTransformer",
    ]

    private let file: String
    private(set) var diagnostics: [Diagnostic] = []

    init(file: String) { self.file = file }

    /// Reads a transformer of a type; `section` is its configuration.
    mutating func read(
        _ type: String,
        _ section: ForeignSection,
        typePlace: Place,
        typePath: String,
        suffix: String = ""
    ) -> [Transformer] {
        var section = section
        defer { diagnostics += section.diagnostics }
        switch type {
        case "SimpleTransformer": return formulas(&section, suffix).map { [$0] } ?? []
        case "CAImageTransformer", "CAImageTransfomer": return images(&section, suffix).map { [$0] } ?? []
        case "PassThroughTransformer": return passes(&section, suffix).map { [$0] } ?? []
        case "CompoundTransformer": return compound(&section)
        default:
            section.report(
                .unknownType,
                at: typePlace,
                path: typePath,
                "expected the type of a transformer, found '\(Printable.text(type))'",
                advice: Nearest.advice(type, among: Self.names, otherwise: "plugins are not run; the types are")
            )
            return []
        }
    }

    private mutating func formulas(_ section: inout ForeignSection, _ suffix: String) -> Transformer? {
        let symbols = section.read(Fields.symbols)
        let outputs = section.members("variables").map { member -> Transformer.Output in
            var inner = member.section
            _ = inner.read(Fields.formula)
            diagnostics += inner.diagnostics
            let formula = inner.entry("formula")?.value ?? member.entry.value
            return Transformer.Output(name: member.entry.key, place: member.entry.keyPlace, value: formula)
        }
        section.warnOfUnknownNames(known: ["symbols", "variables"])
        return Transformer(
            kind: .formula,
            suffix: suffix,
            place: section.place,
            inputs: symbols.map { ($0.value, $0.place) },
            outputs: outputs
        )
    }

    private mutating func passes(_ section: inout ForeignSection, _ suffix: String) -> Transformer? {
        var outputs: [Transformer.Output] = []
        for member in section.members("variables") {
            guard let text = member.entry.value.scalar?.text else {
                section.report(
                    .wrongType,
                    at: member.entry.value.place,
                    path: member.section.path,
                    "expected the name of a variable, found \(member.entry.value.found())",
                    advice: "write '\(Printable.text(member.entry.key)): NAME'"
                )
                continue
            }
            outputs.append(
                Transformer.Output(
                    name: member.entry.key,
                    place: member.entry.keyPlace,
                    value: Written.text(text, at: member.entry.value.place)
                )
            )
        }
        section.warnOfUnknownNames(known: ["symbols", "variables"])
        let inputs = outputs.map { ($0.value.scalar?.text ?? "", $0.value.place) }
        return Transformer(
            kind: .pass,
            suffix: suffix,
            place: section.place,
            inputs: Self.each(inputs),
            outputs: outputs
        )
    }

    private mutating func images(_ section: inout ForeignSection, _ suffix: String) -> Transformer? {
        var outputs: [Transformer.Output] = []
        var inputs: [(String, Place)] = []
        for member in section.members("variables") {
            var inner = member.section
            let channels = [inner.read(Fields.channel), inner.read(Fields.columns), inner.read(Fields.rows)]
            let order = inner.read(Fields.unfold)
            if order != "row_major", order != "column_major" {
                inner.report(
                    .wrongType,
                    severity: .warning,
                    at: inner.place(of: "unfold"),
                    path: inner.path(of: "unfold"),
                    "expected 'row_major' or 'column_major', found '\(Printable.text(order))'",
                    advice: "it is read as 'row_major'"
                )
            }
            inner.warnOfUnknownNames(known: ["img_ch", "img_x_ch", "img_y_ch", "unfold"])
            diagnostics += inner.diagnostics
            for (name, field) in zip(channels, ["img_ch", "img_x_ch", "img_y_ch"]) {
                inputs.append((name, inner.place(of: field)))
            }
            // Unfolded by columns, the original gives an image that lies on its side: (x, y) instead of (y, x).
            let roles = order == "column_major" ? ["pixels", "rows", "columns"] : ["pixels", "columns", "rows"]
            let fields = zip(roles, zip(channels, ["img_ch", "img_x_ch", "img_y_ch"])).map {
                Written.entry($0, .text($1.0, at: inner.place(of: $1.1)))
            }
            outputs.append(
                Transformer.Output(
                    name: member.entry.key,
                    place: member.entry.keyPlace,
                    value: YAMLNode(.mapping(fields), at: member.entry.value.place)
                )
            )
        }
        section.warnOfUnknownNames(known: ["symbols", "variables"])
        return Transformer(
            kind: .image,
            suffix: suffix,
            place: section.place,
            inputs: Self.each(inputs),
            outputs: outputs
        )
    }

    private mutating func compound(_ section: inout ForeignSection) -> [Transformer] {
        var all: [Transformer] = []
        for member in section.members("transformers") {
            var child = member.section
            let type = child.read(Self.type)
            child.warnOfUnknownNames(known: ["type", "config"])
            diagnostics += child.diagnostics
            guard child.has("type"), let config = child.inner("config") else { continue }
            all += read(
                type,
                config,
                typePlace: child.place(of: "type"),
                typePath: child.path(of: "type"),
                suffix: member.entry.key
            )
        }
        section.warnOfUnknownNames(known: ["transformers"])
        return all
    }

    static let type = Field.required(
        "type",
        .text("the type of a transformer"),
        example: "SimpleTransformer",
        doc: "What it is."
    )

    /// Each name once.
    private static func each(_ names: [(String, Place)]) -> [(name: String, place: Place)] {
        var seen: Set<[UInt8]> = []
        return names.filter { seen.insert(Array($0.0.utf8)).inserted }
    }
}
