internal import CPVXS
internal import Dispatch
internal import Lifetime
internal import Signals

/// A process variable that is watched, until this ends.
///
/// Events come on a thread of the library, or on the one that calls ``resume()``; never two of a monitor at the same
/// time. They must not wait: all process variables of a client share that thread.
// Safe: the functions of the shim may be called on every thread; the handle is destroyed by `deinit` alone.
@safe public final class PVAMonitor: @unchecked Sendable {
    public let name: String
    private let handle: OpaquePointer
    private let core: Unmanaged<MonitorCore>
    /// The handle lives in its context.
    private let client: PVAClient

    init(
        _ client: PVAClient,
        _ name: String,
        _ mode: PVAMonitorMode,
        queue: Int,
        handler: @escaping @Sendable (PVAEvent) -> PVAFlow
    ) throws(PVAProblem) {
        let core = MonitorCore(handler)
        var callbacks = unsafe MonitorCore.callbacks
        var made: OpaquePointer?
        let context = unsafe Unmanaged.passRetained(core)
        let message = unsafe NativeStatus.message(
            pvx_monitor_create(
                client.handle,
                name,
                mode == .newest,
                UInt32(queue),
                &callbacks,
                context.toOpaque(),
                &made
            )
        )
        guard let handle = unsafe made else {
            unsafe context.release()
            throw PVAProblem(.failed, "expected a monitor of '\(name)', found: \(message ?? "no reason")")
        }
        self.name = name
        self.client = client
        unsafe self.core = context
        unsafe self.handle = handle
        core.monitor.withLock { $0.monitor = self }
    }

    /// Has events come again after a handler said that it is full; they come on this thread, before this returns.
    public func resume() { unsafe pvx_monitor_resume(handle) }

    /// Ends it: when this returns, no event is being handled and none will come.
    ///
    /// A handler may end its own monitor: then its event is the last.
    public func end() {
        // The shim waits for a handler on another thread; of the library's own: "Explicitly cancel a active
        // subscription. Blocks until any in-progress callback has completed." (PVXS, client.h, `Subscription::cancel`)
        unsafe pvx_monitor_end(handle)
    }

    fileprivate func renew() { unsafe pvx_monitor_renew(handle) }

    deinit {
        end()
        unsafe pvx_monitor_destroy(handle)
        // Nobody calls back any more.
        unsafe core.release()
    }
}

/// What the callbacks of a monitor know.
// Safe: `choices` and `renewals` are used by callbacks alone, of which one runs at a time.
private final class MonitorCore: @unchecked Sendable {
    struct Watched: Sendable {
        weak var monitor: PVAMonitor?
    }

    let monitor = Guarded(Watched())
    private let handler: @Sendable (PVAEvent) -> PVAFlow
    private var choices: [String] = []
    /// How often in a row the server ended it.
    private var renewals = 0

    private static let renewing = DispatchQueue(label: "slipway.pva.renewing")

    init(_ handler: @escaping @Sendable (PVAEvent) -> PVAFlow) { self.handler = handler }

    @unsafe
    func take(_ native: UnsafePointer<pvx_value>, _ metadata: UnsafePointer<pvx_metadata>?) -> PVAFlow {
        if let metadata = unsafe metadata {
            unsafe choices = NativeReading.choices(metadata)
            let description = unsafe NativeReading.description(metadata)
            if let peer {
                _ = handler(.connected(description, peer: peer))
                self.peer = nil
            } else {
                _ = handler(.described(description))
            }
        }
        renewals = 0
        do throws(PVAProblem) {
            let value = try unsafe NativeReading.value(native, choices: choices)
            return unsafe handler(
                .value(
                    value,
                    NativeReading.alarm(native),
                    NativeReading.stamp(native),
                    skipped: Int(clamping: native.pointee.skipped)
                )
            )
        } catch {
            return handler(.refused(error.message))
        }
    }

    /// Set when a server was found, until its first value has come.
    private var peer: String?

    func connect(_ peer: String) { self.peer = peer }

    func disconnect() { _ = handler(.disconnected) }

    func refuse(_ message: String) { _ = handler(.refused("cannot be used: \(message)")) }

    /// Begins anew after a while, which grows when it does not help.
    func stop() {
        let delay = min(10, 0.1 * Double(1 << min(renewals, 7)))
        renewals += 1
        Self.renewing.asyncAfter(deadline: .now() + delay) { self.monitor.withLock(\.monitor)?.renew() }
    }

    @unsafe
    static func of(_ context: UnsafeMutableRawPointer?) -> MonitorCore {
        unsafe Unmanaged<MonitorCore>.fromOpaque(context!).takeUnretainedValue()
    }

    @unsafe static var callbacks: pvx_monitor_callbacks {
        unsafe pvx_monitor_callbacks(
            value: { context, value, metadata in unsafe MonitorCore.of(context).take(value!, metadata) == .more },
            connected: { context, peer in unsafe MonitorCore.of(context).connect(String(peer)) },
            disconnected: { context in unsafe MonitorCore.of(context).disconnect() },
            refused: { context, message in unsafe MonitorCore.of(context).refuse(String(message)) },
            stopped: { context in unsafe MonitorCore.of(context).stop() }
        )
    }
}
