internal import Models
internal import Signals

/// What stands in an ONNX file: read as data, with limits, before anybody runs it.
struct ONNXFile {
    /// Numbers that lie in another file.
    struct ExternalNumbers {
        let tensor: String
        /// The path of the file in the model's folder.
        let location: String
        let offset: Int
        let count: Int
    }

    private(set) var facts: ModelFacts
    private(set) var external: [ExternalNumbers]

    /// - Throws: ``ModelProblem`` when the file is cut, damaged, too deep, or lies about itself.
    init(_ bytes: [UInt8]) throws(ModelProblem) {
        guard bytes.count <= Self.sizeMax else {
            throw ModelProblem(
                .tooLarge,
                "expected a model file of at most \(Self.sizeMax >> 30) GiB, found \(bytes.count) bytes",
                advice: "save its numbers beside it: onnx.save(model, path, save_as_external_data=True)"
            )
        }
        var reading = ONNXReading(bytes)
        try reading.readModel()
        facts = try reading.facts()
        external = reading.external
    }

    /// More than protobuf itself can hold.
    static let sizeMax = 2 << 30
    /// Graphs inside of graphs: loops and branches.
    static let depthMax = 16
    /// Operations, with those of graphs inside.
    static let operationsMax = 2_000_000
    /// Inputs and outputs of the model.
    static let portsMax = 10_000
    static let tensorsMax = 1_000_000
    static let metadataMax = 10_000
    static let functionsMax = 10_000
}

/// The state of reading an ONNX file: one pass, nothing is kept that is not needed.
struct ONNXReading {
    let reader: ProtobufReader
    private(set) var external: [ONNXFile.ExternalNumbers] = []
    private var hasGraph = false
    private var formatVersion: Int64 = 0
    private var producer = ""
    private var producerVersion = ""
    private var domain = ""
    private var modelVersion: Int64 = 0
    private var about = ""
    private var graphName = ""
    private var operatorSets: [ModelFacts.OperatorSet] = []
    private var metadata: [(name: String, value: String)] = []
    private var inputs: [ModelPort] = []
    private var outputs: [ModelPort] = []
    private var initialised: Set<[UInt8]> = []
    private var operationCount = 0
    private var parameterCount = 0
    private var tensorCount = 0
    /// What each function of the file calls, by their names with their domains.
    private var calls: [String: Set<String>] = [:]
    /// The function that is being read.
    private var function: String?

    init(_ bytes: [UInt8]) { reader = ProtobufReader(bytes) }

    func facts() throws(ModelProblem) -> ModelFacts {
        // In old files every stored number is listed among the inputs as well.
        let given = inputs.filter { !initialised.contains(Array($0.name.utf8)) }
        let overridable = inputs.filter { initialised.contains(Array($0.name.utf8)) }
        let optional = formatVersion < 4 ? [] : overridable.map { $0.optional() }
        let companions = Dictionary(grouping: external, by: \.location)
        return ModelFacts(
            format: "onnx",
            formatVersion: formatVersion,
            signature: ModelSignature(inputs: given + optional, outputs: outputs),
            producer: producer,
            producerVersion: producerVersion,
            domain: domain,
            modelVersion: modelVersion,
            operatorSets: operatorSets,
            graphName: graphName,
            about: about,
            metadata: metadata,
            operationCount: operationCount,
            parameterCount: parameterCount,
            companions: companions.map { name, numbers in
                ModelFacts.Companion(name: name, byteCountMin: numbers.map { $0.offset + $0.count }.max() ?? 0)
            }.sorted { $0.name < $1.name }
        )
    }

    mutating func readModel() throws(ModelProblem) {
        var fields = reader
        while let field = try fields.next() {
            switch (field.number, field.value) {
            case (1, .number(let number)): formatVersion = Int64(bitPattern: number)
            case (2, .bytes(let range)): producer = try reader.text(range)
            case (3, .bytes(let range)): producerVersion = try reader.text(range)
            case (4, .bytes(let range)): domain = try reader.text(range)
            case (5, .number(let number)): modelVersion = Int64(bitPattern: number)
            case (6, .bytes(let range)): about = try reader.text(range)
            case (7, .bytes(let range)):
                guard !hasGraph else { throw Self.broken("one graph", "another one") }
                hasGraph = true
                try readGraph(range, depth: 0)
            case (8, .bytes(let range)): try readOperatorSet(range)
            case (14, .bytes(let range)): try readMetadata(range)
            case (25, .bytes(let range)): try readFunction(range)
            case (1...8, _), (14, _), (25, _):
                throw Self.broken("field \(field.number) of a model", "another kind of field")
            default: break
            }
        }
        guard hasGraph, formatVersion > 0, !operatorSets.isEmpty else {
            throw ModelProblem(
                .broken,
                "expected an ONNX model with a version, operators and a graph, found none",
                advice: "the file is cut, or of another kind; 'onnx.checker.check_model(path)' in Python tells more"
            )
        }
        try checkNames(inputs, "input")
        try checkNames(outputs, "output")
        try checkCalls()
    }

    static func broken(_ expected: String, _ found: String) -> ModelProblem {
        ModelProblem(
            .broken,
            "expected \(expected), found \(found)",
            advice: "the file is damaged, or was not written by an ONNX exporter: export or fetch it again"
        )
    }

    private func checkNames(_ ports: [ModelPort], _ noun: String) throws(ModelProblem) {
        var seen: Set<[UInt8]> = []
        for port in ports {
            guard !port.name.isEmpty else { throw Self.broken("a name of each \(noun)", "an empty one") }
            guard seen.insert(Array(port.name.utf8)).inserted else {
                throw Self.broken("each \(noun) once", "'\(port.name)' again")
            }
        }
    }

    private mutating func readOperatorSet(_ range: Range<Int>) throws(ModelProblem) {
        var (name, version) = ("", Int64(0))
        var fields = reader.message(range)
        while let field = try fields.next() {
            if field.number == 1, let text = field.value.range { name = try reader.text(text) }
            if field.number == 2, let number = field.value.integer { version = number }
        }
        guard operatorSets.count < 1000 else { throw Self.broken("at most 1000 sets of operators", "more") }
        operatorSets.append(.init(domain: name.isEmpty ? "ai.onnx" : name, version: version))
    }

    private mutating func readMetadata(_ range: Range<Int>) throws(ModelProblem) {
        let (name, value) = try readEntry(range)
        guard metadata.count < ONNXFile.metadataMax else {
            throw Self.broken("at most \(ONNXFile.metadataMax) entries of metadata", "more")
        }
        metadata.append((name, value))
    }

    private func readEntry(_ range: Range<Int>) throws(ModelProblem) -> (name: String, value: String) {
        var (name, value) = ("", "")
        var fields = reader.message(range)
        while let field = try fields.next() {
            if field.number == 1, let text = field.value.range { name = try reader.text(text) }
            if field.number == 2, let text = field.value.range { value = try reader.text(text) }
        }
        return (name, value)
    }
}

// Graphs, operations and functions.
extension ONNXReading {
    private mutating func readGraph(_ range: Range<Int>, depth: Int) throws(ModelProblem) {
        guard depth < ONNXFile.depthMax else {
            throw ModelProblem(
                .broken,
                "expected at most \(ONNXFile.depthMax) graphs inside of each other, found more",
                advice: "no exporter writes such a file"
            )
        }
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard let inside = field.value.range else { continue }
            switch field.number {
            case 1: try readOperation(inside, depth: depth)
            case 2 where depth == 0: graphName = try reader.text(inside)
            case 5:
                let name = try readTensor(inside, mayBeExternal: true)
                if depth == 0 { initialised.insert(Array(name.utf8)) }
            case 10 where depth == 0 && about.isEmpty: about = try reader.text(inside)
            case 11 where depth == 0: inputs.append(try readPort(inside, inputs.count))
            case 12 where depth == 0: outputs.append(try readPort(inside, outputs.count))
            case 15: try readSparseTensor(inside)
            default: break
            }
        }
    }

    private mutating func readOperation(_ range: Range<Int>, depth: Int) throws(ModelProblem) {
        operationCount += 1
        guard operationCount <= ONNXFile.operationsMax else {
            throw Self.broken("at most \(ONNXFile.operationsMax) operations", "more")
        }
        var (type, domain) = ("", "")
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard let inside = field.value.range else { continue }
            switch field.number {
            case 4: type = try reader.text(inside)
            case 5: try readAttribute(inside, depth: depth)
            case 7: domain = try reader.text(inside)
            default: break
            }
        }
        if let function { calls[function, default: []].insert("\(domain):\(type)") }
    }

    private mutating func readAttribute(_ range: Range<Int>, depth: Int) throws(ModelProblem) {
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard let inside = field.value.range else { continue }
            switch field.number {
            case 5, 10: _ = try readTensor(inside, mayBeExternal: false)
            case 6, 11: try readGraph(inside, depth: depth + 1)
            case 22, 23: try readSparseTensor(inside)
            default: break
            }
        }
    }

    private mutating func readFunction(_ range: Range<Int>) throws(ModelProblem) {
        var (name, domain) = ("", "")
        var operations: [Range<Int>] = []
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard let inside = field.value.range else { continue }
            switch field.number {
            case 1: name = try reader.text(inside)
            case 7: operations.append(inside)
            case 10: domain = try reader.text(inside)
            case 11: try readAttribute(inside, depth: 1)
            default: break
            }
        }
        guard calls.count < ONNXFile.functionsMax else {
            throw Self.broken("at most \(ONNXFile.functionsMax) functions", "more")
        }
        let key = "\(domain):\(name)"
        calls[key] = calls[key] ?? []
        function = key
        defer { function = nil }
        for operation in operations { try readOperation(operation, depth: 1) }
    }

    /// Functions that call themselves would be written out for ever.
    private func checkCalls() throws(ModelProblem) {
        enum Mark { case open, done }
        var marks: [String: Mark] = [:]
        for start in calls.keys.sorted() where marks[start] == nil {
            var waiting: [(name: String, isLeaving: Bool)] = [(start, false)]
            while let (name, isLeaving) = waiting.popLast() {
                if isLeaving {
                    marks[name] = .done
                    continue
                }
                guard marks[name] == nil else { continue }
                marks[name] = .open
                waiting.append((name, true))
                for callee in (calls[name] ?? []).sorted() where calls[callee] != nil {
                    guard marks[callee] != .open else {
                        throw Self.broken("functions that do not call themselves", "that '\(callee)' does")
                    }
                    waiting.append((callee, false))
                }
            }
        }
    }
}

// Tensors.
extension ONNXReading {
    private mutating func readSparseTensor(_ range: Range<Int>) throws(ModelProblem) {
        var fields = reader.message(range)
        while let field = try fields.next() {
            if [1, 2].contains(field.number), let inside = field.value.range {
                _ = try readTensor(inside, mayBeExternal: false)
            }
        }
    }

    /// Returns its name.
    private mutating func readTensor(_ range: Range<Int>, mayBeExternal: Bool) throws(ModelProblem) -> String {
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
            case 2: typeNumber = field.value.integer ?? 0
            case 8: if let text = field.value.range { name = try reader.text(text) }
            case 9: rawCount = field.value.range?.count
            case 13:
                guard entries.count < 16, let inside = field.value.range else { continue }
                entries.append(try readEntry(inside))
            case 14: isExternal = field.value.integer == 1
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
                throw Self.broken(
                    "numbers in other files for stored numbers alone",
                    "them in the operation of '\(name)'"
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
        external.append(.init(tensor: name, location: location, offset: offset, count: byteCount))
    }
}
