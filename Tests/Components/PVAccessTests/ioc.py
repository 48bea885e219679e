"""An IOC with a few records, on a port of its own, until its input ends: python3 ioc.py PORT UDP"""
import os
import sys

os.environ.update({
    'EPICS_PVAS_INTF_ADDR_LIST': '127.0.0.1', 'EPICS_PVAS_SERVER_PORT': sys.argv[2],
    'EPICS_PVAS_BROADCAST_PORT': sys.argv[3], 'EPICS_PVAS_BEACON_ADDR_LIST': '127.0.0.1',
    'EPICS_PVAS_AUTO_BEACON_ADDR_LIST': 'NO', 'EPICS_CAS_INTF_ADDR_LIST': '127.0.0.1',
    'EPICS_CAS_SERVER_PORT': sys.argv[2], 'EPICS_CAS_BEACON_ADDR_LIST': '127.0.0.1',
    'EPICS_CAS_AUTO_BEACON_ADDR_LIST': 'NO', 'EPICS_CAS_BEACON_PORT': sys.argv[3],
})

from softioc import asyncio_dispatcher, builder, softioc

builder.SetDeviceName('IOC')
builder.aOut('A', initial_value=1.5, EGU='mm', PREC=3, HOPR=10, LOPR=-10, DRVH=8, DRVL=-8,
             HIGH=5, HSV='MINOR', HIHI=7, HHSV='MAJOR', always_update=True)
builder.mbbOut('E', 'off', 'on', initial_value=1)
builder.WaveformOut('W', initial_value=[1.0, 2.0])
builder.LoadDatabase()
softioc.iocInit(asyncio_dispatcher.AsyncioDispatcher())
print('{"ok": true}', flush=True)
sys.stdin.read()
os._exit(0)
