"""The step of many charges at once: motion, place and air, losses, scoring.

Each function is a loop over the lanes in which scalar physics is inlined; several short loops instead of one long one,
because the compiler gives up on a loop that touches more rows than it can prove to be apart, or that reads a table at
computed places. Nothing here decides: step lengths and fates are settled at the checks
(`mcbelt.orbits.checks`).
"""

import math
from typing import Any

import numpy as np

from geomag.field import magnetic_field
from geomag.geodetic_lanes import geodetic
from geomag.lorentz import LANE_OPTIONS, align_stack, bending, rotation
from kernelcache.inside import inner_njit
from mcbelt.orbits import rows as row
from mcbelt.orbits.air import breathe
from mcbelt.orbits.interfaces.detector import score
from mcbelt.orbits.interfaces.production import production

KERNEL_OPTIONS = {"error_model": "numpy", "fastmath": {"contract", "nsz", "arcp"}, "cache": True, "nogil": True}
CHECK_OPTIONS = {"error_model": "numpy", "cache": True, "nogil": True}  # of what is done between blocks of steps
LOSS_PER_CHECK = 0.05  # a lane that has lost this share of its momentum waits for a check


@inner_njit(**LANE_OPTIONS)
def push(field: Any, lanes: np.ndarray) -> None:
    """Move every lane by its step: the symmetric Boris step of `geomag.lorentz`, with the field across the motion.

    Inlined into the loop over steps, so that the thousand constants of an unrolled field are set up once per check.
    """
    for k in range(lanes.shape[1]):
        step, p = lanes[row.STEP_NOW, k], lanes[row.MOMENTUM, k]
        ux, uy, uz = lanes[row.UX, k], lanes[row.UY, k], lanes[row.UZ, k]
        half = 0.5 * step
        x, y, z = lanes[row.X, k] + half * ux, lanes[row.Y, k] + half * uy, lanes[row.Z, k] + half * uz
        bx, by, bz = magnetic_field(field, x, y, z)
        turn = half * bending(p, lanes[row.CHARGE, k])
        along = bx * ux + by * uy + bz * uz
        b2 = bx * bx + by * by + bz * bz
        ux, uy, uz = rotation(ux, uy, uz, turn * bx, turn * by, turn * bz)
        lanes[row.X, k], lanes[row.Y, k], lanes[row.Z, k] = x + half * ux, y + half * uy, z + half * uz
        lanes[row.UX, k], lanes[row.UY, k], lanes[row.UZ, k] = ux, uy, uz
        lanes[row.FIELD2, k] = b2
        lanes[row.B_PERP2, k] = b2 - along * along


@inner_njit(**KERNEL_OPTIONS)
def locate(lanes: np.ndarray) -> None:
    """Geodetic place of every lane."""
    for k in range(lanes.shape[1]):
        latitude, longitude, altitude = geodetic(lanes[row.X, k], lanes[row.Y, k], lanes[row.Z, k])
        lanes[row.LATITUDE, k], lanes[row.LONGITUDE, k] = latitude, longitude
        lanes[row.ALTITUDE_BEFORE, k] = lanes[row.ALTITUDE, k]
        lanes[row.ALTITUDE, k] = altitude
        lanes[row.DENSITY_BEFORE, k] = lanes[row.DENSITY, k]


@inner_njit(**KERNEL_OPTIONS)
def lose(lanes: np.ndarray) -> None:
    """Losses of every lane over its step.

    The grammage is that of the trapezoidal rule, the same in both directions. Between checks the stopping power is
    linear in the momentum, ``S = S_0 + S_1 (p - p_0)``; the half-step correction
    makes the exponential exact to second order. Traced back (negative step) a charge gains what it lost.
    """
    for k in range(lanes.shape[1]):
        step, p = lanes[row.STEP_NOW, k], lanes[row.MOMENTUM, k]
        length = abs(step)
        sign = -1.0 if step > 0.0 else 1.0
        grammage = 0.5 * (lanes[row.DENSITY_BEFORE, k] + lanes[row.DENSITY, k]) * length
        slope = lanes[row.STOPPING_1, k]
        lost = (lanes[row.STOPPING_0, k] + slope * (p - lanes[row.P_0, k])) * grammage
        lost *= 1.0 + sign * 0.5 * slope * grammage
        radiated = lanes[row.RADIATION, k] * lanes[row.B_PERP2, k] * p * p * length
        lanes[row.GRAMMAGE_NOW, k] = grammage
        lanes[row.LOST_NOW, k] = lost
        lanes[row.RADIATED_NOW, k] = radiated
        lanes[row.MOMENTUM, k] = p + sign * (lost + radiated * lanes[row.SLOWNESS_RATIO, k])


@inner_njit(**KERNEL_OPTIONS)
def add(lanes: np.ndarray) -> None:
    """Sums along the path; what follows from them (time, steps, LN_J) waits for the check."""
    for k in range(lanes.shape[1]):
        lanes[row.GRAMMAGE, k] += lanes[row.GRAMMAGE_NOW, k]
        lanes[row.LOST_SUM, k] += lanes[row.LOST_NOW, k]
        lanes[row.RADIATED_SUM, k] += lanes[row.RADIATED_NOW, k]
        lanes[row.PATH, k] += abs(lanes[row.STEP_NOW, k])
        lanes[row.LOWEST, k] = min(lanes[row.LOWEST, k], lanes[row.ALTITUDE, k])


@inner_njit(**LANE_OPTIONS)
def ln_j(lanes: np.ndarray, k: int) -> float:
    """LN_J of lane k now: that of the last check plus the integral of LN_J_RATE over grammage and radiation since."""
    passed = lanes[row.GRAMMAGE, k] - lanes[row.GRAMMAGE_CHECK, k]
    radiated = 2.0 * lanes[row.RADIATED_SUM, k] * lanes[row.SLOWNESS_RATIO, k] / lanes[row.MOMENTUM, k]
    return lanes[row.LN_J, k] + lanes[row.LN_J_RATE, k] * passed + radiated


@inner_njit(**KERNEL_OPTIONS)
def observe(source: Any, detector: Any, lanes: np.ndarray, tallies: np.ndarray, occupant: np.ndarray) -> None:
    """Production along the path (trapezoidal rule) and scoring, lane by lane; nothing when both are switched off.

    Parameters
    ----------
    source : source model
    detector : detector model
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    tallies : ndarray, shape (n, bins)
        One row per charge; changed.
    occupant : ndarray of int64, shape (width,)
        Number of the charge in each lane, -1: none.
    """
    if source.on or detector.on:
        for k in range(lanes.shape[1]):
            step = lanes[row.STEP_NOW, k]
            if step == 0.0 or occupant[k] < 0:
                continue
            if source.on:
                produced = lanes[row.DENSITY, k] * math.exp(ln_j(lanes, k)) * production(source, lanes, k)
                lanes[row.PRODUCTION, k] += 0.5 * abs(step) * (lanes[row.PRODUCED, k] + produced)
                lanes[row.PRODUCED, k] = produced
            if detector.on:
                score(detector, tallies[occupant[k]], lanes, k)


@inner_njit(**KERNEL_OPTIONS)
def hold(limits: Any, lanes: np.ndarray) -> None:
    """Stop every lane that must wait for its check: below the floor, out of range, or changed too much."""
    for k in range(lanes.shape[1]):
        x, y, z, p = lanes[row.X, k], lanes[row.Y, k], lanes[row.Z, k], lanes[row.MOMENTUM, k]
        p_0 = lanes[row.P_0, k]
        free = (
            (lanes[row.ALTITUDE, k] > lanes[row.WAIT_BELOW, k])
            & (x * x + y * y + z * z < limits.ceiling * limits.ceiling)
            & (p > limits.momentum_min)
            & (p < limits.momentum_max)
            & (abs(p - p_0) < LOSS_PER_CHECK * p_0)
            & (lanes[row.GRAMMAGE, k] < lanes[row.WAIT_GRAMMAGE, k])
        )
        lanes[row.STEP_NOW, k] = lanes[row.STEP, k] if free else 0.0


@inner_njit(**KERNEL_OPTIONS)
def advance_lanes(model: Any, lanes: np.ndarray, tallies: np.ndarray, occupant: np.ndarray) -> None:
    """Make `model.stepping.interval` steps with every lane that is free to move.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    tallies : ndarray, shape (n, bins)
        One row per charge; changed.
    occupant : ndarray of int64, shape (width,)
        Number of the charge in each lane, -1: none.
    """
    align_stack()
    for _ in range(model.stepping.interval):
        push(model.field, lanes)
        locate(lanes)
        breathe(model.air, lanes)
        lose(lanes)
        add(lanes)
        observe(model.source, model.detector, lanes, tallies, occupant)
        hold(model.limits, lanes)
