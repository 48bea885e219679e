internal import CPVXS
public import Component
internal import Lifetime
public import Signals

/// Reads, watches and writes process variables of others.
///
/// Clients of equal settings share connections: make one wherever it is needed.
// Safe: a context of PVXS may be used on every thread; it is destroyed with the last client, monitor and operation.
@safe public final class PVAClient: @unchecked Sendable {
    public let settings: PVAClientSettings
    let handle: OpaquePointer

    /// How many values of a monitor may wait.
    public static let queueRange = 2...1_000_000

    private struct Weak: Sendable {
        weak var client: PVAClient?
    }

    private static let known = Guarded<[PVAClientSettings: Weak]>([:])

    /// The client of these settings.
    public static func shared(_ settings: PVAClientSettings = PVAClientSettings()) throws(PVAProblem) -> PVAClient {
        let result = known.withLock { known in
            if let client = known[settings]?.client { return Result<PVAClient, PVAProblem>.success(client) }
            let made = Result { () throws(PVAProblem) in try PVAClient(settings) }
            known = known.filter { $0.value.client != nil }
            if case .success(let client) = made { known[settings] = Weak(client: client) }
            return made
        }
        return try result.get()
    }

    /// A client that shares nothing.
    public init(_ settings: PVAClientSettings) throws(PVAProblem) {
        self.settings = settings
        var made: OpaquePointer?
        let automatic = settings.searchesNetworks.map { $0 ? "YES" : "NO" }
        let message = unsafe withOptionalCStrings(settings.addresses, automatic, settings.nameServers) {
            var native = unsafe pvx_client_settings(
                addresses: $0,
                automatic_addresses: $1,
                name_servers: $2,
                broadcast_port: settings.broadcastPort.map(Int32.init) ?? -1,
                server_port: settings.serverPort.map(Int32.init) ?? -1
            )
            return unsafe NativeStatus.message(pvx_client_create(&native, &made))
        }
        guard let handle = unsafe made else {
            throw PVAProblem(
                .failed,
                "expected a client of PV Access, found: \(message ?? "no reason")",
                advice: "look at the addresses and ports of the settings and of EPICS_PVA_* in the environment"
            )
        }
        unsafe self.handle = handle
    }

    deinit { unsafe pvx_client_destroy(handle) }

    /// Where names are searched, for a person.
    public var addresses: String {
        let text = unsafe NativeStatus.message(pvx_client_addresses(handle)) ?? ""
        return text.isEmpty ? "no address at all" : text
    }

    /// Watches a process variable, which may be there already, come later, go and come back.
    ///
    /// At most `queue` values wait; when they do, the next one is merged into the last. The handler says whether it
    /// can take more: see ``PVAMonitor`` for what it may do.
    public func monitor(
        _ name: String,
        _ mode: PVAMonitorMode = .newest,
        queue: Int = 4,
        handler: @escaping @Sendable (PVAEvent) -> PVAFlow
    ) throws(PVAProblem) -> PVAMonitor {
        try Self.check(name)
        guard Self.queueRange.contains(queue) else {
            throw PVAProblem(
                .declaration,
                "expected a queue of \(Self.queueRange.lowerBound) to \(Self.queueRange.upperBound) values, "
                    + "found \(queue)"
            )
        }
        return try PVAMonitor(self, name, mode, queue: queue, handler: handler)
    }

    /// Has names that were not found searched for at once, say after many monitors were begun.
    public func hurry() { unsafe pvx_client_hurry(handle) }

    /// Fetches the present value.
    public func get(_ name: String, timeout: Duration = .seconds(5)) async throws(PVAProblem) -> ProcessVariableReading
    {
        try Self.check(name)
        let pending = Pending<ProcessVariableReading>()
        return try await unsafe pending.run(self, "a value of '\(name)'", timeout: timeout) { operation in
            let context = unsafe Unmanaged.passUnretained(pending).toOpaque()
            return unsafe pvx_get_create(self.handle, name, PendingGet.callback, context, &operation)
        }
    }

    /// Writes a value, converted to the type of the target, and waits until the server has done it.
    public func put(_ name: String, _ value: Value, timeout: Duration = .seconds(5)) async throws(PVAProblem) {
        try Self.check(name)
        let put = PendingPut(name, value)
        // A label means nothing without the labels of the target, which come with its present value.
        let fetches: Bool =
            switch value {
            case .text, .choice: true
            default: false
            }
        try await unsafe put.pending.run(self, "'\(name)' to take a value", timeout: timeout) { operation in
            var callbacks = unsafe PendingPut.callbacks
            let context = unsafe Unmanaged.passUnretained(put).toOpaque()
            return unsafe pvx_put_create(self.handle, name, fetches, &callbacks, context, &operation)
        }
        withExtendedLifetime(put) {}
    }

    static func check(_ name: String) throws(PVAProblem) {
        guard !name.isEmpty, name.utf8.count <= 500, !name.utf8.contains(0) else {
            throw PVAProblem(
                .declaration,
                "expected the name of a process variable of 1 to 500 bytes without zeros, found '\(name.prefix(60))'"
            )
        }
    }
}

/// Passes texts as C takes them; nil is a null pointer.
@unsafe
func withOptionalCStrings<Result>(
    _ first: String?,
    _ second: String?,
    _ third: String?,
    _ body: (UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Result
) -> Result {
    func with(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        guard let text else { return body(nil) }
        return unsafe text.withCString { unsafe body($0) }
    }
    return unsafe with(first) { first in
        unsafe with(second) { second in
            unsafe with(third) { third in unsafe body(first, second, third) }
        }
    }
}
