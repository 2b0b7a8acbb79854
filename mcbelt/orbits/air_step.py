"""The step in air: bids near dense air, in thick air, near the floor.

* **Near dense air** (altitudes below `dense_below` in reach): a share of sqrt(2 H / (1/r + 1/R)), the path within one
  scale height of the lowest point of a gyration, r the gyroradius and R the distance from the centre. A change of step
  is a new start of the Boris step and kicks the magnetic moment; so the bid takes the strongest field met, and once it
  acts it is kept until the charge has been out of air for `KEPT_FOR` of path.
* **Thick air**, where such a step would pass a share of a radiation length: a share of the scale height and of the
  gyroradius, and no more matter in a step than a share of a radiation length, and than costs a share of the momentum.
* **The floor**: a share of the height above it; the lane asks for its check whenever it has come down most of that.

All shares are those of ``air_fraction`` = 0.5 and go with it.
"""

import math
from typing import Any

import numpy as np

from geomag.constants import GV_TO_TESLA_METRE
from geomag.field import magnetic_field
from geomag.lorentz import bending
from kernelcache.inside import inner_njit
from mcbelt.orbits import rows as row
from mcbelt.orbits.air import density
from mcbelt.orbits.step import CHECK_OPTIONS

USUAL_FRACTION = 0.5  # air_fraction for which the shares below are given
RADIATION_LENGTH = 366.2  # of dry air [kg m-2] (Particle Data Group)
LONGEST, LONGEST_SHARE = 14.0e3, 0.02  # near dense air no step is above the longer of this [m], this of the altitude:
# the gyrophase is late by a twelfth of the square of the angle of a step, and stiff charges dive by their phase
KEPT_FOR = 5.0e7  # [m] some bounces at L = 1.2
STIFF = 5.0e5  # gyroradius [m] above which no charge bounces: there is no moment to keep
THIN_ABOVE = 68.0e3  # [m] a step of `LONGEST` passes 0.4 % of a radiation length there
THICK, THICK_SHARE = 1.0e-3, 0.25  # radiation lengths in a step, or this share of the loss below: there air is thick
SCALE_HEIGHTS, GYRORADII = 0.2, 0.3  # longest step in thick air
MOMENTUM_SHARE, LENGTH_SHARE = 4.0e-3, 0.04  # of the momentum lost, of a radiation length passed, in a step
BUDGET_STEPS = 8.0  # such steps until the next check: the density changes
FLOOR_SHARE, FLOOR_STEP = 0.25, 10.0  # of the height above the floor; shortest step towards it [m]


@inner_njit(**CHECK_OPTIONS)
def climb(model: Any, lanes: np.ndarray, k: int) -> tuple[float, float]:
    """How steeply a lane climbs, in the direction that it is traced.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
    k : int
        Lane.

    Returns
    -------
    tuple of 2 float
        Cosine of its way with the vertical; its distance from the centre [m].
    """
    x, y, z = lanes[row.X, k], lanes[row.Y, k], lanes[row.Z, k]
    distance = math.sqrt(x * x + y * y + z * z)
    up = (x * lanes[row.UX, k] + y * lanes[row.UY, k] + z * lanes[row.UZ, k]) / distance
    return math.copysign(1.0, model.stepping.direction) * up, distance


@inner_njit(**CHECK_OPTIONS)
def step_near_air(model: Any, lanes: np.ndarray, k: int, near: bool, usual: float) -> float:
    """Bid of a lane near dense air, or that was there not long ago.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    k : int
        Lane.
    near : bool
        Whether dense air is in reach now.
    usual : float
        Step of the gyration [m].

    Returns
    -------
    float
        [m]; infinite where the bid is no finer than half of the usual step, which serves as well.
    """
    stepping, altitude = model.stepping, lanes[row.ALTITUDE, k]
    if near:
        lanes[row.AIR_FIELD, k] = max(lanes[row.AIR_FIELD, k], math.sqrt(lanes[row.FIELD2, k]))
    rigidity = lanes[row.MOMENTUM, k] / abs(lanes[row.CHARGE, k])
    tightest = GV_TO_TESLA_METRE * rigidity / lanes[row.AIR_FIELD, k]
    up, distance = climb(model, lanes, k)
    bid = stepping.air_fraction * math.sqrt(2.0 * stepping.scale_height / (1.0 / tightest + 1.0 / distance))
    share = stepping.air_fraction / USUAL_FRACTION
    bid = min(bid, share * max(LONGEST, LONGEST_SHARE * altitude))
    if lanes[row.PATH, k] >= lanes[row.AIR_PATH, k] and bid > 0.5 * usual:
        return math.inf
    if near and tightest < STIFF:
        lanes[row.AIR_PATH, k] = lanes[row.PATH, k] + KEPT_FOR
    above = altitude - stepping.dense_below
    if above > 0.0 and tightest > STIFF:  # so far it cannot come to dense air, however it turns
        free = tightest * (up + math.sqrt(up * up + 2.0 * above / tightest))
        bid = max(bid, share * free / stepping.interval)
    return bid


@inner_njit(**CHECK_OPTIONS)
def lowest_ahead(model: Any, lanes: np.ndarray, k: int, gyroradius: float, path: float) -> float:
    """Lowest altitude of a lane on its next path, by the curvature of its way here.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
    k : int
        Lane.
    gyroradius : float
        Of the whole momentum [m].
    path : float
        [m]; no more than a gyroradius of it is looked at.

    Returns
    -------
    float
        [m]
    """
    up, distance = climb(model, lanes, k)
    x, y, z = lanes[row.X, k], lanes[row.Y, k], lanes[row.Z, k]
    ux, uy, uz = lanes[row.UX, k], lanes[row.UY, k], lanes[row.UZ, k]
    bx, by, bz = magnetic_field(model.field, x, y, z)
    force = x * (uy * bz - uz * by) + y * (uz * bx - ux * bz) + z * (ux * by - uy * bx)
    bend = bending(lanes[row.MOMENTUM, k], lanes[row.CHARGE, k]) * force / distance + (1.0 - up * up) / distance
    ahead = min(path, gyroradius)
    if up < 0.0 and bend * ahead > -up:
        ahead = -up / bend
    change = up * ahead + 0.5 * bend * ahead * ahead
    return lanes[row.ALTITUDE, k] + min(change, 0.0)


@inner_njit(**CHECK_OPTIONS)
def matter_of_step(model: Any, lanes: np.ndarray, k: int) -> float:
    """Most matter that a lane may pass in a step.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
    k : int
        Lane.

    Returns
    -------
    float
        [kg m-2]
    """
    matter = LENGTH_SHARE * RADIATION_LENGTH
    lost = lanes[row.STOPPING_0, k] / lanes[row.P_0, k]  # share of the momentum per grammage
    if matter * lost > MOMENTUM_SHARE:
        matter = MOMENTUM_SHARE / lost
    return matter * model.stepping.air_fraction / USUAL_FRACTION


@inner_njit(**CHECK_OPTIONS)
def step_in_air(model: Any, lanes: np.ndarray, k: int, gyroradius: float, usual: float, near: bool) -> float:
    """The step of a lane with regard to air and floor; where it waits for its next check is set, if they are in reach.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    k : int
        Lane.
    gyroradius, usual : float
        Of the whole momentum, and the step without air [m].
    near : bool
        Whether dense air or the floor is in reach now; else it was not long ago.

    Returns
    -------
    float
        [m], at most the usual one.
    """
    stepping, floor, altitude = model.stepping, model.limits.floor, lanes[row.ALTITUDE, k]
    step = min(usual, step_near_air(model, lanes, k, near, usual))
    if not near:
        return step
    share, height = stepping.air_fraction / USUAL_FRACTION, altitude - floor
    step = min(step, share * max(FLOOR_SHARE * height, FLOOR_STEP))
    wait = floor + FLOOR_SHARE * height
    matter = matter_of_step(model, lanes, k)
    thick = min(THICK * share * RADIATION_LENGTH, THICK_SHARE * matter)
    thin = THIN_ABOVE + stepping.scale_height * math.log(step / LONGEST * (THICK * share * RADIATION_LENGTH / thick))
    if altitude > thin + step:
        wait = max(wait, thin + step)
    else:
        lowest = lowest_ahead(model, lanes, k, gyroradius, BUDGET_STEPS * step)
        rho = density(model.air, lanes[row.LATITUDE, k], lanes[row.LONGITUDE, k], lowest)
        if rho * step > thick:
            finest = share * min(SCALE_HEIGHTS * stepping.scale_height, GYRORADII * gyroradius)
            step = min(step, min(finest, matter / lanes[row.DENSITY, k]))
            lanes[row.BUDGET, k] = lanes[row.GRAMMAGE, k] + BUDGET_STEPS * matter
        else:
            wait = max(wait, lowest - 0.5 * stepping.scale_height)
    lanes[row.WAIT_BELOW, k] = wait
    return step
