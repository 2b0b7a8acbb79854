"""The length of the steps of a charge until its next check.

Between two checks the step length does not change, so that the motion stays reversible. The bids for the next step:

* a gyration in N steps, N = `steps_per_gyration` up to 0.25 GV, rising as the root of the rigidity to three times as
  many; the field is the weakest met at a check so far, so that the step settles and stays (a step that follows the
  local field ruins the superconvergence of the Boris step), but never less than 1/2.5 of the local one;
* N >= 96 for the first `birth_checks` checks;
* the bids of air and floor (`mcbelt.orbits.air_step`);
* towards the ceiling and the limit of path a share of the way that is left.
"""

import math
from typing import Any

import numpy as np

from geomag.constants import GV_TO_TESLA_METRE
from kernelcache.inside import inner_njit
from mcbelt.orbits import rows as row
from mcbelt.orbits.air_step import USUAL_FRACTION, step_in_air
from mcbelt.orbits.step import CHECK_OPTIONS

FINEST_RATIO = 3.0  # steps per gyration rise to this multiple
WEAKEST_FIELD = 0.4  # share of the local field below which the settled field is not used: N > 2.5 at mirror points
BIRTH_STEPS = 96.0  # where a charge that dives at once ends hangs on its gyrophase, right to 4e-4 of a turn in each
NEXT = 1.0 + 4.0e-16  # a place that rounding puts where the lane is lies beyond its next step
CEILING_STEP = 0.004  # of the ceiling: shortest step towards it
PATH_STEP = 10.0  # [m] shortest step towards the limit of path
FAR, KEPT, NEAR = 0, 1, 2  # dense air or floor: out of reach, in reach not long ago, in reach


@inner_njit(**CHECK_OPTIONS, inline="always")  # a call would hand over every number of the model: 5 ns a step
def set_step(model: Any, lanes: np.ndarray, k: int) -> None:
    """Choose the step of a lane until its next check.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    k : int
        Lane.
    """
    usual, step, gyroradius, air = step_of_gyration(model.stepping, model.limits, lanes, k)
    if air != FAR:  # rare, so that it may be called
        step = step_in_air(model, lanes, k, gyroradius, step, air == NEAR)
    make_ready(lanes, k, step, usual, model.stepping.direction)


@inner_njit(**CHECK_OPTIONS)
def step_of_gyration(stepping: Any, limits: Any, lanes: np.ndarray, k: int) -> tuple[float, float, float, int]:
    """The step of a lane without air, and whether air has a say in it.

    Parameters
    ----------
    stepping : Stepping
    limits : Limits
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    k : int
        Lane.

    Returns
    -------
    tuple of 3 float and int
        Step of the gyration, and that with regard to births, ceiling and limit of path [m]; gyroradius of the whole
        momentum [m]; NEAR where dense air or the floor is in reach, KEPT where it was not long ago, else FAR.
    """
    rigidity = lanes[row.MOMENTUM, k] / abs(lanes[row.CHARGE, k])
    b = math.sqrt(lanes[row.FIELD2, k])
    lanes[row.LOWEST_FIELD, k] = min(lanes[row.LOWEST_FIELD, k], b)
    gyroradius = GV_TO_TESLA_METRE * rigidity / b
    settled = max(lanes[row.LOWEST_FIELD, k], WEAKEST_FIELD * b)
    turns = stepping.steps_per_gyration * min(max(2.0 * math.sqrt(rigidity), 1.0), FINEST_RATIO)
    usual = 2.0 * math.pi * GV_TO_TESLA_METRE * rigidity / (settled * turns)
    if stepping.fixed_step > 0.0:
        usual = stepping.fixed_step
    step = usual
    if lanes[row.CHECKS, k] < stepping.birth_checks:
        step = min(step, 2.0 * math.pi * gyroradius / BIRTH_STEPS)
    lanes[row.WAIT_BELOW, k], lanes[row.BUDGET, k] = limits.floor, math.inf
    if not stepping.air_fraction > 0.0:
        return usual, step, gyroradius, FAR
    block, path = stepping.interval * step, lanes[row.PATH, k]
    if path + block > limits.path or step > CEILING_STEP * limits.ceiling:
        step = step_to_ends(stepping, limits, lanes, k, step)
        block = stepping.interval * step
    edge = max(stepping.dense_below, limits.floor)
    lanes[row.WAIT_BELOW, k] = edge
    if lanes[row.ALTITUDE, k] - min(block, 2.0 * gyroradius + 0.5 * block) < edge:
        return usual, step, gyroradius, NEAR
    if path < lanes[row.AIR_PATH, k]:
        return usual, step, gyroradius, KEPT
    lanes[row.AIR_FIELD, k] = 0.0
    return usual, step, gyroradius, FAR


@inner_njit(**CHECK_OPTIONS)
def make_ready(lanes: np.ndarray, k: int, step: float, usual: float, direction: float) -> None:
    """Let a lane go on with a step.

    Parameters
    ----------
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    k : int
        Lane.
    step, usual : float
        Its step, and that of the gyration [m].
    direction : float
        1 forward, -1 back along the orbit.
    """
    lanes[row.FINE_NOW, k] = 1.0 if step < usual else 0.0
    lanes[row.STEP, k] = math.copysign(step, direction)
    set_wait(lanes, k)
    free = lanes[row.ALTITUDE, k] > lanes[row.WAIT_BELOW, k] and lanes[row.GRAMMAGE, k] < lanes[row.WAIT_GRAMMAGE, k]
    lanes[row.STEP_NOW, k] = lanes[row.STEP, k] if free else 0.0


@inner_njit(**CHECK_OPTIONS)
def step_to_ends(stepping: Any, limits: Any, lanes: np.ndarray, k: int, step: float) -> float:
    """The step of a lane with regard to the ceiling and to the limit of path: none passes far beyond them.

    Parameters
    ----------
    stepping : Stepping
    limits : Limits
    lanes : ndarray, shape (LANE_ROWS, width)
    k : int
        Lane.
    step : float
        [m]

    Returns
    -------
    float
        [m], at most the step given.
    """
    left = limits.path - lanes[row.PATH, k]
    if left < stepping.interval * step:
        step = min(step, max(NEXT * left / stepping.interval, PATH_STEP))
    if step > CEILING_STEP * limits.ceiling:  # also at finer shares: those steps are finer by themselves
        x, y, z = lanes[row.X, k], lanes[row.Y, k], lanes[row.Z, k]
        left = limits.ceiling - math.sqrt(x * x + y * y + z * z)
        share = stepping.air_fraction / USUAL_FRACTION
        step = min(step, share * max(left / stepping.interval, CEILING_STEP * limits.ceiling))
    return step


@inner_njit(**CHECK_OPTIONS)
def set_wait(lanes: np.ndarray, k: int) -> None:
    """Choose the grammage beyond which lane k waits for its next check: the nearest of what happens at a grammage."""
    removed = (lanes[row.REMOVAL_STOP, k] - lanes[row.REMOVED, k]) / lanes[row.REMOVAL, k]
    jumping = lanes[row.JUMP_LEFT, k] / lanes[row.JUMP_RATE, k]
    passed = lanes[row.GRAMMAGE, k]
    beyond = max(passed + min(removed, jumping), passed * NEXT)
    lanes[row.WAIT_GRAMMAGE, k] = min(min(lanes[row.GRAMMAGE_STOP, k], lanes[row.BUDGET, k]), beyond)
