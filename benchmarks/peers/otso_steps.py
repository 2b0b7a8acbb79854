"""OTSO (Fortran, GPL-3): time per trajectory of a scan of rigidities, and per step. Run in a process of its own.

The steps of a trajectory are the rows of its file; the time of a step is that of a scan of like trajectories without
output, less that of a shorter scan (process start), over their steps.
"""

import contextlib
import io
import json
import os
import sys
from importlib.metadata import version

import OTSO

FIELD = {"internalmag": "IGRF", "externalmag": "NONE", "magnetopause": "Sphere", "spheresize": 25.0}
DATE = {"year": 1998, "month": 6, "day": 5, "hour": 12}
QUIET = {"corenum": 1, "Verbose": False}
PLACE = [["EQ", 0.0, -60.0]]


def _cpu():
    """CPU seconds of this process and of its finished children."""
    return sum(os.times()[:4])


def scan(low, high, step):
    begin = _cpu()
    OTSO.cutoff(
        Stations=[],
        customlocations=PLACE,
        datetime_params=DATE,
        magfield_params=FIELD,
        computation_params=QUIET,
        rigidity_params={"startrigidity": high, "endrigidity": low, "rigiditystep": step, "rigidityscan": "OFF"},
    )
    return _cpu() - begin


def rows(rigidity):
    found = OTSO.trajectory(
        Stations=[],
        customlocations=PLACE,
        datetime_params=DATE,
        magfield_params=FIELD,
        computation_params=QUIET,
        particle_params={"rigidity": rigidity},
    )
    return len(found[0][0]["trajectory"])


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):
        short, long = scan(13.0, 14.0, 0.0005), scan(13.0, 34.0, 0.0005)
        steps = sum(rows(r) for r in (16.0, 20.0, 24.0, 28.0, 32.0)) / 5
        site = scan(0.0, 20.0, 0.01)
    per_trajectory = (long - short) / 40000
    report = {
        "name": "OTSO",
        "version": version("otso"),
        "ns_per_step": {"igrf, default pusher": per_trajectory / steps * 1e9},
        "steps_per_trajectory": steps,
        "seconds_per_trajectory": per_trajectory,
        "seconds_vertical_cutoff_0N_60W_scan_20_to_0_GV": site,
    }
    json.dump(report, sys.stdout)
