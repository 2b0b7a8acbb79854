"""Free electrons about the Earth: how many, by place and solar activity, averaged over local time and season.

Up to 1000 km they are those of the International Reference Ionosphere (the table and its header). Where the altitude is
above 2000 km and L between 1.6 and 4 they are the plasmasphere that IMAGE's radio sounder measured (Ozhogin et al.
2012, J. Geophys. Res. 117, A06225):

    n(L, lambda) = 10^(4.4693 - 0.4903 L) cm-3 cos^-0.75(1.01 (pi/2) lambda / lambda_inv),   cos^2(lambda_inv) = 1/L

with lambda the dipole latitude. Between the two ln(n) is linear in altitude; neither is stretched. L and lambda are
those of the eccentric dipole of the date. How well they are known: docs/methods/free_electrons.md.
"""

import csv
import datetime
import functools
import math
from importlib import resources

import numpy as np
from scipy.interpolate import RegularGridInterpolator

from atmosphere.air import Air
from atmosphere.table import (
    COARSE_STEP_KM,
    FINE_STEP_KM,
    FRACTION_STEP_KM,
    TOP_KM,
    AirTable,
    air_table,
    altitude_nodes,
)
from geomag import coordinates, dipole, igrf
from geomag.constants import REFERENCE_RADIUS
from kernelcache.prepared import part
from mcbelt.errors import PhysicsError
from mcbelt.physics.laws import FREE_ELECTRONS_F107A

IONOSPHERE_TOP_KM = 1000.0
PLASMASPHERE_FROM_KM = 2000.0
PLASMASPHERE_L = (1.6, 4.0)  # of the measurements
_STEP_DEG = {"longitude": 15.0, "latitude": 5.0}
_TOP_KM = 6000.0  # of the columns; L = 1.6 is reached below, on the side to which the dipole is shifted too
_NONE_BELOW = 1.0  # [m-3] in place of no electrons below the table's first altitude


@functools.cache
def _ionosphere():
    """First altitude of the baked table [km], and ln n_e [m-3] by F10.7, latitude and altitude."""
    text = (resources.files("mcbelt") / "data" / "plasma" / "ionosphere.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    axes = [sorted({float(row[name]) for row in rows}) for name in ("f107", "latitude_deg", "altitude_km")]
    values = np.log([float(row["n_e"]) for row in rows]).reshape([len(axis) for axis in axes])
    return axes[2][0], RegularGridInterpolator(axes, values)


def ionosphere(f107a: float, latitude_deg: np.ndarray, altitude_km: np.ndarray) -> np.ndarray:
    """Free electrons up to 1000 km.

    Parameters
    ----------
    f107a : float
        81-day mean of F10.7 [sfu], within `mcbelt.physics.laws.FREE_ELECTRONS_F107A`.
    latitude_deg, altitude_km : ndarray, shape (n,)
        Magnetic latitude [deg], and altitude [km], at most 1000.

    Returns
    -------
    ndarray, shape (n,)
        [m-3]; ln n_e is linear between nodes. Below 80 km there are none: 1.
    """
    lowest, logarithm = _ionosphere()
    asked = np.stack([np.full(len(altitude_km), f107a), np.abs(latitude_deg), np.maximum(altitude_km, lowest)], axis=-1)
    return np.where(altitude_km < lowest, _NONE_BELOW, np.exp(logarithm(asked)))


def plasmasphere(L: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Free electrons of the plasmasphere [m-3] by L and dipole latitude [rad] (Ozhogin et al. 2012).

    L is within `PLASMASPHERE_L`, and the place above 2000 km; NaN at other L.
    """
    low, high = PLASMASPHERE_L
    inside = (low <= L) & (high >= L)
    shell = np.where(inside, L, low)
    invariant = np.arccos(np.sqrt(1.0 / shell))
    along = np.cos(np.minimum(1.01 * 0.5 * math.pi * np.abs(latitude) / invariant, 0.5 * math.pi * (1.0 - 1e-9)))
    return np.where(inside, 10.0 ** (4.4693 - 0.4903 * shell) * 1e6 * along**-0.75, np.nan)


def column(f107a: float, latitude: np.ndarray, radius: np.ndarray, altitude_km: np.ndarray) -> np.ndarray:
    """Free electrons along a vertical line.

    Parameters
    ----------
    f107a : float
        [sfu]
    latitude, radius : ndarray, shape (n,)
        Dipole latitude [rad] and distance from the dipole [m] at each altitude.
    altitude_km : ndarray, shape (n,)
        Ascending [km].

    Returns
    -------
    ndarray, shape (n,)
        [m-3]; NaN above 1000 km where the line never reaches L = 1.6 to 4 above 2000 km, and beyond.
    """
    low = altitude_km <= IONOSPHERE_TOP_KM
    result = np.full(len(altitude_km), np.nan)
    result[low] = ionosphere(f107a, np.degrees(latitude[low]), altitude_km[low])
    L = radius / REFERENCE_RADIUS / np.cos(latitude) ** 2
    above = plasmasphere(L, latitude)
    reached = np.isfinite(above) & (altitude_km >= PLASMASPHERE_FROM_KM)
    if not reached.any():
        return result
    join, top = int(np.flatnonzero(reached)[0]), int(np.flatnonzero(low)[-1])
    result[reached] = above[reached]
    between = slice(top, join + 1)
    ends = np.log([result[top], result[join]])
    result[between] = np.exp(np.interp(altitude_km[between], altitude_km[[top, join]], ends))
    return result


def electrons(date: datetime.date, f107a: float, top_km: float = TOP_KM) -> Air:
    """Number density of free electrons as a table: where air has kg m-3, this has electrons per m3.

    Parameters
    ----------
    date : datetime.date
        Of the eccentric dipole.
    f107a : float
        81-day mean of F10.7 [sfu].
    top_km : float
        How far the table reaches, as `atmosphere.Msis`.

    Returns
    -------
    Air
        Its `density_kg_m3` is n_e [m-3], NaN beyond the models; its composition says nothing.

    Raises
    ------
    PhysicsError
        An activity beyond the table.
    """
    low, high = FREE_ELECTRONS_F107A
    if not low <= f107a <= high:
        raise PhysicsError(f"free electrons are known for F10.7a from {low:g} to {high:g} sfu, found {f107a:g}.")
    return Air(_table(date, f107a, top_km), lambda altitude_km: np.full_like(altitude_km, FINE_STEP_KM))


@part("the free electrons", of=AirTable)
def _table(date: datetime.date, f107a: float, top_km: float) -> AirTable:
    """Nodes of `electrons`."""
    g, h = igrf.igrf_coefficients(date)
    model = dipole.eccentric_dipole(g, h)
    longitude = np.arange(0.0, 360.0, _STEP_DEG["longitude"])
    latitude = np.arange(-90.0, 90.1, _STEP_DEG["latitude"])
    nodes = altitude_nodes(FINE_STEP_KM, top_km)
    altitude = np.concatenate([nodes, np.arange(nodes[-1] + COARSE_STEP_KM, _TOP_KM + 1.0, COARSE_STEP_KM)])
    places = coordinates.geodetic_to_cartesian(latitude[None, :, None], longitude[:, None, None], altitude)
    magnetic, _, radius = coordinates.cartesian_to_dipole(*places, model[:3], model[3:])
    density = np.empty(magnetic.shape)
    for i, j in np.ndindex(density.shape[:2]):
        density[i, j] = column(f107a, np.radians(magnetic[i, j]), radius[i, j] * 1e3, altitude)
    shares = np.zeros((len(longitude), len(latitude), len(altitude_nodes(FRACTION_STEP_KM, top_km)), 5))
    shares[..., 0] = 1.0
    return air_table(np.log(density[..., : len(nodes)]), shares, top_km)
