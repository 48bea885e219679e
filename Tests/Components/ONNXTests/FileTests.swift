import Models
import Signals
import TestSupport
import Testing

@testable import ONNX

/// Files that are cut, damaged or hostile: refused with a reason, without a crash and without waiting.
@Suite struct FileTests {
    /// Writes protobuf, so that every field can be wrong.
    struct Message {
        private(set) var bytes: [UInt8] = []

        static func varint(_ value: UInt64) -> [UInt8] {
            var (rest, bytes) = (value, [UInt8]())
            while rest >= 0x80 {
                bytes.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            return bytes + [UInt8(rest)]
        }

        func number(_ field: UInt64, _ value: UInt64) -> Message {
            Message(bytes: bytes + Self.varint(field << 3) + Self.varint(value))
        }

        func data(_ field: UInt64, _ inside: [UInt8], count: UInt64? = nil) -> Message {
            Message(bytes: bytes + Self.varint(field << 3 | 2) + Self.varint(count ?? UInt64(inside.count)) + inside)
        }

        func text(_ field: UInt64, _ text: String) -> Message { data(field, Array(text.utf8)) }
        func message(_ field: UInt64, _ inside: Message) -> Message { data(field, inside.bytes) }
    }

    static let empty = Message()

    static func port(_ name: String, type: UInt64 = 1) -> Message {
        let shape = empty.message(1, empty.number(1, 2)).message(1, empty.text(2, "n"))
        return empty.text(1, name).message(2, empty.message(1, empty.number(1, type).message(2, shape)))
    }

    static let node = empty.text(1, "x").text(2, "y").text(4, "Relu")
    static let graph = empty.message(1, node).text(2, "g").message(11, port("x")).message(12, port("y"))

    static func model(_ graph: Message = graph) -> Message {
        empty.number(1, 10).message(7, graph).message(8, empty.number(2, 20))
    }

    static func tensor(_ name: String, dims: [UInt64] = [2], raw: Int? = 8, type: UInt64 = 1) -> Message {
        var tensor = empty.data(1, dims.flatMap(Message.varint)).number(2, type).text(8, name)
        if let raw { tensor = tensor.data(9, [UInt8](repeating: 0, count: raw)) }
        return tensor
    }

    static func external(_ entries: [(String, String)], _ name: String = "w") -> Message {
        var tensor = tensor(name, raw: nil)
        for (key, value) in entries { tensor = tensor.message(13, empty.text(1, key).text(2, value)) }
        return tensor.number(14, 1)
    }

    static func nested(_ depth: Int) -> Message {
        var inside = graph
        for _ in 0..<depth { inside = empty.message(1, node.message(5, empty.text(1, "body").message(6, inside))) }
        return inside
    }

    static func function(_ name: String, calls: [String]) -> Message {
        calls.reduce(empty.text(1, name).text(10, "own")) { $0.message(7, empty.text(4, $1).text(7, "own")) }
    }

    static let wrong: [(String, Message, String)] = [
        ("nothing", empty, "expected an ONNX model with a version, operators and a graph, found none"),
        (
            "a text", Message().text(2, "text"),
            "expected an ONNX model with a version, operators and a graph, found none"
        ),
        ("a length that lies", empty.number(1, 10).data(7, graph.bytes, count: 1 << 40), "which is all that is left"),
        ("a length of 64 bits", empty.number(1, 10).data(7, graph.bytes, count: .max), "found 18446744073709551615"),
        ("two graphs", model().message(7, graph), "expected one graph, found another one"),
        ("a name twice", model(graph.message(11, port("x"))), "expected each input once, found 'x' again"),
        ("no name", model(graph.message(11, port(""))), "expected a name of each input, found an empty one"),
        ("an unknown type", model(graph.message(12, port("z", type: 77))), "expected a known element type of 'z'"),
        ("no type", model(graph.message(12, empty.text(1, "z"))), "expected the type of 'z', found none"),
        ("a name that is no text", model(graph.message(11, empty.data(1, [0xFF, 0xFE]))), "expected a text in UTF-8"),
        (
            "graphs inside of each other", model(nested(17)),
            "expected at most 16 graphs inside of each other, found more"
        ),
        ("more graphs inside", model(nested(5_000)), "expected at most 16 graphs inside of each other, found more"),
        (
            "too few bytes", model(graph.message(5, tensor("w", raw: 7))),
            "expected 8 bytes for 'w', float32 of the shape [2]"
        ),
        (
            "a shape beyond memory", model(graph.message(5, tensor("w", dims: [1 << 40, 1 << 40]))),
            "that memory can hold"
        ),
        (
            "a dimension below zero", model(graph.message(5, tensor("w", dims: [.max]))),
            "expected dimensions of 0 or more"
        ),
        (
            "too many dimensions", model(graph.message(5, tensor("w", dims: .init(repeating: 1, count: 40)))),
            "at most 32"
        ),
        (
            "a tensor of no type", model(graph.message(5, tensor("w", type: 99))),
            "expected a known type of the numbers of 'w'"
        ),
        ("no place of numbers", model(graph.message(5, external([]))), "the file in which the numbers of 'w' lie"),
        (
            "a length of numbers that lies", model(graph.message(5, external([("location", "w"), ("length", "9")]))),
            "expected 8 bytes for 'w' in 'w', found 9"
        ),
        (
            "an offset below zero", model(graph.message(5, external([("location", "w"), ("offset", "-1")]))),
            "expected a count as the offset of 'w', found '-1'"
        ),
        (
            "numbers of an operation elsewhere",
            model(graph.message(1, node.message(5, empty.message(5, external([("location", "w")]))))),
            "expected numbers in other files for the outermost graph alone"
        ),
        (
            "a function that calls itself", model().message(25, function("f", calls: ["f"])),
            "expected functions that do not call themselves, found that 'own:f' does"
        ),
        (
            "functions in a ring",
            model().message(25, function("f", calls: ["g"])).message(25, function("g", calls: ["f"])),
            "expected functions that do not call themselves"
        ),
        (
            "a place of numbers that others read as one in a file",
            model(
                graph.message(
                    5,
                    tensor("w", raw: nil).message(13, empty.text(1, "location").text(2, "w")).number(14, 1 << 32 | 1)
                )
            ),
            "expected a number of 32 bits"
        ),
        (
            "a place of numbers that nobody knows",
            model(graph.message(5, external([("location", "w")]).number(14, 5))), "expected numbers here or in a file"
        ),
        (
            "many words on a place", model(graph.message(5, external(.init(repeating: ("location", "w"), count: 17)))),
            "expected at most 16 words"
        ),
        (
            "the mark of another format", Message().data(15, [0x01, 0x01] + Array("ORTM".utf8) + model().bytes),
            "expected an ONNX model, found the mark of another format in byte 4"
        ),
        ("a name with a zero byte", model(graph.message(11, port("x\0y"))), "expected a name without a zero byte"),
        (
            "functions that call others twice",
            (0..<40).reduce(model(graph.message(1, empty.text(4, "f0").text(7, "own")))) {
                $0.message(25, function("f\($1)", calls: ["f\($1 + 1)", "f\($1 + 1)"]))
            }.message(25, function("f40", calls: ["Relu"])),
            "expected at most 2000000 operations with those of functions"
        ),
        (
            "more files than may be",
            model((0..<10_001).reduce(graph) { $0.message(5, external([("location", "f\($1)")], "w\($1)")) }),
            "expected at most 10000 files beside the model"
        ),
        (
            "two types of one input",
            model(graph.message(11, port("z").message(2, empty.message(1, empty.number(1, 7))))),
            "expected one type of 'z', found another one"
        ),
        (
            "two sorts of one type",
            model(
                graph.message(11, empty.text(1, "z").message(2, empty.message(1, empty.number(1, 1)).message(4, empty)))
            ),
            "expected one type of 'z', found another one"
        ),
        (
            "two shapes of one type",
            model(
                graph.message(
                    11,
                    empty.text(1, "z").message(
                        2,
                        empty.message(1, empty.number(1, 1).message(2, empty).message(2, empty))
                    )
                )
            ),
            "expected one shape of 'z', found another one"
        ),
        (
            "two values of an attribute",
            model(graph.message(1, node.message(5, empty.message(5, tensor("w")).message(5, tensor("w"))))),
            "expected one value of an attribute, found another one"
        ),
        (
            "numbers elsewhere in a graph inside",
            model(
                graph.message(
                    1,
                    node.message(5, empty.text(1, "body").message(6, graph.message(5, external([("location", "w")]))))
                )
            ),
            "expected numbers in other files for the outermost graph alone"
        ),
        (
            "a stored tensor twice", model(graph.message(5, tensor("w")).message(5, external([("location", "w")]))),
            "expected each stored tensor once, found 'w' again"
        ),
        ("a group", empty.number(1, 10).data(7, [0x0B, 0x0C]), "expected a field of a known kind in byte"),
        ("field 0", empty.data(7, [0x02, 0x00]), "expected a field of a number of 1 or more"),
    ]

    @Test("A broken or hostile file is refused with its reason", arguments: wrong)
    func hostile(name: String, message: Message, expected: String) {
        do throws(ModelProblem) {
            _ = try ONNXFile(message.bytes)
            Issue.record("\(name) was read")
        } catch {
            #expect([.broken, .unsupported].contains(error.code))
            #expect(error.problem.contains(expected), "\(name): \(error.problem)")
            #expect(!error.advice.isEmpty)
        }
    }

    @Test("The message from which the broken ones are made is a model")
    func right() throws {
        let facts = try ONNXFile(Self.model(Self.graph.message(5, Self.tensor("w"))).bytes).facts
        #expect(facts.signature.inputs.map(\.text) == ["float32 [2, n]"])
        #expect(facts.signature.outputs.map(\.name) == ["y"])
        #expect(facts.parameterCount == 2 && facts.operationCount == 1)
        _ = try ONNXFile(Self.model(Self.nested(15)).bytes)
        // Functions that share a callee are no ring.
        let diamond = Self.model().message(25, Self.function("a", calls: ["b", "c"]))
            .message(25, Self.function("b", calls: ["c"])).message(25, Self.function("c", calls: []))
        _ = try ONNXFile(diamond.bytes)
    }

    @Test("A model that is cut anywhere is refused, or is a smaller model")
    func cut() throws {
        let bytes = try ONNXModels.bytes("beam.onnx")
        var refused = 0
        for count in 0..<bytes.count {
            do throws(ModelProblem) {
                _ = try ONNXFile(Array(bytes.prefix(count)))
            } catch {
                refused += 1
                #expect(error.code == .broken)
            }
        }
        // Behind the graph stand version and operators: only there may a cut leave a model.
        #expect(refused > bytes.count * 9 / 10)
    }

    @Test("A large file of nothing but small fields ends soon")
    func many() throws {
        let filler = [UInt8](repeating: 0, count: 4 << 20)
        #expect(throws: ModelProblem.self) { try ONNXFile(filler) }
        // Empty operations, which cost four bytes each and are counted.
        var graph = Self.graph.bytes
        for _ in 0..<100_000 { graph += [0x0A, 0x02, 0x22, 0x00] }
        let facts = try ONNXFile(Self.empty.number(1, 10).data(7, graph).message(8, Self.empty.number(2, 20)).bytes)
            .facts
        #expect(facts.operationCount == 100_001)
        // Tensors that say they are huge and hold nothing: their sizes are added up, and no sum is too large.
        func huge(_ index: Int) -> [UInt8] { Self.tensor("w\(index)", dims: [1 << 47], raw: nil).bytes }
        graph = Self.graph.bytes
        for index in 0..<100_000 { graph += [0x2A, UInt8(huge(index).count)] + huge(index) }
        let sized = try ONNXFile(Self.empty.number(1, 10).data(7, graph).message(8, Self.empty.number(2, 20)).bytes)
            .facts
        #expect(sized.parameterCount == 1 << 60)
    }
}
