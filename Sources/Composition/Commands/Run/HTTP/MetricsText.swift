internal import Flow
internal import Host
internal import Telemetry

/// What a flow has done, as Prometheus reads it.
struct MetricsText {
    private(set) var text = ""

    init(_ flow: LiveFlow, journalLost: UInt64?) {
        let meters = flow.meters
        let nodes = zip(meters.nodes, flow.nodes).map { Labelled(meter: $0, role: $1.role, label: $1.id) }
        let label = "flow=\"\(Self.escaped(flow.name))\""
        func counters(_ name: String, _ help: String, _ roles: [String], _ value: (FlowMeters.Node) -> UInt64) {
            let rows = nodes.filter { roles.contains($0.role) }.map { node in
                ("\(label),node=\"\(Self.escaped(node.label))\"", value(node.meter))
            }
            counter("slipway_\(name)_total", help, rows)
        }
        gauge("slipway_build_info", "The version of the program.", "version=\"\(ProductVersion.text)\"", 1)
        gauge("slipway_flow_ready", "1 while the sinks are ready and the sources run.", label, flow.isReady ? 1 : 0)
        counters("received", "Samples that came.", ["source"]) { $0.received.value }
        counters("coalesced", "Samples that a newer one replaced.", ["source", "sink"]) { $0.coalesced.value }
        counters("reconnects", "Connections that came back.", ["source"]) { $0.reconnects.value }
        counters("evaluated", "Evaluations of parts of steps.", ["step"]) { $0.evaluated.value }
        counters("invalid", "Samples and evaluations that were INVALID.", ["source", "step"]) { $0.invalid.value }
        counters("failed", "Evaluations and writes that failed.", ["source", "step", "sink"]) { $0.failed.value }
        counters("written", "Samples that were written.", ["sink"]) { $0.written.value }
        counters("refused", "Samples that the governor did not let out.", ["sink"]) { $0.refused.value }
        counters("clamped", "Samples that the governor changed.", ["sink"]) { $0.clamped.value }
        counters("held_back", "Samples held back because nothing is published.", ["sink"]) { $0.heldBack.value }
        counter("slipway_evaluations_total", "Evaluations of the flow.", [(label, meters.evaluations.value)])
        counter("slipway_reloads_total", "How often the flow was replaced.", [(label, meters.reloads.value)])
        counter("slipway_messages_failed_total", "Messages that failed.", [(label, meters.messagesFailed.value)])
        gauge("slipway_messages_waiting", "Messages that wait.", label, Double(flow.waitingCount))
        if let journalLost {
            counter("slipway_journal_lost_total", "Lines that are not in the journal.", [(label, journalLost)])
        }
        histogram(
            "slipway_flow_latency_seconds",
            "From the first arrival of a batch until the sinks have what came of it.",
            [(label, meters.latency)]
        )
        histogram(
            "slipway_evaluation_seconds",
            "How long the evaluation of a part of a step takes.",
            nodes.filter { $0.role == "step" }.map { node in
                ("\(label),node=\"\(Self.escaped(node.label))\"", node.meter.latency)
            }
        )
        addProcess()
    }

    private struct Labelled {
        let meter: FlowMeters.Node
        let role: String
        let label: String
    }

    private mutating func addProcess() {
        guard let use = ProcessUse() else { return }
        gauge("process_resident_memory_bytes", "Resident memory.", "", Double(use.residentBytes))
        gauge("process_open_fds", "Open files.", "", Double(use.openFiles))
        head("process_cpu_seconds_total", "Time on the processors.", "counter")
        text += "process_cpu_seconds_total \(use.cpuSeconds)\n"
    }

    private mutating func head(_ name: String, _ help: String, _ type: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func counter(_ name: String, _ help: String, _ rows: [(labels: String, value: UInt64)]) {
        guard !rows.isEmpty else { return }
        head(name, help, "counter")
        for row in rows { text += "\(name){\(row.labels)} \(row.value)\n" }
    }

    private mutating func gauge(_ name: String, _ help: String, _ labels: String, _ value: Double) {
        head(name, help, "gauge")
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    private mutating func histogram(_ name: String, _ help: String, _ rows: [(labels: String, histogram: Histogram)]) {
        guard !rows.isEmpty else { return }
        head(name, help, "histogram")
        for (labels, histogram) in rows {
            var sum: UInt64 = 0
            for (index, one) in histogram.classes.enumerated() {
                sum += one.count
                // One class in three: the doublings.
                if let limit = one.limit, index % 3 == 0 {
                    text += "\(name)_bucket{\(labels),le=\"\(Double(limit) / 1e9)\"} \(sum)\n"
                }
            }
            text += "\(name)_bucket{\(labels),le=\"+Inf\"} \(sum)\n"
            text += "\(name)_sum{\(labels)} \(Double(histogram.sumNanoseconds) / 1e9)\n"
            text += "\(name)_count{\(labels)} \(sum)\n"
        }
    }

    /// The text of a label as it may stand between quotes.
    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
