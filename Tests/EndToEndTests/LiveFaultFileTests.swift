import Foundation
import JSON
import TestSupport
import Testing

// Files and disks.
extension LiveFaultTests {
    @Test("A journal that cannot be opened ends the start; one on a full disk is told, and the flow goes on")
    func fullDisk() throws {
        try LiveStage.with { stage in
            let refused = try stage.run(Self.flow, ["--publish", "--journal", "none/j.jsonl"], waits: false)
            try stage.waitUntil("it ends") { !refused.isRunning }
            #expect(refused.status == 1 && stage.log.contains("expected a journal to write at 'none/j.jsonl'"))
        }
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 1)
            try stage.run(Self.flow, ["--publish", "--journal", "/dev/full"])
            let client = try stage.client()
            try client.awaitValue("OUT", 2)
            try stage.waitUntil("it is told") { stage.log.contains("No space left on device") }
            try server.post("A", 2)
            try client.awaitValue("OUT", 4)
            try stage.end()
        }
    }

    @Test("A journal that may not grow: whole lines alone, the loss is told, the flow goes on")
    func limitedJournal() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 0)
            try stage.run(Self.flow, ["--publish", "--journal", "j.jsonl"], before: "ulimit -f 4;")
            let client = try stage.client()
            for value in 0..<100 {
                try server.post("A", .integer(Int64(value)))
                try client.awaitValue("OUT", .integer(Int64(2 * value)))
            }
            try stage.waitUntil("it is told") { stage.log.contains("File too large") }
            let values = try Self.values("value", of: stage.text("j.jsonl"))
            #expect(values.count > 10 && values.count < 100 && values == values.sorted())
            try stage.end()
        }
    }

    @Test("A file that is removed with its folder is told, and begun anew when there is a folder again")
    func folderRemoved() throws {
        try LiveStage.with { stage in
            let folder = stage.folder.appending(path: "kept")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            let server = try stage.server()
            try server.add("A", 1)
            try stage.run(
                Self.flow + "  r: {type: recorder, file: kept/r.jsonl, in: [twice]}\n",
                ["--publish", "--journal", "kept/j.jsonl"]
            )
            let client = try stage.client()
            try client.awaitValue("OUT", 2)
            try FileManager.default.removeItem(at: folder)
            try server.post("A", 2)
            try client.awaitValue("OUT", 4)
            try stage.waitUntil("both are told") {
                stage.log.contains("kept/r.jsonl: No such file or directory")
                    && stage.log.contains("journal not written path=kept/j.jsonl")
            }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            try server.post("A", 3)
            try client.awaitValue("OUT", 6)
            try stage.waitUntil("both are there again") {
                stage.text("kept/r.jsonl").contains("\"value\":6") && stage.text("kept/j.jsonl").contains("\"value\":6")
            }
            try stage.end()
        }
    }

    @Test("Of a broken recording every good line is played, and every bad one told", arguments: ["r.jsonl", "r.csv"])
    func brokenRecording(name: String) throws {
        let lines =
            name == "r.csv"
            ? ["A,B", "1,x", "2", "3,x 5\" pipe", "1,2,3", "4,\"x\ny\"", "9,\"x", "\u{0}\u{1},", "5,x"]
            : [
                #"{"signal":"A","value":1}"#, "rubbish", #"{"signal":"A","value":3}"#, #"{"signal":"A","va"#,
                #"{"A":4}"#, #"{"signal":"A","value":{"a":[}}"#, "[1]", #"{"signal":"A","value":5}"#,
            ]
        try LiveStage.with { stage in
            try stage.write(lines.joined(separator: "\n") + "\n", to: name)
            let flow = try stage.run(
                """
                flow: f
                sources: {p: {type: replay, file: \(name), signals: [A], pace: fastest}}
                sinks: {o: {type: recorder, file: out.jsonl}}

                """,
                waits: false
            )
            try stage.waitUntil("the recording is over") { !flow.isRunning }
            #expect(flow.status == 0)
            let played = try Self.values("value", of: stage.text("out.jsonl"))
            #expect(played == [1, 3, 4, 5], "\(stage.log)")
            let bad = name == "r.csv" ? [3, 5, 8] : [2, 4, 6, 7]
            for line in bad { #expect(stage.log.contains("line \(line):"), "\(stage.log)") }
            #expect(stage.log.count(of: "sample refused") == bad.count)
        }
    }

    @Test(
        "Killed while its file is rotated, a recorder has no gap, and goes on with the next run"
    )
    func killedWhileRotating() throws {
        try LiveStage.with { stage in
            let rows = (1...150_000).map { "{\"A\":\($0)}" }.joined(separator: "\n") + "\n"
            try stage.write(rows, to: "in.jsonl")
            let flow = """
                flow: f
                trigger: message
                sources: {p: {type: replay, file: in.jsonl, signals: [A], pace: fastest}}
                sinks: {o: {type: recorder, in: [A], file: out.jsonl, size: 64KiB, files: 1000}}

                """
            for round in 1...2 {
                let process = try stage.run(flow, waits: false)
                try stage.waitUntil("it has rotated often") {
                    FileManager.default.fileExists(atPath: stage.folder.appending(path: "out.jsonl.\(round * 5)").path)
                }
                process.kill()
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: stage.folder.path)
            // The oldest has the highest number; the one that is written has none.
            func age(_ name: String) -> Int { Int(name.split(separator: ".").last ?? "") ?? 0 }
            let files = names.filter { $0.hasPrefix("out.jsonl") }.sorted { age($0) > age($1) }
            #expect(files.count >= 10)
            // What was being written when it was killed may be half a line: one at the most, which spoils no other.
            var runs: [[Double]] = [[]]
            var broken = 0
            for line in files.flatMap({ stage.text($0).split(separator: "\n") }) {
                guard let value = try? Self.values("value", of: line + "\n").first else {
                    broken += 1
                    continue
                }
                if value == 1 { runs.append([]) }
                runs[runs.count - 1].append(value)
            }
            runs.removeAll(where: \.isEmpty)
            #expect(broken <= 2)
            #expect(runs.count == 2)
            for run in runs { #expect(run == (1...run.count).map(Double.init)) }
        }
    }

    @Test("A disk that gets full, and has room again", .enabled(if: LiveDisk.isPossible))
    func diskFills() throws {
        try LiveStage.with { stage in
            let disk = try LiveDisk(stage.folder.appending(path: "disk"), size: "64k")
            defer { disk.remove() }
            try Data(count: 48 << 10).write(to: stage.folder.appending(path: "disk/other"))
            let server = try stage.server()
            try server.add("A", 0)
            try stage.run(
                Self.flow + "  r: {type: recorder, file: disk/r.jsonl, in: [twice]}\n",
                ["--publish", "--journal", "disk/j.jsonl"]
            )
            let client = try stage.client()
            var value: Int64 = 0
            func next() throws {
                value += 1
                try server.post("A", .integer(value))
                try client.awaitValue("OUT", .integer(2 * value))
            }
            try stage.waitUntil("both are told") {
                try next()
                return stage.log.contains("journal not written path=disk/j.jsonl reason=\"No space left on device\"")
                    && stage.log.contains("disk/r.jsonl: No space left on device")
            }
            try FileManager.default.removeItem(at: stage.folder.appending(path: "disk/other"))
            try stage.waitUntil("both are written again") {
                try next()
                return stage.log.contains("journal written again")
                    && stage.text("disk/r.jsonl").contains("\"value\":\(2 * value)")
            }
            try stage.end()
            for name in ["disk/j.jsonl", "disk/r.jsonl"] {
                let values = try Self.values("value", of: stage.text(name))
                #expect(values.last == Double(2 * value) && values == values.sorted())
            }
        }
    }
}

/// A small disk of its own, in memory, where the system lets us have one.
struct LiveDisk {
    let folder: URL

    static let isPossible: Bool = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")
        guard let disk = try? LiveDisk(folder, size: "64k") else { return false }
        disk.remove()
        return true
    }()

    init(_ folder: URL, size: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let made = try Program("/usr/bin/env").run(["mount", "-t", "tmpfs", "-o", "size=\(size)", "none", folder.path])
        guard made.status == 0 else {
            try? FileManager.default.removeItem(at: folder)
            throw LiveFailure(made.errors)
        }
    }

    func remove() {
        _ = try? Program("/usr/bin/env").run(["umount", folder.path])
        try? FileManager.default.removeItem(at: folder)
    }
}
