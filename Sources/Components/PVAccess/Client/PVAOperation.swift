internal import CPVXS
internal import Component
internal import Lifetime
internal import Signals

/// One question to a server and its answer, or the end of the time for it.
final class Pending<Output: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Result<Output, PVAProblem>?, Never>?
        /// What came; nil inside when the time was over.
        var result: Result<Output, PVAProblem>??
    }

    private let state = Guarded(State())

    // Safe: the shim's functions may be called on every thread; it is destroyed once, in `run`.
    @safe private struct Operation: @unchecked Sendable {
        let handle: OpaquePointer
    }

    /// The first answer counts.
    func finish(_ result: Result<Output, PVAProblem>?) {
        let continuation = state.withLock { state -> CheckedContinuation<Result<Output, PVAProblem>?, Never>? in
            guard state.result == nil else { return nil }
            state.result = .some(result)
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(returning: result)
    }

    private func await(_ continuation: CheckedContinuation<Result<Output, PVAProblem>?, Never>) {
        let result = state.withLock { state in
            if state.result == nil { state.continuation = continuation }
            return state.result
        }
        if let result { continuation.resume(returning: result) }
    }

    /// Begins the operation, and waits for its end.
    func run(
        _ client: PVAClient,
        _ what: String,
        timeout: Duration,
        _ begin: (inout OpaquePointer?) -> UnsafeMutablePointer<CChar>?
    ) async throws(PVAProblem) -> Output {
        let stop = RunStop(after: timeout)
        let registration = stop.register { self.finish(nil) }
        var handle: OpaquePointer?
        let message = unsafe NativeStatus.message(begin(&handle))
        guard let handle = unsafe handle else {
            stop.unregister(registration)
            throw PVAProblem(.failed, "expected \(what), found: \(message ?? "no reason")")
        }
        let begun = unsafe Operation(handle: handle)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { self.await($0) }
        } onCancel: {
            stop.stop(.cancelled)
        }
        stop.unregister(registration)
        // Nobody calls back after this.
        unsafe pvx_operation_destroy(begun.handle)
        if let result { return try result.get() }
        guard stop.cause != .cancelled else {
            throw PVAProblem(.cancelled, "expected \(what), found that it was cancelled")
        }
        throw PVAProblem(
            .timeout,
            "expected \(what) within \(timeout), found no answer; searched at \(client.addresses)",
            advice: "does its server run, and is it reached from here? 'EPICS_PVA_ADDR_LIST' and "
                + "'EPICS_PVA_NAME_SERVERS' say where names are searched"
        )
    }
}

enum PendingGet {
    static let callback: pvx_get_callback = { context, value, metadata, problem in
        let pending = unsafe Unmanaged<Pending<ProcessVariableReading>>.fromOpaque(context!).takeUnretainedValue()
        guard let value = unsafe value, let metadata = unsafe metadata else {
            let message = unsafe problem.map { unsafe String($0.pointee) } ?? "no reason"
            pending.finish(.failure(PVAProblem(.refused, "expected a value, found: \(message)")))
            return
        }
        do throws(PVAProblem) {
            let reading = try unsafe ProcessVariableReading(
                NativeReading.value(value, choices: NativeReading.choices(metadata)),
                alarm: NativeReading.alarm(value),
                stamp: NativeReading.stamp(value),
                description: NativeReading.description(metadata)
            )
            pending.finish(.success(reading))
        } catch {
            pending.finish(.failure(error))
        }
    }
}

/// A value on its way.
final class PendingPut: Sendable {
    let pending = Pending<Void>()
    private let name: String
    private let value: Value

    init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    @unsafe
    private func fill(_ metadata: UnsafePointer<pvx_metadata>, _ filling: OpaquePointer) {
        do throws(PVAProblem) {
            let converted = try unsafe PVATarget(metadata).converted(value, for: name, .anything)
            unsafe NativeWriting.withNative(converted, .none, Stamp(nanoseconds: 0)) { native in
                unsafe pvx_filling_set(filling, native, NativeWriting.release)
            }
        } catch {
            // It says more than what comes back through the library.
            pending.finish(.failure(error))
            unsafe pvx_filling_refuse(filling, "the value does not fit")
        }
    }

    @unsafe
    private static func of(_ context: UnsafeMutableRawPointer?) -> PendingPut {
        unsafe Unmanaged<PendingPut>.fromOpaque(context!).takeUnretainedValue()
    }

    @unsafe static var callbacks: pvx_put_callbacks {
        unsafe pvx_put_callbacks(
            fill: { context, metadata, filling in unsafe PendingPut.of(context).fill(metadata!, filling!) },
            done: { context, problem in
                let put = unsafe PendingPut.of(context)
                guard let problem = unsafe problem else {
                    put.pending.finish(.success(()))
                    return
                }
                let message = unsafe String(problem.pointee)
                put.pending.finish(
                    .failure(PVAProblem(.refused, "expected '\(put.name)' to take a value, found: \(message)"))
                )
            }
        )
    }
}
