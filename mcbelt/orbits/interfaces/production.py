"""The production of charges along an orbit, behind one name: `production`."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numba.extending import overload

import kernelcache


class NoSource(NamedTuple):
    """No production along the path."""

    on: bool = False


@njit(error_model="numpy", cache=True)
def _no_production(source, lane, k):
    return 0.0


_PRODUCTION: dict[type, Callable] = {NoSource: _no_production}


def register_source(model: type, kernel: Callable) -> None:
    """Enter a source: a NamedTuple type with a field `on`, and a kernel with the signature of `production`."""
    kernelcache.outside(model, kernel)
    _PRODUCTION[model] = kernel


def production(source: Any, lanes: np.ndarray, k: int) -> float:
    """Production per grammage of the charge in lane k at its place, direction and energy.

    Called at the end of each step that has met matter. With `Stepping.direction` = -1 the row of directions still holds
    the direction of motion of the physical, forward orbit.

    Parameters
    ----------
    source : source model
    lanes : ndarray, shape (LANE_ROWS, width)
        Rows as named in `mcbelt.orbits.rows`: position, direction of motion, momentum, mass, charge, geodetic
        latitude, longitude, altitude, density.
    k : int
        Lane.

    Returns
    -------
    float
        P; the row PRODUCTION of the table sums rho |h| P exp(LN_J).
    """
    return _PRODUCTION[type(source)](source, lanes, k)


@overload(production)
def _production(source, lanes, k):
    kernel = _PRODUCTION[source.instance_class]

    def evaluate(source, lanes, k):
        return kernel(source, lanes, k)

    return evaluate
