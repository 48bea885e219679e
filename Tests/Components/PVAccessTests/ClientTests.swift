import Component
import JSON
import PVAccess
import Signals
import TestSupport
import Testing

/// Our client at a server of another make, in another process.
// One after the other: each has threads or processes of its own, and two cores serve them all.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ClientTests {
    static func connected(_ orders: [String]) async throws -> (Peer, PVAClient) {
        let peer = try await Peer("server")
        for order in orders { try await peer.tell(order) }
        return (peer, try .loopback(port: peer.port, broadcastPort: peer.broadcastPort))
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let code: String
        let json: String
        let value: Value

        init(_ code: String, _ json: String, _ value: Value) {
            self.code = code
            self.json = json
            self.value = value
        }

        init<Element: TensorElement>(_ code: String, _ dtype: String, _ json: String, _ elements: [Element]) {
            self.init(code, "\(json), \"dtype\": \"\(dtype)\"", LoopbackTests.tensor(elements))
        }

        var testDescription: String { "\(code) \(json)" }
    }

    static let cases = [
        Case("?", "true", .bool(true)),
        Case("b", "-128", .int64(-128)),
        Case("B", "255", .uint64(255)),
        Case("h", "-32768", .int64(-32768)),
        Case("H", "65535", .uint64(65535)),
        Case("i", "-2147483648", .int64(Int64(Int32.min))),
        Case("I", "4294967295", .uint64(UInt64(UInt32.max))),
        Case("l", "-9223372036854775808", .int64(.min)),
        Case("L", "18446744073709551615", .uint64(.max)),
        Case("f", "1.5", .float64(1.5)),
        Case("d", "5e-324", .float64(.leastNonzeroMagnitude)),
        Case("d", "\"nan\"", .float64(.nan)),
        Case("d", "\"-inf\"", .float64(-.infinity)),
        Case("s", "\"grün\"", .text("grün")),
        Case("b", "int8", "[-128, 127]", [Int8.min, .max]),
        Case("B", "uint8", "[0, 255]", [UInt8.min, .max]),
        Case("h", "int16", "[-32768]", [Int16.min]),
        Case("H", "uint16", "[65535]", [UInt16.max]),
        Case("i", "int32", "[-2147483648]", [Int32.min]),
        Case("I", "uint32", "[4294967295]", [UInt32.max]),
        Case("l", "int64", "[-1]", [Int64(-1)]),
        Case("L", "uint64", "[7]", [UInt64(7)]),
        Case("f", "float32", "[1.5, \"-inf\"]", [Float(1.5), -.infinity]),
        Case("d", "float64", "[1.5, \"inf\"]", [1.5, .infinity]),
        Case("d", "float64", "[]", [Double]()),
        Case(
            "?",
            "[true, false], \"dtype\": \"bool\"",
            (try? Tensor([true, false], shape: [2])).map { .tensor($0) } ?? .none
        ),
        Case(
            "s",
            "[\"a\", \"\"], \"dtype\": \"str\"",
            (try? Tensor(["a", ""], shape: [2])).map { .tensor($0) } ?? .none
        ),
    ]

    @Test("Every type of scalar and array is read as it was sent, and put back")
    func types() async throws {
        let (peer, client) = try await Self.connected(
            Self.cases.enumerated().map { index, each in
                "{\"do\": \"add\", \"name\": \"P\(index)\", \"code\": \"\(each.code)\", \"value\": \(each.json)}"
            }
        )
        defer { peer.kill() }
        for (index, each) in Self.cases.enumerated() {
            let reading = try await client.get("P\(index)")
            #expect(reading.value == each.value, "\(each.testDescription)")
            let (monitor, watch) = try client.watch("P\(index)")
            #expect(try await watch.value().value == each.value, "\(each.testDescription)")
            try await client.put("P\(index)", each.value)
            _ = try await peer.answer()
            #expect(try await watch.value().value == each.value, "\(each.testDescription)")
            monitor.end()
        }
    }

    @Test("Numbers and texts are converted to what the target is; what does not fit is refused here")
    func conversions() async throws {
        let (peer, client) = try await Self.connected([
            "{\"do\": \"add\", \"name\": \"N\", \"code\": \"b\", \"value\": 0}",
            "{\"do\": \"add\", \"name\": \"E\", \"type\": \"enum\", \"value\": 0, \"choices\": [\"off\", \"on\"]}",
            "{\"do\": \"add\", \"name\": \"A\", \"code\": \"f\", \"dtype\": \"float32\", \"value\": [1]}",
        ])
        defer { peer.kill() }
        try await client.put("N", .text("-12"))
        #expect(try await peer.answer()["value"] == .integer(-12))
        let beyond = await #expect(throws: PVAProblem.self) { try await client.put("N", .int64(128)) }
        #expect(beyond?.message == "expected a whole number of -128 to 127 for 'N', found 128")
        let half = await #expect(throws: PVAProblem.self) { try await client.put("N", .float64(1.5)) }
        #expect(half?.kind == .value)
        try await client.put("E", .text("on"))
        _ = try await peer.answer()
        #expect(try await client.get("E").value == .choice(Choice(index: 1, label: "on")))
        try await client.put("E", .int64(0))
        _ = try await peer.answer()
        #expect(try await client.get("E").value == .choice(Choice(index: 0, label: "off")))
        let label = await #expect(throws: PVAProblem.self) { try await client.put("E", .text("ON")) }
        #expect(label?.message == "expected one of 'off', 'on' or its number for 'E', found the text 'ON'")
        try await client.put("A", .tensor(try Tensor([1.25, 2.5], shape: [2, 1])))
        _ = try await peer.answer()
        #expect(try await client.get("A").value == LoopbackTests.tensor([Float(1.25), 2.5]))
    }

    @Test("A refused put says why, in the server's words")
    func refusal() async throws {
        let (peer, client) = try await Self.connected(["{\"do\": \"add\", \"name\": \"REFUSES\", \"value\": 0}"])
        defer { peer.kill() }
        let problem = await #expect(throws: PVAProblem.self) { try await client.put("REFUSES", .float64(1)) }
        #expect(problem?.kind == .refused)
        #expect(problem?.message == "expected 'REFUSES' to take a value, found: not today")
    }

    @Test("Unit, limits, precision and text come with the connection, and again when they change")
    func descriptions() async throws {
        let (peer, client) = try await Self.connected([
            """
            {"do": "add", "name": "A", "value": 1.5, "display": true, "control": true, "set": {"display.units": "mm", \
            "display.limitLow": -1, "display.limitHigh": 10, "display.precision": 3, "display.description": "a gap", \
            "control.limitLow": 0, "control.limitHigh": 9}}
            """
        ])
        defer { peer.kill() }
        let (monitor, watch) = try client.watch("A")
        let expected = Description(
            kind: .float64,
            unit: "mm",
            displayLimits: -1...10,
            controlLimits: 0...9,
            precision: 3,
            displayText: "a gap"
        )
        #expect(try await watch.connected().0 == expected)
        try await peer.tell("{\"do\": \"post\", \"name\": \"A\", \"set\": {\"display.units\": \"m\"}}")
        let event = try await watch.next("a description") { if case .described = $0 { true } else { false } }
        guard case .described(let changed) = event else { throw Unexpected() }
        #expect(changed.unit == "m")
        #expect(changed.displayLimits == -1...10)
        monitor.end()
    }

    @Test("Alarm and time are kept, whichever part changes")
    func alarms() async throws {
        let (peer, client) = try await Self.connected(["{\"do\": \"add\", \"name\": \"A\", \"value\": 1.5}"])
        defer { peer.kill() }
        let (monitor, watch) = try client.watch("A")
        _ = try await watch.value()
        try await peer.tell(
            """
            {"do": "post", "name": "A", "set": {"alarm.severity": 2, "alarm.status": 1, "alarm.message": "hot", \
            "timeStamp.secondsPastEpoch": 5, "timeStamp.nanoseconds": 6}}
            """
        )
        let alarm = try await watch.value()
        #expect(alarm.value == .float64(1.5))
        #expect(alarm.alarm == Alarm(.major, status: .device, message: "hot"))
        #expect(alarm.stamp == Stamp(nanoseconds: 5_000_000_006))
        try await peer.tell("{\"do\": \"post\", \"name\": \"A\", \"value\": 2.5}")
        let value = try await watch.value()
        #expect(value.value == .float64(2.5))
        #expect(value.alarm == Alarm(.major, status: .device, message: "hot"))
        monitor.end()
    }

    @Test("What cannot be used says so, and the monitor lives on", arguments: ["table", "struct", "packed"])
    func unusable(type: String) async throws {
        let (peer, client) = try await Self.connected([
            """
            {"do": "add", "name": "A", "type": "\(type)", "dtype": "uint8", "value": [1], "shape": [1, 1]}
            """
        ])
        defer { peer.kill() }
        let (monitor, watch) = try client.watch("A")
        let message = try await watch.refused()
        let expected = [
            "table": "cannot be used: type 'epics:nt/NTTable:1.0' with a value of type struct",
            "struct": "cannot be used: type 'my:own' with no field 'value'",
            "packed": "cannot be used: an image packed by 'jpeg'",
        ]
        #expect(message == expected[type])
        try await peer.tell("{\"do\": \"retype\", \"name\": \"A\", \"value\": 7}")
        #expect(try await watch.value().value == .float64(7))
        monitor.end()
    }

    @Test("A variable may come late, go, and come back as another type; the events tell")
    func life() async throws {
        let ports = try (FreePort.take(), FreePort.take())
        let client = try PVAClient.loopback(port: ports.0, broadcastPort: ports.1)
        let (monitor, watch) = try client.watch("A")
        let first = try await Peer("server", ports: ports)
        defer { first.kill() }
        try await first.tell("{\"do\": \"add\", \"name\": \"A\", \"value\": 1}")
        #expect(try await watch.connected().0.kind == .float64)
        #expect(try await watch.value().value == .float64(1))
        first.kill()
        try await watch.disconnected()
        let second = try await Peer("server", ports: ports)
        defer { second.kill() }
        try await second.tell("{\"do\": \"add\", \"name\": \"A\", \"code\": \"s\", \"value\": \"hello\"}")
        #expect(try await watch.connected().0.kind == .text)
        #expect(try await watch.value().value == .text("hello"))
        try await second.tell("{\"do\": \"retype\", \"name\": \"A\", \"code\": \"i\", \"value\": 3}")
        #expect(try await watch.connected().0.kind == .int64)
        #expect(try await watch.value().value == .int64(3))
        monitor.end()
    }

    @Test("Two servers with one name: one answers, and the other takes over when it goes")
    func two() async throws {
        let (one, _) = try await Self.connected(["{\"do\": \"add\", \"name\": \"A\", \"value\": 1}"])
        defer { one.kill() }
        let (two, _) = try await Self.connected(["{\"do\": \"add\", \"name\": \"A\", \"value\": 2}"])
        defer { two.kill() }
        let client = try PVAClient(
            PVAClientSettings(
                addresses: "",
                searchesNetworks: false,
                nameServers: "127.0.0.1:\(one.port) 127.0.0.1:\(two.port)",
                broadcastPort: one.broadcastPort
            )
        )
        let (monitor, watch) = try client.watch("A")
        let first = try await watch.value().value
        (first == .float64(1) ? one : two).kill()
        try await watch.disconnected()
        #expect(try await watch.value().value == (first == .float64(1) ? .float64(2) : .float64(1)))
        monitor.end()
    }

    @Test("10,000 variables connect")
    func many() async throws {
        let (peer, client) = try await Self.connected(["{\"do\": \"many\", \"name\": \"M\", \"count\": 10000}"])
        defer { peer.kill() }
        let watch = Watch()
        let monitors = try (0..<10_000).map { index in try client.monitor("M\(index)", .newest) { watch.take($0) } }
        var seen: Set<Double> = []
        while seen.count < 10_000 {
            let next = try await watch.value()
            seen.insert(next.value.number ?? -1)
        }
        for monitor in monitors { monitor.end() }
    }

    @Test("The last of 100,000 posts arrives", arguments: [PVAMonitorMode.newest, .every])
    func burst(mode: PVAMonitorMode) async throws {
        let (peer, client) = try await Self.connected(["{\"do\": \"add\", \"name\": \"A\", \"value\": 0}"])
        defer { peer.kill() }
        let (monitor, watch) = try client.watch("A", mode)
        _ = try await watch.value()
        try peer.send("{\"do\": \"burst\", \"name\": \"A\", \"count\": 100000}")
        _ = try await watch.next(within: 60, "the last") {
            if case .value(.float64(100_000), _, _, _) = $0 { true } else { false }
        }
        monitor.end()
    }

    @Test("Arrays may be large, and change their size")
    func large() async throws {
        let (peer, client) = try await Self.connected([
            "{\"do\": \"add\", \"name\": \"A\", \"code\": \"d\", \"dtype\": \"float64\", \"value\": [1]}"
        ])
        defer { peer.kill() }
        let (monitor, watch) = try client.watch("A")
        _ = try await watch.value()
        for count in [1_048_576, 0, 3] {
            let value = LoopbackTests.tensor((0..<count).map { Double($0) })
            try await client.put("A", value, timeout: .seconds(30))
            #expect(try await watch.value().value == value)
        }
        monitor.end()
    }
}
