internal import JSON

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

        public init(bytesMax: Int = 8 << 20, valuesMax: Int = 200_000, depthMax: Int = 64) {
            self.bytesMax = bytesMax
            self.valuesMax = valuesMax
            self.depthMax = depthMax
        }
    }

    /// What a document may do that strict readers refuse.
    public enum Habits: Sendable {
        case strict
        /// As PyYAML reads: `<<` merges mappings in, and of two equal keys the last counts, with a warning.
        case pyYAML
    }

    public struct Result: Sendable {
        /// Nil when the text cannot be read to its end.
        public let root: YAMLNode?
        public let diagnostics: [Diagnostic]
    }

    /// The version of the YAML library that is loaded.
    public static var libraryVersion: String { YAMLHandle.version }

    public static func read(
        _ bytes: [UInt8],
        file: String,
        limits: Limits = Limits(),
        habits: Habits = .strict
    ) -> Result {
        var reader = YAMLReader(file: file, limits: limits, habits: habits)
        // The mark of UTF-8 is no character of the text: columns begin behind it.
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard bytes.count <= limits.bytesMax else {
            reader.report(.tooLarge, at: .start, "expected at most \(limits.bytesMax) bytes, found \(bytes.count)")
            return Result(root: nil, diagnostics: reader.diagnostics)
        }
        guard !reader.hasTooManyDirectives(bytes) else {
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
        /// The levels below this one.
        var height = 0
        var elements: [YAMLNode] = []
        var entries: [YAMLNode.Entry] = []
        /// What `<<` brings in.
        var merged: [YAMLNode.Entry] = []
        var keys: [ExactText: Place] = [:]
        /// Where the entry of a key is, where a later one may take its place.
        var positions: [ExactText: Int] = [:]
        var pendingKey: Key?

        /// What it holds: its own entries count before those that are merged in, of which the first counts.
        var allEntries: [YAMLNode.Entry] {
            guard !merged.isEmpty else { return entries }
            var seen = keys
            let new = merged.filter { seen.updateValue($0.keyPlace, forKey: ExactText($0.key)) == nil }
            return new + entries
        }
    }

    private struct Key {
        enum Use {
            case entry, merge, none
            /// It stands there already, and the new value counts.
            case again
        }

        let text: String
        let place: Place
        let use: Use
    }

    /// What an alias stands for.
    private struct Anchor {
        let node: YAMLNode
        let values: Int
        let height: Int
    }

    private let file: String
    private let limits: Limits
    private let habits: Habits
    private var diagnostics: [Diagnostic] = []
    private var open: [Open] = []
    private var anchors: [ExactText: Anchor] = [:]
    /// In the order of the document, for messages that are the same every time.
    private var anchorNames: [String] = []
    private var root: YAMLNode?
    private var values = 0
    private var documents = 0
    private var isBroken = false

    private init(file: String, limits: Limits, habits: Habits) {
        self.file = file
        self.limits = limits
        self.habits = habits
    }

    private mutating func report(
        _ kind: ProblemKind,
        severity: Diagnostic.Severity = .error,
        at place: Place,
        _ problem: String,
        advice: String = ""
    ) {
        let location = Diagnostic.Location(file: file, place: place)
        diagnostics.append(
            Diagnostic(kind, severity: severity, at: location, path: "yaml", problem: problem, advice: advice)
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
                "expected a value without a tag, found '\(Printable.text(tag))'",
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
        case .scalar(let scalar):
            count(1, at: event.place)
            let node = YAMLNode(.scalar(scalar), at: event.place)
            remember(event.anchor, Anchor(node: node, values: 1, height: 0))
            add(node, height: 0)
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

    private mutating func stopTooDeep(at place: Place, _ found: String) {
        stop(.tooDeep, at: place, "expected at most \(limits.depthMax) levels, found \(found)")
    }

    private mutating func begin(isMapping: Bool, _ event: YAMLEvent) {
        guard open.count < limits.depthMax else { return stopTooDeep(at: event.place, "one more") }
        count(1, at: event.place)
        open.append(Open(place: event.place, isMapping: isMapping, anchor: event.anchor, valuesBefore: values - 1))
    }

    private mutating func end() {
        guard let closed = open.popLast() else { return }
        let content: YAMLNode.Content = closed.isMapping ? .mapping(closed.allEntries) : .sequence(closed.elements)
        let node = YAMLNode(content, at: closed.place)
        let height = closed.height + 1
        remember(closed.anchor, Anchor(node: node, values: values - closed.valuesBefore, height: height))
        add(node, height: height)
    }

    private mutating func remember(_ name: String?, _ anchor: Anchor) {
        guard let name else { return }
        if anchors.updateValue(anchor, forKey: ExactText(name)) == nil { anchorNames.append(name) }
    }

    private mutating func addAlias(_ name: String, at place: Place) {
        let isInside = open.contains { $0.anchor == name }
        if !isInside, let target = anchors[ExactText(name)] {
            // What an alias stands for is as deep here as if it were written here.
            guard open.count + target.height <= limits.depthMax else {
                return stopTooDeep(at: place, "an alias that goes deeper")
            }
            count(target.values, at: place)
            return add(target.node, height: target.height)
        }
        let candidates = diagnostics.count < Diagnostic.reportedMax ? anchorNames : []
        report(
            .alias,
            at: place,
            isInside
                ? "expected a value, found '*\(Printable.text(name))' inside of what it stands for"
                : "expected an anchor '&\(Printable.text(name))' before this alias, found none",
            advice: isInside
                ? "write the value out"
                : candidates.isEmpty
                    ? "write the value out" : Nearest.advice(name, among: candidates, otherwise: "the anchors are")
        )
        add(.unreadable(at: place), height: 0)
    }

    /// Reports directives that nobody writes: libyaml's time grows with their square before it gives the
    /// first event.
    ///
    /// They stand before a document, so only there a line that begins with `%` counts.
    private mutating func hasTooManyDirectives(_ bytes: [UInt8]) -> Bool {
        var directives = 0
        var isBeforeDocument = true
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if line.starts(with: Array("...".utf8)) {
                isBeforeDocument = true
            } else if line.first == UInt8(ascii: "%") {
                directives += isBeforeDocument ? 1 : 0
            } else if !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }), line.first != UInt8(ascii: "#") {
                isBeforeDocument = false
            }
            guard directives <= Self.directivesMax else {
                let place = Place(line: index + 1, column: 1)
                stop(.tooLarge, at: place, "expected at most \(Self.directivesMax) directives, found more")
                return true
            }
        }
        return false
    }

    /// Longer than any name.
    private static let keyMax = 1024
    private static let directivesMax = 4

    /// Puts a finished value where it belongs: into the list or mapping that is open, as a key first.
    private mutating func add(_ node: YAMLNode, height: Int) {
        guard let last = open.indices.last else {
            root = root ?? node
            return
        }
        open[last].height = max(open[last].height, height)
        guard open[last].isMapping else {
            open[last].elements.append(node)
            return
        }
        guard let key = open[last].pendingKey else {
            open[last].pendingKey = key(from: node, in: last)
            return
        }
        open[last].pendingKey = nil
        let entry = YAMLNode.Entry(key: key.text, keyPlace: key.place, value: node)
        switch key.use {
        case .none: break
        case .entry:
            if habits == .pyYAML { open[last].positions[ExactText(key.text)] = open[last].entries.count }
            open[last].entries.append(entry)
        case .again:
            if let position = open[last].positions[ExactText(key.text)] { open[last].entries[position] = entry }
        case .merge: merge(node, into: last)
        }
    }

    private mutating func merge(_ node: YAMLNode, into index: Int) {
        switch node.content {
        case .mapping(let entries): open[index].merged += entries
        case .sequence(let nodes) where nodes.allSatisfy({ $0.entries != nil }):
            open[index].merged += nodes.flatMap { $0.entries ?? [] }
        default:
            report(.badKey, at: node.place, "expected a mapping, or a list of them, to merge in, found \(node.found())")
        }
    }

    private mutating func key(from node: YAMLNode, in index: Int) -> Key {
        guard let scalar = node.scalar else {
            report(
                .badKey,
                at: node.place,
                "expected a name as the key, found \(node.found())",
                advice: "a key is one text"
            )
            return Key(text: "", place: node.place, use: .none)
        }
        if scalar.isPlain, scalar.text == "<<" {
            guard habits == .strict else { return Key(text: "<<", place: node.place, use: .merge) }
            report(
                .badKey,
                at: node.place,
                "expected a name as the key, found the merge key '<<'",
                advice: "write the fields out: what is merged in cannot be seen where it counts"
            )
            return Key(text: "", place: node.place, use: .none)
        }
        guard scalar.text.utf8.count <= Self.keyMax else {
            report(.badKey, at: node.place, "expected a key of at most \(Self.keyMax) bytes, found a longer one")
            return Key(text: "", place: node.place, use: .none)
        }
        guard let first = open[index].keys.updateValue(node.place, forKey: ExactText(scalar.text)) else {
            return Key(text: scalar.text, place: node.place, use: .entry)
        }
        open[index].keys[ExactText(scalar.text)] = first
        let isStrict = habits == .strict
        report(
            .duplicateKey,
            severity: isStrict ? .error : .warning,
            at: node.place,
            "expected each key once, found '\(Printable.text(scalar.text))' again",
            advice: "the first is in line \(first.line)" + (isStrict ? "" : ", and this one counts")
        )
        return Key(text: isStrict ? "" : scalar.text, place: node.place, use: isStrict ? .none : .again)
    }
}
