internal import JSON
internal import Manifest
internal import Signals

/// Tests of a flow, as a file has them: what comes in, step by step, and what is to come out.
struct FlowTestFile {
    struct Given {
        enum Content {
            case sample(Value, Alarm, Stamp?)
            case lost(String)
        }

        let signal: String
        let place: Place
        let path: String
        let content: Content
    }

    struct Expected {
        let signal: String
        let place: Place
        let path: String
        let value: Value?
        /// How far a number may be off.
        let within: Double
        let severity: Severity?
        /// A part of the alarm's message.
        let message: String?
        let time: Stamp?
    }

    struct Step {
        let given: [Given]
        let expected: [Expected]
    }

    struct Test {
        let name: String
        let place: Place
        let steps: [Step]
    }

    let flow: String
    let tests: [Test]

    /// Numbers that are computed in another order differ by so much of their size.
    static let toleranceRelative = 1e-9

    /// Reads a file; nil where it cannot be used, which the problems say.
    static func read(_ bytes: [UInt8], file: String) -> (file: FlowTestFile?, problems: [Diagnostic]) {
        let yaml = YAMLReader.read(bytes, file: file)
        guard let root = yaml.root else { return (nil, yaml.diagnostics) }
        var reader = FlowTestReader(file: file)
        let tests = reader.read(root)
        let problems = (yaml.diagnostics + reader.problems).inFileOrder()
        return (problems.hasErrors ? nil : tests, problems)
    }
}

/// Reads tests of a flow, with every problem at its place.
private struct FlowTestReader {
    let file: String
    var problems: [Diagnostic] = []

    init(file: String) { self.file = file }

    private mutating func report(
        _ kind: ProblemKind,
        _ place: Place,
        _ path: String,
        _ problem: String,
        _ advice: String
    ) {
        problems.append(
            Diagnostic(kind, at: .init(file: file, place: place), path: path, problem: problem, advice: advice)
        )
    }

    private mutating func mapping(_ node: YAMLNode, _ path: String, _ what: String, known: [String]? = nil) -> [YAMLNode
        .Entry]
    {
        guard let entries = node.entries else {
            report(.wrongType, node.place, path, "expected \(what), found \(node.found())", "see 'slipway help test'")
            return []
        }
        for entry in entries {
            guard let known, !known.contains(entry.key) else { continue }
            report(
                .unknownField,
                entry.keyPlace,
                ConfigPath.child(path, entry.key),
                "expected a field that is known here, found '\(Printable.text(entry.key))'",
                Nearest.advice(entry.key, among: known, otherwise: "the fields are")
            )
        }
        return entries
    }

    mutating func read(_ root: YAMLNode) -> FlowTestFile {
        var flow = ""
        var tests: [FlowTestFile.Test] = []
        let entries = mapping(root, "test", "a mapping with 'flow' and 'tests'", known: ["flow", "tests"])
        for entry in entries {
            if entry.key == "flow" { flow = entry.value.scalar?.text ?? "" }
            guard entry.key == "tests" else { continue }
            for test in mapping(entry.value, "tests", "a mapping from names of tests to their steps") {
                tests.append(read(test))
            }
        }
        if flow.isEmpty {
            let problem = "expected the file of the flow, but the field is missing"
            report(.missingField, root.place, "flow", problem, "add 'flow: injector.yaml'")
        }
        if tests.isEmpty {
            let problem = "expected tests, but there are none"
            report(
                .missingField,
                root.place,
                "tests",
                problem,
                "add 'tests: {NAME: [{given: {A: 1}, expect: {B: 2}}]}'"
            )
        }
        return FlowTestFile(flow: flow, tests: tests)
    }

    private mutating func read(_ test: YAMLNode.Entry) -> FlowTestFile.Test {
        let path = ConfigPath.child("tests", test.key)
        let nodes: [YAMLNode]
        if case .sequence(let elements) = test.value.content { nodes = elements } else { nodes = [test.value] }
        let steps = nodes.enumerated().map { index, node -> FlowTestFile.Step in
            let path = "\(path)[\(index)]"
            var (given, expected): ([FlowTestFile.Given], [FlowTestFile.Expected]) = ([], [])
            for entry in mapping(node, path, "a step: 'given' and 'expect'", known: ["given", "expect"]) {
                let inner = ConfigPath.child(path, entry.key)
                for signal in mapping(entry.value, inner, "a mapping from signals to values") {
                    let path = ConfigPath.child(inner, signal.key)
                    if entry.key == "given" {
                        given += read(given: signal, path)
                    } else {
                        expected += read(expected: signal, path)
                    }
                }
            }
            return FlowTestFile.Step(given: given, expected: expected)
        }
        return FlowTestFile.Test(name: test.key, place: test.keyPlace, steps: steps)
    }

    private mutating func read(given signal: YAMLNode.Entry, _ path: String) -> [FlowTestFile.Given] {
        func made(_ content: FlowTestFile.Given.Content) -> [FlowTestFile.Given] {
            [.init(signal: signal.key, place: signal.keyPlace, path: path, content: content)]
        }
        guard signal.value.entries != nil else {
            return value(signal.value, path).map { made(.sample($0, .none, nil)) } ?? []
        }
        let known = ["value", "alarm", "message", "time", "lost"]
        let fields = mapping(signal.value, path, "a sample", known: known)
        func field(_ name: String) -> YAMLNode? { fields.first { $0.key == name }?.value }
        if let lost = field("lost") { return made(.lost(lost.scalar?.text ?? "it is lost")) }
        guard let node = field("value"), let value = value(node, "\(path).value") else {
            if field("value") == nil {
                report(
                    .missingField,
                    signal.value.place,
                    path,
                    "expected 'value' or 'lost', found neither",
                    "add 'value: 1'"
                )
            }
            return []
        }
        let severity = field("alarm").flatMap { self.severity($0, "\(path).alarm") } ?? .none
        let alarm = Alarm(
            severity,
            status: severity == .none ? .none : .driver,
            message: field("message")?.scalar?.text ?? ""
        )
        return made(.sample(value, alarm, field("time").flatMap { time($0, "\(path).time") }))
    }

    private mutating func read(expected signal: YAMLNode.Entry, _ path: String) -> [FlowTestFile.Expected] {
        let known = ["value", "within", "alarm", "message", "time"]
        let fields =
            signal.value.entries == nil
            ? [YAMLNode.Entry(key: "value", keyPlace: signal.keyPlace, value: signal.value)]
            : mapping(signal.value, path, "what is expected", known: known)
        func field(_ name: String) -> YAMLNode? { fields.first { $0.key == name }?.value }
        let within = field("within").flatMap { number($0, "\(path).within") } ?? 0
        return [
            FlowTestFile.Expected(
                signal: signal.key,
                place: signal.keyPlace,
                path: path,
                value: field("value").flatMap { value($0, "\(path).value") },
                within: within,
                severity: field("alarm").flatMap { severity($0, "\(path).alarm") },
                message: field("message")?.scalar?.text,
                time: field("time").flatMap { time($0, "\(path).time") }
            )
        ]
    }

    private mutating func number(_ node: YAMLNode, _ path: String) -> Double? {
        if case .float64(let number)? = value(node, path) { return number }
        report(.wrongType, node.place, path, "expected a number, found \(node.found())", "for example '1e-6'")
        return nil
    }

    private mutating func severity(_ node: YAMLNode, _ path: String) -> Severity? {
        if let severity = Severity((node.scalar?.text ?? "").uppercased()) { return severity }
        report(
            .wrongType,
            node.place,
            path,
            "expected NONE, MINOR, MAJOR or INVALID, found \(node.found())",
            "write 'alarm: MINOR'"
        )
        return nil
    }

    private mutating func time(_ node: YAMLNode, _ path: String) -> Stamp? {
        if let stamp = Stamp(node.scalar?.text ?? "") { return stamp }
        report(
            .wrongType,
            node.place,
            path,
            "expected a time, found \(node.found())",
            "for example '2026-03-01T12:00:00Z'"
        )
        return nil
    }

    /// A number, a truth, a text, a list of numbers, or rows of numbers.
    private mutating func value(_ node: YAMLNode, _ path: String) -> Value? {
        switch node.content {
        case .scalar(let scalar):
            guard scalar.isPlain else { return .text(scalar.text) }
            switch ScalarRules.core.resolve(scalar.text) {
            case .integer(let number): return .float64(Double(number))
            case .unsigned(let number): return .float64(Double(number))
            case .number(let number): return .float64(number)
            case .bool(let truth): return .bool(truth)
            case .text: return .text(scalar.text)
            case .null:
                report(
                    .wrongType,
                    node.place,
                    path,
                    "expected a value, found nothing",
                    "write a number, a text or a list"
                )
                return nil
            }
        case .sequence(let elements):
            var numbers: [Double] = []
            var shape = [elements.count]
            for (index, element) in elements.enumerated() {
                if case .sequence(let row) = element.content {
                    if shape.count == 1, index == 0 { shape.append(row.count) }
                    numbers += row.compactMap { number($0, "\(path)[\(index)]") }
                } else if let number = number(element, "\(path)[\(index)]") {
                    numbers.append(number)
                }
            }
            guard let tensor = try? Tensor(numbers, shape: shape) else {
                report(
                    .wrongType,
                    node.place,
                    path,
                    "expected rows of one length, found others",
                    "write '[[1, 2], [3, 4]]'"
                )
                return nil
            }
            return .tensor(tensor)
        case .mapping:
            report(
                .wrongType,
                node.place,
                path,
                "expected a value, found a mapping",
                "write a number, a text or a list"
            )
            return nil
        }
    }
}
