"""First call, cached start, and peak memory (from /proc: Linux), each in a fresh process."""

import json
import os
import subprocess
import sys
import tempfile

MEMORY = """
def memory():
    with open("/proc/self/status") as status:
        return next(float(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
"""
CODE = """
import json, time
begin = time.perf_counter()
import geomag
from geomag.cutoff import Tracing, cutoff
found = cutoff(geomag.Igrf("1998-06-05"), 0.0, -60.0, 20.0, tracing=Tracing(step_GV=0.1))
wall, cpu = time.perf_counter() - begin, time.process_time()
print(json.dumps([wall, cpu, memory(), found.upper_GV]))
"""
PHYSICS = """
import json, time
begin = time.perf_counter()
from benchmarks.step import electrons, models
from mcbelt.orbits import lanes
model = models()[2]["msis, scattering"]._replace(limits=lanes.Limits(time=1e-3))
position, u = electrons(32, 1.2)
lanes.advance(model, lanes.charge_table(position, u, 0.1, 0.000511, -1.0))
print(json.dumps([time.perf_counter() - begin, time.process_time(), memory(), 0]))
"""


def _start(code, cache):
    environment = os.environ | {"NUMBA_CACHE_DIR": cache}
    out = subprocess.run(
        [sys.executable, "-c", MEMORY + code], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(out.stdout.splitlines()[-1])


def run():
    """Seconds (CPU) and megabytes of a first and of a cached start.

    Returns
    -------
    dict
    """
    found = {}
    for name, code in (("vertical cutoff", CODE), ("physics step with MSIS", PHYSICS)):
        with tempfile.TemporaryDirectory() as cache:
            first, again = _start(code, cache), _start(code, cache)
        found[f"{name}: first call [CPU s]"] = first[1]
        found[f"{name}: cached start [CPU s]"] = again[1]
        found[f"{name}: memory [MB]"] = max(first[2], again[2])
    return found
