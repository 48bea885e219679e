import TestSupport
import Testing

@testable import Manifest

@Suite struct FlowGraphTests {
    /// Node types of the tests' own: this room knows no components.
    static let types = [
        NodeType(role: .source, name: "list", summary: "", fields: [names.listed], example: "", takesIn: false) {
            section in
            NodePorts(outputs: .signals(section.read(names), field: "names"))
        },
        NodeType(role: .step, name: "pass", summary: "", fields: [], example: "", takesIn: true) { _ in
            NodePorts(outputs: .likeInputs)
        },
        NodeType(role: .step, name: "model", summary: "", fields: [], example: "", takesIn: true) { _ in
            NodePorts(outputs: .open, hasOpenInputs: true)
        },
        NodeType(role: .sink, name: "end", summary: "", fields: [], example: "", takesIn: true) { _ in
            NodePorts(outputs: .none)
        },
    ]
    static let names = Field.required("names", .list(of: .named("a name")), example: "[a]", doc: "")

    static func read(_ yaml: String) -> FlowReader.Result {
        FlowReader(types: types, expansion: .refused).read(Array(yaml.utf8), file: "a.yaml")
    }

    static func wires(_ yaml: String) throws -> [String] {
        let result = read(yaml)
        #expect(result.diagnostics.filter { $0.severity == .error }.map(\.description) == [])
        return try #require(result.flow).wires.map { wire in
            let delay = wire.isDelayed ? " delayed" : ""
            return "\(wire.from.node).\(wire.from.signal) -> \(wire.to.node).\(wire.to.signal)\(delay)"
        }
    }

    @Test("Bare names, structured names and delays become wires")
    func sugar() throws {
        let wires = try Self.wires(
            """
            flow: f
            sources: {s: {type: list, names: [a, b.c, "d:e"]}}
            steps:
              p: {type: pass, in: [a, {from: s, signal: b.c}]}
              q: {type: pass, in: {x: {from: p, signal: a}, back: {from: q, signal: x, delay: true}}}
            sinks: {e: {type: end, in: ["d:e", x]}}
            """
        )
        // 'p' offers an 'a' of its own, which its own bare 'a' does not mean.
        #expect(
            wires == [
                "s.a -> p.a", "s.b.c -> p.b.c", "p.a -> q.x", "q.x -> q.back delayed", "s.d:e -> e.d:e", "q.x -> e.x",
            ]
        )
    }

    @Test("What only a model can offer waits for the model")
    func pending() throws {
        let flow = try #require(
            Self.read(
                """
                flow: f
                sources: {s: {type: list, names: [a]}}
                steps: {m: {type: model, in: [a]}}
                sinks: {e: {type: end, in: {one: y, two: {from: m, signal: z}}}}
                """
            ).flow
        )
        #expect(flow.wires.count == 1)
        #expect(
            flow.pending.map { "\($0.reference.from ?? "?").\($0.reference.signal) -> \($0.to.signal)" } == [
                "?.y -> one", "m.z -> two",
            ]
        )
    }

    @Test("A node written where a signal belongs is told, beside a model too", arguments: ["m", "m.y", "s.a"])
    func nodeAsSignal(name: String) {
        let result = Self.read(
            """
            flow: f
            sources: {s: {type: list, names: [a]}}
            steps: {m: {type: model, in: [a]}}
            sinks: {e: {type: end, in: [\(name)]}}
            """
        )
        let id = name.prefix(1)
        let signal = name.count > 1 ? String(name.suffix(1)) : "NAME"
        #expect(result.diagnostics.map(\.advice) == ["'\(id)' is a node: write '{from: \(id), signal: \(signal)}'"])
    }

    @Test("x- fields are kept")
    func extensions() throws {
        let flow = try #require(
            Self.read(
                """
                flow: f
                x-canvas: {zoom: 2}
                sources: {s: {type: list, names: [a], x-at: [1, 2]}}
                sinks: {e: {type: end, in: [a]}}
                """
            ).flow
        )
        #expect(flow.extensions.map(\.key) == ["x-canvas"])
        #expect(flow.nodes[0].extensions.map(\.key) == ["x-at"])
    }

    @Test("A random graph is refused exactly when it has a ring", arguments: 0..<200)
    func rings(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 1...12, using: &random)
        var consumers = Array(repeating: [Int](), count: count)
        for _ in 0..<Int.random(in: 0...(2 * count), using: &random) {
            consumers[Int.random(in: 0..<count, using: &random)].append(Int.random(in: 0..<count, using: &random))
        }
        let rings = FlowCycles(consumers: consumers).rings()
        #expect(rings.isEmpty == !Self.hasRing(consumers))
        for ring in rings {
            for (from, to) in zip(ring, ring.dropFirst() + [ring[0]]) {
                #expect(consumers[from].contains(to), "\(from) -> \(to) is no wire")
            }
        }
    }

    /// The simplest model: take away nodes that nobody feeds until none is left, or some remain.
    private static func hasRing(_ consumers: [[Int]]) -> Bool {
        var left = Set(consumers.indices)
        while true {
            let free = left.subtracting(left.flatMap { consumers[$0] })
            if free.isEmpty { return !left.isEmpty }
            left.subtract(free)
        }
    }

    @Test("A chain of thousands of nodes is no deeper than a short one")
    func longChain() throws {
        let count = 5000
        let steps = (1...count).map { "  p\($0): {type: pass, in: {x\($0): x\($0 - 1)}}\n" }.joined()
        let wires = try Self.wires(
            "flow: f\nsources: {s: {type: list, names: [x0]}}\nsteps:\n\(steps)"
                + "sinks: {e: {type: end, in: [x\(count)]}}\n"
        )
        #expect(wires.count == count + 1)
    }

    @Test("A document of thousands of mistakes gives a report that ends")
    func manyProblems() throws {
        let fields = (0..<5000).map { "bad\($0): 1\n" }.joined()
        let result = Self.read(
            "flow: f\nsources: {s: {type: list, names: [a]}}\nsinks: {e: {type: end, in: [a]}}\n\(fields)"
        )
        #expect(result.diagnostics.count == Diagnostic.reportedMax + 1)
        let last = try #require(result.diagnostics.last)
        #expect(last.kind == .tooManyProblems)
        #expect(last.problem == "expected at most 200 problems, found 5000")
    }
}
