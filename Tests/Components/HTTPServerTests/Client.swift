import Glibc
import HTTP
import HTTPServer
import Lifetime
import Testing

/// A socket to a server, by which anything can be sent.
///
/// Calls block: tests run them on threads of their own. What does not come within four minutes fails the test: others
/// may keep all of Swift's threads busy for one.
final class Client {
    struct Answer {
        var status = 0
        var headers: [(name: String, value: String)] = []
        var body = ""

        subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    }

    struct Silence: Error {}

    let socket: Int32
    private var buffer: [UInt8] = []

    init(_ endpoint: HTTPEndpoint, receiveBuffer: Int32? = nil) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        if var receiveBuffer {
            unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var limit = timeval(tv_sec: 240, tv_usec: 0)
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = endpoint.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Silence() }
    }

    deinit { close(socket) }

    /// Whether all of it could be sent: a server that has closed does not take it.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes { rest in
                unsafe Glibc.send(socket, rest.baseAddress!, rest.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Closes the sending side alone.
    func finishSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// More bytes; nil at the end.
    private func more() throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress!, $0.count, 0) }
        if count < 0, errno == EAGAIN { throw Silence() }
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    /// Waits until the text has come, and takes everything up to its end; nil when the server closes before.
    func read(until mark: String) throws -> String? {
        let mark = Array(mark.utf8)
        var seen = 0
        while true {
            if let end = find(mark, from: seen) {
                let text = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeSubrange(..<end)
                return text
            }
            // The mark may have begun before what comes next.
            seen = max(0, buffer.count - mark.count)
            guard let bytes = try more() else { return nil }
            buffer += bytes
        }
    }

    /// Where the mark ends.
    private func find(_ mark: [UInt8], from start: Int) -> Int? {
        guard start < buffer.count else { return nil }
        // The first byte by the C library: a debug build looks at one after the other too slowly.
        return unsafe buffer.withUnsafeBytes { bytes -> Int? in
            var place = start
            while place + mark.count <= bytes.count {
                let room = bytes.count - place
                let found = unsafe memchr(bytes.baseAddress! + place, Int32(mark[0]), room)
                guard let found = unsafe found else { return nil }
                place = unsafe UnsafeRawPointer(found) - bytes.baseAddress!
                guard place + mark.count <= bytes.count else { return nil }
                let isMark = unsafe memcmp(bytes.baseAddress! + place, mark, mark.count) == 0
                if isMark { return place + mark.count }
                place += 1
            }
            return nil
        }
    }

    /// Everything until the server closes.
    func readAll() throws -> String {
        while let bytes = try more() { buffer += bytes }
        defer { buffer = [] }
        return String(decoding: buffer, as: UTF8.self)
    }

    /// One answer; nil when the server closes instead.
    func answer(isHead: Bool = false) throws -> Answer? {
        guard let head = try read(until: "\r\n\r\n") else { return nil }
        var lines = head.split(separator: "\r\n")
        let first = lines.removeFirst().split(separator: " ")
        var answer = Answer(status: Int(first[1]) ?? 0)
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            answer.headers.append((String(parts[0]), parts.count > 1 ? String(parts[1].dropFirst()) : ""))
        }
        let length = isHead ? 0 : Int(answer["content-length"] ?? "0") ?? 0
        while buffer.count < length {
            guard let bytes = try more() else { return nil }
            buffer += bytes
        }
        answer.body = String(decoding: buffer.prefix(length), as: UTF8.self)
        buffer.removeFirst(length)
        return answer
    }

    func get(_ path: String, headers: String = "") throws -> Answer? {
        send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
        return try answer()
    }
}

/// Serves while `body` runs, on a thread of its own, and ends the server as `stop` does.
func withServer<Result: Sendable>(
    _ routes: [HTTPRoute],
    limits: HTTPLimits = HTTPLimits(),
    grace: Duration = .seconds(30),
    hosts: [String] = [],
    _ body: @escaping @Sendable (HTTPServer, HTTPEndpoint, RunStop) async throws -> Result
) async throws -> Result {
    let server = HTTPServer(port: 0, hosts: hosts, limits: limits, grace: grace, routes: HTTPRoutes(routes))
    let stop = RunStop()
    let (endpoints, ready) = AsyncStream.makeStream(of: HTTPEndpoint.self, bufferingPolicy: .bufferingNewest(1))
    return try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask {
            try await server.run(until: stop) { ready.yield($0) }
            ready.finish()
            return nil
        }
        group.addTask(executorPreference: BlockingExecutor(label: "test.client")) {
            defer { stop.stop(.cancelled) }
            for await endpoint in endpoints { return try await body(server, endpoint, stop) }
            return nil
        }
        var found: Result?
        for try await result in group { found = result ?? found }
        return try #require(found)
    }
}

extension [HTTPRoute] {
    /// A route of each kind.
    static var samples: [HTTPRoute] {
        [
            HTTPRoute(.get, "/livez", inline: { _ in .text("alive") }),
            HTTPRoute(.post, "/echo", inline: { request in .text(String(decoding: request.body, as: UTF8.self)) }),
            HTTPRoute(.post, "/size", suspended: { request in .text("\(request.body.count)") }),
            HTTPRoute(.get, "/models/{name}", inline: { request in .text(request.parameter("name")) }),
        ]
    }
}
