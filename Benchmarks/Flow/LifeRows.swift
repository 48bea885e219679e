internal import CPVAFloor
internal import Glibc

// What a flow costs that does nothing, how it begins, and whether it grows.
extension FlowRows {
    func idleRows() {
        let floor = Peer.floor("net", model)
        _ = floor.numbers()
        let (ours, _) = run(netFlow(), name: "idle")
        usleep(1_000_000)
        let before = (ours: ours.cpu, floor: floor.cpu)
        sleep(10)
        let idle = (ours: (ours.cpu - before.ours) * 10, floor: (floor.cpu - before.floor) * 10)
        Self.row(
            "idle flow with a model, 10 s",
            "\(Self.rounded(idle.ours, 3)) % of a core",
            "PVXS and ONNX Runtime in C++: \(Self.rounded(idle.floor, 3)) %",
            nil,
            "≤ 0.5 %"
        )
        Self.row(
            "idle flow with a model, memory",
            "\(Self.rounded(ours.resident, 1)) MB",
            "PVXS and ONNX Runtime in C++: \(Self.rounded(floor.resident, 1)) MB",
            ours.resident / floor.resident,
            "≤ 60 MB"
        )
        ours.end()
        floor.end()
        let starts = (0..<5).map { _ in (floor: start(nil), ours: start(program)) }
        Self.row(
            "start until the first PV is read",
            "\(Self.rounded(Self.median(of: starts, \.ours))) s",
            "PVXS and ONNX Runtime in C++: \(Self.rounded(Self.median(of: starts, \.floor))) s",
            Self.median(of: starts) { $0.ours / $0.floor },
            "≤ 0.3 s"
        )
    }

    private func start(_ program: String?) -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let peer: Peer
        let port: Int
        if program != nil {
            (peer, port) = run(netFlow(), name: "start")
        } else {
            peer = Peer.floor("net", model)
            port = Int(peer.numbers()[0])
        }
        guard unsafe pvf_first_value(Int32(port), "X0", 5) >= 0 else { Self.fail("expected a first value, found none") }
        let seconds = start.duration(to: clock.now) / .seconds(1)
        peer.end()
        return seconds
    }

    /// Whether memory grows with what has gone through.
    func soakRow() {
        let count = isLong ? 10_000_000 : 1_000_000
        let recording = "\(folder)/soak.jsonl"
        guard let file = unsafe fopen(recording, "w") else { Self.fail("expected to write '\(recording)'") }
        for index in 0..<count {
            let line = Array("{\"a\":\(index % 997),\"b\":\(index % 13)}\n".utf8)
            unsafe fwrite(line, 1, line.count, file)
        }
        unsafe fclose(file)
        let flow = """
            flow: soak
            sources:
              past: {type: replay, file: \(recording), signals: [a, b], pace: fastest}
            steps:
              made: {type: formula, out: {sum: "a + b", root: "sqrt(a**2 + b**2)"}}
              more: {type: formula, out: {far: "root * 2 - sum"}}
            sinks:
              out:
                type: pva-server
                port: 0
                broadcast_port: \(Peer.broadcastPort)
                pvs: {SUM: {signal: sum}, FAR: {signal: far}}

            """
        let clock = ContinuousClock()
        let start = clock.now
        let (ours, _) = run(flow, name: "soak")
        var samples: [(time: Double, memory: Double)] = []
        while ours.isRunning {
            samples.append((start.duration(to: clock.now) / .seconds(1), ours.resident))
            usleep(50_000)
        }
        let seconds = start.duration(to: clock.now) / .seconds(1)
        guard ours.told.contains("evaluations=\(count)") || ours.told.contains("evaluations=\(count + 1)") else {
            Self.fail("expected \(count) evaluations, found: \(ours.told)")
        }
        let half = samples.suffix(samples.count / 2)
        Self.row(
            "\(count / 1_000_000) M updates of a replay, 3 formulas",
            "\(Self.rounded(Double(count) / seconds / 1e3, 0)) k/s, "
                + "\(Self.rounded(Self.slope(Array(half)) * 1e3, 1)) kB/s over the second half, "
                + "\(Self.rounded(half.last?.memory ?? 0, 1)) MB",
            "",
            nil,
            "0 kB/s"
        )
    }

    /// The line through what was seen, by least squares.
    private static func slope(_ samples: [(time: Double, memory: Double)]) -> Double {
        let count = Double(max(1, samples.count))
        let time = samples.reduce(0) { $0 + $1.time } / count
        let memory = samples.reduce(0) { $0 + $1.memory } / count
        let spread = samples.reduce(0) { $0 + ($1.time - time) * ($1.time - time) }
        let both = samples.reduce(0) { $0 + ($1.time - time) * ($1.memory - memory) }
        return spread == 0 ? 0 : both / spread
    }
}
