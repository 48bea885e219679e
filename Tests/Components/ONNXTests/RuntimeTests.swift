import Foundation
import Lifetime
import Models
import Signals
import TestSupport
import Testing

@testable import ONNX

/// Running: what is refused, with which words; many threads; ends before the end.
@Suite struct RuntimeTests {
    static func problem(_ body: () throws -> Void) -> ModelProblem? {
        do { try body() } catch let error as ModelProblem { return error } catch { Issue.record(error) }
        return nil
    }

    static func row(_ shape: [Int]) throws -> Tensor {
        try Tensor((0..<shape.reduce(1, *)).map { Float($0) }, shape: shape)
    }

    @Test("A wrong input is named with both types and both shapes")
    func wrongInputs() throws {
        let runtime = try ONNXModels.runtime("beam.onnx")
        func run(_ names: [String], _ tensors: [Tensor]) -> String {
            Self.problem { _ = try runtime.run(NamedTensors(names: names, tensors: tensors), until: .never) }?
                .description
                ?? "ran"
        }
        let (x, gain) = (try Self.row([2, 3]), try Self.row([2, 1]))
        #expect(run(["q_grad(8)", "gain"], [x, gain]) == "ran")
        #expect(
            run(["q_grad(8)", "gain"], [try Self.row([2, 4]), gain])
                == "expected 'q_grad(8)' of 'beam.onnx' as float32 [batch, 3], found float32 [2, 4]\n"
                + "    'slipway model show' lists what a model takes"
        )
        #expect(
            run(["q_grad(8)", "gain"], [try Tensor([1.0, 2, 3], shape: [1, 3]), gain])
                == "expected 'q_grad(8)' of 'beam.onnx' as float32 [batch, 3], found float64 [1, 3]\n"
                + "    'slipway model show' lists what a model takes"
        )
        #expect(
            run(["q_grad(8)", "gain"], [x, try Self.row([3, 1])])
                == "expected 'batch' of 'beam.onnx' to be 2 as in 'q_grad(8)', found 3 in 'gain', which is [3, 1]\n"
                + "    dimensions of one name have one size"
        )
        #expect(run(["gain"], [gain]) == "expected 'q_grad(8)' of 'beam.onnx' as float32 [batch, 3], found nothing")
        #expect(
            run(["q_grad(8)", "gain", "offset"], [x, gain, gain])
                == "expected an input of 'beam.onnx', found 'offset'\n    the inputs are q_grad(8), gain"
        )
    }

    @Test("What the library cannot run is refused when it is loaded, with its words")
    func unsupported() throws {
        let problem = Self.problem { _ = try ONNXModels.runtime("custom.onnx") }
        #expect(problem?.code == .unsupported)
        #expect(problem?.problem.contains("org.example:NoSuchOperation") == true, "\(String(describing: problem))")
    }

    @Test("An output that is no tensor is left out, the others come")
    func otherOutputs() throws {
        let runtime = try ONNXModels.runtime("classifier.onnx")
        #expect(runtime.signature.outputs.map(\.text) == ["int64 [n]", "sequence(map(int64, float32))"])
        let inputs = NamedTensors(names: ["x"], tensors: [try Tensor([Float(0.9), 0.1, 0.2, 0.8], shape: [2, 2])])
        let outputs = try runtime.run(inputs, until: .never)
        #expect(outputs.names == ["label"])
        #expect(outputs["label"]?.number(at: 0) == 0 && outputs["label"]?.number(at: 1) == 1)
    }

    @Test("8 tasks run one session at the same time, each with its own answer")
    func together() async throws {
        let runtime = try ONNXModels.runtime("beam.onnx")
        let executor = BlockingExecutor(label: "tests", width: 8)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<50 {
                        let x = Float(task * 1000 + round)
                        let inputs = NamedTensors(
                            names: ["q_grad(8)", "gain"],
                            tensors: [try Tensor([x, 0, 0], shape: [1, 3]), try Tensor([Float(2)], shape: [1, 1])]
                        )
                        let outputs = try await runtime.run(inputs, until: RunStop(), on: executor)
                        #expect(outputs["size"]?.number(at: 0) == Double(2 * x))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// As many rounds as take hours.
    static func endless() throws -> NamedTensors {
        NamedTensors(
            names: ["rounds", "x"],
            tensors: [
                try Tensor([Int64.max], shape: []), try Tensor([Float](repeating: 0.1, count: 256), shape: [16, 16]),
            ]
        )
    }

    @Test("A run ends at its deadline, and says so")
    func deadline() throws {
        let runtime = try ONNXModels.runtime("slow.onnx")
        let inputs = try Self.endless()
        let problem = Self.problem { _ = try runtime.run(inputs, until: RunStop(after: .milliseconds(50))) }
        #expect(problem?.code == .deadline)
        #expect(problem?.problem == "expected 'slow.onnx' to run within 0.05 seconds, found that it takes longer")
    }

    @Test("A task that is cancelled ends its run, and the session goes on")
    func cancellation() async throws {
        let runtime = try ONNXModels.runtime("slow.onnx")
        let executor = BlockingExecutor(label: "tests", width: 8)
        let inputs = try Self.endless()
        let tasks = (0..<8).map { _ in
            Task { () -> ModelProblem.Code? in
                do throws(ModelProblem) {
                    _ = try await runtime.run(inputs, until: RunStop(), on: executor)
                    return nil
                } catch {
                    return error.code
                }
            }
        }
        // Whether a run has begun or not, its end is the same.
        for task in tasks { task.cancel() }
        for task in tasks { #expect(await task.value == .cancelled) }
        let few = NamedTensors(names: inputs.names, tensors: [try Tensor([Int64(3)], shape: []), inputs.tensors[1]])
        #expect(try runtime.run(few, until: .never).names == ["y"])
    }

    @Test("A model is warmed up on zeros of its own types and shapes; one that cannot run says so")
    func warmUp() throws {
        for name in ["beam.onnx", "classifier.onnx"] { try ONNXModels.runtime(name).warmUp() }
        let types = try ONNXModels.made("cases")
        defer { try? FileManager.default.removeItem(at: types.folder) }
        for name in ["identity-string", "identity-bool", "identity-bfloat16", "several", "scalars"] {
            let bytes = Array(try Data(contentsOf: types.folder.appending(path: "\(name).onnx")))
            try ONNXModels.load(bytes, label: name).warmUp()
        }
        #expect((1...64).contains(ONNXEnvironment.threads))
    }

    @Test("An output that is an input has its value, from a prepared run as well, when the input is long gone")
    func passedOn() throws {
        let graph = FileTests.empty.message(1, FileTests.node).text(2, "g").message(11, FileTests.port("x"))
            .message(12, FileTests.port("x")).message(12, FileTests.port("y"))
        let runtime = try ONNXModels.load(FileTests.model(graph).bytes, label: "state")
        func outputs() throws -> NamedTensors {
            let input = try Tensor([Float(1), -2, 3, -4], shape: [2, 2])
            return try runtime.run(NamedTensors(names: ["x"], tensors: [input]), until: .never)
        }
        let made = try outputs()
        // Memory that would be given back is used again by others.
        let others = try (0..<100).map { try Tensor([Float](repeating: Float($0), count: 4), shape: [2, 2]) }
        #expect(made["x"] == (try Tensor([Float(1), -2, 3, -4], shape: [2, 2])))
        #expect(made["y"] == (try Tensor([Float(1), 0, 3, 0], shape: [2, 2])) && others.count == 100)
        let prepared = try runtime.prepare([[2, 2]])
        prepared.inputs[0].withMutableElements(Float.self) { $0[3] = 5 }
        try prepared.run(until: .never)
        #expect(prepared.outputs[0]?.withElements(Float.self) { $0[3] } == 5)
        #expect(prepared.outputs[1]?.withElements(Float.self) { $0[3] } == 5)
    }

    @Test("An output whose shape was not known before is taken after each prepared run")
    func openOutputs() throws {
        let (folder, lines) = try ONNXModels.made("cases")
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(lines.contains { $0.contains(#""name": "shape-by-data""#) })
        let bytes = Array(try Data(contentsOf: folder.appending(path: "shape-by-data.onnx")))
        let prepared = try ONNXModels.load(bytes, label: "data").prepare([[4]])
        #expect(prepared.outputs[0] == nil)
        for count in 0..<4 {
            prepared.inputs[0].withMutableElements(Float.self) { elements in
                for index in elements.indices { elements[index] = index < count ? 1 : 0 }
            }
            try prepared.run(until: .never)
            #expect(try prepared.takeOutput(0)?.shape == [1, count])
            #expect(try prepared.takeOutput(0) == nil, "once")
        }
    }

    @MainActor
    @Test("A run holds no actor up: who waits for it on the main one leaves it free")
    func actors() async throws {
        let runtime = try ONNXModels.runtime("slow.onnx")
        let executor = BlockingExecutor(label: "tests")
        let stop = RunStop()
        // It ends the run from the main actor, which it could not if the run held that.
        Task { @MainActor in stop.stop(.cancelled) }
        let inputs = try Self.endless()
        do throws(ModelProblem) {
            _ = try await runtime.run(inputs, until: stop, on: executor)
            Issue.record("it ran to its end")
        } catch {
            #expect(error.code == .cancelled)
        }
    }

    @Test("Numbers in a file beside the model are the model's")
    func companions() throws {
        let inputs = NamedTensors(
            names: ["q_grad(8)", "gain"],
            tensors: [try Self.row([2, 3]), try Tensor([Float(1), 1], shape: [2, 1])]
        )
        let whole = try ONNXModels.runtime("beam.onnx").run(inputs, until: .never)
        let bytes = try ONNXModels.bytes("outside.onnx")
        let numbers = try ONNXModels.bytes("outside.data")
        let split = try ONNXModels.load(bytes, label: "outside.onnx", companions: ["outside.data": numbers])
        #expect(try split.run(inputs, until: .never) == whole)
        let cut = Self.problem {
            _ = try ONNXModels.load(bytes, label: "x", companions: ["outside.data": Array(numbers.dropLast())])
        }
        #expect(cut?.code == .broken)
        #expect(
            cut?.problem == "expected 24 bytes of 'weights' from byte 0 of 'outside.data', found that the file has 23"
        )
    }
}
