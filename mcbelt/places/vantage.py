"""Where a flux is observed: a piece of a drift shell, or a satellite in orbit.

A vantage turns random numbers into positions and directions of motion, uniform in the accepted places and solid
angle, so that the mean of the flux over its draws is the mean flux that a detector there would report.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from geomag.coordinates import east_north_up, position_of_geodetic
from mcbelt import rng
from mcbelt.grid import sorted_periodic
from mcbelt.places.drift_path import DriftPath

PLACE, DIRECTION = 11, 12  # purposes of random numbers
_MOST_DRAWS = 4096


class ShellVantage(NamedTuple):
    """Equatorial places of a drift shell beside the anomaly, on the side where a charge leaves it.

    e+ drift west and e- east; the two are drawn as mirror images about the meridian of the anomaly.
    """

    path: DriftPath
    longitude: np.ndarray  # of the path, unwrapped around the anomaly [rad], ascending, shape (n,)
    anomaly: float  # [rad]
    nearest: float  # past the anomaly [rad]
    farthest: float
    pitch_cosine: float  # largest |cos(pitch angle)|


class OrbitVantage(NamedTuple):
    """A satellite on a circular orbit that looks to the zenith and to the nadir."""

    altitude_low: float  # [m]
    altitude_high: float
    inclination: float  # [rad]
    cone: float  # half angle of acceptance [rad]
    latitude_low: float  # of |geomagnetic latitude| [rad]
    latitude_high: float
    pole: np.ndarray  # unit vector of the magnetic pole of the north, shape (3,)
    centre: np.ndarray  # of the dipole [m], shape (3,)
    anomaly_box: np.ndarray  # longitudes west, east, latitudes south, north to leave out [rad]; empty: none


@njit(cache=True, error_model="numpy")
def place_of(vantage, longitude):
    """Node of the path before a longitude [rad], the next one, and the share of the way between them."""
    return sorted_periodic(vantage.longitude, longitude)


@njit(cache=True, error_model="numpy")
def shell_starts(vantage, seed, first, last, charge, position, direction):
    """Fill positions and directions (n, 3) of histories [first, last) for a charge (1 or -1)."""
    path = vantage.path
    for i in range(last - first):
        history = first + i
        a, b = rng.uniform_pair(seed, history, 0, PLACE)
        c, _ = rng.uniform_pair(seed, history, 0, DIRECTION)
        past = vantage.nearest + a * (vantage.farthest - vantage.nearest)
        k, m, t = place_of(vantage, vantage.anomaly - charge * past)
        sagitta = 0.0
        for j in range(3):
            sagitta += t * (1.0 - t) * (path.position[m, j] - path.position[k, j]) ** 2 / (2.0 * path.radius[k])
        mu = (2.0 * b - 1.0) * vantage.pitch_cosine
        phase = 2.0 * math.pi * c
        sine = math.sqrt(1.0 - mu * mu)
        east, up = -charge * sine * math.cos(phase), sine * math.sin(phase)
        total = 0.0
        for j in range(3):
            e = (1.0 - t) * path.east[k, j] + t * path.east[m, j]
            u = (1.0 - t) * path.up[k, j] + t * path.up[m, j]
            position[i, j] = (1.0 - t) * path.position[k, j] + t * path.position[m, j] + sagitta * u
            direction[i, j] = east * e + up * u
        for j in range(3):
            j1, j2 = (j + 1) % 3, (j + 2) % 3
            b_j = (
                path.up[k, j1] * path.east[k, j2] - path.up[k, j2] * path.east[k, j1]
            )  # up x east points south: the field is minus that
            direction[i, j] -= mu * b_j
            total += direction[i, j] ** 2
        for j in range(3):
            direction[i, j] /= math.sqrt(total)


@njit(cache=True, error_model="numpy")
def _accepted(vantage, position, latitude, longitude):
    """Whether a place lies in the band of geomagnetic latitude and outside the anomaly."""
    x, y, z = position[0] - vantage.centre[0], position[1] - vantage.centre[1], position[2] - vantage.centre[2]
    r = math.sqrt(x * x + y * y + z * z)
    magnetic = abs(math.asin((x * vantage.pole[0] + y * vantage.pole[1] + z * vantage.pole[2]) / r))
    if not (vantage.latitude_low <= magnetic < vantage.latitude_high):
        return False
    box = vantage.anomaly_box
    if box.shape[0] == 4:
        east_of = (longitude - box[0]) % (2.0 * math.pi)
        if east_of < (box[1] - box[0]) % (2.0 * math.pi) and box[2] < latitude < box[3]:
            return False
    return True


@njit(cache=True, error_model="numpy")
def orbit_starts(vantage, seed, first, last, upward, position, direction):
    """Fill positions and directions (n, 3) of histories [first, last); `upward` 1 for upgoing, -1 for downgoing."""
    for i in range(last - first):
        history = first + i
        for draw in range(_MOST_DRAWS):
            a, b = rng.uniform_pair(seed, history, draw, PLACE)
            c, _ = rng.uniform_pair(seed, history, draw, PLACE + 100)
            latitude = math.asin(math.sin(vantage.inclination) * math.sin(2.0 * math.pi * a))
            longitude = 2.0 * math.pi * b
            altitude = vantage.altitude_low + c * (vantage.altitude_high - vantage.altitude_low)
            place = position_of_geodetic(latitude, longitude, altitude)
            if _accepted(vantage, place, latitude, longitude):
                break
        d, e = rng.uniform_pair(seed, history, 0, DIRECTION)
        cosine = 1.0 - d * (1.0 - math.cos(vantage.cone))
        sine, turn = math.sqrt(1.0 - cosine * cosine), 2.0 * math.pi * e
        frame = east_north_up(latitude, longitude)
        for j in range(3):
            position[i, j] = place[j]
        for j in range(3):
            across = sine * (math.cos(turn) * frame[j] + math.sin(turn) * frame[3 + j])
            direction[i, j] = across + upward * cosine * frame[6 + j]


def looks(vantage) -> tuple[str, ...]:
    """Directions of motion that a vantage tells apart."""
    return ("downward", "upward") if isinstance(vantage, OrbitVantage) else ("trapped",)


def starts(vantage, seed, first, last, charge, look):
    """Positions [m] and directions of motion of histories [first, last), shape (n, 3) each.

    Parameters
    ----------
    vantage : ShellVantage or OrbitVantage
    seed, first, last : int
    charge : int
        1 or -1.
    look : str
        One of `looks`.
    """
    position, direction = np.empty((last - first, 3)), np.empty((last - first, 3))
    seed = np.uint64(seed)
    if isinstance(vantage, OrbitVantage):
        orbit_starts(vantage, seed, first, last, 1.0 if look == "upward" else -1.0, position, direction)
    else:
        shell_starts(vantage, seed, first, last, float(charge), position, direction)
    return position, direction
