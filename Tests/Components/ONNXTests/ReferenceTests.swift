import Foundation
import JSON
import Lifetime
import Models
import Signals
import TestSupport
import Testing

@testable import ONNX

/// Our answers beside those of onnxruntime's Python: the same, to the bit.
@Suite struct ReferenceTests {
    struct Case {
        let name: String
        let inputs: NamedTensors
        /// Nil where onnxruntime refused.
        let outputs: NamedTensors?
        let covers: [String]

        init(_ line: Substring) throws {
            let object = try Self.object(JSONReader.value(of: Array(line.utf8)))
            guard case .string(let name)? = object["name"], case .array(let covers)? = object["covers"] else {
                throw BadLine(line: String(line))
            }
            self.name = name
            self.covers = covers.compactMap { if case .string(let text) = $0 { text } else { nil } }
            inputs = try Self.tensors(object["inputs"] ?? .null)
            outputs = try object["outputs"].map(Self.tensors)
        }

        struct BadLine: Error { let line: String }

        private static func object(_ value: JSONValue) throws -> JSONObject {
            guard case .object(let object) = value else { throw BadLine(line: "\(value)") }
            return object
        }

        private static func tensors(_ value: JSONValue) throws -> NamedTensors {
            var tensors = NamedTensors()
            for member in try object(value).members {
                tensors.add(member.name, member.value == .null ? nil : try tensor(object(member.value)))
            }
            return tensors
        }

        private static func tensor(_ object: JSONObject) throws -> Tensor {
            guard case .string(let typeName)? = object["type"], let type = ElementType(typeName),
                case .array(let sizes)? = object["shape"]
            else { throw BadLine(line: "\(object)") }
            let shape = sizes.compactMap { $0.double.map { Int($0) } }
            if case .array(let texts)? = object["data"] {
                return try Tensor(
                    texts.compactMap { if case .string(let text) = $0 { text } else { nil } },
                    shape: shape
                )
            }
            guard case .string(let digits)? = object["data"] else { throw BadLine(line: "\(object)") }
            let bytes = stride(from: 0, to: digits.utf8.count, by: 2).compactMap { index -> UInt8? in
                let start = digits.utf8.index(digits.utf8.startIndex, offsetBy: index)
                return UInt8(digits[start..<digits.utf8.index(start, offsetBy: 2)], radix: 16)
            }
            let memory = TensorBytes(count: bytes.count) { span in
                for index in bytes.indices {
                    span.storeBytes(of: bytes[index], toByteOffset: index, as: UInt8.self)
                }
            }
            return try Tensor(type, shape: shape, bytes: memory)
        }
    }

    /// What the cases must cover.
    static let matrix: Set<String> = {
        let types = [
            "float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
            "uint64", "bool", "string",
        ]
        let others = ["float8e4m3fn", "float8e5m2", "float8e4m3fnuz", "float8e5m2fnuz", "int4", "uint4"]
        return Set((types + others).flatMap { ["input \($0)", "output \($0)"] })
            .union((0...3).map { "\($0) dynamic dimensions" })
            .union([
                "empty tensor", "several inputs", "several outputs", "strings beside numbers", "optional input",
                "optional output", "output shape known only from data", "error in the run", "scalar", "no inputs",
                "names of process variables", "inputs in another order", "dimensions without a name", "one name twice",
                "an output that is an input",
            ])
    }()

    @Test("Every element type, shape and form of input and output is as onnxruntime's Python has it")
    func matrix() throws {
        let (folder, lines) = try ONNXModels.made("cases")
        defer { try? FileManager.default.removeItem(at: folder) }
        var covered: [String: Int] = [:]
        for line in lines {
            let one = try Case(line)
            let bytes = Array(try Data(contentsOf: folder.appending(path: "\(one.name).onnx")))
            let runtime = try ONNXModels.load(bytes, label: one.name)
            // What ends a run early changes nothing where it does not.
            for stop in [RunStop.never, RunStop(after: .seconds(600))] {
                switch Result(catching: { () throws(ModelProblem) in try runtime.run(one.inputs, until: stop) }) {
                case .success(let outputs): #expect(outputs == one.outputs, "\(one.name)")
                case .failure(let problem):
                    #expect(one.outputs == nil && problem.code == .failed, "\(one.name): \(problem)")
                }
            }
            for cell in one.covers { covered[cell, default: 0] += 1 }
        }
        print(
            "\(lines.count) cases cover \(Set(covered.keys).intersection(Self.matrix).count) of \(Self.matrix.count):"
        )
        for cell in Self.matrix.sorted() { print("  \(cell): \(covered[cell] ?? 0)") }
        #expect(Self.matrix.subtracting(covered.keys).isEmpty)
    }

    @Test("A run over memory that is made once gives the same, and again")
    func prepared() throws {
        let (folder, lines) = try ONNXModels.made("cases")
        defer { try? FileManager.default.removeItem(at: folder) }
        let one = try Case(#require(lines.first { $0.contains(#""name": "net-1000""#) }))
        let bytes = Array(try Data(contentsOf: folder.appending(path: "net-1000.onnx")))
        let runtime = try ONNXModels.load(bytes, label: one.name)
        let prepared = try runtime.prepare([[1000, 16]])
        let input = try #require(one.inputs["x"])
        for _ in 0..<3 {
            input.withElements(Float.self) { source in
                prepared.inputs[0].withMutableElements(Float.self) { target in
                    for index in source.indices { target[index] = source[index] }
                }
            }
            try prepared.run(until: .never)
            let output = try #require(prepared.outputs[0])
            let same = output.withElements(Float.self) { ours in
                one.outputs?["y"]?.withElements(Float.self) { theirs in
                    ours.count == theirs.count
                        && ours.indices.allSatisfy { ours[$0].bitPattern == theirs[$0].bitPattern }
                }
            }
            #expect(same == true)
        }
    }

    @Test("The models of tests and examples are the ones that are made")
    func committed() throws {
        let (folder, _) = try ONNXModels.made("flows")
        defer { try? FileManager.default.removeItem(at: folder) }
        let tests = Repository.root.appending(path: "Tests/Composition/CommandsTests/models")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let made = try Data(contentsOf: folder.appending(path: name))
            #expect(try Data(contentsOf: tests.appending(path: name)) == made, "\(name)")
        }
        for (name, example) in [("injector", "injector/1"), ("average", "average/1")] {
            let shown = Repository.root.appending(path: "examples/models/\(example)/model.onnx")
            #expect(try Data(contentsOf: shown) == Data(contentsOf: tests.appending(path: "\(name).onnx")))
        }
    }
}
