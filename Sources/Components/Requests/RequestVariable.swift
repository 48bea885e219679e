internal import JSON
internal import Signals

/// A variable that clients set or read: what it may hold.
struct RequestVariable: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case scalar, waveform, image
    }

    let name: String
    let kind: Kind
    /// Of a waveform its length, of an image its rows and columns.
    let size: [Int]

    /// Why a value cannot be taken, in the words of the interface.
    struct Refusal: Error {
        let text: String
    }

    /// The value that a client sends.
    func value(_ json: JSONValue) throws(Refusal) -> Value {
        switch kind {
        case .scalar:
            switch json {
            case .bool(let truth): return .bool(truth)
            default: break
            }
            guard let number = json.double else {
                throw refusal("requires numeric/bool, got \(json.pythonType)")
            }
            guard number.isFinite else { throw refusal("requires a finite number") }
            return .float64(number)
        case .waveform: return .tensor(try tensor(json))
        case .image:
            let tensor = try tensor(json)
            do throws(TensorError) {
                return .image(try Image(tensor, axes: [.init(.row), .init(.column)]))
            } catch {
                throw refusal(error.description)
            }
        }
    }

    private func tensor(_ json: JSONValue) throws(Refusal) -> Tensor {
        let (numbers, shape) = try elements(json)
        guard shape.count == size.count else {
            throw refusal("requires \(size.count)-D data, got \(shape.count)-D")
        }
        guard shape == size else {
            throw refusal(
                kind == .image
                    ? "expects shape (\(size[0]), \(size[1])), got (\(shape[0]), \(shape[1]))"
                    : "expects length \(size[0]), got \(shape[0])"
            )
        }
        do throws(TensorError) { return try Tensor(numbers, shape: shape) } catch { throw refusal(error.description) }
    }

    /// The numbers of nested lists, and how these are nested: at most one deeper than wanted.
    private func elements(_ json: JSONValue) throws(Refusal) -> (numbers: [Double], shape: [Int]) {
        var (numbers, shape): ([Double], [Int]) = ([], [])
        var level = [json]
        while case .array(let first)? = level.first, shape.count <= size.count {
            shape.append(first.count)
            var next: [JSONValue] = []
            for element in level {
                guard case .array(let inner) = element, inner.count == first.count else {
                    throw refusal("requires lists of one length")
                }
                next += inner
            }
            level = next
        }
        guard !shape.isEmpty else { throw refusal("requires a list, got \(json.pythonType)") }
        if shape.count > size.count { return ([], shape) }
        for element in level {
            if case .bool(let truth) = element {
                numbers.append(truth ? 1 : 0)
                continue
            }
            guard let number = element.double else {
                throw refusal("requires numeric/bool dtype, got \(element.pythonType)")
            }
            guard number.isFinite else { throw refusal("requires finite numbers") }
            numbers.append(number)
        }
        return (numbers, shape)
    }

    private func refusal(_ text: String) -> Refusal { Refusal(text: "Variable \(name) (\(kind.rawValue)) \(text)") }

    /// Why a value of the flow does not fit; nil where it does.
    func mismatch(_ value: Value) -> String? {
        switch (kind, value) {
        case (.scalar, _) where value.number != nil: nil
        case (.waveform, .tensor(let tensor)) where tensor.shape == size && tensor.doubles() != nil: nil
        case (.image, .tensor(let tensor)) where tensor.shape == size && tensor.doubles() != nil: nil
        case (.image, .image(let image)) where image.tensor.shape == size && image.tensor.doubles() != nil: nil
        default: "expected a \(kind.rawValue)\(kind == .scalar ? "" : " of \(size)"), found \(Self.noun(value))"
        }
    }

    private static func noun(_ value: Value) -> String {
        switch value {
        case .none: "nothing"
        case .text, .choice: "a text"
        case .tensor(let tensor): "\(tensor.elementType) \(tensor.shape)"
        case .image(let image): "an image of \(image.tensor.shape)"
        case .record: "a record"
        default: "a single number"
        }
    }
}

extension Value {
    /// As lists of numbers; what is not finite is null.
    var plainJSON: JSONValue {
        switch self {
        case .bool(let truth): .bool(truth)
        case .tensor(let tensor): tensor.plainJSON
        case .image(let image): image.tensor.plainJSON
        default: number.map(Self.json) ?? .null
        }
    }

    fileprivate static func json(_ number: Double) -> JSONValue { number.isFinite ? .number(number) : .null }
}

extension Tensor {
    fileprivate var plainJSON: JSONValue {
        guard let numbers = doubles() else { return .null }
        var level = numbers.map(Value.json)
        for size in shape.dropFirst().reversed() where size > 0 {
            level = stride(from: 0, to: level.count, by: size).map { .array(Array(level[$0..<($0 + size)])) }
        }
        return .array(level)
    }
}

extension JSONValue {
    var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    /// What the other program calls such a value.
    var pythonType: String {
        switch self {
        case .null: "NoneType"
        case .bool: "bool"
        case .integer, .unsigned: "int"
        case .number: "float"
        case .string: "str"
        case .array: "list"
        case .object: "dict"
        }
    }
}
