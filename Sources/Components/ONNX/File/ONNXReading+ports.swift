internal import Models
internal import Signals

// Inputs and outputs.
extension ONNXReading {
    func readPort(_ range: Range<Int>, _ count: Int) throws(ModelProblem) -> ModelPort {
        guard count < ONNXFile.portsMax else {
            throw Self.broken("at most \(ONNXFile.portsMax) inputs and outputs", "more")
        }
        var name = ""
        var about = ""
        var type: Range<Int>?
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard let inside = field.value.range else { continue }
            switch field.number {
            case 1: name = try reader.name(inside)
            case 2:
                // Of two other readers make one.
                guard type == nil else { throw Self.broken("one type of '\(name)'", "another one") }
                type = inside
            case 3: about = try reader.text(inside)
            default: break
            }
        }
        guard let type else { throw Self.broken("the type of '\(name)'", "none") }
        let (kind, shape, isOptional) = try readType(type, name)
        return ModelPort(
            name: name,
            kind: kind,
            shape: shape,
            isOptional: isOptional,
            notes: .init(about: about.isEmpty ? nil : about)
        )
    }

    private typealias PortType = (kind: ModelPort.Kind, shape: [ModelPort.Dimension]?, isOptional: Bool)

    private func readType(_ range: Range<Int>, _ name: String) throws(ModelProblem) -> PortType {
        guard let (number, inside) = try readKind(range, name) else {
            throw Self.broken("a known type of '\(name)'", "none")
        }
        switch number {
        case 1:
            let (type, shape) = try readTensorType(inside, name)
            return (.tensor(type), shape, false)
        case 9:
            // Of a tensor that may be missing; of anything else it is that.
            guard let element = try readElement(inside, name), let kind = try readKind(element, name), kind.number == 1
            else {
                return (.other(try typeText(range, depth: 0)), nil, true)
            }
            let (type, shape) = try readTensorType(kind.inside, name)
            return (.tensor(type), shape, true)
        default: return (.other(try typeText(range, depth: 0)), nil, false)
        }
    }

    /// The one thing that a type is: a tensor (1), a sequence (4), a map (5), opaque (7), a sparse tensor (8) or
    /// optional (9).
    private func readKind(
        _ range: Range<Int>,
        _ name: String
    ) throws(ModelProblem) -> (number: Int, inside: Range<Int>)? {
        var kind: (number: Int, inside: Range<Int>)?
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard [1, 4, 5, 7, 8, 9].contains(field.number), let inside = field.value.range else { continue }
            guard kind == nil else { throw Self.broken("one type of '\(name)'", "another one") }
            kind = (field.number, inside)
        }
        return kind
    }

    /// What an optional type is of.
    private func readElement(_ range: Range<Int>, _ name: String) throws(ModelProblem) -> Range<Int>? {
        var element: Range<Int>?
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard field.number == 1, let inside = field.value.range else { continue }
            guard element == nil else { throw Self.broken("one type of '\(name)'", "another one") }
            element = inside
        }
        return element
    }

    private func readTensorType(
        _ range: Range<Int>,
        _ name: String
    ) throws(ModelProblem) -> (ElementType, [ModelPort.Dimension]?) {
        var number: Int64 = 0
        var shape: [ModelPort.Dimension]?
        var fields = reader.message(range)
        while let field = try fields.next() {
            if field.number == 1 { number = try field.value.small() }
            if field.number == 2, let inside = field.value.range {
                guard shape == nil else { throw Self.broken("one shape of '\(name)'", "another one") }
                shape = try readShape(inside, name)
            }
        }
        guard let type = UInt8(exactly: number).flatMap(ElementType.init) else {
            throw Self.broken("a known element type of '\(name)'", "the type \(number)")
        }
        return (type, shape)
    }

    private func readShape(_ range: Range<Int>, _ name: String) throws(ModelProblem) -> [ModelPort.Dimension] {
        var shape: [ModelPort.Dimension] = []
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard field.number == 1, let inside = field.value.range else { continue }
            guard shape.count < Tensor.dimensionsMax else {
                throw Self.broken("at most \(Tensor.dimensionsMax) dimensions of '\(name)'", "more")
            }
            shape.append(try readDimension(inside))
        }
        return shape
    }

    private func readDimension(_ range: Range<Int>) throws(ModelProblem) -> ModelPort.Dimension {
        var dimension = ModelPort.Dimension.free
        var fields = reader.message(range)
        while let field = try fields.next() {
            switch field.number {
            // What is negative is what some exporters write for any size.
            case 1: dimension = field.value.integer.flatMap { $0 < 0 ? nil : .fixed(Int($0)) } ?? .free
            case 2:
                let name = try field.value.range.map { range throws(ModelProblem) in try reader.text(range) } ?? ""
                dimension = name.isEmpty ? .free : .symbol(name)
            default: break
            }
        }
        return dimension
    }

    /// A type as people write it: `sequence(map(int64, float32))`.
    private func typeText(_ range: Range<Int>, depth: Int) throws(ModelProblem) -> String {
        guard depth < 8 else { throw Self.broken("a type of at most 8 levels", "more") }
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard let inside = field.value.range else { continue }
            switch field.number {
            case 1:
                let (type, _) = try readTensorType(inside, "")
                return "\(type)"
            case 4: return "sequence(\(try innerText(inside, 1, depth)))"
            case 5:
                var key: Int64 = 0
                var entries = reader.message(inside)
                while let entry = try entries.next() { if entry.number == 1 { key = entry.value.integer ?? 0 } }
                let name = UInt8(exactly: key).flatMap(ElementType.init).map { "\($0)" } ?? "?"
                return "map(\(name), \(try innerText(inside, 2, depth)))"
            case 8: return "sparse tensor"
            case 9: return "optional(\(try innerText(inside, 1, depth)))"
            default: break
            }
        }
        return "?"
    }

    private func innerText(_ range: Range<Int>, _ number: Int, _ depth: Int) throws(ModelProblem) -> String {
        var fields = reader.message(range)
        while let field = try fields.next() {
            if field.number == number, let inside = field.value.range { return try typeText(inside, depth: depth + 1) }
        }
        return "?"
    }
}

extension ModelPort {
    /// The same, as what may be left out.
    func optional() -> ModelPort {
        ModelPort(name: name, kind: kind, shape: shape, isOptional: true, notes: notes)
    }
}
