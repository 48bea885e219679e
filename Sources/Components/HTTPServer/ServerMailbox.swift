internal import CMicrohttpd
internal import HTTP
internal import Lifetime

/// What other threads tell the server's, and the bell that wakes it.
///
/// Bounded by who may write: a connection has one handler and one stream, each of which writes once until it is
/// answered.
// Safe: `poller` never changes and lives as long as this; the library of the system locks what it does.
@safe final class ServerMailbox: @unchecked Sendable {
    enum Letter: Sendable {
        /// A handler has ended.
        case answered(call: UInt64, connection: UInt64, HTTPResponse)
        /// A stream has something to send.
        case stirred(connection: UInt64)
        case drain
        case cut
    }

    private let letters = Guarded<[Letter]>([])
    private let poller: OpaquePointer

    /// Nil when the process has too many files open.
    init?() {
        guard let poller = unsafe mhd_poller_create() else { return nil }
        unsafe self.poller = unsafe poller
    }

    deinit { unsafe mhd_poller_destroy(poller) }

    func post(_ letter: Letter) {
        let isFirst = letters.withLock { letters in
            letters.append(letter)
            return letters.count == 1
        }
        if isFirst { unsafe mhd_poller_wake(poller) }
    }

    func take() -> [Letter] {
        letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
    }

    /// Has `wait` tell when the client of this connection closes its side.
    func watch(socket: Int32, connection: UInt64) -> Bool { unsafe mhd_poller_watch(poller, socket, connection) }

    /// The connections whose clients have closed their side since the last time, after at most so many milliseconds.
    func wait(milliseconds: Int32) -> [UInt64] {
        unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 64) { tokens in
            let count = unsafe mhd_poller_wait(poller, milliseconds, tokens.baseAddress!, tokens.count)
            return unsafe Array(tokens.prefix(count))
        }
    }

    /// A server of the library whose sockets wake this too; nil when the process has too many files open.
    func makeServer(socket: Int32, limits: mhd_limits, callbacks: mhd_callbacks, context: UnsafeMutableRawPointer)
        -> OpaquePointer?
    {
        var limits = limits
        return unsafe mhd_server_create(socket, &limits, callbacks, context, poller)
    }
}
