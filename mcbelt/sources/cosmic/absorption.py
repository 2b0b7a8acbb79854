"""Where and when the e+- of a flux will be absorbed: forward from the place of observation.

A charge is followed with the losses, scattering and hard photons of the backward orbit, and with random numbers of its
own, until it is below the floor, has annihilated, or is down to a tenth of the lower edge of its energy bin; or until
it escapes or the time is up, and then it has no place of absorption.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from geomag.geodetic_lanes import geodetic
from mcbelt import constants
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.detector import NoDetector
from mcbelt.orbits.interfaces.production import NoSource
from mcbelt.physics import kinematics
from mcbelt.sources.cosmic import forward, origins

SHARE_LEFT = 0.1  # of the energy, when a charge counts as absorbed


class Absorption(NamedTuple):
    """The ends of the orbits of a table of charges."""

    time: np.ndarray  # until absorption, escape or the limit of time [s], shape (n,)
    place: np.ndarray  # bin of `origins.place_bin`, or -1 without absorption, shape (n,)


@njit(cache=True, error_model="numpy")
def _places(table, place):
    for i in range(table.shape[1]):
        ended = table[row.FATE, i]
        if ended == row.ABSORBED or ended == row.COOLED or ended == row.STOPPED:
            latitude, longitude, _ = geodetic(table[row.X, i], table[row.Y, i], table[row.Z, i])
            place[i] = origins.place_bin(longitude, latitude)


def absorbed(
    model: lanes.LaneModel, table: np.ndarray, histories: np.ndarray, seed: int, energy_low: float
) -> Absorption:
    """Follow charges forward to their ends; the table is used up.

    Parameters
    ----------
    model : lanes.LaneModel
        Of the backward orbits.
    table : ndarray, shape (ROWS, n)
        The charges at the place of observation.
    histories : ndarray of uint64, shape (n,)
        Consecutive.
    seed : int
        Of random numbers, another one than that of the backward orbits.
    energy_low : float
        Lower edge of the bin that their energies are in [GeV]: nine tenths of it are the least they must lose.

    Returns
    -------
    Absorption
    """
    left = SHARE_LEFT * energy_low
    lowest = max(kinematics.momentum(left, constants.ELECTRON_MASS), model.limits.momentum_min)
    limits = model.limits._replace(momentum_min=lowest)
    onward = model._replace(
        source=NoSource(), detector=NoDetector(), stepping=model.stepping._replace(direction=1.0), limits=limits
    )
    n = table.shape[1]
    table[row.REMOVAL_STOP] = forward.ends(np.uint64(seed), histories[0], histories[0] + np.uint64(n))
    lanes.advance_part(onward, table, np.zeros((n, 1)), histories, np.uint64(seed), 0, n)
    place = np.full(n, -1)
    _places(table, place)
    return Absorption(table[row.TIME].copy(), place)
