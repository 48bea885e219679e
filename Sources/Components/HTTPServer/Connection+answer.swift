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
        let headers = Self.headers(of: response, id: id, isLast: loop.isDraining)
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

    private func send(_ bytes: [UInt8], _ status: HTTPStatus, _ headers: [String]) -> Bool {
        phase = .answered
        return unsafe withCStrings(headers) { pairs in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe mhd_connection_answer(
                    handle,
                    UInt32(status.rawValue),
                    pairs.baseAddress!,
                    pairs.count / 2,
                    bytes.baseAddress,
                    bytes.count
                )
            }
        }
    }

    private func send(_ stream: HTTPEventStream, _ status: HTTPStatus, _ headers: [String]) -> Bool {
        phase = .streaming(stream)
        loop.server.counters.count { $0.streamsOpen += 1 }
        stream.attach { [mailbox = loop.mailbox, id] in mailbox.post(.stirred(connection: id)) }
        return unsafe withCStrings(headers) { pairs in
            unsafe mhd_connection_stream(
                loop.handle,
                handle,
                UInt32(status.rawValue),
                pairs.baseAddress!,
                pairs.count / 2
            )
        }
    }

    /// Names and values, one behind the other.
    private static func headers(of response: HTTPResponse, id: String, isLast: Bool) -> [String] {
        var pairs = ["X-Request-Id", id, "X-Content-Type-Options", "nosniff"]
        // What a live system says is true now; a cache must not say it later.
        if response.headers["cache-control"] == nil { pairs += ["Cache-Control", "no-store"] }
        if isLast { pairs += ["Connection", "close"] }
        for field in response.headers.fields { pairs += [field.name, field.value] }
        return pairs
    }

    private func withCStrings<Result>(
        _ texts: [String],
        _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        var (bytes, starts): ([CChar], [Int]) = ([], [])
        for text in texts {
            starts.append(bytes.count)
            bytes += text.utf8.lazy.map { CChar(bitPattern: $0) }
            bytes.append(0)
        }
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            let pointers = unsafe starts.map { unsafe UnsafePointer<CChar>?(bytes.baseAddress! + $0) }
            return unsafe pointers.withUnsafeBufferPointer { unsafe body($0) }
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
