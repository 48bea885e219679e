internal import CPVXS
internal import Component
internal import Lifetime

/// A number of a server that is written again and again, over one operation of the protocol.
// Safe: the functions of the shim may be called on every thread; the handle is destroyed by `deinit` alone.
@safe final class PVAWriter: ProcessVariableWriter, @unchecked Sendable {
    private let name: String
    private let handle: OpaquePointer
    /// The handle lives in its context.
    private let client: PVAClient
    private let waiting = Guarded<(@Sendable (String?) -> Void)?>(nil)

    /// Blocks until a server was found.
    ///
    /// - Throws: When there is none in time, or what it offers is no number.
    init(_ client: PVAClient, _ name: String, within limit: Duration) throws(PVAProblem) {
        try PVAClient.check(name)
        var made: OpaquePointer?
        let seconds = Double(limit.wholeNanoseconds) / 1e9
        let message = unsafe NativeStatus.message(pvx_writer_create(client.handle, name, seconds, &made))
        guard let handle = unsafe made else {
            throw PVAProblem(
                .failed,
                "expected '\(name)' to take numbers, found: \(message ?? "no reason"); searched at \(client.addresses)",
                advice: "does its server run, and is it reached from here? 'EPICS_PVA_ADDR_LIST' and "
                    + "'EPICS_PVA_NAME_SERVERS' say where names are searched"
            )
        }
        self.name = name
        self.client = client
        unsafe self.handle = handle
    }

    deinit { unsafe pvx_writer_destroy(handle) }

    func put(_ number: Double, done: @escaping @Sendable (String?) -> Void) {
        waiting.withLock { $0 = done }
        let context = unsafe Unmanaged.passUnretained(self)
        let message = unsafe NativeStatus.message(
            pvx_writer_put(handle, number, Self.callback, context.toOpaque())
        )
        if let message { finish(message) }
    }

    private func finish(_ problem: String?) {
        let done = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        done?(problem)
    }

    private static let callback: pvx_written_callback = { context, problem in
        // It is alive: its end waits for callbacks.
        let writer = unsafe Unmanaged<PVAWriter>.fromOpaque(context!).takeUnretainedValue()
        writer.finish(unsafe problem.map { unsafe String($0.pointee) })
    }
}
