"""Gives two servers the same values and compares what they answer: `beside.py PORT PORT`, one line of JSON at the end."""
import json
import math
import random
import sys
import time

from p4p.client.thread import Context

OUTPUTS = ['SUM', 'PRODUCT', 'POWER', 'ROOT', 'WAVES', 'LOG', 'THIRD', 'MOD', 'BIG', 'STEP', 'CASES', 'BOUNDS',
           'CONSTANT', 'SAME', 'SCALED', 'PASSED', 'INNER']
NAMES = [f'B:{name}' for name in OUTPUTS] + ['B:A']


def context(port):
    place = f'127.0.0.1:{port}'
    # Found by its port alone: both have the same names.
    return Context('pva', nt=False, useenv=False, conf={
        'EPICS_PVA_NAME_SERVERS': place, 'EPICS_PVA_ADDR_LIST': '', 'EPICS_PVA_AUTO_ADDR_LIST': 'NO'})


def ready(client, limit):
    end = time.monotonic() + limit
    while True:
        try:
            return client.get('B:MARK', timeout=1)
        except Exception:
            if time.monotonic() > end:
                raise SystemExit('no server')


def answer(client, values, mark):
    for name, value in values.items():
        client.put(f'B:{name}', value, timeout=10)
    # The last of each module's outputs: then all of them are there.
    wanted = {'B:MARK': mark, 'B:INNER': values['X'] * 2, 'B:PASSED': values['Y']}
    end = time.monotonic() + 20
    while True:
        found = {name: client.get(name, timeout=5).value for name in wanted}
        if all(math.isclose(found[name], wanted[name], rel_tol=1e-9, abs_tol=1e-12) for name in wanted):
            break
        if time.monotonic() > end:
            raise SystemExit(f'no answer to {values}: {found} instead of {wanted}')
        time.sleep(0.005)
    return {name: client.get(name, timeout=5) for name in NAMES}


def numbers(value):
    return [float(each) for each in value] if hasattr(value, '__len__') else [float(value)]


def main():
    clients = [context(port) for port in sys.argv[1:3]]
    for client in clients:
        ready(client, 60)
    seed = int(sys.argv[3])
    source = random.Random(seed)
    cases = [dict(X=x, Y=y, W=[x, y, 0.5], A=a) for x, y, a in [
        (0, 0, 0), (1.5, 2, 3), (-1.5, 2.5, 6), (10, -3, -3), (0.1, 1e-9, -6), (-7, -7, 99), (3, 3, 0.25), (1e6, 1e-6, 0.75)]]
    cases += [dict(X=source.uniform(-20, 20), Y=source.uniform(-20, 20), W=[source.gauss(0, 5) for _ in range(4)],
                   A=source.uniform(-12, 12)) for _ in range(17)]
    different = []
    for values in cases:
        # What the limits make of it: multiples of a half, to even.
        a = min(10, max(-10, values['A']))
        a = round(a / 0.5) * 0.5 if abs(values['A']) <= 10 else a
        mark = values['X'] * 1000 + values['Y'] + a / 1000
        theirs, ours = (answer(client, values, mark) for client in clients)
        for name in NAMES:
            one, other = numbers(theirs[name].value), numbers(ours[name].value)
            near = len(one) == len(other) and all(
                math.isclose(x, y, rel_tol=1e-12, abs_tol=1e-12) for x, y in zip(one, other))
            alarms = [int(each[name].alarm.severity) for each in (theirs, ours)]
            # The original loses the alarms of inputs; here what is one input as it is has its alarm.
            same_alarm = alarms[1] == int(ours['B:A'].alarm.severity) if name == 'B:SAME' \
                else name != 'B:A' or alarms[0] == alarms[1]
            if not near or not same_alarm:
                different.append([name, values, one, other, alarms])
    print(json.dumps({'cases': len(cases), 'names': len(NAMES), 'different': different[:5], 'count': len(different)}))


main()
