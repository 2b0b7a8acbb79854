"""Where a point is: geodetic (WGS84), geocentric, and centred-dipole coordinates.

Kernels work in geocentric Cartesian metres: x towards 0 E on the equator, z towards the north pole. People give
geodetic latitude, longitude and altitude; the two latitudes differ by up to 0.19 deg, 21 km on the ground, which at
a shell's lowest point is several scale heights of the air: so geodetic and geocentric are never mixed here. The
third system has its axis along the dipole of the epoch: dipole latitude and dipole longitude organise L, mirror
points and cutoffs.

Scalar functions are compiled and take radians and metres; the functions whose names carry units take arrays of any
shape.

Examples
--------
>>> x, y, z = geodetic_to_cartesian(latitude_deg=90.0, longitude_deg=0.0, altitude_km=0.0)
>>> round(float(z) / 1e3, 3)
6356.752
>>> latitude, longitude, altitude = cartesian_to_geodetic(x, y, z)
>>> float(latitude), round(float(altitude), 9)
(90.0, 0.0)
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from geomag.constants import (
    WGS84_ECCENTRICITY_SQUARED,
    WGS84_EQUATORIAL_RADIUS,
    WGS84_FLATTENING,
    WGS84_POLAR_RADIUS,
)
from geomag.errors import DOOR, OutOfRange
from kernelcache.doors import Labelled

SECOND_ECCENTRICITY_SQUARED = WGS84_ECCENTRICITY_SQUARED / (1.0 - WGS84_ECCENTRICITY_SQUARED)


@njit(cache=True, error_model="numpy")
def position_of_geodetic(latitude: float, longitude: float, altitude: float) -> tuple[float, float, float]:
    """Geocentric Cartesian position of a geodetic point.

    Parameters
    ----------
    latitude, longitude : float
        Geodetic latitude and longitude [rad].
    altitude : float
        Height above the WGS84 ellipsoid [m].

    Returns
    -------
    tuple of 3 float
        x, y, z [m]. Exact. NIMA TR8350.2 (2000), eq. (4-14).
    """
    sine, cosine = math.sin(latitude), math.cos(latitude)
    normal = WGS84_EQUATORIAL_RADIUS / math.sqrt(1.0 - WGS84_ECCENTRICITY_SQUARED * sine * sine)
    across = (normal + altitude) * cosine
    z = (normal * (1.0 - WGS84_ECCENTRICITY_SQUARED) + altitude) * sine
    return across * math.cos(longitude), across * math.sin(longitude), z


@njit(cache=True, error_model="numpy")
def geodetic_of_position(x: float, y: float, z: float) -> tuple[float, float, float]:
    """Geodetic latitude, longitude and altitude of a geocentric Cartesian position.

    Parameters
    ----------
    x, y, z : float
        Position [m].

    Returns
    -------
    tuple of 3 float
        Latitude [rad], longitude in (-pi, pi] [rad], altitude [m]. Bowring 1976 (Surv. Rev. 23, 323), his
        parametric latitude iterated three times: exact to 1e-8 m from 3500 km off the centre to far out, poles
        included. NaN at the centre.
    """
    across = math.sqrt(x * x + y * y)
    if not (across > 0.0 or z != 0.0):
        return math.nan, math.nan, math.nan
    parametric = math.atan2(z * WGS84_EQUATORIAL_RADIUS, across * WGS84_POLAR_RADIUS)
    latitude = parametric
    for _ in range(3):
        sine, cosine = math.sin(parametric), math.cos(parametric)
        latitude = math.atan2(
            z + SECOND_ECCENTRICITY_SQUARED * WGS84_POLAR_RADIUS * sine**3,
            across - WGS84_ECCENTRICITY_SQUARED * WGS84_EQUATORIAL_RADIUS * cosine**3,
        )
        parametric = math.atan2((1.0 - WGS84_FLATTENING) * math.sin(latitude), math.cos(latitude))
    sine, cosine = math.sin(latitude), math.cos(latitude)
    root = math.sqrt(1.0 - WGS84_ECCENTRICITY_SQUARED * sine * sine)
    return latitude, math.atan2(y, x), across * cosine + z * sine - WGS84_EQUATORIAL_RADIUS * root


@njit(cache=True, error_model="numpy")
def east_north_up(
    latitude: float, longitude: float
) -> tuple[float, float, float, float, float, float, float, float, float]:
    """Unit vectors east, north and up at a latitude (geodetic or geocentric, as `latitude` is) and longitude [rad].

    Returns
    -------
    tuple of 9 float
        Components of east, north, up in geocentric Cartesian axes.
    """
    sine, cosine = math.sin(latitude), math.cos(latitude)
    sine_l, cosine_l = math.sin(longitude), math.cos(longitude)
    return -sine_l, cosine_l, 0.0, -sine * cosine_l, -sine * sine_l, cosine, cosine * cosine_l, cosine * sine_l, sine


# ---------------------------------------------------------------- doors: arrays, degrees, kilometres


def check_latitude(latitude_deg: ArrayLike, where: str) -> None:
    """Raise `OutOfRange` where a latitude lies outside [-90, 90] deg; one that is not known, NaN, does not."""
    latitude = DOOR.numbers("latitude", latitude_deg, "deg")
    wrong = np.abs(latitude) > 90.0
    if wrong.any():
        raise OutOfRange(f"{where}: latitude {latitude[wrong].flat[0]} deg is outside [-90, 90]. Give degrees north.")


def geodetic_to_cartesian(
    latitude_deg: ArrayLike, longitude_deg: ArrayLike, altitude_km: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Geocentric Cartesian position of geodetic points.

    Parameters
    ----------
    latitude_deg, longitude_deg : array_like
        Geodetic latitude and longitude [deg]; they broadcast with the altitude.
    altitude_km : array_like
        Height above the WGS84 ellipsoid [km].

    Returns
    -------
    x, y, z : ndarray
        Position [m], of the broadcast shape.

    Raises
    ------
    OutOfRange
        When a latitude is outside [-90, 90] deg.
    """
    (latitude, longitude, altitude), labelled = DOOR.aligned(
        ("latitude", latitude_deg, "deg"), ("longitude", longitude_deg, "deg"), ("altitude", altitude_km, "km")
    )
    check_latitude(latitude, "geodetic_to_cartesian")
    latitude, longitude, altitude = spread_radians(latitude), spread_radians(longitude), _metres(altitude)
    sine, cosine = np.sin(latitude), np.cos(latitude)
    normal = WGS84_EQUATORIAL_RADIUS / np.sqrt(1.0 - WGS84_ECCENTRICITY_SQUARED * sine**2)
    across = (normal + altitude) * cosine
    z = (normal * (1.0 - WGS84_ECCENTRICITY_SQUARED) + altitude) * sine
    return _named(labelled, _POSITION, (across * np.cos(longitude), across * np.sin(longitude), z))


@njit(cache=True, error_model="numpy")
def _geodetic_of_positions(x, y, z, out):
    for i in range(x.size):
        out[0, i], out[1, i], out[2, i] = geodetic_of_position(x[i], y[i], z[i])


def cartesian_to_geodetic(x_m: ArrayLike, y_m: ArrayLike, z_m: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Geodetic latitude, longitude and altitude of geocentric Cartesian positions.

    The inverse of `geodetic_to_cartesian`.

    Parameters
    ----------
    x_m, y_m, z_m : array_like
        Position [m]; they broadcast.

    Returns
    -------
    latitude_deg, longitude_deg, altitude_km : ndarray
        Geodetic latitude [deg], longitude in (-180, 180] [deg], height above WGS84 [km], of the broadcast shape; NaN at
        the centre of the Earth. Method and accuracy as in `geodetic_of_position`.
    """
    (x, y, z), labelled = _positions(x_m, y_m, z_m)
    out = np.empty((3, x.size))
    _geodetic_of_positions(x.ravel(), y.ravel(), z.ravel(), out)
    latitude, longitude, altitude = out.reshape(3, *x.shape)
    return _named(
        labelled, (*_ANGLES, ("altitude", "km")), (np.degrees(latitude), np.degrees(longitude), altitude / 1e3)
    )


def geocentric_to_cartesian(
    latitude_deg: ArrayLike, longitude_deg: ArrayLike, radius_km: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cartesian position of geocentric coordinates.

    Parameters
    ----------
    latitude_deg, longitude_deg : array_like
        Geocentric latitude and longitude [deg]; they broadcast with the radius.
    radius_km : array_like
        Distance from the centre of the Earth [km].

    Returns
    -------
    x, y, z : ndarray
        Position [m], of the broadcast shape.

    Raises
    ------
    OutOfRange
        When a latitude is outside [-90, 90] deg.
    """
    (latitude, longitude, radius), labelled = DOOR.aligned(
        ("latitude", latitude_deg, "deg"), ("longitude", longitude_deg, "deg"), ("radius", radius_km, "km")
    )
    check_latitude(latitude, "geocentric_to_cartesian")
    latitude, longitude, radius = spread_radians(latitude), spread_radians(longitude), _metres(radius)
    across = radius * np.cos(latitude)
    found = (across * np.cos(longitude), across * np.sin(longitude), radius * np.sin(latitude))
    return _named(labelled, _POSITION, found)


def cartesian_to_geocentric(
    x_m: ArrayLike, y_m: ArrayLike, z_m: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Geocentric coordinates of Cartesian positions.

    Parameters
    ----------
    x_m, y_m, z_m : array_like
        Position [m]; they broadcast.

    Returns
    -------
    latitude_deg, longitude_deg, radius_km : ndarray
        Geocentric latitude [deg], longitude in [-180, 180] [deg], distance from the centre [km], of the broadcast
        shape.
    """
    (x, y, z), labelled = _positions(x_m, y_m, z_m)
    across = np.hypot(x, y)
    found = (np.degrees(np.arctan2(z, across)), np.degrees(np.arctan2(y, x)), np.hypot(across, z) / 1e3)
    return _named(labelled, (*_ANGLES, ("radius", "km")), found)


def dipole_axes(moment: ArrayLike) -> np.ndarray:
    """Rotation from geocentric Cartesian axes to those of a dipole.

    Parameters
    ----------
    moment : array_like, shape (3,)
        Dipole moment vector, any unit; the Earth's points south.

    Returns
    -------
    ndarray, shape (3, 3)
        Rows: the axes x', y', z' of dipole coordinates. z' is the north end of the dipole axis (against the moment
        of the Earth), y' is perpendicular to z' and to the geographic axis (Laundal & Richmond 2017, sect. 3.1), so
        that the geographic south pole has dipole longitude 0. When the axes coincide, x' is that of 0 E.
    """
    axis = -np.asarray(moment, dtype=float)
    axis = axis / np.linalg.norm(axis)
    across = np.hypot(axis[0], axis[1])
    if across < 1e-12:
        y_axis = np.array([0.0, math.copysign(1.0, axis[2]), 0.0])
    else:
        y_axis = np.array([-axis[1], axis[0], 0.0]) / across
    return np.array([np.cross(y_axis, axis), y_axis, axis])


def cartesian_to_dipole(
    x_m: ArrayLike, y_m: ArrayLike, z_m: ArrayLike, moment: ArrayLike, centre: ArrayLike = (0.0, 0.0, 0.0)
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dipole coordinates of geocentric Cartesian positions.

    Parameters
    ----------
    x_m, y_m, z_m : array_like
        Position [m]; they broadcast.
    moment : array_like, shape (3,)
        Dipole moment vector, any unit.
    centre : array_like, shape (3,)
        Position of the dipole [m].

    Returns
    -------
    latitude_deg, longitude_deg, radius_km : ndarray
        Dipole latitude and longitude [deg], distance from the dipole [km], of the broadcast shape; axes as in
        `dipole_axes`.
    """
    arrays, labelled = _positions(x_m, y_m, z_m)
    positions = np.stack(arrays)
    shifted = positions - np.reshape(np.asarray(centre, dtype=float), (3,) + (1,) * (positions.ndim - 1))
    found = cartesian_to_geocentric(*np.tensordot(dipole_axes(moment), shifted, axes=1))
    return _named(labelled, (*_ANGLES, ("radius", "km")), found)


def dipole_to_cartesian(
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    radius_km: ArrayLike,
    moment: ArrayLike,
    centre: ArrayLike = (0.0, 0.0, 0.0),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Geocentric Cartesian position of dipole coordinates: the inverse of `cartesian_to_dipole`.

    Parameters
    ----------
    latitude_deg, longitude_deg : array_like
        Dipole latitude and longitude [deg]; they broadcast with the radius.
    radius_km : array_like
        Distance from the dipole [km].
    moment : array_like, shape (3,)
        Dipole moment vector, any unit.
    centre : array_like, shape (3,)
        Position of the dipole [m].

    Returns
    -------
    x, y, z : ndarray
        Position [m], of the broadcast shape.

    Raises
    ------
    OutOfRange
        When a latitude is outside [-90, 90] deg.
    """
    given, labelled = DOOR.aligned(
        ("latitude", latitude_deg, "deg"), ("longitude", longitude_deg, "deg"), ("radius", radius_km, "km")
    )
    local = np.stack(geocentric_to_cartesian(*given))
    rotated = np.tensordot(dipole_axes(moment).T, local, axes=1)
    shift = np.reshape(np.asarray(centre, dtype=float), (3,) + (1,) * (rotated.ndim - 1))
    return _named(labelled, _POSITION, rotated + shift)


def _spread(function: Callable[[np.ndarray], np.ndarray], values: np.ndarray) -> np.ndarray:
    """A function of broadcast values, computed once for each of them and broadcast again.

    What is computed of it then reads the memory as if it had been computed first: sines of an array differ in the last
    bit by how it lies.
    """
    own = values[tuple(slice(0, 1) if step == 0 else slice(None) for step in values.strides)]
    return np.broadcast_to(function(own), values.shape)


def spread_radians(degrees: np.ndarray) -> np.ndarray:
    """Radians of broadcast degrees, broadcast as these are."""
    return _spread(np.radians, degrees)


def _metres(kilometres: np.ndarray) -> np.ndarray:
    return _spread(lambda values: values * 1e3, kilometres)


_POSITION = (("x", "m"), ("y", "m"), ("z", "m"))
_ANGLES = (("latitude", "deg"), ("longitude", "deg"))


def _positions(x_m: ArrayLike, y_m: ArrayLike, z_m: ArrayLike) -> tuple[list[np.ndarray], Labelled]:
    return DOOR.aligned(("x", x_m, "m"), ("y", y_m, "m"), ("z", z_m, "m"))


def _named(labelled: Labelled, names: Sequence[tuple[str, str]], found: Iterable[np.ndarray]) -> tuple[Any, Any, Any]:
    """Three results with the labels of what was given."""
    first, second, third = (labelled(values, *name) for name, values in zip(names, found, strict=True))
    return first, second, third
