import Catalog
import Component
import Flow
import Foundation
import Lifetime
import Manifest
import Models
import Signals
import TestSupport
import Testing

/// What every component promises, whatever it does: each of the catalog is here, or the suite fails.
@Suite(.timeLimit(.minutes(3))) struct ComponentConformanceTests {
    /// A flow in which each component is at work, in a folder of its own.
    struct Subject: CustomTestStringConvertible, Sendable {
        let role: NodeType.Role
        let name: String
        /// The fields of the node, as YAML.
        let fields: String
        let inputs: [String]
        let outputs: [String]
        /// What each input can use.
        var good = Value.float64(0.1)

        var testDescription: String { "\(name) \(role.rawValue)" }
    }

    static let subjects = [
        Subject(role: .source, name: "clock", fields: "{period: 1ms}", inputs: [], outputs: ["time", "count"]),
        Subject(
            role: .source,
            name: "pva",
            fields: "{pvs: [A, B], name_servers: ['127.0.0.1:1'], auto_addresses: false}",
            inputs: [],
            outputs: ["A", "B"]
        ),
        Subject(
            role: .source,
            name: "pva-server",
            fields: "{port: 0, pvs: {A: {initial: 1}}}",
            inputs: [],
            outputs: ["A"]
        ),
        Subject(
            role: .source,
            name: "replay",
            fields: "{file: rows.jsonl, signals: [A], pace: fastest, loop: true}",
            inputs: [],
            outputs: ["A"]
        ),
        Subject(role: .source, name: "requests", fields: "{port: 0, inputs: {A: {}}}", inputs: [], outputs: ["A"]),
        Subject(
            role: .step,
            name: "formula",
            fields: "{out: {y: 'a + b', z: 'sqrt(a)'}}",
            inputs: ["a", "b"],
            outputs: ["y", "z"]
        ),
        Subject(
            role: .step,
            name: "image",
            fields: "{out: {y: {pixels: a, give: mean}, z: {pixels: b, scale: 2, give: centroid_x}}}",
            inputs: ["y.pixels", "z.pixels"],
            outputs: ["y", "z"],
            good: values.last ?? .none
        ),
        Subject(
            role: .step,
            name: "model",
            fields: "{model: injector}",
            inputs: ["solenoid", "quad"],
            outputs: ["sigma_x", "sigma_y"]
        ),
        Subject(role: .step, name: "pass", fields: "{}", inputs: ["a", "b"], outputs: ["a", "b"]),
        Subject(role: .sink, name: "console", fields: "{}", inputs: ["a", "b"], outputs: []),
        Subject(
            role: .sink,
            name: "pva",
            fields: "{pvs: {a: a, b: b}, timeout: 50ms, name_servers: ['127.0.0.1:1'], auto_addresses: false}",
            inputs: ["a", "b"],
            outputs: []
        ),
        Subject(
            role: .sink,
            name: "pva-server",
            fields: "{port: 0, pvs: {a: {}, b: {type: text}}}",
            inputs: ["a", "b"],
            outputs: []
        ),
        Subject(role: .sink, name: "recorder", fields: "{file: out.jsonl}", inputs: ["a", "b"], outputs: []),
        Subject(
            role: .sink,
            name: "requests",
            fields: "{port: 0, outputs: {a: {}, b: {type: waveform, size: [3]}}}",
            inputs: ["a", "b"],
            outputs: []
        ),
    ]

    static let values: [Value] = {
        let plain: [Value] = [
            .float64(1.5), .float64(.nan), .float64(-.infinity), .float64(.leastNonzeroMagnitude), .int64(.min),
            .uint64(.max), .bool(true), .text(""), .text("ü\u{0}x"), .choice(Choice(index: -1, label: "")), .none,
            .record(Record([.init(name: "x", value: .none)])),
        ]
        let tensors = [
            try? Tensor([Double](), shape: [0]), try? Tensor([1.0, .nan, 3], shape: [3]),
            try? Tensor(["a", "b"], shape: [2]), try? Tensor([true, false], shape: [1, 2]),
            try? Tensor([UInt8](repeating: 3, count: 70_000), shape: [70_000]),
        ]
        let pixels = try? Tensor([1, 2, 3, 4, 5, 6] as [UInt16], shape: [2, 3])
        let image = pixels.flatMap { try? Image($0, axes: [.init(.row), .init(.column)]) }
        return plain + tensors.compactMap { $0.map { .tensor($0) } } + [image].compactMap { $0.map { .image($0) } }
    }()

    private func made(_ subject: Subject, in folder: URL) throws -> NodeMaker.Make {
        let models = Repository.root.appending(path: "examples/models").path + "/"
        let library = Catalog.models(pathsFrom: models, models: nil)
        let maker = try #require(
            Catalog.makers(models: library).first { $0.type.role == subject.role && $0.type.name == subject.name }
        )
        return maker.make
    }

    private func section(_ subject: Subject) throws -> ConfigSection {
        let read = YAMLReader.read(Array(subject.fields.utf8), file: "a.yaml")
        return ConfigSection(try #require(read.root), file: "a.yaml", path: "node")
    }

    private func context(_ subject: Subject, _ folder: URL) -> NodeContext {
        NodeContext(
            id: "node",
            inputs: subject.inputs,
            outputs: subject.outputs,
            folder: folder.path + "/",
            shadow: "T\(getpid()):"
        )
    }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("{\"A\": 1}\n{\"A\": 2}\n".utf8).write(to: folder.appending(path: "rows.jsonl"))
        try await body(folder)
    }

    @Test("Every component of the catalog is a subject of these tests")
    func complete() {
        #expect(Self.values.count == 18)
        let known = Set(Self.subjects.map(\.testDescription))
        #expect(Set(Catalog.nodeTypes.map { "\($0.name) \($0.role.rawValue)" }) == known)
    }

    @Test(
        "A source ends soon after it is cancelled, brings nothing then, and can run again",
        arguments: subjects.filter { $0.role == .source }
    )
    func sources(subject: Subject) async throws {
        try await withFolder { folder in
            guard case .source(let make) = try made(subject, in: folder) else { return }
            var section = try section(subject)
            let source = try make(&section, context(subject, folder))
            for _ in 0..<2 {
                let outlet = CountingOutlet(outputs: subject.outputs.count)
                let start = MonotonicTime.now()
                let task = Task { try await source.run(outlet) }
                try await Task.sleep(for: .milliseconds(100))
                task.cancel()
                try await task.value
                // Other tests may keep all threads busy for a while: this is about sources that never end.
                #expect(MonotonicTime.now() - start < .seconds(90))
                let count = outlet.count
                try await Task.sleep(for: .milliseconds(20))
                #expect(outlet.count == count)
                #expect(outlet.problems == [])
            }
        }
    }

    @Test(
        "A step takes any value of any kind: it gives as many outputs as it promises, or fails",
        arguments: subjects.filter { $0.role == .step }
    )
    func steps(subject: Subject) async throws {
        try await withFolder { folder in
            guard case .step(let make) = try made(subject, in: folder) else { return }
            var section = try section(subject)
            let step = try make(&section, context(subject, folder))
            #expect(step.parts.flatMap(\.outputs).sorted() == Array(subject.outputs.indices))
            #expect(step.parts.flatMap(\.inputs).allSatisfy(subject.inputs.indices.contains))
            let run = try step.makeRun()
            for first in Self.values {
                for second in Self.values {
                    for (number, part) in step.parts.enumerated() {
                        let given = part.inputs.map { Sample($0 == 0 ? first : second, stamp: .unknown, id: .none) }
                        guard given.allSatisfy({ $0.value != .none }) else { continue }
                        var outputs = StepOutputs()
                        do throws(NodeFailure) {
                            try run.evaluate(number, given, &outputs, until: .never)
                            #expect(outputs.outputs.count == part.outputs.count)
                        } catch {
                            #expect(
                                error.problem.hasPrefix("expected ") || error.problem.contains(": expected "),
                                "\(error)"
                            )
                        }
                    }
                }
            }
            // And nothing of it stays: the next good row is as good as ever.
            var outputs = StepOutputs()
            let good = step.parts[0].inputs.map { _ in Sample(subject.good, stamp: .unknown, id: .none) }
            try run.evaluate(0, good, &outputs, until: .never)
            #expect(outputs.outputs.allSatisfy { $0.alarm.severity < .invalid })
        }
    }

    @Test(
        "A sink never waits, tells the end of every write once, ends when cancelled, and can run again",
        arguments: subjects.filter { $0.role == .sink }
    )
    func sinks(subject: Subject) async throws {
        try await withFolder { folder in
            guard case .sink(let make) = try made(subject, in: folder) else { return }
            var section = try section(subject)
            let sink = try make(&section, context(subject, folder))
            let type = try #require(Catalog.nodeTypes.first { $0.role == .sink && $0.name == subject.name })
            #expect(type.isLive == (sink.reach == .live))
            for _ in 0..<2 {
                let (ready, ended) = (StopSignal(), Guarded(0))
                let task = Task { try await sink.run(QuietOutlet()) { ready.give() } }
                await ready.wait()
                var longest = Duration.zero
                for value in Self.values where sink.carriesAlarms || value != .none {
                    let writes = subject.inputs.indices.map {
                        SinkWrite(input: $0, sample: Sample(value, stamp: Stamp(nanoseconds: 1), id: .none))
                    }
                    let start = MonotonicTime.now()
                    sink.write(writes) { _ in ended.withLock { $0 += 1 } }
                    longest = max(longest, MonotonicTime.now() - start)
                }
                #expect(longest < .seconds(30), "\(longest)")
                task.cancel()
                try await task.value
                let count = Self.values.count { sink.carriesAlarms || $0 != .none }
                // What a sink held when it was cancelled is told as well, or is under way no more.
                #expect(ended.withLock { $0 } <= count)
                if sink.carriesAlarms { #expect(ended.withLock { $0 } == count) }
            }
        }
    }
}

/// Counts what a source brings, and looks whether it may.
private final class CountingOutlet: SourceOutlet {
    private let state = Guarded<(count: Int, problems: [String])>((0, []))
    private let outputs: Int
    let wantsMessages = false

    init(outputs: Int) { self.outputs = outputs }

    var count: Int { state.withLock { $0.count } }
    var problems: [String] { state.withLock { $0.problems } }

    private func note(_ output: Int, _ what: String) {
        state.withLock { state in
            state.count += 1
            if output < 0 || output >= outputs { state.problems.append("\(what) of output \(output)") }
        }
    }

    func offer(_ output: Int, _ value: Value, _ alarm: Alarm, _ stamp: Stamp, skipped: Int) { note(output, "a value") }
    func lose(_ output: Int, _ alarm: Alarm) { note(output, "a loss") }
    func describe(_ output: Int, _ description: Signals.Description) { note(output, "a description") }
    func send(_ message: Message) -> Bool {
        for part in message.parts { note(part.output, "a part") }
        message.done?(.delivered)
        return true
    }
    func sendWaiting(_ message: Message) -> Bool { send(message) }
    func whenRoom(_ action: @escaping @Sendable () -> Void) { action() }
    func note(_ note: SourceNote) {}
}

private struct QuietOutlet: SinkOutlet {
    func reset() {}
    func refused(_ input: Int, _ reason: String) {}
    func listens(at addresses: [String], problem: String?) {}
    func dropped(_ count: Int) {}
}
