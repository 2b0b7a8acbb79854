"""Grammage: the mass of air per unit area along a path, which is what a particle pays for its way.

Between neighbouring points density is taken as exponential in the distance, so a vertical column through a table of
ln(rho) is integrated exactly. A slant line runs over a sphere of mean radius. Against the same line over the WGS84
ellipsoid the column is right to 3e-4 up to 85 deg of zenith angle and to 0.2 % at 90 deg; for lines that dip below
their start, where a kilometre of perigee counts, to 4 % (tests/physics/test_atmosphere_depth.py).
"""

import numpy as np
from numpy.typing import ArrayLike

from atmosphere.air import Air
from atmosphere.errors import DOOR, OutOfRange
from atmosphere.table import altitude_nodes

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG (Moritz 2000)
_KM_TO_M = 1.0e3
_KG_M2_TO_G_CM2 = 0.1
_SLANT_POINTS = 4000


def vertical_depth_g_cm2(air: Air, latitude_deg: float, longitude_deg: float, altitude_km: float) -> float:
    """Grammage above a point.

    Parameters
    ----------
    air : Msis or Exponential
    latitude_deg, longitude_deg : float
        Geodetic position [deg].
    altitude_km : float
        Lower end of the column [km]; the upper end is the top of the model.

    Returns
    -------
    float
        Grammage [g cm-2].

    Raises
    ------
    OutOfRange
        When the point is outside the model.
    """
    latitude_deg, longitude_deg, altitude_km = _point(latitude_deg, longitude_deg, altitude_km)
    air.density_kg_m3(latitude_deg, longitude_deg, altitude_km)  # raises when the point is outside
    top_km = air.table.top / _KM_TO_M
    nodes = altitude_nodes(2.0)
    inner = nodes[(nodes > altitude_km) & (nodes < top_km)]
    altitudes = np.concatenate([[altitude_km], inner, [top_km]])
    return path_depth_g_cm2(air, latitude_deg, longitude_deg, altitudes, altitudes)[-1]


def path_depth_g_cm2(
    air: Air, latitude_deg: ArrayLike, longitude_deg: ArrayLike, altitude_km: ArrayLike, distance_km: ArrayLike
) -> np.ndarray:
    """Grammage along any path given by points.

    Parameters
    ----------
    air : Msis or Exponential
    latitude_deg, longitude_deg, altitude_km : array_like, shape (n,)
        Geodetic points along the path [deg], [deg], [km]; they broadcast.
    distance_km : array_like, shape (n,)
        Length of path from its start to each point [km], increasing.

    Returns
    -------
    ndarray, shape (n,)
        Grammage from the first point to each [g cm-2]; the last is the whole path.

    Raises
    ------
    OutOfRange
        When a point is outside the model, or the distance does not increase.
    """
    (latitude, longitude, altitude, distance), labelled = DOOR.aligned(
        ("latitude", latitude_deg, "deg"),
        ("longitude", longitude_deg, "deg"),
        ("altitude", altitude_km, "km"),
        ("distance", distance_km, "km"),
    )
    steps = np.diff(distance)
    if (steps < 0.0).any():
        raise OutOfRange("air: distance_km must not decrease along the path.")
    rho = np.asarray(air.density_kg_m3(latitude, longitude, altitude))
    column = np.cumsum(logarithmic_mean(rho[:-1], rho[1:]) * steps * _KM_TO_M)
    return labelled(_KG_M2_TO_G_CM2 * np.concatenate([[0.0], column]), "grammage", "g cm-2")


def _point(latitude_deg, longitude_deg, altitude_km):
    """Geodetic position of one point [deg], [deg], [km]."""
    return (
        DOOR.number("latitude", latitude_deg, "deg"),
        DOOR.number("longitude", longitude_deg, "deg"),
        DOOR.number("altitude", altitude_km, "km"),
    )


def logarithmic_mean(a: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Mean (a - b) / ln(a / b) over an interval of a quantity exponential in between; a for a = b."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    ratio = np.log(b / a)
    nearly_equal = np.abs(ratio) < 1.0e-6
    safe = np.where(nearly_equal, 1.0, ratio)
    return np.where(nearly_equal, 0.5 * (a + b), (b - a) / safe)


def slant_depth_g_cm2(
    air: Air, latitude_deg: float, longitude_deg: float, altitude_km: float, zenith_deg: float, azimuth_deg: float = 0.0
) -> float:
    """Grammage along a straight line from a point to the top of the model.

    Parameters
    ----------
    air : Msis or Exponential
    latitude_deg, longitude_deg : float
        Geodetic position [deg].
    altitude_km : float
        Of the point [km].
    zenith_deg : float
        Angle between the line and the vertical [deg], 0-180. Beyond 90 the line first dips; it must clear the ground.
    azimuth_deg : float, optional
        Of the line, clockwise from north [deg].

    Returns
    -------
    float
        Grammage [g cm-2].

    Raises
    ------
    OutOfRange
        When the point is outside the model or the line meets the ground.
    """
    latitude_deg, longitude_deg, altitude_km = _point(latitude_deg, longitude_deg, altitude_km)
    zenith_deg, azimuth_deg = DOOR.number("zenith angle", zenith_deg, "deg"), DOOR.number("azimuth", azimuth_deg, "deg")
    if not 0.0 <= zenith_deg <= 180.0:
        raise OutOfRange(f"air: zenith angle {zenith_deg:g} deg is outside [0, 180] deg.")
    start_radius = EARTH_RADIUS_KM + altitude_km
    start = start_radius * np.cos(np.radians(zenith_deg))  # [km] along the line, from its point nearest to the centre
    nearest = start_radius * np.sin(np.radians(zenith_deg))  # [km] from the centre
    dips = zenith_deg > 90.0
    lowest_km = nearest - EARTH_RADIUS_KM if dips else altitude_km
    if lowest_km < 0.0:
        raise OutOfRange(
            f"air: the line at zenith angle {zenith_deg:g} deg from {altitude_km:g} km meets the ground."
            " Give a smaller angle or a higher point."
        )
    refinement = np.linspace(0.0, 1.0, _SLANT_POINTS) ** 2  # even in distance near the lowest point, where rho peaks

    def leg(to_km):
        """Distances [km] from the nearest point, from the lowest altitude up to `to_km`."""
        radius = EARTH_RADIUS_KM + lowest_km + (to_km - lowest_km) * refinement
        return np.sqrt(np.maximum(radius**2 - nearest**2, 0.0))

    along = leg(air.table.top / _KM_TO_M)
    if dips:
        along = np.concatenate([-leg(altitude_km)[::-1], along[1:]])
    altitudes = np.clip(np.hypot(along, nearest) - EARTH_RADIUS_KM, lowest_km, air.table.top / _KM_TO_M)  # rounding
    turned = np.arctan2(along, nearest) - np.arctan2(start, nearest)
    latitudes, longitudes = _displaced(latitude_deg, longitude_deg, azimuth_deg, turned)
    return path_depth_g_cm2(air, latitudes, longitudes, altitudes, along - along[0])[-1]


def _displaced(latitude_deg, longitude_deg, azimuth_deg, angle):
    """Points [deg] at the central angle [rad] from a point along an azimuth, on a sphere."""
    latitude, azimuth = np.radians(latitude_deg), np.radians(azimuth_deg)
    sine = np.sin(latitude) * np.cos(angle) + np.cos(latitude) * np.sin(angle) * np.cos(azimuth)
    east = np.sin(angle) * np.cos(latitude) * np.sin(azimuth)
    longitude = np.radians(longitude_deg) + np.arctan2(east, np.cos(angle) - np.sin(latitude) * sine)
    wrapped = np.degrees(np.arctan2(np.sin(longitude), np.cos(longitude)))
    return np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0))), wrapped
