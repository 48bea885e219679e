internal import CPVAFloor
internal import Glibc

/// The release program with a flow, as its users run it, beside the same done by the libraries alone.
///
/// Program and floor are processes of their own; the client is this process, and takes its share of the processors.
struct FlowRows {
    let program: String
    let folder: String
    let isLong: Bool

    static func print(_ program: String, _ parts: [String], isLong: Bool) {
        let folder = "/tmp/slipway-bench-\(getpid())"
        unsafe mkdir(folder, 0o700)
        defer { Spawn.run("/bin/rm", ["-r", folder]) }
        let rows = FlowRows(program: program, folder: folder, isLong: isLong)
        if parts.contains("net") || parts.contains("idle") {
            Spawn.run("/usr/bin/env", ["python3", "Benchmarks/dense_net.py", rows.model])
        }
        if parts.contains("net") { rows.netRows() }
        if parts.contains("ingest") { rows.ingestRows() }
        if parts.contains("image") { rows.imageRows() }
        if parts.contains("moving") { rows.movingRow() }
        if parts.contains("idle") { rows.idleRows() }
        if parts.contains("soak") { rows.soakRow() }
    }

    /// What this process is in another role.
    static func play(_ words: [String]) {
        let numbers = words.dropFirst().compactMap { Double($0) }
        switch words.first {
        case "net": unsafe pvf_net(words[1], 1)
        case "source": pvf_source(Int32(numbers[0]), numbers[1])
        case "count":
            var cpu = 0.0
            let seen = unsafe pvf_count(Int32(numbers[0]), Int32(numbers[1]), numbers[2], &cpu)
            Swift.print(seen, cpu)
        case "camera": pvf_camera(Int32(numbers[0]), Int32(numbers[0]), numbers[1])
        case "sum":
            var cpu = 0.0
            let seen = unsafe pvf_sum_images(Int32(numbers[0]), numbers[1], &cpu)
            Swift.print(seen, cpu)
        case "client":
            // For a profile of a server that runs already.
            let times = Times(Int(numbers[0]))
            Swift.print("p50 \(rounded(times.median)) us, p99 \(rounded(times.high)) us, \(rounded(times.rate, 0)) /s")
        default:
            Swift.print("slipway-bench: expected a role behind '--as', found '\(words.first ?? "")'")
            exit(64)
        }
    }

    static func fail(_ message: String) -> Never {
        Swift.print("slipway-bench: \(message)")
        Peer.endAll()
        exit(70)
    }

    /// Runs a flow; it is ready when this returns.
    func run(_ flow: String, name: String) -> (peer: Peer, port: Int) {
        let file = "\(folder)/\(name).yaml"
        Files.write(Array(flow.utf8), to: file)
        let peer = Peer(program, ["run", file, "--publish"])
        return (peer, peer.wait(for: "flow runs"))
    }

    static func row(_ path: String, _ ours: String, _ floor: String, _ ratio: Double?, _ target: String) {
        let ratio = ratio.map { rounded($0) } ?? ""
        Swift.print("| \(path) | \(ours) | \(floor) | \(ratio) | \(target) |")
        fflush(nil)
    }

    static func rounded(_ value: Double, _ digits: Int = 2) -> String {
        let scale = [1.0, 10, 100, 1000, 10_000][digits]
        let number = (value * scale).rounded() / scale
        return number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    }

    /// The value below which a part of the others lies.
    static func percentile(_ values: [Double], _ part: Double) -> Double {
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }

    static func median(_ values: [Double]) -> Double { percentile(values, 0.5) }

    /// The median of what each of five pairs says.
    static func median<Pair>(of pairs: [Pair], _ value: (Pair) -> Double) -> Double { median(pairs.map(value)) }
}
