internal import JSON

/// How a flow document names a signal: by its bare name, or by node and name.
///
/// Never `node.signal`: names of process variables contain points, slashes and colons.
public struct SignalReference: Sendable, Equatable {
    /// The node that offers the signal; nil for a bare name, which exactly one node may offer.
    public let from: String?
    public let signal: String
    /// The consumer sees the value of the evaluation before: this is what allows a ring.
    public let isDelayed: Bool
    /// What a delayed consumer sees before there is a value.
    public let initial: Double
    /// Where the reference is written, for messages.
    public let place: Place
    public let path: String
    /// The two names as messages show them: what came from outside shows as what asked for it.
    let shownFrom: String
    let shownSignal: String
    /// A formula uses it: a node cannot be named there.
    let isOfFormula: Bool

    /// Makes a reference; `shown` is its two names as messages show them, by default as they are.
    public init(
        from: String? = nil,
        signal: String,
        isDelayed: Bool = false,
        initial: Double = 0,
        shown: (from: String, signal: String)? = nil,
        isOfFormula: Bool = false,
        place: Place,
        path: String
    ) {
        self.isOfFormula = isOfFormula
        shownFrom = shown?.from ?? from ?? ""
        shownSignal = shown?.signal ?? signal
        self.from = from
        self.signal = signal
        self.isDelayed = isDelayed
        self.initial = initial
        self.place = place
        self.path = path
    }
}

extension SignalReference {
    enum Fields {
        static let from = Field<String?>.optional(
            "from",
            .name("the id of a node"),
            example: "nn",
            doc: "The node that offers the signal. Without it, exactly one node may offer a signal of this name."
        )
        static let signal = Field.required(
            "signal",
            .text("the name of a signal"),
            example: "sigma_x",
            doc: "The signal."
        )
        static let delay = Field(
            "delay",
            .flag,
            default: false,
            doc: "Take the value of the evaluation before. A ring of nodes needs one such wire."
        )
        static let initial = Field(
            "initial",
            .number(),
            default: 0,
            doc: "With `delay`: what stands there before the signal has had a good value."
        )
        static let listed = [from.listed, signal.listed, delay.listed, initial.listed]
    }

    /// The names in a section that has the fields `from` and `signal`, as messages show them.
    public static func shown(in section: ConfigSection) -> (from: String, signal: String) {
        (
            section.entry(Fields.from.name)?.value.shownText ?? "",
            section.entry(Fields.signal.name)?.value.shownText ?? ""
        )
    }

    init(_ section: inout ConfigSection) {
        self.init(
            from: section.read(Fields.from),
            signal: section.read(Fields.signal),
            isDelayed: section.read(Fields.delay),
            initial: section.read(Fields.initial),
            shown: Self.shown(in: section),
            place: section.place,
            path: section.path
        )
    }
}

extension FieldKind where Value == SignalReference {
    /// A bare name, or `{from: NODE, signal: NAME, delay: true}`.
    public static var reference: FieldKind {
        let name = FieldKind<String>.text("the name of a signal")
        let short = FieldKind(
            shape: name.shape,
            placeholder: SignalReference(signal: "", place: .start, path: ""),
            json: { .string($0.signal) },
            read: { node, reading in
                let path = reading.path
                let shown = ("", node.shownText)
                return name.read(node, &reading).map {
                    SignalReference(signal: $0, shown: shown, place: node.place, path: path)
                }
            }
        )
        return .either(scalar: short, mapping: .record(SignalReference.Fields.listed) { SignalReference(&$0) })
    }
}
