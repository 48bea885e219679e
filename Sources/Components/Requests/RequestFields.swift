internal import Manifest
internal import Signals

/// What both nodes say of a variable: its type and its size.
enum RequestFields {
    static let type = Field(
        "type",
        .choice(RequestVariable.Kind.self),
        default: .scalar,
        doc: "`scalar` is a number or a truth, `waveform` a list of numbers, `image` a list of rows."
    )
    static let size = Field<[Int]?>.optional(
        "size",
        .list(of: .count(in: 0...10_000_000), count: 1...2),
        example: "[480, 640]",
        doc: "Of a waveform how many numbers, of an image its rows and columns. A scalar has none."
    )
    static let listed = [type.listed, size.listed]

    /// The type and the size of a variable, which have to fit each other.
    static func read(_ section: inout ConfigSection) -> (kind: RequestVariable.Kind, size: [Int]) {
        let kind = section.read(type)
        let size = section.read(self.size) ?? []
        let wanted =
            switch kind {
            case .scalar: 0
            case .waveform: 1
            case .image: 2
            }
        guard size.count != wanted, section.slip(of: "size") == nil else { return (kind, size) }
        section.report(
            .conflict,
            at: section.entry("size")?.value.place ?? section.place,
            path: "\(section.path).size",
            "expected \(wanted == 0 ? "no size" : "\(wanted) number\(wanted == 1 ? "" : "s")") beside "
                + "'type: \(kind.rawValue)', found \(size.isEmpty ? "none" : "\(size.count)")",
            advice: wanted == 0
                ? "remove it" : wanted == 1 ? "write 'size: [LENGTH]'" : "write 'size: [ROWS, COLUMNS]'"
        )
        return (kind, [Int](repeating: 1, count: wanted))
    }
}

extension RequestVariable {
    /// A value made of numbers: one stands for all; nil where they do not fit.
    func value(of numbers: [Double]) -> Value? {
        let count = size.reduce(1, *)
        let elements = numbers.count == 1 ? [Double](repeating: numbers[0], count: count) : numbers
        guard elements.count == count else { return nil }
        guard kind != .scalar else { return .float64(elements[0]) }
        guard let tensor = try? Tensor(elements, shape: size) else { return nil }
        guard kind == .image else { return .tensor(tensor) }
        return (try? Image(tensor, axes: [.init(.row), .init(.column)])).map { .image($0) }
    }
}
