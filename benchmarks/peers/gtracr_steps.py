"""gtracr (C++, BSD-3): time per step, and error of a whole orbit against time. Run in a process of its own."""

import json
import math
import sys
import time
from importlib.metadata import version
from pathlib import Path

import gtracr
import numpy as np
from gtracr._libgtracr import TrajectoryTracer

RADIUS, CHARGE, LIGHT, ELECTRON_KG = 6371.2e3, 1.602176634e-19, 299792458.0, 9.1093837015e-31
DATA = str((Path(gtracr.__file__).parent / "data").resolve())
REST = ELECTRON_KG * LIGHT**2


def setup(kinetic_GeV):
    """Momentum [kg m/s] and gyroperiod [s] at the equator of L = 1.2 in 30 000 nT."""
    energy = kinetic_GeV * 1e9 * CHARGE + REST
    momentum = math.sqrt(energy**2 - REST**2) / LIGHT
    return momentum, 2.0 * math.pi * energy / LIGHT**2 / (CHARGE * 3e-5 / 1.2**3)


def trace(field, solver, step, steps, momentum, l_shell=1.2, pitch_deg=60.0):
    """CPU seconds, steps and final position [m] and momentum, Cartesian, of an electron started outward at 0 E."""
    tracer = TrajectoryTracer(
        -CHARGE, ELECTRON_KG, 0.0, 10 * RADIUS, step, steps, field, (DATA, 2015.0), solver, 1e-3, 1e-6
    )
    pitch = math.radians(pitch_deg)
    start = [l_shell * RADIUS, 0.5 * math.pi, 0.0, momentum * math.sin(pitch), -momentum * math.cos(pitch), 0.0]
    begin = time.process_time()
    tracer.evaluate(0.0, start)
    seconds = time.process_time() - begin
    r, theta, phi, *p = tracer.final_sixvector
    st, ct, sp, cp = math.sin(theta), math.cos(theta), math.sin(phi), math.cos(phi)
    axes = np.array([[st * cp, st * sp, ct], [ct * cp, ct * sp, -st], [-sp, cp, 0.0]])
    return seconds, tracer.nsteps, r * axes[0], np.array(p) @ axes / momentum


def main():
    momentum, period = setup(0.1)
    steps = {}
    for field, name in (("i", "igrf"), ("d", "dipole"), ("t", "table")):
        for solver, method in (("b", "boris"), ("r", "rk4"), ("a", "rk45")):
            best = min(trace(field, solver, period / 32, 20000, momentum)[:2] for _ in range(3))
            steps[f"{name} {method}"] = best[0] / best[1] * 1e9
    report = {"name": "gtracr", "version": version("gtracr"), "ns_per_step": steps, "drift_300MeV": []}
    momentum, period = setup(0.3)
    duration = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0  # [s]
    for solver, method, finest in (("b", "boris", 64), ("r", "rk4", 64)):
        for n in (8, 16, 32, 64):
            if n > finest:
                continue
            step = period / n
            seconds, taken, x, u = trace("i", solver, step, round(duration / step), momentum, 1.3, 75.0)
            row = {
                "method": method,
                "steps_per_gyration": n,
                "seconds": seconds,
                "steps": taken,
                "time_s": taken * step,
            }
            report["drift_300MeV"].append(row | {"x_m": x.tolist(), "u": u.tolist()})
    json.dump(report, sys.stdout)


main()
