"""Density of the air around every lane, and no air at all.

For any model of `atmosphere.density.mass_density` one loop over the lanes serves; models that are pure
arithmetic vectorise. A table does not: reading at computed places stops the vectoriser. There the arithmetic before
and after the look-up (cell and place in it; the exponential) runs in vector loops of its own, and only the eight reads
and seven interpolations are scalar.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba.extending import overload

from atmosphere.density import mass_density, register_air
from atmosphere.lane import exponential
from atmosphere.table import AirTable, altitude_position, cell, turn
from geomag.lorentz import LANE_OPTIONS
from kernelcache.inside import inner_njit
from mcbelt.orbits import rows as row

KERNEL_OPTIONS = {"error_model": "numpy", "fastmath": {"contract", "nsz", "arcp"}, "cache": True, "nogil": True}


class Vacuum(NamedTuple):
    """No air at all."""

    top: float = 0.0  # [m]


@inner_njit(**LANE_OPTIONS)
def _vacuum_density(air, latitude, longitude, altitude):
    return 0.0 * altitude


register_air(Vacuum, _vacuum_density)


@inner_njit(**LANE_OPTIONS)
def density(air: Any, latitude: float, longitude: float, altitude: float) -> float:
    """Mass density at a place.

    Parameters
    ----------
    air : air model
    latitude, longitude, altitude : float
        Geodetic position [rad], [rad], [m].

    Returns
    -------
    float
        [kg m-3]; 0 above the top of the model, NaN for NaN. Below the ground the density of the ground is taken: an
        orbit is absorbed there at its next check.
    """
    inside = altitude if altitude < air.top else air.top
    inside = inside if inside > 0.0 else 0.0 * altitude
    rho = mass_density(air, latitude, longitude, inside)
    return rho if altitude < air.top else 0.0 * altitude


@inner_njit(**KERNEL_OPTIONS)
def breathe_any(air: Any, lanes: np.ndarray) -> None:
    """Density around every lane, place by place."""
    for k in range(lanes.shape[1]):
        lanes[row.DENSITY, k] = density(air, lanes[row.LATITUDE, k], lanes[row.LONGITUDE, k], lanes[row.ALTITUDE, k])


@inner_njit(**KERNEL_OPTIONS)
def find_cells(air: AirTable, lanes: np.ndarray) -> None:
    """Cell of the table around every lane, and the place in it; below the ground or at a NaN the first cell."""
    shape = air.ln_rho.shape
    for k in range(lanes.shape[1]):
        i, u = cell(turn(lanes[row.LONGITUDE, k]) * (shape[0] - 1), shape[0] - 1)
        j, v = cell((lanes[row.LATITUDE, k] / math.pi + 0.5) * (shape[1] - 1), shape[1] - 1)
        h, w = cell(altitude_position(air, lanes[row.ALTITUDE, k], air.fine_step), shape[2] - 1)
        lanes[row.CELL, k] = (i * shape[1] + j) * shape[2] + h
        lanes[row.PLACE_U, k], lanes[row.PLACE_V, k], lanes[row.PLACE_W, k] = u, v, w


@inner_njit(**KERNEL_OPTIONS)
def interpolate(nodes: np.ndarray, next_latitude: np.uint64, next_longitude: np.uint64, lanes: np.ndarray) -> None:
    """ln of the density by trilinear interpolation, into the row DENSITY.

    Parameters
    ----------
    nodes : ndarray, shape (n,)
        ln of the density at the nodes of the table, flat.
    next_latitude, next_longitude : uint64
        From a node to its neighbours, in nodes.
    lanes : ndarray, shape (LANE_ROWS, width)
        Changed.
    """
    for k in range(lanes.shape[1]):
        n = np.uint64(np.int64(lanes[row.CELL, k]))
        east = n + next_longitude
        u, v, w = lanes[row.PLACE_U, k], lanes[row.PLACE_V, k], lanes[row.PLACE_W, k]
        one = np.uint64(1)
        a = nodes[n] + (nodes[n + one] - nodes[n]) * w
        b = nodes[n + next_latitude] + (nodes[n + next_latitude + one] - nodes[n + next_latitude]) * w
        c = nodes[east] + (nodes[east + one] - nodes[east]) * w
        d = nodes[east + next_latitude] + (nodes[east + next_latitude + one] - nodes[east + next_latitude]) * w
        a += (b - a) * v
        c += (d - c) * v
        lanes[row.DENSITY, k] = a + (c - a) * u


@inner_njit(**KERNEL_OPTIONS)
def exponentiate(air: AirTable, lanes: np.ndarray) -> None:
    """Density from its logarithm; 0 above the top of the table, NaN where the altitude is NaN."""
    for k in range(lanes.shape[1]):
        altitude = lanes[row.ALTITUDE, k]
        rho = exponential(lanes[row.DENSITY, k])
        lanes[row.DENSITY, k] = rho + 0.0 * altitude if altitude < air.top else 0.0 * altitude


@inner_njit(**KERNEL_OPTIONS)
def breathe_table(air: AirTable, lanes: np.ndarray) -> None:
    """Density around every lane, from a table."""
    nodes = air.ln_rho
    find_cells(air, lanes)
    interpolate(nodes.reshape(-1), np.uint64(nodes.shape[2]), np.uint64(nodes.shape[1] * nodes.shape[2]), lanes)
    exponentiate(air, lanes)


def breathe(air: Any, lanes: np.ndarray) -> None:
    """Write the density [kg m-3] around every lane to the row DENSITY; 0 above the top of the model."""
    if isinstance(air, AirTable):
        breathe_table(air, lanes)
    else:
        breathe_any(air, lanes)


@overload(breathe)
def _breathe(air, lanes):
    kernel = breathe_table if air.instance_class is AirTable else breathe_any
    return lambda air, lanes: kernel(air, lanes)
