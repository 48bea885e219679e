internal import CAllocations
internal import CModelFloor
internal import Catalog
internal import Glibc
internal import JSON
internal import Lifetime
internal import Models
internal import Signals

/// Models beside the library's own functions, and beside its Python.
enum ModelRows {
    private static let file = "Tests/Composition/CommandsTests/models/net.onnx"
    private static let columns = 16
    private static let results = 5

    static func print(_ program: String) {
        for rows in [1, 100] { callRow(rows: rows) }
        batchRow(program)
    }

    private static func opened() -> OpenedModel {
        do throws(ModelProblem) {
            return try Catalog.models(pathsFrom: "", models: nil).open(file)
        } catch {
            fail("\(error); run from the root of the repository")
        }
    }

    private static func fail(_ message: String) -> Never {
        Swift.print("slipway-bench: \(message)")
        exit(70)
    }

    /// A prepared run of ours, and the same by the library's functions.
    private static func pair(_ opened: OpenedModel, rows: Int) -> (ours: () -> Void, theirs: () -> Void) {
        let bytes = opened.bytes
        guard let floor = unsafe model_floor_create(bytes, bytes.count, rows, columns, results) else {
            fail("expected the library to load '\(file)', found that it does not")
        }
        do throws(ModelProblem) {
            let run = try opened.load().prepare([[rows, columns]])
            for index in 0..<rows * columns { unsafe model_floor_input(floor)[index] = Float(index % 7) / 7 }
            run.inputs[0].withMutableElements(Float.self) { elements in
                for index in elements.indices { elements[index] = Float(index % 7) / 7 }
            }
            return (
                { do throws(ModelProblem) { try run.run(until: .never) } catch { fail("\(error)") } },
                { if unsafe !model_floor_run(floor) { fail("expected the library to run, found that it does not") } }
            )
        } catch {
            fail("\(error)")
        }
    }

    private static func callRow(rows: Int) {
        let (ours, theirs) = pair(opened(), rows: rows)
        let pairs = Pairs(ours, theirs)
        let (left, right) = (pairs.ours * 1e6, pairs.theirs * 1e6)
        func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
        Swift.print(
            "| model, prepared run of \(rows) row\(rows == 1 ? "" : "s") | \(rounded(left)) us | "
                + "ONNX Runtime's C functions: \(rounded(right)) us | +\(rounded(left - right)) us | ≤ +1 us |"
        )
    }

    /// The whole command beside the whole of a Python program that does the same.
    private static func batchRow(_ program: String) {
        let rows = (0..<1000).map { row in
            JSONValue.array((0..<columns).map { .number(Double((row * columns + $0) % 97) / 97) })
        }
        let input = "/tmp/slipway-bench-\(getpid()).json"
        defer { unsafe unlink(input) }
        Files.write(Array(JSONWriter.text(of: ["x": .array(rows)]).utf8), to: input)
        let pairs = Pairs(
            { Spawn.run(program, ["model", "run", file, "--input", input]) },
            { Spawn.run("/usr/bin/env", ["python3", "Benchmarks/model_run.py", file, input]) }
        )
        func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
        Swift.print(
            "| slipway model run, 1,000 rows | \(rounded(pairs.ours * 1e3)) ms | ONNX Runtime's Python, whole program: "
                + "\(rounded(pairs.theirs * 1e3)) ms | \(rounded(pairs.ours / pairs.theirs)) | ≤ 1.2 |"
        )
    }

    /// Ends with 1 if a prepared run allocates more often than the library's own functions do.
    static func checkAllocations() -> Int32 {
        let (ours, theirs) = pair(opened(), rows: 1)
        func allocations(_ body: () -> Void) -> Int64 {
            for _ in 0..<10 { body() }
            let before = allocations_of_thread()
            for _ in 0..<100 { body() }
            return allocations_of_thread() - before
        }
        let counts = (ours: allocations(ours), theirs: allocations(theirs))
        Swift.print(
            "100 prepared runs allocate \(counts.ours) times, by the library's functions \(counts.theirs) times"
        )
        return counts.ours == counts.theirs && counts.ours > 0 ? 0 : 1
    }

    /// Ends with 1 if loading, running and unloading a model 1,000 times leaves memory behind.
    static func checkCycles() -> Int32 {
        let opened = opened()
        func cycle() {
            do {
                let runtime = try opened.load()
                let input = try Tensor([Float](repeating: 0.5, count: columns), shape: [1, columns])
                _ = try runtime.run(NamedTensors(names: ["x"], tensors: [input]), until: .never)
            } catch {
                fail("\(error)")
            }
        }
        for _ in 0..<100 { cycle() }
        let before = Files.residentKiB()
        for _ in 0..<1000 { cycle() }
        let after = Files.residentKiB()
        Swift.print("1000 cycles of load, run and unload: \(before) KiB before, \(after) KiB after")
        return after - before < 4096 ? 0 : 1
    }
}
