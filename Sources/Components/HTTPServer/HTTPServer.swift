internal import CMicrohttpd
internal import Glibc
public import HTTP
public import Lifetime

/// Answers requests by its routes, for as long as ``run(until:ready:)`` runs.
///
/// One thread reads, writes and answers what is cheap; what takes longer is suspended and goes on elsewhere. The parts:
/// `ServerLoop` is that thread's work, `Connection` what is known of one client, `ServerMailbox` what other threads
/// tell them.
public struct HTTPServer: Sendable {
    /// A number of this machine, of IPv4 or IPv6.
    public let address: String
    /// Where clients connect; 0 has the system choose a free one.
    public let port: UInt16
    /// What the server has done so far.
    public let counters: HTTPCounters
    let routes: HTTPRoutes
    let hosts: HTTPHosts
    let limits: HTTPLimits
    let grace: Duration

    /// A server that does nothing yet.
    ///
    /// By `hosts` clients may speak to it, beside `localhost` and the address. For the `grace` requests may go on once
    /// it is to end.
    public init(
        address: String = "127.0.0.1",
        port: UInt16,
        hosts: [String] = [],
        limits: HTTPLimits = HTTPLimits(),
        grace: Duration = .seconds(10),
        routes: HTTPRoutes
    ) {
        self.address = address
        self.port = port
        self.hosts = HTTPHosts(listeningAt: address, names: hosts)
        self.limits = limits
        self.grace = grace
        self.routes = routes
        counters = HTTPCounters(routes.routes)
    }

    /// Serves until `stop` says so, or its task is cancelled.
    ///
    /// After `stop` no connection is taken any more, requests under way and what was sent to event streams may still
    /// reach their clients within the grace, and the rest is cut. When the task is cancelled, everything is cut at
    /// once. It returns when the last handler has: one that does not heed its cancellation keeps it waiting.
    ///
    /// - Parameters:
    ///   - stop: Ends the server; its cause makes no difference.
    ///   - ready: Called once, when clients can connect.
    /// - Throws: Why the server cannot begin.
    @concurrent
    public func run(
        until stop: RunStop = .never,
        ready: @escaping @Sendable (HTTPEndpoint) -> Void = { _ in }
    ) async throws(HTTPServerProblem) {
        var bound: UInt16 = 0
        let socket = unsafe mhd_listen(address, port, Int32(limits.connections), &bound)
        guard socket >= 0 else { throw HTTPServerProblem(address: address, port: port, error: -socket) }
        guard let mailbox = ServerMailbox() else {
            close(socket)
            throw HTTPServerProblem(address: address, port: port, error: EMFILE)
        }
        let endpoint = HTTPEndpoint(address: address, port: bound)
        let registration = stop.register { mailbox.post(.drain) }
        defer { stop.unregister(registration) }
        let isServed = await withTaskCancellationHandler {
            await withTaskExecutorPreference(BlockingExecutor(label: "http.\(bound)")) { () async -> Bool in
                guard let loop = ServerLoop(self, socket: socket, mailbox: mailbox) else { return false }
                ready(endpoint)
                loop.run()
                return true
            }
        } onCancel: {
            mailbox.post(.cut)
        }
        guard isServed else { throw HTTPServerProblem(address: address, port: port, error: EMFILE) }
    }
}

/// Where a server is reached.
public struct HTTPEndpoint: Sendable, Equatable {
    public let address: String
    public let port: UInt16

    public var url: String { "http://\(HTTPServerProblem.text(address, port))" }
}

/// Why a server cannot begin.
public struct HTTPServerProblem: Error, Sendable, Equatable, CustomStringConvertible {
    public let problem: String
    public let advice: String

    public var description: String { "\(problem)\n    \(advice)" }

    /// What the number `error` of the system means here.
    init(address: String, port: UInt16, error: Int32) {
        let place = Self.text(address, port)
        switch error {
        case EADDRINUSE:
            problem = "http: expected a free port, found \(place) in use"
            advice = "choose another port, or 0 for any free one; 'ss -ltnp' shows who has it"
        case EACCES:
            problem = "http: expected a port that this user may have, found \(place)"
            advice = "choose one from 1024 on"
        case EADDRNOTAVAIL:
            problem = "http: expected an address of this machine, found '\(address)'"
            advice = "'ip address' shows them; 127.0.0.1 is always there, 0.0.0.0 is all of them"
        case EINVAL:
            problem = "http: expected an address as '127.0.0.1' or '::1', found '\(address)'"
            advice = "names are not looked up here: write the number"
        case EMFILE, ENFILE:
            problem = "http: expected to open sockets for \(place), found too many files open"
            advice = "raise the limit: 'ulimit -n' shows it"
        default:
            problem = "http: could not listen on \(place): \(unsafe String(cString: strerror(error))) (\(error))"
            advice = "look at the address and the port"
        }
    }

    static func text(_ address: String, _ port: UInt16) -> String {
        address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
