import Component
import Lifetime
import Manifest
import Signals
import TestSupport
import Testing

@testable import Flow

/// The engine's state beside a model of it that knows no slots, no order and no bits: it looks through all nodes by
/// name, again and again, until nothing changes any more.
@Suite struct SimulationTests {
    @Test("Random flows compute what a simple model does, whatever arrives, fails or goes", arguments: 0..<300)
    func random(number: Int) throws {
        var random = SplitMix64(seed: UInt64(number) &* 0x9E37_79B9)
        let drawn = DrawnFlow(&random)
        let plan = try TestNodes().plan(drawn.yaml)
        let meters = FlowMeters(ids: plan.document.nodes.map(\.id), after: nil)
        var state = FlowState(plan, try StepRuns(plan), meters: meters)
        var model = ModelFlow(drawn)
        var id: UInt64 = 1
        for round in 0..<40 {
            let evaluation = EvaluationID(high: 0, low: id)
            id += 1
            for (slot, name) in drawn.sourceSignals.enumerated() where Int.random(in: 0..<3, using: &random) == 0 {
                let stamp = Stamp(nanoseconds: Int64(1000 + Int.random(in: 0..<1000, using: &random)))
                if Int.random(in: 0..<8, using: &random) == 0 {
                    state.lose(slot, .invalid("gone"), id: evaluation)
                    model.lose(name)
                } else {
                    let value = Double(Int.random(in: -50...50, using: &random))
                    let severity = Severity.allCases.randomElement(using: &random) ?? .none
                    let alarm = severity == .none ? Alarm.none : Alarm(severity, status: .device, message: "drawn")
                    state.arrive(slot, .float64(value), alarm, stamp, id: evaluation)
                    model.arrive(name, value, severity, stamp)
                }
            }
            let trigger = Stamp(nanoseconds: 7)
            _ = state.evaluate(id: evaluation, trigger: trigger, until: .never)
            model.evaluate(trigger)
            for (slot, plan) in plan.slots.enumerated() {
                let key = "\(state.plan.node(plan.node).id).\(plan.signal)"
                let expected = model.samples[key]
                let place = Comment(rawValue: "flow \(number), round \(round), \(key)\n\(drawn.yaml)")
                #expect(state.hasArrived[slot] == (expected != nil), place)
                #expect(state.changed.contains(slot) == model.changed.contains(key), place)
                guard let expected, state.hasArrived[slot] else { continue }
                let sample = state.samples[slot]
                #expect(sample.value == (expected.value.map { .float64($0) } ?? .none), place)
                #expect(sample.severity == expected.severity, place)
                #expect(sample.stamp == expected.stamp, place)
                guard sample.value == (expected.value.map { .float64($0) } ?? .none) else { return }
            }
            state.settle()
            model.changed = []
        }
    }
}

/// A flow that was drawn: as YAML, and as lists of names.
struct DrawnFlow {
    struct Node {
        let id: String
        let isSplit: Bool
        /// Input name, where from, whether delayed.
        let inputs: [(name: String, from: String, isDelayed: Bool, initial: Double)]
        let outputs: [String]
        let rule: FlowNode.InvalidRule
    }

    let sourceSignals: [String]
    let nodes: [Node]
    let time: FlowDocument.OutputTime
    let yaml: String

    init(_ random: inout SplitMix64) {
        let sourceCount = Int.random(in: 1...4, using: &random)
        let signals = (0..<sourceCount).map { "src.s\($0)" }
        sourceSignals = signals
        time = [.newest, .oldest, .trigger].randomElement(using: &random) ?? .newest
        var nodes: [Node] = []
        let nodeCount = Int.random(in: 1...6, using: &random)
        for number in 0..<nodeCount {
            let id = "n\(number)"
            let isSplit = Bool.random(using: &random)
            let inputCount = Int.random(in: 1...3, using: &random)
            let offered = signals + nodes.flatMap { node in node.outputs.map { "\(node.id).\($0)" } }
            let names = (0..<inputCount).map { "i\($0)" }
            let outputs = isSplit ? names : (0..<Int.random(in: 1...2, using: &random)).map { "o\($0)" }
            let own = outputs.map { "\(id).\($0)" }
            let inputs = names.map { name -> (String, String, Bool, Double) in
                let isDelayed = Int.random(in: 0..<4, using: &random) == 0
                // A delayed wire may come from the node itself, and from those behind it.
                let from = (isDelayed ? offered + own : offered).randomElement(using: &random) ?? signals[0]
                return (name, from, isDelayed, isDelayed ? Double(Int.random(in: 0..<5, using: &random)) : 0)
            }
            let rule = FlowNode.InvalidRule.allCases.randomElement(using: &random) ?? .propagate
            nodes.append(Node(id: id, isSplit: isSplit, inputs: inputs, outputs: outputs, rule: rule))
        }
        self.nodes = nodes
        yaml = Self.yaml(signals, nodes, time)
    }

    private static func yaml(_ sources: [String], _ nodes: [Node], _ time: FlowDocument.OutputTime) -> String {
        func end(_ text: String) -> String {
            let parts = text.split(separator: ".")
            return "from: \(parts[0]), signal: \(parts[1])"
        }
        var yaml = "flow: f\ntime: \(time.rawValue)\nsources:\n  src: {type: hand, signals: "
        yaml += "[\(sources.map { String($0.dropFirst(4)) }.joined(separator: ", "))]}\nsteps:\n"
        for node in nodes {
            let inputs = node.inputs.map { input in
                let delay = input.isDelayed ? ", delay: true, initial: \(input.initial)" : ""
                return "\(input.name): {\(end(input.from))\(delay)}"
            }
            yaml += "  \(node.id): {type: \(node.isSplit ? "split" : "mix"), in: {\(inputs.joined(separator: ", "))}"
            if !node.isSplit { yaml += ", out: [\(node.outputs.joined(separator: ", "))]" }
            yaml += ", on_invalid: \(node.rule.rawValue)"
            if node.rule == .default {
                yaml += ", defaults: {\(node.outputs.enumerated().map { "\($1): \($0 + 70)" }.joined(separator: ", "))}"
            }
            yaml += "}\n"
        }
        return yaml + "sinks:\n  end: {type: keep, in: {x: {\(end(sources[0]))}}}\n"
    }
}

/// The same flow as anybody would write it down first.
struct ModelFlow {
    struct ModelSample {
        var value: Double?
        var severity: Severity
        var stamp: Stamp
    }

    let flow: DrawnFlow
    var samples: [String: ModelSample] = [:]
    var changed: Set<String> = []
    /// By node and input: what a delayed wire carries.
    private var delayed: [String: ModelSample] = [:]

    init(_ flow: DrawnFlow) {
        self.flow = flow
        for node in flow.nodes {
            for input in node.inputs where input.isDelayed {
                delayed["\(node.id).\(input.name)"] = ModelSample(
                    value: input.initial,
                    severity: .none,
                    stamp: .unknown
                )
            }
        }
    }

    mutating func arrive(_ name: String, _ value: Double, _ severity: Severity, _ stamp: Stamp) {
        samples[name] = ModelSample(value: value, severity: severity, stamp: stamp)
        changed.insert(name)
    }

    mutating func lose(_ name: String) {
        let old = samples[name]
        samples[name] = ModelSample(value: old?.value, severity: .invalid, stamp: old?.stamp ?? .unknown)
        changed.insert(name)
    }

    mutating func evaluate(_ trigger: Stamp) {
        // The nodes were drawn in an order that works.
        for node in flow.nodes {
            for (number, inputs) in parts(of: node).enumerated() {
                let direct = inputs.filter { !$0.isDelayed }
                guard direct.allSatisfy({ samples[$0.from] != nil }) else { continue }
                guard direct.isEmpty || direct.contains(where: { changed.contains($0.from) }) else { continue }
                compute(node, number, inputs, trigger)
            }
        }
        for node in flow.nodes {
            for input in node.inputs where input.isDelayed {
                guard let sample = samples[input.from], sample.severity < .invalid, sample.value != nil else {
                    continue
                }
                delayed["\(node.id).\(input.name)"] = sample
            }
        }
    }

    private func parts(of node: DrawnFlow.Node) -> [[(name: String, from: String, isDelayed: Bool, initial: Double)]] {
        node.isSplit ? node.inputs.map { [$0] } : [node.inputs]
    }

    private mutating func compute(
        _ node: DrawnFlow.Node,
        _ number: Int,
        _ inputs: [(name: String, from: String, isDelayed: Bool, initial: Double)],
        _ trigger: Stamp
    ) {
        let given = inputs.compactMap { $0.isDelayed ? delayed["\(node.id).\($0.name)"] : samples[$0.from] }
        let severity = given.map(\.severity).max() ?? .none
        let stamps = given.map(\.stamp).filter { $0 != .unknown }
        let stamp = flow.time == .trigger ? trigger : (flow.time == .oldest ? stamps.min() : stamps.max()) ?? trigger
        let outputs = node.isSplit ? [node.outputs[number]] : node.outputs
        let keys = outputs.map { "\(node.id).\($0)" }
        if severity == .invalid, node.rule != .propagate {
            for (index, key) in keys.enumerated() {
                let old = samples[key]
                switch node.rule {
                case .hold:
                    samples[key] = ModelSample(value: old?.value, severity: .invalid, stamp: old?.stamp ?? .unknown)
                    changed.insert(key)
                case .skip:
                    if let old { samples[key] = ModelSample(value: old.value, severity: .invalid, stamp: old.stamp) }
                case .default:
                    let place = node.isSplit ? number : index
                    samples[key] = ModelSample(value: Double(place + 70), severity: .invalid, stamp: stamp)
                    changed.insert(key)
                case .propagate: break
                }
            }
            return
        }
        let numbers = given.compactMap(\.value)
        let isFailing = numbers.count < given.count || (!node.isSplit && Mixture.fails(numbers))
        for (index, key) in keys.enumerated() {
            if isFailing {
                samples[key] = ModelSample(value: samples[key]?.value, severity: .invalid, stamp: stamp)
            } else {
                let value =
                    node.isSplit ? numbers[0] * 2 + Double(number) : Mixture.value(numbers, output: index)
                samples[key] = ModelSample(value: value, severity: value.isFinite ? severity : .invalid, stamp: stamp)
            }
            changed.insert(key)
        }
    }
}
