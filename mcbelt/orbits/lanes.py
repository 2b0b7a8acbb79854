"""Charges on full orbits in a field and in air, many at a time.

The one orbit engine of the simulator: backward along the orbits of a detector (adjoint), or forward from a birth. A
batch is a float64 table with one charge per column; its rows are named in `mcbelt.orbits.rows`.

How to use it
-------------
>>> from mcbelt.orbits import lanes, rows as row, seams                                      # doctest: +SKIP
>>> model = lanes.LaneModel(field=..., air=msis.table, losses=seams.PaperLosses(),
...     stepping=lanes.Stepping(direction=-1.0), limits=lanes.Limits(floor=20e3, time=10.0))
>>> table = lanes.charge_table(position, direction, momentum, mass, charge)                  # (ROWS, n)
>>> lanes.advance(model, table, histories, seed=1)                                           # in place
>>> table[row.FATE], table[row.GRAMMAGE], table[row.LN_J], table[row.PRODUCTION]

* `field`: `geomag.unrolled.unrolled(field)` (fast) or any model of the seam `geomag.field.magnetic_field`.
* `air`, `losses`, `scattering`, `radiation`, `source`, `detector`: of `lanes_seams` and `lanes_matter`; default none.
* ``Stepping.direction = -1`` traces back: momentum, MATTER_LOSS and so on grow as the charge gains what it lost; UX,
  UY, UZ stay the direction of the forward motion. LN_J is the integral of ``rho (dS/dE - mu) ds``, mu the coefficient
  of annihilation, plus that of synchrotron radiation, and PRODUCTION that of ``rho P exp(LN_J) ds`` with P from the
  seam `production`: eq. (1) of Gusev et al. 2003.
* With `radiation` the energy jumps where hard photons are emitted (or, traced back, regained): `lanes_jumps`.
* Every charge ends with a fate (`lanes_rows`): ABSORBED below the floor, ESCAPED beyond the ceiling, COOLED or HEATED
  out of the range of momentum, STEP_LIMIT at the limit of time, path or drift, INTERACTS when GRAMMAGE reaches the row
  GRAMMAGE_STOP, STOPPED (annihilated) when REMOVED reaches the row REMOVAL_STOP, LOST at a NaN. A table can be
  advanced again after the limits, GRAMMAGE_STOP or the charge have been changed: other discrete interactions are
  sampled between two calls.
* Everything about a charge depends on that charge alone: results are the same bit for bit for any number of lanes,
  threads, any order and any cut of the table. Tallies are one row per charge for the same reason; add them in order.
* `advance_part` is the compiled, GIL-free entry for a block that runs in its own worker.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from kernelcache import threads
from mcbelt.errors import PhysicsError
from mcbelt.orbits import rows as row
from mcbelt.orbits.checks import fate, idle, load, scatter, set_losses, set_step, settle, store, unwrap
from mcbelt.orbits.jumps import first_jump, radiate
from mcbelt.orbits.seams import NoDetector, NoLosses, NoRadiation, NoScattering, NoSource, Vacuum
from mcbelt.orbits.step import advance_lanes


class Stepping(NamedTuple):
    """How long the steps are; see `mcbelt.orbits.checks`."""

    direction: float = 1.0  # 1: forward in time; -1: back along the orbit
    steps_per_gyration: float = 8.0  # up to 0.25 GV; twice as many at 1 GV, three times from 2.25 GV
    birth_checks: int = 4  # the first checks with at least 24 steps per gyration
    air_fraction: float = 0.5  # step near dense air as a share of sqrt(2 r_L H); 0: no such bid
    scale_height: float = 7.0e3  # H of that bid [m]
    dense_below: float = 200.0e3  # altitude below which air is dense [m]
    interval: int = 32  # steps between two checks
    fixed_step: float = 0.0  # > 0: this step [m] instead of that of the gyration


class Limits(NamedTuple):
    """When an orbit ends."""

    floor: float = 20.0e3  # absorbed below this geodetic altitude [m]
    ceiling: float = 10.0 * 6371.2e3  # escaped beyond this distance from the centre [m]
    momentum_min: float = 1.0e-3  # [GeV/c]
    momentum_max: float = 1.0e4  # [GeV/c]
    time: float = math.inf  # [s]
    path: float = 1.0e12  # [m]
    drift: float = math.inf  # [rad]


class LaneModel(NamedTuple):
    """All that an orbit depends on."""

    field: Any
    air: Any = Vacuum()
    losses: Any = NoLosses()
    scattering: Any = NoScattering()
    source: Any = NoSource()
    detector: Any = NoDetector()
    stepping: Stepping = Stepping()
    limits: Limits = Limits()
    radiation: Any = NoRadiation()


@njit(error_model="numpy", cache=True, nogil=True)
def advance_part(model, table, tallies, histories, seed, first, last):
    """Advance columns first ... last - 1 of a table to their fates, in as many lanes as `tallies` asks for.

    Parameters
    ----------
    model : LaneModel
    table : ndarray, shape (ROWS, n)
    tallies : ndarray, shape (n, bins)
        One row per charge for the detector; any bins.
    histories : ndarray of uint64, shape (n,)
        Number of the history of each charge, for random numbers.
    seed : int
        Seed of the campaign.
    first, last : int
    """
    advance_width(model, table, tallies, histories, seed, first, last, 32)


@njit(error_model="numpy", cache=True, nogil=True)
def advance_width(model, table, tallies, histories, seed, first, last, width):
    """`advance_part` with a chosen number of lanes; results do not depend on it."""
    lanes = np.zeros((row.LANE_ROWS, width))
    occupant = np.full(width, -1, np.int64)
    upcoming, live = first, 0
    for k in range(width):
        idle(lanes, k)
        if upcoming < last:
            load(model, lanes, k, table, upcoming)
            first_jump(model, lanes, k, seed, histories[upcoming])
            occupant[k] = upcoming
            upcoming, live = upcoming + 1, live + 1
    while live > 0:
        advance_lanes(model, lanes, tallies, occupant)
        for k in range(width):
            i = occupant[k]
            if i < 0:
                continue
            lanes[row.CHECKS, k] += 1.0
            settle(lanes, k)
            unwrap(lanes, k)
            scatter(model, lanes, k, seed, histories[i])
            radiate(model, lanes, k, seed, histories[i])
            ended = fate(model, lanes, k)
            if ended == row.FLYING:
                set_losses(model, lanes, k)
                set_step(model, lanes, k)
                continue
            store(lanes, k, table, i, ended)
            if upcoming < last:
                load(model, lanes, k, table, upcoming)
                first_jump(model, lanes, k, seed, histories[upcoming])
                occupant[k] = upcoming
                upcoming += 1
            else:
                idle(lanes, k)
                occupant[k] = -1
                live -= 1


def charge_table(position, direction, momentum, mass, charge):
    """A table of charges.

    Parameters
    ----------
    position : array_like, shape (n, 3) or (3,)
        Geocentric Cartesian positions [m].
    direction : array_like, shape (n, 3) or (3,)
        Directions of (forward) motion; normalised here.
    momentum, mass, charge : array_like, shape (n,) or scalar
        Momentum [GeV/c], rest mass [GeV], charge [e].

    Returns
    -------
    ndarray, shape (ROWS, n)
        FATE is FLYING, GRAMMAGE_STOP and REMOVAL_STOP infinite, WEIGHT 1, all sums 0.

    Raises
    ------
    PhysicsError
        When a value is not finite, a charge or a direction vanishes, or a momentum or mass is not positive.
    """
    position, direction = np.atleast_2d(np.asarray(position, float)), np.atleast_2d(np.asarray(direction, float))
    scalars = [np.atleast_1d(np.asarray(v, float)) for v in (momentum, mass, charge)]
    n = np.broadcast_shapes(position.shape[:1], direction.shape[:1], *(v.shape for v in scalars))[0]
    length = np.linalg.norm(direction, axis=-1, keepdims=True)
    table = np.zeros((row.ROWS, n))
    table[row.X : row.Z + 1] = np.broadcast_to(position, (n, 3)).T
    table[row.UX : row.UZ + 1] = np.broadcast_to(direction / np.where(length > 0.0, length, np.nan), (n, 3)).T
    table[row.MOMENTUM], table[row.MASS], table[row.CHARGE] = scalars
    given = table[: row.CHARGE + 1]
    if (
        not np.isfinite(given).all()
        or (table[row.CHARGE] == 0.0).any()
        or not (given[row.MOMENTUM : row.CHARGE] > 0.0).all()
    ):
        raise PhysicsError(
            "charge_table: positions, directions, momenta, masses and charges must be finite; momenta and masses "
            "positive; directions and charges other than zero"
        )
    table[row.WEIGHT] = 1.0
    table[[row.GRAMMAGE_STOP, row.REMOVAL_STOP, row.JUMP_LEFT, row.LOWEST, row.LOWEST_FIELD]] = math.inf
    table[row.FATE] = row.FLYING
    return table


def advance(model, table, histories=None, seed=0, tallies=None, workers=1, width=32):
    """Advance every charge of a table to its fate, in place.

    Parameters
    ----------
    model : LaneModel
    table : ndarray, shape (ROWS, n)
        From `charge_table`, or a table advanced before.
    histories : ndarray of uint64, shape (n,), optional
        Numbers of the histories, for scattering; default 0 ... n - 1.
    seed : int
        Seed of the campaign.
    tallies : ndarray, shape (n, bins), optional
        Filled by the detector; one row per charge.
    workers : int
        Threads; 0 takes as many as this process may use. Results depend neither on it nor on `width`.
    width : int
        Number of lanes.

    Returns
    -------
    ndarray
        The same table.

    Raises
    ------
    PhysicsError
        When the table, the histories or the tallies have the wrong shape.
    """
    if table.dtype != np.float64 or table.ndim != 2 or table.shape[0] != row.ROWS or not table.flags.c_contiguous:
        raise PhysicsError(
            f"advance: the table must be a C-contiguous float64 array of {row.ROWS} rows, "
            f"found {table.dtype} {table.shape}"
        )
    n = table.shape[1]
    histories = np.arange(n, dtype=np.uint64) if histories is None else np.ascontiguousarray(histories, dtype=np.uint64)
    tallies = np.zeros((n, 1)) if tallies is None else tallies
    if histories.shape != (n,) or tallies.ndim != 2 or tallies.shape[0] != n:
        raise PhysicsError(f"advance: {n} charges need {n} histories and tallies of shape ({n}, bins)")
    seed, workers = np.uint64(seed), workers or threads.count()
    part = n if workers == 1 else max(min(1024, -(-n // (4 * workers))), 2 * width)
    cuts = [(first, min(first + part, n)) for first in range(0, n, max(part, 1))]
    if len(cuts) < 2:
        advance_width(model, table, tallies, histories, seed, 0, n, width)
        return table
    advance_width(model, table, tallies, histories, seed, 0, 0, width)  # compile once, before the threads ask for it

    def work(cut):
        advance_width(model, table, tallies, histories, seed, *cut, width)

    threads.side_by_side(work, cuts, workers)
    return table
