import Foundation
import JSON
import TestSupport
import Testing

// Values that are not as expected.
extension LiveFaultTests {
    @Test("Numbers at the end of what numbers can be")
    func strangeNumbers() throws {
        let cases: [(value: JSONValue, words: JSONValue?)] = [
            ("nan", "A is NaN"), ("inf", "A is infinite"), ("-inf", "A is infinite"),
            (1.7e308, "larger than any float64"), (-1.7e308, "larger than any float64"),
            (.number(.leastNonzeroMagnitude), nil), (-0.0, nil),
        ]
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", 1)
            try stage.run(Self.flow)
            let client = try stage.client()
            for (value, words) in cases {
                try server.post("A", value)
                if let words {
                    try client.awaitInvalid("OUT", words)
                } else {
                    guard case .number(let number) = value else { continue }
                    try client.awaitValue("OUT", .number(2 * number))
                }
                // What was wrong with one leaves nothing behind.
                try server.post("A", 1)
                try client.awaitValue("OUT", 2)
            }
            try stage.end()
        }
    }

    @Test("Arrays that are empty, of another size, and of 8 MB")
    func strangeArrays() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", [1, 2], code: "ad")
            try stage.run(Self.flow.replacing("2 * A", with: "sum(A)"))
            let client = try stage.client()
            try client.awaitValue("OUT", 3)
            for _ in 0..<2 {
                try server.tell(["do": "post", "name": "A", "ones": 1_000_000])
                try client.awaitValue("OUT", 1_000_000)
                try server.post("A", [])
                try client.awaitValue("OUT", 0)
                try server.post("A", ["nan", 1])
                try client.awaitInvalid("OUT")
                try server.post("A", [4])
                try client.awaitValue("OUT", 4)
            }
            try stage.end()
        }
    }

    @Test("A result that its variable cannot hold makes it INVALID: the value before must not look good")
    func unfitResult() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", [5], code: "ad")
            try stage.run(Self.flow)
            let client = try stage.client()
            try client.awaitValue("OUT", 10)
            for value in [[1, 2], [], [1, 2, 3]] as [JSONValue] {
                try server.post("A", value)
                try client.awaitInvalid("OUT", "expected a number (float64) for 'OUT', found float64 of shape")
                try server.post("A", [7])
                try client.awaitValue("OUT", 14)
            }
            try stage.end()
        }
    }

    @Test("An image whose size changes while it streams")
    func imageSize() throws {
        try LiveStage.with { stage in
            let server = try stage.server()
            try server.add("A", [2, 3, 1], code: "image")
            try stage.run(Self.flow.replacing("2 * A", with: "sum(A)"))
            let client = try stage.client()
            try client.awaitValue("OUT", 6)
            for (rows, columns) in [(480, 640), (1, 1), (1024, 1024), (3, 2)] as [(Int64, Int64)] {
                try server.post("A", [.integer(rows), .integer(columns), 2])
                try client.awaitValue("OUT", .integer(2 * rows * columns))
            }
            try stage.end()
        }
    }

    @Test("A model that fails for some inputs: its outputs are INVALID for those alone")
    func modelFails() throws {
        try LiveStage.with { stage in
            try stage.write(Self.failingModel, to: "make.py")
            let native = Repository.root.appending(path: ".native/python").path
            let made = try Program("/usr/bin/env").run(
                ["python3", "make.py"],
                environment: ProcessInfo.processInfo.environment.merging(["PYTHONPATH": native]) { $1 },
                in: stage.folder
            )
            try #require(made.status == 0, "\(made.errors)")
            let server = try stage.server()
            try server.add("A", 1)
            try stage.run(
                Self.flow.replacing(
                    "{type: formula, out: {twice: \"2 * A\"}}",
                    with: "{type: model, model: picky.onnx, in: {place: A}}"
                )
                .replacing("signal: twice", with: "signal: picked")
            )
            let client = try stage.client()
            try client.awaitValue("OUT", 11)
            for _ in 0..<2 {
                try server.post("A", 7)
                try client.awaitInvalid("OUT", "expected 'picky.onnx' to run", "idx=7")
                try server.post("A", 2)
                try client.awaitValue("OUT", 12)
            }
            try stage.end()
        }
    }

    /// A model with three numbers, that is asked for one by its place.
    private static let failingModel = """
        import numpy as np
        import onnx
        from onnx import TensorProto as T, helper, numpy_helper

        graph = helper.make_graph(
            [helper.make_node('Cast', ['place'], ['index'], to=T.INT64),
             helper.make_node('Gather', ['table', 'index'], ['picked'])],
            'picky',
            [helper.make_tensor_value_info('place', T.DOUBLE, [])],
            [helper.make_tensor_value_info('picked', T.DOUBLE, [])],
            [numpy_helper.from_array(np.array([10.0, 11.0, 12.0]), 'table')],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)])
        model.ir_version = 8
        onnx.save(model, 'picky.onnx')

        """
}
