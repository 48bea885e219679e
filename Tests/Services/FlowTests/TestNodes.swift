import Component
import Lifetime
import Manifest
import Signals
import Telemetry

@testable import Flow

/// Sources that tests move by hand, steps whose results can be told beforehand, sinks that keep what they get.
final class TestNodes: Sendable {
    struct Written: Sendable, Equatable {
        let sink: String
        let name: String
        let sample: Sample
    }

    private struct State: Sendable {
        var outlets: [String: any SourceOutlet] = [:]
        var written: [Written] = []
        var starts: [String] = []
    }

    private let state = Mailbox(State())

    /// How long something may take to come: other suites may keep all threads of the machine busy for a while.
    static let patience = Duration.seconds(100)

    var makers: [NodeMaker] {
        [
            .source(Self.hand) { section, context in HandSource(context.id, section.read(Self.maxAge), self) },
            .step(Self.mix) { _, context in MixStep(context) }, .step(Self.split) { _, context in SplitStep(context) },
            .step(Self.meet) { _, context in MeetStep(context) },
            .sink(Self.keep) { section, context in
                KeepSink(context, section.read(Self.refuses), isLive: false, self)
            },
            .sink(Self.live) { section, context in
                KeepSink(context, section.read(Self.refuses), isLive: true, self)
            },
        ]
    }

    static let signals = Field.required("signals", .list(of: .named("a name")), example: "[a]", doc: "")
    static let maxAge = Field<Duration?>.optional(
        "max_age",
        .duration(in: .milliseconds(1) ... .seconds(60)),
        example: "1s",
        doc: ""
    )
    static let out = Field.required("out", .list(of: .named("a name")), example: "[a]", doc: "")
    static let refuses = Field("refuses", .flag, default: false, doc: "")

    static let hand = NodeType(role: .source, name: "hand", summary: "", fields: [], example: "", takesIn: false) {
        section in
        _ = section.read(maxAge)
        return NodePorts(outputs: .signals(section.read(signals), field: "signals"))
    }
    static let mix = NodeType(role: .step, name: "mix", summary: "", fields: [], example: "", takesIn: true) {
        section in
        NodePorts(outputs: .signals(section.read(out), field: "out"))
    }
    static let split = NodeType(role: .step, name: "split", summary: "", fields: [], example: "", takesIn: true) { _ in
        NodePorts(outputs: .likeInputs)
    }
    static let meet = NodeType(role: .step, name: "meet", summary: "", fields: [], example: "", takesIn: true) { _ in
        NodePorts(outputs: .likeInputs)
    }
    static let keep = sink("keep", isLive: false)
    static let live = sink("live", isLive: true)

    private static func sink(_ name: String, isLive: Bool) -> NodeType {
        NodeType(role: .sink, name: name, summary: "", fields: [], example: "", takesIn: true, isLive: isLive) {
            section in
            _ = section.read(refuses)
            return NodePorts(outputs: .none)
        }
    }

    /// Reads a flow, whose fields beside these are not checked.
    func plan(_ yaml: String) throws -> FlowPlan {
        let result = FlowReader(types: makers.map(\.type), expansion: .refused).read(Array(yaml.utf8), file: "a.yaml")
        let unknown = result.diagnostics.filter { $0.kind != .unknownField && $0.kind != .unused }
        guard unknown.isEmpty else { throw Unreadable(text: unknown.map(\.description).joined(separator: "\n")) }
        let known = FlowReader(types: makers.map { Self.tolerant($0.type) }, expansion: .refused)
        let flow = known.read(Array(yaml.utf8), file: "a.yaml").flow
        guard let flow else { throw Unreadable(text: result.diagnostics.map(\.description).joined(separator: "\n")) }
        return try PlanBuilder(makers: makers, file: "a.yaml", folder: "").plan(flow)
    }

    struct Unreadable: Error { let text: String }

    /// The type with the fields of the tests' own listed, so that they are no unknown ones.
    private static func tolerant(_ type: NodeType) -> NodeType {
        NodeType(
            role: type.role,
            name: type.name,
            summary: "",
            fields: [signals.listed, maxAge.listed, out.listed, refuses.listed],
            example: "",
            takesIn: type.takesIn,
            isLive: type.isLive,
            ports: type.ports
        )
    }

    /// The outlet of a source that runs; waits until it does.
    func outlet(_ id: String) -> any SourceOutlet {
        state.take(until: .now() + TestNodes.patience) { $0.outlets[id] }!
    }

    /// All writes, as soon as the last of them is what is waited for.
    func written(until isEnough: ([Written]) -> Bool) -> [Written]? {
        state.take(until: .now() + TestNodes.patience) { isEnough($0.written) ? $0.written : nil }
    }

    var written: [Written] { state.withLock { $0.written } }
    var starts: [String] { state.withLock { $0.starts } }

    /// Whether sources begin in this order.
    func hasBegun(_ isEnough: ([String]) -> Bool) -> Bool {
        state.take(until: .now() + TestNodes.patience) { isEnough($0.starts) ? true : nil } ?? false
    }

    fileprivate func began(_ id: String, _ outlet: any SourceOutlet) {
        state.put { state in
            state.outlets[id] = outlet
            state.starts.append(id)
            return true
        }
    }

    fileprivate func write(_ writes: [Written]) {
        state.put { state in
            state.written += writes
            return true
        }
    }
}

private struct HandSource: Source {
    let id: String
    let maxAge: Duration?
    let bringsStates = true
    let nodes: TestNodes

    init(_ id: String, _ maxAge: Duration?, _ nodes: TestNodes) {
        self.id = id
        self.maxAge = maxAge
        self.nodes = nodes
    }

    func run(_ outlet: any SourceOutlet) async {
        nodes.began(id, outlet)
        await StopSignal().wait()
    }
}

/// What a mix of numbers is: a number, nothing at all, or a failure.
enum Mixture {
    static func value(_ inputs: [Double], output: Int) -> Double {
        let sum = inputs.enumerated().reduce(0.0) { $0 + Double($1.offset + 1) * $1.element }
        let mixed = sum.truncatingRemainder(dividingBy: 1000) + Double(output)
        return mixed.truncatingRemainder(dividingBy: 17) == 3 ? .nan : mixed
    }

    static func fails(_ inputs: [Double]) -> Bool {
        inputs.reduce(0, +).truncatingRemainder(dividingBy: 13) == 5
    }
}

private struct MixStep: Step {
    let parts: [StepPart]

    init(_ context: NodeContext) {
        parts = [StepPart(inputs: Array(context.inputs.indices), outputs: Array(context.outputs.indices))]
    }

    func makeRun() -> any StepRun { Run(outputCount: parts[0].outputs.count) }

    final class Run: StepRun {
        let outputCount: Int
        init(outputCount: Int) { self.outputCount = outputCount }

        func evaluate(
            _ part: Int,
            _ inputs: [Sample],
            _ outputs: inout StepOutputs,
            until stop: RunStop
        ) throws(NodeFailure) {
            let numbers = inputs.map { $0.value.number ?? 0 }
            guard !Mixture.fails(numbers) else { throw NodeFailure("expected another sum") }
            for output in 0..<outputCount { outputs.add(.float64(Mixture.value(numbers, output: output))) }
        }
    }
}

private struct SplitStep: Step {
    let parts: [StepPart]

    init(_ context: NodeContext) { parts = context.inputs.indices.map { StepPart(inputs: [$0], outputs: [$0]) } }

    func makeRun() -> any StepRun { Run() }

    final class Run: StepRun {
        func evaluate(_ part: Int, _ inputs: [Sample], _ outputs: inout StepOutputs, until stop: RunStop) {
            outputs.add(.float64((inputs[0].value.number ?? 0) * 2 + Double(part)))
        }
    }
}

/// Hands its input on when two threads are in it at once, and fails when they do not meet.
private struct MeetStep: Step {
    private let inside = Mailbox(0)
    let parts = [StepPart(inputs: [0], outputs: [0])]

    init(_ context: NodeContext) {}

    func makeRun() -> any StepRun { Run(inside) }

    final class Run: StepRun {
        private let inside: Mailbox<Int>
        init(_ inside: Mailbox<Int>) { self.inside = inside }

        func evaluate(
            _ part: Int,
            _ inputs: [Sample],
            _ outputs: inout StepOutputs,
            until stop: RunStop
        ) throws(NodeFailure) {
            inside.put { count in
                count += 1
                return true
            }
            // Each meeting is of two: who comes as the first of one waits for the second.
            let own = inside.withLock { $0 }
            let wanted = own + own % 2
            guard inside.take(until: .now() + .seconds(10), { $0 >= wanted ? true : nil }) == true else {
                throw NodeFailure("expected another thread, found none")
            }
            outputs.add(inputs[0].value)
        }
    }
}

private struct KeepSink: Sink {
    let id: String
    let names: [String]
    let refuses: Bool
    let reach: SinkReach
    let carriesAlarms = true
    let nodes: TestNodes

    init(_ context: NodeContext, _ refuses: Bool, isLive: Bool, _ nodes: TestNodes) {
        id = context.id
        names = context.inputs
        self.refuses = refuses
        reach = isLive ? .live : .local
        self.nodes = nodes
    }

    func run(_ outlet: any SinkOutlet, ready: @Sendable () -> Void) async throws(NodeFailure) {
        guard !refuses else { throw NodeFailure("expected a place to write, found none") }
        ready()
        await StopSignal().wait()
    }

    func write(_ writes: [SinkWrite], done: (@Sendable (String?) -> Void)?) {
        nodes.write(writes.map { TestNodes.Written(sink: id, name: names[$0.input], sample: $0.sample) })
        done?(nil)
    }
}

extension TestNodes {
    /// Runs a flow while the body looks at it, then ends it.
    static func running(
        _ yaml: String,
        isPublishing: Bool = false,
        traceSizeMax: Int = 0,
        _ body: @escaping @Sendable (LiveFlow, TestNodes, KeptLog) async throws -> Void
    ) async throws {
        let (nodes, log) = (TestNodes(), KeptLog())
        let settings = FlowSettings(isPublishing: isPublishing, log: log, traceSizeMax: traceSizeMax)
        let flow = try LiveFlow(try nodes.plan(yaml), settings: settings)
        try await withThrowingTaskGroup { group in
            let ready = StopSignal()
            group.addTask {
                defer { ready.give() }
                try await flow.run { ready.give() }
            }
            await ready.wait()
            // What blocks gets a thread of its own.
            let executor = BlockingExecutor(label: "test")
            group.addTask(executorPreference: executor) {
                defer { flow.stop.give() }
                try await body(flow, nodes, log)
            }
            try await group.waitForAll()
        }
    }
}

/// Keeps events.
final class KeptLog: EventLog {
    private let state = Guarded<[Event]>([])
    var events: [Event] { state.withLock { $0 } }
    func add(_ event: Event) { state.withLock { $0.append(event) } }
}

extension Value {
    static func number(_ value: Double) -> Value { .float64(value) }
}
