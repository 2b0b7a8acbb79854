"""What happens at a check: the sums, the stopping power, the scattering and the fate of a charge.

The next step length is chosen in `mcbelt.orbits.step_length`.
"""

import math
from typing import Any

import numpy as np

from geomag.field import magnetic_field
from geomag.geodetic_lanes import geodetic
from kernelcache.inside import inner_njit
from mcbelt import constants, rng
from mcbelt.orbits import rows as row
from mcbelt.orbits.air import density
from mcbelt.orbits.interfaces.matter import removal, stopping
from mcbelt.orbits.interfaces.production import production
from mcbelt.orbits.interfaces.radiation import jump_rate
from mcbelt.orbits.interfaces.scattering import deflection
from mcbelt.orbits.interfaces.validity import covers
from mcbelt.orbits.step import CHECK_OPTIONS, ln_j
from mcbelt.orbits.step_length import set_step
from mcbelt.rng import Purpose

LEAST_LOSS = 1.0e-7  # share of the momentum
LEAST_VARIANCE = 1.0e-12  # [rad^2] below this a deflection waits for more matter
ROSSI_GREISEN_AIR = 1.2e-6  # (21.2 MeV)^2 / X_0 of air [GeV^2 m2 kg-1]: an upper bound, for the decision alone
SCATTERING = int(Purpose.SCATTERING)  # plain for kernels


@inner_njit(**CHECK_OPTIONS)
def settle(lanes: np.ndarray, k: int) -> None:
    """Bring the sums of lane k up to the check: losses, LN_J, annihilation, time, steps."""
    radiated, ratio = lanes[row.RADIATED_SUM, k], lanes[row.SLOWNESS_RATIO, k]
    lanes[row.LN_J, k] = ln_j(lanes, k)
    passed = lanes[row.GRAMMAGE, k] - lanes[row.GRAMMAGE_CHECK, k]
    lanes[row.REMOVED, k] += lanes[row.REMOVAL, k] * passed
    lanes[row.JUMP_LEFT, k] -= lanes[row.JUMP_RATE, k] * passed
    lanes[row.MATTER_LOSS, k] += lanes[row.LOST_SUM, k] / ratio
    lanes[row.SYNCHROTRON_LOSS, k] += radiated
    lanes[row.LOST_SUM, k] = lanes[row.RADIATED_SUM, k] = 0.0
    path = lanes[row.PATH, k] - lanes[row.PATH_CHECK, k]
    made = math.floor(path / abs(lanes[row.STEP, k]) + 0.5)
    lanes[row.TIME, k] += path * lanes[row.SLOWNESS, k]
    lanes[row.STEPS, k] += made
    lanes[row.FINE, k] += made * lanes[row.FINE_NOW, k]
    lanes[row.GRAMMAGE_CHECK, k], lanes[row.PATH_CHECK, k] = lanes[row.GRAMMAGE, k], lanes[row.PATH, k]


@inner_njit(**CHECK_OPTIONS)
def set_losses(model: Any, lanes: np.ndarray, k: int) -> None:
    """Expand the stopping power of a lane about its momentum now.

    Skipped while the loss since the last time is below LEAST_LOSS of the momentum: the new value could change it by no
    more than a fraction of that.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    k : int
        Lane.
    """
    passed = lanes[row.GRAMMAGE, k] - lanes[row.GRAMMAGE_STOPPING, k]
    moved = abs(lanes[row.MOMENTUM, k] - lanes[row.P_0, k])
    if passed * lanes[row.STOPPING_0, k] + moved < LEAST_LOSS * lanes[row.P_0, k]:
        return
    lanes[row.GRAMMAGE_STOPPING, k] = lanes[row.GRAMMAGE, k]
    p, mass, charge = lanes[row.MOMENTUM, k], lanes[row.MASS, k], lanes[row.CHARGE, k]
    energy = math.sqrt(p * p + mass * mass)
    beta, kinetic = p / energy, p * p / (energy + mass)
    latitude, longitude = lanes[row.LATITUDE, k], lanes[row.LONGITUDE, k]
    altitude = min(max(lanes[row.ALTITUDE, k], 0.0), max(model.air.top, 0.0))
    s, slope = stopping(model.losses, model.air, latitude, longitude, altitude, kinetic, charge)
    lanes[row.P_0, k] = p
    lanes[row.STOPPING_0, k] = s / beta
    lanes[row.STOPPING_1, k] = (
        slope + s * (beta - 1.0 / beta) / p
    )  # d(S / beta)/dp, with d(1/beta)/dp = (beta - 1/beta) / p
    lanes[row.REMOVAL, k] = removal(model.losses, model.air, latitude, longitude, altitude, kinetic, charge)
    lanes[row.LN_J_RATE, k] = slope - lanes[row.REMOVAL, k]
    if model.radiation.on:
        direction = model.stepping.direction
        jumps, gain = jump_rate(model.radiation, model.air, latitude, longitude, altitude, kinetic, direction)
        lanes[row.JUMP_RATE, k] = jumps
        lanes[row.LN_J_RATE, k] += gain
    lanes[row.SLOWNESS, k] = 1.0 / (beta * constants.SPEED_OF_LIGHT)
    lanes[row.SLOWNESS_RATIO, k] = 1.0 / beta
    ratio2 = (constants.ELECTRON_MASS * charge / mass) ** 2
    power = model.losses.synchrotron * constants.SYNCHROTRON_COEFFICIENT * ratio2 * ratio2
    lanes[row.RADIATION, k] = power * lanes[row.SLOWNESS, k]


@inner_njit(**CHECK_OPTIONS)
def scatter(model: Any, lanes: np.ndarray, k: int, seed: int, history: int) -> None:
    """Deflect a lane by the multiple scattering in the matter passed since its last deflection.

    Two independent projected angles, normal with variance `deflection` times the grammage; the direction is turned by
    the exact rotation, so that it stays a unit vector.

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
    passed = lanes[row.GRAMMAGE, k] - lanes[row.GRAMMAGE_SCATTER, k]
    if not passed * ROSSI_GREISEN_AIR > LEAST_VARIANCE * lanes[row.MOMENTUM, k] ** 2:
        return
    lanes[row.GRAMMAGE_SCATTER, k] = lanes[row.GRAMMAGE, k]
    altitude = min(max(lanes[row.ALTITUDE, k], 0.0), max(model.air.top, 0.0))
    variance = passed * deflection(
        model.scattering,
        model.air,
        lanes[row.LATITUDE, k],
        lanes[row.LONGITUDE, k],
        altitude,
        lanes[row.MOMENTUM, k],
        lanes[row.MASS, k],
        lanes[row.CHARGE, k],
    )
    if not variance > 0.0:
        return
    a, b = rng.normal_pair(seed, history, lanes[row.CHECKS, k], SCATTERING)
    width = math.sqrt(variance)
    turn(lanes, k, width * a, width * b)


@inner_njit(**CHECK_OPTIONS)
def turn(lanes: np.ndarray, k: int, first: float, second: float) -> None:
    """Turn the direction of a lane by two small angles in perpendicular planes.

    Parameters
    ----------
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    k : int
        Lane.
    first, second : float
        [rad]
    """
    ux, uy, uz = lanes[row.UX, k], lanes[row.UY, k], lanes[row.UZ, k]
    if abs(uz) < 0.9:  # first transverse axis: z x u, or x x u near the poles of the sphere of directions
        ex, ey, ez = -uy, ux, 0.0
    else:
        ex, ey, ez = 0.0, -uz, uy
    norm = 1.0 / math.sqrt(ex * ex + ey * ey + ez * ez)
    ex, ey, ez = ex * norm, ey * norm, ez * norm
    fx, fy, fz = uy * ez - uz * ey, uz * ex - ux * ez, ux * ey - uy * ex
    angle = math.hypot(first, second)
    if angle == 0.0:
        return
    cosine, sine = math.cos(angle), math.sin(angle) / angle
    vx = cosine * ux + sine * (first * ex + second * fx)
    vy = cosine * uy + sine * (first * ey + second * fy)
    vz = cosine * uz + sine * (first * ez + second * fz)
    norm = 1.0 / math.sqrt(vx * vx + vy * vy + vz * vz)
    lanes[row.UX, k], lanes[row.UY, k], lanes[row.UZ, k] = vx * norm, vy * norm, vz * norm


@inner_njit(**CHECK_OPTIONS)
def fate(model: Any, lanes: np.ndarray, k: int) -> int:
    """Why a lane ends here.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
    k : int
        Lane.

    Returns
    -------
    int
        A fate of `mcbelt.orbits.rows`, or FLYING.
    """
    limits = model.limits
    x, y, z, p = lanes[row.X, k], lanes[row.Y, k], lanes[row.Z, k], lanes[row.MOMENTUM, k]
    total = x + y + z + p + lanes[row.UX, k] + lanes[row.UY, k] + lanes[row.UZ, k] + lanes[row.GRAMMAGE, k]
    if not math.isfinite(total + lanes[row.PRODUCTION, k] + lanes[row.ALTITUDE, k]):
        return row.LOST
    if lanes[row.ALTITUDE, k] <= limits.floor:
        return row.ABSORBED
    if x * x + y * y + z * z >= limits.ceiling * limits.ceiling:
        return row.ESCAPED
    if p <= limits.momentum_min:
        return row.COOLED
    if p >= limits.momentum_max:
        return row.HEATED
    if lanes[row.GRAMMAGE, k] >= lanes[row.GRAMMAGE_STOP, k]:
        return row.INTERACTS
    if lanes[row.REMOVED, k] >= lanes[row.REMOVAL_STOP, k]:
        return row.STOPPED
    if (
        lanes[row.PATH, k] >= limits.path
        or lanes[row.TIME, k] >= limits.time
        or abs(lanes[row.DRIFT, k]) >= limits.drift
    ):
        return row.STEP_LIMIT
    return row.FLYING


@inner_njit(**CHECK_OPTIONS)
def unwrap(lanes: np.ndarray, k: int) -> None:
    """Add the change of longitude since the last check to the drift."""
    change = lanes[row.LONGITUDE, k] - lanes[row.AZIMUTH, k]
    change -= 2.0 * math.pi * math.floor(change / (2.0 * math.pi) + 0.5)
    lanes[row.DRIFT, k] += change
    lanes[row.AZIMUTH, k] = lanes[row.LONGITUDE, k]


@inner_njit(**CHECK_OPTIONS)
def produced_now(model: Any, lanes: np.ndarray, k: int) -> float:
    """rho P exp(LN_J) of a lane as it stands at a check.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
    k : int
        Lane.

    Returns
    -------
    float
        0 without a source.
    """
    if not model.source.on:
        return 0.0
    return lanes[row.DENSITY, k] * math.exp(lanes[row.LN_J, k]) * production(model.source, lanes, k)


@inner_njit(**CHECK_OPTIONS)
def load(model: Any, lanes: np.ndarray, k: int, table: np.ndarray, i: int) -> None:
    """Put a charge of the table into a lane.

    A charge that the losses or the radiation do not hold for stands still and is LOST at its next check.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    k : int
        Lane.
    table : ndarray, shape (ROWS, n)
    i : int
        Column of the charge.
    """
    for r in range(row.SHARED):
        lanes[r, k] = table[r, i]
    x, y, z = lanes[row.X, k], lanes[row.Y, k], lanes[row.Z, k]
    bx, by, bz = magnetic_field(model.field, x, y, z)
    lanes[row.FIELD2, k] = bx * bx + by * by + bz * bz
    latitude, longitude, altitude = geodetic(x, y, z)
    lanes[row.LATITUDE, k], lanes[row.LONGITUDE, k], lanes[row.ALTITUDE, k] = latitude, longitude, altitude
    lanes[row.ALTITUDE_BEFORE, k], lanes[row.AZIMUTH, k] = altitude, longitude
    lanes[row.LOWEST, k] = min(lanes[row.LOWEST, k], altitude)
    lanes[row.DENSITY, k] = density(model.air, latitude, longitude, altitude)
    lanes[row.FINE, k] = table[row.FINE_STEPS, i]
    lanes[row.GRAMMAGE_CHECK, k] = lanes[row.GRAMMAGE_SCATTER, k] = lanes[row.GRAMMAGE, k]
    lanes[row.PATH_CHECK, k], lanes[row.LOST_SUM, k], lanes[row.RADIATED_SUM, k] = lanes[row.PATH, k], 0.0, 0.0
    lanes[row.P_0, k], lanes[row.STOPPING_0, k] = 0.0, 0.0  # the stopping power has to be found
    lanes[row.JUMP_RATE, k] = 0.0
    lanes[row.PRODUCED, k] = produced_now(model, lanes, k)
    set_losses(model, lanes, k)
    set_step(model, lanes, k)
    mass, charge = lanes[row.MASS, k], lanes[row.CHARGE, k]
    if not (covers(model.losses, mass, charge) and covers(model.radiation, mass, charge)):
        lanes[row.MOMENTUM, k], lanes[row.STEP_NOW, k] = math.nan, 0.0


@inner_njit(**CHECK_OPTIONS)
def store(lanes: np.ndarray, k: int, table: np.ndarray, i: int, ended: int) -> None:
    """Write a lane back into its column of the table.

    Parameters
    ----------
    lanes : ndarray, shape (LANE_ROWS, width)
    k : int
        Lane.
    table : ndarray, shape (ROWS, n)
        Changed.
    i : int
        Column of the charge.
    ended : int
        Its fate.
    """
    for r in range(row.SHARED):
        table[r, i] = lanes[r, k]
    table[row.FATE, i] = ended
    table[row.FINE_STEPS, i] = lanes[row.FINE, k]


@inner_njit(**CHECK_OPTIONS)
def idle(lanes: np.ndarray, k: int) -> None:
    """Leave lane k in a harmless finite state that stands still."""
    for r in range(lanes.shape[0]):
        lanes[r, k] = 0.0
    lanes[row.X, k], lanes[row.UX, k] = 2.0e7, 1.0
    lanes[row.MOMENTUM, k], lanes[row.MASS, k], lanes[row.CHARGE, k] = 1.0, 1.0, 1.0
    lanes[row.SLOWNESS_RATIO, k] = lanes[row.STEP, k] = 1.0
    lanes[row.WAIT_BELOW, k] = math.inf
