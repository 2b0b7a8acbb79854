"""Jumps in energy at a check: hard bremsstrahlung, forward and back along the orbit.

Between two jumps a charge passes an exponential number of mean free paths; the rate is that of the last check. A lane
waits for its check once it has passed the place of its next jump. Within the last step that place is anywhere, so the
trapezoid of the production over that step ends with the value after the jump. The direction of the charge stays.
"""

import math
from typing import Any

import numpy as np

from kernelcache.inside import inner_njit
from mcbelt import rng
from mcbelt.orbits import rows as row
from mcbelt.orbits.checks import produced_now
from mcbelt.orbits.interfaces.radiation import jump, jump_rate
from mcbelt.orbits.step import CHECK_OPTIONS
from mcbelt.orbits.step_length import set_wait
from mcbelt.physics.kinematics import kinetic_energy, momentum
from mcbelt.rng import Purpose

JUMP = int(Purpose.JUMP)  # plain for kernels


@inner_njit(**CHECK_OPTIONS)
def first_jump(model: Any, lanes: np.ndarray, k: int, seed: int, history: int) -> None:
    """Draw the way of a lane to its first jump, unless it is under way to one.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    k : int
        Lane.
    seed, history : int
        For random numbers.
    """
    if model.radiation.on and lanes[row.JUMP_LEFT, k] == math.inf:
        lanes[row.JUMP_LEFT, k] = rng.exponential(rng.uniform_quad(seed, history, 0, JUMP)[2])
        set_wait(lanes, k)


@inner_njit(**CHECK_OPTIONS)
def radiate(model: Any, lanes: np.ndarray, k: int, seed: int, history: int) -> None:
    """Make the jumps whose places a lane has passed since its last check.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    k : int
        Lane.
    seed, history : int
        For random numbers.
    """
    if not (model.radiation.on and lanes[row.JUMP_LEFT, k] <= 0.0):
        return
    direction, limits, mass = model.stepping.direction, model.limits, lanes[row.MASS, k]
    latitude, longitude = lanes[row.LATITUDE, k], lanes[row.LONGITUDE, k]
    altitude = min(max(lanes[row.ALTITUDE, k], 0.0), max(model.air.top, 0.0))
    rate = lanes[row.JUMP_RATE, k]
    while lanes[row.JUMP_LEFT, k] <= 0.0 and limits.momentum_min < lanes[row.MOMENTUM, k] < limits.momentum_max:
        lanes[row.JUMPS, k] += 1.0
        u, v, w, _ = rng.uniform_quad(seed, history, lanes[row.JUMPS, k], JUMP)
        kinetic = kinetic_energy(lanes[row.MOMENTUM, k], mass)
        after, gain = jump(model.radiation, model.air, latitude, longitude, altitude, kinetic, direction, u, v)
        lanes[row.MOMENTUM, k] = momentum(after, mass)
        lanes[row.LN_J, k] += gain
        lanes[row.PHOTON_LOSS, k] += abs(after - kinetic)
        new, _ = jump_rate(model.radiation, model.air, latitude, longitude, altitude, after, direction)
        # the matter passed beyond the place of this jump counts towards the next one
        lanes[row.JUMP_LEFT, k] = rng.exponential(w) + lanes[row.JUMP_LEFT, k] * (new / rate)
        rate = new
    if model.source.on:
        held = lanes[row.MOMENTUM, k] < limits.momentum_max
        produced = produced_now(model, lanes, k) if held else 0.0
        lanes[row.PRODUCTION, k] += 0.5 * abs(lanes[row.STEP, k]) * (produced - lanes[row.PRODUCED, k])
        lanes[row.PRODUCED, k] = produced
