internal import CPVXS
internal import Signals

/// The form in which a process variable takes values.
struct PVATarget: Sendable, Equatable {
    enum Form: Sendable, Equatable {
        /// A number of this type.
        case number(ElementType)
        case truth
        case text
        case choice([String])
        case array(ElementType)
        case image
    }

    /// What a conversion may do.
    enum Conversions: Sendable {
        /// Numbers stay numbers, texts stay texts.
        case likeToLike
        /// Texts are read as numbers, numbers are written as texts: what a person puts.
        case anything
    }

    let form: Form

    init(_ form: Form) { self.form = form }

    @unsafe
    init(_ metadata: UnsafePointer<pvx_metadata>) {
        let element = unsafe UInt8(exactly: metadata.pointee.element_type).flatMap(ElementType.init) ?? .float64
        switch unsafe metadata.pointee.kind {
        case PVX_KIND_REAL, PVX_KIND_INTEGER, PVX_KIND_NATURAL: form = .number(element)
        case PVX_KIND_TRUTH: form = .truth
        case PVX_KIND_TEXT: form = .text
        case PVX_KIND_CHOICE: form = unsafe .choice(NativeReading.choices(metadata))
        case PVX_KIND_IMAGE: form = .image
        default: form = .array(element)
        }
    }

    /// The value in the form of the target.
    func converted(_ value: Value, for name: String, _ allowed: Conversions) throws(PVAProblem) -> Value {
        let value = Self.flattened(value, isScalar: isScalar)
        let converted: Value? =
            switch form {
            case .number(let type): Self.number(value, type, allowed)
            case .truth: Self.truth(value, allowed)
            case .text: Self.text(value, allowed)
            case .choice(let choices): Self.choice(value, choices)
            case .array(let type): Self.array(value, type)
            case .image: Self.image(value)
            }
        guard let converted else {
            throw PVAProblem(.value, "expected \(expected) for '\(name)', found \(Self.found(value))", advice: advice)
        }
        return converted
    }

    private var isScalar: Bool {
        switch form {
        case .array, .image: false
        case .number, .truth, .text, .choice: true
        }
    }

    /// A tensor of one element, whatever its shape, is that element where a scalar is wanted.
    private static func flattened(_ value: Value, isScalar: Bool) -> Value {
        guard isScalar, case .tensor(let tensor) = value, tensor.count == 1 else { return value }
        if let texts = tensor.texts { return .text(texts[0]) }
        switch tensor.elementType {
        case .bool: return .bool(tensor.number(at: 0) != 0)
        case .int64: return tensor.withElements(Int64.self) { .int64($0[0]) } ?? value
        case .uint64: return tensor.withElements(UInt64.self) { .uint64($0[0]) } ?? value
        default: return tensor.number(at: 0).map { .float64($0) } ?? value
        }
    }

    private static func number(_ value: Value, _ type: ElementType, _ allowed: Conversions) -> Value? {
        if case .text(let text) = value {
            guard allowed == .anything else { return nil }
            let digits = text.drop { $0 == " " }
            if let whole = Int64(digits) { return number(.int64(whole), type, allowed) }
            if let whole = UInt64(digits) { return number(.uint64(whole), type, allowed) }
            return Double(digits).flatMap { number(.float64($0), type, allowed) }
        }
        if type == .float64 || type == .float32 {
            guard let number = value.number else { return nil }
            guard type == .float32, number.isFinite else { return .float64(number) }
            // What a float32 rounds is expected; what it cannot hold is not.
            return Float(number).isFinite ? .float64(number) : nil
        }
        guard let limits = Limits(type) else { return nil }
        switch value {
        case .int64(let whole): return limits.value(whole)
        case .uint64(let whole): return limits.value(whole)
        case .bool(let truth): return limits.value(Int64(truth ? 1 : 0))
        case .choice(let choice): return limits.value(Int64(choice.index))
        case .float64(let number):
            if let whole = Int64(exactly: number) { return limits.value(whole) }
            return UInt64(exactly: number).flatMap { limits.value($0) }
        default: return nil
        }
    }

    private static func truth(_ value: Value, _ allowed: Conversions) -> Value? {
        switch value {
        case .bool: return value
        case .text(let text):
            guard allowed == .anything else { return nil }
            switch text.lowercased() {
            case "true", "1": return .bool(true)
            case "false", "0": return .bool(false)
            default: return nil
            }
        default:
            guard let number = value.number, number == 0 || number == 1 else { return nil }
            return .bool(number == 1)
        }
    }

    private static func text(_ value: Value, _ allowed: Conversions) -> Value? {
        if case .text = value { return value }
        if case .choice(let choice) = value, !choice.label.isEmpty { return .text(choice.label) }
        guard allowed == .anything else { return nil }
        switch value {
        case .float64(let number): return .text("\(number)")
        case .int64(let number): return .text("\(number)")
        case .uint64(let number): return .text("\(number)")
        case .bool(let truth): return .text(truth ? "true" : "false")
        case .choice(let choice): return .text("\(choice.index)")
        default: return nil
        }
    }

    private static func choice(_ value: Value, _ choices: [String]) -> Value? {
        func at(_ index: Int?) -> Value? {
            // A target that has told no labels may know more than it says.
            guard let index, index >= 0, index < (choices.isEmpty ? Int(Int32.max) : choices.count) else { return nil }
            return .choice(Choice(index: Int32(index), label: choices.isEmpty ? "" : choices[index]))
        }
        func labelled(_ label: String) -> Value? { at(choices.firstIndex { $0.utf8.elementsEqual(label.utf8) }) }
        switch value {
        case .choice(let choice): return choice.label.isEmpty ? at(Int(choice.index)) : labelled(choice.label)
        case .text(let text): return labelled(text) ?? at(Int(text))
        default: return value.number.flatMap { at(Int(exactly: $0)) }
        }
    }

    private static func array(_ value: Value, _ type: ElementType) -> Value? {
        switch value {
        case .tensor(let tensor): return TensorConversion.converted(tensor, to: type).map { .tensor($0) }
        case .image(let image): return TensorConversion.converted(image.tensor, to: type).map { .tensor($0) }
        case .text(let text):
            guard type == .string, let tensor = try? Tensor([text], shape: [1]) else { return nil }
            return .tensor(tensor)
        default:
            guard let number = value.number, let one = try? Tensor([number], shape: [1]) else { return nil }
            return TensorConversion.converted(one, to: type).map { .tensor($0) }
        }
    }

    private static func image(_ value: Value) -> Value? {
        var image: Image?
        if case .image(let given) = value { image = given }
        if case .tensor(let tensor) = value, let kinds = ColourMode.axes(mode: 0, shape: tensor.shape) {
            image = try? Image(tensor, axes: kinds.map { Image.Axis($0) })
        }
        guard let image, TensorConversion.isKnown(image.tensor.elementType), image.tensor.elementType != .string else {
            return nil
        }
        guard let tensor = try? image.tensor.aligned() else { return nil }
        return (try? Image(tensor, axes: image.axes)).map { .image($0) }
    }
}

extension PVATarget {
    /// What a whole number of a type can be.
    private struct Limits {
        let range: ClosedRange<Int64>?
        let natural: ClosedRange<UInt64>?

        init?(_ type: ElementType) {
            func signed<Whole: FixedWidthInteger & SignedInteger>(_ type: Whole.Type) -> Limits {
                Limits(range: Int64(Whole.min)...Int64(Whole.max), natural: nil)
            }
            func unsigned<Whole: FixedWidthInteger & UnsignedInteger>(_ type: Whole.Type) -> Limits {
                Limits(range: nil, natural: 0...UInt64(Whole.max))
            }
            switch type {
            case .int8: self = signed(Int8.self)
            case .int16: self = signed(Int16.self)
            case .int32: self = signed(Int32.self)
            case .int64: self = signed(Int64.self)
            case .uint8: self = unsigned(UInt8.self)
            case .uint16: self = unsigned(UInt16.self)
            case .uint32: self = unsigned(UInt32.self)
            case .uint64: self = unsigned(UInt64.self)
            default: return nil
            }
        }

        private init(range: ClosedRange<Int64>?, natural: ClosedRange<UInt64>?) {
            self.range = range
            self.natural = natural
        }

        func value(_ whole: some FixedWidthInteger) -> Value? {
            if let range { return Int64(exactly: whole).flatMap { range.contains($0) ? .int64($0) : nil } }
            if let natural { return UInt64(exactly: whole).flatMap { natural.contains($0) ? .uint64($0) : nil } }
            return nil
        }

        var words: String {
            if let range { return "\(range.lowerBound) to \(range.upperBound)" }
            if let natural { return "\(natural.lowerBound) to \(natural.upperBound)" }
            return ""
        }
    }

    private var expected: String {
        switch form {
        case .number(let type):
            if let limits = Limits(type) { return "a whole number of \(limits.words)" }
            return "a number (\(type))"
        case .truth: return "true or false"
        case .text: return "a text"
        case .choice(let choices):
            return choices.isEmpty
                ? "the number of a choice"
                : "one of \(choices.prefix(16).map { "'\($0)'" }.joined(separator: ", ")) or its number"
        case .array(let type): return "elements of \(type)"
        case .image: return "an image of numbers"
        }
    }

    private var advice: String {
        switch form {
        case .number(let type) where Limits(type) != nil: "round it before it gets here"
        case .number, .truth, .text, .array: "convert it before it gets here, or declare another type"
        case .choice: "labels are compared letter by letter"
        case .image: "an image has two dimensions, or three of which one are colours"
        }
    }

    private static func found(_ value: Value) -> String {
        switch value {
        case .float64(let number): "\(number)"
        case .int64(let number): "\(number)"
        case .uint64(let number): "\(number)"
        case .bool(let truth): "\(truth)"
        case .text(let text): "the text '\(text.prefix(60))'"
        case .choice(let choice): "choice \(choice.index) '\(choice.label.prefix(60))'"
        case .tensor(let tensor): "\(tensor.elementType) of shape \(tensor.shape)"
        case .image(let image): "an image of \(image.tensor.elementType), shape \(image.tensor.shape)"
        case .record: "a record"
        case .none: "no value"
        }
    }
}
