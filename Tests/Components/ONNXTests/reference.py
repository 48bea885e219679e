"""ONNX models for the tests, and what onnxruntime's Python makes of them.

    reference.py cases FOLDER     models with inputs and outputs; prints one JSON object a line
    reference.py models FOLDER    models for other tests: beam.onnx, outside.onnx, slow.onnx, …
    reference.py flows FOLDER     the models of flows in tests and examples, which are committed

A tensor is {"type", "shape", "data"}: its bytes in hexadecimal digits, or the texts. What onnxruntime refuses has
"error" in place of "outputs". "covers" names the cells of the matrix that a case stands for.
"""
import json
import os
import sys

import ml_dtypes
import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

# What our program calls each type, and how NumPy holds its bytes.
TYPES = {
    T.FLOAT: ("float32", np.float32), T.DOUBLE: ("float64", np.float64), T.FLOAT16: ("float16", np.float16),
    T.BFLOAT16: ("bfloat16", ml_dtypes.bfloat16), T.INT8: ("int8", np.int8), T.INT16: ("int16", np.int16),
    T.INT32: ("int32", np.int32), T.INT64: ("int64", np.int64), T.UINT8: ("uint8", np.uint8),
    T.UINT16: ("uint16", np.uint16), T.UINT32: ("uint32", np.uint32), T.UINT64: ("uint64", np.uint64),
    T.BOOL: ("bool", np.bool_), T.STRING: ("string", None),
}
OTHER = {T.FLOAT8E4M3FN: ("float8e4m3fn", ml_dtypes.float8_e4m3fn), T.FLOAT8E5M2: ("float8e5m2", ml_dtypes.float8_e5m2),
         T.FLOAT8E4M3FNUZ: ("float8e4m3fnuz", ml_dtypes.float8_e4m3fnuz),
         T.FLOAT8E5M2FNUZ: ("float8e5m2fnuz", ml_dtypes.float8_e5m2fnuz),
         T.INT4: ("int4", None), T.UINT4: ("uint4", None)}


def model(graph, opset=21, **extra):
    made = h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], ir_version=10, producer_name="reference",
                        **extra)
    # The checker wants a shape of every input and output; exporters leave it out where any will do.
    if all(v.type.tensor_type.HasField("shape") for v in [*graph.input, *graph.output]
           if v.type.HasField("tensor_type")):
        onnx.checker.check_model(made)
    return made


def value(name, type_, shape):
    return h.make_tensor_value_info(name, type_, shape)


def numbers(rng, type_, shape):
    name, kind = {**TYPES, **OTHER}[type_]
    count = int(np.prod(shape))
    if type_ == T.STRING:
        words = ["", "a", "häßlich", "日本", "with\0zero", "x" * 300, "\n"]
        return [words[i % len(words)] for i in range(count)]
    if type_ == T.BOOL:
        return (np.arange(count) % 3 == 0).reshape(shape)
    if np.dtype(kind).kind in "iu":
        info = np.iinfo(kind)
        ends = np.array([info.min, info.max, 0, 1], dtype=kind)
        return np.concatenate([ends, rng.integers(0, 100, max(0, count - 4)).astype(kind)])[:count].reshape(shape)
    values = rng.normal(size=count) * 3
    values[:4] = [0.0, -0.0, 1.0, np.inf][:len(values[:4])]
    return values.astype(kind).reshape(shape)


def shown(type_, shape, data):
    name, kind = {**TYPES, **OTHER}[type_]
    if type_ == T.STRING:
        return {"type": name, "shape": list(shape), "data": list(data)}
    return {"type": name, "shape": list(shape), "data": np.ascontiguousarray(data).tobytes().hex()}


def feed(type_, shape, data):
    if type_ == T.BFLOAT16:
        return ort.OrtValue.ortvalue_from_numpy_with_onnx_type(np.ascontiguousarray(data).view(np.uint16), type_)
    # A scalar would become an array of one.
    return ort.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(data).reshape(shape))


def plain(output):
    """An output as NumPy, also where onnxruntime has no NumPy type for it."""
    if not output.has_value():
        return None
    if output.data_type() == "tensor(bfloat16)":
        # Only a session can tell: bfloat16 is widened without a loss.
        graph = h.make_graph([h.make_node("Cast", ["x"], ["y"], to=T.FLOAT)], "widen", [value("x", T.BFLOAT16, None)],
                             [value("y", T.FLOAT, None)])
        session = ort.InferenceSession(model(graph).SerializeToString(), options())
        return session.run_with_ort_values(["y"], {"x": output})[0].numpy().astype(ml_dtypes.bfloat16)
    return output.numpy()


def options():
    chosen = ort.SessionOptions()
    chosen.log_severity_level = 4
    return chosen


class Cases:
    def __init__(self, folder):
        self.folder = folder
        self.rng = np.random.default_rng(1)
        self.count = 0

    def case(self, name, graph, inputs, covers, opset=21):
        """inputs: name -> (type, shape, data)"""
        path = os.path.join(self.folder, f"{name}.onnx")
        made = model(graph, opset)
        onnx.save(made, path)
        line = {"name": name, "inputs": {k: shown(*v) for k, v in inputs.items()}, "covers": covers}
        try:
            session = ort.InferenceSession(path, options())
            names = [o.name for o in session.get_outputs()]
            if any(type_ == T.STRING for type_, _, _ in inputs.values()):
                outputs = session.run(names, {k: np.array(v[2], dtype=object if v[0] == T.STRING else None).reshape(v[1])
                                              for k, v in inputs.items()})
            else:
                outputs = session.run_with_ort_values(names, {k: feed(*v) for k, v in inputs.items()})
            types = {o.name: o.type.tensor_type.elem_type or o.type.optional_type.elem_type.tensor_type.elem_type
                     for o in made.graph.output}
            line["outputs"] = {}
            for key, output in zip(names, outputs):
                found = output if isinstance(output, np.ndarray) else plain(output)
                line["outputs"][key] = None if found is None else shown(
                    types[key], found.shape, found.reshape(-1).tolist() if types[key] == T.STRING else found)
        except Exception as error:
            line["error"] = str(error)[:200]
        print(json.dumps(line))
        self.count += 1

    def elements(self):
        for type_, (name, _) in TYPES.items():
            data = numbers(self.rng, type_, (2, 5))
            graph = h.make_graph([h.make_node("Identity", ["x"], ["y"])], "same", [value("x", type_, ["n", 5])],
                                 [value("y", type_, ["n", 5])])
            self.case(f"identity-{name}", graph, {"x": (type_, (2, 5), data)},
                      [f"input {name}", f"output {name}", "1 dynamic dimensions"])
            empty = [] if type_ == T.STRING else numbers(self.rng, type_, (0, 5))
            self.case(f"empty-{name}", graph, {"x": (type_, (0, 5), empty)}, ["empty tensor"])
        for type_, (name, kind) in OTHER.items():
            graph = h.make_graph([h.make_node("Cast", ["x"], ["y"], to=type_)], "cast", [value("x", T.FLOAT, [4])],
                                 [value("y", type_, [4])])
            onnx.save(model(graph), os.path.join(self.folder, f"cast-{name}.onnx"))
            data = np.array([0, 1, 2, -3 if name != "uint4" else 3], dtype=np.float32)
            if kind is None:
                packed = (data.astype(np.int8) & 15).astype(np.uint8)
                made = (packed[0::2] | packed[1::2] << 4).astype(np.uint8)
            else:
                made = data.astype(kind)
            print(json.dumps({
                "name": f"cast-{name}", "inputs": {"x": shown(T.FLOAT, (4,), data)}, "covers": [f"output {name}"],
                "outputs": {"y": {"type": name, "shape": [4], "data": made.tobytes().hex()}}}))
            # The other way round: these few numbers have no loss in any of the types.
            graph = h.make_graph([h.make_node("Cast", ["x"], ["y"], to=T.FLOAT)], "back", [value("x", type_, [4])],
                                 [value("y", T.FLOAT, [4])])
            onnx.save(model(graph), os.path.join(self.folder, f"back-{name}.onnx"))
            print(json.dumps({
                "name": f"back-{name}", "covers": [f"input {name}"],
                "inputs": {"x": {"type": name, "shape": [4], "data": made.tobytes().hex()}},
                "outputs": {"y": shown(T.FLOAT, (4,), data)}}))

    def shapes(self):
        def add(shape_x, shape_y, x, y, covers, name):
            graph = h.make_graph([h.make_node("Add", ["x", "y"], ["z"])], "add", [value("x", T.FLOAT, shape_x),
                                 value("y", T.FLOAT, shape_y)], [value("z", T.FLOAT, None)])
            self.case(name, graph, {"x": (T.FLOAT, x, numbers(self.rng, T.FLOAT, x)),
                                    "y": (T.FLOAT, y, numbers(self.rng, T.FLOAT, y))}, covers)
        add([2, 3, 4], [2, 3, 4], (2, 3, 4), (2, 3, 4), ["0 dynamic dimensions", "several inputs"], "fixed")
        add(["a", 3, 4], ["a", 3, 4], (5, 3, 4), (5, 3, 4), ["1 dynamic dimensions"], "one-open")
        add(["a", "b", 4], ["a", "b", 4], (5, 2, 4), (5, 2, 4), ["2 dynamic dimensions"], "two-open")
        add(["a", "b", "c"], ["a", "b", "c"], (1, 7, 2), (1, 7, 2), ["3 dynamic dimensions"], "three-open")
        add([None, None], [None, None], (3, 2), (1, 2), ["dimensions without a name"], "unnamed")
        add([], [], (), (), ["scalar"], "scalars")
        add(["a", 0], ["a", 0], (4, 0), (4, 0), ["empty tensor"], "nothing")
        add(["a", "a"], ["a", "a"], (3, 3), (3, 3), ["one name twice"], "square")

    def several(self):
        graph = h.make_graph(
            [h.make_node("Add", ["a", "b"], ["sum"]), h.make_node("Mul", ["a", "b"], ["product"]),
             h.make_node("Cast", ["flag"], ["number"], to=T.INT64), h.make_node("Identity", ["text"], ["words"])],
            "several", [value("a", T.DOUBLE, ["n"]), value("b", T.DOUBLE, ["n"]), value("flag", T.BOOL, ["m"]),
                        value("text", T.STRING, ["k"])],
            [value("sum", T.DOUBLE, ["n"]), value("product", T.DOUBLE, ["n"]), value("number", T.INT64, ["m"]),
             value("words", T.STRING, ["k"])])
        self.case("several", graph, {
            "text": (T.STRING, (7,), numbers(self.rng, T.STRING, (7,))),
            "b": (T.DOUBLE, (4,), numbers(self.rng, T.DOUBLE, (4,))),
            "a": (T.DOUBLE, (4,), numbers(self.rng, T.DOUBLE, (4,))),
            "flag": (T.BOOL, (3,), numbers(self.rng, T.BOOL, (3,))),
        }, ["several inputs", "several outputs", "inputs in another order", "strings beside numbers"])
        names = ["SOLN:IN20:121:BACT", "q_grad(8)", "a-b.c", "é"]
        graph = h.make_graph([h.make_node("Sum", names, ["σ x"])], "names", [value(n, T.FLOAT, [2]) for n in names],
                             [value("σ x", T.FLOAT, [2])])
        self.case("names", graph, {n: (T.FLOAT, (2,), numbers(self.rng, T.FLOAT, (2,))) for n in names},
                  ["names of process variables"])
        graph = h.make_graph([h.make_node("Constant", [], ["y"], value=nh.from_array(np.array([1.5, 2], np.float32)))],
                             "constant", [], [value("y", T.FLOAT, [2])])
        self.case("no-inputs", graph, {}, ["no inputs"])

    def defaults(self):
        graph = h.make_graph([h.make_node("Add", ["x", "k"], ["y"])], "default", [value("x", T.FLOAT, [2]),
                             value("k", T.FLOAT, [2])], [value("y", T.FLOAT, [2])],
                             [nh.from_array(np.array([10, 20], np.float32), "k")])
        x = (T.FLOAT, (2,), np.array([1, 2], np.float32))
        self.case("default-used", graph, {"x": x}, ["optional input"])
        self.case("default-replaced", graph, {"x": x, "k": (T.FLOAT, (2,), np.array([5, 6], np.float32))},
                  ["optional input"])

    def optionals(self):
        optional = h.make_optional_type_proto(h.make_tensor_type_proto(T.FLOAT, [2]))
        tensor = h.make_tensor_type_proto(T.FLOAT, [2])
        with_ = h.make_graph([h.make_node("Optional", ["x"], ["y"])], "with", [value("x", T.FLOAT, [2])],
                             [h.make_value_info("y", optional)])
        self.case("optional-there", with_, {"x": (T.FLOAT, (2,), np.array([1, 2], np.float32))}, ["optional output"])
        without = h.make_graph([h.make_node("Optional", [], ["y"], type=tensor),
                                h.make_node("Identity", ["x"], ["z"])], "without", [value("x", T.FLOAT, [2])],
                               [h.make_value_info("y", optional), value("z", T.FLOAT, [2])])
        self.case("optional-missing", without, {"x": (T.FLOAT, (2,), np.array([1, 2], np.float32))},
                  ["optional output"])

    def passed_on(self):
        for type_ in (T.FLOAT, T.INT64, T.STRING):
            graph = h.make_graph([h.make_node("Identity", ["x"], ["same"])], "state", [value("x", type_, ["n"])],
                                 [value("x", type_, ["n"]), value("same", type_, ["n"])])
            self.case(f"passed-on-{TYPES[type_][0]}", graph, {"x": (type_, (7,), numbers(self.rng, type_, (7,)))},
                      ["an output that is an input"])

    def dynamic(self):
        graph = h.make_graph([h.make_node("NonZero", ["x"], ["y"])], "data", [value("x", T.FLOAT, ["n"])],
                             [value("y", T.INT64, [1, "m"])])
        self.case("shape-by-data", graph, {"x": (T.FLOAT, (5,), np.array([0, 1, 0, 2, 3], np.float32))},
                  ["output shape known only from data"])

    def errors(self):
        graph = h.make_graph([h.make_node("Reshape", ["x", "to"], ["y"])], "reshape",
                             [value("x", T.FLOAT, ["n"]), value("to", T.INT64, ["d"])], [value("y", T.FLOAT, None)])
        self.case("fails-in-run", graph, {"x": (T.FLOAT, (5,), np.zeros(5, np.float32)),
                                          "to": (T.INT64, (2,), np.array([2, 3], np.int64))}, ["error in the run"])
        self.case("runs-right", graph, {"x": (T.FLOAT, (6,), np.zeros(6, np.float32)),
                                        "to": (T.INT64, (2,), np.array([2, 3], np.int64))}, ["error in the run"])
        graph = h.make_graph([h.make_node("Gather", ["x", "at"], ["y"])], "gather", [value("x", T.FLOAT, ["n"]),
                             value("at", T.INT64, ["m"])], [value("y", T.FLOAT, ["m"])])
        self.case("index-outside", graph, {"x": (T.FLOAT, (3,), np.zeros(3, np.float32)),
                                           "at": (T.INT64, (1,), np.array([7], np.int64))}, ["error in the run"])

    def nets(self):
        for rows in (1, 1000):
            self.case(f"net-{rows}", net(self.rng), {"x": (T.FLOAT, (rows, 16), numbers(self.rng, T.FLOAT, (rows, 16)))},
                      ["a network"])


def net(rng):
    """A dense network of two layers."""
    weights = [rng.normal(size=s).astype(np.float32) * 0.3 for s in ((16, 32), (32,), (32, 5), (5,))]
    nodes = [h.make_node("Gemm", ["x", "w0", "b0"], ["h0"]), h.make_node("Tanh", ["h0"], ["h1"]),
             h.make_node("Gemm", ["h1", "w1", "b1"], ["y"])]
    return h.make_graph(nodes, "net", [value("x", T.FLOAT, ["batch", 16])], [value("y", T.FLOAT, ["batch", 5])],
                        [nh.from_array(w, n) for w, n in zip(weights, ("w0", "b0", "w1", "b1"))])


def linear():
    weights = nh.from_array(np.array([[1, 0.5], [0, 2], [-1, 0.25]], np.float32), "weights")
    return model(h.make_graph(
        [h.make_node("MatMul", ["q_grad(8)", "weights"], ["moved"]), h.make_node("Mul", ["moved", "gain"], ["size"])],
        "beam", [value("q_grad(8)", T.FLOAT, ["batch", 3]), value("gain", T.FLOAT, ["batch", 1])],
        [value("size", T.FLOAT, ["batch", 2])], [weights]), opset=20, producer_version="1", doc_string="beam sizes behind a triplet",
        model_version=3, domain="org.example")


def slow():
    """A loop of as many rounds as the input says: minutes, if it is let."""
    body = h.make_graph([h.make_node("MatMul", ["a", "a"], ["p"]), h.make_node("Tanh", ["p"], ["a_out"]),
                         h.make_node("Identity", ["on"], ["on_out"])], "body",
                        [value("i", T.INT64, []), value("on", T.BOOL, []), value("a", T.FLOAT, [16, 16])],
                        [value("on_out", T.BOOL, []), value("a_out", T.FLOAT, [16, 16])])
    return model(h.make_graph([h.make_node("Loop", ["rounds", "", "x"], ["y"], body=body)], "slow",
                              [value("rounds", T.INT64, []), value("x", T.FLOAT, [16, 16])],
                              [value("y", T.FLOAT, [16, 16])]))


def classifier():
    """What exporters of classifiers make: a list of mappings beside the labels."""
    maps = h.make_sequence_type_proto(h.make_map_type_proto(T.INT64, h.make_tensor_type_proto(T.FLOAT, [])))
    graph = h.make_graph([h.make_node("ZipMap", ["x"], ["chances"], domain="ai.onnx.ml", classlabels_int64s=[0, 1]),
                          h.make_node("ArgMax", ["x"], ["label"], axis=1, keepdims=0)], "classes",
                         [value("x", T.FLOAT, ["n", 2])], [value("label", T.INT64, ["n"]), h.make_value_info("chances", maps)])
    return h.make_model(graph, opset_imports=[h.make_opsetid("", 20), h.make_opsetid("ai.onnx.ml", 1)], ir_version=10)


def save_all(folder):
    onnx.save(linear(), os.path.join(folder, "beam.onnx"))
    onnx.save(slow(), os.path.join(folder, "slow.onnx"))
    onnx.save(classifier(), os.path.join(folder, "classifier.onnx"))
    onnx.save(linear(), os.path.join(folder, "outside.onnx"), save_as_external_data=True, location="outside.data",
              size_threshold=0)
    graph = h.make_graph([h.make_node("NoSuchOperation", ["x"], ["y"], domain="org.example")], "custom",
                         [value("x", T.FLOAT, [1])], [value("y", T.FLOAT, [1])])
    onnx.save(h.make_model(graph, opset_imports=[h.make_opsetid("", 20), h.make_opsetid("org.example", 1)], ir_version=10),
              os.path.join(folder, "custom.onnx"))


def injector():
    """Beam sizes behind a solenoid, a quadrupole and a drift: thin lenses, as any textbook of optics has them."""
    constants = {"zero_size": 4e-4, "zero_slope": 2e-4, "drift": 1.2, "sol_lens": 2.6, "quad_lens": 0.9}
    weights = [nh.from_array(np.array(v, np.float32), k) for k, v in constants.items()]
    nodes = [h.make_node("Mul", ["solenoid", "solenoid"], ["field2"]), h.make_node("Mul", ["field2", "sol_lens"], ["both"]),
             h.make_node("Mul", ["quad", "quad_lens"], ["across"]), h.make_node("Mul", ["zero_slope", "drift"], ["spread"]),
             h.make_node("Mul", ["spread", "spread"], ["spread2"])]
    for plane, sign in (("x", "Add"), ("y", "Sub")):
        nodes += [h.make_node(sign, ["both", "across"], [f"lens_{plane}"]),
                  h.make_node("Mul", [f"lens_{plane}", "drift"], [f"turn_{plane}"]),
                  h.make_node("Mul", [f"turn_{plane}", "zero_size"], [f"moved_{plane}"]),
                  h.make_node("Sub", ["zero_size", f"moved_{plane}"], [f"size_{plane}"]),
                  h.make_node("Mul", [f"size_{plane}", f"size_{plane}"], [f"size2_{plane}"]),
                  h.make_node("Add", [f"size2_{plane}", "spread2"], [f"sum_{plane}"]),
                  h.make_node("Sqrt", [f"sum_{plane}"], [f"sigma_{plane}"])]
    graph = h.make_graph(nodes, "injector", [value("solenoid", T.FLOAT, ["batch"]), value("quad", T.FLOAT, ["batch"])],
                         [value("sigma_x", T.FLOAT, ["batch"]), value("sigma_y", T.FLOAT, ["batch"])], weights)
    return model(graph, opset=20, doc_string="beam sizes behind a solenoid, a quadrupole and a drift")


def save_flow_models(folder):
    onnx.save(model(net(np.random.default_rng(1))), os.path.join(folder, "net.onnx"))
    onnx.save(injector(), os.path.join(folder, "injector.onnx"))
    onnx.save(linear(), os.path.join(folder, "beam.onnx"))
    weights = nh.from_array(np.full((3, 1), 1 / 3, np.float32), "weights")
    onnx.save(model(h.make_graph([h.make_node("MatMul", ["sizes", "weights"], ["average"])], "average",
                                 [value("sizes", T.FLOAT, ["batch", 3])], [value("average", T.FLOAT, ["batch", 1])],
                                 [weights], doc_string="the average of the sizes at three screens")),
              os.path.join(folder, "average.onnx"))
    onnx.save(model(h.make_graph([h.make_node("Identity", ["turns"], ["same"])], "turns", [value("turns", T.INT64, [])],
                                 [value("same", T.INT64, [])])), os.path.join(folder, "turns.onnx"))
    onnx.save(model(h.make_graph([h.make_node("Identity", ["word"], ["same"]),
                                  h.make_node("Identity", ["number"], ["value"])], "words",
                                 [value("word", T.STRING, []), value("number", T.FLOAT, [])],
                                 [value("same", T.STRING, []), value("value", T.FLOAT, [])])),
              os.path.join(folder, "words.onnx"))


if __name__ == "__main__":
    if sys.argv[1] == "models":
        save_all(sys.argv[2])
    elif sys.argv[1] == "flows":
        save_flow_models(sys.argv[2])
    else:
        cases = Cases(sys.argv[2])
        for part in (cases.elements, cases.shapes, cases.several, cases.defaults, cases.optionals, cases.passed_on, cases.dynamic,
                     cases.errors, cases.nets):
            part()
