"""Tabulated air: trilinear interpolation of ln(rho) and of the mass fractions over longitude, latitude and altitude.

Density falls by twenty orders of magnitude between the ground and 4000 km, nearly exponentially over any few
kilometres, so its logarithm is what is linear between nodes. Steps are 2 km up to 1200 km, where scale heights may be
5 km, and 50 km above, where they exceed 200 km. Composition changes over tens of kilometres and has its own, coarser
grid.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from atmosphere.lane import LANE_OPTIONS, exponential

ELEMENTS = ("H", "He", "N", "O", "Ar")
TOP_KM = 4000.0  # of a table that is not asked to reach farther
FINE_TOP_KM = 1200.0
FINE_STEP_KM = 2.0
COARSE_STEP_KM = 50.0
FRACTION_STEP_KM = 10.0  # below FINE_TOP_KM; COARSE_STEP_KM above
POLE = 0.5 * math.pi * (1.0 + 1.0e-15)  # [rad] pi/2 may come out one rounding high


class AirTable(NamedTuple):
    """Nodes of a table of air, ready for kernels (all numbers, picklable).

    Longitudes run eastward from 0 to 2 pi with the first meridian repeated at the end, latitudes from -pi/2 to pi/2,
    altitudes from 0 in `fine_step` to `fine_top`, then in `coarse_step` to `top`.
    """

    ln_rho: np.ndarray  # ln of density [kg m-3], shape (longitudes + 1, latitudes, altitudes), float32
    fractions: np.ndarray  # mass fractions of H, He, N, O, Ar, shape (longitudes + 1, latitudes, altitudes, 5), float32
    fine_step: float  # [m] of ln_rho
    fraction_step: float  # [m] of fractions
    coarse_step: float  # [m] of both, above fine_top
    fine_top: float  # [m]
    top: float  # [m]


def altitude_nodes(step_km: float, top_km: float = TOP_KM) -> np.ndarray:
    """Altitudes of the nodes of a table.

    Parameters
    ----------
    step_km : float
        Step below `FINE_TOP_KM` [km].
    top_km : float
        Last altitude [km]: `FINE_TOP_KM` and whole steps of `COARSE_STEP_KM`.

    Returns
    -------
    ndarray
        Altitudes [km], 0 to `top_km`.
    """
    fine = np.arange(0.0, FINE_TOP_KM, step_km)
    return np.concatenate([fine, np.arange(FINE_TOP_KM, top_km + 0.5 * COARSE_STEP_KM, COARSE_STEP_KM)])


def reaching(altitude_km: float) -> float:
    """Top [km] of a table that reaches an altitude [km]: `TOP_KM`, or whole steps of `COARSE_STEP_KM` more."""
    return TOP_KM + COARSE_STEP_KM * max(math.ceil((altitude_km - TOP_KM) / COARSE_STEP_KM), 0)


def air_table(ln_rho: np.ndarray, fractions: np.ndarray, top_km: float = TOP_KM) -> AirTable:
    """Table of nodes given on the grid of `altitude_nodes` and equally spaced longitudes and latitudes.

    Parameters
    ----------
    ln_rho : ndarray
        ln of density [kg m-3], shape (longitudes, latitudes, altitudes at FINE_STEP_KM); longitude 0 first, not
        repeated.
    fractions : ndarray
        Mass fractions of H, He, N, O, Ar, shape (longitudes, latitudes, altitudes at FRACTION_STEP_KM, 5).
    top_km : float
        Last altitude [km].

    Returns
    -------
    AirTable
    """
    return AirTable(
        ln_rho=np.ascontiguousarray(np.concatenate([ln_rho, ln_rho[:1]]), dtype=np.float32),
        fractions=np.ascontiguousarray(np.concatenate([fractions, fractions[:1]]), dtype=np.float32),
        fine_step=FINE_STEP_KM * 1.0e3,
        fraction_step=FRACTION_STEP_KM * 1.0e3,
        coarse_step=COARSE_STEP_KM * 1.0e3,
        fine_top=FINE_TOP_KM * 1.0e3,
        top=top_km * 1.0e3,
    )


@njit(**LANE_OPTIONS)
def cell(position: float, cells: int) -> tuple[int, float]:
    """Index of the cell and the place in it [0, 1] of a position counted in cells; NaN goes to the first cell."""
    inside = position if position > 0.0 else 0.0
    inside = inside if inside < cells else float(cells)
    index: Any = np.int64(np.int32(inside))  # int32: the conversion that vector units have
    index = index if index < cells else cells - 1
    return index, inside - index


@njit(**LANE_OPTIONS)
def turn(longitude: float) -> float:
    """Longitude [rad] as a share of a turn, [0, 1)."""
    turns = longitude * (0.5 / math.pi)
    return turns - np.floor(turns)


@njit(**LANE_OPTIONS)
def altitude_position(air: AirTable, altitude: float, step: float) -> float:
    """Altitude [m] counted in cells of an axis whose fine step is `step` [m].

    Parameters
    ----------
    air : AirTable
    altitude : float
        Above the ellipsoid [m].
    step : float
        Of the axis below `fine_top` [m].

    Returns
    -------
    float
        Cells from altitude 0.
    """
    fine = altitude / step
    coarse = air.fine_top / step + (altitude - air.fine_top) / air.coarse_step
    return fine if altitude < air.fine_top else coarse


@njit(**LANE_OPTIONS)
def _holds(air, latitude, longitude, altitude):
    """Whether the table holds the position; False for any NaN."""
    return (abs(latitude) <= POLE) & (abs(longitude) < 1.0e6) & (altitude >= 0.0) & (altitude <= air.top)


@njit(**LANE_OPTIONS)
def table_density(air: AirTable, latitude: float, longitude: float, altitude: float) -> float:
    """Mass density of tabulated air.

    Parameters
    ----------
    air : AirTable
    latitude, longitude : float
        Geodetic position [rad]; longitude in any turn.
    altitude : float
        Above the ellipsoid [m].

    Returns
    -------
    float
        Density [kg m-3]; NaN outside the table. Within 1.2 % of the model the table was made from for Ap <= 20
        (tests/physics/test_atmosphere_msis.py).
    """
    nodes = air.ln_rho
    i, u = cell(turn(longitude) * (nodes.shape[0] - 1), nodes.shape[0] - 1)
    j, v = cell((latitude / math.pi + 0.5) * (nodes.shape[1] - 1), nodes.shape[1] - 1)
    k, w = cell(altitude_position(air, altitude, air.fine_step), nodes.shape[2] - 1)
    a = nodes[i, j, k] * (1.0 - w) + nodes[i, j, k + 1] * w
    b = nodes[i, j + 1, k] * (1.0 - w) + nodes[i, j + 1, k + 1] * w
    c = nodes[i + 1, j, k] * (1.0 - w) + nodes[i + 1, j, k + 1] * w
    d = nodes[i + 1, j + 1, k] * (1.0 - w) + nodes[i + 1, j + 1, k + 1] * w
    ln_rho = (a * (1.0 - v) + b * v) * (1.0 - u) + (c * (1.0 - v) + d * v) * u
    rho = exponential(ln_rho)
    return rho if _holds(air, latitude, longitude, altitude) else math.nan


@njit(**LANE_OPTIONS)
def table_mass_fractions(
    air: AirTable, latitude: float, longitude: float, altitude: float
) -> tuple[float, float, float, float, float]:
    """Mass fractions of tabulated air.

    Parameters
    ----------
    air : AirTable
    latitude, longitude : float
        Geodetic position [rad].
    altitude : float
        Above the ellipsoid [m].

    Returns
    -------
    tuple of 5 floats
        Shares of H, He, N, O, Ar in the mass, sum 1; NaN outside the table. Within 0.015 of the model
        (tests/physics/test_atmosphere_msis.py).
    """
    nodes = air.fractions
    i, u = cell(turn(longitude) * (nodes.shape[0] - 1), nodes.shape[0] - 1)
    j, v = cell((latitude / math.pi + 0.5) * (nodes.shape[1] - 1), nodes.shape[1] - 1)
    k, w = cell(altitude_position(air, altitude, air.fraction_step), nodes.shape[2] - 1)
    if not _holds(air, latitude, longitude, altitude):
        return math.nan, math.nan, math.nan, math.nan, math.nan
    return (
        _trilinear(nodes, i, j, k, 0, u, v, w),
        _trilinear(nodes, i, j, k, 1, u, v, w),
        _trilinear(nodes, i, j, k, 2, u, v, w),
        _trilinear(nodes, i, j, k, 3, u, v, w),
        _trilinear(nodes, i, j, k, 4, u, v, w),
    )


@njit(cache=True, error_model="numpy")
def _trilinear(nodes, i, j, k, element, u, v, w):
    """Value of one element's fraction inside the cell (i, j, k)."""
    a = nodes[i, j, k, element] * (1.0 - w) + nodes[i, j, k + 1, element] * w
    b = nodes[i, j + 1, k, element] * (1.0 - w) + nodes[i, j + 1, k + 1, element] * w
    c = nodes[i + 1, j, k, element] * (1.0 - w) + nodes[i + 1, j, k + 1, element] * w
    d = nodes[i + 1, j + 1, k, element] * (1.0 - w) + nodes[i + 1, j + 1, k + 1, element] * w
    return (a * (1.0 - v) + b * v) * (1.0 - u) + (c * (1.0 - v) + d * v) * u
