"""The model of the benchmark: 16 named numbers in, a dense net with ELU, 5 named numbers out.

    dense_net.py FILE

The weights come from a seed, so that every run measures the same model.
"""
import sys

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

SIZES = [16, 100, 200, 200, 300, 300, 200, 100, 100, 100, 5]


def net():
    rng = np.random.default_rng(16)
    inputs = [f"x{i}" for i in range(SIZES[0])]
    outputs = [f"y{i}" for i in range(SIZES[-1])]
    nodes = [h.make_node("Concat", inputs, ["h0"], axis=1)]
    weights = []
    last = len(SIZES) - 2
    for layer, (wide, narrow) in enumerate(zip(SIZES, SIZES[1:])):
        # Of a size that keeps values between -1 and 1 from layer to layer.
        weight = (rng.standard_normal((wide, narrow)) / np.sqrt(wide)).astype(np.float32)
        weights += [nh.from_array(weight, f"w{layer}"), nh.from_array(np.zeros(narrow, np.float32), f"b{layer}")]
        made = f"g{layer}"
        nodes.append(h.make_node("Gemm", [f"h{layer}", f"w{layer}", f"b{layer}"], [made]))
        if layer < last:
            nodes.append(h.make_node("Elu", [made], [f"h{layer + 1}"]))
    nodes.append(h.make_node("Split", [f"g{last}"], outputs, axis=1, num_outputs=len(outputs)))

    def numbers(names):
        return [h.make_tensor_value_info(name, T.FLOAT, ["n", 1]) for name in names]

    graph = h.make_graph(nodes, "dense", numbers(inputs), numbers(outputs), weights)
    made = h.make_model(graph, opset_imports=[h.make_opsetid("", 21)], ir_version=10, producer_name="benchmark")
    onnx.checker.check_model(made)
    return made


onnx.save(net(), sys.argv[1])
