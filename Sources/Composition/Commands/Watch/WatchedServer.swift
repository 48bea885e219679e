internal import Catalog
internal import HTTP
internal import JSON
internal import Lifetime
internal import Manifest
internal import Models
internal import Signals

/// A flow that answers over HTTP.
struct WatchedServer: WatchSubject {
    private let url: String

    /// Its address, with or without the path of one of its routes.
    init(_ url: String) {
        let plain = ["/events", "/flow", "/"].first { url.hasSuffix($0) }.map { String(url.dropLast($0.count)) } ?? url
        self.url = plain
    }

    /// How long it waits before it asks again.
    private static let pause = Duration.seconds(1)
    /// What the description of a flow may hold.
    private static let sizeMax = 64 << 20

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
        while !Task.isCancelled {
            do throws(HTTPCallProblem) {
                let (answer, body) = try await description()
                guard answer.status == 200, let signals = Self.signals(body) else {
                    guard answer.status != 503 else { throw Self.busy(url) }
                    return "expected a flow of 'slipway run --http' at '\(Printable.text(url))', found an answer "
                        + "of status \(answer.status)\n    check the address"
                }
                news.tell(signals)
                news.tell(problem: nil)
                try await listen(news)
                news.tell(problem: "expected '\(url)' to go on, found that it has ended; asking again")
            } catch {
                guard error.kind != .badURL, error.kind != .unavailable else {
                    return "\(error.problem)\n    \(error.advice)"
                }
                if error.kind != .cancelled { news.tell(problem: "\(error.problem); asking again") }
            }
            do { try await Task.sleep(for: Self.pause) } catch { return nil }
        }
        return nil
    }

    private static func busy(_ url: String) -> HTTPCallProblem {
        HTTPCallProblem(.broken, "expected '\(url)' to tell its signals, found it busy", advice: "")
    }

    private func description() async throws(HTTPCallProblem) -> (HTTPAnswer, [UInt8]) {
        var call = HTTPCall(.get, url + "/flow")
        call.limits.whole = .seconds(20)
        let body = Guarded<[UInt8]>([])
        let answer = try await Catalog.httpCaller.make(call, began: { _ in }) { bytes in
            body.withLock { body in
                body += bytes
                return body.count <= Self.sizeMax
            }
        }
        return (answer, body.withLock { $0 })
    }

    private func listen(_ news: WatchNews) async throws(HTTPCallProblem) {
        let reader = Guarded(HTTPEventReader())
        _ = try await Catalog.httpCaller.make(HTTPCall(.get, url + "/events"), began: { _ in }) { bytes in
            for event in reader.withLock({ $0.take(bytes) }) where event.name == "sample" {
                guard case .object(let object)? = try? JSONReader.value(of: Array(event.data.utf8)),
                    let signal = WatchedSignal(object), let sample = signal.sample
                else { continue }
                news.tell(signal.node, signal.name, sample)
            }
            return true
        }
    }

    private static func signals(_ body: [UInt8]) -> [WatchedSignal]? {
        guard case .object(let object)? = try? JSONReader.value(of: body, limits: JSONLimits(sizeMax: sizeMax)),
            case .array(let signals)? = object["signals"]
        else { return nil }
        return signals.compactMap { if case .object(let signal) = $0 { WatchedSignal(signal) } else { nil } }
    }
}

extension WatchedSignal {
    /// A signal as `/flow` and `/events` tell it.
    fileprivate init?(_ object: JSONObject) {
        guard case .string(let node)? = object["node"], case .string(let name)? = object["signal"] else { return nil }
        let unit: String = if case .string(let unit)? = object["unit"] { unit } else { "" }
        // A signal without a value has no members of a sample.
        let sample = object["value"] == nil ? nil : (try? Sample(json: object)) ?? Self.unshown(object)
        self.init(node: node, name: name, unit: unit, sample: sample)
    }

    /// Of a long array the server tells type and shape alone.
    private static func unshown(_ object: JSONObject) -> Sample {
        var text = "a value that cannot be shown"
        if case .object(let value)? = object["value"], case .string(let type)? = value["datatype"],
            case .array(let shape)? = value["shape"]
        {
            text = "\(type) \(JSONWriter.text(of: .array(shape)))"
        }
        let stamp: Stamp? = if case .string(let text)? = object["stamp"] { Stamp(text) } else { nil }
        return Sample(.text(text), alarm: Alarm(json: object), stamp: stamp ?? .unknown, id: .none)
    }
}
