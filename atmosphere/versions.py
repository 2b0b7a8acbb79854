"""By what factors another version of NRLMSIS has more or less of each element.

A whole table of NRLMSISE-00 takes 10 s for a mean over seasons. The ratio of two versions is smooth: it is taken on a
coarse grid, as a mean over the times and over longitude, and laid on the table of one of them.
"""

import numpy as np
from scipy.interpolate import RegularGridInterpolator

from atmosphere.altered import Factors
from atmosphere.msis import Msis, activity, mean_densities

_LATITUDES = np.arange(-90.0, 90.1, 15.0)
_LONGITUDES = np.arange(0.0, 360.0, 60.0)
_STEPS_KM = (10.0, 50.0, 200.0)  # below 200 km, below 1200 km, above


def of_version(air: Msis, version: float) -> Factors:
    """What the elements of a model of air do where another version of the model takes its place.

    Parameters
    ----------
    air : Msis
    version : {0, 2.0, 2.1}
        The other one.

    Returns
    -------
    callable
        For `atmosphere.altered.altered`. Within 3 % of a whole table of that version from 120 km up
        (tests/physics/test_air_altered.py).

    Raises
    ------
    OutOfRange
        An activity that the other version does not know.
    """
    top = air.table.top * 1e-3
    fine, middle, coarse = _STEPS_KM
    altitude = np.unique(
        np.concatenate([np.arange(0, 200, fine), np.arange(200, 1200, middle), np.arange(1200, top, coarse), [top]])
    )
    grid = (_LONGITUDES, _LATITUDES, altitude)
    asked = activity(*air.activity, version=version)
    elements = [mean_densities(air.times, grid, asked, each)[1].mean(axis=0) for each in (version, air.version)]
    other, here = (np.where(np.minimum(*elements) > 0.0, each, 1.0) for each in elements)
    logarithm = RegularGridInterpolator((_LATITUDES, altitude), np.log(other / here))

    def factors(latitude_deg: np.ndarray, altitude_km: np.ndarray) -> np.ndarray:
        return np.exp(logarithm(tuple(np.meshgrid(latitude_deg, altitude_km, indexing="ij"))))

    return factors
