import Foundation
import HTTP
import HTTPServer
import Lifetime
import Testing

/// How servers begin and end.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ServerLifetimeTests {
    static func problem(_ server: HTTPServer) async -> HTTPServerProblem? {
        do throws(HTTPServerProblem) { try await server.run() } catch { return error }
        return nil
    }

    @Test("A port that is in use is a problem with advice")
    func portInUse() async throws {
        try await withServer(.samples) { _, endpoint, _ in
            let problem = await Self.problem(HTTPServer(port: endpoint.port, routes: HTTPRoutes(.samples)))
            #expect(
                problem?.description == """
                    http: expected a free port, found 127.0.0.1:\(endpoint.port) in use
                        choose another port, or 0 for any free one; 'ss -ltnp' shows who has it
                    """
            )
        }
    }

    @Test(
        "An address that cannot be is a problem with advice",
        arguments: [
            ("localhost", "http: expected an address as '127.0.0.1' or '::1', found 'localhost'"),
            ("192.0.2.1", "http: expected an address of this machine, found '192.0.2.1'"),
        ]
    )
    func addresses(address: String, text: String) async {
        let problem = await Self.problem(HTTPServer(address: address, port: 0, routes: HTTPRoutes(.samples)))
        #expect(problem?.problem == text)
        #expect(problem?.advice.isEmpty == false)
    }

    @Test("An address of IPv6 is one")
    func six() async throws {
        let server = HTTPServer(address: "::1", port: 0, routes: HTTPRoutes(.samples))
        let stop = RunStop()
        try await server.run(until: stop) { endpoint in
            #expect(endpoint.url == "http://[::1]:\(endpoint.port)")
            stop.stop(.cancelled)
        }
    }

    @Test("A thousand servers that begin and end leave nothing open, idle or in work")
    func cycles() async {
        // In a process of its own: others open files meanwhile.
        await #expect(processExitsWith: .success) {
            func cycle(_ number: Int) async throws {
                let routes = [HTTPRoute(.get, "/", suspended: { _ in .text("x") })]
                try await withServer(routes) { _, endpoint, _ in
                    let client = try Client(endpoint)
                    let answer = try client.get("/")
                    precondition(answer?.status == 200)
                    // Half of them are still connected when the server ends, and half of these in work.
                    if number % 4 == 0 { client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") }
                    if number % 2 == 0 { _ = consume client }
                }
            }
            for number in 0..<10 { try await cycle(number) }
            let before = try Usage.openFiles()
            for number in 0..<1000 { try await cycle(number) }
            let after = try Usage.openFiles()
            precondition(after <= before, "\(before) files were open, now \(after) are")
        }
    }

    // The address sanitizer keeps what was freed.
    @Test("A thousand idle clients take little memory, and none of it more than once", .enabled(if: !Usage.isSanitized))
    func idleClients() async {
        await #expect(processExitsWith: .success) {
            var limits = HTTPLimits()
            (limits.connections, limits.connectionsPerAddress) = (1000, 1000)
            try await withServer(.samples, limits: limits) { server, endpoint, _ in
                var growth: [Int] = []
                for _ in 0..<3 {
                    let before = try Usage.residentKiB()
                    let clients = try (0..<1000).map { _ in try Client(endpoint) }
                    for client in clients {
                        let answer = try client.get("/livez")
                        precondition(answer?.status == 200)
                    }
                    precondition(server.counters.totals.connectionsOpen == 1000)
                    growth.append(try Usage.residentKiB() - before)
                    _ = consume clients
                    // Until the server has seen that they left.
                    let one = try Client(endpoint)
                    while server.counters.totals.connectionsOpen > 1 { _ = try one.get("/livez") }
                }
                precondition(growth[0] < 32 << 10, "a thousand clients took \(growth[0]) KiB")
                precondition(growth[1] + growth[2] < 4 << 10, "they took \(growth) KiB")
            }
        }
    }
}

/// What this process takes of the machine.
private enum Usage {
    /// Whether the runtime of the address sanitizer is in this process.
    static var isSanitized: Bool { unsafe dlsym(dlopen(nil, RTLD_NOW), "__asan_init") != nil }

    static func openFiles() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    static func residentKiB() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(Int(line.dropFirst(6).split(whereSeparator: \.isWhitespace).first ?? ""))
    }
}
