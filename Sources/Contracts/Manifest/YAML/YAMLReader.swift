/// Reads a YAML document into a tree in which every value knows its place.
///
/// The reader is strict where YAML is dangerous: tags are refused, keys are texts and stand once,
/// aliases are counted by what they stand for, and depth and size are limited while the text is being
/// parsed, not after. It goes on after a problem whenever the rest still makes sense; a syntax error
/// is the end.
public struct YAMLReader {
    /// How much a document may ask of the reader.
    public struct Limits: Sendable {
        public let bytesMax: Int
        /// Values and keys, each alias counted as all that it stands for.
        public let valuesMax: Int
        public let depthMax: Int

        public init(bytesMax: Int = 8 << 20, valuesMax: Int = 500_000, depthMax: Int = 64) {
            self.bytesMax = bytesMax
            self.valuesMax = valuesMax
            self.depthMax = depthMax
        }
    }

    public struct Result: Sendable {
        /// Nil when the text cannot be read to its end.
        public let root: YAMLNode?
        public let diagnostics: [Diagnostic]
    }

    /// The version of the YAML library that is loaded.
    public static var libraryVersion: String { YAMLHandle.version }

    public static func read(_ bytes: [UInt8], file: String, limits: Limits = Limits()) -> Result {
        var reader = YAMLReader(file: file, limits: limits)
        // The mark of UTF-8 is no character of the text: columns begin behind it.
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard bytes.count <= limits.bytesMax else {
            reader.report(.tooLarge, at: .start, "expected at most \(limits.bytesMax) bytes, found \(bytes.count)")
            return Result(root: nil, diagnostics: reader.diagnostics)
        }
        let hasMemory = YAMLHandle.withHandle(bytes) { handle in
            reader.readEvents(of: handle, bytes)
            return true
        }
        if hasMemory == nil {
            reader.stop(.tooLarge, at: .start, "expected a document that fits the memory, found none left for it")
        }
        return Result(root: reader.isBroken ? nil : reader.root, diagnostics: reader.diagnostics)
    }

    /// A list or a mapping whose end has not come.
    private struct Open {
        let place: Place
        let isMapping: Bool
        let anchor: String?
        /// How many values there were before it.
        let valuesBefore: Int
        var elements: [YAMLNode] = []
        var entries: [YAMLNode.Entry] = []
        var keys: [String: Place] = [:]
        var pendingKey: (text: String, place: Place, isUsable: Bool)?
    }

    private let file: String
    private let limits: Limits
    private var diagnostics: [Diagnostic] = []
    private var open: [Open] = []
    private var anchors: [String: (node: YAMLNode, values: Int)] = [:]
    private var root: YAMLNode?
    private var values = 0
    private var documents = 0
    private var isBroken = false

    private init(file: String, limits: Limits) {
        self.file = file
        self.limits = limits
    }

    private mutating func report(_ kind: ProblemKind, at place: Place, _ problem: String, advice: String = "") {
        diagnostics.append(
            Diagnostic(kind, at: .init(file: file, place: place), path: "yaml", problem: problem, advice: advice)
        )
    }

    /// Reports a problem after which the rest cannot be read.
    private mutating func stop(_ kind: ProblemKind, at place: Place, _ problem: String, advice: String = "") {
        report(kind, at: place, problem, advice: advice)
        isBroken = true
    }

    private mutating func readEvents(of handle: borrowing YAMLHandle, _ bytes: [UInt8]) {
        while !isBroken {
            switch handle.next() {
            case .failure(let failure):
                let syntax = YAMLSyntaxProblem(failure, in: bytes)
                stop(syntax.kind, at: syntax.place, syntax.problem, advice: syntax.advice)
            case .event(let event):
                if case .streamEnd = event.kind {
                    if root == nil, diagnostics.isEmpty {
                        stop(
                            .emptyDocument,
                            at: .start,
                            "expected a document, found an empty file",
                            advice: "is it the right file?"
                        )
                    }
                    return
                }
                take(event)
            }
        }
    }

    private mutating func take(_ event: YAMLEvent) {
        if let tag = event.tag {
            report(
                .tag,
                at: event.place,
                "expected a value without a tag, found '\(YAMLNode.shown(tag))'",
                advice: "remove the tag: types follow from the fields"
            )
        }
        switch event.kind {
        case .streamEnd, .documentEnd: break
        case .documentStart:
            documents += 1
            if documents > 1 {
                stop(
                    .severalDocuments,
                    at: event.place,
                    "expected one document, found a second",
                    advice: "put what follows '---' into a file of its own"
                )
            }
        case .scalar(let text, let isPlain):
            count(1, at: event.place)
            let node = YAMLNode(.scalar(.init(text: text, isPlain: isPlain)), at: event.place)
            remember(event.anchor, node, values: 1)
            add(node)
        case .alias(let name): addAlias(name, at: event.place)
        case .sequenceStart: begin(isMapping: false, event)
        case .mappingStart: begin(isMapping: true, event)
        case .sequenceEnd, .mappingEnd: end()
        }
    }

    private mutating func count(_ number: Int, at place: Place) {
        values += number
        guard values > limits.valuesMax, !isBroken else { return }
        stop(
            .tooLarge,
            at: place,
            "expected at most \(limits.valuesMax) values, found more",
            advice: "an alias counts as all the values it stands for"
        )
    }

    private mutating func begin(isMapping: Bool, _ event: YAMLEvent) {
        guard open.count < limits.depthMax else {
            return stop(.tooDeep, at: event.place, "expected at most \(limits.depthMax) levels, found one more")
        }
        count(1, at: event.place)
        open.append(Open(place: event.place, isMapping: isMapping, anchor: event.anchor, valuesBefore: values - 1))
    }

    private mutating func end() {
        guard let closed = open.popLast() else { return }
        let content: YAMLNode.Content = closed.isMapping ? .mapping(closed.entries) : .sequence(closed.elements)
        let node = YAMLNode(content, at: closed.place)
        remember(closed.anchor, node, values: values - closed.valuesBefore)
        add(node)
    }

    private mutating func remember(_ anchor: String?, _ node: YAMLNode, values: Int) {
        if let anchor { anchors[anchor] = (node, values) }
    }

    private mutating func addAlias(_ name: String, at place: Place) {
        if let target = anchors[name] {
            count(target.values, at: place)
            return add(target.node)
        }
        let isInside = open.contains { $0.anchor == name }
        report(
            .alias,
            at: place,
            isInside
                ? "expected a value, found '*\(YAMLNode.shown(name))' inside of what it stands for"
                : "expected an anchor '&\(YAMLNode.shown(name))' before this alias, found none",
            advice: isInside
                ? "write the value out"
                : anchors.isEmpty
                    ? "write the value out" : Nearest.advice(name, among: anchors.keys, otherwise: "the anchors are")
        )
        add(.unreadable(at: place))
    }

    /// Puts a finished value where it belongs: into the list or mapping that is open, as a key first.
    private mutating func add(_ node: YAMLNode) {
        guard let last = open.indices.last else {
            root = root ?? node
            return
        }
        guard open[last].isMapping else {
            open[last].elements.append(node)
            return
        }
        guard let key = open[last].pendingKey else {
            open[last].pendingKey = key(from: node, in: last)
            return
        }
        open[last].pendingKey = nil
        if key.isUsable {
            open[last].entries.append(.init(key: key.text, keyPlace: key.place, value: node))
        }
    }

    private mutating func key(from node: YAMLNode, in index: Int) -> (text: String, place: Place, isUsable: Bool) {
        guard let scalar = node.scalar else {
            report(
                .badKey,
                at: node.place,
                "expected a name as the key, found \(node.found())",
                advice: "a key is one text"
            )
            return ("", node.place, false)
        }
        if scalar.isPlain, scalar.text == "<<" {
            report(
                .badKey,
                at: node.place,
                "expected a name as the key, found the merge key '<<'",
                advice: "write the fields out: what is merged in cannot be seen where it counts"
            )
            return ("", node.place, false)
        }
        if let first = open[index].keys.updateValue(node.place, forKey: scalar.text) {
            open[index].keys[scalar.text] = first
            report(
                .duplicateKey,
                at: node.place,
                "expected each key once, found '\(YAMLNode.shown(scalar.text))' again",
                advice: "the first is in line \(first.line)"
            )
            return ("", node.place, false)
        }
        return (scalar.text, node.place, true)
    }
}
