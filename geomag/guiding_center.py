"""Guiding-centre motion: the charge replaced by the centre of its gyration.

Where the field changes little over a gyration the moment ``M = sin^2(pitch angle) / B`` is conserved, and in a field
without currents the centre moves, per path length s of the charge, as (Northrop 1963; Walt 1994, ch. 2)

    dX/ds = xi b + (xi^2 + M B / 2) / (kappa B^2) b x grad B,   d xi/ds = -(M / 2) b . grad B,

with xi the pitch cosine and kappa = sign / (k |R|). A step may span a fiftieth of a bounce instead of an eighth of a
gyration: below 100 MeV this is the cheaper motion.

It fails in two ways, and both are tested. The drift rate is wrong by the square of ``eps = (k R / B) |grad B| / B``,
and trapping itself ends near eps = 0.2: `validity` gives eps, and `drift` refuses above 0.1. Matter is worse: the
density at the centre is not the mean density over the gyration unless the gyroradius is below 0.3 scale heights (20
MeV at 100 km). Births and first bounces are therefore always full orbits. Runge-Kutta steps are dissipative: over one
drift at 100 MeV 48 steps per bounce change the drift by 3e-4, 64 by 7e-5.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from geomag.constants import GV_TO_TESLA_METRE
from geomag.errors import OutOfRange
from geomag.field import MagneticField, magnetic_field, strength_and_gradient

LARGEST_EPSILON = 0.1


class DriftOrbit(NamedTuple):
    """A guiding centre after a drift."""

    position_m: np.ndarray  # shape (3,)
    pitch_cosine: float
    path_m: float  # path length of the charge
    drift_rad: float  # change of longitude
    bounces: float  # half of the number of mirror points passed
    largest_epsilon: float
    steps: dict  # {"guiding_centre": steps, "full_orbit": 0}


@njit(cache=True, error_model="numpy")
def validity(model: Any, x: float, y: float, z: float, rigidity: float) -> float:
    """Size of the gyration against the scale of the field, ``eps = (k |R| / B) |grad B| / B``.

    Parameters
    ----------
    model : field model
        What `geomag.field.field_and_gradient` takes.
    x, y, z : float
        Geocentric Cartesian position [m].
    rigidity : float
        Rigidity [GV]; its sign does not count.

    Returns
    -------
    float
        eps; at the equator of a dipole 3 r_L / (L R_E) for a perpendicular charge. First-order motion is right to eps^2
        up to 0.1; near 0.2 the moment is no longer conserved.
    """
    b, _, _, _, gx, gy, gz = strength_and_gradient(model, x, y, z)
    return GV_TO_TESLA_METRE * abs(rigidity) / b * math.sqrt(gx * gx + gy * gy + gz * gz) / b


@njit(cache=True, error_model="numpy")
def guiding_centre(
    model: Any, x: float, y: float, z: float, ux: float, uy: float, uz: float, rigidity: float
) -> tuple[float, float, float, float]:
    """Guiding centre and pitch cosine of a charge.

    Parameters
    ----------
    model : field model
        What `geomag.field.magnetic_field` takes.
    x, y, z : float
        Geocentric Cartesian position [m].
    ux, uy, uz : float
        Direction of motion (unit vector).
    rigidity : float
        Signed as the charge [GV].

    Returns
    -------
    tuple of 4 float
        Position of the centre [m] and pitch cosine. First order in the gyroradius: the centre of the circle of the
        field at the charge.
    """
    bx, by, bz = magnetic_field(model, x, y, z)
    b = math.sqrt(bx * bx + by * by + bz * bz)
    radius = GV_TO_TESLA_METRE * rigidity / b
    bx, by, bz = bx / b, by / b, bz / b
    return (
        x + radius * (uy * bz - uz * by),
        y + radius * (uz * bx - ux * bz),
        z + radius * (ux * by - uy * bx),
        ux * bx + uy * by + uz * bz,
    )


@njit(cache=True, error_model="numpy")
def _rate(model, x, y, z, xi, moment, curvature):
    """Right-hand side: dX/ds (3) and d xi / ds."""
    b, bx, by, bz, gx, gy, gz = strength_and_gradient(model, x, y, z)
    drift = (xi * xi + 0.5 * moment * b) / (curvature * b * b)
    return (
        xi * bx + drift * (by * gz - bz * gy),
        xi * by + drift * (bz * gx - bx * gz),
        xi * bz + drift * (bx * gy - by * gx),
        -0.5 * moment * (bx * gx + by * gy + bz * gz),
    )


@njit(cache=True, error_model="numpy")
def guiding_centre_step(
    model: Any, x: float, y: float, z: float, xi: float, moment: float, curvature: float, step: float
) -> tuple[float, float, float, float]:
    """One classical Runge-Kutta step of a guiding centre.

    Parameters
    ----------
    model : field model
        What `geomag.field.field_and_gradient` takes.
    x, y, z : float
        Guiding centre, geocentric Cartesian [m].
    xi : float
        Pitch cosine.
    moment : float
        ``sin^2(pitch angle) / B`` [1/T].
    curvature : float
        ``sign of charge / (k |R|)`` [1/(T m)].
    step : float
        Length of the charge's path [m].

    Returns
    -------
    tuple of 4 float
        The new centre [m] and pitch cosine. Northrop 1963; Walt 1994, ch. 2.
    """
    half = 0.5 * step
    ax, ay, az, a = _rate(model, x, y, z, xi, moment, curvature)
    bx, by, bz, b = _rate(model, x + half * ax, y + half * ay, z + half * az, xi + half * a, moment, curvature)
    cx, cy, cz, c = _rate(model, x + half * bx, y + half * by, z + half * bz, xi + half * b, moment, curvature)
    dx, dy, dz, d = _rate(model, x + step * cx, y + step * cy, z + step * cz, xi + step * c, moment, curvature)
    sixth = step / 6.0
    x += sixth * (ax + 2.0 * (bx + cx) + dx)
    y += sixth * (ay + 2.0 * (by + cy) + dy)
    z += sixth * (az + 2.0 * (bz + cz) + dz)
    return x, y, z, xi + sixth * (a + 2.0 * (b + c) + d)


@njit(cache=True, error_model="numpy", nogil=True)
def _drift(model, x, y, z, xi, moment, rigidity, step, turn, most):
    """Steps until the longitude has changed by `turn`; returns the state, path, drift, mirrors, eps and steps."""
    curvature = math.copysign(1.0 / (GV_TO_TESLA_METRE * abs(rigidity)), rigidity)
    drifted, mirrors, largest, taken = 0.0, 0, 0.0, 0
    azimuth = math.atan2(y, x)
    while taken < most and abs(drifted) < turn:
        before = xi
        x, y, z, xi = guiding_centre_step(model, x, y, z, xi, moment, curvature, step)
        taken += 1
        if before * xi < 0.0:
            mirrors += 1
            largest = max(largest, validity(model, x, y, z, rigidity))
        now = math.atan2(y, x)
        change = now - azimuth
        drifted += change - 2.0 * math.pi * math.floor(change / (2.0 * math.pi) + 0.5)
        azimuth = now
        if not math.isfinite(drifted):
            break
    return x, y, z, xi, drifted, mirrors, largest, taken


def drift(
    field: MagneticField,
    position: Sequence[float] | np.ndarray,
    direction: ArrayLike,
    rigidity: float,
    turn: float = 2.0 * math.pi,
    step: float | None = None,
    most_steps: int = 10_000_000,
) -> DriftOrbit:
    """Follow a guiding centre around the Earth.

    Parameters
    ----------
    field : geomag.field.MagneticField
    position, direction : array_like, shape (3,)
        Of the charge, geocentric Cartesian [m] and unit vector: its guiding centre is the start.
    rigidity : float
        Signed as the charge [GV].
    turn : float
        Change of longitude at which to stop [rad].
    step : float, optional
        Path length of a step [m]; default the local r/25, a fiftieth of a bounce at small mirror latitudes.
    most_steps : int
        Limit.

    Returns
    -------
    DriftOrbit
        ``steps`` says how many steps each mode took; this one takes guiding-centre steps alone.

    Raises
    ------
    OutOfRange
        When eps is above 0.1 at the start or at a mirror point: use full orbits there.
    """
    model = field.model
    u = np.asarray(direction, float)
    start = guiding_centre(model, *(float(c) for c in position), *(u / np.linalg.norm(u)), rigidity)
    x, y, z, xi = start
    moment = (1.0 - xi * xi) / math.sqrt(sum(b * b for b in magnetic_field(model, x, y, z)))
    _refuse(validity(model, x, y, z, rigidity), "at the start")
    length = step if step is not None else math.sqrt(x * x + y * y + z * z) / 25.0
    x, y, z, xi, turned, mirrors, largest, taken = _drift(
        model, x, y, z, xi, moment, rigidity, length, abs(turn), most_steps
    )
    _refuse(largest, "at a mirror point")
    epsilon = max(largest, validity(model, *start[:3], rigidity))
    steps = {"guiding_centre": taken, "full_orbit": 0}
    return DriftOrbit(np.array([x, y, z]), xi, taken * length, turned, 0.5 * mirrors, epsilon, steps)


def _refuse(epsilon, where):
    """Raise `OutOfRange` when the gyration is too large for the guiding centre."""
    if not epsilon <= LARGEST_EPSILON:
        raise OutOfRange(
            f"guiding_center: {where} the gyroradius is {epsilon:.2f} of the scale of the field, above "
            f"{LARGEST_EPSILON}: the moment is not conserved. Trace the full orbit (geomag.lanes)."
        )
