"""Störmer's cutoff: the smallest rigidity with which a charge can come to a point of a dipole from infinity.

The canonical angular momentum about the dipole axis is conserved. From it Störmer found the region that a charge from
infinity can never enter, and its edge gives, in closed form, the rigidity below which a direction of arrival is shut:

    R_c = (c M / r^2) cos^4(lambda) / [1 + sqrt(1 + cos(omega) cos^3(lambda))]^2 ,

with M the moment [T m^3], r the distance from the dipole, lambda the dipole latitude, and omega the angle of the
velocity of a positive charge with magnetic east (Störmer 1955, The Polar Aurora; Smart & Shea 2005, Adv. Space Res. 36,
2012). A positive charge that comes from the west moves to the east and has the lowest cutoff: at the equator the three
numbers for west, vertical and east are as 1/(1 + sqrt 2)^2, 1/4 and 1. The formula knows neither the Earth's body (the
shadow and the penumbra need traced orbits) nor the multipoles of the field.

Examples
--------
>>> moment = 31200.0e-9 * REFERENCE_RADIUS**3  # 0.312 G at the equator of the surface
>>> [round(cutoff_rigidity(moment, 1.09 * REFERENCE_RADIUS, 0.0, c), 1) for c in (1.0, 0.0, -1.0)]
[8.6, 12.5, 50.2]
"""

import math

import numpy as np
from numba import njit
from numba.extending import register_jitable
from numpy.typing import ArrayLike

from geomag.constants import GV_TO_TESLA_METRE, NANOTESLA, REFERENCE_RADIUS
from geomag.dipole import DipoleModel
from geomag.errors import DOOR, OutOfRange


@register_jitable(error_model="numpy")
def cutoff_of_scale(
    scale: float | np.ndarray, latitude: float | np.ndarray, cosine_east: float | np.ndarray
) -> float | np.ndarray:
    """Störmer's formula for kernels and arrays alike.

    Parameters
    ----------
    scale : float
        c M / r^2 [GV]: four times the cutoff of the vertical at the equator, or that of the east there.
    latitude : float
        Dipole latitude [rad].
    cosine_east : float or ndarray
        As for `cutoff_rigidity`.

    Returns
    -------
    float or ndarray
        Cutoff [GV].
    """
    cosine = np.cos(latitude)
    # the radicand falls below zero by rounding alone, for the horizontal east at the equator
    root = np.sqrt(np.maximum(0.0, 1.0 + cosine_east * cosine**3))
    return scale * cosine**4 / (1.0 + root) ** 2


@njit(cache=True, error_model="numpy")
def cutoff_rigidity(moment: float, r: float, latitude: float, cosine_east: float) -> float:
    """Störmer's cutoff rigidity of a positive charge.

    Parameters
    ----------
    moment : float
        Dipole moment, mu_0 m / 4 pi [T m^3], positive.
    r : float
        Distance from the dipole [m].
    latitude : float
        Dipole latitude [rad].
    cosine_east : float
        Cosine of the angle between the velocity and magnetic east, -1 to 1; for a negative charge reverse its sign.

    Returns
    -------
    float
        Cutoff [GV]. Störmer 1955.
    """
    return cutoff_of_scale(moment / (GV_TO_TESLA_METRE * r * r), latitude, cosine_east)


@njit(cache=True, error_model="numpy")
def cutoff_of_direction(model: DipoleModel, x: float, y: float, z: float, ux: float, uy: float, uz: float) -> float:
    """Störmer's cutoff rigidity of a positive charge that passes a point in a direction.

    Parameters
    ----------
    model : DipoleModel
        Moment vector [T m^3] and centre [m]: centred or eccentric.
    x, y, z : float
        Geocentric Cartesian position [m].
    ux, uy, uz : float
        Unit vector of the velocity (of travel, not of arrival).

    Returns
    -------
    float
        Cutoff [GV]; 0 on the dipole axis.
    """
    mx, my, mz = -model.moment_x, -model.moment_y, -model.moment_z  # the axis that points north
    x, y, z = x - model.centre_x, y - model.centre_y, z - model.centre_z
    moment = math.sqrt(mx * mx + my * my + mz * mz)
    r = math.sqrt(x * x + y * y + z * z)
    ex, ey, ez = my * z - mz * y, mz * x - mx * z, mx * y - my * x
    east = math.sqrt(ex * ex + ey * ey + ez * ez)  # moment r cos(latitude)
    if east <= 0.0:
        return 0.0
    cosine_east = (ux * ex + uy * ey + uz * ez) / east
    return cutoff_rigidity(moment, r, math.acos(min(1.0, east / (moment * r))), cosine_east)


def cutoff_rigidity_GV(
    moment_nT: ArrayLike, radius_km: ArrayLike, dipole_latitude_deg: ArrayLike, cosine_east: ArrayLike
) -> np.ndarray:
    """Störmer's cutoff rigidity over arrays.

    Parameters
    ----------
    moment_nT : array_like
        Dipole moment over R_E^3 [nT], such as `geomag.Igrf(date).moment_nT`; above 0.
    radius_km : array_like
        Distance from the dipole [km], above 0.
    dipole_latitude_deg : array_like
        Dipole latitude [deg], -90 to 90.
    cosine_east : array_like
        Cosine of the angle between the velocity of a positive charge and magnetic east.

    Returns
    -------
    ndarray
        Cutoff [GV], of the broadcast shape.

    Raises
    ------
    OutOfRange
        Outside these ranges.
    """
    (moment, radius, latitude, cosine), labelled = DOOR.aligned(
        ("moment", moment_nT, "nT"),
        ("radius", radius_km, "km"),
        ("dipole latitude", dipole_latitude_deg, "deg"),
        ("cosine_east", cosine_east, ""),
    )
    if np.any(moment <= 0.0) or np.any(radius <= 0.0):
        raise OutOfRange("Störmer cutoff: moment_nT and radius_km must be above 0.")
    if np.any(np.abs(latitude) > 90.0):
        raise OutOfRange("Störmer cutoff: dipole_latitude_deg must lie in [-90, 90].")
    if np.any(np.abs(cosine) > 1.0):
        raise OutOfRange("Störmer cutoff: cosine_east must lie in [-1, 1]; it is a cosine, not an angle.")
    scale = NANOTESLA * REFERENCE_RADIUS**3
    flat = zip(moment.ravel(), radius.ravel(), latitude.ravel(), cosine.ravel(), strict=True)
    values = [cutoff_rigidity(m * scale, r * 1e3, math.radians(b), c) for m, r, b, c in flat]
    return labelled(np.reshape(values, moment.shape), "cutoff", "GV")
