internal import Component
internal import JSON
internal import Lifetime
internal import Manifest
internal import Signals

/// The process variables of a sink that are about the flow itself: how it is, what it is, and one to begin anew.
final class ServiceVariables: Sendable {
    /// The names, where a flow wants them.
    struct Names: Sendable {
        let status: String?
        let info: String?
        let reset: String?

        enum Fields {
            static let status = name(
                "status",
                "how it is: `waiting`, `ok` or `invalid`, with the first variable for which that is so as its alarm"
            )
            static let info = name("info", "what it is: a text of JSON with flow, program, models and variables")
            static let reset = name(
                "reset",
                "begins anew what it computes when 1 is written: delayed values are as at the start"
            )
            static let listed = [status.listed, info.listed, reset.listed]

            private static func name(_ name: String, _ doc: String) -> Field<String?> {
                .optional(
                    name,
                    .text("the name of a process variable"),
                    example: "LUME:\(name.uppercased())",
                    doc: "Hosts one more process variable, about the flow: \(doc). Without it, there is none."
                )
            }
        }

        /// Reads the names; `taken` are those of the signals.
        init(_ section: inout ConfigSection, taken: [String]) {
            (status, info, reset) = (
                section.read(Fields.status), section.read(Fields.info), section.read(Fields.reset)
            )
            var known = Set(taken)
            for (field, name) in [("status", status), ("info", info), ("reset", reset)] {
                guard let name, !known.insert(name).inserted, let entry = section.entry(field) else { continue }
                section.report(
                    .conflict,
                    at: entry.value.place,
                    path: "\(section.path).\(field)",
                    "expected a name that nothing else of this sink has, found '\(Printable.text(name))' again",
                    advice: "choose another name"
                )
            }
        }
    }

    /// How the flow is, as far as its sink shows it.
    enum Status: Int32, CaseIterable {
        case waiting, ok, invalid

        var label: String { "\(self)" }
    }

    private struct State: Sendable {
        var status: SharedServer.Variable?
        var info: SharedServer.Variable?
        var reset: SharedServer.Variable?
        var facts: FlowFacts?
        /// Of each input the alarm that it shows; nil before there was one.
        var alarms: [Alarm?]
        /// What was told last.
        var told: Sample?
    }

    private let names: Names
    private let shadow: String
    private let inputs: [String]
    private let settings: PVAServerSettings
    private let state: Guarded<State>

    init(_ names: Names, inputs: [String], shadow: String, settings: PVAServerSettings) {
        self.names = names
        self.inputs = inputs
        self.shadow = shadow
        self.settings = settings
        state = Guarded(State(alarms: [Alarm?](repeating: nil, count: inputs.count)))
    }

    var claims: [Claim] {
        let outputs = [names.status, names.info].compactMap(\.self)
        return outputs.map { SharedServer.claim(shadow + $0, .output, settings) }
            + [names.reset].compactMap(\.self).map { SharedServer.claim(shadow + $0, .input, settings) }
    }

    /// Hosts them until ``leave()``.
    func enter(_ outlet: any SinkOutlet) throws(PVAProblem) {
        let status = try variable(names.status, .choice(Status.allCases.map(\.label)), "how the flow is")
        let info = try variable(names.info, .text, "what the flow is")
        let reset = try variable(names.reset, .bool, "1 begins anew what the flow computes") { value, _ in
            if value.number != 0 { outlet.reset() }
            // It is an impulse.
            return .accept(Sample(.bool(false), stamp: .now(), id: .none))
        }
        if let reset { _ = reset.server.post(reset.index, Sample(.bool(false), stamp: .now(), id: .none)) }
        state.withLock { state in
            (state.status, state.info, state.reset) = (status, info, reset)
            state.told = nil
        }
        tellStatus()
        tellInfo()
    }

    func leave() {
        let (variables, reset) = state.withLock { state in
            defer { (state.status, state.info, state.reset) = (nil, nil, nil) }
            return ([state.status, state.info].compactMap(\.self), state.reset)
        }
        for variable in variables { variable.leave(.output) }
        reset?.leave(.input)
    }

    private func variable(
        _ name: String?,
        _ kind: PVADeclaration.Kind,
        _ text: String,
        put: (@Sendable (Value, String) -> PVAPutAnswer)? = nil
    ) throws(PVAProblem) -> SharedServer.Variable? {
        guard let name else { return nil }
        var declaration = PVADeclaration(shadow + name, kind)
        declaration.displayText = text
        declaration.put = put
        return try SharedServer.variable(declaration, put == nil ? .output : .input, settings)
    }

    /// Notes what is shown now.
    func note(_ writes: [SinkWrite]) {
        guard names.status != nil else { return }
        let isChanged = state.withLock { state in
            var isChanged = false
            for write in writes where state.alarms[write.input] != write.sample.alarm {
                state.alarms[write.input] = write.sample.alarm
                isChanged = true
            }
            return isChanged
        }
        if isChanged { tellStatus() }
    }

    /// Tells what the flow is from now on.
    func show(_ facts: FlowFacts) {
        state.withLock { $0.facts = facts }
        tellInfo()
    }

    private func tellStatus() {
        let news = state.withLock { state -> (SharedServer.Variable, Sample)? in
            guard let variable = state.status else { return nil }
            let (status, alarm) = Self.status(state.alarms, inputs)
            let choice = Choice(index: status.rawValue, label: status.label)
            let sample = Sample(.choice(choice), alarm: alarm, stamp: .now(), id: .none)
            guard state.told?.value != sample.value || state.told?.alarm != sample.alarm else { return nil }
            state.told = sample
            return (variable, sample)
        }
        if let (variable, sample) = news { _ = variable.server.post(variable.index, sample) }
    }

    /// INVALID counts, other alarms belong to the values; what was never good is waited for.
    static func status(_ alarms: [Alarm?], _ inputs: [String]) -> (status: Status, alarm: Alarm) {
        for (name, alarm) in zip(inputs, alarms) {
            guard let alarm, alarm.severity == .invalid, alarm.status != .undefined else { continue }
            return (.invalid, Alarm(.major, status: alarm.status, message: "\(name): \(alarm.message)"))
        }
        for (name, alarm) in zip(inputs, alarms) where alarm?.severity ?? .invalid == .invalid {
            let reason = alarm?.message ?? "nothing has been written"
            return (.waiting, Alarm(.minor, status: .undefined, message: "\(name): \(reason)"))
        }
        return (.ok, .none)
    }

    private func tellInfo() {
        let (variable, facts) = state.withLock { ($0.info, $0.facts) }
        guard let variable, let facts else { return }
        let text = JSONWriter.text(of: Self.json(facts, names: facts.inputs.map { shadow + $0 }))
        _ = variable.server.post(variable.index, Sample(.text(text), stamp: .now(), id: .none))
    }

    static func json(_ facts: FlowFacts, names: [String]) -> JSONValue {
        [
            "flow": .string(facts.flow), "program": .string(facts.program),
            "models": .array(facts.models.map { .string($0) }),
            "variables": .array(names.map { .string($0) }),
        ]
    }
}
