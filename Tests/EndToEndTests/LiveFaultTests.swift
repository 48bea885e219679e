import Foundation
import JSON
import TestSupport
import Testing

/// Faults for real: the release program, servers and clients in processes of their own, and what goes wrong between.
///
/// Whatever happens, the program does not end by itself; what it cannot know becomes INVALID, with the reason, and it
/// recovers alone. The other files of this suite are sorted by what breaks.
@Suite struct LiveFaultTests {
    static let flow = """
        flow: f
        sources: {m: {type: pva, pvs: [A]}}
        steps: {s: {type: formula, out: {twice: "2 * A"}}}
        sinks:
          o: {type: pva-server, pvs: {OUT: {signal: twice}}}

        """

    @Test("A source that is absent at the start, that dies, and that comes back as something else")
    func sourceComesAndGoes() throws {
        try LiveStage.with { stage in
            try stage.run(Self.flow.replacing("pvs: [A]", with: "pvs: [A, B]").replacing("2 * A", with: "2 * A + B"))
            let client = try stage.client()
            try client.awaitInvalid("OUT", "no value yet of A, B")
            var server = try stage.server()
            try server.add("B", 0)
            try client.awaitInvalid("OUT", "no value yet of A")
            try server.add("A", 1)
            try client.awaitValue("OUT", 2)
            server.kill()
            try client.awaitInvalid("OUT", "A is not connected")
            server = try stage.server()
            try server.add("B", 0)
            try server.add("A", "on", code: "s")
            try client.awaitInvalid("OUT", "expected numbers from 'A', found the text 'on'")
            try server.tell(["do": "retype", "name": "A", "value": 3])
            try client.awaitValue("OUT", 6)
            try server.tell(["do": "remove", "name": "A"])
            try client.awaitInvalid("OUT", "A is not connected")
            try server.add("A", 4)
            try client.awaitValue("OUT", 8)
            try stage.end()
        }
    }

    @Test("A source that stands still becomes too old, and is good again when it goes on")
    func sourcePaused() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            try server.tell(["do": "load", "name": "A", "pause": 0.02])
            try stage.run(Self.flow.replacing("pvs: [A]", with: "pvs: [A], max_age: 500ms"))
            let client = try stage.client()
            let good: JSONValue = ["do": "await", "name": "OUT", "severity": "NONE"]
            try client.tell(good)
            for _ in 0..<2 {
                server.signal(SIGSTOP)
                try client.awaitInvalid("OUT", "A is older than 500ms")
                server.signal(SIGCONT)
                try client.tell(good)
            }
            try stage.end()
        }
    }

    @Test("Of two sources each ages by its own limit, whichever comes first", arguments: [["A", "B"], ["B", "A"]])
    func agesOfTheirOwn(order: [String]) throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try stage.run(
                """
                flow: f
                sources:
                  slow: {type: pva, pvs: [A], max_age: 1h}
                  fast: {type: pva, pvs: [B], max_age: 500ms}
                sinks:
                  o: {type: pva-server, pvs: {OUT:A: {signal: A}, OUT:B: {signal: B}}}

                """
            )
            let client = try stage.client()
            for name in order {
                try server.add(name, 1)
                try client.tell(["do": "await", "name": .string("OUT:\(name)"), "value": 1])
            }
            try client.awaitInvalid("OUT:B", "B is older than 500ms")
            try client.awaitValue("OUT:A", 1)
            try stage.end()
        }
    }

    @Test("Of two servers with one name one is used, and the other when that one dies")
    func twoServers() throws {
        try LiveStage.with { stage in
            let port = LivePort.take()
            let servers = [try stage.server(), try stage.server(port: port)]
            for (index, server) in servers.enumerated() { try server.add("A", .integer(Int64(index + 1))) }
            try stage.run(Self.flow, environment: stage.environment(nameServers: [stage.sourcePort, port]))
            let client = try stage.client()
            let answer = try client.tell(["do": "await", "name": "OUT", "severity": "NONE"])
            guard case .object(let found)? = answer["found"] else { throw LiveFailure("no event") }
            let used = found["value"] == 2 || found["value"] == 2.0 ? 0 : 1
            // The other may say what it likes.
            try servers[1 - used].post("A", 50)
            try servers[used].post("A", 10)
            try client.awaitValue("OUT", 20)
            servers[used].kill()
            try client.awaitValue("OUT", 100)
            try stage.end()
        }
    }

    @Test("A port in use: the flow hosts on another and says so")
    func portInUse() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 1)
            _ = try stage.server(port: stage.hostPort)
            try stage.run(Self.flow)
            #expect(stage.log.contains("expected port \(stage.hostPort) to be free, found it busy"))
            try stage.end()
        }
    }

    @Test("A sink that cannot begin ends the start, with the reason")
    func sinkCannotBegin() throws {
        try LiveStage.with { stage in
            let document = Self.flow + "  r: {type: recorder, file: none/r.jsonl}\n"
            let flow = try stage.run(document, waits: false)
            try stage.waitUntil("the program ends") { !flow.isRunning }
            #expect(flow.status == 1)
            #expect(stage.log.contains("sinks.r: expected a file to write at 'none/r.jsonl'"))
        }
    }

    @Test(
        "The clock of the machine jumps: ages go on as before, and stamps follow the clock",
        arguments: [-86_400, 86_400]
    )
    func clockJumps(seconds: Int) throws {
        try LiveStage.with { stage in
            let clock = stage.folder.appending(path: "clock.so").path
            try stage.write(Self.clock, to: "clock.c")
            let made = try Program("/usr/bin/cc").run(
                ["-shared", "-fPIC", "-O1", "-o", clock, "clock.c", "-ldl"],
                in: stage.folder
            )
            try #require(made.status == 0, "\(made.errors)")
            let server = try stage.server()
            try server.add("A", 0)
            var environment = stage.environment()
            environment["CLOCK_FILE"] = stage.folder.appending(path: "jump").path
            try stage.run(
                Self.flow.replacing("pvs: [A]", with: "pvs: [A], max_age: 1s")
                    .replacing("flow: f\n", with: "flow: f\ntime: trigger\n"),
                ["--publish", "--journal", "j.jsonl"],
                before: "export LD_PRELOAD=\(clock);",
                environment: environment
            )
            let client = try stage.client()
            try server.post("A", 1)
            try client.tell(["do": "await", "name": "OUT", "value": 2])
            try client.awaitInvalid("OUT", "A is older than 1s")
            try stage.write("\(seconds)", to: "jump")
            let today = Int(Date.now.timeIntervalSince1970)
            try stage.waitUntil("the journal has the other day") {
                try server.post("A", 2)
                return stage.text("j.jsonl").split(separator: "\n").contains { line in
                    let day = Date(timeIntervalSince1970: Double(today + seconds)).ISO8601Format().prefix(10)
                    return line.hasPrefix("{\"time\":\"\(day)")
                }
            }
            // An age that went by the clock that jumped would be a day.
            try client.awaitInvalid("OUT", "A is older than 1s")
            try server.tell(["do": "load", "name": "A", "pause": 0.02])
            try client.tell(["do": "await", "name": "OUT", "severity": "NONE"])
            try stage.end()
        }
    }

    /// A library before all others: the clock of the day is off by the seconds that a file says.
    private static let clock = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdlib.h>
        #include <time.h>
        #include <unistd.h>
        int clock_gettime(clockid_t clock, struct timespec *time) {
            static int (*original)(clockid_t, struct timespec *);
            if (!original) original = dlsym(RTLD_NEXT, "clock_gettime");
            int status = original(clock, time);
            if (status == 0 && clock == CLOCK_REALTIME) {
                char text[32] = {0};
                int file = open(getenv("CLOCK_FILE"), O_RDONLY);
                if (file >= 0 && read(file, text, sizeof text - 1) > 0) time->tv_sec += atoi(text);
                if (file >= 0) close(file);
            }
            return status;
        }

        """
}

extension String {
    /// With one part in the place of another, which is there.
    func replacing(_ part: String, with other: String) -> String {
        precondition(contains(part), "'\(part)' is there")
        return replacingOccurrences(of: part, with: other)
    }
}
