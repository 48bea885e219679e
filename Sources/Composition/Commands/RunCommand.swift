internal import CLinux
internal import Catalog
internal import Component
internal import Flow
internal import Glibc
internal import Host
internal import JSON
internal import Lifetime
internal import Manifest
internal import Signals
internal import Telemetry

/// Runs a flow.
struct RunCommand: Command {
    static let declaration = CommandDeclaration(
        name: "run",
        summary: "Run a flow: live values in, predictions out.",
        details: "Nothing is written to live systems without '--publish'; one line at the start says how much is held "
            + "back. The flow ends when it is told to (Ctrl-C, SIGTERM), after '--for', or when its sources have come "
            + "to their end. SIGHUP reads the file again: sources stay connected, and where the new flow is wrong the "
            + "old one goes on.\n\n"
            + "Ends with 1 where the flow cannot begin, and with 75 where '--one-shot' waited in vain.",
        options: RunOptions.options,
        operand: .init(word: "FILE", kind: .file, count: 0...1, doc: "A flow document, or '-' for standard input."),
        examples: [
            .init(line: "slipway run injector.yaml", doc: "Run a flow without writing anything."),
            .init(line: "slipway run injector.yaml --publish", doc: "Run it and write what comes out."),
            .init(line: "slipway run injector.yaml --one-shot", doc: "Evaluate once, print all signals, end."),
        ]
    )

    private let options: RunOptions

    init(_ arguments: ParsedArguments) throws(UsageError) { options = try RunOptions(arguments) }

    func run(_ console: Console) -> ExitStatus {
        if let problem = EnvironmentFile.apply(options.environmentFile) {
            console.errors.print("slipway run: \(problem)")
            return .problemsFound
        }
        // From here on SIGHUP is heard; what is asked before the flow runs waits until it does.
        let reloads = ReloadRequests()
        let hangups = ProcessSignals([SIGHUP: { reloads.ask() }])
        defer { withExtendedLifetime(hangups) {} }
        let loader = FlowLoader(file: options.file, shadow: options.shadow ?? "")
        let loaded = loader.load()
        for diagnostic in loaded.diagnostics { console.errors.print(diagnostic.description) }
        console.errors.flush()
        guard let plan = loaded.plan else { return .problemsFound }
        let log = EventPrinter(levelMin: options.isDebug ? .debug : .info, isJSON: options.isLogJSON)
        let journal = options.journal.map { Journal(path: $0, shadow: options.shadow ?? "", log: log) }
        if let journal, let reason = journal.check() {
            console.errors.print(
                "slipway run: expected a journal to write at '\(journal.path)', found: \(reason)\n    "
                    + "make the folder, or name another file"
            )
            return .problemsFound
        }
        let settings = FlowSettings(
            isPublishing: options.isPublishing,
            journal: journal,
            log: log,
            program: "slipway \(ProductVersion.text)",
            // Nobody can ask where nothing listens.
            traceSizeMax: options.http == nil ? 0 : options.trace.bytes
        )
        let flow: LiveFlow
        do throws(UnmadeNode) { flow = try LiveFlow(plan, settings: settings) } catch {
            console.errors.print(loader.problem(error).description)
            return .problemsFound
        }
        let process = RunningProcess(
            flow: flow,
            options: options,
            loader: loader,
            reloads: reloads,
            log: log,
            journal: journal
        )
        return process.run(console)
    }
}

/// A flow in a process of its own: signals, clock, journal, and the end.
private struct RunningProcess: Sendable {
    let flow: LiveFlow
    let options: RunOptions
    let loader: FlowLoader
    let reloads: ReloadRequests
    let log: EventPrinter
    let journal: Journal?

    /// How it ended.
    private enum Outcome: Sendable {
        case done(OneShot.Report?)
        case unmade(UnmadeNode)
        case unserved(NodeFailure)
    }

    /// Blocks until the flow has ended.
    func run(_ console: Console) -> ExitStatus {
        // A reader that has gone ends no flow.
        signal(SIGPIPE, SIG_IGN)
        let end: @Sendable () -> Void = { [flow, log] in
            // Whoever asks again does not want to wait.
            if flow.stop.isGiven { _exit(130) }
            log.add(Event(.info, "stopping"))
            flow.stop.give()
        }
        let signals = ProcessSignals([SIGTERM: end, SIGINT: end])
        let outcome = MainTask.wait { await keepJournal() }
        withExtendedLifetime(signals) {}
        switch outcome {
        case .unserved(let failure):
            console.errors.print("slipway run: \(failure.problem)\n    \(failure.advice)")
            return .problemsFound
        case .unmade(let unmade):
            console.errors.print(loader.problem(unmade).description)
            return .problemsFound
        case .done(let report):
            log.add(Event(.info, "ended", ["evaluations": "\(flow.meters.evaluations.value)"]))
            guard let report else { return .done }
            return report.print(console, as: options.format)
        }
    }

    /// Works until the flow has ended, and the journal holds all that it wrote.
    private func keepJournal() async -> Outcome {
        await withTaskGroup { group in
            if let journal {
                group.addTask(executorPreference: BlockingExecutor(label: "journal")) { journal.run() }
            }
            let outcome = await conduct()
            journal?.close()
            await group.waitForAll()
            return outcome
        }
    }

    /// Runs the flow with all that goes on beside it.
    private func conduct() async -> Outcome {
        let outcome = Guarded(Outcome.done(nil))
        await withTaskGroup { group in
            let (ready, flowEnded, serving) = (StopSignal(), StopSignal(), StopSignal())
            if options.isOneShot {
                group.addTask {
                    let report = await OneShot.wait(for: flow, ready: ready, within: options.limit ?? OneShot.waitMax)
                    outcome.withLock { if case .done = $0 { $0 = .done(report) } }
                    flow.stop.give()
                }
            } else if let limit = options.limit {
                group.addTask {
                    await ready.wait()
                    await flow.stop.wait(atMost: limit)
                    flow.stop.give()
                }
            }
            if let address = options.http {
                group.addTask {
                    let failure = await serve(address, until: flowEnded) { serving.give() }
                    if let failure {
                        outcome.withLock { $0 = .unserved(failure) }
                        flow.stop.give()
                    }
                    serving.give()
                }
                await serving.wait()
            }
            group.addTask {
                // Before, there is nothing to be replaced.
                await ready.wait()
                await reloads.serve(flow, loader, log, watches: options.isWatching)
            }
            let isServed = outcome.withLock { if case .unserved = $0 { false } else { true } }
            group.addTask {
                do throws(UnmadeNode) {
                    if isServed { try await runFlow(ready) }
                } catch {
                    outcome.withLock { $0 = .unmade(error) }
                }
                // However it ended: nobody waits for it any more.
                flow.stop.give()
                ready.give()
                flowEnded.give()
            }
            await flow.stop.wait()
            // What is left ends with the flow: it is waited for.
            reloads.end()
            await group.waitForAll()
        }
        return outcome.withLock { $0 }
    }

    private func runFlow(_ ready: StopSignal) async throws(UnmadeNode) {
        try await flow.run {
            greet()
            ready.give()
        }
    }

    /// Answers requests about the flow until it has ended; says why it could not begin to.
    private func serve(
        _ address: HTTPAddress,
        until ended: StopSignal,
        ready: @escaping @Sendable () -> Void
    ) async -> NodeFailure? {
        let events = FlowEvents(flow)
        return await withTaskGroup { group in
            group.addTask(executorPreference: BlockingExecutor(label: "http.events")) { events.run() }
            defer { events.finish() }
            do throws(NodeFailure) {
                let routes = FlowRoutes.routes(flow, events) { journal?.lost.value }
                try await Catalog.serve(routes, address: address.host, port: address.port, until: ended) { url in
                    log.add(Event(.info, "http listens", ["at": url]))
                    ready()
                }
                return nil
            } catch {
                return error
            }
        }
    }

    private func greet() {
        log.add(Event(.info, "flow runs", ["flow": flow.name]))
        let held = flow.heldBackCount
        guard held > 0 else { return }
        log.add(
            Event(
                .warning,
                "\(held) output\(held == 1 ? " is" : "s are") held back: nothing is written without '--publish'"
            )
        )
    }
}
