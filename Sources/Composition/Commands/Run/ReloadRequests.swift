internal import Component
internal import Digests
internal import Flow
internal import Host
internal import Lifetime
internal import Manifest
internal import Telemetry

/// Reads a flow again when it is asked to, or when its file has changed.
final class ReloadRequests: Sendable {
    private struct State: Sendable {
        var isAsked = false
        var isOver = false
    }

    private let state = Mailbox(State())
    /// How often the file is looked at.
    static let watchPeriod = Duration.milliseconds(500)

    func ask() {
        state.put { state in
            state.isAsked = true
            return true
        }
    }

    func end() {
        state.put { state in
            state.isOver = true
            return true
        }
    }

    private enum Wake { case asked, over }

    /// Serves until it is ended; one reload at a time, and what is asked meanwhile is one more.
    func serve(_ flow: LiveFlow, _ loader: FlowLoader, _ log: EventPrinter, watches: Bool) async {
        await withTaskExecutorPreference(BlockingExecutor(label: "reload")) {
            var seen = watches ? FileContent(loader.file.path) : nil
            /// A change that may not be whole yet.
            var changing: FileContent?
            while true {
                let deadline = watches ? MonotonicTime.now() + Self.watchPeriod : nil
                let wake = state.take(until: deadline) { state -> Wake? in
                    if state.isOver { return .over }
                    guard state.isAsked else { return nil }
                    state.isAsked = false
                    return .asked
                }
                switch wake {
                case .over?: return
                case .asked?: await Self.reload(flow, loader, log)
                case nil:
                    let now = FileContent(loader.file.path)
                    // Whoever writes a file is done when it stays as it is.
                    if let now, now != seen, now == changing {
                        seen = now
                        await Self.reload(flow, loader, log)
                    }
                    changing = now
                }
            }
        }
    }

    private static func reload(_ flow: LiveFlow, _ loader: FlowLoader, _ log: EventPrinter) async {
        let loaded = loader.load()
        for diagnostic in loaded.diagnostics {
            log.add(
                Event(
                    diagnostic.severity == .error ? .error : .warning,
                    "flow read again",
                    ["problem": diagnostic.description]
                )
            )
        }
        guard let plan = loaded.plan else {
            log.add(Event(.error, "the old flow goes on", ["file": loader.file.path]))
            return
        }
        do throws(UnmadeNode) {
            guard try await flow.reload(plan) else { return }
            log.add(Event(.info, "flow replaced", ["flow": flow.name]))
        } catch {
            log.add(Event(.error, "the old flow goes on", ["problem": loader.problem(error).description]))
        }
    }
}

/// What a file holds, to see that it has changed; nil while it cannot be read.
private struct FileContent: Equatable {
    let digest: ContentDigest

    init?(_ path: String) {
        do throws(FileRefusal) { digest = ContentDigest(of: try FileReading.bytes(of: path)) } catch { return nil }
    }
}
