public import Component
internal import Lifetime
public import Manifest
internal import Signals

/// What a source that hosts process variables is told: which, and what each may become.
public struct PVAServerSourceConfig: Sendable {
    /// One hosted process variable.
    struct PV: Sendable {
        enum Fields {
            static let initial = Field<Double?>.optional(
                "initial",
                .number(),
                example: "0",
                doc: "The value before anybody has written one. Without it, the variable is INVALID until then."
            )
            static let listed = [initial.listed] + PVAServerFields.listed
        }

        let initial: Double?
        let declaration: PVADeclaration

        init(_ section: inout ConfigSection) {
            initial = section.read(Fields.initial)
            declaration = PVAServerFields.declaration("", &section)
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
                if case .accept(let sample) = Self.answer(.float64(initial), limits, bands, output, outlet) {
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
