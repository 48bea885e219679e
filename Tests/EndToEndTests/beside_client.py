"""Lets poly-lithic and Slipway read and write variables of a server each, and compares what both write.

`beside_client.py SLIPWAY SEED PORT PORT`, in a folder with the flow and both models; one line of JSON at the end.
"""
import json
import math
import os
import random
import subprocess
import sys
import time

from p4p.nt import NTScalar
from p4p.server import Server
from p4p.server.thread import SharedPV

PROGRAM, SEED, PORTS = sys.argv[1], int(sys.argv[2]), [int(port) for port in sys.argv[3:5]]
INPUTS = {'A': 'd', 'B': 'd', 'IMG': 'ad', 'IX': 'd', 'IY': 'd'}


class Keep:
    def __init__(self):
        self.values = []

    def put(self, pv, op):
        self.values.append(float(op.value()))
        pv.post(op.value())
        op.done()


class Machine:
    def __init__(self, name, port):
        self.name = name
        start = {'A': 0.0, 'B': 0.0, 'IMG': [0.0] * 12, 'IX': 4.0, 'IY': 3.0}
        self.inputs = {name: SharedPV(nt=NTScalar(kind), initial=start[name]) for name, kind in INPUTS.items()}
        self.kept = {name: Keep() for name in ('OUT', 'TILT')}
        outputs = {name: SharedPV(nt=NTScalar('d'), initial=0.0, handler=keep) for name, keep in self.kept.items()}
        self.pvs = {f'C:{name}': pv for name, pv in {**self.inputs, **outputs}.items()}
        self.server = Server(providers=[self.pvs], useenv=False, conf={
            'EPICS_PVAS_INTF_ADDR_LIST': f'127.0.0.1:{port}', 'EPICS_PVAS_SERVER_PORT': str(port),
            'EPICS_PVAS_BROADCAST_PORT': str(port), 'EPICS_PVAS_AUTO_BEACON_ADDR_LIST': 'NO',
            'EPICS_PVAS_BEACON_ADDR_LIST': '127.0.0.1'})

    def wait(self, wanted, limit):
        """Until the newest of what was written is this."""
        end = time.monotonic() + limit
        while True:
            last = {name: keep.values[-1] if keep.values else math.nan for name, keep in self.kept.items()}
            if all(math.isclose(last[name], wanted[name], rel_tol=1e-12, abs_tol=1e-9) for name in wanted):
                return
            if time.monotonic() > end:
                raise SystemExit(f'{self.name}: expected {wanted}, found {last}')
            time.sleep(0.005)


def environment(port, **more):
    return {**os.environ, 'EPICS_PVA_NAME_SERVERS': f'127.0.0.1:{port}', 'EPICS_PVA_ADDR_LIST': '',
            'EPICS_PVA_AUTO_ADDR_LIST': 'NO', **more}


def wanted(case):
    image = case['IMG']
    tilt = sum((row * 10 + column + 1) * image[row * 4 + column] for row in range(3) for column in range(4))
    return {'OUT': case['A'] * 1000 + case['B'] / 3, 'TILT': tilt + 1}


def main():
    machines = [Machine(name, port) for name, port in zip(('poly-lithic', 'slipway'), PORTS)]
    theirs = [sys.executable, '-c', "from poly_lithic.src.cli import cli; cli(prog_name='pl')", 'run', '--publish',
              '-c', 'flow.yaml']
    ours = [PROGRAM, 'run', '--publish', 'flow.yaml', '--model', 'tilt.onnx']
    processes = [subprocess.Popen(command, env=environment(port), stdout=open(f'{name}.log', 'wb'), stderr=subprocess.STDOUT)
                 for command, port, name in zip((theirs, ours), PORTS, ('theirs', 'ours'))]
    try:
        # Both have computed what was there at the start.
        for machine in machines:
            machine.wait({'OUT': 0.0, 'TILT': 1.0}, 60)
        source = random.Random(SEED)
        cases = [dict(A=source.uniform(-9, 9), B=source.uniform(-9, 9), IMG=[source.gauss(0, 3) for _ in range(12)])
                 for _ in range(20)]
        for case in cases:
            for machine in machines:
                for name, value in case.items():
                    machine.inputs[name].post(value)
            for machine in machines:
                machine.wait(wanted(case), 20)
        print(json.dumps({'cases': len(cases)}))
    finally:
        for process in processes:
            process.kill()
            process.wait()


main()
