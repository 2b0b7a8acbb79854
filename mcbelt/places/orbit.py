"""A satellite on a circular orbit that looks to the zenith and to the nadir."""

import math
from typing import Any, Literal, NamedTuple

import numpy as np
from numba import njit

from geomag.constants import REFERENCE_RADIUS
from geomag.coordinates import east_north_up, position_of_geodetic
from mcbelt import rng
from mcbelt.keys import Section, key, number, ordered
from mcbelt.places.drift_path import DriftPath
from mcbelt.rng import Purpose

PLACE, DIRECTION, ALTITUDE = int(Purpose.PLACE), int(Purpose.DIRECTION), int(Purpose.ALTITUDE)  # plain for kernels
SAA_DEG = (-90.0, 20.0, -50.0, 5.0)  # west, east, south, north
_MOST_DRAWS = 4096
_LEAST_SHARE = 0.005  # of an orbit in the band: 4096 draws miss it with probability 1e-9
ASCENDING_NODES, ARGUMENTS = 90, 180  # of the grid on which that share is counted


class Settings(Section):
    """Place: in orbit, looking to the zenith and to the nadir."""

    kind: Literal["orbit"] = key("where the flux is observed")
    altitude_min_km: float = number(150.0, 3000.0, "lowest altitude", "km", default=370.0)
    altitude_max_km: float = number(150.0, 3000.0, "highest altitude", "km", default=390.0)
    inclination_deg: float = number(0.0, 180.0, "inclination", "deg", default=51.7)
    cone_deg: float = number(
        0.1,
        90.0,
        "half angle of acceptance about the zenith (AMS-01's was not found in a source)",
        "deg",
        default=25.0,
    )
    magnetic_latitude_min: float = number(0.0, 1.6, "from this |geomagnetic latitude|", "rad", default=0.0)
    magnetic_latitude_max: float = number(0.0, 1.6, "to this |geomagnetic latitude|", "rad", default=0.3)
    exclude_anomaly: bool = key("leave out the South Atlantic, 90 W-20 E, 50 S-5 N", default=True)


def check(settings: Settings, shell: Any) -> None:
    """Refuse, with a ValueError, an orbit that does not reach its band of magnetic latitude.

    Parameters
    ----------
    settings : Settings
    shell : mcbelt.settings.belt.Shell
        For the dipole of its field and date.
    """
    ordered(settings, ("altitude_{}_km", "magnetic_latitude_{}"))
    if not settings.magnetic_latitude_min < settings.magnetic_latitude_max:
        raise ValueError(
            f"magnetic_latitude_min = {settings.magnetic_latitude_min:g} is magnetic_latitude_max; give a band"
        )
    full = settings.magnetic_latitude_min == 0.0 and not settings.exclude_anomaly
    if full and settings.magnetic_latitude_max >= MAGNETIC_LATITUDE_ALWAYS_MET:
        return
    from mcbelt import surroundings

    dipole = surroundings.field(shell.field, shell.date).dipole
    share = reached(_satellite(settings, dipole))
    if share < _LEAST_SHARE:
        raise ValueError(
            f"magnetic_latitude_min = {settings.magnetic_latitude_min:g} to magnetic_latitude_max = "
            f"{settings.magnetic_latitude_max:g} rad: an orbit of inclination {settings.inclination_deg:g} deg is "
            f"there for {100.0 * share:.2g} % of its time, and {100.0 * _LEAST_SHARE:g} % are needed; give another "
            "band, inclination or exclude_anomaly"
        )


MAGNETIC_LATITUDE_ALWAYS_MET = 0.3  # [rad] every orbit crosses the magnetic equator


class OrbitPlace(NamedTuple):
    """A satellite on a circular orbit."""

    altitude_low: float  # [m]
    altitude_high: float
    inclination: float  # [rad]
    cone: float  # half angle of acceptance [rad]
    latitude_low: float  # of |geomagnetic latitude| [rad]
    latitude_high: float
    pole: np.ndarray  # unit vector of the magnetic pole of the north, shape (3,)
    centre: np.ndarray  # of the dipole [m], shape (3,)
    anomaly_box: np.ndarray  # longitudes west, east, latitudes south, north to leave out [rad]; empty: none

    @property
    def looks(self) -> tuple[str, ...]:
        """Directions of motion that are told apart."""
        return ("downward", "upward")

    @property
    def nominal_radius(self) -> float:
        """Distance from the dipole to which the production map's cutoff belongs [m]."""
        return REFERENCE_RADIUS + 80e3

    @property
    def map_axes(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes of ln(cutoff over the nominal one), and of the magnetic latitude [rad]."""
        return np.linspace(math.log(0.5), math.log(1.65), 5), 0.45 * np.sqrt(np.linspace(0.0, 1.0, 3))

    @property
    def ceiling(self) -> float:
        """Altitude above which nothing that is seen is born [m]: the orbits end in dense air within a drift."""
        return 300.0e3

    @property
    def sector(self) -> None:
        """No piece of a drift shell."""
        return None

    def starts(self, seed: int, first: int, last: int, charge: float, look: str) -> tuple[np.ndarray, np.ndarray]:
        """Positions [m] and directions of motion of histories [first, last), shape (n, 3) each.

        Parameters
        ----------
        seed, first, last : int
        charge : float
            Without influence: an instrument sees both in the same places.
        look : str
            One of `looks`.

        Returns
        -------
        tuple of 2 ndarray, shape (n, 3)
        """
        position, direction = np.empty((last - first, 3)), np.empty((last - first, 3))
        upward = 1.0 if look == "upward" else -1.0
        orbit_starts(self, np.uint64(seed), first, last, upward, position, direction)
        return position, direction


def place(settings: Settings, shell: Any, around: Any, path: DriftPath | None = None) -> OrbitPlace:
    """The orbit that the settings name; `around` is a `mcbelt.surroundings.Surroundings`.

    Parameters
    ----------
    settings : Settings
    shell, path
        Not read: the orbit does not follow a shell.
    around : mcbelt.surroundings.Surroundings
        Its dipole is taken.

    Returns
    -------
    OrbitPlace
    """
    return _satellite(settings, around.dipole)


def _satellite(settings, dipole):
    moment = np.array([dipole.moment_x, dipole.moment_y, dipole.moment_z])
    return OrbitPlace(
        settings.altitude_min_km * 1e3,
        settings.altitude_max_km * 1e3,
        math.radians(settings.inclination_deg),
        math.radians(settings.cone_deg),
        settings.magnetic_latitude_min,
        settings.magnetic_latitude_max,
        -moment / np.linalg.norm(moment),
        np.array([dipole.centre_x, dipole.centre_y, dipole.centre_z]),
        np.radians(SAA_DEG) if settings.exclude_anomaly else np.zeros(0),
    )


def reached(satellite: OrbitPlace) -> float:
    """Share of its time that an orbit spends in its band of magnetic latitude and outside the anomaly, 0 to 1."""
    argument = 2.0 * math.pi * (np.arange(ARGUMENTS) + 0.5) / ARGUMENTS
    latitude = np.arcsin(np.sin(satellite.inclination) * np.sin(argument))[:, None]
    longitude = 2.0 * math.pi * (np.arange(ASCENDING_NODES) + 0.5)[None, :] / ASCENDING_NODES
    radius = REFERENCE_RADIUS + 0.5 * (satellite.altitude_low + satellite.altitude_high)
    x, y = np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude)
    position = radius * np.stack([x, y, np.sin(latitude) + 0.0 * longitude], axis=-1)
    from_dipole = position - satellite.centre
    magnetic = np.abs(np.arcsin(from_dipole @ satellite.pole / np.linalg.norm(from_dipole, axis=-1)))
    inside = (satellite.latitude_low <= magnetic) & (magnetic < satellite.latitude_high)
    if len(satellite.anomaly_box) == 4:
        west, east, south, north = satellite.anomaly_box
        inside &= ~(
            ((longitude - west) % (2.0 * math.pi) < (east - west) % (2.0 * math.pi))
            & (south < latitude)
            & (latitude < north)
        )
    return float(inside.mean())


@njit(cache=True, error_model="numpy")
def _accepted(orbit, position, latitude, longitude):
    """Whether a place lies in the band of geomagnetic latitude and outside the anomaly."""
    x, y, z = position[0] - orbit.centre[0], position[1] - orbit.centre[1], position[2] - orbit.centre[2]
    r = math.sqrt(x * x + y * y + z * z)
    magnetic = abs(math.asin((x * orbit.pole[0] + y * orbit.pole[1] + z * orbit.pole[2]) / r))
    if not (orbit.latitude_low <= magnetic < orbit.latitude_high):
        return False
    box = orbit.anomaly_box
    if box.shape[0] == 4:
        east_of = (longitude - box[0]) % (2.0 * math.pi)
        if east_of < (box[1] - box[0]) % (2.0 * math.pi) and box[2] < latitude < box[3]:
            return False
    return True


@njit(cache=True, error_model="numpy", nogil=True)
def orbit_starts(
    orbit: OrbitPlace, seed: int, first: int, last: int, upward: float, position: np.ndarray, direction: np.ndarray
) -> None:
    """Fill positions and directions (n, 3) of histories [first, last); `upward` 1 for upgoing, -1 for downgoing.

    Parameters
    ----------
    orbit : OrbitPlace
    seed, first, last : int
        Histories [first, last) of a seed.
    upward : float
        1 for upgoing, -1 for downgoing.
    position : ndarray, shape (last - first, 3)
        Filled: geocentric Cartesian [m]; NaN where no place was accepted.
    direction : ndarray, shape (last - first, 3)
        Filled: unit vectors of motion.
    """
    for i in range(last - first):
        history = first + i
        for draw in range(_MOST_DRAWS):
            a, b = rng.uniform_pair(seed, history, draw, PLACE)
            c, _ = rng.uniform_pair(seed, history, draw, ALTITUDE)
            latitude = math.asin(math.sin(orbit.inclination) * math.sin(2.0 * math.pi * a))
            longitude = 2.0 * math.pi * b
            altitude = orbit.altitude_low + c * (orbit.altitude_high - orbit.altitude_low)
            place = position_of_geodetic(latitude, longitude, altitude)
            if _accepted(orbit, place, latitude, longitude):
                break
        else:
            place = (math.nan, math.nan, math.nan)  # such a history is lost, and the run fails
        d, e = rng.uniform_pair(seed, history, 0, DIRECTION)
        cosine = 1.0 - d * (1.0 - math.cos(orbit.cone))
        sine, turn = math.sqrt(1.0 - cosine * cosine), 2.0 * math.pi * e
        frame = east_north_up(latitude, longitude)
        for j in range(3):
            position[i, j] = place[j]
        for j in range(3):
            across = sine * (math.cos(turn) * frame[j] + math.sin(turn) * frame[3 + j])
            direction[i, j] = across + upward * cosine * frame[6 + j]
