internal import CMicrohttpd
internal import Glibc
internal import HTTP

/// The work of the server's one thread: all state of the library and of connections is touched here alone.
@safe final class ServerLoop {
    private enum Phase {
        case serving, draining, cutting
    }

    let server: HTTPServer
    let mailbox: ServerMailbox
    private(set) var handle: OpaquePointer?
    private(set) var connections: [UInt64: Connection] = [:]
    private var phase = Phase.serving
    private var graceEnd: ContinuousClock.Instant?
    /// No deadline is before it; nil when there is none.
    private var nextDeadline: ContinuousClock.Instant?
    /// A connection has closed: when all were taken, the library looks for clients that wait when it is run again.
    private var hasRoom = false
    private var lastConnection: UInt64 = 0
    private var lastCall: UInt64 = 0
    private var lastRequest: UInt64 = 0
    private let idPrefix = String(UInt32.random(in: .min ... .max) | 0x8000_0000, radix: 16)
    /// Handlers under way.
    private var tasks: [UInt64: Task<Void, Never>] = [:]

    /// How far deadlines are rounded up, so that many of them are looked at together.
    private static let tick = Duration.milliseconds(20)

    /// Nil when the process has too many files open; `socket` is closed then.
    init?(_ server: HTTPServer, socket: Int32, mailbox: ServerMailbox) {
        self.server = server
        self.mailbox = mailbox
        let limits = server.limits
        // Room for the headers, for the library's notes about each, and for reading and writing.
        let bytes = limits.headerBytes + limits.targetBytes + limits.headerCount * 64 + 2048
        let idle = limits.idle.components
        let asked = mhd_limits(
            connections_max: UInt32(limits.connections),
            connections_per_address_max: UInt32(limits.connectionsPerAddress),
            idle_seconds: UInt32(idle.seconds) + (idle.attoseconds > 0 ? 1 : 0),
            connection_bytes: bytes
        )
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe handle = mailbox.makeServer(
            socket: socket,
            limits: asked,
            callbacks: ServerCallbacks.table,
            context: context
        )
        guard unsafe handle != nil else {
            close(socket)
            return nil
        }
    }

    var isDraining: Bool { phase != .serving }

    /// Serves until it is told to end and everything has ended.
    func run() {
        while !isOver {
            for connection in mailbox.wait(milliseconds: timeout) { connections[connection]?.clientLeft() }
            for letter in mailbox.take() { read(letter) }
            meetDeadlines()
            hasRoom = false
            unsafe mhd_server_run(handle)
        }
        unsafe mhd_server_destroy(handle)
        unsafe handle = nil
    }

    private var isOver: Bool {
        switch phase {
        case .serving: false
        case .draining: connections.isEmpty && tasks.isEmpty
        // What the library still has is closed with it.
        case .cutting: tasks.isEmpty
        }
    }

    private func read(_ letter: ServerMailbox.Letter) {
        switch letter {
        case .answered(let call, let connection, let response):
            tasks[call] = nil
            server.counters.count { $0.calls -= 1 }
            connections[connection]?.answered(call: call, response)
        case .stirred(let connection): connections[connection]?.streamStirred()
        case .drain: drain()
        case .cut: cut()
        }
    }

    private func drain() {
        guard phase == .serving else { return }
        // What has arrived already belongs to the requests under way.
        unsafe mhd_server_run(handle)
        unsafe mhd_server_close_door(handle)
        phase = .draining
        graceEnd = .now + server.grace
        note(deadline: .now + server.grace)
        for connection in connections.values { connection.drain() }
    }

    private func cut() {
        if phase == .serving { unsafe mhd_server_close_door(handle) }
        phase = .cutting
        for connection in connections.values { connection.cut() }
    }
}

/// Handlers.
extension ServerLoop {
    /// Runs a handler elsewhere; its answer comes back by the mailbox, whatever became of the connection.
    ///
    /// - Returns: The number of the call; nil when too many are under way.
    func call(
        _ work: @escaping HTTPRoute.Suspended,
        _ request: HTTPRequest,
        connection: UInt64
    ) -> UInt64? {
        guard tasks.count < server.limits.calls else { return nil }
        lastCall += 1
        let call = lastCall
        server.counters.count { $0.calls += 1 }
        // A task of its own, since one can be cancelled alone. It is held here until its answer is read, and the loop
        // does not end before.
        tasks[call] = Task { [mailbox] in
            let response: HTTPResponse
            do throws(HTTPProblem) { response = try await work(request) } catch { response = .problem(error) }
            mailbox.post(.answered(call: call, connection: connection, response))
        }
        return call
    }

    /// Has the task of a call see that nobody waits for it.
    func cancel(call: UInt64) { tasks[call]?.cancel() }

    func makeRequestID() -> String {
        lastRequest += 1
        return "\(idPrefix)-\(lastRequest)"
    }
}

/// Connections.
extension ServerLoop {
    func opened(_ handle: OpaquePointer, socket: Int32, peer: String) -> Connection {
        lastConnection += 1
        let connection = unsafe Connection(loop: self, handle: handle, id: lastConnection, socket: socket, peer: peer)
        connections[lastConnection] = connection
        server.counters.count {
            $0.connections += 1
            $0.connectionsOpen += 1
        }
        // Without a watch nobody would see a client leave while its connection is suspended.
        if !mailbox.watch(socket: socket, connection: lastConnection) { mhd_cut(socket) }
        return connection
    }

    func closed(_ connection: Connection) {
        connections[connection.id] = nil
        hasRoom = true
        server.counters.count { $0.connectionsOpen -= 1 }
    }
}

/// Deadlines: those of connections, and the end of the grace.
extension ServerLoop {
    /// A deadline that `meetDeadlines` must not miss.
    func note(deadline: ContinuousClock.Instant) {
        let rounded = deadline + Self.tick
        nextDeadline = nextDeadline.map { min($0, rounded) } ?? rounded
    }

    private var timeout: Int32 {
        guard !hasRoom else { return 0 }
        let library = unsafe mhd_server_timeout_ms(handle)
        guard let nextDeadline else { return library }
        let left = max(Duration.zero, ContinuousClock.now.duration(to: nextDeadline))
        let (seconds, rest) = left.components
        let own = Int32(min(seconds, 1_000_000)) * 1000 + Int32(rest / 1_000_000_000_000_000) + 1
        return library < 0 ? own : min(own, library)
    }

    private func meetDeadlines() {
        let now = ContinuousClock.now
        guard let nextDeadline, nextDeadline <= now else { return }
        self.nextDeadline = nil
        if let graceEnd {
            if graceEnd <= now, phase == .draining { cut() } else { note(deadline: graceEnd) }
        }
        for connection in connections.values {
            guard let deadline = connection.deadline else { continue }
            if deadline <= now { connection.deadlineMet() } else { note(deadline: deadline) }
        }
    }
}
