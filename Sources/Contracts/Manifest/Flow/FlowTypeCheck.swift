internal import Formula
internal import JSON

/// What flows along the wires, beside what their ends take: types, shapes, ranges and units.
///
/// Nothing is connected: what is known comes from models, formulas and what the document says.
struct FlowTypeCheck {
    private let file: String
    private let drafts: [FlowGraph.Draft]
    private let positions: [ExactText: Int]
    /// The wires into each input, by the node's position.
    private var feeds: [[ExactText: FlowWire]]
    /// The formulas, and the known types of outputs, by their names.
    private let formulas: [[ExactText: FormulaText]]
    private let declared: [[ExactText: PortType]]
    private var known: [Key: PortType?] = [:]
    private(set) var diagnostics: [Diagnostic] = []

    private struct Key: Hashable {
        let node: Int
        let signal: ExactText
    }

    init(file: String, drafts: [FlowGraph.Draft], positions: [ExactText: Int], wires: [FlowWire]) {
        self.file = file
        self.drafts = drafts
        self.positions = positions
        feeds = Array(repeating: [:], count: drafts.count)
        formulas = drafts.map { draft in
            Dictionary(draft.formulas.map { (ExactText($0.name), $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        declared = drafts.map { draft in
            Dictionary(
                draft.types.outputs.map { (ExactText($0.name), $0.type) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        for wire in wires {
            if let node = positions[ExactText(wire.to.node)] { feeds[node][ExactText(wire.to.signal)] = wire }
        }
    }

    mutating func run() {
        for (position, draft) in drafts.enumerated() {
            let takes = Dictionary(
                draft.types.inputs.map { (ExactText($0.name), $0.type) },
                uniquingKeysWith: { first, _ in first }
            )
            for input in draft.inputs {
                guard let found = type(into: input.name, of: position) else { continue }
                if let wanted = takes[ExactText(input.name)] { check(found, wanted, input, draft) }
                if !draft.formulas.isEmpty, found.kind == .text { reportText(found, input) }
            }
        }
    }

    private mutating func check(
        _ found: PortType,
        _ wanted: PortType,
        _ input: Named<SignalReference>,
        _ draft: FlowGraph.Draft
    ) {
        let name = Printable.text(input.shown)
        let signal = "'\(Printable.text(input.value.shownSignal))'"
        let kinds = [found.kind, wanted.kind]
        if kinds.contains(.text), kinds.contains(.number) {
            report(
                input,
                "expected \(wanted.text) as '\(name)', found \(signal), which is \(found.text)",
                "wire another signal"
            )
        } else if !found.hasShape(of: wanted) {
            report(
                input,
                "expected '\(name)' as \(wanted.text), found \(signal), which is \(found.text)",
                "wire a signal of the right shape, or change the shape before"
            )
        }
        guard kinds != [.text, .number], kinds != [.number, .text], found.hasShape(of: wanted) else { return }
        if wanted.isWhole, let range = found.range, range.lowerBound == range.upperBound,
            range.lowerBound != range.lowerBound.rounded()
        {
            report(
                input,
                "expected a whole number as '\(name)', which is \(wanted.text), "
                    + "found \(signal), which is \(Self.text(range))",
                "round it: floor(…), ceiling(…) or round(…)"
            )
        }
        if let constant = wanted.constant, let range = found.range, !range.contains(constant) {
            report(
                input,
                "expected \(Quantity.text(constant)) as '\(name)', which is constant, "
                    + "found \(signal), which is \(Self.text(range))",
                "do not wire it: the model has no other value there"
            )
        } else if let made = wanted.range, let range = found.range, !Self.contains(made, range) {
            report(
                input,
                severity: .warning,
                "expected '\(name)' within \(Self.text(made)), which the model was made for, "
                    + "found \(signal), which may be \(Self.text(range))",
                "beyond its range a model guesses: limit the signal with Min and Max, or train the model for it"
            )
        }
        if let unit = found.unit, let other = wanted.unit, unit != other {
            report(
                input,
                severity: .warning,
                "expected '\(name)' in '\(Printable.text(other))', found \(signal), which is in "
                    + "'\(Printable.text(unit))'",
                "convert it with a formula, or correct one of the two units"
            )
        }
    }

    private mutating func reportText(_ found: PortType, _ input: Named<SignalReference>) {
        report(
            input,
            "expected a number in a formula, found '\(Printable.text(input.value.shownSignal))', "
                + "which is \(found.text)",
            "formulas compute with numbers"
        )
    }

    private static func contains(_ range: ClosedRange<Double>, _ other: ClosedRange<Double>) -> Bool {
        // What was computed with the ends is rounded: a few steps beyond them mean nothing.
        let slack = 1e-12 * max(abs(range.lowerBound), abs(range.upperBound))
        return range.lowerBound - slack <= other.lowerBound && other.upperBound <= range.upperBound + slack
    }

    private static func text(_ range: ClosedRange<Double>) -> String {
        let (low, high) = (Quantity.text(range.lowerBound), Quantity.text(range.upperBound))
        return low == high ? low : "\(low) to \(high)"
    }

    private mutating func report(
        _ input: Named<SignalReference>,
        severity: Diagnostic.Severity = .error,
        _ problem: String,
        _ advice: String
    ) {
        diagnostics.append(
            Diagnostic(
                .mismatch,
                severity: severity,
                at: .init(file: file, place: input.place),
                path: input.path,
                problem: problem,
                advice: advice
            )
        )
    }
}

// What signals are.
extension FlowTypeCheck {
    /// What arrives at an input; nil where that is not known.
    private mutating func type(into input: String, of node: Int) -> PortType? {
        guard let wanted = origin(of: input, node) else { return nil }
        // The wires of a chain are as many as the nodes: it is walked from its beginning, not by calling deeper.
        var waiting = [wanted]
        /// What was begun and waits for what it is made of.
        var begun: Set<Key> = []
        while let key = waiting.last {
            let needed = known[key] == nil ? needs(key).filter { known[$0] == nil } : []
            // A ring has no beginning: what is met again on the way to itself is not known.
            let isRing = begun.contains(key) && !needed.isEmpty
            if needed.isEmpty || isRing {
                if known[key] == nil { known[key] = .some(isRing ? nil : made(key)) }
                waiting.removeLast()
            } else {
                begun.insert(key)
                waiting += needed
            }
        }
        return known[wanted] ?? nil
    }

    /// The signals from which a signal is made.
    private func needs(_ key: Key) -> [Key] {
        guard declared[key.node][key.signal] == nil else { return [] }
        let inputs: [String] =
            if let formula = formulas[key.node][key.signal] {
                formula.symbols ?? []
            } else {
                drafts[key.node].isLikeInputs ? [key.signal.text] : []
            }
        return inputs.compactMap { origin(of: $0, key.node) }
    }

    /// The signal that feeds an input.
    private func origin(of input: String, _ node: Int) -> Key? {
        guard let wire = feeds[node][ExactText(input)], let from = positions[ExactText(wire.from.node)] else {
            return nil
        }
        return Key(node: from, signal: ExactText(wire.from.signal))
    }

    private func made(_ key: Key) -> PortType? {
        if let declared = declared[key.node][key.signal] { return declared }
        func arriving(_ input: String) -> PortType? { origin(of: input, key.node).flatMap { known[$0] ?? nil } }
        guard let formula = formulas[key.node][key.signal] else {
            return drafts[key.node].isLikeInputs ? arriving(key.signal.text) : nil
        }
        guard let symbols = formula.symbols, let read = try? Formula(formula.text, symbols: FormulaSymbols(symbols))
        else { return nil }
        let types = read.symbols.map(arriving)
        let shape = read.shape(of: types.map { $0?.shape.flatMap(Self.sizes) }).map { sizes in
            let isBatch = types.contains { $0?.shape?.count == sizes.count && $0?.hasOpenRows == true }
            return sizes.enumerated().map { index, size -> PortType.Size in
                index == 0 && size == 1 && isBatch ? .open("?") : .fixed(size)
            }
        }
        return PortType(
            kind: .number,
            text: "a formula" + (shape.map { $0.isEmpty ? "'s number" : "'s array \(PortType.text($0))" } ?? ""),
            shape: shape,
            // What came from outside shows in no message.
            range: formula.source == nil ? read.range(of: types.map { $0?.range }) : nil
        )
    }

    /// The sizes where all are known; an open first one is one row.
    private static func sizes(_ shape: [PortType.Size]) -> [Int]? {
        var sizes: [Int] = []
        for (index, size) in shape.enumerated() {
            switch size {
            case .fixed(let size): sizes.append(size)
            case .open: if index > 0 { return nil } else { sizes.append(1) }
            }
        }
        return sizes
    }
}
