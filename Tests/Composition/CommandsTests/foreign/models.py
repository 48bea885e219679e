"""The models of the flows in this folder: `python3 models.py` writes them, always the same."""
import os

import onnx
from onnx import TensorProto as T
from onnx import helper as h

HERE = os.path.dirname(os.path.abspath(__file__))


def save(name, inputs, outputs, nodes, constants=()):
    graph = h.make_graph(
        nodes, name,
        [h.make_tensor_value_info(each, T.DOUBLE, [1]) for each in inputs],
        [h.make_tensor_value_info(each, T.DOUBLE, [1]) for each in outputs],
        [h.make_tensor(each, T.DOUBLE, [1], [value]) for each, value in constants],
    )
    model = h.make_model(graph, opset_imports=[h.make_opsetid('', 17)], producer_name='slipway')
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(HERE, name + '.onnx'))


save('larger', ['x1', 'x2'], ['y'], [h.make_node('Max', ['x1', 'x2'], ['y'])])

INJECTOR = [
    'distgen:t_dist:length:value', 'distgen:r_dist:sigma_xy:value', 'SOL1:solenoid_field_scale', 'CQ01:b1_gradient',
    'SQ01:b1_gradient', 'L0A_phase:dtheta0_deg', 'L0B_phase:dtheta0_deg', 'L0A_scale:voltage', 'L0B_scale:voltage',
    'QA01:b1_gradient', 'QA02:b1_gradient', 'QE01:b1_gradient', 'QE02:b1_gradient', 'QE03:b1_gradient',
    'QE04:b1_gradient', 'distgen:total_charge:value',
]
BEAM = ['sigma_x', 'sigma_y', 'sigma_z', 'norm_emit_x', 'norm_emit_y']
save(
    'injector', INJECTOR, BEAM,
    [h.make_node('Sum', INJECTOR, ['sum'])]
    + [h.make_node('Mul', ['sum', f'factor{index}'], [name]) for index, name in enumerate(BEAM)],
    [(f'factor{index}', float(index + 1)) for index in range(len(BEAM))],
)

# Of an image: its mean.
graph = h.make_graph(
    [h.make_node('ReduceMean', ['image'], ['y_mean'], keepdims=0)], 'mean',
    [h.make_tensor_value_info('image', T.DOUBLE, ['rows', 'columns'])],
    [h.make_tensor_value_info('y_mean', T.DOUBLE, [])],
)
model = h.make_model(graph, opset_imports=[h.make_opsetid('', 17)], producer_name='slipway')
model.ir_version = 8
onnx.checker.check_model(model)
onnx.save(model, os.path.join(HERE, 'mean.onnx'))

# Numbers and arrays: one number, and an array of the length of one of them.
graph = h.make_graph(
    [
        h.make_node('ReduceMean', ['waveform'], ['mean'], keepdims=1),
        h.make_node('ReduceSum', ['array'], ['sum'], keepdims=1),
        h.make_node('Sum', ['mean', 'sum', 'x', 'y'], ['output']),
        h.make_node('ReduceMean', ['array'], ['offset'], keepdims=1),
        h.make_node('Add', ['waveform', 'offset'], ['waveform_out']),
    ],
    'arrays',
    [h.make_tensor_value_info(name, T.DOUBLE, [size]) for name, size in
     [('x', 1), ('y', 1), ('waveform', 8), ('array', 4)]],
    [h.make_tensor_value_info('output', T.DOUBLE, [1]), h.make_tensor_value_info('waveform_out', T.DOUBLE, [8])],
)
model = h.make_model(graph, opset_imports=[h.make_opsetid('', 17)], producer_name='slipway')
model.ir_version = 8
onnx.checker.check_model(model)
onnx.save(model, os.path.join(HERE, 'arrays.onnx'))

# A surrogate with names as they stand in the field: a waveform for each monitor, `maxe(1)` and so on.
NAMES = [f'{name}({index})' for name in ('maxe', 'rmsx') for index in range(1, 4)]
graph = h.make_graph(
    [h.make_node('Mul', ['q_grad(8)', 'phase'], ['base'])]
    + [h.make_node('Add', ['base', f'ramp{index}'], [name]) for index, name in enumerate(NAMES)],
    'surrogate',
    [h.make_tensor_value_info(name, T.DOUBLE, [1]) for name in ('q_grad(8)', 'phase')],
    [h.make_tensor_value_info(name, T.DOUBLE, [4]) for name in NAMES],
    [h.make_tensor(f'ramp{index}', T.DOUBLE, [4], [float(index * 10 + step) for step in range(4)])
     for index in range(len(NAMES))],
)
model = h.make_model(graph, opset_imports=[h.make_opsetid('', 17)], producer_name='slipway')
model.ir_version = 8
onnx.checker.check_model(model)
onnx.save(model, os.path.join(HERE, 'surrogate.onnx'))

# Of an image of 3 rows and 4 columns: a sum in which each pixel has a weight of its own.
graph = h.make_graph(
    [h.make_node('Mul', ['image', 'weights'], ['weighted']), h.make_node('ReduceSum', ['weighted'], ['y'], keepdims=0)],
    'tilt',
    [h.make_tensor_value_info('image', T.DOUBLE, [3, 4])],
    [h.make_tensor_value_info('y', T.DOUBLE, [])],
    [h.make_tensor('weights', T.DOUBLE, [3, 4], [float(row * 10 + column + 1) for row in range(3) for column in range(4)])],
)
model = h.make_model(graph, opset_imports=[h.make_opsetid('', 17)], producer_name='slipway')
model.ir_version = 8
onnx.checker.check_model(model)
onnx.save(model, os.path.join(HERE, 'tilt.onnx'))
