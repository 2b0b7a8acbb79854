"""The path of a charge that mirrors at the equator: the closed curve where B = B0 and b . grad B = 0.

The curve is found longitude by longitude, each point by Newton's rule from the one before; it is smooth and
periodic in longitude, so its tangent follows from a Fourier series without a step length.
"""

import math
from typing import Any

import numpy as np
from numba import njit

from geomag.constants import NANOTESLA, REFERENCE_RADIUS
from geomag.coordinates import cartesian_to_geodetic
from geomag.errors import NoShell
from geomag.field import MagneticField, strength_and_gradient


@njit(cache=True, error_model="numpy")
def _misfit(model, radius, latitude, longitude, equatorial_field):
    """ln(B / B0) and r b . grad B / B at geocentric coordinates [m, rad]: both vanish on the contour."""
    across = radius * math.cos(latitude)
    x, y, z = across * math.cos(longitude), across * math.sin(longitude), radius * math.sin(latitude)
    strength, bx, by, bz, gx, gy, gz = strength_and_gradient(model, x, y, z)
    return math.log(strength / equatorial_field), radius * (bx * gx + by * gy + bz * gz) / strength


@njit(cache=True, error_model="numpy")
def equatorial_point(
    model: Any, longitude: float, radius: float, latitude: float, equatorial_field: float
) -> tuple[float, float]:
    """Point of a longitude where B = B0 and b . grad B = 0, by Newton's rule from a first guess.

    Parameters
    ----------
    model : field model
        What `geomag.field.field_and_gradient` takes.
    longitude : float
        Longitude [rad].
    radius, latitude : float
        First guess: distance from the centre [m], geocentric latitude [rad].
    equatorial_field : float
        B0 [T].

    Returns
    -------
    tuple of 2 float
        Distance from the centre [m] and geocentric latitude [rad], to 1e-11; NaN when the rule does not converge.
    """
    h = 1.0e-4
    for _ in range(30):
        f, g = _misfit(model, radius, latitude, longitude, equatorial_field)
        f_up, g_up = _misfit(model, radius * (1.0 + h), latitude, longitude, equatorial_field)
        f_down, g_down = _misfit(model, radius * (1.0 - h), latitude, longitude, equatorial_field)
        f_north, g_north = _misfit(model, radius, latitude + h, longitude, equatorial_field)
        f_south, g_south = _misfit(model, radius, latitude - h, longitude, equatorial_field)
        f_r, g_r, f_l, g_l = f_up - f_down, g_up - g_down, f_north - f_south, g_north - g_south
        determinant = (f_r * g_l - f_l * g_r) / (2.0 * h)
        d_radius = (f_l * g - f * g_l) / determinant
        d_latitude = (g_r * f - g * f_r) / determinant
        radius *= 1.0 + min(max(d_radius, -0.1), 0.1)
        latitude += min(max(d_latitude, -0.1), 0.1)
        if not (abs(latitude) < 1.5 and radius > 1.0e6):
            break
        if abs(d_radius) + abs(d_latitude) < 1.0e-11:
            return radius, latitude
    return math.nan, math.nan


@njit(cache=True, error_model="numpy")
def equatorial_points(
    model: Any, longitude: np.ndarray, radius: float, latitude: float, equatorial_field: float, out: np.ndarray
) -> None:
    """`equatorial_point` at each longitude, each from the one before.

    Parameters
    ----------
    model : field model
        What `geomag.field.field_and_gradient` takes.
    longitude : ndarray, shape (n,)
        Longitudes [rad].
    radius, latitude : float
        First guess at the first longitude: distance from the centre [m], geocentric latitude [rad].
    equatorial_field : float
        B0 [T].
    out : ndarray, shape (n, 2)
        Overwritten: distance from the centre [m] and geocentric latitude [rad]; NaN from the first that was not found.
    """
    for i in range(longitude.size):
        radius, latitude = equatorial_point(model, longitude[i], radius, latitude, equatorial_field)
        out[i, 0], out[i, 1] = radius, latitude


def equatorial_contour(field: MagneticField, B0_nT: float, longitudes: int) -> np.ndarray:
    """Closed contour of B0 on the surface of weakest field.

    Parameters
    ----------
    field : geomag.field.MagneticField
        Igrf, CentredDipole, ...
    B0_nT : float
        Equatorial field [nT].
    longitudes : int
        Number n of points, equally spaced from -180 deg.

    Returns
    -------
    ndarray, shape (n, 3)
        Longitude [rad], distance from the centre [m], geocentric latitude [rad].

    Raises
    ------
    NoShell
        When the contour is not found or does not close.
    """
    longitude = -math.pi + 2.0 * math.pi * np.arange(longitudes + 1) / longitudes
    guess = REFERENCE_RADIUS * np.cbrt(field.moment_nT / B0_nT)
    solved = np.empty((longitudes + 1, 2))
    equatorial_points(field.model, longitude, guess, 0.0, B0_nT * NANOTESLA, solved)
    if not (np.isfinite(solved).all() and np.allclose(solved[0], solved[-1], rtol=1e-9, atol=1e-9)):
        raise NoShell(
            f"drift_shell: {field.name} has no closed equatorial contour at B0 = {B0_nT:.6g} nT. "
            "Give a smaller B0 (larger L)."
        )
    return np.column_stack([longitude, solved])[:-1]


def contour_positions(contour: np.ndarray) -> np.ndarray:
    """Positions [m], shape (n, 3), of longitude, radius, geocentric latitude."""
    longitude, radius, latitude = contour.T
    across = radius * np.cos(latitude)
    return np.column_stack([across * np.cos(longitude), across * np.sin(longitude), radius * np.sin(latitude)])


def derivative_by_longitude(values: np.ndarray) -> np.ndarray:
    """Derivative by longitude [1/rad] of values on equally spaced longitudes, shape (n, 3), by Fourier series."""
    count = len(values)
    wave = np.fft.rfftfreq(count, 1.0 / count)
    if count % 2 == 0:
        wave[-1] = 0.0
    return np.fft.irfft(1j * wave[:, None] * np.fft.rfft(values, axis=0), count, axis=0)


def lowest_point(field: MagneticField, B0_nT: float, contour: np.ndarray) -> np.ndarray:
    """Lowest point of the equatorial contour, not bound to its longitudes: it defines the reference line.

    Parameters
    ----------
    field : geomag.field.MagneticField
        Igrf, CentredDipole, ...
    B0_nT : float
        Equatorial field [nT].
    contour : ndarray, shape (n, 3)
        From `equatorial_contour` with this B0.

    Returns
    -------
    ndarray, shape (3,)
        Geocentric Cartesian position [m].
    """
    altitude = cartesian_to_geodetic(*contour_positions(contour).T)[2]
    longitude, radius, latitude = contour[np.argmin(altitude)]
    for spacing in np.radians([360.0 / len(contour), 1.0, 0.2]):
        near = longitude + spacing * np.array([-1.0, 0.0, 1.0])
        solved = np.empty((3, 2))
        equatorial_points(field.model, near, radius, latitude, B0_nT * NANOTESLA, solved)
        low, middle, high = cartesian_to_geodetic(*contour_positions(np.column_stack([near, solved])).T)[2]
        bend = low - 2.0 * middle + high
        if bend > 1e-12:  # a centred dipole along the axis is equally low everywhere
            longitude += spacing * min(max(0.5 * (low - high) / bend, -1.0), 1.0)
    lowest = equatorial_point(field.model, longitude, radius, latitude, B0_nT * NANOTESLA)
    return contour_positions(np.array([[longitude, *lowest]]))[0]
