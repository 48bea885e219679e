internal import Catalog
internal import HTTP
internal import JSON
internal import Lifetime
internal import Manifest
internal import Models
internal import Signals

/// A flow that answers over HTTP.
struct WatchedServer: WatchSubject {
    private let server: FlowServer

    init(_ url: String) { server = FlowServer(url) }

    /// How long it waits before it asks again.
    private static let pause = Duration.seconds(1)

    /// How often it asks which signals there are: a reload may change that.
    private static let refresh = Duration.seconds(5)
    /// The server says something at least every 15 s: beyond this it is gone, or stands still.
    private static let silence = Duration.seconds(20)

    func watch(_ news: WatchNews, until ended: StopSignal) async -> String? {
        await withTaskGroup { group in
            group.addTask { await look(news) }
            group.addTask {
                await ended.wait()
                return nil
            }
            let problem = await group.next() ?? nil
            group.cancelAll()
            return problem
        }
    }

    /// Looks until it is cancelled, or finds that there is no flow.
    private func look(_ news: WatchNews) async -> String? {
        var wasFound = false
        while !Task.isCancelled {
            do throws(HTTPCallProblem) {
                let signals = try await signals()
                wasFound = true
                news.tell(signals)
                news.tell(problem: nil)
                try await listen(news, signals)
                news.tell(problem: "expected '\(server.url)' to go on, found that it has ended; asking again")
            } catch {
                // What was a flow once may be one again; what never was is something else.
                let isHopeless =
                    [.badURL, .unavailable].contains(error.kind) || (error.kind == .unexpected && !wasFound)
                guard !isHopeless else { return "\(error.problem)\n    \(error.advice)" }
                if error.kind != .cancelled { news.tell(problem: "\(error.problem); asking again") }
            }
            do { try await Task.sleep(for: Self.pause) } catch { return nil }
        }
        return nil
    }

    /// The signals that there are.
    private func signals() async throws(HTTPCallProblem) -> [WatchedSignal] {
        guard let signals = Self.signals(try await server.get("/flow")) else { throw server.isAnother }
        return signals
    }

    /// Tells changes until the server ends, or until the signals are others.
    private func listen(_ news: WatchNews, _ signals: [WatchedSignal]) async throws(HTTPCallProblem) {
        let known = Guarded(Set(signals.map(\.key)))
        let result = await withTaskGroup(of: Result<Void, HTTPCallProblem>?.self) { group in
            group.addTask {
                do throws(HTTPCallProblem) { return .success(try await self.follow(news, known)) } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                // What cannot be asked now is asked the next time.
                while (try? await Task.sleep(for: Self.refresh)) != nil {
                    guard let signals = try? await self.signals() else { continue }
                    let keys = Set(signals.map(\.key))
                    guard keys != known.withLock({ $0 }) else { continue }
                    known.withLock { $0 = keys }
                    news.tell(signals)
                }
                return nil
            }
            let result = await group.next() ?? nil
            group.cancelAll()
            return result
        }
        try result?.get()
    }

    /// Tells changes of known signals until the server ends; others wait until they are known.
    private func follow(
        _ news: WatchNews,
        _ known: Guarded<Set<WatchNews.Key>>
    ) async throws(HTTPCallProblem) {
        let reader = Guarded(HTTPEventReader())
        var call = HTTPCall(.get, server.url + "/events")
        call.limits.silence = Self.silence
        let answer = try await Catalog.httpCaller.make(call, began: { _ in }) { bytes in
            for event in reader.withLock({ $0.take(bytes) }) where event.name == "sample" {
                guard case .object(let object)? = try? JSONReader.value(of: Array(event.data.utf8)),
                    let signal = WatchedSignal(object), let sample = signal.sample,
                    known.withLock({ $0.contains(signal.key) })
                else { continue }
                news.tell(signal.node, signal.name, sample)
            }
            return true
        }
        try server.check(answer, "/events")
    }

    private static func signals(_ answer: JSONValue) -> [WatchedSignal]? {
        guard case .object(let object) = answer, case .array(let signals)? = object["signals"] else { return nil }
        return signals.compactMap { if case .object(let signal) = $0 { WatchedSignal(signal) } else { nil } }
    }
}

extension WatchedSignal {
    /// A signal as `/flow` and `/events` tell it.
    fileprivate init?(_ object: JSONObject) {
        guard case .string(let node)? = object["node"], case .string(let name)? = object["signal"] else { return nil }
        let unit: String = if case .string(let unit)? = object["unit"] { unit } else { "" }
        // A signal without a value has no members of a sample.
        self.init(node: node, name: name, unit: unit, sample: object["value"] == nil ? nil : Sample(shown: object))
    }
}
