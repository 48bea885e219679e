import Component
import Foundation
import Lifetime
import Manifest
import Signals
import Telemetry
import TestSupport
import Testing

@testable import Flow

@Suite(.timeLimit(.minutes(2))) struct WorkerTests {
    @Test("Two workers evaluate two messages at once")
    func atOnce() async throws {
        let yaml = """
            flow: f
            trigger: message
            messages: {workers: 2}
            sources: {src: {type: hand, signals: [a]}}
            steps: {m: {type: meet, in: {x: a}}}
            sinks: {end: {type: keep, in: [x]}}
            """
        try await TestNodes.running(yaml) { _, nodes, _ in
            let outlet = nodes.outlet("src")
            for number in 0..<2 {
                let part = Message.Part(output: 0, value: .float64(Double(number)), stamp: Stamp(nanoseconds: 1))
                #expect(outlet.send(Message([part])))
            }
            let written = try #require(nodes.written { $0.count == 2 })
            #expect(written.allSatisfy { $0.sample.severity == Severity.none })
        }
    }

    @Test("Messages without a key are delivered in their order, whichever worker is first")
    func orderWithoutKeys() async throws {
        let yaml = """
            flow: f
            trigger: message
            messages: {workers: 4, waiting: 50}
            sources: {src: {type: hand, signals: [a]}}
            steps: {s: {type: split, in: {x: a}}}
            sinks: {end: {type: keep, in: [x]}}
            """
        try await TestNodes.running(yaml) { _, nodes, _ in
            let outlet = nodes.outlet("src")
            for number in 0..<3000 {
                let part = Message.Part(output: 0, value: .float64(Double(number)), stamp: Stamp(nanoseconds: 1))
                #expect(outlet.sendWaiting(Message([part])))
            }
            let written = try #require(nodes.written { $0.count == 3000 })
            let values = written.compactMap(\.sample.value.number)
            #expect(values == values.sorted())
        }
    }

    @Test("What is done in any order goes in order", arguments: 0..<50)
    func deliveryOrder(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var order = DeliveryOrder<Int>()
        let numbers = (0..<100).map { _ in order.next() }
        var gone: [Int] = []
        for number in numbers.shuffled(using: &random) { gone += order.done(number, number) }
        #expect(gone == numbers, "seed \(seed)")
    }

    @Test("Messages of one key keep their order among several workers, and each is told its end")
    func order() async throws {
        let yaml = """
            flow: f
            trigger: message
            messages: {workers: 3, waiting: 50}
            sources: {src: {type: hand, signals: [key, a]}}
            steps: {s: {type: split, in: {k: key, x: a}}}
            sinks: {end: {type: keep, in: [k, x]}}
            """
        try await TestNodes.running(yaml) { flow, nodes, _ in
            let outlet = nodes.outlet("src")
            let delivered = Guarded(0)
            for number in 0..<3000 {
                let parts = [
                    Message.Part(output: 0, value: .float64(Double(number % 7)), stamp: Stamp(nanoseconds: 1)),
                    Message.Part(output: 1, value: .float64(Double(number)), stamp: Stamp(nanoseconds: 1)),
                ]
                let message = Message(parts, key: "k\(number % 7)") { outcome in
                    if outcome == .delivered { delivered.withLock { $0 += 1 } }
                }
                #expect(outlet.sendWaiting(message))
            }
            let written = try #require(nodes.written { $0.count == 6000 })
            var last: [Double: Double] = [:]
            for index in stride(from: 0, to: written.count, by: 2) {
                // The two values of a message are written together.
                let key = try #require(written[index].sample.value.number)
                let value = try #require(written[index + 1].sample.value.number)
                #expect(written[index].sample.id == written[index + 1].sample.id)
                #expect(last[key] ?? -1 < value)
                last[key] = value
            }
            #expect(delivered.withLock { $0 } == 3000)
            #expect(flow.meters.evaluations.value >= 3000)
        }
    }

    @Test("With several workers a message stands for itself: what it does not bring is not there")
    func alone() async throws {
        let yaml = """
            flow: f
            trigger: message
            messages: {workers: 2}
            sources: {src: {type: hand, signals: [a, b]}}
            steps: {m: {type: mix, in: {x: a, y: b}, out: [m]}, s: {type: split, in: {z: a}}}
            sinks: {end: {type: keep, in: [m, z]}}
            """
        try await TestNodes.running(yaml) { _, nodes, _ in
            let outlet = nodes.outlet("src")
            for output in [1, 0] {
                let part = Message.Part(output: output, value: .float64(2), stamp: Stamp(nanoseconds: 1))
                #expect(outlet.sendWaiting(Message([part])))
            }
            let written = try #require(nodes.written { $0.contains { $0.name == "z" } })
            #expect(written.map(\.name) == ["z"])
        }
    }

    @Test("A message that fails is told so, counted, and kept with its reason", arguments: [1, 2])
    func deadLetters(workers: Int) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "dead-\(UUID().uuidString).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let yaml = """
            flow: f
            trigger: message
            messages: {workers: \(workers), dead_letters: \(path)}
            sources: {src: {type: hand, signals: [a]}}
            steps: {m: {type: mix, in: {x: a}, out: [m]}}
            sinks: {end: {type: keep, in: [m]}}
            """
        let outcomes = Guarded<[MessageOutcome]>([])
        try await TestNodes.running(yaml) { flow, nodes, _ in
            let outlet = nodes.outlet("src")
            for number in 0..<20 {
                let part = Message.Part(output: 0, value: .float64(Double(number)), stamp: Stamp(nanoseconds: 1))
                let message = Message([part], key: "k") { outcome in outcomes.withLock { $0.append(outcome) } }
                #expect(outlet.sendWaiting(message))
            }
            _ = try #require(nodes.written { $0.count == 20 })
        }
        // A sum of 5 fails, and 18 is 5 more than 13.
        let failed = outcomes.withLock { $0 }.enumerated().filter { $0.element != .delivered }
        #expect(failed.map(\.offset) == [5, 18])
        #expect(failed.first?.element == .failed("m: expected another sum"))
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].contains("\"reason\":\"m: expected another sum\",\"key\":\"k\""))
        #expect(lines[1].contains("{\"signal\":\"a\",\"value\":18.0"))
    }

    @Test("More messages may wait after a reload that says so, and who waited for room is called")
    func room() throws {
        let yaml = """
            flow: f
            trigger: message
            messages: {waiting: 2}
            sources: {src: {type: hand, signals: [a]}}
            sinks: {end: {type: keep, in: [a]}}
            """
        let message = Message([Message.Part(output: 0, value: .float64(1), stamp: Stamp(nanoseconds: 1))])
        let envelope = Inbox.Envelope(source: 0, message: message, time: .now())
        var inbox = Inbox(try TestNodes().plan(yaml), bases: [0])
        #expect((0..<3).map { _ in inbox.send(envelope).isTaken } == [true, true, false])
        #expect(inbox.keepForRoom {})
        let wider = try TestNodes().plan(yaml.replacing("waiting: 2", with: "waiting: 4"))
        #expect(inbox.rebase(wider, bases: [0], slots: [0: 0]).count == 1)
        #expect((0..<3).map { _ in inbox.send(envelope).isTaken } == [true, true, false])
        #expect(inbox.keepForRoom {})
        // What waits stays where there is less room, and room comes when half of that is free.
        #expect(inbox.rebase(try TestNodes().plan(yaml), bases: [0], slots: [0: 0]).isEmpty)
        #expect((0..<4).map { _ in inbox.takeMessage()?.actions.count } == [0, 0, 1, 0])
    }

    @Test("A source begins anew where a reload changes what it is to bring")
    func discipline() async throws {
        let states = """
            flow: f
            sources: {src: {type: hand, signals: [a]}}
            sinks: {end: {type: keep, in: [a]}}
            """
        try await TestNodes.running(states) { flow, nodes, _ in
            #expect(!nodes.outlet("src").wantsMessages)
            let messages = states.replacing("flow: f", with: "flow: f\ntrigger: message")
            try await flow.reload(try nodes.plan(messages))
            #expect(nodes.hasBegun { $0 == ["src", "src"] })
            #expect(nodes.outlet("src").wantsMessages)
        }
    }
}
