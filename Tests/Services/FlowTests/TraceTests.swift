import Component
import Lifetime
import Manifest
import Signals
import TestSupport
import Testing

@testable import Flow

@Suite(.timeLimit(.minutes(2))) struct TraceTests {
    private static let flow = """
        flow: f
        sources: {src: {type: hand, signals: [a, b]}}
        steps:
          s: {type: split, in: {x: a}}
          m: {type: mix, in: {x: x, y: b}, out: [m]}
          last: {type: split, in: {before: {signal: m, delay: true, initial: 10}}}
        sinks: {end: {type: keep, in: {OUT: m}}}
        """

    /// The slots of ``flow``, in their order.
    private static let names = ["a", "b", "x", "m", "before"]

    private static func map(_ yaml: String = flow, standsAlone: Bool = false) throws -> TraceMap {
        TraceMap(try TestNodes().plan(yaml), standsAlone: standsAlone)
    }

    private static func id(_ number: Int) -> EvaluationID { EvaluationID(high: 7, low: UInt64(number)) }

    private static func sample(_ number: Double, in id: Int, severity: Severity = .none) -> Sample {
        Sample(
            .float64(number),
            alarm: Alarm(severity, status: .none, message: ""),
            stamp: Stamp(nanoseconds: Int64(id)),
            id: Self.id(id)
        )
    }

    @Test("Each remembered evaluation is told as a naive reading of the whole history tells it", arguments: 0..<40)
    func property(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var ring = TraceRing(sizeMax: Int.random(in: 2000...40_000, using: &random))
        ring.begin(try Self.map())
        var history: [[Int: Sample]] = []
        for number in 0..<300 {
            // What changes in an evaluation: some of the sources, and all that is made of them.
            var changed: [Int: Sample] = [:]
            for source in [0, 1] where Bool.random(using: &random) || number == 0 {
                let severity: Severity = Int.random(in: 0..<5, using: &random) == 0 ? .invalid : .none
                changed[source] = Self.sample(.random(in: 0...9, using: &random), in: number, severity: severity)
            }
            if changed[0] != nil { changed[2] = Self.sample(Double(number), in: number) }
            if !changed.isEmpty { changed[3] = Self.sample(Double(number) + 0.5, in: number) }
            changed[4] = Self.sample(Double(number) + 0.25, in: number)
            history.append(changed)
            ring.add(
                Self.id(number),
                at: Stamp(nanoseconds: Int64(number)),
                changed.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            )
            #expect(ring.size <= ring.sizeMax)
        }
        let remembered = ring.evaluations(limit: 1000)
        #expect(remembered.count > 2 && remembered.count < 300)
        #expect(remembered.map(\.id) == (300 - remembered.count..<300).reversed().map(Self.id))
        func newest(_ slot: Int, _ last: Int) -> Sample? { history[...last].last { $0[slot] != nil }?[slot] }
        for number in 300 - remembered.count..<300 {
            let told = try ring.explain("OUT", of: nil, in: Self.id(number))
            let made = try #require(history[...number].lastIndex { $0[3] != nil })
            #expect(told.lines[0].sample == history[made][3])
            let isRemembered = made >= 300 - remembered.count
            #expect((told.lines[0].time != nil) == isRemembered)
            for (input, slot) in zip(told.lines[0].inputs, [2, 1]) {
                #expect(input.signal == Self.names[slot])
                let line = try #require(input.line)
                #expect(told.lines[line].sample == newest(slot, made), "seed \(seed), evaluation \(number)")
            }
        }
    }

    @Test("A delayed input is the newest good value of an evaluation before")
    func delayed() throws {
        var ring = TraceRing(sizeMax: 100_000)
        ring.begin(try Self.map())
        for (number, severity) in [Severity.none, .invalid, .minor].enumerated() {
            ring.add(
                Self.id(number),
                at: .unknown,
                [(3, Self.sample(Double(number), in: number, severity: severity)), (4, Self.sample(-1, in: number))]
            )
        }
        for (number, before) in [(0, nil), (1, 0), (2, 0)] as [(Int, Double?)] {
            let told = try ring.explain("before", of: nil, in: Self.id(number))
            let input = try #require(told.lines[0].inputs.first)
            #expect(input.isDelayed)
            #expect(input.line.map { told.lines[$0].sample.value } == before.map { .float64($0) })
            // The line of what was before ends there.
            if let line = input.line { #expect(told.lines[line].inputs.isEmpty) }
        }
    }

    @Test("What is too large for the budget is told by its shape")
    func large() throws {
        var ring = TraceRing(sizeMax: 10_000)
        ring.begin(try Self.map())
        let image = try Tensor([Double](repeating: 1, count: 600), shape: [20, 30])
        ring.add(Self.id(1), at: .unknown, [(0, Sample(.tensor(image), stamp: .unknown, id: Self.id(1)))])
        let told = try ring.explain("a", of: "src", in: nil)
        #expect(told.lines[0].cut == "float64 [20, 30]")
        #expect(told.lines[0].sample.value == .none)
        #expect(ring.size < 1000)
        // Smaller ones go as others come.
        for number in 2..<100 {
            let some = try Tensor([Double](repeating: 1, count: 200), shape: [200])
            ring.add(Self.id(number), at: .unknown, [(1, Sample(.tensor(some), stamp: .unknown, id: Self.id(number)))])
            #expect(ring.size <= 10_000)
        }
        #expect(ring.evaluations(limit: 1000).count == 4)
    }

    @Test("A reload begins a chapter; the one before is still told")
    func chapters() throws {
        var ring = TraceRing(sizeMax: 100_000)
        ring.begin(try Self.map())
        ring.add(Self.id(1), at: .unknown, [(0, Self.sample(1, in: 1)), (3, Self.sample(2, in: 1))])
        ring.begin(try Self.map(Self.flow.replacing("signals: [a, b]", with: "signals: [z, a, b]")))
        #expect(throws: TraceProblem.nothingYet) { try ring.explain("a", of: nil, in: nil) }
        ring.add(Self.id(2), at: .unknown, [(1, Self.sample(3, in: 2))])
        #expect(try ring.explain("a", of: nil, in: nil).lines[0].sample.value == .float64(3))
        #expect(try ring.explain("a", of: nil, in: Self.id(1)).lines[0].sample.value == .float64(1))
        for number in 0..<100 { ring.begin(try Self.map(Self.flow.replacing("flow: f", with: "flow: f\(number)"))) }
        #expect(throws: TraceProblem.forgotten(oldest: nil)) { try ring.explain("a", of: nil, in: Self.id(1)) }
        #expect(ring.size == 0)
    }

    @Test("A message that stands for itself is told without others")
    func messages() throws {
        var ring = TraceRing(sizeMax: 100_000)
        ring.begin(try Self.map(standsAlone: true))
        ring.add(Self.id(1), at: .unknown, [(1, Self.sample(1, in: 1))])
        ring.add(Self.id(2), at: .unknown, [(2, Self.sample(5, in: 2)), (3, Self.sample(2, in: 2))])
        let told = try ring.explain("m", of: nil, in: Self.id(2))
        #expect(told.lines.map(\.signal) == ["m", "x"])
        #expect(told.lines[0].inputs.map(\.line) == [1, nil])
    }

    @Test("Names that are not known, or not alone, are told")
    func names() throws {
        var ring = TraceRing(sizeMax: 100_000)
        #expect(throws: TraceProblem.off) { try ring.explain("a", of: nil, in: nil) }
        let yaml = Self.flow.replacing("out: [m]", with: "out: [m, a]")
            .replacing("in: {x: a}}\n  m", with: "in: {x: {from: src, signal: a}}}\n  m")
        ring.begin(try Self.map(yaml))
        #expect(throws: TraceProblem.unknownSignal(names: ["a", "b", "x", "m", "a", "before", "OUT"])) {
            try ring.explain("nothing", of: nil, in: nil)
        }
        #expect(throws: TraceProblem.ambiguous(nodes: ["src", "m"])) { try ring.explain("a", of: nil, in: nil) }
        #expect(throws: TraceProblem.nothingYet) { try ring.explain("a", of: "m", in: nil) }
        #expect(throws: TraceProblem.forgotten(oldest: nil)) { try ring.explain("a", of: "m", in: Self.id(9)) }
    }

    @Test("More lines than anybody reads are counted")
    func wide() throws {
        let names = (0..<1200).map { "a\($0)" }
        let yaml = """
            flow: f
            sources: {src: {type: hand, signals: [\(names.joined(separator: ", "))]}}
            steps: {m: {type: mix, in: [\(names.joined(separator: ", "))], out: [m]}}
            sinks: {end: {type: keep, in: [m]}}
            """
        var ring = TraceRing(sizeMax: 1 << 20)
        ring.begin(try Self.map(yaml))
        ring.add(Self.id(1), at: .unknown, (0...1200).map { ($0, Self.sample(Double($0), in: 1)) })
        let told = try ring.explain("m", of: nil, in: nil)
        #expect(told.lines.count == 1000)
        #expect(told.leftOutCount == 201)
    }

    @Test("A flow at work remembers what it evaluates, over a reload, and at its end")
    func live() async throws {
        let kept = Guarded<LiveFlow?>(nil)
        try await TestNodes.running(Self.flow, traceSizeMax: 1 << 20) { flow, nodes, _ in
            kept.withLock { $0 = flow }
            let outlet = nodes.outlet("src")
            #expect(throws: TraceProblem.nothingYet) { try flow.explain("m") }
            outlet.offer(1, .float64(3), .none, Stamp(nanoseconds: 1), skipped: 0)
            outlet.offer(0, .float64(4), .none, Stamp(nanoseconds: 2), skipped: 0)
            let written = try #require(nodes.written { !$0.isEmpty })
            // A split doubles; a mix is its first input and twice its second.
            let told = try flow.explain("OUT", in: written[0].sample.id)
            #expect(told.lines.map(\.signal) == ["m", "x", "b", "a"])
            #expect(told.lines.map(\.sample.value) == [.float64(14), .float64(8), .float64(3), .float64(4)])
            try await flow.reload(try nodes.plan(Self.flow.replacing("flow: f", with: "flow: g")))
            _ = try #require(flow.view(within: .seconds(60)))
            #expect(try flow.explain("m").flow == "g")
            #expect(try flow.explain("m", in: written[0].sample.id).flow == "f")
        }
        let flow = try #require(kept.withLock { $0 })
        #expect(try flow.explain("m").lines.count == 4)
        #expect(try flow.evaluations(limit: 2).count == 2)
    }

    @Test("An input that goes to nobody because it is INVALID is told as that")
    func skipped() async throws {
        let yaml = Self.flow.replacing("{type: split, in: {x: a}}", with: "{type: split, in: {x: a}, on_invalid: skip}")
        try await TestNodes.running(yaml, traceSizeMax: 1 << 20) { flow, nodes, _ in
            let outlet = nodes.outlet("src")
            outlet.offer(0, .float64(4), .none, Stamp(nanoseconds: 1), skipped: 0)
            outlet.offer(1, .float64(3), .none, Stamp(nanoseconds: 1), skipped: 0)
            _ = try #require(nodes.written { !$0.isEmpty })
            outlet.lose(0, .invalid("cable"))
            // What reads it shows that it was taken.
            outlet.offer(1, .float64(4), .none, Stamp(nanoseconds: 2), skipped: 0)
            _ = try #require(nodes.written { $0.last?.sample.severity == .invalid })
            #expect(try flow.explain("x").lines[0].sample.alarm.message == "a: cable")
        }
    }
}
