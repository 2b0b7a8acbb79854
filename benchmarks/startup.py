"""First call, cached start, and memory: each in a fresh process."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time

CODE = """
import json, resource, time
begin = time.perf_counter()
import geomag
from geomag.cutoff import Tracing, cutoff
found = cutoff(geomag.Igrf("1998-06-05"), 0.0, -60.0, 20.0, tracing=Tracing(step_GV=0.1))
wall, cpu = time.perf_counter() - begin, time.process_time()
print(json.dumps([wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found.upper_GV]))
"""
PHYSICS = """
import json, resource, time
begin = time.perf_counter()
from benchmarks.step import electrons, models
from mcbelt.transport import lanes
model = models()[2]["msis, scattering"]._replace(limits=lanes.Limits(time=1e-3))
position, u = electrons(32, 1.2)
lanes.advance(model, lanes.charge_table(position, u, 0.1, 0.000511, -1.0))
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([time.perf_counter() - begin, time.process_time(), memory, 0]))
"""


def _start(code, cache):
    environment = os.environ | {"NUMBA_CACHE_DIR": cache}
    out = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
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
    found["this process: memory [MB]"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["time of this measurement [s]"] = round(time.process_time(), 1)
    return found
