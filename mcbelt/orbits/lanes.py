"""Charges on full orbits in a field and in air, many at a time.

Backward along the orbits of a detector (adjoint), or forward from a birth. A batch is a float64 table with one charge
per column; its rows are named in `mcbelt.orbits.rows`. (Charges without energy loss, matter and random numbers have a
smaller engine, `geomag.lanes`; the two share the Boris step, not the loop around it.)

How to use it
-------------
>>> from mcbelt.orbits import lanes, matter, rows as row  # doctest: +SKIP
>>> model = lanes.LaneModel(field=..., air=msis.table, losses=matter.PaperLosses(),  # doctest: +SKIP
...     stepping=lanes.Stepping(direction=-1.0), limits=lanes.Limits(floor=20e3, time=10.0))
>>> table = lanes.charge_table(position, direction, momentum, mass, charge)  # (ROWS, n)  # doctest: +SKIP
>>> lanes.advance(model, table, histories, seed=1)  # in place  # doctest: +SKIP
>>> table[row.FATE], table[row.GRAMMAGE], table[row.LN_J], table[row.PRODUCTION]  # doctest: +SKIP

* `field`: `geomag.unrolled.unrolled(field)` (fast) or any model of `geomag.field.magnetic_field`.
* `air`, `losses`, `scattering`, `radiation`, `source`, `detector`: models of `mcbelt.orbits.interfaces`, as those of
  `mcbelt.orbits.matter`; default none. Losses and radiation hold for a mass, some for a charge: `advance` refuses
  others, `advance_part` ends them as LOST.
* ``Stepping.direction = -1`` traces back: momentum, MATTER_LOSS and so on grow as the charge gains what it lost; UX,
  UY, UZ stay the direction of the forward motion. LN_J is the integral of ``rho (dS/dE - mu) ds``, mu the coefficient
  of annihilation, plus that of synchrotron radiation, and PRODUCTION that of ``rho P exp(LN_J) ds`` with P from
  `production`: eq. (1) of Gusev et al. 2003.
* With `radiation` the energy jumps where hard photons are emitted (or, traced back, regained): `mcbelt.orbits.jumps`.
* Every charge ends with a fate of `mcbelt.orbits.rows`: ABSORBED below the floor, ESCAPED beyond the ceiling, COOLED or
  HEATED out of the range of momentum, STEP_LIMIT at the limit of time, path or drift, INTERACTS when GRAMMAGE reaches
  the row GRAMMAGE_STOP, STOPPED (annihilated) when REMOVED reaches the row REMOVAL_STOP, LOST at a NaN. A table can be
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
from numpy.typing import ArrayLike

from geomag.constants import REFERENCE_RADIUS
from kernelcache import threads
from kernelcache.inside import inner_njit
from mcbelt.errors import PhysicsError
from mcbelt.orbits import rows as row
from mcbelt.orbits.air import Vacuum
from mcbelt.orbits.checks import fate, idle, load, scatter, set_losses, settle, store, unwrap
from mcbelt.orbits.interfaces.detector import NoDetector
from mcbelt.orbits.interfaces.matter import NoLosses
from mcbelt.orbits.interfaces.production import NoSource
from mcbelt.orbits.interfaces.radiation import NoRadiation
from mcbelt.orbits.interfaces.scattering import NoScattering
from mcbelt.orbits.interfaces.validity import ANY, covers
from mcbelt.orbits.jumps import first_jump, radiate
from mcbelt.orbits.step import CHECK_OPTIONS, advance_lanes
from mcbelt.orbits.step_length import set_step


class Stepping(NamedTuple):
    """How long the steps are; see `mcbelt.orbits.step_length`."""

    direction: float = 1.0  # 1: forward in time; -1: back along the orbit
    steps_per_gyration: float = 8.0  # up to 0.25 GV; twice as many at 1 GV, three times from 2.25 GV
    birth_checks: int = 4  # the first checks with at least 96 steps per gyration: 4/3 of one
    air_fraction: float = 0.5  # of the path within a scale height; all bids of `air_step` go with it; 0: none
    scale_height: float = 7.0e3  # H of that bid [m]
    dense_below: float = 200.0e3  # altitude below which air is dense [m]
    interval: int = 32  # steps between two checks
    fixed_step: float = 0.0  # > 0: this step [m] instead of that of the gyration


class Limits(NamedTuple):
    """When an orbit ends."""

    floor: float = 20.0e3  # absorbed below this geodetic altitude [m]
    ceiling: float = 10.0 * REFERENCE_RADIUS  # escaped beyond this distance from the centre [m]
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


@inner_njit(**CHECK_OPTIONS, inline="always")  # a call would hand over every number of the model: 2 ns a step
def enter(model: Any, lanes: np.ndarray, k: int, table: np.ndarray, i: int, seed: int, history: int) -> None:
    """Let a charge of the table set out in a lane.

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
    seed, history : int
        For random numbers.
    """
    load(model, lanes, k, table, i)
    first_jump(model, lanes, k, seed, history)


@inner_njit(**CHECK_OPTIONS, inline="always")  # a call would hand over every number of the model: 2 ns a step
def pass_check(model: Any, lanes: np.ndarray, k: int, seed: int, history: int) -> int:
    """All that a charge does at a check: the one place that says what, and in which order.

    Parameters
    ----------
    model : LaneModel
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    k : int
        Lane.
    seed, history : int
        For random numbers.

    Returns
    -------
    int
        Its fate, or FLYING: then it is ready for its next steps.
    """
    lanes[row.CHECKS, k] += 1.0
    settle(lanes, k)
    unwrap(lanes, k)
    scatter(model, lanes, k, seed, history)
    radiate(model, lanes, k, seed, history)
    ended = fate(model, lanes, k)
    if ended == row.FLYING:
        set_losses(model, lanes, k)
        set_step(model, lanes, k)
    return ended


@njit(error_model="numpy", cache=True, nogil=True, no_cfunc_wrapper=True)
def advance_part(
    model: Any, table: np.ndarray, tallies: np.ndarray, histories: np.ndarray, seed: int, first: int, last: int
) -> None:
    """Advance columns first ... last - 1 of a table to their fates, in 32 lanes.

    Parameters
    ----------
    model : LaneModel
    table : ndarray, shape (ROWS, n)
        Changed.
    tallies : ndarray, shape (n, bins)
        One row per charge for the detector, any bins; changed.
    histories : ndarray of uint64, shape (n,)
        Number of the history of each charge, for random numbers.
    seed : int
        Seed of the campaign.
    first, last : int
    """
    advance_width(model, table, tallies, histories, seed, first, last, 32)


@njit(error_model="numpy", cache=True, nogil=True, no_cfunc_wrapper=True)
def advance_width(
    model: Any,
    table: np.ndarray,
    tallies: np.ndarray,
    histories: np.ndarray,
    seed: int,
    first: int,
    last: int,
    width: int,
) -> None:
    """`advance_part` with a chosen number of lanes.

    Parameters
    ----------
    model, table, tallies, histories, seed, first, last
        As in `advance_part`.
    width : int
        Number of lanes; results do not depend on it.
    """
    lanes = np.zeros((row.LANE_ROWS, width))
    occupant = np.full(width, -1, np.int64)
    upcoming, live = first, 0
    for k in range(width):
        idle(lanes, k)
        if upcoming < last:
            enter(model, lanes, k, table, upcoming, seed, histories[upcoming])
            occupant[k] = upcoming
            upcoming, live = upcoming + 1, live + 1
    while live > 0:
        advance_lanes(model, lanes, tallies, occupant)
        for k in range(width):
            i = occupant[k]
            if i < 0:
                continue
            ended = pass_check(model, lanes, k, seed, histories[i])
            if ended == row.FLYING:
                continue
            store(lanes, k, table, i, ended)
            if upcoming < last:
                enter(model, lanes, k, table, upcoming, seed, histories[upcoming])
                occupant[k] = upcoming
                upcoming += 1
            else:
                idle(lanes, k)
                occupant[k] = -1
                live -= 1


def charge_table(
    position: ArrayLike, direction: ArrayLike, momentum: ArrayLike, mass: ArrayLike, charge: ArrayLike
) -> np.ndarray:
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


def require_laws(model: LaneModel, table: np.ndarray) -> None:
    """Refuse a table with charges that the losses or the radiation of a model do not hold for.

    Raises
    ------
    PhysicsError
        There is such a charge.
    """
    for what, law in (("losses", model.losses), ("radiation", model.radiation)):
        left_out = np.flatnonzero(~covers(law, table[row.MASS], table[row.CHARGE]))
        if left_out.size:
            mass, charge = table[row.MASS, left_out[0]], table[row.CHARGE, left_out[0]]
            charges = "any charge" if law.charge == ANY else f"charge {law.charge:g}"
            raise PhysicsError(
                f"orbits: {left_out.size} charges have no law of {what}, the first with mass {mass:g} GeV and charge "
                f"{charge:g}; {type(law).__name__} holds for mass {law.mass:g} GeV and {charges}. Give a model of "
                f"{what} for this particle, or No{what.capitalize()}."
            )


def advance(
    model: LaneModel,
    table: np.ndarray,
    histories: np.ndarray | None = None,
    seed: int = 0,
    tallies: np.ndarray | None = None,
    workers: int = 1,
    width: int = 32,
) -> np.ndarray:
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
        When the table, the histories or the tallies have the wrong shape, or a charge has no law of losses.
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
    require_laws(model, table)
    key, workers = np.uint64(seed), workers or threads.count()
    part = n if workers == 1 else max(min(1024, -(-n // (4 * workers))), 2 * width)
    cuts = [(first, min(first + part, n)) for first in range(0, n, max(part, 1))]
    if len(cuts) < 2:
        advance_width(model, table, tallies, histories, key, 0, n, width)
        return table
    advance_width(model, table, tallies, histories, key, 0, 0, width)  # compile once, before the threads ask for it

    def work(cut):
        advance_width(model, table, tallies, histories, key, *cut, width)

    threads.side_by_side(work, cuts, workers)
    return table
