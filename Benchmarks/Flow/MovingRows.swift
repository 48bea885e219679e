internal import Glibc
internal import JSON

// A flow of poly-lithic, unmodified, beside poly-lithic itself.
extension FlowRows {
    private static let folder = "Tests/Composition/CommandsTests/foreign"
    /// The port that the file names.
    private static let port = "15075"
    private static let seconds = "5s"

    private struct Latency {
        let median: Double
        let high: Double
    }

    /// From a put until the output is there; a client of PVXS measures both, one after the other, five times.
    func movingRow() {
        Files.write(Array(original().utf8), to: "\(folder)/event-python.yaml")
        var pairs: [(ours: Latency, theirs: Latency)] = []
        for _ in 0..<5 {
            let theirs = measure(
                Peer(
                    "/usr/bin/env",
                    [
                        "EPICS_PVAS_INTF_ADDR_LIST=127.0.0.1:\(Self.port)", "EPICS_PVAS_SERVER_PORT=\(Self.port)",
                        "PYTHONPATH=Tests/EndToEndTests/peers:.native/python", "PYTHONDONTWRITEBYTECODE=1", "python3",
                        "-c", "from poly_lithic.src.cli import cli; cli(prog_name='pl')", "run", "--publish", "-c",
                        "\(folder)/event-python.yaml",
                    ]
                )
            )
            let ours = measure(Peer(program, ["run", "--publish", "-c", "\(Self.folder)/event-onnx.yaml"]))
            pairs.append((ours, theirs))
        }
        for (name, value) in [("p50", \Latency.median), ("p99", \Latency.high)] {
            let ours = Self.median(pairs.map { $0.ours[keyPath: value] })
            let theirs = Self.median(pairs.map { $0.theirs[keyPath: value] })
            Self.row(
                "poly-lithic's file: put → sum → monitor, \(name)",
                "\(Self.rounded(ours, 0)) us",
                "poly-lithic 1.8.0: \(Self.rounded(theirs, 0)) us",
                Self.median(pairs.map { $0.theirs[keyPath: value] / $0.ours[keyPath: value] }),
                name == "p50" ? "≥ 100 times faster" : ""
            )
        }
    }

    /// The same flow with the model in Python that the original runs: the sum of its inputs.
    private func original() -> String {
        let model = """
            class SumModel:
                def evaluate(self, inputs):
                    return {'output': float(sum(inputs.values()))}


            class ModelFactory:
                def get_model(self):
                    return SumModel()

            """
        Files.write(Array(model.utf8), to: "\(folder)/model_sum.py")
        return Files.text("\(Self.folder)/event-onnx.yaml")
            .replacing("type: onnx", with: "type: LocalModelGetter")
            .replacing(
                "path: sum.onnx",
                with: "{model_path: \(folder)/model_sum.py, model_factory_class: ModelFactory}"
            )
            .replacing("args:\n        {", with: "args: {")
    }

    private func measure(_ server: Peer) -> Latency {
        // A server of Python takes seconds to begin; the first is of the client's own search.
        _ = client("500ms", wait: "30s")
        let answer = client(Self.seconds, wait: "5s")
        server.end()
        guard case .object(let report)? = try? JSONReader.value(of: Array(answer.utf8)),
            case .object(let latency)? = report["latency_us"],
            case .number(let median)? = latency["p50"], case .number(let high)? = latency["p99"]
        else { Self.fail("expected latencies, found: \(answer)") }
        return Latency(median: median, high: high)
    }

    /// What the program's own client of PVXS reports.
    private func client(_ seconds: String, wait: String) -> String {
        let client = Peer(
            "/usr/bin/env",
            [
                "EPICS_PVA_NAME_SERVERS=127.0.0.1:\(Self.port)", program, "bench", "pva", "BM:A", "--reply", "BM:S",
                "--for", seconds, "--timeout", wait, "--output", "json",
            ]
        )
        return client.wholeOutput()
    }
}
