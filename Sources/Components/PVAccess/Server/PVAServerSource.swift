public import Component
internal import Lifetime
public import Manifest
internal import Signals

/// What a source that hosts process variables is told: which, and what each may become.
public struct PVAServerSourceConfig: Sendable {
    /// One hosted process variable.
    struct PV: Sendable {
        enum Fields {
            static let initial = Field<[Double]?>.optional(
                "initial",
                .oneOrMore(of: .number()),
                example: "0",
                doc: "The value before anybody has written one: a number, or those of a waveform. Without it, the "
                    + "variable is INVALID until then."
            )
            static let size = Field<[Int]?>.optional(
                "size",
                .list(of: .count(in: 0...10_000_000), count: 1...2),
                example: "[480, 640]",
                doc: "Of a waveform that begins with one number everywhere: how many. Of such an image: rows and "
                    + "columns. Without it, a waveform has one."
            )
            static let listed = [initial.listed, size.listed] + PVAServerFields.listed
        }

        let initial: Value?
        let declaration: PVADeclaration

        init(_ section: inout ConfigSection) {
            let numbers = section.read(Fields.initial)
            let size = section.read(Fields.size)
            let declaration = PVAServerFields.declaration("", &section)
            self.declaration = declaration
            guard let numbers else {
                initial = nil
                return
            }
            let made = Self.value(numbers, size, declaration.kind)
            initial = made
            if made == nil {
                section.report(
                    .conflict,
                    at: section.entry(Fields.initial.name)?.value.place ?? section.place,
                    path: "\(section.path).\(Fields.initial.name)",
                    "expected an initial value that fits the type, found \(numbers.count) "
                        + "\(numbers.count == 1 ? "number" : "numbers")"
                        + (size.map { " for the size \($0)" } ?? ""),
                    advice: "a single number has one, a waveform any count, an image one beside 'size: [ROWS, COLUMNS]'"
                )
            }
        }

        /// A value made of numbers; nil where it does not fit.
        private static func value(_ numbers: [Double], _ size: [Int]?, _ kind: PVADeclaration.Kind) -> Value? {
            let count = size?.reduce(1, *) ?? numbers.count
            let elements = numbers.count == 1 ? [Double](repeating: numbers[0], count: count) : numbers
            switch kind {
            case .array:
                guard elements.count == count, size?.count ?? 1 == 1 else { return nil }
                return (try? Tensor(elements, shape: [count])).map { .tensor($0) }
            case .image:
                guard let size, size.count == 2, elements.count == count,
                    let tensor = try? Tensor(elements, shape: size)
                else { return nil }
                return (try? Image(tensor, axes: [.init(.row), .init(.column)])).map { .image($0) }
            case .text: return nil
            default: return numbers.count == 1 && size == nil ? .float64(numbers[0]) : nil
            }
        }
    }

    enum Fields {
        static let pvs = Field.required(
            "pvs",
            .map(of: .record(PV.Fields.listed) { PV(&$0) }, keys: "names of process variables", count: 1...10_000),
            example: "{LUME:KNOB: {initial: 0, control: {limits: [-1, 1]}}}",
            doc: "The process variables to host, by name: clients write them, and each is a signal of its own name."
        )
        static let listed = [pvs.listed] + PVAServerPlace.listed
    }

    let pvs: [Named<PV>]
    let settings: PVAServerSettings

    public init(_ section: inout ConfigSection) {
        pvs = section.read(Fields.pvs)
        settings = PVAServerPlace.settings(&section)
    }
}

extension NodeType {
    public static let pvaServerSource = NodeType(
        role: .source,
        name: "pva-server",
        summary: "Hosts process variables over PV Access that clients write: inputs of the flow that no record has.",
        fields: PVAServerSourceConfig.Fields.listed,
        example: """
            flow: try-out
            sources:
              knobs:
                type: pva-server
                pvs: {LUME:KNOB: {initial: 0.25, limits: [0, 1], control: {limits: [0, 1]}}}
            steps:
              twice: {type: formula, out: {twice: "2 * LUME:KNOB"}}
            sinks:
              out: {type: pva-server, pvs: {LUME:TWICE: {signal: twice}}}

            """,
        takesIn: false,
        ports: { section in
            let pvs = PVAServerSourceConfig(&section).pvs
            let signals = pvs.map { Named(name: $0.name, place: $0.place, path: $0.path, value: ()) }
            return NodePorts(outputs: .signals(signals, field: "pvs"))
        }
    )
}

/// Hosts process variables that clients write.
public struct PVAServerSource: Source {
    private let pvs: [Named<PVAServerSourceConfig.PV>]
    private let settings: PVAServerSettings
    private let shadow: String
    public let bringsStates = true

    public init(_ config: PVAServerSourceConfig, _ context: NodeContext) {
        pvs = config.pvs
        settings = config.settings
        shadow = context.shadow
    }

    public var claims: [Claim] { pvs.map { SharedServer.claim(shadow + $0.name, .input, settings) } }

    public func run(_ outlet: any SourceOutlet) async throws(NodeFailure) {
        var variables: [SharedServer.Variable] = []
        defer { for variable in variables { variable.leave(.input) } }
        do throws(PVAProblem) {
            let server = try SharedServer.server(settings)
            for (output, pv) in pvs.enumerated() {
                let bands = Guarded(AlarmLimits.Band.normal)
                var declaration = pv.value.declaration
                declaration.name = shadow + pv.name
                let limits = declaration
                declaration.put = { value, _ in Self.answer(value, limits, bands, output, outlet) }
                let variable = try SharedServer.variable(declaration, .input, settings)
                variables.append(variable)
                guard let initial = pv.value.initial else { continue }
                if case .accept(let sample) = Self.answer(initial, limits, bands, output, outlet) {
                    _ = server.post(variable.index, sample)
                }
            }
        } catch {
            throw NodeFailure(error.message, advice: error.advice)
        }
        await StopSignal().wait()
    }

    /// What becomes of a value that somebody writes.
    private static func answer(
        _ value: Value,
        _ declaration: PVADeclaration,
        _ bands: Guarded<AlarmLimits.Band>,
        _ output: Int,
        _ outlet: any SourceOutlet
    ) -> PVAPutAnswer {
        var value = value
        var alarm = Alarm.none
        if let number = value.number {
            var allowed = number
            if let control = declaration.control {
                do throws(PVAProblem) { allowed = try control.allowed(number) } catch { return .refuse(error.message) }
            }
            if allowed != number { value = .float64(allowed) }
            if let limits = declaration.valueAlarm {
                let checked = allowed
                alarm = bands.withLock { band in
                    let judged = limits.alarm(of: checked, after: band)
                    band = judged.band
                    return judged.alarm
                }
            }
        }
        let stamp = Stamp.now()
        if outlet.wantsMessages {
            let message = Message([.init(output: output, value: value, alarm: alarm, stamp: stamp)])
            guard outlet.send(message) else { return .refuse("the flow is busy: as many values wait as may") }
        } else {
            outlet.offer(output, value, alarm, stamp, skipped: 0)
        }
        return .accept(Sample(value, alarm: alarm, stamp: stamp, id: .none))
    }
}
