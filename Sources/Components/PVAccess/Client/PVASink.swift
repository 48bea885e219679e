public import Component
internal import Dispatch
internal import Lifetime
internal import Manifest
internal import Signals

/// Writes process variables of others: one write of each at a time, and what comes meanwhile is written next, the
/// newest alone.
public final class PVASink: Sink {
    public let reach = SinkReach.live
    /// A put carries a value and nothing else.
    public let carriesAlarms = false
    private let lanes: [Lane]
    private let settings: PVAClientSettings
    private let timeout: Duration

    public init(_ config: PVASinkConfig, _ context: NodeContext) {
        lanes = context.inputs.map { Lane(name: context.shadow + $0) }
        settings = config.settings
        timeout = config.timeout
    }

    public func run(_ outlet: any SinkOutlet, ready: @Sendable () -> Void) async throws(NodeFailure) {
        let client: PVAClient
        do throws(PVAProblem) { client = try PVAClient.shared(settings) } catch {
            throw NodeFailure(error.message, advice: error.advice)
        }
        ready()
        // Not of this task: what waits when it is cancelled is written all the same.
        let (lanes, timeout) = (lanes, timeout)
        let bells = lanes.map { $0.begin() }
        let work = Task {
            await withDiscardingTaskGroup { group in
                for (input, lane) in lanes.enumerated() {
                    group.addTask { await lane.run(bells[input], client, input, timeout, outlet) }
                }
            }
        }
        await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            for lane in lanes { lane.end() }
            Self.ending.asyncAfter(deadline: .now() + Self.grace) { work.cancel() }
        }
    }

    /// How long writes that are under way may go on at the end, in seconds.
    private static let grace = 2.0
    private static let ending = DispatchQueue(label: "slipway.pva.ending")

    public func write(_ writes: [SinkWrite], done: (@Sendable (String?) -> Void)?) {
        let receipt = done.map { Receipt($0) }
        for write in writes { lanes[write.input].put(write.sample.value, done: receipt?.expect()) }
        receipt?.close()
    }
}

/// The way to one process variable.
private final class Lane: Sendable {
    private struct Waiting: Sendable {
        let value: Value
        let done: (@Sendable (String?) -> Void)?
    }

    private let name: String
    private let waiting = Guarded<Waiting?>(nil)
    /// Of the run that is under way.
    private let current = Guarded(Run())

    private struct Run: Sendable {
        var bell: AsyncStream<Void>.Continuation?
        var isEnding = false
    }

    /// How long it waits after a write that failed, from the first to the last.
    private static let pauses: [Duration] = [.milliseconds(100), .seconds(1), .seconds(5), .seconds(10)]

    init(name: String) { self.name = name }

    /// What waited before is written no more: the newer value stands for both.
    func put(_ value: Value, done: (@Sendable (String?) -> Void)?) {
        let replaced = waiting.withLock { waiting in
            defer { waiting = Waiting(value: value, done: done) }
            return waiting
        }
        replaced?.done?(nil)
        current.withLock { $0.bell }?.yield()
    }

    /// Has what waits written, once, and the run end.
    func end() {
        let bell = current.withLock { run in
            run.isEnding = true
            return run.bell
        }
        bell?.finish()
    }

    /// Rings for what waits already, and for whatever comes.
    func begin() -> AsyncStream<Void> {
        let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        current.withLock { $0 = Run(bell: ring) }
        ring.yield()
        return bell
    }

    func run(
        _ bell: AsyncStream<Void>,
        _ client: PVAClient,
        _ input: Int,
        _ timeout: Duration,
        _ outlet: any SinkOutlet
    ) async {
        for await _ in bell {
            var failures = 0
            while let next = take() {
                do throws(PVAProblem) {
                    try await client.put(name, next.value, timeout: timeout)
                    failures = 0
                    next.done?(nil)
                } catch {
                    next.done?(error.message)
                    guard error.kind != .cancelled, !Task.isCancelled else { return }
                    outlet.refused(input, error.message)
                    // What a value cannot be it will not be the next time; everything else may pass.
                    guard error.kind != .value else { continue }
                    guard !current.withLock({ $0.isEnding }) else { continue }
                    keep(next.value)
                    let pause = Self.pauses[min(failures, Self.pauses.count - 1)]
                    failures += 1
                    do { try await Task.sleep(for: pause) } catch { return }
                }
            }
        }
    }

    private func take() -> Waiting? {
        waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
    }

    /// Puts a value back that could not be written, unless there is a newer one.
    private func keep(_ value: Value) {
        waiting.withLock { waiting in waiting = waiting ?? Waiting(value: value, done: nil) }
    }
}
