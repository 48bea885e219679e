import JSON
import Signals
import Testing

@testable import Models

/// Inputs as people write them, and outputs as programs read them.
@Suite struct TensorJSONTests {
    static let signature = ModelSignature(
        inputs: [
            ModelPort(name: "x", kind: .tensor(.float32), shape: [.symbol("batch"), .fixed(3)]),
            ModelPort(
                name: "gain",
                kind: .tensor(.float64),
                shape: [.symbol("batch"), .fixed(1)],
                notes: .init(fallback: 2)
            ),
            ModelPort(name: "count", kind: .tensor(.int8), shape: [.free], isOptional: true),
            ModelPort(name: "mode", kind: .tensor(.int64), shape: [], notes: .init(constant: 7)),
            ModelPort(name: "words", kind: .tensor(.string), shape: [.symbol("w")], isOptional: true),
            ModelPort(name: "on", kind: .tensor(.bool), shape: [.symbol("batch")], isOptional: true),
        ],
        outputs: []
    )

    static func tensors(_ text: String) throws -> NamedTensors {
        guard case .object(let object) = try JSONReader.value(of: Array(text.utf8)) else { return NamedTensors() }
        return try signature.tensors(object, label: "m")
    }

    @Test("Numbers and rows are repeated along the batch, defaults and constants stand in")
    func broadcasting() throws {
        let given = try Self.tensors(#"{"x": [[1, 2, 3], [4, 5, 6]], "on": true}"#)
        #expect(given["x"]?.shape == [2, 3])
        #expect(given["gain"]?.shape == [2, 1] && given["gain"]?.number(at: 1) == 2)
        #expect(given["mode"]?.shape == [] && given["mode"]?.number(at: 0) == 7)
        #expect(given["on"]?.shape == [2] && given["on"]?.number(at: 1) == 1)
        let row = try Self.tensors(#"{"gain": [[1], [2], [3]], "x": [1, 2, 3]}"#)
        #expect(row["x"]?.shape == [3, 3] && row["x"]?.number(at: 8) == 3 && row["x"]?.number(at: 3) == 1)
        let mark = try Self.tensors(#"{"x": 1, "on": 1.0}"#)
        #expect(mark["on"]?.number(at: 0) == 1)
        let number = try Self.tensors(#"{"x": 0.5}"#)
        #expect(number["x"]?.shape == [1, 3] && number["x"]?.number(at: 2) == 0.5)
        #expect(try Self.tensors(#"{"x": [["NaN", "-Infinity", 1e30]]}"#)["x"]?.number(at: 0)?.isNaN == true)
        #expect(try Self.tensors(#"{"x": 1, "words": ["a", "b"]}"#)["words"]?.texts == ["a", "b"])
    }

    static let wrong: [(String, String)] = [
        (#"{"y": 1}"#, "expected an input of 'm', found 'y'"),
        (#"{"x": [[1, 2, 3], [4, 5]]}"#, "expected arrays of one length in 'x', found others beside them"),
        (#"{"x": [[1, 2, 3], 4]}"#, "expected arrays of one length in 'x', found others beside them"),
        (#"{"x": [1, "two", 3]}"#, "expected float32 in 'x', found \"two\" as element 2 of 3"),
        (#"{"x": 1e39}"#, "expected float32 in 'x', found 1e+39"),
        (#"{"x": [1, 2]}"#, "expected 'x' of 'm' as float32 [batch, 3], found an array of the shape [2]"),
        (#"{"x": []}"#, "expected 'x' of 'm' as float32 [batch, 3], found an array of the shape [0]"),
        (#"{"x": 1, "mode": -9223372036854775809}"#, "expected int64 in 'mode', found -9.223372036854776e+18"),
        (#"{"x": null}"#, "expected float32 in 'x', found null"),
        (#"{"x": {"a": 1}}"#, "expected float32 in 'x', found {\"a\":1}"),
        (#"{"x": 1, "count": [300]}"#, "expected int8 in 'count', found 300"),
        (#"{"x": 1, "count": [1.5]}"#, "expected int8 in 'count', found 1.5"),
        (#"{"x": 1, "words": [1]}"#, "expected string in 'words', found 1"),
        (#"{"x": 1, "on": [2]}"#, "expected bool in 'on', found 2"),
        (#"{"x": 1, "mode": 8}"#, "expected 7.0 as 'mode' of 'm', which is constant, found 8.0"),
    ]

    @Test("What does not fit is refused with the input and the value", arguments: wrong)
    func refusing(text: String, expected: String) throws {
        do {
            _ = try Self.tensors(text)
            Issue.record("\(text) was read")
        } catch let error as ModelProblem {
            #expect(error.problem == expected)
        }
    }

    @Test("Constants and ranges are those of the element type: 0.1 is itself as float32")
    func rounding() throws {
        let signature = ModelSignature(
            inputs: [
                ModelPort(name: "c", kind: .tensor(.float32), shape: [], notes: .init(constant: 0.1)),
                ModelPort(name: "r", kind: .tensor(.float32), shape: [], notes: .init(range: 0.1...0.3)),
                ModelPort(name: "b", kind: .tensor(.bool), shape: [], notes: .init(fallback: 1)),
            ],
            outputs: []
        )
        func given(_ text: String) throws -> NamedTensors {
            guard case .object(let object) = try JSONReader.value(of: Array(text.utf8)) else { return NamedTensors() }
            return try signature.tensors(object, label: "m")
        }
        #expect(try given(#"{"r": 0.1}"#)["c"]?.number(at: 0) == Double(Float(0.1)))
        #expect(try given(#"{"r": 0.1, "c": 0.1}"#)["b"]?.number(at: 0) == 1)
        for end in ["0.1", "0.3"] { #expect(try signature.excesses(of: given("{\"r\": \(end)}")).isEmpty) }
        #expect(try signature.excesses(of: given(#"{"r": 0.31}"#)) == ["expected 'r' within 0.1 to 0.3, found 0.31"])
    }

    @Test("Outputs keep their digits: floats shortest, integers exact, what is not finite as text")
    func writing() throws {
        func json(_ tensor: Tensor) -> String { JSONWriter.text(of: tensor.json) }
        #expect(
            json(try Tensor([Float(0.1), .nan], shape: [2])) == #"{"datatype":"FP32","shape":[2],"data":[0.1,"NaN"]}"#
        )
        #expect(
            json(try Tensor([Int64.max], shape: [])) == #"{"datatype":"INT64","shape":[],"data":[9223372036854775807]}"#
        )
        #expect(
            json(try Tensor([UInt64.max], shape: [1]))
                == #"{"datatype":"UINT64","shape":[1],"data":[18446744073709551615]}"#
        )
        #expect(json(try Tensor([true, false], shape: [2])) == #"{"datatype":"BOOL","shape":[2],"data":[true,false]}"#)
        #expect(json(try Tensor(["é"], shape: [1])) == #"{"datatype":"BYTES","shape":[1],"data":["é"]}"#)
        #expect(json(try Tensor([BFloat16(1.5)], shape: [1])) == #"{"datatype":"BF16","shape":[1],"data":[1.5]}"#)
        #expect(json(try Tensor([Float16(0.1)], shape: [1])) == #"{"datatype":"FP16","shape":[1],"data":[0.1]}"#)
        #expect(json(try Tensor([Int8](), shape: [0, 3])) == #"{"datatype":"INT8","shape":[0,3],"data":[]}"#)
    }
}
