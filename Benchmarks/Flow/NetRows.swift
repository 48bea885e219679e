internal import CPVAFloor
internal import Glibc

// A put, 16 formulas, a dense net, a monitor.
extension FlowRows {
    var model: String { "\(folder)/dense.onnx" }

    /// The flow whose outputs are those of the floor: its formulas give back what they are given, exactly.
    func netFlow(trigger: String = "change") -> String {
        let place = "port: 0, broadcast_port: \(Peer.broadcastPort)"
        var text = "flow: net\ntrigger: \(trigger)\nsources:\n  knobs:\n    type: pva-server\n    port: 0\n"
        text += "    broadcast_port: \(Peer.broadcastPort)\n    pvs:\n"
        for index in 0..<16 { text += "      X\(index): {initial: 0}\n" }
        text += "steps:\n  scale:\n    type: formula\n    out:\n"
        for index in 0..<16 { text += "      x\(index): \"(X\(index) + 1) * 2 / 2 - 1\"\n" }
        text += "  net: {type: model, model: \(model)}\n"
        let sum = (0..<16).map { "X\($0)" }.joined(separator: " + ")
        text += "  check: {type: formula, out: {total: \"\(sum)\"}}\n"
        text += "sinks:\n  out:\n    type: pva-server\n    \(place.replacing(", ", with: "\n    "))\n    pvs:\n"
        for index in 0..<5 { text += "      Y\(index): {signal: y\(index)}\n" }
        return text + "      SUM: {signal: total}\n"
    }

    struct Times {
        let median: Double
        let high: Double
        let rate: Double

        init(_ port: Int) {
            var times = [Double](repeating: 0, count: 4000)
            guard unsafe pvf_net_latency(Int32(port), Int32(times.count), &times) else {
                FlowRows.fail("expected what was put to come back, found that it does not")
            }
            // The first ones warm up.
            let counted = Array(times.dropFirst(500))
            median = percentile(counted, 0.5)
            high = percentile(counted, 0.99)
            rate = Double(counted.count) / counted.reduce(0, +) * 1e6
        }
    }

    private struct Flood {
        let puts: Double
        let updates: Double

        /// What arrived last is what the model makes of what was put last, as another server says as well.
        init(_ port: Int, checkedBy other: Int) {
            var (puts, updates) = (0.0, 0.0)
            var numbers = [Double](repeating: 0, count: 21)
            var others = [Double](repeating: 0, count: 5)
            guard unsafe pvf_net_flood(Int32(port), 2, &puts, &updates, &numbers),
                unsafe pvf_net_evaluate(Int32(other), Array(numbers[5...]), &others)
            else { FlowRows.fail("expected the last value to arrive, found that it did not") }
            for (one, other) in zip(numbers, others) where abs(one - other) > 1e-5 * max(1, abs(other)) {
                FlowRows.fail("expected \(others) for the last inputs, found \(numbers.prefix(5))")
            }
            (self.puts, self.updates) = (puts, updates)
        }
    }

    func netRows() {
        let floor = Peer.floor("net", model)
        let floorPort = Int(floor.numbers()[0])
        let (ours, port) = run(netFlow(), name: "net")
        let pairs = (0..<5).map { _ in (floor: Times(floorPort), ours: Times(port)) }
        let path = "PVA put → 16 formulas → dense net → monitor"
        timeRow(path + ", p50", pairs.map { ($0.ours.median, $0.floor.median) }, "≤ +50 us")
        timeRow(path + ", p99", pairs.map { ($0.ours.high, $0.floor.high) }, "≤ 3")
        rateRow(path + ", one at a time", pairs.map { ($0.ours.rate, $0.floor.rate) })
        let floods = (0..<5).map { _ in
            (floor: Flood(floorPort, checkedBy: port), ours: Flood(port, checkedBy: floorPort))
        }
        rateRow(path + ", 16 at a time, puts", floods.map { ($0.ours.puts, $0.floor.puts) })
        rateRow(path + ", 16 at a time, updates seen", floods.map { ($0.ours.updates, $0.floor.updates) })
        ours.end()
        let (each, eachPort) = run(netFlow(trigger: "message"), name: "messages")
        let messages = (0..<5).map { _ in
            (floor: Flood(floorPort, checkedBy: eachPort), ours: Flood(eachPort, checkedBy: floorPort))
        }
        rateRow("the same, every put evaluated, puts", messages.map { ($0.ours.puts, $0.floor.puts) })
        rateRow("the same, every put evaluated, updates seen", messages.map { ($0.ours.updates, $0.floor.updates) })
        each.end()
        floor.end()
    }

    private func timeRow(_ path: String, _ pairs: [(ours: Double, floor: Double)], _ target: String) {
        let (ours, floor) = (Self.median(of: pairs, \.ours), Self.median(of: pairs, \.floor))
        let more = Self.rounded(Self.median(of: pairs) { $0.ours - $0.floor }, 0)
        Self.row(
            "\(path) (+\(more) us)",
            "\(Self.rounded(ours, 0)) us",
            "PVXS and ONNX Runtime in C++: \(Self.rounded(floor, 0)) us",
            Self.median(of: pairs) { $0.ours / $0.floor },
            target
        )
    }

    private func rateRow(_ path: String, _ pairs: [(ours: Double, floor: Double)]) {
        Self.row(
            path,
            "\(Self.rounded(Self.median(of: pairs, \.ours), 0)) /s",
            "PVXS and ONNX Runtime in C++: \(Self.rounded(Self.median(of: pairs, \.floor), 0)) /s",
            Self.median(of: pairs) { $0.ours / $0.floor },
            "≥ 0.8"
        )
    }
}
