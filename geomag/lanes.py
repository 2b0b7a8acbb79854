"""Full orbits without matter, many at a time.

`trace` advances a table of charges, one column each, in lanes: a loop over 16-64 particles in which the scalar step
of `geomag.lorentz` is inlined, so that the compiler fills the vector registers of the machine. A lane whose particle
has ended takes the next one from the table.

Between two checks (every `interval` steps) the step length of a particle does not change, which keeps the motion
reversible; at a check it either stays (``steps_per_gyration = 0``: the column STEP) or follows the local gyration and
the distance from the Earth's centre. A particle below the floor or above the ceiling stops at once, not at the next
check. Everything about a particle depends on that particle alone: results are the same bit for bit for any number of
lanes, any order and any cut of the table into parts.

This is one of two engines. `mcbelt.orbits.lanes` follows charges in air with the same step; its loop over checks is
like this one, written again there, because energy, matter and random numbers go through every part of it. Cutoff scans
need none of these, and the field stands without the simulator.
"""

import enum
import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from geomag.constants import REFERENCE_RADIUS, WGS84_EQUATORIAL_RADIUS, WGS84_POLAR_RADIUS
from geomag.lorentz import align_stack, bending, boris_step, gyration_step
from kernelcache import threads
from kernelcache.inside import inner_njit

# Rows of the table of charges.
X, Y, Z, UX, UY, UZ = range(6)  # position [m] and direction of motion, geocentric Cartesian
RIGIDITY = 6  # [GV], signed as the charge
STEP = 7  # path length of a step [m]; negative traces back
PATH = 8  # path length covered [m]
DRIFT = 9  # change of longitude since the start, unwrapped [rad]
LOWEST = 10  # lowest altitude at the end of a step [m]
FATE = 11  # a `Fate`, or FLYING
STEPS = 12  # steps taken
ROWS = 13

FLYING = -1  # no fate: the charge is still under way


class Fate(enum.IntEnum):
    """How an orbit ended. The simulator's fates have the same names and numbers, and more that need matter."""

    LOST = 0  # a value became NaN
    ABSORBED = 2  # below the floor
    ESCAPED = 3  # beyond the ceiling
    STEP_LIMIT = 6  # still under way at the limit of path or drift


# Plain integers: compiled code neither converts nor compares enums.
LOST, ABSORBED, ESCAPED, STEP_LIMIT = int(Fate.LOST), int(Fate.ABSORBED), int(Fate.ESCAPED), int(Fate.STEP_LIMIT)

# Rows of the lanes: 0-6 as above, then
_BEND, _STEP, _PATH, _LOWEST, _B2, _NOW, _AZIMUTH, _DRIFT, _TAKEN = range(6, 15)
_LANE_ROWS = 15


class Limits(NamedTuple):
    """When an orbit ends, and how its step is chosen."""

    floor: float = 20.0e3  # absorbed below this geodetic altitude [m]
    ceiling: float = 25.0 * REFERENCE_RADIUS  # escaped beyond this geocentric distance [m]
    path: float = 1.0e12  # longest path [m]
    drift: float = math.inf  # longest drift in longitude [rad]
    steps_per_gyration: float = 0.0  # 0: the step of the column STEP is kept
    radius_fraction: float = 0.03  # longest step as a share of the geocentric distance, with steps_per_gyration > 0
    interval: int = 32  # steps between two checks


@inner_njit(error_model="numpy", fastmath={"contract", "nsz", "arcp"}, cache=True, nogil=True)
def _advance_lanes(field, lanes, limits):
    """Advance all lanes by `limits.interval` steps; a lane with _NOW = 0 stands still."""
    align_stack()
    a, b = WGS84_EQUATORIAL_RADIUS + limits.floor, WGS84_POLAR_RADIUS + limits.floor
    flattening, ceiling2 = (a / b) ** 2, limits.ceiling**2
    for _ in range(limits.interval):
        for k in range(lanes.shape[1]):
            step = lanes[_NOW, k]
            x, y, z, ux, uy, uz, b2 = boris_step(
                field,
                lanes[0, k],
                lanes[1, k],
                lanes[2, k],
                lanes[3, k],
                lanes[4, k],
                lanes[5, k],
                step,
                lanes[_BEND, k],
            )
            level2 = x * x + y * y + flattening * (z * z)
            r2 = x * x + y * y + z * z
            lanes[0, k], lanes[1, k], lanes[2, k] = x, y, z
            lanes[3, k], lanes[4, k], lanes[5, k] = ux, uy, uz
            lanes[_B2, k] = b2
            lanes[_PATH, k] += abs(step)
            lanes[_TAKEN, k] += 1.0 if step != 0.0 else 0.0
            lanes[_LOWEST, k] = min(lanes[_LOWEST, k], level2)
            lanes[_NOW, k] = step if (level2 > a * a and r2 < ceiling2) else 0.0


@inner_njit(error_model="numpy", cache=True, nogil=True)
def _fate(lanes, k, limits):
    """Fate of lane k at a check."""
    a, b = WGS84_EQUATORIAL_RADIUS + limits.floor, WGS84_POLAR_RADIUS + limits.floor
    x, y, z = lanes[0, k], lanes[1, k], lanes[2, k]
    r2 = x * x + y * y + z * z
    if not math.isfinite(r2 + lanes[3, k] + lanes[4, k] + lanes[5, k]):
        return LOST
    if x * x + y * y + (a / b) ** 2 * (z * z) <= a * a:
        return ABSORBED
    if r2 >= limits.ceiling**2:
        return ESCAPED
    if abs(lanes[_DRIFT, k]) >= limits.drift or lanes[_PATH, k] >= limits.path:
        return STEP_LIMIT
    return FLYING


@inner_njit(error_model="numpy", cache=True, nogil=True)
def _bid(lanes, k, rigidity, limits):
    """Step length until the next check [m]: a share of a gyration, at most a share of the distance from the centre."""
    if limits.steps_per_gyration == 0.0:
        return lanes[_STEP, k]
    r = math.sqrt(lanes[0, k] ** 2 + lanes[1, k] ** 2 + lanes[2, k] ** 2)
    longest = limits.radius_fraction * r
    step = gyration_step(abs(rigidity), math.sqrt(lanes[_B2, k]), limits.steps_per_gyration)
    return math.copysign(min(step, longest), lanes[_STEP, k])


@inner_njit(error_model="numpy", cache=True, nogil=True)
def _load(field, lanes, k, table, i, limits):
    """Put charge i of the table into lane k."""
    for row in range(6):
        lanes[row, k] = table[row, i]
    rigidity = table[RIGIDITY, i]
    lanes[_BEND, k] = bending(abs(rigidity), math.copysign(1.0, rigidity))
    lanes[_STEP, k] = table[STEP, i]
    lanes[_PATH, k] = table[PATH, i]
    lanes[_DRIFT, k] = table[DRIFT, i]
    lanes[_TAKEN, k] = table[STEPS, i]
    lanes[_LOWEST, k] = math.inf
    lanes[_AZIMUTH, k] = math.atan2(table[Y, i], table[X, i])
    step = boris_step(field, table[0, i], table[1, i], table[2, i], table[3, i], table[4, i], table[5, i], 0.0, 0.0)
    lanes[_B2, k] = step[6]
    lanes[_NOW, k] = _bid(lanes, k, rigidity, limits)


@inner_njit(error_model="numpy", cache=True, nogil=True)
def _store(lanes, k, table, i, fate, limits):
    """Write lane k back into column i of the table."""
    for row in range(6):
        table[row, i] = lanes[row, k]
    table[PATH, i] = lanes[_PATH, k]
    table[DRIFT, i] = lanes[_DRIFT, k]
    table[STEPS, i] = lanes[_TAKEN, k]
    table[LOWEST, i] = min(table[LOWEST, i], math.sqrt(lanes[_LOWEST, k]) - WGS84_EQUATORIAL_RADIUS)
    table[FATE, i] = fate


@inner_njit(error_model="numpy", cache=True, nogil=True)
def _idle(lanes, k):
    """Leave lane k in a harmless finite state that stands still."""
    for row in range(lanes.shape[0]):
        lanes[row, k] = 0.0
    lanes[0, k] = 2.0 * WGS84_EQUATORIAL_RADIUS
    lanes[3, k] = 1.0
    lanes[_LOWEST, k] = 4.0 * WGS84_EQUATORIAL_RADIUS**2


@inner_njit(error_model="numpy", cache=True, nogil=True)
def _unwrap(lanes, k):
    """Add the change of longitude since the last check to the drift."""
    azimuth = math.atan2(lanes[1, k], lanes[0, k])
    turn = azimuth - lanes[_AZIMUTH, k]
    turn -= 2.0 * math.pi * math.floor(turn / (2.0 * math.pi) + 0.5)
    lanes[_DRIFT, k] += turn
    lanes[_AZIMUTH, k] = azimuth


@njit(error_model="numpy", cache=True, nogil=True, no_cfunc_wrapper=True)
def _trace_part(field, table, first, last, limits, width):
    """Trace columns first ... last - 1 of the table in `width` lanes."""
    lanes = np.zeros((_LANE_ROWS, width))
    occupant = np.full(width, -1, np.int64)
    upcoming, live = first, 0
    for k in range(width):
        _idle(lanes, k)
        if upcoming < last:
            _load(field, lanes, k, table, upcoming, limits)
            occupant[k] = upcoming
            upcoming, live = upcoming + 1, live + 1
    while live > 0:
        _advance_lanes(field, lanes, limits)
        for k in range(width):
            i = occupant[k]
            if i < 0:
                continue
            _unwrap(lanes, k)
            fate = _fate(lanes, k, limits)
            if fate == FLYING:
                lanes[_NOW, k] = _bid(lanes, k, table[RIGIDITY, i], limits)
                continue
            _store(lanes, k, table, i, fate, limits)
            if upcoming < last:
                _load(field, lanes, k, table, upcoming, limits)
                occupant[k] = upcoming
                upcoming += 1
            else:
                _idle(lanes, k)
                occupant[k] = -1
                live -= 1


def charge_table(position: ArrayLike, direction: ArrayLike, rigidity: ArrayLike, step: ArrayLike = 1.0) -> np.ndarray:
    """A table of charges for `trace`.

    Parameters
    ----------
    position : array_like, shape (n, 3) or (3,)
        Geocentric Cartesian positions [m].
    direction : array_like, shape (n, 3) or (3,)
        Directions of motion; normalised here.
    rigidity : array_like, shape (n,) or scalar
        Rigidity, signed as the charge [GV].
    step : array_like, shape (n,) or scalar
        Path length of a step [m]; only its sign counts when the limits name `steps_per_gyration`. Negative traces
        back in time.

    Returns
    -------
    ndarray, shape (ROWS, n)

    Raises
    ------
    ValueError
        When a value is not finite, a rigidity or a step is zero, or a direction vanishes.
    """
    position, direction = np.atleast_2d(np.asarray(position, float)), np.atleast_2d(np.asarray(direction, float))
    length = np.linalg.norm(direction, axis=-1, keepdims=True)
    rigidity, step = np.asarray(rigidity, float), np.asarray(step, float)
    n = np.broadcast_shapes(position.shape[:1], direction.shape[:1], rigidity.shape or (1,), step.shape or (1,))[0]
    if not (length > 0.0).all() or (rigidity == 0.0).any() or (step == 0.0).any():
        raise ValueError("charge_table: directions, rigidities and steps must not vanish")
    table = np.zeros((ROWS, n))
    table[X : Z + 1] = np.broadcast_to(position, (n, 3)).T
    table[UX : UZ + 1] = np.broadcast_to(direction / length, (n, 3)).T
    table[RIGIDITY], table[STEP], table[LOWEST], table[FATE] = rigidity, step, math.inf, FLYING
    if not np.isfinite(table[: STEP + 1]).all():
        raise ValueError("charge_table: a position, direction, rigidity or step is not finite")
    return table


def trace(field: Any, table: np.ndarray, limits: Limits, width: int = 32, workers: int | None = None) -> np.ndarray:
    """Trace every charge of a table to its fate, in place.

    Parameters
    ----------
    field : field model
        Any model of the seam `geomag.field.magnetic_field`; `geomag.unrolled.UnrolledField` is the fast one.
    table : ndarray, shape (ROWS, n)
        From `charge_table`; positions, directions, path, drift, lowest altitude, fate and steps are updated.
    limits : Limits
        When an orbit ends, and how its step is chosen.
    width : int
        Number of lanes (results do not depend on it); 16-32 is best.
    workers : int, optional
        Threads; by default as many as this process may use. Results do not depend on it.

    Returns
    -------
    ndarray
        The same table.

    Raises
    ------
    ValueError
        When the table has the wrong shape or type.
    """
    if table.dtype != np.float64 or table.ndim != 2 or table.shape[0] != ROWS or not table.flags.c_contiguous:
        raise ValueError(
            f"trace: the table must be a C-contiguous float64 array of {ROWS} rows, found {table.dtype} {table.shape}"
        )
    n = table.shape[1]
    workers = workers or threads.count()
    part = max(min(1024, -(-n // (4 * workers))), 2 * width)
    cuts = [(first, min(first + part, n)) for first in range(0, n, part)]
    if workers == 1 or len(cuts) == 1:
        for first, last in cuts:
            _trace_part(field, table, first, last, limits, width)
        return table
    _trace_part(field, table, 0, 0, limits, width)  # compile once, before the threads ask for it

    def work(cut):
        _trace_part(field, table, *cut, limits, width)

    threads.side_by_side(work, cuts, workers)
    return table
