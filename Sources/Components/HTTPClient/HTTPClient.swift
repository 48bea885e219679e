internal import CCurl
public import HTTP
internal import Lifetime

/// Makes calls with libcurl, each on a thread of its own.
public struct HTTPClient: HTTPCaller {
    public init() {}

    public func make(
        _ call: HTTPCall,
        began: @escaping @Sendable (HTTPAnswer) -> Void,
        body: @escaping @Sendable ([UInt8]) -> Bool
    ) async throws(HTTPCallProblem) -> HTTPAnswer {
        if let problem = HTTPClientLibrary.load() {
            throw HTTPCallProblem(
                .unavailable,
                "expected libcurl 7.85 or later on this machine, found: \(problem)",
                advice: "install it: 'apt-get install libcurl4'"
            )
        }
        let transfer = try Transfer(call, began: began, body: body)
        let executor = BlockingExecutor(label: "http.call")
        let result = await withTaskCancellationHandler {
            await withTaskExecutorPreference(executor) { () async -> Result<HTTPAnswer, HTTPCallProblem> in
                transfer.run()
            }
        } onCancel: {
            transfer.stop()
        }
        return try result.get()
    }
}

/// One call: it runs once.
// Safe: what changes is touched by the thread that runs it alone; `stop` may be called on every thread.
@safe private final class Transfer: @unchecked Sendable {
    private let call: HTTPCall
    private let handle: OpaquePointer
    private let began: @Sendable (HTTPAnswer) -> Void
    private let body: @Sendable ([UInt8]) -> Bool
    /// Of the answer that is being read.
    private var status = 0
    private var fields: [HTTPHeaders.Field] = []
    private var hasBegun = false
    /// The receiver had enough.
    private var isEnough = false

    init(
        _ call: HTTPCall,
        began: @escaping @Sendable (HTTPAnswer) -> Void,
        body: @escaping @Sendable ([UInt8]) -> Bool
    ) throws(HTTPCallProblem) {
        self.call = call
        self.began = began
        self.body = body
        guard let made = unsafe Self.handle(call) else {
            throw HTTPCallProblem(
                .unavailable,
                "expected libcurl to take the call of '\(call.url)', found that it does not",
                advice: "is memory gone?"
            )
        }
        unsafe handle = made
    }

    deinit { unsafe crl_transfer_destroy(handle) }

    private static func handle(_ call: HTTPCall) -> OpaquePointer? {
        var limits = crl_limits(
            connect_ms: milliseconds(call.limits.connect),
            whole_ms: milliseconds(call.limits.whole),
            silence_s: call.limits.silence.map { max(1, Int($0.components.seconds)) } ?? 0,
            redirects_max: call.limits.redirectsMax,
            ignores_proxies: isOfThisMachine(call.url)
        )
        guard let handle = unsafe crl_transfer_create(call.url, call.method.description, &limits) else { return nil }
        let isTaken =
            call.headers.allSatisfy { unsafe crl_transfer_add_header(handle, "\($0.name): \($0.value)") }
            && call.body.map { unsafe crl_transfer_set_body(handle, $0, $0.count) } ?? true
        guard isTaken else {
            unsafe crl_transfer_destroy(handle)
            return nil
        }
        return unsafe handle
    }

    /// What this machine says to itself goes through no proxy, whatever the environment says.
    private static func isOfThisMachine(_ url: String) -> Bool {
        let rest = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).dropFirst(2).first ?? ""
        return ["localhost", "127.", "[::1]"].contains { rest.hasPrefix($0) }
    }

    /// 0 is without end.
    private static func milliseconds(_ limit: Duration?) -> Int {
        limit.map { max(1, Int($0.wholeNanoseconds / 1_000_000)) } ?? 0
    }

    func stop() { unsafe crl_transfer_stop(handle) }

    /// Blocks until it has ended.
    func run() -> Result<HTTPAnswer, HTTPCallProblem> {
        var receiver = unsafe crl_receiver(
            context: Unmanaged.passUnretained(self).toOpaque(),
            head: { context, line, count in
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
                transfer.takeHead(
                    unsafe String(decoding: UnsafeBufferPointer(start: line, count: count), as: UTF8.self)
                )
            },
            body: { context, bytes, count in
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
                return transfer.takeBody(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
            }
        )
        var status = 0
        var problem = [CChar](repeating: 0, count: Int(CRL_PROBLEM_SIZE))
        let outcome = unsafe crl_transfer_run(handle, &receiver, &status, &problem)
        let words = String(decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard outcome == CRL_DONE || isEnough else { return .failure(Self.problem(outcome, words, call)) }
        begin()
        return .success(answer)
    }

    private var answer: HTTPAnswer { HTTPAnswer(status: status, headers: HTTPHeaders(fields)) }

    private func takeHead(_ line: String) {
        let line = line.trimming(\.isNewline)
        if line.hasPrefix("HTTP/") {
            // Of a redirect or an intermediate answer there was one before.
            (status, fields) = (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0, [])
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].trimming { $0 == " " || $0 == "\t" }
            fields.append(HTTPHeaders.Field(name: String(line[..<colon]), value: String(value)))
        }
    }

    private func takeBody(_ bytes: [UInt8]) -> Bool {
        begin()
        isEnough = !body(bytes)
        return !isEnough
    }

    private func begin() {
        guard !hasBegun else { return }
        hasBegun = true
        began(answer)
    }
}

// What went wrong, in our words and the library's.
extension Transfer {
    fileprivate static func problem(_ outcome: crl_outcome, _ words: String, _ call: HTTPCall) -> HTTPCallProblem {
        let found = words.isEmpty ? "no reason" : words
        let url = call.url
        return switch outcome {
        case CRL_STOPPED:
            HTTPCallProblem(.cancelled, "expected an answer of '\(url)', found that the call was cancelled", advice: "")
        case CRL_BAD_URL:
            HTTPCallProblem(
                .badURL,
                "expected a URL as 'http://127.0.0.1:8080/', found '\(url)': \(found)",
                advice: "only http and https are called"
            )
        case CRL_NOT_RESOLVED:
            HTTPCallProblem(.notResolved, "expected the host of '\(url)', found: \(found)", advice: "check the name")
        case CRL_NOT_CONNECTED:
            HTTPCallProblem(
                .notConnected,
                "expected a server at '\(url)', found: \(found)",
                advice: "does it run, and listen at this address and port?"
            )
        case CRL_TIMEOUT:
            HTTPCallProblem(.timeout, "expected '\(url)' to answer in time, found: \(found)", advice: "is it busy?")
        case CRL_TOO_MANY_REDIRECTS:
            HTTPCallProblem(
                .tooManyRedirects,
                "expected '\(url)' to lead somewhere within \(call.limits.redirectsMax) redirects, found more",
                advice: "is it a ring?"
            )
        case CRL_NOT_TRUSTED:
            HTTPCallProblem(
                .notTrusted,
                "expected a certificate of '\(url)' that can be trusted, found: \(found)",
                advice:
                    "is its authority known to this machine? 'apt-get install ca-certificates' brings the usual ones"
            )
        default:
            HTTPCallProblem(
                .broken,
                "expected a whole answer of '\(url)', found: \(found)",
                advice: "is it an HTTP server, and is it well?"
            )
        }
    }
}

extension StringProtocol {
    /// Without the characters at both ends that are to go.
    fileprivate func trimming(_ goes: (Character) -> Bool) -> SubSequence {
        let start = firstIndex { !goes($0) } ?? endIndex
        let end = lastIndex { !goes($0) }.map { index(after: $0) } ?? start
        return self[start..<end]
    }
}
