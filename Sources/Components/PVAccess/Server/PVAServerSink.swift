public import Component
internal import Lifetime
internal import Manifest
internal import Signals

/// Hosts process variables and posts to them what the flow computes.
public final class PVAServerSink: Sink {
    public let reach = SinkReach.live
    public let carriesAlarms = true
    private let declarations: [PVADeclaration]
    private let service: ServiceVariables
    private let settings: PVAServerSettings
    private let state: Guarded<State>

    private struct State: Sendable {
        var variables: [SharedServer.Variable] = []
        /// Where each value lay among its alarm limits.
        var bands: [AlarmLimits.Band]
        var outlet: (any SinkOutlet)?
    }

    public init(_ config: PVAServerSinkConfig, _ context: NodeContext) {
        declarations = config.pvs.map { pv in
            var declaration = pv.value.declaration
            declaration.name = context.shadow + pv.name
            return declaration
        }
        settings = config.settings
        service = ServiceVariables(
            config.service,
            inputs: config.pvs.map(\.name),
            shadow: context.shadow,
            settings: config.settings
        )
        state = Guarded(State(bands: [AlarmLimits.Band](repeating: .normal, count: config.pvs.count)))
    }

    public var claims: [Claim] {
        declarations.map { SharedServer.claim($0.name, .output, settings) } + service.claims
    }

    public func run(_ outlet: any SinkOutlet, ready: @Sendable () -> Void) async throws(NodeFailure) {
        var variables: [SharedServer.Variable] = []
        defer {
            for variable in variables { variable.leave(.output) }
            service.leave()
            state.withLock { state in
                state.variables = []
                state.outlet = nil
            }
        }
        let server: PVAServer
        do throws(PVAProblem) {
            // It stays while its variables are offered one after the other.
            server = try SharedServer.server(settings)
            for declaration in declarations {
                variables.append(try SharedServer.variable(declaration, .output, settings))
            }
            try service.enter(outlet)
        } catch {
            throw NodeFailure(error.message, advice: error.advice)
        }
        let offered = variables
        state.withLock { state in
            state.variables = offered
            state.outlet = outlet
        }
        outlet.listens(at: server.addresses, problem: server.portProblem?.message)
        ready()
        await StopSignal().wait()
    }

    public func show(_ facts: FlowFacts) { service.show(facts) }

    public func write(_ writes: [SinkWrite], done: (@Sendable (String?) -> Void)?) {
        let (variables, outlet) = state.withLock { ($0.variables, $0.outlet) }
        var failure: String?
        var refused: [SinkWrite] = []
        // All of a sink are offered by one server.
        guard let server = variables.first?.server else {
            done?(nil)
            return
        }
        let known = writes.filter { $0.input < variables.count }
        let shown = known.map { SinkWrite(input: $0.input, sample: judged($0)) }
        server.post(shown.map { (variables[$0.input].index, $0.sample) }) { place, problem in
            outlet?.refused(known[place].input, problem.message)
            // The value before must not look as if it still held.
            let stamp = known[place].sample.stamp
            let invalid = Sample(.none, alarm: .invalid(problem.message), stamp: stamp, id: known[place].sample.id)
            _ = server.post(variables[known[place].input].index, invalid)
            refused.append(SinkWrite(input: known[place].input, sample: invalid))
            failure = failure ?? problem.message
        }
        service.note(shown + refused)
        done?(failure)
    }

    /// The sample within its control limits, and under the alarm that its value raises.
    private func judged(_ write: SinkWrite) -> Sample {
        let declaration = declarations[write.input]
        guard declaration.control != nil || declaration.valueAlarm != nil, let number = write.sample.value.number else {
            return write.sample
        }
        var sample = write.sample
        var allowed = number
        if let control = declaration.control {
            do throws(PVAProblem) { allowed = try control.allowed(number) } catch {
                return Sample(.none, alarm: .invalid(error.message), stamp: sample.stamp, id: sample.id)
            }
        }
        if let limits = declaration.valueAlarm {
            let value = allowed
            let alarm = state.withLock { state in
                let judged = limits.alarm(of: value, after: state.bands[write.input])
                state.bands[write.input] = judged.band
                return judged.alarm
            }
            sample = sample.worsened(by: alarm)
        }
        guard allowed != number else { return sample }
        return Sample(.float64(allowed), alarm: sample.alarm, stamp: sample.stamp, id: sample.id)
    }
}
