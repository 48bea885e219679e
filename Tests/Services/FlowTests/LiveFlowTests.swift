import Component
import Foundation
import Lifetime
import Manifest
import Signals
import Telemetry
import Testing

@testable import Flow

@Suite(.timeLimit(.minutes(2))) struct LiveFlowTests {
    private let two = """
        flow: f
        sources: {src: {type: hand, signals: [a, b]}}
        steps: {s: {type: split, in: {x: a}}}
        sinks: {end: {type: keep, in: [x, b]}}
        """

    @Test("A burst is evaluated less often than it has samples, and its last value arrives")
    func burst() async throws {
        try await TestNodes.running(two) { flow, nodes, _ in
            let outlet = nodes.outlet("src")
            for value in 0...100_000 {
                outlet.offer(0, .float64(Double(value)), .none, Stamp(nanoseconds: Int64(value) + 1), skipped: 0)
            }
            let written = try #require(nodes.written { $0.last?.sample.value == .float64(200_000) })
            #expect(written.map(\.sample.stamp) == written.map(\.sample.stamp).sorted())
            let meter = try #require(flow.meters.nodes.first { $0.id == "src" })
            #expect(meter.received.value == 100_001)
            #expect(meter.coalesced.value + UInt64(written.count) == 100_001)
        }
    }

    @Test("Messages are evaluated one by one, in their order, and told when the sinks have them")
    func messages() async throws {
        let yaml = two.replacing("flow: f", with: "flow: f\ntrigger: message\nmessages: {waiting: 10}")
        try await TestNodes.running(yaml) { _, nodes, _ in
            let outlet = nodes.outlet("src")
            #expect(outlet.wantsMessages)
            let outcomes = Guarded<[MessageOutcome]>([])
            for value in 0..<5000 {
                let part = Message.Part(output: 0, value: .float64(Double(value)), stamp: Stamp(nanoseconds: 1))
                let isTaken = outlet.sendWaiting(
                    Message([part]) { outcome in outcomes.withLock { $0.append(outcome) } }
                )
                #expect(isTaken)
            }
            let written = try #require(nodes.written { $0.count == 5000 })
            #expect(written.map(\.sample.value) == (0..<5000).map { .float64(Double($0) * 2) })
            #expect(Set(written.map(\.sample.id)).count == 5000)
            #expect(outcomes.withLock { $0 }.allSatisfy { $0 == .delivered })
        }
    }

    @Test("What waits for room is called when there is some")
    func room() async throws {
        let yaml = two.replacing("flow: f", with: "flow: f\ntrigger: message\nmessages: {waiting: 4}")
        try await TestNodes.running(yaml) { _, nodes, _ in
            let outlet = nodes.outlet("src")
            var sent = 0
            while sent < 1000 {
                let part = Message.Part(output: 0, value: .float64(Double(sent)), stamp: Stamp(nanoseconds: 1))
                if outlet.send(Message([part])) {
                    sent += 1
                } else {
                    let room = Mailbox(false)
                    outlet.whenRoom {
                        room.put { isThere in
                            isThere = true
                            return true
                        }
                    }
                    try #require(room.take(until: .now() + TestNodes.patience) { $0 ? true : nil } == true)
                }
            }
            _ = try #require(nodes.written { $0.count == 1000 })
        }
    }

    @Test("A failing step makes its own outputs INVALID, others go on, and it recovers")
    func isolation() async throws {
        let yaml = """
            flow: f
            sources: {src: {type: hand, signals: [a, b]}}
            steps:
              m: {type: mix, in: {x: a}, out: [m]}
              s: {type: split, in: {y: b}}
            sinks: {end: {type: keep, in: [m, y]}}
            """
        try await TestNodes.running(yaml) { flow, nodes, _ in
            let outlet = nodes.outlet("src")
            outlet.offer(0, .float64(1), .none, Stamp(nanoseconds: 1), skipped: 0)
            _ = try #require(nodes.written { $0.last?.sample.value == .float64(1) })
            outlet.offer(0, .float64(5), .none, Stamp(nanoseconds: 2), skipped: 0)
            let failed = try #require(nodes.written { $0.last?.sample.severity == .invalid }).last
            #expect(failed?.sample.value == .float64(1))
            #expect(failed?.sample.alarm.message == "expected another sum")
            outlet.offer(1, .float64(4), .none, Stamp(nanoseconds: 3), skipped: 0)
            _ = try #require(nodes.written { $0.last?.name == "y" })
            outlet.offer(0, .float64(6), .none, Stamp(nanoseconds: 4), skipped: 0)
            let good = try #require(nodes.written { $0.last?.name == "m" && $0.last?.sample.severity == Severity.none })
                .last
            #expect(good?.sample.value == .float64(6))
            #expect(flow.meters.nodes.first { $0.id == "m" }?.failed.value == 1)
        }
    }

    @Test("A value that nobody renews becomes INVALID at its age, and good again when it comes")
    func ages() async throws {
        let yaml = two.replacing("signals: [a, b]", with: "signals: [a, b], max_age: 50ms")
        try await TestNodes.running(yaml) { _, nodes, _ in
            let outlet = nodes.outlet("src")
            outlet.offer(0, .float64(1), .none, Stamp(nanoseconds: 5), skipped: 0)
            let written = try #require(nodes.written { $0.count == 2 })
            #expect(written.map(\.sample.severity) == [.none, .invalid])
            #expect(written[1].sample.alarm.message == "a is older than 50ms")
            #expect(written[1].sample.value == .float64(2))
            #expect(written[1].sample.stamp == Stamp(nanoseconds: 5))
            outlet.offer(0, .float64(1), .none, Stamp(nanoseconds: 6), skipped: 0)
            #expect(try #require(nodes.written { $0.count == 3 })[2].sample.severity == Severity.none)
        }
    }

    @Test("With a period of its own, what has come in time is not too old")
    func agesAtPeriod() async throws {
        let yaml = two.replacing("signals: [a, b]", with: "signals: [a, b], max_age: 300ms")
            .replacing("flow: f", with: "flow: f\ntrigger: {every: 1s}")
        try await TestNodes.running(yaml) { _, nodes, log in
            let outlet = nodes.outlet("src")
            let start = MonotonicTime.now()
            var value = 0.0
            while MonotonicTime.now() < start + .milliseconds(2500) {
                value += 1
                outlet.offer(0, .float64(value), .none, Stamp(nanoseconds: 1), skipped: 0)
                _ = nodes.written { _ in true }
                usleep(1000)
            }
            let written = nodes.written
            #expect(written.count >= 2)
            #expect(written.allSatisfy { $0.sample.severity == Severity.none }, "\(written.map(\.sample.alarm))")
            #expect(log.events.allSatisfy { $0.text != "signal stale" })
        }
    }

    @Test("A window gathers a burst into one evaluation")
    func window() async throws {
        let yaml = two.replacing("flow: f", with: "flow: f\nwindow: 200ms")
        try await TestNodes.running(yaml) { _, nodes, _ in
            let outlet = nodes.outlet("src")
            for value in 1...3 {
                outlet.offer(0, .float64(Double(value)), .none, Stamp(nanoseconds: 1), skipped: 0)
                outlet.offer(1, .float64(Double(value)), .none, Stamp(nanoseconds: 1), skipped: 0)
            }
            let written = try #require(nodes.written { $0.count == 2 })
            #expect(Set(written.map(\.sample.id)).count == 1)
            #expect(written.map(\.sample.value).contains(.float64(6)))
        }
    }

    @Test("'all' waits for every signal that anything reads")
    func all() async throws {
        try await TestNodes.running(two.replacing("flow: f", with: "flow: f\ntrigger: all")) { _, nodes, _ in
            let outlet = nodes.outlet("src")
            for value in 1...50 { outlet.offer(0, .float64(Double(value)), .none, Stamp(nanoseconds: 1), skipped: 0) }
            outlet.offer(1, .float64(1), .none, Stamp(nanoseconds: 1), skipped: 0)
            let written = try #require(nodes.written { $0.count == 2 })
            #expect(Set(written.map(\.sample.id)).count == 1)
            #expect(written.first { $0.name == "x" }?.sample.value == .float64(100))
        }
    }

    @Test("A period evaluates what is there, again and again")
    func every() async throws {
        try await TestNodes.running(two.replacing("flow: f", with: "flow: f\ntrigger: {every: 5ms}")) { _, nodes, _ in
            nodes.outlet("src").offer(0, .float64(1), .none, Stamp(nanoseconds: 1), skipped: 0)
            let written = try #require(nodes.written { $0.count >= 5 })
            #expect(written.allSatisfy { $0.name == "x" && $0.sample.value == .float64(2) })
        }
    }

    @Test("The trigger's signal makes the rest go; what comes before it waits")
    func signal() async throws {
        try await TestNodes.running(two.replacing("flow: f", with: "flow: f\ntrigger: b")) { _, nodes, _ in
            let outlet = nodes.outlet("src")
            outlet.offer(0, .float64(1), .none, Stamp(nanoseconds: 1), skipped: 0)
            outlet.offer(0, .float64(3), .none, Stamp(nanoseconds: 2), skipped: 0)
            outlet.offer(1, .float64(9), .none, Stamp(nanoseconds: 3), skipped: 0)
            let written = try #require(nodes.written { $0.count == 2 })
            #expect(written.first { $0.name == "x" }?.sample.value == .float64(6))
        }
    }

    @Test("Nothing reaches a live sink without publishing; a local one gets it")
    func heldBack() async throws {
        let yaml = two + "\n  out: {type: live, in: [x]}"
        try await TestNodes.running(
            yaml.replacing("sinks: {end: {type: keep, in: [x, b]}}", with: "sinks:\n  end: {type: keep, in: [x, b]}")
        ) {
            flow,
            nodes,
            _ in
            nodes.outlet("src").offer(0, .float64(1), .none, Stamp(nanoseconds: 1), skipped: 0)
            _ = try #require(nodes.written { $0.count == 1 })
            #expect(flow.heldBackCount == 1)
            _ = flow.view(within: .seconds(10))
            #expect(nodes.written.map(\.sink) == ["end"])
            #expect(flow.meters.nodes.first { $0.id == "out" }?.heldBack.value == 1)
        }
    }

    @Test("A reload makes no step: delayed wires keep what they had, a reset has them begin anew")
    func histories() async throws {
        let yaml = """
            flow: f
            sources: {src: {type: hand, signals: [a]}}
            steps:
              last: {type: split, in: {before: {signal: sum, delay: true, initial: 10}}}
              add: {type: mix, in: {x: before, y: a}, out: [sum]}
            sinks: {end: {type: keep, in: [sum]}}
            """
        try await TestNodes.running(yaml) { flow, nodes, _ in
            let outlet = nodes.outlet("src")
            // A split doubles; a mix is its first input and twice its second.
            for (value, sum) in [(1.0, 22.0), (2, 48), (3, 102)] {
                outlet.offer(0, .float64(value), .none, Stamp(nanoseconds: 1), skipped: 0)
                _ = try #require(nodes.written { $0.last?.sample.value == .float64(sum) })
            }
            try await flow.reload(try nodes.plan(yaml.replacing("flow: f", with: "flow: f\nabout: the same")))
            _ = try #require(flow.view(within: .seconds(60)))
            #expect(nodes.written.last?.sample.value == .float64(102))
            outlet.offer(0, .float64(1), .none, Stamp(nanoseconds: 1), skipped: 0)
            _ = try #require(nodes.written { $0.last?.sample.value == .float64(206) })
            // Another beginning is another wire.
            try await flow.reload(try nodes.plan(yaml.replacing("initial: 10", with: "initial: 20")))
            _ = try #require(nodes.written { $0.last?.sample.value == .float64(42) })
            outlet.offer(0, .float64(1), .none, Stamp(nanoseconds: 1), skipped: 0)
            _ = try #require(nodes.written { $0.last?.sample.value == .float64(86) })
            flow.inbox.put { inbox in
                inbox.askReset()
                return true
            }
            _ = try #require(nodes.written { $0.last?.sample.value == .float64(42) })
            outlet.offer(0, .float64(3), .none, Stamp(nanoseconds: 1), skipped: 0)
            _ = try #require(nodes.written { $0.last?.sample.value == .float64(90) })
        }
    }

    @Test("A thousand reloads lose no update, and keep the source connected")
    func reloads() async throws {
        let other = two.replacing("type: split, in: {x: a}", with: "type: split, in: {y: b, x: a}")
        try await TestNodes.running(two) { flow, nodes, _ in
            let plans = [try nodes.plan(two), try nodes.plan(other)]
            let outlet = nodes.outlet("src")
            let isOver = StopSignal()
            try await withThrowingTaskGroup { group in
                group.addTask(executorPreference: BlockingExecutor(label: "sender")) {
                    var value = 0.0
                    while !isOver.isGiven {
                        value += 1
                        outlet.offer(0, .float64(value), .none, Stamp(nanoseconds: Int64(value)), skipped: 0)
                    }
                    outlet.offer(0, .float64(-1), .none, Stamp(nanoseconds: Int64(value) + 1), skipped: 0)
                }
                for number in 0..<1000 { try await flow.reload(plans[(number + 1) % 2]) }
                isOver.give()
                try await group.waitForAll()
            }
            let written = try #require(nodes.written { $0.contains { $0.sample.value == .float64(-2) } })
            #expect(flow.meters.reloads.value == 1000)
            #expect(nodes.starts == ["src"])
            // After a reload the same value is computed again; nothing older ever comes behind something newer.
            let stamps = written.map(\.sample.stamp)
            #expect(stamps == stamps.sorted())
        }
    }

    @Test("Messages that wait while a flow is replaced are evaluated by the new one")
    func reloadingMessages() async throws {
        let yaml = two.replacing("flow: f", with: "flow: f\ntrigger: message")
        let other = yaml.replacing("type: split, in: {x: a}", with: "type: split, in: {y: b, x: a}")
        try await TestNodes.running(yaml) { flow, nodes, _ in
            let plans = [try nodes.plan(yaml), try nodes.plan(other)]
            let outlet = nodes.outlet("src")
            let delivered = Guarded(0)
            try await withThrowingTaskGroup { group in
                group.addTask(executorPreference: BlockingExecutor(label: "sender")) {
                    for value in 1...20_000 {
                        let part = Message.Part(output: 0, value: .float64(Double(value)), stamp: Stamp(nanoseconds: 1))
                        _ = outlet.sendWaiting(
                            Message([part]) { if $0 == .delivered { delivered.withLock { $0 += 1 } } }
                        )
                    }
                }
                for number in 0..<100 { try await flow.reload(plans[(number + 1) % 2]) }
                try await group.waitForAll()
            }
            let written = try #require(nodes.written { $0.contains { $0.sample.value.number ?? 0 >= 40_000 } })
            #expect(Set(written.compactMap(\.sample.id)).count >= 20_000)
            #expect(delivered.withLock { $0 } == 20_000)
        }
    }

    @Test("A new flow whose sink cannot begin leaves the old one at work")
    func badReload() async throws {
        try await TestNodes.running(two) { flow, nodes, _ in
            let bad = two.replacing("{type: keep, in: [x, b]}", with: "{type: keep, in: [x, b], refuses: true}")
            await #expect(throws: UnmadeNode.self) { try await flow.reload(try nodes.plan(bad)) }
            nodes.outlet("src").offer(0, .float64(4), .none, Stamp(nanoseconds: 1), skipped: 0)
            _ = try #require(nodes.written { $0.last?.sample.value == .float64(8) })
        }
    }

    @Test("A flow whose sink cannot begin does not")
    func badStart() async throws {
        let bad = two.replacing("{type: keep, in: [x, b]}", with: "{type: keep, in: [x, b], refuses: true}")
        await #expect(throws: UnmadeNode.self) { try await TestNodes.running(bad) { _, _, _ in } }
    }

    @Test("What came before the end is evaluated before it")
    func end() async throws {
        let (nodes, log) = (TestNodes(), KeptLog())
        let flow = try LiveFlow(try nodes.plan(two), settings: FlowSettings(isPublishing: false, log: log))
        try await withThrowingTaskGroup { group in
            let ready = StopSignal()
            group.addTask {
                defer { ready.give() }
                try await flow.run { ready.give() }
            }
            await ready.wait()
            let outlet = nodes.outlet("src")
            outlet.offer(0, .float64(21), .none, Stamp(nanoseconds: 1), skipped: 0)
            flow.stop.give()
            try await group.waitForAll()
        }
        #expect(nodes.written.last?.sample.value == .float64(42))
    }

    @Test("A tap sees the newest of each signal, and how many it missed")
    func taps() async throws {
        try await TestNodes.running(two) { flow, nodes, _ in
            let outlet = nodes.outlet("src")
            let isSeen = flow.withTap { tap in
                for value in 1...10_000 {
                    outlet.offer(0, .float64(Double(value)), .none, Stamp(nanoseconds: Int64(value)), skipped: 0)
                }
                var last: Value?
                while last != .float64(20_000) {
                    guard let changes = tap.next(until: .now() + TestNodes.patience) else { return }
                    last = changes.last { $0.signal == "x" }?.sample.value ?? last
                }
                #expect(last == .float64(20_000))
            }
            #expect(isSeen)
        }
    }
}
