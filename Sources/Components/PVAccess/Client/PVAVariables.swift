public import Component
internal import Lifetime
public import Signals

/// Process variables over PV Access, found as the environment of EPICS says.
public struct PVAVariables: ProcessVariables {
    public init() {}

    private static func client() throws(NodeFailure) -> PVAClient {
        do throws(PVAProblem) { return try PVAClient.shared() } catch { throw error.failure }
    }

    public func get(_ name: String, within limit: Duration) async throws(NodeFailure) -> ProcessVariableReading {
        let client = try Self.client()
        do throws(PVAProblem) { return try await client.get(name, timeout: limit) } catch { throw error.failure }
    }

    public func put(_ name: String, _ value: Value, within limit: Duration) async throws(NodeFailure) {
        let client = try Self.client()
        do throws(PVAProblem) { try await client.put(name, value, timeout: limit) } catch { throw error.failure }
    }

    public func writer(_ name: String, within limit: Duration) async throws(NodeFailure) -> any ProcessVariableWriter {
        let client = try Self.client()
        let executor = BlockingExecutor(label: "pva.writer")
        let made = await withTaskExecutorPreference(executor) { () async -> Result<PVAWriter, PVAProblem> in
            Result { () throws(PVAProblem) in try PVAWriter(client, name, within: limit) }
        }
        do throws(PVAProblem) { return try made.get() } catch { throw error.failure }
    }

    public func monitor(
        _ names: [String],
        _ handler: @escaping @Sendable (Int, ProcessVariableChange) -> Void
    ) async throws(NodeFailure) {
        let client = try Self.client()
        var monitors: [PVAMonitor] = []
        do throws(PVAProblem) {
            for (index, name) in names.enumerated() {
                let monitor = try client.monitor(name, .every, queue: 1000) { event in
                    switch event {
                    case .connected(let description, _), .described(let description):
                        handler(index, .connected(description))
                    case .value(let value, let alarm, let stamp, _): handler(index, .value(value, alarm, stamp))
                    case .disconnected: handler(index, .lost("it is not connected"))
                    case .refused(let reason): handler(index, .lost(reason))
                    }
                    return .more
                }
                monitors.append(monitor)
            }
        } catch {
            throw error.failure
        }
        client.hurry()
        await StopSignal().wait()
        for monitor in monitors { monitor.end() }
    }
}

extension PVAProblem {
    fileprivate var failure: NodeFailure { NodeFailure(message, advice: advice) }
}
