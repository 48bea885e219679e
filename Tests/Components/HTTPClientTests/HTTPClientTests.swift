import Foundation
import HTTP
import HTTPClient
import Lifetime
import TestSupport
import Testing

/// Calls of a server that answers byte for byte what a test wants.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HTTPClientTests {
    /// What a call brought.
    struct Outcome: Sendable {
        var answer: HTTPAnswer?
        var problem: HTTPCallProblem?
        var body = ""
        /// The status, as it was told before the body.
        var began: Int?
    }

    /// Runs the body beside a server, at this address.
    private func withServer(_ body: (String) async throws -> Void) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", Repository.root.appending(path: "Tests/Components/HTTPClientTests/server.py").path,
        ]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).split(separator: "\n")[0]
        try await body("http://127.0.0.1:\(port)")
    }

    private func outcome(
        _ call: HTTPCall,
        wantsMore: @escaping @Sendable (String) -> Bool = { _ in true }
    ) async -> Outcome {
        let outcome = Guarded(Outcome())
        do throws(HTTPCallProblem) {
            let answer = try await HTTPClient().make(
                call,
                began: { head in outcome.withLock { $0.began = head.status } },
                body: { bytes in
                    let body = outcome.withLock { outcome in
                        outcome.body += String(decoding: bytes, as: UTF8.self)
                        return outcome.body
                    }
                    return wantsMore(body)
                }
            )
            outcome.withLock { $0.answer = answer }
        } catch {
            outcome.withLock { $0.problem = error }
        }
        return outcome.withLock { $0 }
    }

    @Test("A call sends what it says, and brings status, headers and body")
    func echo() async throws {
        try await withServer { url in
            var call = HTTPCall(.post, url + "/echo")
            call.headers = [.init(name: "Content-Type", value: "application/json"), .init(name: "X-One", value: "1")]
            call.body = Array(#"{"a": "é"}"#.utf8)
            let post = await outcome(call)
            #expect(post.answer?.status == 200)
            #expect(post.began == 200)
            #expect(post.answer?.headers["x-two"] == "a b")
            let lines = post.body.split(separator: "\r\n").map(String.init)
            #expect(lines.first == "POST /echo HTTP/1.1")
            #expect(lines.contains("Content-Type: application/json"))
            #expect(lines.contains("X-One: 1"))
            #expect(lines.last == #"{"a": "é"}"#)
            for method in [HTTPMethod.get, .delete, .put] {
                let other = await outcome(HTTPCall(method, url + "/echo"))
                #expect(other.body.hasPrefix("\(method) /echo HTTP/1.1\r\n"))
            }
            let head = await outcome(HTTPCall(.head, url + "/echo"))
            #expect(head.answer?.status == 200)
            #expect(head.body.isEmpty)
        }
    }

    @Test("What a server says by its status is an answer, and no problem", arguments: [204, 404, 503])
    func status(status: Int) async throws {
        try await withServer { url in
            let outcome = await outcome(HTTPCall(.get, url + "/status/\(status)"))
            #expect(outcome.answer?.status == status)
            #expect(outcome.body == (status == 204 ? "" : "said"))
        }
    }

    @Test("Redirects are followed as far as they may be, and never out of HTTP")
    func redirects() async throws {
        try await withServer { url in
            let plain = await outcome(HTTPCall(.get, url + "/redirect/2"))
            #expect(plain.answer?.status == 302)
            var call = HTTPCall(.get, url + "/redirect/2")
            call.limits.redirectsMax = 3
            let followed = await outcome(call)
            #expect(followed.answer?.status == 200)
            #expect(followed.began == 200)
            #expect(followed.body == "said")
            #expect(followed.answer?.headers["x-step"] == nil)
            call.limits.redirectsMax = 2
            #expect(await outcome(call).problem?.kind == .tooManyRedirects)
            var file = HTTPCall(.get, url + "/to-file")
            file.limits.redirectsMax = 3
            #expect(await outcome(file).problem?.kind == .badURL)
        }
    }

    @Test("What is wrong is told by its kind, in one sentence")
    func problems() async throws {
        try await withServer { url in
            #expect(await outcome(HTTPCall(.get, url + "/cut")).problem?.kind == .broken)
            #expect(await outcome(HTTPCall(.get, url + "/rubbish")).problem?.kind == .broken)
            var slow = HTTPCall(.get, url + "/silent")
            slow.limits.whole = .milliseconds(300)
            #expect(await outcome(slow).problem?.kind == .timeout)
            slow.limits.whole = nil
            slow.limits.silence = .seconds(1)
            #expect(await outcome(slow).problem?.kind == .timeout)
        }
        #expect(await outcome(HTTPCall(.get, "gopher://127.0.0.1/")).problem?.kind == .badURL)
        #expect(await outcome(HTTPCall(.get, "http://[::1")).problem?.kind == .badURL)
        #expect(await outcome(HTTPCall(.get, "http://nobody.invalid/")).problem?.kind == .notResolved)
        let nobody = await outcome(HTTPCall(.get, "http://127.0.0.1:1/")).problem
        #expect(nobody?.kind == .notConnected)
        #expect(nobody?.problem.hasPrefix("expected a server at 'http://127.0.0.1:1/', found: ") == true)
        #expect(nobody?.advice == "does it run, and listen at this address and port?")
    }

    @Test("Who has enough ends the call, and has the answer")
    func enough() async throws {
        try await withServer { url in
            let outcome = await outcome(HTTPCall(.get, url + "/endless")) { $0.utf8.count < 5000 }
            #expect(outcome.answer?.status == 200)
            #expect(outcome.body.utf8.count >= 5000)
        }
    }

    @Test("A call ends when its task is cancelled, also before it began", arguments: ["/silent", "/hold", "/endless"])
    func cancelled(path: String) async throws {
        try await withServer { url in
            let reached = StopSignal()
            let task = Task {
                await outcome(HTTPCall(.get, url + path)) { _ in
                    reached.give()
                    return true
                }
            }
            if path != "/silent" { await reached.wait() }
            let start = MonotonicTime.now()
            task.cancel()
            #expect(await task.value.problem?.kind == .cancelled)
            #expect(MonotonicTime.now() - start < .seconds(10))
        }
    }
}
