"""Real air: NRLMSIS 2.1 and 2.0 (Emmert et al. 2021, 2022) and NRLMSISE-00 (Picone et al. 2002) as a table.

The model is empirical: densities of N2, O2, O, He, H, Ar, N (and NO in 2.1) against altitude, latitude, local time,
season, UT, solar activity (F10.7 of the day before and its 81-day mean F10.7A) and geomagnetic activity (Ap). Above
about 1000 km it only continues the diffusive equilibrium of each species and is good to an order of magnitude.
Activity is always stated by the user: nothing is looked up or downloaded. pymsis runs the authors' Fortran on a grid;
kernels then read the table.
"""

from typing import Any, NamedTuple

import numpy as np
import pymsis
from pymsis import Variable
from scipy.interpolate import CubicSpline

from atmosphere.air import Air
from atmosphere.averaging import covers_local_times, days_or_times
from atmosphere.errors import DOOR, OutOfRange
from atmosphere.table import (
    COARSE_STEP_KM,
    ELEMENTS,
    FINE_STEP_KM,
    FINE_TOP_KM,
    FRACTION_STEP_KM,
    TOP_KM,
    AirTable,
    air_table,
    altitude_nodes,
)
from kernelcache.prepared import part

VERSIONS = (0, 2.0, 2.1)  # as pymsis writes them: 0 is NRLMSISE-00
F107_RANGE = (60.0, 400.0)  # [1e-22 W m-2 Hz-1]
AP_HIGHEST = {0: 200.0, 2.0: 400.0, 2.1: 400.0}  # beyond, NRLMSISE-00 gives negative densities over the winter pole
_SFU = "1e-22 W / (m2 Hz)"
_SPLINE_FROM_KM = 200.0  # above, scale heights exceed 20 km and a cubic spline over 10 km is exact to 1e-4
_SPLINE_STEP_KM = 10.0
HIGHEST_TOP_KM = 12000.0  # of a table

ATOMIC_MASS = {"H": 1.008, "He": 4.0026, "N": 14.007, "O": 15.999, "Ar": 39.948}  # [u]
# Atoms of each element in a molecule.
_ATOMS = {
    Variable.N2: {"N": 2},
    Variable.O2: {"O": 2},
    Variable.O: {"O": 1},
    Variable.HE: {"He": 1},
    Variable.H: {"H": 1},
    Variable.AR: {"Ar": 1},
    Variable.N: {"N": 1},
    Variable.ANOMALOUS_O: {"O": 1},
    Variable.NO: {"N": 1, "O": 1},
}


class Activity(NamedTuple):
    """Solar and geomagnetic activity."""

    f107: float  # observed F10.7 of the day before [1e-22 W m-2 Hz-1]
    f107a: float  # its 81-day mean
    ap: float  # daily Ap


def activity(f107: float | None, f107a: float | None, ap: float | None, version: float = 2.1) -> Activity:
    """Checked solar and geomagnetic activity.

    Parameters
    ----------
    f107, f107a : float
        Observed 10.7 cm flux of the day before, and its 81-day mean [1e-22 W m-2 Hz-1], 60-400.
    ap : float
        Daily Ap, 0-400 (0-200 for NRLMSISE-00).
    version : {2.1, 2.0, 0}, optional

    Returns
    -------
    Activity

    Raises
    ------
    OutOfRange
        When one is missing (the message names it) or outside its range.
    """
    given: dict[str, Any] = {"f107": f107, "f107a": f107a, "ap": ap}
    missing = [name for name, value in given.items() if value is None]
    if missing:
        raise OutOfRange(
            f"air: `{missing[0]}` is missing. Give f107, f107a and ap together, for example"
            " f107 = 112, f107a = 108, ap = 10 for June 1998; nothing is looked up."
        )
    for name, value in given.items():
        given[name] = value = DOOR.number(name, value, "" if name == "ap" else _SFU)
        low, high = (0.0, AP_HIGHEST[version]) if name == "ap" else F107_RANGE
        if not low <= value <= high:
            raise OutOfRange(f"air: {name} = {value:g} is outside [{low:g}, {high:g}]. Give the observed index.")
    return Activity(**given)


class Msis(Air):
    """Air of NRLMSIS at a stated time, or its mean over stated times, at stated activity.

    Parameters
    ----------
    times : str, date, datetime, numpy.datetime64, astropy Time, decimal year, or a sequence of these
        UT where it has no zone. Several times give the mean density (not the mean of its logarithm) and the composition
        of that mean: see `atmosphere.averaging`. A day without an hour, "1998-06-05", is the mean of that day. The year
        is irrelevant to the model.
    f107, f107a, ap : float
        Observed 10.7 cm flux of the day before, its 81-day mean [1e-22 W m-2 Hz-1] (60-400), and daily Ap
        (0-400; 0-200 for NRLMSISE-00).
    version : {2.1, 2.0, 0}, optional
        NRLMSIS 2.1, 2.0, or NRLMSISE-00.
    top_km : float, optional
        How far the table reaches: 4000 km, or more in whole steps of 50 km up to 12000 km.

    Attributes
    ----------
    table : AirTable
        What kernels read.
    times : ndarray of datetime64[m]
    activity : Activity
    version : {0, 2.0, 2.1}

    Raises
    ------
    OutOfRange
        For a missing key (named), an index outside its range, an unreadable time, or an unknown version.

    Notes
    -----
    Range 0-4000 km, or to `top_km`; above some 1000 km the model is each species' diffusive equilibrium and no more.
    For one time the grid is 7.5 deg in longitude, 2.5 deg in latitude; for a mean that cancels local time, 15 and 5
    deg. The lookup is within 1.2 % of the model at Ap <= 20 (tests/physics/test_atmosphere_msis.py).

    Examples
    --------
    >>> from atmosphere import Msis
    >>> air = Msis("1998-06-05T12:00", f107=112, f107a=108, ap=10)
    >>> f"{air.density_kg_m3(0.0, 0.0, 800.0):.1e} kg m-3"
    '8.1e-15 kg m-3'
    """

    def __init__(
        self,
        times: Any = None,
        f107: float | None = None,
        f107a: float | None = None,
        ap: float | None = None,
        version: float = 2.1,
        top_km: float = TOP_KM,
    ) -> None:
        if not TOP_KM <= top_km <= HIGHEST_TOP_KM or (top_km - TOP_KM) % COARSE_STEP_KM:
            raise OutOfRange(
                f"air: top_km = {top_km:g} is not {TOP_KM:g} to {HIGHEST_TOP_KM:g} km in steps of {COARSE_STEP_KM:g}."
            )
        self.times = days_or_times(times)
        if version not in VERSIONS:
            raise OutOfRange(f"air: MSIS version {version!r} is not one of 0, 2.0, 2.1 (0 is NRLMSISE-00).")
        self.version = VERSIONS[VERSIONS.index(version)]
        self.activity = activity(f107, f107a, ap, self.version)
        super().__init__(_mean_table(self.times, self.activity, self.version, top_km), _scale_step_km)


def _scale_step_km(altitude_km):
    """Half of the interval over which a scale height is taken [km]: one step of the table."""
    return np.where(altitude_km < FINE_TOP_KM, FINE_STEP_KM, COARSE_STEP_KM)


def model_output(
    moment: np.datetime64,
    longitude_deg: np.ndarray,
    latitude_deg: np.ndarray,
    altitude_km: np.ndarray,
    activity: Activity,
    version: float,
) -> np.ndarray:
    """What the model says on a grid, as pymsis has it.

    Parameters
    ----------
    moment : numpy.datetime64
        UT.
    longitude_deg, latitude_deg, altitude_km : ndarray
        Axes of the grid [deg], [deg], [km].
    activity : Activity
    version : float

    Returns
    -------
    ndarray, shape (longitudes, latitudes, altitudes, 11)
        By `pymsis.Variable`: densities [kg m-3], [m-3], NaN where a species is not modelled, and temperature [K].
    """
    return pymsis.calculate(
        np.array([moment]),
        longitude_deg,
        latitude_deg,
        altitude_km,
        [activity.f107],
        [activity.f107a],
        [[activity.ap] * 7],
        version=version,
    ).reshape(len(longitude_deg), len(latitude_deg), len(altitude_km), 11)


def partial_densities(
    moment: np.datetime64,
    longitude_deg: np.ndarray,
    latitude_deg: np.ndarray,
    altitude_km: np.ndarray,
    activity: Activity,
    version: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Density and element densities of the model on a grid.

    Parameters
    ----------
    moment : numpy.datetime64
        UT.
    longitude_deg, latitude_deg, altitude_km : ndarray
        Axes of the grid [deg], [deg], [km].
    activity : Activity
    version : float

    Returns
    -------
    rho : ndarray, shape (longitudes, latitudes, altitudes)
        Mass density [kg m-3].
    elements : ndarray, shape (longitudes, latitudes, altitudes, 5)
        Mass of H, He, N, O, Ar in a volume, in u per m3. A species that the model does not hold there (O below 50 km,
        H and N below 75 km) counts as absent: its share of the mass is below 1e-4.
    """
    output = model_output(moment, longitude_deg, latitude_deg, altitude_km, activity, version)
    return output[..., Variable.MASS_DENSITY].astype(float), _element_masses(output)


def _element_masses(output):
    """Mass of H, He, N, O, Ar in a volume [u m-3], shape (..., 5), from the model's output, shape (..., 11)."""
    elements = np.zeros((len(ELEMENTS), *output.shape[:-1]))
    for species, atoms in _ATOMS.items():
        numbers = np.nan_to_num(output[..., species].astype(float), nan=0.0)
        for element, count in atoms.items():
            elements[ELEMENTS.index(element)] += count * ATOMIC_MASS[element] * numbers
    return np.ascontiguousarray(np.moveaxis(elements, 0, -1))


def element_densities(
    times: np.ndarray,
    latitude_deg: np.ndarray,
    longitude_deg: np.ndarray,
    altitude_km: np.ndarray,
    activity: Activity,
    version: float = 2.1,
) -> np.ndarray:
    """Density of each element at some places, mean over times, straight from the model and without its table.

    For a few places at many activities; `Msis` is for many places at one.

    Parameters
    ----------
    times : ndarray of datetime64[m], shape (m,)
        UT.
    latitude_deg, longitude_deg, altitude_km : ndarray, shape (n,)
        Geodetic positions [deg], [deg], [km]; above 4000 km too, by diffusive equilibrium.
    activity : Activity
    version : float, optional

    Returns
    -------
    ndarray, shape (n, 5)
        Of H, He, N, O, Ar [kg m-3].
    """
    n, m = len(altitude_km), len(times)
    places = (np.tile(x, m) for x in (longitude_deg, latitude_deg, altitude_km))
    indices = np.full(n * m, activity.f107), np.full(n * m, activity.f107a), np.full((n * m, 7), activity.ap)
    output = pymsis.calculate(np.repeat(times, n), *places, *indices, version=version).reshape(m, n, 11)
    parts = _element_masses(output)
    density = output[..., Variable.MASS_DENSITY].astype(float)
    return np.mean(parts * (density / parts.sum(axis=-1))[..., np.newaxis], axis=0)


def mean_densities(
    times: np.ndarray, grid: tuple[np.ndarray, np.ndarray, np.ndarray], activity: Activity, version: float
) -> tuple[np.ndarray, np.ndarray]:
    """Density and those of the elements, mean over times.

    Parameters
    ----------
    times : ndarray of datetime64[m]
    grid : tuple of ndarray
        Longitudes, latitudes [deg] and altitudes [km].
    activity : Activity
    version : float

    Returns
    -------
    rho : ndarray, shape (longitudes, latitudes, altitudes)
        Mean mass density [kg m-3].
    elements : ndarray, shape (longitudes, latitudes, altitudes, 5)
        Sum over the times of the mass density of H, He, N, O, Ar [kg m-3].
    """
    rho: Any
    elements: Any
    rho = elements = 0.0
    for moment in times:
        density, parts = partial_densities(moment, *grid, activity, version)
        rho = rho + density / len(times)
        elements = elements + parts * (density / parts.sum(axis=-1))[..., np.newaxis]
    return rho, elements


@part("the air", of=AirTable)
def _mean_table(times, activity, version, top_km):
    """Table of the density averaged over the times."""
    coarse = len(times) > 1 and covers_local_times(times)
    longitude_deg = np.arange(0.0, 360.0, 15.0 if coarse else 7.5)
    latitude_deg = np.arange(-90.0, 90.1, 5.0 if coarse else 2.5)
    altitude_km = _model_altitudes(top_km)
    rho, elements = mean_densities(times, (longitude_deg, latitude_deg, altitude_km), activity, version)
    ln_rho = np.log(rho)
    kept = np.isin(altitude_km, altitude_nodes(FRACTION_STEP_KM, top_km))
    stride = 1 if coarse else 2
    parts = elements[::stride, :: 2 * stride][:, :, kept]
    shares = parts / parts.sum(axis=-1, keepdims=True)
    return air_table(_on_table_altitudes(altitude_km, ln_rho, top_km), shares, top_km)


def _model_altitudes(top_km):
    """Altitudes of the calls to the model [km]: the table's up to 200 km, every fifth to 1200 km, all above."""
    nodes = altitude_nodes(FINE_STEP_KM, top_km)
    sparse = altitude_nodes(_SPLINE_STEP_KM, top_km)
    return np.concatenate([nodes[nodes < _SPLINE_FROM_KM], sparse[sparse >= _SPLINE_FROM_KM]])


def _on_table_altitudes(altitude_km, ln_rho, top_km):
    """ln(rho) at the table's altitudes, by a cubic spline from 200 km up."""
    nodes = altitude_nodes(FINE_STEP_KM, top_km)
    smooth = altitude_km >= _SPLINE_FROM_KM
    upper = CubicSpline(altitude_km[smooth], ln_rho[..., smooth], axis=-1)(nodes[nodes >= _SPLINE_FROM_KM])
    return np.concatenate([ln_rho[..., ~smooth], upper], axis=-1)
