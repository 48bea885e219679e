internal import Flow
internal import JSON
internal import Lifetime
internal import Manifest
internal import Signals
internal import Telemetry

/// A flow of a file, which runs here until what is asked of it can be answered.
struct TracedFlow {
    private let flow: LiveFlow
    private let loader: FlowLoader

    /// What is remembered: more than a flow gives in the time that somebody waits.
    private static let sizeMax = 64 << 20

    /// Reads the file; nil where it cannot run, which is told.
    init?(_ loader: FlowLoader, _ console: Console) {
        let loaded = loader.load()
        for diagnostic in loaded.diagnostics { console.errors.print(diagnostic.description) }
        console.errors.flush()
        guard let plan = loaded.plan else { return nil }
        let settings = FlowSettings(
            isPublishing: false,
            log: EventPrinter(levelMin: .warning, isJSON: false),
            traceSizeMax: Self.sizeMax
        )
        do throws(UnmadeNode) { flow = try LiveFlow(plan, settings: settings) } catch {
            console.errors.print(loader.problem(error).description)
            return nil
        }
        self.loader = loader
    }

    /// Ends it before there is an answer.
    func stop() { flow.stop.give() }

    enum Outcome: Sendable {
        case answer(JSONValue)
        case problem(TraceProblem)
        case unmade(String)
    }

    /// Runs until the signal of the question is there and good, until the time is over, or until the flow has ended.
    func answer(_ question: TraceQuestion, within limit: Duration) async -> Outcome {
        let unmade = Guarded<UnmadeNode?>(nil)
        await withTaskGroup { group in
            group.addTask(executorPreference: BlockingExecutor(label: "trace")) {
                let deadline = MonotonicTime.now() + limit
                _ = flow.withTap { tap in
                    while MonotonicTime.now() < deadline, !tap.isOver, !flow.stop.isGiven, !isAnswered(question) {
                        _ = tap.next(until: min(deadline, .now() + .milliseconds(200)))
                    }
                }
                flow.stop.give()
            }
            group.addTask {
                do throws(UnmadeNode) { try await flow.run {} } catch { unmade.withLock { $0 = error } }
                flow.stop.give()
            }
            await group.waitForAll()
        }
        if let unmade = unmade.withLock({ $0 }) { return .unmade(loader.problem(unmade).description) }
        do throws(TraceProblem) { return .answer(try question.answer(flow)) } catch { return .problem(error) }
    }

    private func isAnswered(_ question: TraceQuestion) -> Bool {
        switch question {
        case .signal(let signal, let node, _):
            do throws(TraceProblem) {
                return try flow.explain(signal, of: node).lines[0].sample.severity < .invalid
            } catch {
                if case .nothingYet = error { return false }
                // What is not known now will not be known later.
                return error != .off
            }
        case .evaluation: return true
        case .newest(let count): return ((try? flow.evaluations(limit: count).count) ?? count) >= count
        }
    }
}
