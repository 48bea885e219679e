import Foundation
import JSON
import TestSupport
import Testing

/// A process that a test started, and ends by its number.
final class LiveProcess {
    private let process = Process()

    /// What it says goes to files of the folder, `out` and `log`, unless somebody else takes it.
    init(
        _ path: String,
        _ arguments: [String],
        folder: URL,
        environment: [String: String],
        output: FileHandle? = nil,
        errors: FileHandle? = nil
    ) throws {
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try output ?? Self.file(folder.appending(path: "out"))
        process.standardError = try errors ?? Self.file(folder.appending(path: "log"))
        try process.run()
    }

    private static func file(_ url: URL) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
        let file = try FileHandle(forWritingTo: url)
        try file.seekToEnd()
        return file
    }

    var number: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }
    /// As shells tell it; only of one that ended.
    var status: Int32 {
        process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
    }

    func signal(_ signal: Int32) { Foundation.kill(number, signal) }

    func kill() {
        guard process.isRunning else { return }
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// How much memory it holds, in bytes.
    var memory: Int {
        let text = (try? String(contentsOfFile: "/proc/\(number)/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * 4096
    }

    /// Whether it answers a signal by something else than its end.
    func handles(_ signal: Int32) -> Bool {
        // The shell that it was has a mask of its own.
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(number)/exe")
        guard program?.contains("slipway") == true else { return false }
        let text = (try? String(contentsOfFile: "/proc/\(number)/status", encoding: .utf8)) ?? ""
        let masks = text.split(separator: "\n").filter { line in
            ["SigBlk:", "SigIgn:", "SigCgt:"].contains { line.hasPrefix($0) }
        }
        return masks.contains { line in
            let mask = UInt64(line.split(separator: "\t").last ?? "", radix: 16) ?? 0
            return mask >> UInt64(signal - 1) & 1 == 1
        }
    }
}

/// Another program on PV Access, that does what it is told: one order a line, one answer each.
final class LivePeer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var bytes: [UInt8] = []

    init(_ role: String, _ ports: [String], _ searchPort: UInt16) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = Repository.root.appending(path: "Tests/EndToEndTests/live_peer.py").path
        process.arguments = ["python3", script, role, ports.joined(separator: ","), "\(searchPort)"]
        var environment = ProcessInfo.processInfo.environment
        environment["PYTHONPATH"] = Repository.root.appending(path: ".native/python").path
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let hello = try answer()
        guard hello["ok"] == true else { throw LiveFailure("the peer does not begin: \(hello)") }
    }

    func signal(_ signal: Int32) { Foundation.kill(process.processIdentifier, signal) }

    func kill() {
        guard process.isRunning else { return }
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// Tells it something, and waits until it is done.
    @discardableResult
    func tell(
        _ order: JSONValue,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSONObject {
        try send(order)
        let answer = try answer()
        try #require(answer["ok"] == true, "\(order): \(answer)", sourceLocation: sourceLocation)
        return answer
    }

    /// Tells it something; what it says of it is read later.
    func send(_ order: JSONValue) throws {
        try input.fileHandleForWriting.write(contentsOf: Data((JSONWriter.text(of: order) + "\n").utf8))
    }

    func answer() throws -> JSONObject {
        while true {
            if let end = bytes.firstIndex(of: 10) {
                let line = Array(bytes[..<end])
                bytes.removeSubrange(...end)
                guard case .object(let object) = try JSONReader.value(of: line) else { continue }
                return object
            }
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw LiveFailure("the peer has ended") }
            bytes += data
        }
    }

    // What tests say most.

    func add(_ name: String, _ value: JSONValue, code: String = "d") throws {
        try tell(["do": "add", "name": .string(name), "value": value, "code": .string(code)])
    }

    func post(_ name: String, _ value: JSONValue) throws {
        try tell(["do": "post", "name": .string(name), "value": value])
    }

    /// Waits until the newest event of a variable is good and has this value.
    @discardableResult
    func awaitValue(
        _ name: String,
        _ value: JSONValue,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSONObject {
        let order: JSONValue = [
            "do": "await", "name": .string(name), "value": value, "severity": "NONE", "timeout": 40,
        ]
        return try tell(order, sourceLocation: sourceLocation)
    }

    /// Waits until the newest event of a variable is INVALID, for a reason with these words.
    @discardableResult
    func awaitInvalid(
        _ name: String,
        _ words: JSONValue...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSONObject {
        let order: JSONValue = [
            "do": "await", "name": .string(name), "severity": "INVALID", "words": .array(words), "timeout": 40,
        ]
        return try tell(order, sourceLocation: sourceLocation)
    }
}

/// Ports of this machine that nobody listens on.
enum LivePort {
    /// Below those that the system gives to connections, so that none takes it meanwhile.
    static func take(isDatagram: Bool = false) -> UInt16 {
        while true {
            let port = UInt16.random(in: 20_000..<32_000)
            let kind = isDatagram ? SOCK_DGRAM : SOCK_STREAM
            let descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            address.sin_port = port.bigEndian
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isFree = unsafe withUnsafePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    unsafe bind(descriptor, generic, size) == 0
                }
            }
            if isFree { return port }
        }
    }
}
