import CPVAFloor
import Foundation
import Lifetime
import PVAccess
import Signals

/// PV Access beside PVXS used directly: CPU of many updates, posts, round trips.
///
/// Servers and clients are processes of this program, named by the first argument, so that each is measured alone.
@main enum PVABench {
    static func main() throws {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.dropFirst().compactMap { Double($0) }
        switch words.first {
        case "source": pvf_source(Int32(numbers[0]), numbers[1])
        case "echo": pvf_echo()
        case "serve": try serve()
        case "count": bare(Int(numbers[0]), Int(numbers[1]), numbers[2])
        case "watch": try ours(Int(numbers[0]), Int(numbers[1]), numbers[2])
        default: try table()
        }
    }

    static func bare(_ port: Int, _ count: Int, _ seconds: Double) {
        var cpu = 0.0
        let seen = unsafe pvf_count(Int32(port), Int32(count), seconds, &cpu)
        print(seen, cpu)
    }

    /// Counts what a handler is given, in whole: value, alarm, time.
    static func ours(_ port: Int, _ count: Int, _ seconds: Double) throws {
        let client = try PVAClient(
            PVAClientSettings(addresses: "", searchesNetworks: false, nameServers: "127.0.0.1:\(port)")
        )
        let seen = Guarded((values: 0, known: 0, sum: 0.0))
        let monitors = try (0..<count).map { index in
            try client.monitor("P\(index)", .every) { event in
                switch event {
                case .connected: seen.withLock { $0.known += 1 }
                case .value(.float64(let number), let alarm, let stamp, _):
                    seen.withLock {
                        $0.values += 1
                        $0.sum += number + Double(alarm.severity.rawValue) + Double(stamp.nanoseconds & 1)
                    }
                default: break
                }
                return .more
            }
        }
        while seen.withLock({ $0.known }) < count { usleep(1000) }
        let before = pvf_cpu()
        let first = seen.withLock { $0.values }
        Thread.sleep(forTimeInterval: seconds)
        let cpu = pvf_cpu() - before
        print(seen.withLock { $0.values } - first, cpu)
        for monitor in monitors { monitor.end() }
    }

    /// The server of `pvf_echo`, as ours.
    static func serve() throws {
        let holder = Guarded<PVAServer?>(nil)
        var input = PVADeclaration("IN", .float64)
        input.put = { value, _ in
            let sample = sample(value)
            _ = holder.withLock { $0 }?.post(1, sample)
            return .accept(sample)
        }
        let made = try server([input, PVADeclaration("OUT", .float64)])
        holder.withLock { $0 = made }
        print(made.port, made.broadcastPort)
        fflush(nil)
        while readLine() != nil {}
    }

    static func sample(_ value: Value) -> Sample {
        Sample(value, stamp: Stamp(nanoseconds: 1_700_000_000_000_000_005), id: EvaluationID(high: 1, low: 2))
    }

    static func server(_ declarations: [PVADeclaration]) throws -> PVAServer {
        let settings = PVAServerSettings(
            interfaces: "127.0.0.1",
            beaconAddresses: "127.0.0.1",
            sendsBeacons: false,
            serverPort: 0,
            broadcastPort: 0
        )
        return try PVAServer(declarations, settings: settings, at: Stamp(nanoseconds: 0))
    }

    static func post(_ rounds: Int, isWatched: Bool) throws -> Double {
        let made = try server([PVADeclaration("P", .float64)])
        let client = try PVAClient(
            PVAClientSettings(addresses: "", searchesNetworks: false, nameServers: "127.0.0.1:\(made.port)")
        )
        let rung = DispatchSemaphore(value: 0)
        let monitor =
            try isWatched
            ? client.monitor("P", .every) { _ in
                rung.signal()
                return .more
            } : nil
        if isWatched { rung.wait() }
        let start = ContinuousClock.now
        for round in 0..<rounds { _ = made.post(0, sample(.float64(Double(round)))) }
        let elapsed = ContinuousClock.now - start
        monitor?.end()
        return Double(elapsed.components.attoseconds) / 1e9 / Double(rounds)
            + Double(elapsed.components.seconds) * 1e9 / Double(rounds)
    }

    /// Runs this program as something else, while `body` runs; the port is what it prints first.
    static func with<Result>(_ words: [String], _ body: (Int) throws -> Result) throws -> Result {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = words
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = ""
        while !line.hasSuffix("\n") {
            line += String(decoding: output.fileHandleForReading.readData(ofLength: 1), as: UTF8.self)
        }
        defer {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        return try body(Int(line.split(separator: " ")[0]) ?? 0)
    }

    static func run(_ words: [String]) throws -> [Double] {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = words
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    }

    static func table() throws {
        for isWatched in [false, true] {
            let pairs = try (0..<5).map { _ in (pvf_post(100_000, isWatched), try post(100_000, isWatched: isWatched)) }
            let watched = isWatched ? "watched" : "unwatched"
            print("post, \(watched), ns: bare \(median(pairs.map(\.0))), ours \(median(pairs.map(\.1)))")
        }
        let trips = try (0..<5).map { _ in
            (try with(["echo"]) { roundTrips($0) }, try with(["serve"]) { roundTrips($0) })
        }
        for (name, place) in [("p50", 0.5), ("p99", 0.99)] {
            let bare = median(trips.map { percentile($0.0, place) })
            let ours = median(trips.map { percentile($0.1, place) })
            print("put, handler, post, monitor, us, \(name): bare \(bare), ours \(ours)")
        }
        try with(["source", "1000", "100000"]) { port in
            var ratios: [Double] = []
            for _ in 0..<5 {
                let bare = try run(["count", "\(port)", "1000", "4"])
                let ours = try run(["watch", "\(port)", "1000", "4"])
                // CPU of one update, since a busy machine may not get all of them through.
                let costs = (bare[1] / bare[0] * 1e6, ours[1] / ours[0] * 1e6)
                ratios.append(costs.1 / costs.0)
                print("updates/s: bare \(bare[0] / 4), ours \(ours[0] / 4); CPU us each: \(costs.0), \(costs.1)")
            }
            print("CPU of an update, ours to bare: \(median(ratios))")
        }
    }

    static func roundTrips(_ port: Int) -> [Double] {
        var times = [Double](repeating: 0, count: 3000)
        unsafe pvf_round_trips(Int32(port), Int32(times.count), &times)
        // The first ones warm up.
        return Array(times.dropFirst(200))
    }

    static func percentile(_ values: [Double], _ place: Double) -> Double {
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * place))]
    }

    static func median(_ values: [Double]) -> Double { percentile(values, 0.5) }
}
