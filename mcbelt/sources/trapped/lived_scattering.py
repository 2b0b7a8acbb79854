"""How much e+- have scattered per energy that they lost, in the air as lived.

Histories follow scattering in the air of the day, grammage by grammage. How much of it goes with a loss of energy
depends on what the air is made of: per loss, oxygen scatters four times as much as hydrogen. So the diffusion of the
day is brought to that per loss of the mean of what was met during the mean age of those seen at an energy. Where
nothing changes in time it stays what it is.
"""

import numpy as np

from mcbelt.constants import SPEED_OF_LIGHT
from mcbelt.sources.trapped.characteristics import ELECTRONS, Periods, Rates
from mcbelt.sources.trapped.losses import diffusion
from mcbelt.sources.trapped.model import POSITRON
from mcbelt.sources.trapped.nominal import Nominal


def lived_scattering(nominal: Nominal, lived: Periods, day: Periods, rates: Rates, age: np.ndarray) -> np.ndarray:
    """Factor on the diffusion of the day.

    Parameters
    ----------
    nominal : Nominal
    lived, day : Periods
    rates : Rates
    age : ndarray, shape (na, ne)
        Mean age of those seen at an energy [s].

    Returns
    -------
    ndarray, shape (na, ne)
        1 where there is no scattering.
    """
    target, air = nominal.target, nominal.shell
    scatters = np.zeros((ELECTRONS + 1, *air.density.shape))
    for index, alone in enumerate(np.eye(ELECTRONS)):
        fractions = np.broadcast_to(alone, target.fractions.shape)
        scatters[index] = diffusion(nominal.given.config.physics, target.path, fractions, air.energy)
    if nominal.electrons is not None:
        per_electron = air.density / nominal.electrons.number[:, None]
        scatters[ELECTRONS] = (air.diffusion - nominal.electrons.air_alone.diffusion) * per_electron
    met, met_on_day = mean_met(lived, age * SPEED_OF_LIGHT), mean_met(day, age * SPEED_OF_LIGHT)
    turned, turned_on_day = (_per_path(scatters, each, air.density) for each in (met, met_on_day))
    lost, lost_on_day = (
        _per_path(rates.loss[POSITRON], each, air.density) + rates.radiation for each in (met, met_on_day)
    )
    some = turned_on_day > 0.0
    return np.where(some, turned / np.where(some, turned_on_day, 1.0) * lost_on_day / lost, 1.0)


def mean_met(periods: Periods, path: np.ndarray) -> np.ndarray:
    """Mean of what was met over the last paths.

    Parameters
    ----------
    periods : Periods
    path : ndarray, shape (na, ne)
        [m]

    Returns
    -------
    ndarray, shape (na, ne, 6)
        As of `Periods.met`.
    """
    longest = max(float(path.max()), periods.ends[-2]) * 1.01 + 1.0
    ends = np.append(periods.ends[:-1], longest)
    result = np.empty((*path.shape, ELECTRONS + 1))
    for k, row in enumerate(np.maximum(path, 1.0)):
        sums = np.concatenate(
            [np.zeros((1, ELECTRONS + 1)), np.cumsum(periods.met[:, k] * np.diff(ends)[:, None], axis=0)]
        )
        result[k] = np.stack([np.interp(row, ends, column) for column in sums.T], axis=-1) / row[:, None]
    return result


def _per_path(table, met, density):
    """Sum over components (6, na, ne) of what is met (na, ne, 6), per metre."""
    weight = met.transpose(2, 0, 1) * np.where(np.arange(ELECTRONS + 1)[:, None, None] == ELECTRONS, 1.0, density)
    return (table * weight).sum(axis=0)
