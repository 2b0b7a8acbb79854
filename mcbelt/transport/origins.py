"""Where and when the e+- of a flux were born: tallies along backward orbits.

Each piece of a backward orbit adds its share of eq. (1) to the bin of its altitude, of the time since birth, and of
its geographic place. A tally of a table of charges is a row of bins: altitudes, then times, then places.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.transport import lanes_rows as row
from mcbelt.transport.lanes_seams import register_detector

ALTITUDE_EDGES_KM = np.concatenate([np.arange(20.0, 131.0, 5.0), [150.0, 200.0, 300.0, 500.0, 1000.0, 4000.0]])
TIME_EDGES_S = np.geomspace(1e-3, 1e3, 37)
LONGITUDES, LATITUDES = 36, 18
_N_ALTITUDES = len(ALTITUDE_EDGES_KM) - 1
_N_TIMES = len(TIME_EDGES_S) - 1
BINS = _N_ALTITUDES + _N_TIMES + LONGITUDES * LATITUDES
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
def _score(detector, tally, lanes, k):
    made = lanes[row.PRODUCED, k] * abs(lanes[row.STEP_NOW, k])
    if not made > 0.0:
        return
    altitude = lanes[row.ALTITUDE, k]
    i = np.searchsorted(detector.altitude_edges, altitude, side="right") - 1
    tally[min(max(i, 0), _N_ALTITUDES - 1)] += made
    time = max(lanes[row.TIME, k], TIME_EDGES_S[0])
    j = min(max(int((math.log(time) - _LN_FIRST) / _LN_STEP), 0), _N_TIMES - 1)
    tally[_N_ALTITUDES + j] += made
    east = lanes[row.LONGITUDE, k] / (2.0 * math.pi)
    m = min(int((east - math.floor(east)) * LONGITUDES), LONGITUDES - 1)
    n = min(max(int((lanes[row.LATITUDE, k] / math.pi + 0.5) * LATITUDES), 0), LATITUDES - 1)
    tally[_N_ALTITUDES + _N_TIMES + m * LATITUDES + n] += made


register_detector(Origins, _score)


def split(tally):
    """Altitudes, times and places (longitude, latitude) of tallies of shape (..., BINS)."""
    places = tally[..., _N_ALTITUDES + _N_TIMES :].reshape(*tally.shape[:-1], LONGITUDES, LATITUDES)
    return tally[..., :_N_ALTITUDES], tally[..., _N_ALTITUDES : _N_ALTITUDES + _N_TIMES], places
