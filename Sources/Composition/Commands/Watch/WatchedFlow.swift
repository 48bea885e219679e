internal import Component
internal import Flow
internal import Lifetime
internal import Manifest
internal import Signals
internal import Telemetry

/// A flow of a file, which runs here for as long as it is looked at.
struct WatchedFlow: WatchSubject {
    private let flow: LiveFlow
    private let loader: FlowLoader

    /// Reads the file; nil where it cannot run, which is told.
    init?(_ loader: FlowLoader, _ news: WatchNews, _ console: Console) {
        let loaded = loader.load()
        for diagnostic in loaded.diagnostics { console.errors.print(diagnostic.description) }
        console.errors.flush()
        guard let plan = loaded.plan else { return nil }
        do throws(UnmadeNode) {
            flow = try LiveFlow(plan, settings: FlowSettings(isPublishing: false, log: WatchLog(news: news)))
        } catch {
            console.errors.print(loader.problem(error).description)
            return nil
        }
        self.loader = loader
    }

    /// How often all signals are told anew, with what their sources have said about them meanwhile.
    private static let period = Duration.seconds(1)

    func watch(_ news: WatchNews, until ended: StopSignal) async -> String? {
        let unmade = Guarded<UnmadeNode?>(nil)
        await withTaskGroup { group in
            let over = StopSignal()
            // Before the flow runs: it may be short.
            group.addTask(executorPreference: BlockingExecutor(label: "watch")) { look(news, until: over) }
            group.addTask {
                do throws(UnmadeNode) { try await flow.run {} } catch { unmade.withLock { $0 = error } }
                over.give()
            }
            group.addTask {
                await withTaskGroup { group in
                    group.addTask { await ended.wait() }
                    group.addTask { await over.wait() }
                    await group.next()
                    group.cancelAll()
                }
                flow.stop.give()
            }
            await group.waitForAll()
        }
        return unmade.withLock { $0 }.map { loader.problem($0).description }
    }

    private func look(_ news: WatchNews, until over: StopSignal) {
        _ = flow.withTap { tap in
            var next = MonotonicTime.now()
            while true {
                if MonotonicTime.now() >= next, !tap.isOver {
                    if let view = flow.view(within: Self.period) { news.tell(view.signals.map(WatchedSignal.init)) }
                    next = .now() + Self.period
                }
                // A flow that could not begin tells no end. What came before the end is told.
                let isOver = tap.isOver || over.isGiven
                for change in tap.next(until: isOver ? .now() : next) ?? [] {
                    news.tell(change.node, change.signal, change.sample)
                }
                if isOver { return }
            }
        }
    }
}

extension WatchedSignal {
    init(_ signal: FlowView.Signal) {
        self.init(node: signal.node, name: signal.name, unit: signal.description?.unit ?? "", sample: signal.sample)
    }
}

/// Tells what goes worse than it could.
private struct WatchLog: EventLog {
    let news: WatchNews

    func add(_ event: Event) {
        guard event.level >= .warning else { return }
        news.tell(note: EventPrinter.text(event, .now()))
    }
}
