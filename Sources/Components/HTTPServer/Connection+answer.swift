internal import CMicrohttpd
internal import HTTP

/// How answers reach the library.
extension Connection {
    func send(_ response: HTTPResponse, _ exchange: Exchange) -> Verdict {
        var route: Int?
        if case .route(let index, _) = exchange.match { route = index }
        let isHead = exchange.request.method == .head
        return send(response, id: exchange.request.id, isHead: isHead, route: route, began: exchange.began)
    }

    func send(
        _ response: HTTPResponse,
        id: String,
        isHead: Bool,
        route: Int?,
        began: ContinuousClock.Instant
    ) -> Verdict {
        setDeadline(nil)
        loop.server.counters.answered(route: route, status: response.status, after: began.duration(to: .now))
        let headers = Headers(of: response, id: id, isLast: loop.isDraining)
        let isQueued: Bool
        switch response.body {
        case .events(let stream) where !isHead && !loop.isDraining: isQueued = send(stream, response.status, headers)
        case .events(let stream):
            // The head of a stream alone, or a stream that would begin as the server ends.
            stream.leave()
            isQueued = send([], response.status, headers)
        case .bytes(let bytes): isQueued = send(bytes, response.status, headers)
        }
        return isQueued ? .goOn : .close
    }

    private func send(_ bytes: [UInt8], _ status: HTTPStatus, _ headers: Headers) -> Bool {
        phase = .answered
        return unsafe mhd_connection_answer(
            handle,
            UInt32(status.rawValue),
            headers.bytes,
            headers.count,
            bytes,
            bytes.count
        )
    }

    private func send(_ stream: HTTPEventStream, _ status: HTTPStatus, _ headers: Headers) -> Bool {
        phase = .streaming(stream)
        loop.server.counters.count { $0.streamsOpen += 1 }
        stream.attach { [mailbox = loop.mailbox, id] in mailbox.post(.stirred(connection: id)) }
        return unsafe mhd_connection_stream(
            loop.handle,
            handle,
            UInt32(status.rawValue),
            headers.bytes,
            headers.count
        )
    }

    /// Names and values as the library takes them.
    private struct Headers {
        private(set) var bytes: [UInt8] = []
        private(set) var count = 0

        init(of response: HTTPResponse, id: String, isLast: Bool) {
            bytes.reserveCapacity(256)
            add("X-Request-Id", id)
            add("X-Content-Type-Options", "nosniff")
            // What a live system says is true now; a cache must not say it later.
            if response.headers["cache-control"] == nil { add("Cache-Control", "no-store") }
            if isLast { add("Connection", "close") }
            for field in response.headers.fields { add(field.name, field.value) }
        }

        private mutating func add(_ name: String, _ value: String) {
            bytes += name.utf8
            bytes.append(0)
            bytes += value.utf8
            bytes.append(0)
            count += 1
        }
    }
}

/// How events reach the library.
extension Connection {
    /// A comment, which every client leaves out.
    private static let heartbeat: [UInt8] = [0x3A, 0x0A, 0x0A]

    /// Called when the client has taken what it was sent.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard case .streaming(let stream) = phase else { return Int(MHD_READ_BREAK) }
        var filled = 0
        while filled < buffer.count {
            if unsent.isEmpty {
                switch stream.next() {
                case .bytes(let bytes): unsent = bytes[...]
                case .cut: return Int(MHD_READ_BREAK)
                case .end: return filled > 0 ? filled : Int(MHD_READ_END)
                case .wait:
                    guard filled == 0 else { return filled }
                    guard isHeartbeatDue else { return wait() }
                    unsent = Self.heartbeat[...]
                }
            }
            isHeartbeatDue = false
            let count = min(unsent.count, buffer.count - filled)
            unsafe unsent.withUnsafeBufferPointer { unsent in
                unsafe (buffer.baseAddress! + filled).update(from: unsent.baseAddress!, count: count)
            }
            filled += count
            unsent = unsent.dropFirst(count)
        }
        return filled
    }

    private func wait() -> Int {
        setDeadline(loop.server.limits.heartbeat)
        isSuspended = true
        return Int(MHD_READ_WAIT)
    }
}
