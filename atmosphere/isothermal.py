"""Isothermal air in hydrostatic balance under constant gravity: rho = rho_0 exp(-(z - z_0) / H).

No real atmosphere, but every integral along it has a closed form, which is what tests need.
"""

import math
from typing import NamedTuple

from numba import njit

from atmosphere.lane import LANE_OPTIONS, exponential
from atmosphere.table import POLE


class ExponentialAir(NamedTuple):
    """Parameters of isothermal air for kernels."""

    density: float  # [kg m-3] at `reference`
    scale_height: float  # [m]
    reference: float  # [m]
    top: float  # [m]
    fractions: tuple  # mass fractions of H, He, N, O, Ar


@njit(**LANE_OPTIONS)
def exponential_density(air: ExponentialAir, latitude: float, longitude: float, altitude: float) -> float:
    """Mass density of isothermal air.

    Parameters
    ----------
    air : ExponentialAir
    latitude, longitude : float
        Geodetic position [rad].
    altitude : float
        Above the ellipsoid [m].

    Returns
    -------
    float
        Density [kg m-3]; NaN for altitudes outside 0 to `top` and for a NaN position.
    """
    rho = air.density * exponential((air.reference - altitude) / air.scale_height)
    held = (abs(latitude) <= POLE) & (abs(longitude) < 1.0e6) & (altitude >= 0.0) & (altitude <= air.top)
    return rho if held else math.nan


@njit(**LANE_OPTIONS)
def exponential_mass_fractions(
    air: ExponentialAir, latitude: float, longitude: float, altitude: float
) -> tuple[float, float, float, float, float]:
    """Mass fractions of isothermal air, the same everywhere.

    Parameters
    ----------
    air : ExponentialAir
    latitude, longitude : float
        Geodetic position [rad].
    altitude : float
        Above the ellipsoid [m].

    Returns
    -------
    tuple of 5 float
        Shares of H, He, N, O, Ar in the mass; NaN for altitudes outside 0 to `top` and for a NaN position.
    """
    held = (abs(latitude) <= POLE) & (abs(longitude) < 1.0e6) & (altitude >= 0.0) & (altitude <= air.top)
    if not held:
        return math.nan, math.nan, math.nan, math.nan, math.nan
    return air.fractions
