internal import Models
internal import Signals

// Tensors.
extension ONNXReading {
    /// Returns the name of its values, which is its own.
    mutating func readSparseTensor(_ range: Range<Int>) throws(ModelProblem) -> String {
        var name = ""
        var fields = reader.message(range)
        while let field = try fields.next() {
            if [1, 2].contains(field.number), let inside = field.value.range {
                let tensor = try readTensor(inside, mayBeExternal: false)
                if field.number == 1 { name = tensor }
            }
        }
        return name
    }

    /// Returns its name.
    mutating func readTensor(_ range: Range<Int>, mayBeExternal: Bool) throws(ModelProblem) -> String {
        tensorCount += 1
        guard tensorCount <= ONNXFile.tensorsMax else {
            throw Self.broken("at most \(ONNXFile.tensorsMax) tensors", "more")
        }
        var name = ""
        var shape: [Int] = []
        var typeNumber: Int64 = 0
        var rawCount: Int?
        var entries: [(name: String, value: String)] = []
        var isExternal = false
        var fields = reader.message(range)
        while let field = try fields.next() {
            switch field.number {
            case 1:
                for number in try reader.numbers(field.value, max: Tensor.dimensionsMax) {
                    guard let size = Int(exactly: Int64(bitPattern: number)), size >= 0 else {
                        throw Self.broken("dimensions of 0 or more", "\(Int64(bitPattern: number))")
                    }
                    shape.append(size)
                }
            case 2: typeNumber = try field.value.small()
            case 8: if let text = field.value.range { name = try reader.text(text) }
            case 9: rawCount = field.value.range?.count
            case 13:
                guard entries.count < 16, let inside = field.value.range else {
                    throw Self.broken("at most 16 words on the place of the numbers", "more")
                }
                entries.append(try readEntry(inside))
            case 14:
                let place = try field.value.small()
                guard (0...1).contains(place) else {
                    throw Self.broken("numbers here or in a file", "the place \(place)")
                }
                // Also when it is said twice: other readers keep what was said first.
                isExternal = isExternal || place == 1
            default: break
            }
        }
        guard let type = UInt8(exactly: typeNumber).flatMap(ElementType.init) else {
            throw Self.broken("a known type of the numbers of '\(name)'", "the type \(typeNumber)")
        }
        guard shape.count <= Tensor.dimensionsMax else {
            throw Self.broken("at most \(Tensor.dimensionsMax) dimensions of '\(name)'", "\(shape.count)")
        }
        let count = try Self.product(of: shape, name)
        // What is said to be there is counted, whether it is or not: as far as a count goes.
        parameterCount = min(parameterCount + (type == .string ? 0 : count), 1 << 60)
        if isExternal {
            guard mayBeExternal else {
                throw ModelProblem(
                    .unsupported,
                    "expected numbers in other files for the outermost graph alone, "
                        + "found those of '\(name)' inside of an operation",
                    advice: "save the model with its numbers in one file: onnx.save(onnx.load(path), path_of_another)"
                )
            }
            try readExternal(entries, name, byteCount: type.byteCount(of: count))
        } else if let rawCount, rawCount != type.byteCount(of: count) {
            throw Self.broken(
                "\(type.byteCount(of: count).map { "\($0) bytes" } ?? "no bytes") for '\(name)', "
                    + "\(type) of the shape \(shape)",
                "\(rawCount)"
            )
        }
        return name
    }

    /// The product of the dimensions, at most what a count of bytes can be.
    private static func product(of shape: [Int], _ name: String) throws(ModelProblem) -> Int {
        guard !shape.contains(0) else { return 0 }
        var count = 1
        for size in shape {
            let (product, isOver) = count.multipliedReportingOverflow(by: size)
            guard !isOver, product <= 1 << 48 else {
                throw broken("a shape of '\(name)' that memory can hold", "\(shape)")
            }
            count = product
        }
        return count
    }

    private mutating func readExternal(
        _ entries: [(name: String, value: String)],
        _ name: String,
        byteCount: Int?
    ) throws(ModelProblem) {
        func entry(_ key: String) -> String? { entries.last { $0.name == key }?.value }
        func number(_ key: String) throws(ModelProblem) -> Int? {
            guard let text = entry(key) else { return nil }
            guard let number = Int(text), number >= 0, number <= 1 << 48 else {
                throw Self.broken("a count as the \(key) of '\(name)'", "'\(text)'")
            }
            return number
        }
        guard let location = entry("location"), !location.isEmpty, let byteCount else {
            throw Self.broken("the file in which the numbers of '\(name)' lie", "none")
        }
        let offset = try number("offset") ?? 0
        let length = try number("length") ?? byteCount
        guard length == byteCount else {
            throw Self.broken("\(byteCount) bytes for '\(name)' in '\(location)'", "\(length)")
        }
        guard companions.insert(location).inserted == false || companions.count <= ONNXFile.companionsMax else {
            throw Self.broken("at most \(ONNXFile.companionsMax) files beside the model", "more")
        }
        external.append(.init(tensor: name, location: location, offset: offset, count: byteCount))
    }
}
