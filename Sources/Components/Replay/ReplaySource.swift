public import Component
internal import Lifetime
internal import Manifest
internal import Signals

/// Plays a recording.
public struct ReplaySource: Source {
    private let path: String
    private let signals: [String]
    private let pace: ReplaySourceConfig.Pace
    private let isLooping: Bool

    public init(_ config: ReplaySourceConfig, _ context: NodeContext) {
        path = context.path(config.file)
        signals = config.signals.map(\.name)
        pace = config.pace
        isLooping = config.loop
    }

    public func run(_ outlet: any SourceOutlet) async throws(NodeFailure) {
        let failure = await withTaskExecutorPreference(BlockingExecutor(label: "replay")) { () async -> NodeFailure? in
            do throws(NodeFailure) {
                repeat { try await play(outlet) } while isLooping && !Task.isCancelled
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private func play(_ outlet: any SourceOutlet) async throws(NodeFailure) {
        var recording = try Recording.open(path, signals: signals, isAllNeeded: true)
        var start: (stamp: Stamp, time: SuspendingClock.Instant)?
        let clock = SuspendingClock()
        var count = 0
        while !Task.isCancelled {
            let parts: [Message.Part]
            do throws(Recording.Problem) {
                guard let next = try recording.next() else { break }
                parts = next
            } catch {
                outlet.note(.refused(error.text))
                continue
            }
            guard let first = parts.first else { continue }
            if pace == .original, first.stamp != .unknown {
                let origin = start ?? (first.stamp, clock.now)
                start = origin
                let due = origin.time + .nanoseconds(first.stamp.nanoseconds - origin.stamp.nanoseconds)
                if due > clock.now { do { try await clock.sleep(until: due, tolerance: .zero) } catch { return } }
            }
            guard outlet.sendWaiting(Message(parts)) else { return }
            count += 1
        }
        guard count > 0 || Task.isCancelled else {
            throw NodeFailure("expected samples of the flow's signals in '\(path)', found none")
        }
    }
}
