"""What a hotter exosphere does to each element: Bates's profile of temperature with its diffusive equilibrium.

Above 120 km the temperature is T(xi) = T_inf - (T_inf - T_120) exp(-s xi), xi the geopotential altitude above 120 km
(Bates 1959, Proc. R. Soc. A 253, 451), and a gas of molecular mass m at rest in it has (Walker 1965, J. Atmos. Sci. 22,
462)

    n(xi) / n_120 = (T_120 / T(xi))^(1 + gamma) exp(-s gamma xi),   gamma = m g_120 / (s k T_inf).

NRLMSIS has the same profile there. Its tables say what the densities are; the formula says by what factor they change
where T_inf is another and those of 120 km stay. Elements count as atoms, as they are above 500 km; N2 and O2 below
change more.
"""

import numpy as np
from pymsis import Variable

from atmosphere.altered import Factors
from atmosphere.msis import ATOMIC_MASS, Msis, model_output
from atmosphere.table import ELEMENTS

BASE_KM = 120.0
EXOBASE_KM = 1000.0  # where the temperature is T_inf
SHAPE = 0.02  # s [km-1]
_EARTH_KM = 6371.0
_GRAVITY_OVER_BOLTZMANN = 9.80665 * 1.66053907e-27 / 1.380649e-23 * 1e3  # m g / k of 1 u at the ground [K km-1]
_LATITUDES = np.arange(-90.0, 90.1, 15.0)
_LONGITUDES = np.arange(0.0, 360.0, 60.0)


def number_over_base(altitude_km: np.ndarray, mass: float, base_K: np.ndarray, exobase_K: np.ndarray) -> np.ndarray:
    """Number density over that of 120 km.

    Parameters
    ----------
    altitude_km : ndarray
        [km]; below 120 km it counts as 120.
    mass : float
        Of a molecule [u].
    base_K, exobase_K : ndarray
        Temperature at 120 km and of the exosphere [K]; all broadcast.

    Returns
    -------
    ndarray
        [1] (Walker 1965; module text), without thermal diffusion.
    """
    z = np.maximum(altitude_km, BASE_KM)
    xi = (z - BASE_KM) * (_EARTH_KM + BASE_KM) / (_EARTH_KM + z)
    gravity = _GRAVITY_OVER_BOLTZMANN * (_EARTH_KM / (_EARTH_KM + BASE_KM)) ** 2
    gamma = mass * gravity / (SHAPE * exobase_K)
    temperature = exobase_K - (exobase_K - base_K) * np.exp(-SHAPE * xi)
    return (base_K / temperature) ** (1.0 + gamma) * np.exp(-SHAPE * gamma * xi)


def hotter(air: Msis, share: float) -> Factors:
    """What the elements of a model of air do where its exosphere is hotter.

    Parameters
    ----------
    air : Msis
        Its temperatures, mean over its times and over longitude, are what is made hotter.
    share : float
        By which T_inf is higher [1]; negative: colder.

    Returns
    -------
    callable
        For `atmosphere.altered.altered`.
    """
    levels = np.array([BASE_KM, EXOBASE_KM])
    kelvin = [
        model_output(moment, _LONGITUDES, _LATITUDES, levels, air.activity, air.version)[..., Variable.TEMPERATURE]
        for moment in air.times
    ]
    base_K, exobase_K = np.mean(kelvin, axis=(0, 1), dtype=float).T

    def factors(latitude_deg: np.ndarray, altitude_km: np.ndarray) -> np.ndarray:
        base, exobase = (np.interp(latitude_deg, _LATITUDES, column)[:, np.newaxis] for column in (base_K, exobase_K))
        by_element = [
            number_over_base(altitude_km, ATOMIC_MASS[element], base, exobase * (1.0 + share))
            / number_over_base(altitude_km, ATOMIC_MASS[element], base, exobase)
            for element in ELEMENTS
        ]
        return np.stack(by_element, axis=-1)

    return factors
