internal import JSON
public import Signals

extension Value {
    /// The value as a person reads it on one line; of longer arrays the first elements.
    ///
    /// Texts are as they came: who prints them takes care of what a terminal must not see.
    public func text(elementsShown: Int = 8) -> String {
        switch self {
        case .none: return "-"
        case .float64(let number): return Self.text(of: number)
        case .int64(let number): return "\(number)"
        case .uint64(let number): return "\(number)"
        case .bool(let truth): return "\(truth)"
        case .text(let text): return text
        case .choice(let choice): return "\(choice.label) (\(choice.index))"
        case .tensor(let tensor): return Self.text(of: tensor, elementsShown)
        case .image(let image): return "image \(Self.text(of: image.tensor, elementsShown))"
        case .record(let record):
            let fields = record.fields.map { "\($0.name): \($0.value.text(elementsShown: elementsShown))" }
            return "{\(fields.joined(separator: ", "))}"
        }
    }

    private static func text(of number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity" }
        return JSONWriter.text(of: JSONValue(double: number))
    }

    private static func text(of tensor: Tensor, _ elementsShown: Int) -> String {
        let shown = (0..<min(tensor.count, elementsShown)).map { index -> String in
            if let texts = tensor.texts { return "'\(texts[index])'" }
            guard let element = tensor.jsonElement(index) else { return "?" }
            if case .string(let text) = element { return text }
            return JSONWriter.text(of: element)
        }
        let rest = tensor.count > elementsShown ? ", …" : ""
        return "\(tensor.elementType) \(tensor.shape) [\(shown.joined(separator: ", "))\(rest)]"
    }
}
