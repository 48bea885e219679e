import Component
import PVAccess
import Signals
import TestSupport
import Testing

/// Our client at our server.
// One after the other: each has threads or processes of its own, and two cores serve them all.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LoopbackTests {
    @Test("A variable is undefined until its first sample, and carries value, alarm and time to the nanosecond")
    func first() async throws {
        let server = try PVAServer([PVADeclaration("A", .float64)])
        let client = try server.client()
        let (monitor, watch) = try client.watch("A")
        let (description, peer) = try await watch.connected()
        #expect(description == Description(kind: .float64))
        #expect(peer == "127.0.0.1:\(server.port)")
        let initial = try await watch.value()
        #expect(initial.value == .float64(0))
        #expect(initial.alarm == Alarm(.invalid, status: .undefined, message: "UDF"))
        #expect(initial.stamp == Stamp(nanoseconds: 1_600_000_000_000_000_001))
        let alarm = Alarm(.major, status: .driver, message: "zu heiß")
        #expect(server.post(0, Sample(.float64(4.25), alarm)) == nil)
        let next = try await watch.value()
        #expect(next.value == .float64(4.25))
        #expect(next.alarm == alarm)
        #expect(next.stamp == Stamp(nanoseconds: 1_700_000_000_123_456_789))
        #expect(server.post(0, Sample(.float64(5))) == nil)
        #expect(try await watch.value().alarm == .none)
        monitor.end()
    }

    @Test("When the alarm alone changes, the value stays")
    func alarmAlone() async throws {
        let server = try PVAServer([PVADeclaration("A", .float64)])
        let (monitor, watch) = try server.client().watch("A")
        #expect(server.post(0, Sample(.float64(7))) == nil)
        _ = try await watch.value { value, _ in value == .float64(7) }
        #expect(server.post(0, Sample(.none, .invalid("model failed"))) == nil)
        let next = try await watch.value()
        #expect(next.value == .float64(7))
        #expect(next.alarm == .invalid("model failed"))
        monitor.end()
    }

    static let odd: [Double] = [
        .nan, .infinity, -.infinity, .leastNonzeroMagnitude, -0.0, .greatestFiniteMagnitude, .pi,
    ]

    static func tensor<Element: TensorElement>(_ elements: [Element]) -> Value {
        // Safe to fail: a test would say so.
        (try? Tensor(elements, shape: [elements.count])).map { .tensor($0) } ?? .none
    }

    static let values: [(PVADeclaration.Kind, [Value])] = [
        (.float64, odd.map { .float64($0) }),
        (.int32, [.int64(Int64(Int32.min)), .int64(Int64(Int32.max)), .int64(0)]),
        (.int64, [.int64(.min), .int64(.max), .int64(-1)]),
        (.bool, [.bool(true), .bool(false)]),
        (.text, [.text("grün"), .text(""), .text(String(repeating: "x", count: 10_000))]),
        (.choice(["off", "on"]), [.choice(Choice(index: 1, label: "on")), .choice(Choice(index: 0, label: "off"))]),
        (.array(.float64), [tensor(odd), tensor([Double]()), tensor([1.5])]),
        (.array(.float32), [tensor([Float.nan, -.infinity, .leastNonzeroMagnitude]), tensor([Float]())]),
        (.array(.int8), [tensor([Int8.min, .max])]),
        (.array(.int16), [tensor([Int16.min, .max])]),
        (.array(.int32), [tensor([Int32.min, .max])]),
        (.array(.int64), [tensor([Int64.min, .max])]),
        (.array(.uint8), [tensor([UInt8.min, .max])]),
        (.array(.uint16), [tensor([UInt16.min, .max])]),
        (.array(.uint32), [tensor([UInt32.min, .max])]),
        (.array(.uint64), [tensor([UInt64.min, .max])]),
        (.array(.bool), [(try? Tensor([true, false, true], shape: [3])).map { .tensor($0) } ?? .none]),
        (.array(.string), [(try? Tensor(["a", "", "ü"], shape: [3])).map { .tensor($0) } ?? .none]),
    ]

    @Test("Every kind arrives bit for bit, by monitor and by get", arguments: values)
    func kinds(kind: PVADeclaration.Kind, values: [Value]) async throws {
        let server = try PVAServer([PVADeclaration("A", kind)])
        let client = try server.client()
        let (monitor, watch) = try client.watch("A")
        _ = try await watch.value()
        for value in values {
            #expect(server.post(0, Sample(value)) == nil)
            #expect(try await watch.value().value == value)
            #expect(try await client.get("A").value == value)
        }
        monitor.end()
    }

    @Test(
        "A burst may lose values, but never the last nor the order",
        arguments: [PVAMonitorMode.newest, .every]
    )
    func burst(mode: PVAMonitorMode) async throws {
        let server = try PVAServer([PVADeclaration("A", .int64)])
        let (monitor, watch) = try server.client().watch("A", mode)
        _ = try await watch.value()
        let last: Int64 = 100_000
        for number in 1...last { #expect(server.post(0, Sample(.int64(number))) == nil) }
        _ = try await watch.value { value, _ in value == .int64(last) }
        let numbers = watch.events.compactMap {
            if case .value(.int64(let number), _, _, _) = $0 { number } else { nil }
        }
        #expect(numbers == numbers.sorted())
        monitor.end()
    }

    @Test("A consumer that is full gets nothing until it resumes, and then the newest")
    func pressure() async throws {
        let server = try PVAServer([PVADeclaration("A", .int64)])
        let (monitor, watch) = try server.client().watch("A", .newest)
        let (other, probe) = try server.client().watch("A")
        _ = try await watch.value()
        watch.setFull(true)
        #expect(server.post(0, Sample(.int64(1))) == nil)
        _ = try await watch.value { value, _ in value == .int64(1) }
        for number in 2...1000 { #expect(server.post(0, Sample(.int64(Int64(number)))) == nil) }
        _ = try await probe.value { value, _ in value == .int64(1000) }
        let before = watch.events.count
        watch.setFull(false)
        monitor.resume()
        _ = try await watch.value { value, _ in value == .int64(1000) }
        #expect(watch.events.count <= before + 3)
        monitor.end()
        other.end()
    }

    @Test("A put is answered by whoever declared the variable, and posted as it was accepted")
    func puts() async throws {
        var input = PVADeclaration("IN", .float64)
        input.put = { value, peer in
            guard let number = value.number, number < 10, !peer.isEmpty else { return .refuse("too much") }
            return .accept(Sample(.float64(number * 2)))
        }
        let server = try PVAServer([input, PVADeclaration("OUT", .float64)])
        let client = try server.client()
        try await client.put("IN", .float64(4))
        #expect(try await client.get("IN").value == .float64(8))
        try await client.put("IN", .text("4.25"))
        #expect(try await client.get("IN").value == .float64(8.5))
        let refusal = await #expect(throws: PVAProblem.self) { try await client.put("IN", .float64(11)) }
        #expect(refusal?.message == "expected 'IN' to take a value, found: too much")
        let output = await #expect(throws: PVAProblem.self) { try await client.put("OUT", .float64(1)) }
        #expect(
            output?.message
                == "expected 'OUT' to take a value, found: 'OUT' is an output of the flow. Model outputs are read-only"
        )
        let text = await #expect(throws: PVAProblem.self) { try await client.put("IN", .text("abc")) }
        #expect(text?.message == "expected a number (float64) for 'IN', found the text 'abc'")
    }

    @Test("What is not there is not got, and the message says where it was searched")
    func missing() async throws {
        let server = try PVAServer([PVADeclaration("A", .float64)])
        let client = try server.client()
        let problem = await #expect(throws: PVAProblem.self) {
            try await client.get("B", timeout: .milliseconds(300))
        }
        #expect(problem?.kind == .timeout)
        #expect(problem?.message.contains("name server 127.0.0.1:\(server.port)") == true)
    }
}
