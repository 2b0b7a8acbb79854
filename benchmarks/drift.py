"""Time of a whole drift on one core, its error against the steps per gyration, and two cores against one."""

import math
import os
import time

import numpy as np

import geomag
from benchmarks.step import DATE, electrons, models
from geomag import lanes as vacuum
from geomag.constants import REFERENCE_RADIUS
from geomag.lorentz import gyration_step
from geomag.unrolled import unrolled
from mcbelt import constants
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.physics import kinematics

TURN = 2.0 * math.pi


def vacuum_drift_s(kinetic_GeV, steps, n, l_shell=1.2, workers=1):
    """CPU s per drift (wall s with more than one worker) of electrons at a shell, and the share that completes it."""
    momentum = kinematics.momentum(kinetic_GeV, constants.ELECTRON_MASS)
    position, u = electrons(n, l_shell)
    u[:, 2] *= 0.3
    table = vacuum.charge_table(position, u, -momentum, gyration_step(momentum, 3e-5 / l_shell**3, steps))
    limits = vacuum.Limits(floor=80e3, drift=TURN, path=1e11)
    field = unrolled(geomag.Igrf(DATE))
    vacuum.trace(field, table[:, :1].copy(), limits._replace(path=1e6), workers=1)
    clock = time.thread_time if workers == 1 else time.perf_counter
    begin = clock()
    vacuum.trace(field, table, limits, workers=workers)
    done = (table[vacuum.FATE] == vacuum.STEP_LIMIT).mean()
    # a charge that is lost on the way has not drifted a turn: count the turns that were made
    return (clock() - begin) / np.abs(table[vacuum.DRIFT] / TURN).sum(), done


def physics_drift_s(n=96):
    """CPU s per drift of 100 MeV electrons at L = 1.2 in MSIS air with losses."""
    model = models()[2]["msis"]._replace(limits=lanes.Limits(floor=20e3, drift=TURN, path=1e11))
    position, u = electrons(n, 1.2)
    u[:, 2] *= 0.3
    table = lanes.charge_table(position, u, 0.1, constants.ELECTRON_MASS, -1.0)
    lanes.advance(model._replace(limits=model.limits._replace(path=1e6)), table[:, :1].copy())
    begin = time.thread_time()
    lanes.advance(model, table)
    return (time.thread_time() - begin) / np.abs(table[row.DRIFT] / TURN).sum()


def guiding_longitude(field, position, u, momentum_GV):
    """Longitude [rad] of the guiding centre of an electron."""
    from geomag.guiding_center import guiding_centre

    x, y, _, _ = guiding_centre(field, *position, *u, -momentum_GV)
    return math.atan2(y, x)


def accuracy(duration_s=1.0, kinetic_GeV=0.3):
    """Error of the drift of one 300 MeV electron (L = 1.3, 75 deg, IGRF 2015) against CPU time, by steps per gyration.

    The time is that of the particle's share of full lanes. The reference is 128 steps per gyration.
    """
    model = geomag.Igrf("2015-01-01")
    field = unrolled(model)
    momentum = kinematics.momentum(kinetic_GeV, constants.ELECTRON_MASS)
    beta = momentum / (kinetic_GeV + constants.ELECTRON_MASS)
    path = duration_s * beta * constants.SPEED_OF_LIGHT
    pitch = math.radians(75.0)
    rows = []
    for steps in (4, 8, 16, 32, 128):
        step = path / round(path / gyration_step(momentum, 3e-5 / 1.2**3, steps))
        start = (np.array([1.3 * REFERENCE_RADIUS, 0.0, 0.0]), np.array([math.sin(pitch), 0.0, math.cos(pitch)]))
        table = vacuum.charge_table(*start, np.full(64, -momentum), step)
        limits = vacuum.Limits(floor=-1e6, path=path * (1 - 1e-12), interval=1)
        vacuum.trace(field, table[:, :1].copy(), limits._replace(path=1e5), workers=1)
        begin = time.thread_time()
        vacuum.trace(field, table, limits._replace(interval=32, path=path - 33 * step), workers=1)
        seconds = (time.thread_time() - begin) / 64
        vacuum.trace(field, table, limits, workers=1)
        longitude = guiding_longitude(model.model, table[:3, 0], table[3:6, 0], momentum)
        rows.append({"steps_per_gyration": steps, "seconds": seconds, "longitude_rad": longitude})
    for r in rows:
        r["error_of_drift"] = abs(r["longitude_rad"] - rows[-1]["longitude_rad"]) / abs(rows[-1]["longitude_rad"])
    return rows


def run():
    """Seconds per drift, error against time, and the gain of a second core.

    Returns
    -------
    dict
    """
    found = {}
    for kinetic, steps, n in ((0.1, 8, 256), (0.3, 8, 512), (1.0, 16, 2048)):
        seconds, done = vacuum_drift_s(kinetic, steps, n)
        found[f"vacuum drift, igrf, {kinetic * 1e3:g} MeV, N = {steps} [ms]"] = 1e3 * seconds
        found[f"share that completes the drift, {kinetic * 1e3:g} MeV"] = done
    found["drift in MSIS air with losses, 100 MeV [ms]"] = 1e3 * physics_drift_s()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if cores > 1:
        begin = time.perf_counter()
        vacuum_drift_s(0.3, 8, 512)
        one = time.perf_counter() - begin
        begin = time.perf_counter()
        vacuum_drift_s(0.3, 8, 512, workers=2)
        found["two threads against one (wall; needs two free cores)"] = one / (time.perf_counter() - begin)
    found["error against time, 300 MeV"] = accuracy()
    return found
