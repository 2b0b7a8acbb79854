"""The seam to the air: one name, `mass_density`, for every model of air.

Kernels call `mass_density(air, latitude, longitude, altitude)` and `mass_fractions(...)`; which model answers is
decided by the type of `air` when the kernel is compiled, so one transport loop serves all and nothing is looked up at
run time. A new model is a NamedTuple and two scalar functions, entered with `register_air`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numba.extending import overload

from atmosphere.isothermal import ExponentialAir, exponential_density, exponential_mass_fractions
from atmosphere.lane import LANE_OPTIONS
from atmosphere.table import AirTable, table_density, table_mass_fractions
from kernelcache import Kernels

_DENSITY = Kernels({AirTable: table_density, ExponentialAir: exponential_density})
_FRACTIONS = Kernels({AirTable: table_mass_fractions, ExponentialAir: exponential_mass_fractions})
_SEAM_OPTIONS = {option: LANE_OPTIONS[option] for option in ("error_model", "forceinline", "fastmath")}


def register_air(model: type, density: Callable, fractions: Callable | None = None) -> None:
    """Enter a model of air.

    Parameters
    ----------
    model : NamedTuple type
        With a field `top`: the highest altitude at which there is air [m].
    density : compiled function
        Kernel with the signature of `mass_density`.
    fractions : compiled function, optional
        Kernel with the signature of `mass_fractions`; without it nothing that needs the composition can be compiled.
    """
    _DENSITY[model] = density
    if fractions is not None:
        _FRACTIONS[model] = fractions


def mass_density(air: Any, latitude: float, longitude: float, altitude: float) -> float:
    """Mass density of air.

    Parameters
    ----------
    air : AirTable or ExponentialAir
    latitude, longitude : float
        Geodetic position [rad]; longitude in any turn.
    altitude : float
        Above the ellipsoid [m].

    Returns
    -------
    float
        Density [kg m-3]; NaN outside the range of the model.
    """
    return _DENSITY[type(air)](air, latitude, longitude, altitude)


def mass_fractions(
    air: Any, latitude: float, longitude: float, altitude: float
) -> tuple[float, float, float, float, float]:
    """Shares of H, He, N, O, Ar in the mass of air.

    Parameters
    ----------
    air : AirTable or ExponentialAir
    latitude, longitude : float
        Geodetic position [rad].
    altitude : float
        Above the ellipsoid [m].

    Returns
    -------
    tuple of 5 floats
        Mass fractions, sum 1; NaN outside the range of the model.
    """
    return _FRACTIONS[type(air)](air, latitude, longitude, altitude)


@overload(mass_density, jit_options=_SEAM_OPTIONS)
def _mass_density(air, latitude, longitude, altitude):
    kernel = _DENSITY[air.instance_class]
    return lambda air, latitude, longitude, altitude: kernel(air, latitude, longitude, altitude)


@overload(mass_fractions, jit_options=_SEAM_OPTIONS)
def _mass_fractions(air, latitude, longitude, altitude):
    kernel = _FRACTIONS[air.instance_class]
    return lambda air, latitude, longitude, altitude: kernel(air, latitude, longitude, altitude)


@njit(cache=True, error_model="numpy")
def densities(air: Any, latitude: np.ndarray, longitude: np.ndarray, altitude: np.ndarray) -> np.ndarray:
    """Mass density at many positions.

    Parameters
    ----------
    air : AirTable or ExponentialAir
    latitude, longitude : ndarray, shape (n,)
        Geodetic positions [rad]; longitude in any turn.
    altitude : ndarray, shape (n,)
        Above the ellipsoid [m].

    Returns
    -------
    ndarray, shape (n,)
        Density [kg m-3]; NaN outside the range of the model.
    """
    rho = np.empty(latitude.size)
    for n in range(latitude.size):
        rho[n] = mass_density(air, latitude[n], longitude[n], altitude[n])
    return rho


@njit(cache=True, error_model="numpy")
def fractions(air: Any, latitude: np.ndarray, longitude: np.ndarray, altitude: np.ndarray) -> np.ndarray:
    """Mass fractions at many positions.

    Parameters
    ----------
    air : AirTable or ExponentialAir
    latitude, longitude : ndarray, shape (n,)
        Geodetic positions [rad]; longitude in any turn.
    altitude : ndarray, shape (n,)
        Above the ellipsoid [m].

    Returns
    -------
    ndarray, shape (n, 5)
        Shares of H, He, N, O, Ar in the mass, sum 1; NaN outside the range of the model.
    """
    shares = np.empty((latitude.size, 5))
    for n in range(latitude.size):
        h, he, nitrogen, oxygen, argon = mass_fractions(air, latitude[n], longitude[n], altitude[n])
        shares[n, 0] = h
        shares[n, 1] = he
        shares[n, 2] = nitrogen
        shares[n, 3] = oxygen
        shares[n, 4] = argon
    return shares
