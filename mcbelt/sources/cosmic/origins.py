"""Where and when the e+- of a flux were born: tallies along backward orbits.

Each piece of a backward orbit adds its share of eq. (1) to the bin of its altitude, of the time since birth, of the
whole life (with the time AHEAD from the observation to the absorption), and of its geographic place, short and long
lives apart. A tally of a table of charges is a row of bins: altitudes, times, lives, places of the two classes.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.grid import bin_hold, sorted_cell
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.detector import register_detector

ALTITUDE_EDGES_KM = np.concatenate([np.arange(20.0, 131.0, 5.0), [150.0, 200.0, 300.0, 500.0, 1000.0, 4000.0]])
TIME_EDGES_S = np.geomspace(1e-3, 1e3, 37)
LONGITUDES, LATITUDES = 36, 18
_N_ALTITUDES = len(ALTITUDE_EDGES_KM) - 1
_N_TIMES = len(TIME_EDGES_S) - 1
LIVES = ("short-lived", "long-lived")
SHORT_LIVED_S = 1.0  # an edge of TIME_EDGES_S; below it, from birth to absorption, a life is short
_FIRST_PLACE = _N_ALTITUDES + 2 * _N_TIMES
BINS = _FIRST_PLACE + 2 * LONGITUDES * LATITUDES
_LN_FIRST = math.log(TIME_EDGES_S[0])
_LN_STEP = math.log(TIME_EDGES_S[1] / TIME_EDGES_S[0])


class Origins(NamedTuple):
    """The detector of births."""

    altitude_edges: np.ndarray  # [m]
    on: bool = True


def origins() -> Origins:
    """Births in the bins of this module."""
    return Origins(ALTITUDE_EDGES_KM * 1e3)


@njit(cache=True, error_model="numpy")
def time_bin(time: float) -> int:
    """Bin of a time [s]; those outside the edges go to the ends."""
    return bin_hold((math.log(max(time, TIME_EDGES_S[0])) - _LN_FIRST) / _LN_STEP, _N_TIMES)


@njit(cache=True, error_model="numpy")
def place_bin(longitude: float, latitude: float) -> int:
    """Bin of a geographic place [rad], [rad]."""
    east = longitude / (2.0 * math.pi)
    m = bin_hold((east - math.floor(east)) * LONGITUDES, LONGITUDES)
    return m * LATITUDES + bin_hold((latitude / math.pi + 0.5) * LATITUDES, LATITUDES)


@njit(cache=True, error_model="numpy")
def _score(detector, tally, lanes, k):
    made = lanes[row.PRODUCED, k] * abs(lanes[row.STEP_NOW, k])
    if not made > 0.0:
        return
    altitude = lanes[row.ALTITUDE, k]
    tally[sorted_cell(detector.altitude_edges, altitude)] += made
    tally[_N_ALTITUDES + time_bin(lanes[row.TIME, k])] += made
    life = lanes[row.TIME, k] + lanes[row.AHEAD, k]
    tally[_N_ALTITUDES + _N_TIMES + time_bin(life)] += made
    long_lived = 0 if life < SHORT_LIVED_S else 1
    place = place_bin(lanes[row.LONGITUDE, k], lanes[row.LATITUDE, k])
    tally[_FIRST_PLACE + long_lived * LONGITUDES * LATITUDES + place] += made


register_detector(Origins, _score)


def split(tally: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Altitudes, times since birth, lives and places (life, longitude, latitude) of tallies of shape (..., BINS)."""
    places = tally[..., _FIRST_PLACE:].reshape(*tally.shape[:-1], len(LIVES), LONGITUDES, LATITUDES)
    times = tally[..., _N_ALTITUDES:_FIRST_PLACE].reshape(*tally.shape[:-1], 2, _N_TIMES)
    return tally[..., :_N_ALTITUDES], times[..., 0, :], times[..., 1, :], places
