"""A peer over PV Access for the tests of faults, in a process of its own: one order a line, as JSON, one answer each.

    python3 live_peer.py server PORT UDP          offers variables, and posts to them
    python3 live_peer.py client PORT[,PORT] UDP   watches variables, and waits for what they become
    python3 live_peer.py crowd PORT,COUNT[,SEED] UDP   connects so often, and says nothing; with a seed, rubbish
"""
import json
import math
import os
import random
import socket
import sys
import threading
import time

import numpy as np

ROLE, PORTS, UDP = sys.argv[1], sys.argv[2].split(','), sys.argv[3]


def number(value):
    """JSON has no words for some numbers: they come as texts."""
    if isinstance(value, list):
        return [number(element) for element in value]
    if value in ('nan', 'inf', '-inf'):
        return float(value)
    return value


def plain(value):
    if isinstance(value, np.ndarray) and value.size > 64:
        return {'size': int(value.size), 'sum': float(value.sum()), 'shape': list(value.shape)}
    if isinstance(value, np.ndarray):
        return [plain(element) for element in value.ravel().tolist()]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    return str(value)


def content(order):
    """What an order wants to send: numbers and texts as they are, or so many ones."""
    if 'ones' in order:
        return np.ones(order['ones'])
    return number(order['value'])


def image(rows, columns, value):
    from p4p import Value
    from p4p.nt import NTNDArray
    made = Value(NTNDArray.buildType(), {})
    made.value = ('doubleValue', np.full(rows * columns, float(value)))
    made.dimension = [{'size': n, 'offset': 0, 'fullSize': n, 'binning': 1, 'reverse': False}
                      for n in (columns, rows)]
    return made


def serve():
    from p4p import Value
    from p4p.nt import NTNDArray, NTScalar
    from p4p.server import Server, StaticProvider
    from p4p.server.thread import SharedPV

    provider = StaticProvider('peer')
    pvs, types, puts = {}, {}, {}
    news = threading.Condition()

    class Puts:
        def __init__(self, delay):
            self.delay = delay

        def put(self, pv, op):
            time.sleep(self.delay)
            with news:
                puts.setdefault(op.name(), []).append(plain(op.value()['value']))
                news.notify_all()
            pv.post(op.value())
            op.done()

    def initial(order):
        if order.get('code') == 'image':
            return NTNDArray(), image(*order['value'])
        made = NTScalar(order.get('code', 'd'))
        return made, made.wrap(content(order))

    def stamped(value):
        now = time.time()
        value['timeStamp'] = {'secondsPastEpoch': int(now), 'nanoseconds': int(now % 1 * 1e9)}
        return value

    def act(order):
        name = order.get('name')
        if order['do'] == 'add':
            types[name], value = initial(order)
            pvs[name] = SharedPV(handler=Puts(order.get('delay', 0)))
            pvs[name].open(stamped(value))
            provider.add(name, pvs[name])
        elif order['do'] == 'retype':
            pvs[name].close()
            types[name], value = initial(order)
            pvs[name].open(stamped(value))
        elif order['do'] == 'remove':
            provider.remove(name)
            pvs.pop(name).close()
        elif order['do'] == 'post' and isinstance(types[name], NTNDArray):
            pvs[name].post(stamped(image(*order['value'])))
        elif order['do'] == 'post':
            value = Value(types[name].type, {'value': content(order)})
            pvs[name].post(stamped(value))
        elif order['do'] == 'burst':
            made, post = types[name].type, pvs[name].post
            for count in range(order['count']):
                post(Value(made, {'value': float(count + 1)}))
        elif order['do'] == 'load':
            # Posts until it is told something else, the numbers from 1 on.
            made, post, pause = types[name].type, pvs[name].post, order.get('pause', 0.0002)
            ended = threading.Event()

            def load():
                count = 0
                while not ended.is_set():
                    count += 1
                    post(stamped(Value(made, {'value': float(count)})))
                    time.sleep(pause)
                loads[name] = count

            thread = threading.Thread(target=load, daemon=True)
            loads[name] = (ended, thread)
            thread.start()
        elif order['do'] == 'unload':
            ended, thread = loads[name]
            ended.set()
            thread.join()
            return {'ok': True, 'count': loads[name]}
        elif order['do'] == 'puts':
            # The values that were put, when there is one as wanted or the time is over.
            deadline = time.monotonic() + order.get('timeout', 20)
            with news:
                while order['value'] not in puts.get(name, []) and time.monotonic() < deadline:
                    news.wait(max(0, deadline - time.monotonic()))
                found = puts.get(name, [])
            return {'ok': order['value'] in found, 'puts': found[-16:], 'count': len(found)}
        return {'ok': True}

    loads = {}
    configuration = {
        'EPICS_PVAS_INTF_ADDR_LIST': '127.0.0.1', 'EPICS_PVAS_SERVER_PORT': PORTS[0],
        'EPICS_PVAS_BROADCAST_PORT': UDP, 'EPICS_PVAS_BEACON_ADDR_LIST': '127.0.0.1',
        'EPICS_PVAS_AUTO_BEACON_ADDR_LIST': 'NO',
    }
    with Server(providers=[provider], conf=configuration, useenv=False) as server:
        found = str(server.conf()['EPICS_PVAS_SERVER_PORT'])
        say({'ok': found == PORTS[0], 'port': found})
        follow(act)


def ask():
    from p4p.client.thread import Context
    context = Context('pva', useenv=False, nt=False, conf={
        'EPICS_PVA_ADDR_LIST': '', 'EPICS_PVA_AUTO_ADDR_LIST': 'NO', 'EPICS_PVA_BROADCAST_PORT': UDP,
        'EPICS_PVA_NAME_SERVERS': ' '.join(f'127.0.0.1:{port}' for port in PORTS),
    })
    news = threading.Condition()
    watched, events, counts = {}, {}, {}
    severities = ['NONE', 'MINOR', 'MAJOR', 'INVALID']

    def event(value):
        if not hasattr(value, 'todict'):
            return {'severity': 'GONE', 'message': str(value), 'value': None}
        alarm = value.todict('alarm')
        return {
            'value': plain(value['value']), 'severity': severities[alarm['severity']], 'message': alarm['message'],
            'time': value['timeStamp.secondsPastEpoch'] + 1e-9 * value['timeStamp.nanoseconds'],
        }

    def watch(name):
        if name in watched:
            return

        def note(value):
            told = event(value)
            with news:
                counts[name] = counts.get(name, 0) + 1
                events.setdefault(name, []).append(told)
                del events[name][:-200]
                news.notify_all()

        watched[name] = context.monitor(name, note, notify_disconnect=True)

    def fits(order, told):
        return (
            ('value' not in order or told['value'] == order['value'])
            and ('severity' not in order or told['severity'] == order['severity'])
            and all(word in told['message'] for word in order.get('words', []))
        )

    def act(order):
        name = order.get('name')
        if order['do'] == 'watch':
            watch(name)
        elif order['do'] == 'await':
            # Waits until the newest event is as wanted.
            watch(name)
            deadline = time.monotonic() + order.get('timeout', 20)
            with news:
                while not (events.get(name) and fits(order, events[name][-1])):
                    rest = deadline - time.monotonic()
                    if rest <= 0:
                        return {'ok': False, 'found': events.get(name, [])[-4:]}
                    news.wait(rest)
                return {'ok': True, 'found': events[name][-1], 'count': counts[name]}
        elif order['do'] == 'events':
            with news:
                return {'ok': True, 'events': events.get(name, []), 'count': counts.get(name, 0)}
        elif order['do'] == 'get':
            return {'ok': True, 'found': event(context.get(name, timeout=order.get('timeout', 10)))}
        elif order['do'] == 'put':
            context.put(name, content(order), timeout=order.get('timeout', 10))
        elif order['do'] == 'puts':
            # As many puts as wanted, one after the other.
            for count in range(order['count']):
                context.put(name, float(count + 1), timeout=10)
        return {'ok': True}

    say({'ok': True})
    follow(act)


def crowd():
    """Every second piece of rubbish begins as a message does, and promises a size."""
    port, count = int(PORTS[0]), int(PORTS[1])
    rng = random.Random(int(PORTS[2])) if len(PORTS) > 2 else None
    guests = []
    for turn in range(count):
        guest = socket.socket()
        guest.settimeout(1)
        try:
            guest.connect(('127.0.0.1', port))
        except OSError:
            break
        if rng:
            words = rng.randbytes(rng.choice([8, 16, 64, 1400]))
            if turn % 2:
                sizes = [b'\xff\xff\xff\x7f', b'\x40\0\0\0', b'\0\0\0\x10']
                words = bytes([0xCA, 2, rng.choice([0, 0x40, 0x80]), rng.randrange(24)]) + rng.choice(sizes) + words
            try:
                guest.sendall(words)
            except OSError:
                pass
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
                datagram.sendto(words[:1400], ('127.0.0.1', int(UDP)))
        if not rng or turn % 7:
            guests.append(guest)
        else:
            guest.close()
    say({'ok': True, 'count': len(guests)})
    sys.stdin.read()
    os._exit(0)


def say(answer):
    print(json.dumps(answer), flush=True)


def follow(act):
    for line in sys.stdin:
        try:
            answer = act(json.loads(line))
        except Exception as problem:
            answer = {'ok': False, 'problem': f'{type(problem).__name__}: {problem}'}
        say(answer)
    # The libraries have threads that hear no softer word.
    os._exit(0)


{'server': serve, 'client': ask, 'crowd': crowd}[ROLE]()
