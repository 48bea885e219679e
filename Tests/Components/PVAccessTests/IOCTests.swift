import Component
import PVAccess
import Signals
import TestSupport
import Testing

/// Our client at records of an IOC.
@Suite(.timeLimit(.minutes(2))) struct IOCTests {
    @Test("Records tell unit, limits, choices and alarms, and take puts")
    func records() async throws {
        let ioc = try await Peer("ioc", script: "ioc.py")
        defer { ioc.kill() }
        let client = try PVAClient.loopback(port: ioc.port, broadcastPort: ioc.broadcastPort)
        let (monitor, watch) = try client.watch("IOC:A")
        let (description, _) = try await watch.connected()
        #expect(
            description
                == Description(
                    kind: .float64,
                    unit: "mm",
                    displayLimits: -10...10,
                    controlLimits: -8...8,
                    precision: 3
                )
        )
        let first = try await watch.value()
        #expect(first.value == .float64(1.5))
        #expect(first.alarm == .none)
        #expect(first.stamp.seconds > 1_700_000_000)
        try await client.put("IOC:A", .text("5.5"))
        let high = try await watch.value { value, _ in value == .float64(5.5) }
        #expect(high.alarm.severity == .minor)
        #expect(!high.alarm.message.isEmpty)
        try await client.put("IOC:A", .float64(99))
        // The record keeps to its drive limits.
        #expect(try await watch.value { value, _ in value == .float64(8) }.alarm.severity == .major)
        #expect(try await client.get("IOC:E").value == .choice(Choice(index: 1, label: "on")))
        try await client.put("IOC:E", .text("off"))
        #expect(try await client.get("IOC:E").value == .choice(Choice(index: 0, label: "off")))
        #expect(try await client.get("IOC:W").value == LoopbackTests.tensor([1.0, 2.0]))
        monitor.end()
    }
}
