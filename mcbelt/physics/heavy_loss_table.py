"""Stopping power of one heavy charged particle on a grid of ln T, for transport kernels.

Five columns serve any composition (Bragg's rule), linear in ln T between nodes as in `mcbelt.physics.loss_table`: with
60 nodes per decade right to 0.04 %.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.errors import PhysicsError
from mcbelt.physics import elements, heavy_stopping


class HeavyLosses(NamedTuple):
    """Loss per grammage of each element at nodes uniform in ln T, T the kinetic energy in all [GeV]."""

    lnT_first: float
    inverse_step: float
    total: np.ndarray  # [GeV m2/kg], shape (n, 5)


@njit(cache=True, error_model="numpy")
def _columns(lnT, mass, charge, pure, total):
    for i in range(len(lnT)):
        for e in range(5):
            total[i, e] = heavy_stopping.mean_loss(math.exp(lnT[i]), mass, charge, pure[e])


def heavy_losses(
    mass_GeV: float, charge: int, T_min_GeV: float | None = None, T_max_GeV: float | None = None, per_decade: int = 60
) -> HeavyLosses:
    """Losses of a particle in the five elements.

    Parameters
    ----------
    mass_GeV : float
        Mass [GeV], 0.1 and more.
    charge : {1, 2, -1}
    T_min_GeV, T_max_GeV : float, optional
        Range of kinetic energy [GeV]; without it that of `heavy_stopping.energy_range`.
    per_decade : int
        Nodes per decade.

    Returns
    -------
    HeavyLosses

    Raises
    ------
    PhysicsError
        Another charge, a lighter particle, a range that is not ascending or leaves `energy_range`.
    """
    low, high = heavy_stopping.energy_range(mass_GeV, charge)
    first = low if T_min_GeV is None else T_min_GeV
    last = high if T_max_GeV is None else T_max_GeV
    if not low * (1.0 - 1.0e-9) <= first < last <= high * (1.0 + 1.0e-9):
        raise PhysicsError(
            f"heavy_losses: T = {first:g} to {last:g} GeV is not ascending or leaves {low:.5g} to {high:.5g} GeV, "
            f"where charge {charge} and mass {mass_GeV:g} GeV have a stopping power. Give another range."
        )
    n = 1 + math.ceil(per_decade * math.log10(last / first))
    lnT = np.linspace(math.log(first), math.log(last), n)
    table = HeavyLosses(lnT[0], (n - 1) / (lnT[-1] - lnT[0]), np.empty((n, 5)))
    _columns(lnT, float(mass_GeV), int(charge), np.eye(len(elements.ELEMENTS)), table.total)
    return table


@njit(cache=True, error_model="numpy")
def mixture_loss(table: HeavyLosses, T: float, composition: elements.MassFractions) -> tuple[float, float]:
    """Loss of a mixture.

    Parameters
    ----------
    table : HeavyLosses
    T : float
        Kinetic energy [GeV].
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    tuple of 2 floats
        Loss S per grammage [GeV m2/kg] and its derivative dS/dT [m2/kg] (of the interpolated table); NaN outside it.
    """
    n = table.total.shape[0]
    position = (math.log(T) - table.lnT_first) * table.inverse_step
    if not (-1.0e-6 <= position <= n - 1.0 + 1.0e-6):
        return math.nan, math.nan
    i = min(max(int(position), 0), n - 2)
    low, high = 0.0, 0.0
    for e in range(5):
        low += composition[e] * table.total[i, e]
        high += composition[e] * table.total[i + 1, e]
    return low + (high - low) * (position - i), (high - low) * table.inverse_step / T
