public import Component
internal import Lifetime
public import Manifest
internal import Signals

/// What the sink of requests is told: where, and which variables clients read.
public struct RequestSinkConfig: Sendable {
    struct Output: Sendable {
        enum Fields {
            static let signal = Field<String?>.optional(
                "signal",
                .text("the name of a signal"),
                example: "sigma_x",
                doc: "The signal that clients read under this name. Without it, the signal of this name."
            )
            static let from = Field<String?>.optional(
                "from",
                .name("the id of a node"),
                example: "nn",
                doc: "The node that offers the signal, where several do."
            )
            static let listed = [signal.listed, from.listed] + RequestFields.listed
        }

        let reference: SignalReference?
        let variable: RequestVariable

        init(_ section: inout ConfigSection) {
            let signal = section.read(Fields.signal)
            let from = section.read(Fields.from)
            let place = section.entry("signal")?.value.place ?? section.place
            let path = "\(section.path).signal"
            if signal == nil, let entry = section.entry("from"), !section.has("signal") {
                section.report(
                    .conflict,
                    at: entry.keyPlace,
                    path: "\(section.path).from",
                    "expected 'signal' beside 'from', but the field is missing",
                    advice: "add 'signal: NAME'"
                )
            }
            // A signal that is there but wrong is reported; the variable's own name is not meant.
            let isMeant = !section.has("signal") && section.slip(of: "signal") == nil
            reference = (signal ?? (isMeant ? nil : "")).map {
                SignalReference(
                    from: from,
                    signal: $0,
                    shown: SignalReference.shown(in: section),
                    place: place,
                    path: path
                )
            }
            let (kind, size) = RequestFields.read(&section)
            variable = RequestVariable(name: "", kind: kind, size: size)
        }
    }

    enum Fields {
        static let outputs = Field.required(
            "outputs",
            .map(of: .record(Output.Fields.listed) { Output(&$0) }, keys: "names of variables", count: 1...10_000),
            example: "{sigma: {signal: sigma_x}}",
            doc: "The variables that clients read, by name."
        )
        static let listed = [outputs.listed] + RequestPlace.Fields.listed
    }

    let outputs: [Named<Output>]
    let place: RequestPlace

    public init(_ section: inout ConfigSection) {
        outputs = section.read(Fields.outputs)
        place = RequestPlace(&section)
    }
}

extension NodeType {
    public static let requestSink = NodeType(
        role: .sink,
        name: "requests",
        summary: "Keeps what came of requests over HTTP, for those who asked, and the present values of its variables.",
        fields: RequestSinkConfig.Fields.listed,
        example: """
            flow: ask
            trigger: message
            sources:
              api: {type: requests, port: 8001, inputs: {current: {initial: 0}}}
            steps:
              twice: {type: formula, out: {twice: "2 * current"}}
            sinks:
              answers: {type: requests, port: 8001, outputs: {doubled: {signal: twice}}}

            """,
        takesIn: false,
        ports: { section in
            let outputs = RequestSinkConfig(&section).outputs
            let inputs = outputs.map { output in
                let ownName = SignalReference(signal: output.name, place: output.place, path: output.path)
                let reference = output.value.reference ?? ownName
                return Named(name: output.name, place: output.place, path: output.path, value: reference)
            }
            let types = outputs.map { PortTypes.Input(name: $0.name, type: PortType(), isRequired: true) }
            return NodePorts(inputs: inputs, outputs: .none, types: PortTypes(inputs: types))
        }
    )
}

/// Gives clients what came of their requests.
public final class RequestSink: Sink {
    /// What somebody asked for goes back to those who asked.
    public let reach = SinkReach.local
    public let carriesAlarms = true
    private let variables: [RequestVariable]
    private let place: RequestPlace
    private let service: HTTPService
    private let shared = Guarded<SharedBoard?>(nil)

    /// `service` answers requests.
    public init(_ config: RequestSinkConfig, service: @escaping HTTPService) {
        variables = config.outputs.map { output in
            RequestVariable(name: output.name, kind: output.value.variable.kind, size: output.value.variable.size)
        }
        place = config.place
        self.service = service
    }

    public var claims: [Claim] { variables.map { Claim(name: $0.name, scope: "requests output \(place.text)") } }

    public func run(_ outlet: any SinkOutlet, ready: @Sendable () -> Void) async throws(NodeFailure) {
        let shared = SharedBoard.at(place)
        shared.board.state.withLock { $0.outputs = variables }
        self.shared.withLock { $0 = shared }
        defer { self.shared.withLock { $0 = nil } }
        let isReady = StopSignal()
        let failure = await withTaskGroup(of: NodeFailure?.self) { group in
            group.addTask {
                do throws(NodeFailure) {
                    try await shared.serve(self.service) { url in
                        if let url { outlet.listens(at: [url], problem: nil) }
                        isReady.give()
                    }
                    return nil
                } catch {
                    return error
                }
            }
            group.addTask {
                await isReady.wait()
                return nil
            }
            let first = await group.next() ?? nil
            if first == nil {
                ready()
                return await group.next() ?? nil
            }
            group.cancelAll()
            return first
        }
        if let failure { throw failure }
    }

    public func write(_ writes: [SinkWrite], done: (@Sendable (String?) -> Void)?) {
        shared.withLock { $0 }?.board.note(writes)
        done?(nil)
    }
}
