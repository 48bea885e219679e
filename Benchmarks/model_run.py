"""The same as `slipway model run FILE --input FILE`, with onnxruntime's Python: the peer of a benchmark."""
import json
import sys

import numpy as np
import onnxruntime as ort

options = ort.SessionOptions()
options.log_severity_level = 4
session = ort.InferenceSession(sys.argv[1], options)
with open(sys.argv[2], encoding="utf-8") as file:
    inputs = {name: np.array(rows, dtype=np.float32) for name, rows in json.load(file).items()}
outputs = session.run(None, inputs)
print(json.dumps({"outputs": {o.name: {"datatype": "FP32", "shape": list(v.shape), "data": v.ravel().tolist()}
                              for o, v in zip(session.get_outputs(), outputs)}}))
