import Foundation
import JSON
import TestSupport
import Testing

/// A folder, ports and processes of one test: a flow at work, and those it talks with.
///
/// Everything ends with the body; what the program said is printed where the test failed.
final class LiveStage {
    let folder: URL
    /// Where the flow finds others, and where it is found.
    let (sourcePort, sourceSearchPort) = (LivePort.take(), LivePort.take(isDatagram: true))
    let (hostPort, hostSearchPort) = (LivePort.take(), LivePort.take(isDatagram: true))
    private(set) var flow: LiveProcess?
    private var peers: [LivePeer] = []

    private init(_ folder: URL) { self.folder = folder }

    /// Runs a test on a stage of its own.
    static func with(_ body: (LiveStage) throws -> Void) throws {
        try withScratchFolder { folder in
            let stage = LiveStage(folder)
            defer { stage.close() }
            do { try body(stage) } catch {
                print("what the program said:\n\(stage.log)")
                throw error
            }
        }
    }

    private func close() {
        flow?.kill()
        for peer in peers { peer.kill() }
    }

    // Peers.

    /// A server of others, on the port where the flow looks unless another is named.
    func server(port: UInt16? = nil) throws -> LivePeer {
        let peer = try LivePeer("server", ["\(port ?? sourcePort)"], sourceSearchPort)
        peers.append(peer)
        return peer
    }

    /// A client of what the flow hosts.
    func client() throws -> LivePeer {
        let peer = try LivePeer("client", ["\(hostPort)"], hostSearchPort)
        peers.append(peer)
        return peer
    }

    /// Many at the door of what the flow hosts: with a seed they say rubbish.
    func crowd(count: Int, seed: Int? = nil) throws -> LivePeer {
        let peer = try LivePeer(
            "crowd",
            ["\(hostPort)", "\(count)"] + (seed.map { ["\($0)"] } ?? []),
            hostSearchPort
        )
        peers.append(peer)
        return peer
    }

    // The program.

    var log: String { text("log") }

    func text(_ name: String) -> String {
        (try? String(decoding: Data(contentsOf: folder.appending(path: name)), as: UTF8.self)) ?? ""
    }

    func write(_ text: String, to name: String) throws {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }

    /// Where names are searched for and offered.
    func environment(nameServers: [UInt16]? = nil) -> [String: String] {
        let servers = (nameServers ?? [sourcePort]).map { "127.0.0.1:\($0)" }.joined(separator: " ")
        return [
            "PATH": "/usr/bin:/bin", "EPICS_PVA_ADDR_LIST": "127.0.0.1", "EPICS_PVA_AUTO_ADDR_LIST": "NO",
            "EPICS_PVA_NAME_SERVERS": servers, "EPICS_PVA_BROADCAST_PORT": "\(sourceSearchPort)",
            "EPICS_PVAS_SERVER_PORT": "\(hostPort)", "EPICS_PVAS_BROADCAST_PORT": "\(hostSearchPort)",
        ]
    }

    /// Starts a flow, and waits until it runs.
    ///
    /// `before` is what a shell does before it becomes the program.
    @discardableResult
    func run(
        _ document: String,
        _ options: [String] = ["--publish"],
        program: String = Program.slipway.path,
        command: [String] = ["run", "flow.yaml"],
        before: String = "",
        output: FileHandle? = nil,
        errors: FileHandle? = nil,
        environment: [String: String]? = nil,
        waits: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> LiveProcess {
        try write(document, to: "flow.yaml")
        let process = try LiveProcess(
            "/bin/bash",
            ["-c", "\(before) exec \"$0\" \"$@\"", program] + command + options,
            folder: folder,
            environment: environment ?? self.environment(),
            output: output,
            errors: errors
        )
        flow = process
        if waits { try waitUntil("the flow runs", sourceLocation) { log.contains("flow runs") } }
        return process
    }

    /// Waits until something holds that can be seen.
    func waitUntil(
        _ what: String,
        within limit: TimeInterval = 30,
        _ sourceLocation: SourceLocation = #_sourceLocation,
        _ holds: () throws -> Bool
    ) throws {
        let deadline = Date.now + limit
        while try !holds() {
            guard Date.now < deadline else {
                throw LiveFailure("not within \(limit) s: \(what)")
            }
            // A look at what others do, not a guess of how long they take.
            Thread.sleep(forTimeInterval: 0.005)
        }
    }

    /// Tells the flow to end; it does so within its time, with success.
    func end(
        _ signal: Int32 = SIGTERM,
        within limit: TimeInterval = 5,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let flow = try #require(flow, sourceLocation: sourceLocation)
        try #require(flow.isRunning, "it ended by itself: \(log)", sourceLocation: sourceLocation)
        let start = Date.now
        flow.signal(signal)
        try waitUntil("the flow ends: \(log.suffix(2000))", within: limit + 10) { !flow.isRunning }
        let taken = Date.now.timeIntervalSince(start)
        #expect(taken < limit, "it took \(taken) s", sourceLocation: sourceLocation)
        #expect(flow.status == 0, "\(log.suffix(2000))", sourceLocation: sourceLocation)
    }
}

/// Why a test of a flow at work cannot go on.
struct LiveFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
