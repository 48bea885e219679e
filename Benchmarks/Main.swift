internal import CSimdJSON
internal import Catalog
internal import Glibc
internal import JSON
internal import Manifest

/// Measures what this program promises about speed and size, each beside a floor or a peer in the
/// same run, and prints one table.
///
/// It judges nothing: a benchmark is no test.
///
///     slipway-bench PROGRAM [--long] [PART ...]
///     slipway-bench --allocations
///     slipway-bench --cycles
@main
struct Main {
    /// What can be measured by itself, in the order of the table.
    private static let parts = [
        "formula", "model", "json", "program", "net", "ingest", "image", "moving", "idle", "soak",
    ]

    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        // Checks, no measurements: end-to-end tests run them.
        if words == ["--allocations"] { exit(max(FormulaRows.checkAllocations(), ModelRows.checkAllocations())) }
        if words == ["--cycles"] { exit(ModelRows.checkCycles()) }
        unsafe setenv(Peer.equalThreads.0, Peer.equalThreads.1, 1)
        // A peer of another of these processes.
        if words.first == "--as" { return FlowRows.play(Array(words.dropFirst())) }
        var chosen = words.dropFirst().filter { $0 != "--long" }
        guard let program = words.first, !program.hasPrefix("-"), chosen.allSatisfy(parts.contains) else {
            print("usage: slipway-bench PROGRAM [--long] [PART ...], of \(parts.joined(separator: ", "))")
            exit(64)
        }
        if chosen.isEmpty { chosen = parts }
        print("| path | ours | floor or peer, same run | ratio | target |")
        print("|---|---|---|---|---|")
        if chosen.contains("formula") { FormulaRows.print() }
        if chosen.contains("model") { ModelRows.print(program) }
        if chosen.contains("json") { jsonRows() }
        if chosen.contains("program") { programRows(program) }
        FlowRows.print(program, chosen, isLong: words.contains("--long"))
        let load = Files.text("/proc/loadavg").split(separator: " ").first ?? "unknown"
        print("\nMedian of 5 interleaved pairs; release build; load of the machine at the end: \(load).")
    }

    private static func jsonRows() {
        for numbers in [Sample.long, .short] {
            let bytes = numbers.json
            let ours = { Consumer.take(numbers: (try? JSONReader(bytes)).map { reader in readDoubles(reader) }) }
            var room = [Double](repeating: 0, count: numbers.count)
            let simdjson = { Consumer.take(unsafe sj_read_doubles(bytes, bytes.count, &room, room.count)) }
            row("JSON, read \(numbers.name)", Pairs(ours, simdjson), bytes.count, peer: "simdjson 3.0.1 on demand")
            let tree = { Consumer.take(tree: try? JSONReader.value(of: bytes)) }
            let dom = { Consumer.take(unsafe sj_count_values(bytes, bytes.count)) }
            row("JSON, tree of \(numbers.name)", Pairs(tree, dom), bytes.count, peer: "simdjson 3.0.1 tree")
            var copy = [UInt8](repeating: 0, count: bytes.count)
            let copying = { unsafe copy.withUnsafeMutableBytes { unsafe $0.copyBytes(from: bytes) } }
            row("JSON, read \(numbers.name)", Pairs(ours, copying), bytes.count, peer: "memcpy")
            let values = numbers.values
            let writing = {
                var writer = JSONWriter()
                writer.write(values)
                Consumer.take(Int64(writer.bytes.count))
            }
            row("JSON, write \(numbers.name)", Pairs(writing, copying), bytes.count, peer: "memcpy")
        }
        let document = Sample.documents
        let tree = { Consumer.take(tree: try? JSONReader.value(of: document)) }
        let dom = { Consumer.take(unsafe sj_count_values(document, document.count)) }
        row("JSON, tree of 10,000 small objects", Pairs(tree, dom), document.count, peer: "simdjson 3.0.1 tree")
    }

    private static func readDoubles(_ reader: JSONReader) -> [Double] {
        var reader = reader
        return (try? reader.readDoubles()) ?? []
    }

    private static func row(_ path: String, _ pairs: Pairs, _ bytes: Int, peer: String) {
        let ours = Double(bytes) / pairs.ours / 1e6
        let theirs = Double(bytes) / pairs.theirs / 1e6
        print("| \(path) | \(whole(ours)) MB/s | \(peer): \(whole(theirs)) MB/s | \(rounded(ours / theirs)) | |")
    }

    private static func programRows(_ program: String) {
        let flow = Sample.flow
        let file = "/tmp/slipway-bench-\(getpid()).yaml"
        defer { unsafe unlink(file) }
        Files.write(flow, to: file)
        let version = Pairs({ Spawn.run(program, ["version"]) }, { Spawn.run("/bin/true", []) })
        timeRow("slipway version", version, peer: "/bin/true", target: "≤ 20 ms")
        let validate = Pairs(
            { Spawn.run(program, ["validate", file]) },
            { Consumer.take(Int64(YAMLReader.read(flow, file: "f").diagnostics.count)) }
        )
        let lines = flow.count { $0 == 0x0A }
        timeRow("slipway validate, \(lines) lines", validate, peer: "YAML to tree alone", target: "≤ 100 ms")
        let size = Files.strippedSize(of: program)
        print("| slipway, stripped | \(rounded(Double(size) / 1e6)) MB | | | ≤ 20 MB |")
    }

    private static func timeRow(_ path: String, _ pairs: Pairs, peer: String, target: String) {
        let ours = rounded(pairs.ours * 1e3)
        let ratio = rounded(pairs.ours / pairs.theirs)
        print("| \(path) | \(ours) ms | \(peer): \(rounded(pairs.theirs * 1e3)) ms | \(ratio) | \(target) |")
    }

    private static func whole(_ value: Double) -> Int { Int(value.rounded()) }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
