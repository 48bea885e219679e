internal import CMicrohttpd
internal import HTTP

/// One client: what it has asked, and where the answer is.
///
/// The library tells what comes in, the loop tells the rest. It is used on the server's thread alone.
@safe final class Connection {
    enum Verdict: UInt32 {
        case goOn = 0
        case close = 1
    }

    /// A request whose head is read, and what of its body has come.
    struct Exchange {
        let request: HTTPRequest
        let match: HTTPRoutes.Match
        let began: ContinuousClock.Instant
        var body: [UInt8] = []
        /// How many bytes came beyond the limit, and were thrown away.
        var excess = 0
    }

    enum Phase {
        /// No request, or not all of its first line.
        case waiting
        case head(target: String)
        case body(Exchange)
        /// Suspended while a handler works.
        case working(Exchange, call: UInt64)
        /// Resumed, with an answer for the library.
        case answering(Exchange, HTTPResponse)
        /// The library has the answer.
        case answered
        case streaming(HTTPEventStream)
        /// Nobody is to hear of it any more.
        case cut
    }

    let id: UInt64
    let handle: OpaquePointer
    private let socket: Int32
    private let peer: String
    // The loop keeps its connections, and outlives them.
    unowned let loop: ServerLoop
    var phase = Phase.waiting
    /// When the phase has lasted too long.
    private(set) var deadline: ContinuousClock.Instant?
    var isSuspended = false
    /// The client has closed its side: nobody waits for an answer, as far as one can know.
    private var hasClientLeft = false
    /// What the library has not yet taken of an event.
    var unsent: ArraySlice<UInt8> = []
    var isHeartbeatDue = false

    init(loop: ServerLoop, handle: OpaquePointer, id: UInt64, socket: Int32, peer: String) {
        self.loop = loop
        unsafe self.handle = unsafe handle
        self.id = id
        self.socket = socket
        self.peer = peer
        setDeadline(loop.server.limits.head)
    }

    /// How long a client that has closed its side is still read: what it sent before may be on its way through the
    /// library, which does not always see the end behind it.
    private static let linger = Duration.seconds(1)

    func setDeadline(_ limit: Duration?) {
        deadline = limit.map { .now + (hasClientLeft ? min($0, Self.linger) : $0) }
        if let deadline { loop.note(deadline: deadline) }
    }
}

/// What the library tells.
extension Connection {
    func began(target: String) {
        guard case .waiting = phase else { return }
        phase = .head(target: target)
        setDeadline(loop.server.limits.head)
    }

    func called(method: String, version: String, data: UnsafeBufferPointer<UInt8>) -> Verdict {
        switch phase {
        case .head(let target): return readHead(method: method, target: target, version: version)
        case .body(var exchange):
            guard !data.isEmpty else { return dispatch(exchange) }
            // Out of the phase, or the bytes would be copied with every piece.
            phase = .waiting
            let isWithin = unsafe keep(data, in: &exchange)
            phase = .body(exchange)
            return isWithin ? .goOn : .close
        case .answering(let exchange, let response): return send(response, exchange)
        case .waiting, .working, .answered, .streaming, .cut: return .close
        }
    }

    func ended(isComplete: Bool) {
        switch phase {
        case .streaming(let stream):
            stream.leave()
            unsent = []
            loop.server.counters.count {
                $0.streamsOpen -= 1
                if stream.isOverrun { $0.streamsCut += 1 }
            }
        case .answered where !isComplete: loop.server.counters.count { $0.abandoned += 1 }
        default: break
        }
        phase = .waiting
        setDeadline(loop.server.limits.idle)
        // An answer that was begun before the server was to end did not say that it is the last.
        if loop.isDraining { mhd_cut(socket) }
    }

    private func readHead(method: String, target: String, version: String) -> Verdict {
        let (server, began) = (loop.server, ContinuousClock.now)
        let (headers, arePlain) = readHeaders()
        let head = HTTPRequestHead(method: method, target: target, version: version, headers: headers)
        let madeID = loop.makeRequestID()
        do throws(HTTPProblem) {
            guard arePlain else { throw Self.notPlain }
            let (request, length) = try head.read(limits: server.limits, hosts: server.hosts, peer: peer, id: madeID)
            let match = server.routes.match(request.method, request.target.segments)
            var exchange = Exchange(request: request, match: match, began: began)
            if loop.isDraining { throw .draining }
            // What comes with a request that nobody takes is not waited for: the library closes the connection.
            if case .answer(let response) = match, length != .bytes(0) { return send(response, exchange) }
            if case .bytes(let count) = length { exchange.body.reserveCapacity(count) }
            phase = .body(exchange)
            setDeadline(server.limits.body)
            return .goOn
        } catch {
            return send(.problem(error), id: madeID, isHead: method == "HEAD", route: nil, began: began)
        }
    }

    private static let notPlain = HTTPProblem(
        .badRequest,
        code: "malformed-request",
        message: "expected headers of one line each that end with CR and LF, found others",
        advice: "send each header on one line, without zero bytes"
    )

    /// The headers, and whether there is one way alone to read them.
    private func readHeaders() -> (HTTPHeaders, Bool) {
        // One more than is allowed, to see that there are more.
        let room = loop.server.limits.headerCount + 1
        return unsafe withUnsafeTemporaryAllocation(of: mhd_header.self, capacity: room) { found in
            var arePlain = false
            let count = unsafe mhd_connection_headers(handle, found.baseAddress!, found.count, &arePlain)
            var fields: [HTTPHeaders.Field] = []
            for index in 0..<min(count, room) {
                let header = unsafe found[index]
                let name = unsafe Self.text(header.name, header.name_count)
                let value = unsafe Self.text(header.value, header.value_count)
                fields.append(.init(name: name, value: value))
            }
            return (HTTPHeaders(fields), arePlain)
        }
    }

    private static func text(_ start: UnsafePointer<CChar>, _ count: Int) -> String {
        unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Keeps what came of the body, up to the limit.
    ///
    /// The library cannot answer before the end of a body. What is too long is thrown away until then, up to as much
    /// again; then the connection is closed without an answer.
    private func keep(_ data: UnsafeBufferPointer<UInt8>, in exchange: inout Exchange) -> Bool {
        let room = loop.server.limits.bodyBytes - exchange.body.count
        guard exchange.excess == 0, data.count <= room else {
            exchange.body = []
            exchange.excess += data.count
            return exchange.excess <= loop.server.limits.bodyBytes
        }
        unsafe exchange.body.append(contentsOf: data)
        return true
    }

    private func dispatch(_ exchange: Exchange) -> Verdict {
        let server = loop.server
        setDeadline(nil)
        guard exchange.excess == 0 else {
            return send(.problem(.tooLarge(bytesMax: server.limits.bodyBytes, found: "more")), exchange)
        }
        switch exchange.match {
        case .answer(let response): return send(response, exchange)
        case .route(let index, let parameters):
            let request = exchange.request.completed(parameters: parameters, body: exchange.body)
            switch server.routes.routes[index].answer {
            case .inline(let work):
                let response: HTTPResponse
                do throws(HTTPProblem) { response = try work(request) } catch { response = .problem(error) }
                return send(response, exchange)
            case .suspended(let work): return suspend(exchange, request, work)
            }
        }
    }

    private func suspend(_ exchange: Exchange, _ request: HTTPRequest, _ work: @escaping HTTPRoute.Suspended) -> Verdict
    {
        guard !hasClientLeft else {
            loop.server.counters.count { $0.abandoned += 1 }
            return .close
        }
        guard let call = loop.call(work, request, connection: id) else {
            return send(.problem(.busy(callsMax: loop.server.limits.calls)), exchange)
        }
        phase = .working(exchange, call: call)
        setDeadline(loop.server.limits.deadline)
        isSuspended = true
        unsafe mhd_connection_suspend(handle)
        return .goOn
    }
}

/// What the loop tells.
extension Connection {
    func answered(call: UInt64, _ response: HTTPResponse) {
        // An answer that comes after the deadline, or after the client has left, is nobody's.
        guard case .working(let exchange, call) = phase else { return }
        phase = .answering(exchange, response)
        setDeadline(nil)
        resume()
    }

    func clientLeft() {
        hasClientLeft = true
        switch phase {
        case .working(_, let call):
            loop.server.counters.count { $0.abandoned += 1 }
            loop.cancel(call: call)
            phase = .cut
            setDeadline(nil)
            resume()
        case .streaming(let stream):
            stream.leave()
            resume()
        case .waiting, .head, .body: setDeadline(Self.linger)
        case .answering, .answered, .cut: break
        }
    }

    func deadlineMet() {
        deadline = nil
        switch phase {
        case .working(let exchange, let call):
            loop.cancel(call: call)
            phase = .answering(exchange, .problem(.late(after: loop.server.limits.deadline)))
            resume()
        case .streaming:
            isHeartbeatDue = true
            resume()
        case .head, .body:
            if !hasClientLeft { loop.server.counters.count { $0.slow += 1 } }
            mhd_cut(socket)
        case .waiting: mhd_cut(socket)
        case .answering, .answered, .cut: break
        }
    }

    func streamStirred() {
        guard case .streaming(let stream) = phase else { return }
        if isSuspended {
            resume()
        } else if stream.isOverrun {
            // The library waits for a client that does not read, and does not ask for more.
            mhd_cut(socket)
        }
    }

    /// The server is to end: what is idle goes, what is under way goes on.
    func drain() {
        switch phase {
        case .waiting, .head: mhd_cut(socket)
        case .streaming(let stream): stream.finish()
        case .body, .working, .answering, .answered, .cut: break
        }
    }

    /// The server ends.
    func cut() {
        switch phase {
        case .working(_, let call):
            loop.server.counters.count { $0.abandoned += 1 }
            loop.cancel(call: call)
        case .streaming(let stream): stream.leave()
        default: break
        }
        if case .streaming = phase {} else { phase = .cut }
        mhd_cut(socket)
        resume()
    }

    func resume() {
        guard isSuspended else { return }
        isSuspended = false
        unsafe mhd_connection_resume(handle)
    }
}
