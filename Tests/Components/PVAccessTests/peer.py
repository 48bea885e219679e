"""A peer over PV Access, in a process of its own: a server or a client that takes one order a line, as JSON.

    python3 peer.py server PORT UDP     variables are added, posted and removed by orders; puts are accepted or refused
    python3 peer.py client PORT UDP     gets, puts and monitors of others
"""
import json
import math
import sys
import threading

import numpy as np

PORT, UDP = int(sys.argv[2]), int(sys.argv[3])
lock = threading.Lock()


def say(answer):
    with lock:
        print(json.dumps(answer), flush=True)


def plain(value):
    """A value as JSON has it; numbers that JSON has not become texts."""
    if isinstance(value, np.ndarray) and value.size > 10_000:
        return {'dtype': str(value.dtype), 'shape': list(value.shape)}
    if isinstance(value, np.ndarray):
        return {'dtype': str(value.dtype), 'shape': list(value.shape), 'list': [plain(x) for x in value.ravel().tolist()]}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [plain(x) for x in value]
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    if hasattr(value, 'todict'):
        return plain(value.todict())
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return str(value)


def typed(order):
    """What an order wants to send: `value`, as an array of `dtype` and `shape` where it says so."""
    value = order.get('value')
    if isinstance(value, str) and value in ('nan', 'inf', '-inf') and order.get('code', 'd') in 'fd':
        return float(value)
    if 'dtype' in order:
        if order['dtype'] == 'str':
            return list(value)
        return np.array([float(x) if isinstance(x, str) else x for x in value],
                        dtype=order['dtype']).reshape(order.get('shape', [-1]))
    return value


def image(array, mode):
    """An image as cameras send it: the fastest dimension first."""
    from p4p import Value
    from p4p.nt import NTNDArray
    kinds = {'float32': 'floatValue', 'float64': 'doubleValue', 'int8': 'byteValue', 'uint8': 'ubyteValue',
             'int16': 'shortValue', 'uint16': 'ushortValue', 'int32': 'intValue', 'uint32': 'uintValue',
             'int64': 'longValue', 'uint64': 'ulongValue'}
    made = Value(NTNDArray.buildType(), {})
    made.value = (kinds[str(array.dtype)], array.ravel())
    made.dimension = [{'size': n, 'offset': 10 * i, 'fullSize': n, 'binning': 1 + i, 'reverse': False}
                      for i, n in enumerate(reversed(array.shape))]
    if mode is not None:
        made.attribute = [{'name': 'Other', 'value': 'x'}, {'name': 'ColorMode', 'value': mode}]
    made['timeStamp'] = {'secondsPastEpoch': 1700000000, 'nanoseconds': 5}
    return made


def serve():
    from p4p import Type, Value
    from p4p.nt import NTEnum, NTNDArray, NTScalar, NTTable
    from p4p.server import Server, StaticProvider
    from p4p.server.thread import SharedPV

    provider = StaticProvider('peer')
    pvs, types = {}, {}
    configuration = {
        'EPICS_PVAS_INTF_ADDR_LIST': '127.0.0.1', 'EPICS_PVAS_SERVER_PORT': str(PORT),
        'EPICS_PVAS_BROADCAST_PORT': str(UDP), 'EPICS_PVAS_BEACON_ADDR_LIST': '127.0.0.1',
        'EPICS_PVAS_AUTO_BEACON_ADDR_LIST': 'NO',
    }

    class Puts:
        def put(self, pv, op):
            raw = op.value().raw if hasattr(op.value(), 'raw') else op.value()
            say({'put': op.name(), 'value': plain(raw.todict('value') if 'value' in raw and hasattr(raw['value'], 'todict') else raw['value'])})
            if op.name().startswith('REFUSES'):
                op.done(error='not today')
            else:
                pv.post(op.value())
                op.done()

    def initial(order):
        kind = order.get('type', 'scalar')
        if kind == 'scalar':
            code = order.get('code', 'd')
            if 'dtype' in order and not code.startswith('a'):
                code = 'a' + code
            nt = NTScalar(code, display=order.get('display', False), control=order.get('control', False),
                          valueAlarm=order.get('control', False), form=order.get('display', False))
            return nt, nt.wrap(typed(order))
        if kind == 'enum':
            nt = NTEnum()
            return nt, nt.wrap({'index': order['value'], 'choices': order['choices']})
        if kind == 'image':
            return NTNDArray(), image(typed(order), order.get('mode'))
        if kind == 'table':
            nt = NTTable([('a', 'd')])
            return nt, nt.wrap([{'a': 1.0}])
        if kind == 'struct':
            return None, Value(Type([('x', 'd'), ('y', 's')], id='my:own'), {'x': 1.0})
        if kind == 'packed':
            made = image(typed(order), None)
            made['codec.name'] = 'jpeg'
            return NTNDArray(), made
        raise ValueError(kind)

    def fill(value, order):
        for name, content in order.get('set', {}).items():
            value[name] = content
        return value

    def act(order):
        name = order.get('name')
        if order['do'] == 'add':
            nt, value = initial(order)
            fill(value, order)
            pv = SharedPV(handler=Puts())
            pv.open(value)
            pvs[name], types[name] = pv, (nt, value)
            provider.add(name, pv)
        elif order['do'] == 'retype':
            nt, value = initial(order)
            pvs[name].close()
            pvs[name].open(value)
            types[name] = (nt, value)
        elif order['do'] == 'remove':
            provider.remove(name)
        elif order['do'] == 'many':
            nt = NTScalar('d')
            for index in range(order['count']):
                pv = SharedPV(initial=nt.wrap(float(index)))
                pvs[f'{name}{index}'] = pv
                provider.add(f'{name}{index}', pv)
        elif order['do'] == 'post':
            nt, made = types[name]
            value = Value(made.type(), {})
            if 'value' in order:
                if order.get('type') == 'image':
                    value = image(typed(order), order.get('mode'))
                elif order.get('type') == 'enum':
                    value['value.index'] = order['value']
                else:
                    value['value'] = typed(order)
            pvs[name].post(fill(value, order))
        elif order['do'] == 'burst':
            nt, made = types[name]
            for number in range(order['count']):
                pvs[name].post(Value(made.type(), {'value': float(number + 1)}))
        return {'ok': True}

    with Server(providers=[provider], conf=configuration, useenv=False):
        say({'ok': True})
        follow(act)


def ask():
    from p4p.client.thread import Context
    configuration = {
        'EPICS_PVA_ADDR_LIST': '', 'EPICS_PVA_AUTO_ADDR_LIST': 'NO', 'EPICS_PVA_NAME_SERVERS': f'127.0.0.1:{PORT}',
        'EPICS_PVA_BROADCAST_PORT': str(UDP),
    }
    context = Context('pva', conf=configuration, useenv=False, nt=False)
    watched = {}

    def act(order):
        name = order['name']
        if order['do'] == 'get':
            value = context.get(name, timeout=10)
            return {'ok': True, 'id': value.getID(), 'value': plain(value.todict())}
        if order['do'] == 'put':
            try:
                context.put(name, typed(order), timeout=10)
            except Exception as problem:
                return {'ok': False, 'problem': str(problem)}
            return {'ok': True}
        if order['do'] == 'monitor':
            watched[name] = context.monitor(
                name, lambda value: say({'event': name, 'value': plain(value.todict()) if hasattr(value, 'todict') else str(value)}))
        return {'ok': True}

    say({'ok': True})
    follow(act)


def follow(act):
    for line in sys.stdin:
        try:
            say(act(json.loads(line)))
        except Exception as problem:
            say({'ok': False, 'problem': f'{type(problem).__name__}: {problem}'})


serve() if sys.argv[1] == 'server' else ask()
