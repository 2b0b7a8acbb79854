"""scipy's DOP853 (BSD-3) with ppigrf (MIT): what a user writes in ten lines. Run in a process of its own."""

import datetime
import json
import math
import sys
import time
from importlib.metadata import version

import numpy as np
import ppigrf
from scipy.integrate import solve_ivp

RADIUS = 6371.2
DATE = datetime.datetime(2000, 1, 1)
CURVATURE = -299792458.0e-9 / 0.1005  # 1 / (T m), 100 MeV electron


def field(x, y, z):
    """IGRF [T] at geocentric Cartesian km."""
    r = math.sqrt(x * x + y * y + z * z)
    theta, phi = math.acos(z / r), math.atan2(y, x)
    br, bt, bp = (float(np.ravel(b)[0]) for b in ppigrf.igrf_gc(r, math.degrees(theta), math.degrees(phi), DATE))
    st, ct, sp, cp = math.sin(theta), math.cos(theta), math.sin(phi), math.cos(phi)
    b = np.array([br * st * cp + bt * ct * cp - bp * sp, br * st * sp + bt * ct * sp + bp * cp, br * ct - bt * st])
    return b * 1e-9


def rate(s, w):
    return np.concatenate([w[3:], 1e3 * CURVATURE * np.cross(w[3:], field(*w[:3]))])


gyration = 2.0 * math.pi / (1e3 * abs(CURVATURE) * 1.7e-5)  # km of path
start = np.array([1.2 * RADIUS, 0.0, 0.0, 0.0, math.sin(math.pi / 3), 0.5])
begin = time.process_time()
found = solve_ivp(rate, (0.0, 0.5 * gyration), start, "DOP853", rtol=1e-6, atol=[1e-3] * 3 + [1e-6] * 3)
seconds = time.process_time() - begin
report = {
    "name": "scipy DOP853 + ppigrf",
    "version": f"{version('scipy')} + {version('ppigrf')}",
    "ns_per_step": {"igrf, one evaluation of the rate": seconds / found.nfev * 1e9},
    "seconds_per_gyration": 2.0 * seconds,
}
json.dump(report, sys.stdout)
