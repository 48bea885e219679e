internal import Component
internal import Flow
internal import JSON
internal import Models
internal import Signals

/// What a flow makes of a recording, beside what stands in it.
struct Comparison {
    /// One sample that is another one than was recorded.
    struct Difference {
        let line: Int
        let recorded: Sample
        let found: Sample?
    }

    /// All samples of one signal.
    struct Signal {
        let name: String
        var compared = 0
        var differing = 0
        /// Pairs of which neither may be used: their values are not compared.
        var invalid = 0
        /// Samples that were computed where none was recorded.
        var extra = 0
        /// Of pairs of numbers, and of the elements of arrays of one shape.
        var absoluteMax = 0.0
        var relativeMax = 0.0
        private var absoluteSum = 0.0
        private var numberCount = 0
        var first: Difference?

        init(name: String) { self.name = name }

        var absoluteMean: Double { numberCount > 0 ? absoluteSum / Double(numberCount) : 0 }

        mutating func add(_ one: Double, _ other: Double) {
            guard one.isFinite, other.isFinite else { return }
            let off = abs(one - other)
            numberCount += 1
            absoluteSum += off
            absoluteMax = max(absoluteMax, off)
            if off > 0 { relativeMax = max(relativeMax, off / max(abs(one), abs(other))) }
        }
    }

    /// What counts as the same number: so much, or so much of its size, whichever is more.
    let within: Double
    static let withinRelative = 1e-9

    private(set) var signals: [Signal]
    private let places: [String: Int]

    init(_ names: [String], within: Double) {
        self.within = within
        signals = names.map(Signal.init)
        places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var compared: Int { signals.reduce(0) { $0 + $1.compared } }
    var differing: Int { signals.reduce(0) { $0 + $1.differing } }
    var invalid: Int { signals.reduce(0) { $0 + $1.invalid } }
    /// Of signals that were recorded at all.
    var extra: Int { signals.reduce(0) { $0 + ($1.compared > 0 ? $1.extra : 0) } }

    /// Notes a sample that was computed where none was recorded.
    mutating func addExtra(_ name: String) {
        if let place = places[name] { signals[place].extra += 1 }
    }

    /// Compares what was recorded with what has been computed; nil where nothing was.
    mutating func add(_ part: RecordedEvaluation.Part, line: Int, _ found: Sample?) {
        guard let place = places[part.signal] else { return }
        let recorded = Sample(part.value, alarm: part.alarm, stamp: part.stamp, id: .none)
        signals[place].compared += 1
        if let found, isSame(recorded, found, &signals[place]) { return }
        signals[place].differing += 1
        if signals[place].first == nil {
            signals[place].first = Difference(line: line, recorded: recorded, found: found)
        }
    }

    /// The value counts where both are to be used, the severity always.
    private func isSame(_ one: Sample, _ other: Sample, _ signal: inout Signal) -> Bool {
        guard one.severity == other.severity else { return false }
        if one.severity == .invalid { signal.invalid += 1 }
        return one.severity == .invalid || isSame(one.value, other.value, &signal)
    }

    private func isSame(_ one: Value, _ other: Value, _ signal: inout Signal) -> Bool {
        if let one = one.tensor, let other = other.tensor {
            guard one.shape == other.shape, let numbers = one.doubles(), let others = other.doubles() else {
                return one == other
            }
            var isSame = true
            for (one, other) in zip(numbers, others) {
                signal.add(one, other)
                isSame = isSame && isNear(one, other)
            }
            return isSame
        }
        guard one.tensor == nil, other.tensor == nil, let first = one.number, let second = other.number else {
            return one == other
        }
        signal.add(first, second)
        return isNear(first, second)
    }

    private func isNear(_ one: Double, _ other: Double) -> Bool {
        if one.isNaN || other.isNaN { return one.isNaN && other.isNaN }
        return one == other || abs(one - other) <= max(within, Self.withinRelative * max(abs(one), abs(other)))
    }
}

extension Value {
    fileprivate var tensor: Tensor? {
        switch self {
        case .tensor(let tensor): tensor
        case .image(let image): image.tensor
        default: nil
        }
    }
}

extension Comparison {
    var json: JSONValue {
        .array(
            signals.map { signal in
                var object = JSONObject()
                object.add("signal", .string(signal.name))
                object.add("compared", .integer(Int64(signal.compared)))
                object.add("differing", .integer(Int64(signal.differing)))
                object.add("invalid", .integer(Int64(signal.invalid)))
                object.add("extra", .integer(Int64(signal.compared > 0 ? signal.extra : 0)))
                object.add("absolute_max", JSONValue(double: signal.absoluteMax))
                object.add("absolute_mean", JSONValue(double: signal.absoluteMean))
                object.add("relative_max", JSONValue(double: signal.relativeMax))
                if let first = signal.first {
                    object.add("first", first.json)
                }
                return .object(object)
            }
        )
    }
}

extension Comparison.Difference {
    private static let elementsMax = 64

    fileprivate var json: JSONValue {
        var one = JSONObject()
        recorded.addMembers(to: &one, elementsMax: Self.elementsMax)
        var other: JSONValue = .null
        if let found {
            var object = JSONObject()
            found.addMembers(to: &object, elementsMax: Self.elementsMax)
            other = .object(object)
        }
        return ["line": .integer(Int64(line)), "recorded": .object(one), "found": other]
    }
}
