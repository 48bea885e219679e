internal import Models

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
        // The library would take it for a file of its own format, which nobody has looked at.
        guard !bytes.dropFirst(4).starts(with: Array("ORTM".utf8)) else {
            throw ONNXReading.broken("an ONNX model", "the mark of another format in byte 4")
        }
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
    static let companionsMax = 10_000
}

/// The state of reading an ONNX file: one pass, nothing is kept that is not needed.
struct ONNXReading {
    let reader: ProtobufReader
    var external: [ONNXFile.ExternalNumbers] = []
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
    var parameterCount = 0
    var tensorCount = 0
    var companions: Set<String> = []
    /// How often each function of the file calls what, by their names with their domains; the graph is ``main``.
    private var calls: [String: [String: Int]] = [:]
    /// The function that is being read.
    private var function = Self.main
    private static let main = ""

    init(_ bytes: [UInt8]) { reader = ProtobufReader(bytes) }

    func facts() throws(ModelProblem) -> ModelFacts {
        // In old files every stored number is listed among the inputs as well.
        let given = inputs.filter { !initialised.contains(Array($0.name.utf8)) }
        let overridable = inputs.filter { initialised.contains(Array($0.name.utf8)) }
        let optional = formatVersion < 4 ? [] : overridable.map { $0.optional() }
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
            companions: companions.sorted()
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

    func readEntry(_ range: Range<Int>) throws(ModelProblem) -> (name: String, value: String) {
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
                // The library is given the files of the outermost graph alone: for others it would look by itself.
                let name = try readTensor(inside, mayBeExternal: depth == 0)
                if depth == 0 { try initialise(name) }
            case 10 where depth == 0 && about.isEmpty: about = try reader.text(inside)
            case 11 where depth == 0: inputs.append(try readPort(inside, inputs.count))
            case 12 where depth == 0: outputs.append(try readPort(inside, outputs.count))
            case 15:
                let name = try readSparseTensor(inside)
                if depth == 0 { try initialise(name) }
            default: break
            }
        }
    }

    private mutating func initialise(_ name: String) throws(ModelProblem) {
        guard initialised.insert(Array(name.utf8)).inserted else {
            throw Self.broken("each stored tensor once", "'\(name)' again")
        }
    }

    private mutating func readOperation(_ range: Range<Int>, depth: Int) throws(ModelProblem) {
        operationCount += 1
        guard operationCount <= ONNXFile.operationsMax else {
            throw Self.broken("at most \(ONNXFile.operationsMax) operations", "more")
        }
        var (type, domain, overload) = ("", "", "")
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard let inside = field.value.range else { continue }
            switch field.number {
            case 4: type = try reader.text(inside)
            case 5: try readAttribute(inside, depth: depth)
            case 7: domain = try reader.text(inside)
            case 8: overload = try reader.text(inside)
            default: break
            }
        }
        calls[function, default: [:]][Self.key(domain, type, overload), default: 0] += 1
    }

    private mutating func readAttribute(_ range: Range<Int>, depth: Int) throws(ModelProblem) {
        var seen: Set<Int> = []
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard let inside = field.value.range else { continue }
            // Of two tensors or graphs where one is meant, other readers make one.
            if [5, 6, 22].contains(field.number), !seen.insert(field.number).inserted {
                throw Self.broken("one value of an attribute", "another one")
            }
            switch field.number {
            case 5, 10: _ = try readTensor(inside, mayBeExternal: false)
            case 6, 11: try readGraph(inside, depth: depth + 1)
            case 22, 23: _ = try readSparseTensor(inside)
            default: break
            }
        }
    }

    private mutating func readFunction(_ range: Range<Int>) throws(ModelProblem) {
        var (name, domain, overload) = ("", "", "")
        var operations: [Range<Int>] = []
        var fields = reader.message(range)
        while let field = try fields.next() {
            guard let inside = field.value.range else { continue }
            switch field.number {
            case 1: name = try reader.text(inside)
            case 7: operations.append(inside)
            case 10: domain = try reader.text(inside)
            case 11: try readAttribute(inside, depth: 1)
            case 13: overload = try reader.text(inside)
            default: break
            }
        }
        guard calls.count < ONNXFile.functionsMax else {
            throw Self.broken("at most \(ONNXFile.functionsMax) functions", "more")
        }
        let key = Self.key(domain, name, overload)
        calls[key] = calls[key] ?? [:]
        function = key
        defer { function = Self.main }
        for operation in operations { try readOperation(operation, depth: 1) }
    }

    private static func key(_ domain: String, _ name: String, _ overload: String) -> String {
        "\(domain):\(name)" + (overload.isEmpty ? "" : ":\(overload)")
    }

    /// Functions that call themselves would be written out for ever, and some that call others twice for years.
    private func checkCalls() throws(ModelProblem) {
        /// How many operations each function is when it is written out; nil while that is being counted.
        var sizes: [String: Int?] = [:]
        // Those that nobody calls are looked at as well.
        var waiting = calls.keys.sorted().map { (name: $0, isLeaving: false) }
        while let (name, isLeaving) = waiting.popLast() {
            let callees = (calls[name] ?? [:]).sorted { $0.key < $1.key }
            if isLeaving {
                sizes[name] = callees.reduce(0) { sum, callee in
                    let size = calls[callee.key] == nil ? 1 : (sizes[callee.key] ?? 0) ?? 0
                    let (product, isOver) = size.multipliedReportingOverflow(by: callee.value)
                    return min(isOver ? ONNXFile.operationsMax + 1 : sum + product, ONNXFile.operationsMax + 1)
                }
                continue
            }
            guard sizes[name] == nil else { continue }
            sizes[name] = .some(nil)
            waiting.append((name, true))
            for callee in callees where calls[callee.key] != nil {
                if case .some(nil) = sizes[callee.key] {
                    throw Self.broken("functions that do not call themselves", "that '\(callee.key)' does")
                }
                waiting.append((callee.key, false))
            }
        }
        guard let size = sizes[Self.main] ?? 0, size <= ONNXFile.operationsMax else {
            throw Self.broken("at most \(ONNXFile.operationsMax) operations with those of functions", "more")
        }
    }
}
