import Component
import JSON
import PVAccess
import Signals
import TestSupport
import Testing

/// Our server before a client of another make, in another process.
// One after the other: each has threads or processes of its own, and two cores serve them all.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ServerTests {
    static func connected(_ declarations: [PVADeclaration]) async throws -> (PVAServer, Peer) {
        let server = try PVAServer(declarations)
        return (server, try await Peer("client", ports: (server.port, server.broadcastPort)))
    }

    @Test("Limits, unit, format, precision and alarm limits are told, each where it was declared")
    func metadata() async throws {
        var declared = PVADeclaration("A", .float64)
        declared.displayLimits = -1...10
        declared.unit = "µm"
        declared.precision = 3
        declared.format = "%.3f"
        declared.displayText = "a gap"
        declared.control = try ControlLimits(low: -5, high: 5, minStep: 0.5)
        declared.valueAlarm = try AlarmLimits(
            lowAlarm: -4,
            lowWarning: -3,
            highWarning: 3,
            highAlarm: 4,
            highAlarmSeverity: .invalid,
            hysteresis: 0.25
        )
        let (server, peer) = try await Self.connected([declared, PVADeclaration("B", .float64)])
        defer { peer.kill() }
        let value = try #require(try await peer.tell("{\"do\": \"get\", \"name\": \"A\"}")["value"])
        let display = try #require(value["display"])
        #expect(display["limitLow"] == -1.0)
        #expect(display["limitHigh"] == 10.0)
        #expect(display["units"] == "µm")
        #expect(display["precision"] == 3)
        #expect(display["format"] == "%.3f")
        #expect(display["description"] == "a gap")
        #expect(value["control"]?["limitLow"] == -5.0)
        #expect(value["control"]?["limitHigh"] == 5.0)
        #expect(value["control"]?["minStep"] == 0.5)
        let alarm = try #require(value["valueAlarm"])
        #expect(alarm["active"] == true)
        #expect(alarm["lowAlarmLimit"] == -4.0)
        #expect(alarm["lowWarningLimit"] == -3.0)
        #expect(alarm["highWarningLimit"] == 3.0)
        #expect(alarm["highAlarmLimit"] == 4.0)
        #expect(alarm["lowAlarmSeverity"] == 2)
        #expect(alarm["lowWarningSeverity"] == 1)
        #expect(alarm["highWarningSeverity"] == 1)
        #expect(alarm["highAlarmSeverity"] == 3)
        #expect(alarm["hysteresis"] == 0.25)
        #expect(value["alarm"]?["severity"] == 3)
        #expect(value["alarm"]?["status"] == 6)
        #expect(value["alarm"]?["message"] == "UDF")
        let bare = try #require(try await peer.tell("{\"do\": \"get\", \"name\": \"B\"}")["value"])
        #expect(bare["display"] == nil)
        #expect(bare["control"] == nil)
        #expect(bare["valueAlarm"] == nil)
        #expect(server.names == ["A", "B"])
    }

    @Test("Every kind is what other clients know")
    func kinds() async throws {
        let (server, peer) = try await Self.connected([
            PVADeclaration("F", .float64), PVADeclaration("I", .int32), PVADeclaration("L", .int64),
            PVADeclaration("B", .bool), PVADeclaration("T", .text), PVADeclaration("E", .choice(["off", "on"])),
            PVADeclaration("W", .array(.float32)), PVADeclaration("S", .array(.string)),
        ])
        defer { peer.kill() }
        let samples: [Value] = [
            .tensor(try Tensor([2.5], shape: [1])), .float64(7), .int64(.min), .bool(true), .text("grün"),
            .text("on"), .tensor(try Tensor([1, 2.5], shape: [2, 1])), .tensor(try Tensor(["a", "b"], shape: [2])),
        ]
        let alarm = Alarm(.minor, status: .driver, message: "warm")
        for (index, sample) in samples.enumerated() { #expect(server.post(index, Sample(sample, alarm)) == nil) }
        let expected: [(String, JSONValue)] = [
            ("F", 2.5), ("I", 7), ("L", .integer(.min)), ("B", true), ("T", "grün"),
            ("E", ["index": 1, "choices": ["off", "on"]]),
            ("W", ["dtype": "float32", "shape": [2], "list": [1.0, 2.5]]),
            ("S", ["a", "b"]),
        ]
        for (name, value) in expected {
            let answer = try await peer.tell("{\"do\": \"get\", \"name\": \"\(name)\"}")
            let id = ["E": "NTEnum", "W": "NTScalarArray", "S": "NTScalarArray"][name] ?? "NTScalar"
            #expect(answer["id"] == .string("epics:nt/\(id):1.0"))
            #expect(answer["value"]?["value"] == value, "\(name)")
            #expect(answer["value"]?["alarm"]?["severity"] == 1)
            #expect(answer["value"]?["alarm"]?["status"] == 2)
            #expect(answer["value"]?["alarm"]?["message"] == "warm")
            #expect(answer["value"]?["timeStamp"]?["secondsPastEpoch"] == 1_700_000_000)
            #expect(answer["value"]?["timeStamp"]?["nanoseconds"] == 123_456_789)
        }
    }

    @Test("A post that does not fit is a problem, and leaves what was there")
    func problems() async throws {
        let server = try PVAServer([
            PVADeclaration("T", .text), PVADeclaration("I", .int32), PVADeclaration("F", .float64),
            PVADeclaration("E", .choice(["off"])), PVADeclaration("M", .image),
        ])
        let pair = Value.tensor(try Tensor([1.0, 2], shape: [2]))
        let cases: [(Int, Value, String)] = [
            (0, .float64(1), "expected a text for 'T', found 1.0"),
            (1, .float64(1.5), "expected a whole number of -2147483648 to 2147483647 for 'I', found 1.5"),
            (1, .float64(.nan), "expected a whole number of -2147483648 to 2147483647 for 'I', found nan"),
            (2, .text("1"), "expected a number (float64) for 'F', found the text '1'"),
            (2, pair, "expected a number (float64) for 'F', found float64 of shape [2]"),
            (3, .int64(1), "expected one of 'off' or its number for 'E', found 1"),
            (4, pair, "expected an image of numbers for 'M', found float64 of shape [2]"),
        ]
        for (index, value, message) in cases {
            #expect(server.post(index, Sample(value))?.message == message)
        }
        let client = try server.client()
        #expect(try await client.get("F").alarm.message == "UDF")
    }

    @Test("Two variables of one name, none, and names that cannot be are refused")
    func names() {
        let twice = #expect(throws: PVAProblem.self) {
            try PVAServer([PVADeclaration("A", .float64), PVADeclaration("A", .text)])
        }
        #expect(twice?.message == "expected process variables of different names, found two of 'A'")
        for name in ["", "a\0b", String(repeating: "x", count: 501)] {
            #expect(throws: PVAProblem.self) { try PVAServer([PVADeclaration(name, .float64)]) }
        }
        #expect(throws: PVAProblem.self) { try PVAServer([PVADeclaration("A", .choice([]))]) }
        #expect(throws: PVAProblem.self) { try PVAServer([PVADeclaration("A", .array(.float16))]) }
    }

    @Test("Where the wanted port is busy, the server says on which one it listens")
    func busy() throws {
        let first = try PVAServer([PVADeclaration("A", .float64)])
        #expect(first.portProblem == nil)
        #expect(first.addresses == ["127.0.0.1:\(first.port)"])
        var settings = PVAServerSettings.anywhere
        settings.serverPort = first.port
        let second = try PVAServer([PVADeclaration("A", .float64)], settings: settings, at: Stamp(nanoseconds: 0))
        #expect(second.port != first.port)
        #expect(
            second.portProblem?.message
                == "expected port \(first.port) to be free, found it busy; listening on port \(second.port)"
        )
    }

    @Test("Puts of another client are answered: accepted as adjusted, or refused with the reason")
    func puts() async throws {
        var input = PVADeclaration("IN", .float64)
        let limits = try ControlLimits(low: 0, high: 10, minStep: 0.5)
        input.put = { value, _ in
            do throws(PVAProblem) {
                return .accept(Sample(.float64(try limits.allowed(value.number ?? .nan))))
            } catch {
                return .refuse(error.message)
            }
        }
        var choice = PVADeclaration("E", .choice(["off", "on"]))
        choice.put = { value, _ in .accept(Sample(value)) }
        let (server, peer) = try await Self.connected([input, choice, PVADeclaration("OUT", .float64)])
        defer { peer.kill() }
        try await peer.tell("{\"do\": \"put\", \"name\": \"IN\", \"value\": 3.3}")
        let client = try server.client()
        #expect(try await client.get("IN").value == .float64(3.5))
        try await peer.tell("{\"do\": \"put\", \"name\": \"IN\", \"value\": 99}")
        #expect(try await client.get("IN").value == .float64(10))
        try peer.send("{\"do\": \"put\", \"name\": \"IN\", \"value\": \"nan\"}")
        #expect(try await peer.answer()["problem"] == "expected a number of 0.0 to 10.0, found NaN")
        try peer.send("{\"do\": \"put\", \"name\": \"OUT\", \"value\": 1}")
        #expect(try await peer.answer()["problem"] == "'OUT' is an output of the flow. Model outputs are read-only")
        try await client.put("E", .text("on"))
        #expect(try await client.get("E").value == .choice(Choice(index: 1, label: "on")))
        let beyond = await #expect(throws: PVAProblem.self) { try await client.put("E", .int64(2)) }
        #expect(
            beyond?.message
                == "expected 'E' to take a value, found: expected one of 'off', 'on' or its number for 'E', "
                + "found choice 2 ''"
        )
    }
}
