internal import CPVAFloor
internal import Glibc

// Many small updates, and few large ones.
extension FlowRows {
    private static let variables = 1000

    /// A flow that watches all variables, of which formulas take some.
    private func ingestFlow(port: Int, formulas: [String], window: String) -> String {
        var text = "flow: ingest\nwindow: \(window)\nsources:\n  machine:\n    type: pva\n"
        text += "    addresses: [127.0.0.1]\n    auto_addresses: false\n    name_servers: ['127.0.0.1:\(port)']\n"
        text += "    pvs:\n"
        for index in 0..<Self.variables { text += "      - P\(index)\n" }
        text += "steps:\n  sums:\n    type: formula\n    out:\n"
        for (index, formula) in formulas.enumerated() { text += "      s\(index): \"\(formula)\"\n" }
        text += "sinks:\n  out:\n    type: pva-server\n    port: 0\n    broadcast_port: \(Peer.broadcastPort)\n"
        text += "    pvs:\n"
        for index in formulas.indices { text += "      S\(index): {signal: s\(index)}\n" }
        return text
    }

    /// The CPU of an update, of the flow and of a client that counts; both at the rate that the source gets through.
    func ingestRows() {
        let tens = (0..<100).map { group in (0..<10).map { "P\(group * 10 + $0)" }.joined(separator: " + ") }
        for (name, formulas, window) in [
            ("one of them in a formula", ["2 * P0"], "0ms"), ("all in 100 formulas", tens, "0ms"),
            ("all in 100 formulas, window 10 ms", tens, "10ms"),
        ] {
            let source = Peer.floor("source", "\(Self.variables)", "100000")
            let port = Int(source.numbers()[0])
            let pairs = (0..<5).map { _ in ingestPair(source, port, formulas, window) }
            source.end()
            Self.row(
                "1,000 PVs, \(name), CPU of an update",
                "\(Self.rounded(Self.median(of: pairs, \.ours) * 1e6)) us",
                "a PVXS client that counts: \(Self.rounded(Self.median(of: pairs, \.floor) * 1e6)) us "
                    + "at \(Self.rounded(Self.median(of: pairs, \.rate) / 1e3, 0)) k/s "
                    + "(ours \(Self.rounded(Self.median(of: pairs, \.ourRate) / 1e3, 0)) k/s)",
                Self.median(of: pairs) { $0.ours / $0.floor },
                "≤ 1.3"
            )
        }
    }

    private struct Ingest {
        let ours: Double
        let floor: Double
        let rate: Double
        let ourRate: Double
    }

    private func ingestPair(_ source: Peer, _ port: Int, _ formulas: [String], _ window: String) -> Ingest {
        let seconds = 2.0
        let client = Peer.floor("count", "\(port)", "\(Self.variables)", "\(seconds)")
        usleep(700_000)
        let first = sent(source)
        usleep(1_000_000)
        let second = sent(source)
        let counted = client.numbers()
        client.end()
        // What the source sent in the same second says how long an update is.
        let rate = counted[0] / seconds
        let size = (second.bytes - first.bytes) / (second.time - first.time) / rate
        let (ours, _) = run(ingestFlow(port: port, formulas: formulas, window: window), name: "ingest")
        usleep(1_000_000)
        let (before, used) = (sent(source), ours.cpu)
        usleep(useconds_t(seconds * 1e6))
        let (after, cpu) = (sent(source), ours.cpu - used)
        ours.end()
        let updates = (after.bytes - before.bytes) / size
        return Ingest(
            ours: cpu / updates,
            floor: counted[1] / counted[0],
            rate: rate,
            ourRate: updates / (after.time - before.time)
        )
    }

    private func sent(_ source: Peer) -> (bytes: Double, time: Double) {
        source.ask()
        let bytes = source.numbers()[1]
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return (bytes, Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    private func cameraFlow(port: Int, step: String) -> String {
        """
        flow: camera
        sources:
          camera:
            type: pva
            addresses: [127.0.0.1]
            auto_addresses: false
            name_servers: ['127.0.0.1:\(port)']
            pvs: [CAM]
        steps:
          light: \(step)
        sinks:
          out:
            type: pva-server
            port: 0
            broadcast_port: \(Peer.broadcastPort)
            pvs: {LIGHT: {signal: light}}

        """
    }

    func imageRows() {
        imageRow("a formula", step: "{type: formula, out: {light: \"sum(CAM)\"}}")
        imageRow("an image step", step: "{type: image, out: {light: {pixels: CAM, give: sum}}}")
    }

    private func imageRow(_ what: String, step: String) {
        let camera = Peer.floor("camera", "2048", "400")
        let port = Int(camera.numbers()[0])
        let seconds = 3.0
        var cpu: (ours: [Double], floor: [Double]) = ([], [])
        let pairs = (0..<5).map { _ in
            let client = Peer.floor("sum", "\(port)", "\(seconds)")
            let counted = client.numbers()
            client.end()
            let (ours, ourPort) = run(cameraFlow(port: port, step: step), name: "camera")
            let used = ours.cpu
            let frames = unsafe Double(pvf_count_numbers(Int32(ourPort), "LIGHT", seconds))
            cpu.ours.append((ours.cpu - used) / max(1, frames))
            cpu.floor.append(counted[1] / counted[0])
            ours.end()
            return (ours: frames / seconds, floor: counted[0] / seconds)
        }
        camera.end()
        Self.row(
            "images of 2048 x 2048, 16 bits, summed by \(what)",
            "\(Self.rounded(Self.median(of: pairs, \.ours), 0)) frames/s, "
                + "\(Self.rounded(Self.median(cpu.ours) * 1e3)) ms CPU each",
            "a PVXS client that sums: \(Self.rounded(Self.median(of: pairs, \.floor), 0)) frames/s, "
                + "\(Self.rounded(Self.median(cpu.floor) * 1e3)) ms CPU each",
            Self.median(of: pairs) { $0.ours / $0.floor },
            "≥ 0.8"
        )
    }
}
