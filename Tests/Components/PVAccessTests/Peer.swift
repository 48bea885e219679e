import Foundation
import JSON
import Lifetime
import TestSupport
import Testing

/// A peer in Python, in a process of its own, that does what it is told a line at a time.
final class Peer: Sendable {
    let port: UInt16
    let broadcastPort: UInt16
    private let process: Process
    private let input: FileHandle
    private let lines: Lines

    /// The ports are those of a server that was there before, or is to be asked; else free ones.
    init(_ role: String, ports: (UInt16, UInt16)? = nil, script: String = "peer.py") async throws {
        (port, broadcastPort) = try ports ?? (FreePort.take(), FreePort.take())
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = Repository.root.appending(path: "Tests/Components/PVAccessTests/\(script)").path
        process.arguments = ["python3", script, role, "\(port)", "\(broadcastPort)"]
        var environment = ProcessInfo.processInfo.environment
        environment["PYTHONPATH"] = Repository.root.appending(path: ".native/python").path
        process.environment = environment
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        self.input = input.fileHandleForWriting
        lines = Lines(output.fileHandleForReading)
        try process.run()
        // An IOC says more than it was asked.
        while let line = await lines.next(), !line.hasPrefix("{") {}
    }

    deinit { kill() }

    /// Ends it; a test that needs it until its end says so with `defer`.
    func kill() {
        guard process.isRunning else { return }
        // It has nothing to tidy up, and its libraries hear no softer word.
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Tells it something, and waits until it is done.
    @discardableResult
    func tell(_ order: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONValue {
        try send(order)
        let answer = try await answer(sourceLocation: sourceLocation)
        #expect(answer["ok"] == .bool(true), "\(answer)", sourceLocation: sourceLocation)
        return answer
    }

    /// Tells it something; what it says of it is read later.
    func send(_ order: String) throws { try input.write(contentsOf: Data((order + "\n").utf8)) }

    /// What it says next.
    func answer(sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONValue {
        let line = try #require(await lines.next(), "the peer says nothing", sourceLocation: sourceLocation)
        return try JSONReader.value(of: Array(line.utf8))
    }
}

extension JSONValue {
    /// A member; nil where there is none.
    subscript(name: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}

/// Lines of a process, as they come.
private final class Lines: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var lines: [String] = []
        var waiting: CheckedContinuation<String?, Never>?
        var isOver = false
    }

    private let state = Guarded(State())

    init(_ handle: FileHandle) {
        handle.readabilityHandler = { [state] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            let (waiting, line) = state.withLock { state -> (CheckedContinuation<String?, Never>?, String?) in
                if data.isEmpty { state.isOver = true }
                state.bytes += data
                while let end = state.bytes.firstIndex(of: 10) {
                    state.lines.append(String(decoding: state.bytes[..<end], as: UTF8.self))
                    state.bytes.removeSubrange(...end)
                }
                guard let waiting = state.waiting, !state.lines.isEmpty || state.isOver else { return (nil, nil) }
                state.waiting = nil
                return (waiting, state.lines.isEmpty ? nil : state.lines.removeFirst())
            }
            waiting?.resume(returning: line)
        }
    }

    func next() async -> String? {
        await withCheckedContinuation { continuation in
            let line = state.withLock { state -> String?? in
                if !state.lines.isEmpty { return .some(state.lines.removeFirst()) }
                if state.isOver { return .some(nil) }
                state.waiting = continuation
                return nil
            }
            if let line { continuation.resume(returning: line) }
        }
    }
}

/// Ports of this machine that nobody listens on.
enum FreePort {
    private static let taken = Guarded<Set<UInt16>>([])

    static func take() throws -> UInt16 {
        for _ in 0..<100 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let port = unsafe withUnsafeMutablePointer(to: &address) { address -> UInt16? in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> UInt16? in
                    guard unsafe bind(descriptor, generic, size) == 0 else { return nil }
                    guard unsafe getsockname(descriptor, generic, &size) == 0 else { return nil }
                    return 1
                }
            }
            guard port != nil else { continue }
            let found = UInt16(bigEndian: address.sin_port)
            if taken.withLock({ $0.insert(found).inserted }) { return found }
        }
        throw Unexpected()
    }
}
