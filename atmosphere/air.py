"""What every model of air answers at the door: density, composition and scale height, with units in the names.

Positions outside the range of the model are an error here, never a NaN and never the value at the edge; one that is not
known, a NaN, has a density that is none. Quantities are converted, and arrays of pandas and xarray keep their labels
(`kernelcache.doors`).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from atmosphere.density import densities, fractions
from atmosphere.errors import DOOR, OutOfRange
from atmosphere.isothermal import ExponentialAir
from atmosphere.table import ELEMENTS, AirTable


class Air:
    """A model of air.

    Attributes
    ----------
    table : AirTable or ExponentialAir
        What kernels read through `atmosphere.density`.
    """

    def __init__(self, table: AirTable | ExponentialAir, scale_step_km: Callable[[np.ndarray], np.ndarray]) -> None:
        self.table = table
        self._scale_step_km = scale_step_km

    def with_table(self, table: AirTable) -> "Air":
        """Air of another table on the same nodes."""
        return Air(table, self._scale_step_km)

    def density_kg_m3(
        self, latitude_deg: ArrayLike, longitude_deg: ArrayLike, altitude_km: ArrayLike
    ) -> float | np.ndarray:
        """Mass density.

        Parameters
        ----------
        latitude_deg, longitude_deg : array_like
            Geodetic position [deg].
        altitude_km : array_like
            Above the ellipsoid [km]; the three broadcast.

        Returns
        -------
        float or ndarray
            Density [kg m-3], of the broadcast shape, with the labels of what was given; NaN where a coordinate is NaN.

        Raises
        ------
        OutOfRange
            Where the model does not reach.
        """
        shape, position, labelled = self._checked(latitude_deg, longitude_deg, altitude_km)
        return labelled(densities(self.table, *position).reshape(shape)[()], "density", "kg m-3")

    def mass_fractions(
        self, latitude_deg: ArrayLike, longitude_deg: ArrayLike, altitude_km: ArrayLike
    ) -> dict[str, float | np.ndarray]:
        """Shares of the elements in the mass of air.

        Parameters
        ----------
        latitude_deg, longitude_deg : array_like
            Geodetic position [deg].
        altitude_km : array_like
            Above the ellipsoid [km]; the three broadcast.

        Returns
        -------
        dict of str to float or ndarray
            Mass fraction of each of "H", "He", "N", "O", "Ar" (molecules counted by their atoms); sum 1.

        Raises
        ------
        OutOfRange
            Where the model does not reach.
        """
        shape, position, labelled = self._checked(latitude_deg, longitude_deg, altitude_km)
        shares = fractions(self.table, *position)
        return {
            element: labelled(shares[:, k].reshape(shape)[()], f"{element}_fraction", "1")
            for k, element in enumerate(ELEMENTS)
        }

    def scale_height_km(
        self, latitude_deg: ArrayLike, longitude_deg: ArrayLike, altitude_km: ArrayLike
    ) -> float | np.ndarray:
        """Density scale height -dz / d ln(rho), over the step of the model around the position.

        Parameters
        ----------
        latitude_deg, longitude_deg : array_like
            Geodetic position [deg].
        altitude_km : array_like
            Above the ellipsoid [km]; the three broadcast.

        Returns
        -------
        float or ndarray
            Scale height [km].

        Raises
        ------
        OutOfRange
            Where the model does not reach.
        """
        shape, _, labelled = self._checked(latitude_deg, longitude_deg, altitude_km)
        (latitude, longitude, altitude), _ = _aligned(latitude_deg, longitude_deg, altitude_km)
        step = self._scale_step_km(altitude)
        top_km = self.table.top * 1.0e-3
        low, high = np.maximum(altitude - step, 0.0), np.minimum(altitude + step, top_km)
        below = self.density_kg_m3(latitude, longitude, low)
        above = self.density_kg_m3(latitude, longitude, high)
        return labelled(np.reshape((high - low) / np.log(below / above), shape)[()], "scale_height", "km")

    def _checked(self, latitude_deg, longitude_deg, altitude_km):
        """Broadcast shape, flat position [rad], [rad], [m], and what puts the labels back; or OutOfRange."""
        arrays, labelled = _aligned(latitude_deg, longitude_deg, altitude_km)
        top_km = self.table.top * 1.0e-3
        _refuse("latitude", "deg", arrays[0], -90.0, 90.0)
        _refuse("longitude", "deg", arrays[1], -360.0, 360.0)
        _refuse("altitude", "km", arrays[2], 0.0, top_km)
        latitude, longitude, altitude_km = (np.ravel(a) for a in arrays)
        altitude = np.minimum(altitude_km * 1.0e3, self.table.top)  # no more than a rounding: the range is checked
        return arrays[0].shape, (np.radians(latitude), np.radians(longitude), altitude), labelled


def _aligned(latitude_deg, longitude_deg, altitude_km):
    return DOOR.aligned(
        ("latitude", latitude_deg, "deg"), ("longitude", longitude_deg, "deg"), ("altitude", altitude_km, "km")
    )


def _refuse(name, unit, values, low, high):
    """Raise OutOfRange when a value is outside [low, high]; NaN is not known, and not outside."""
    bad = (values < low) | (values > high)
    if bad.any():
        found = values[bad].flat[0]
        raise OutOfRange(
            f"air: {name} {found:g} {unit} is outside [{low:g}, {high:g}] {unit}"
            f" ({int(bad.sum())} of {values.size} positions). Give positions inside the range."
        )
