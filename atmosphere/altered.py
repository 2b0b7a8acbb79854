"""Air as a model has it, with the densities of its elements multiplied by factors of latitude and altitude.

It is what a model of air would be if it had more hydrogen, or a hotter exosphere: the tables keep their nodes, so all
else that is made of them stays the same.
"""

from collections.abc import Callable

import numpy as np

from atmosphere.air import Air
from atmosphere.errors import OutOfRange
from atmosphere.table import ELEMENTS, FINE_STEP_KM, FRACTION_STEP_KM, AirTable, air_table, altitude_nodes

# Latitudes [deg], shape (n,), and altitudes [km], shape (m,) -> factors on the densities of ELEMENTS [1], (n, m, 5).
Factors = Callable[[np.ndarray, np.ndarray], np.ndarray]


def altered(air: Air, factors: Factors) -> Air:
    """The same air with the density of each element multiplied.

    Parameters
    ----------
    air : Air
        Of a table.
    factors : callable
        Latitudes [deg], shape (n,), and altitudes [km], shape (m,) -> factors above 0 on the densities of `ELEMENTS`
        [1], shape (n, m, 5).

    Returns
    -------
    Air
        On the same nodes: between them ln(rho) and the mass fractions are linear, as in every table.

    Raises
    ------
    OutOfRange
        The air has no table.
    """
    table = air.table
    if not isinstance(table, AirTable):
        raise OutOfRange("air: only tabulated air can be altered; give one of Msis.")
    top_km = table.top * 1e-3
    longitude, latitude, altitude = _nodes(table.ln_rho, FINE_STEP_KM, top_km)
    shares = air.mass_fractions(latitude[:, np.newaxis], longitude[:, np.newaxis, np.newaxis], altitude)
    here = factors(latitude, altitude)
    grown = sum(shares[element] * here[..., k] for k, element in enumerate(ELEMENTS))
    _, latitude, altitude = _nodes(table.fractions, FRACTION_STEP_KM, top_km)
    parts = table.fractions[:-1] * factors(latitude, altitude)
    return air.with_table(
        air_table(table.ln_rho[:-1] + np.log(grown), parts / parts.sum(axis=-1, keepdims=True), top_km)
    )


def of_element(element: str, factor: float) -> Factors:
    """One element more or less, everywhere.

    Parameters
    ----------
    element : {"H", "He", "N", "O", "Ar"}
    factor : float
        On its density [1], above 0.

    Returns
    -------
    callable
        For `altered`.
    """

    def factors(latitude_deg: np.ndarray, altitude_km: np.ndarray) -> np.ndarray:
        result = np.ones((len(latitude_deg), len(altitude_km), len(ELEMENTS)))
        result[..., ELEMENTS.index(element)] = factor
        return result

    return factors


def _nodes(values, step_km, top_km):
    """Longitudes and latitudes [deg] and altitudes [km] of the nodes of a table's array, its last meridian left out."""
    longitude = np.linspace(0.0, 360.0, values.shape[0])[:-1]
    return longitude, np.linspace(-90.0, 90.0, values.shape[1]), altitude_nodes(step_km, top_km)
