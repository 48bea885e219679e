internal import CMicrohttpd

/// What the library calls, always from inside `mhd_server_run` or `mhd_server_destroy`, on the server's thread.
///
/// A connection is kept by its loop from `opened` to `closed`; the loop outlives `mhd_server_destroy`.
enum ServerCallbacks {
    static var table: mhd_callbacks {
        unsafe mhd_callbacks(
            opened: { context, handle, socket, address in
                let loop = unsafe Unmanaged<ServerLoop>.fromOpaque(context!).takeUnretainedValue()
                let peer = unsafe String(cString: address!)
                let connection = unsafe loop.opened(handle!, socket: socket, peer: peer)
                return unsafe Unmanaged.passUnretained(connection).toOpaque()
            },
            closed: { context, connection in
                let loop = unsafe Unmanaged<ServerLoop>.fromOpaque(context!).takeUnretainedValue()
                unsafe loop.closed(ServerCallbacks.of(connection))
            },
            began: { connection, target in
                unsafe ServerCallbacks.of(connection).began(target: String(cString: target!))
            },
            called: { connection, method, version, data, count in
                let verdict = unsafe ServerCallbacks.of(connection).called(
                    method: String(cString: method!),
                    version: String(cString: version!),
                    data: UnsafeBufferPointer(start: data, count: count)
                )
                return Int32(verdict.rawValue)
            },
            ended: { connection, isComplete in unsafe ServerCallbacks.of(connection).ended(isComplete: isComplete) },
            read: { connection, buffer, capacity in
                unsafe ServerCallbacks.of(connection).read(
                    into: UnsafeMutableBufferPointer(start: buffer, count: capacity)
                )
            }
        )
    }

    fileprivate static func of(_ connection: UnsafeMutableRawPointer?) -> Connection {
        unsafe Unmanaged<Connection>.fromOpaque(connection!).takeUnretainedValue()
    }
}
