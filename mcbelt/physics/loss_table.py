"""Energy loss and annihilation on a grid of ln T, for transport kernels.

The columns are linear in ln T between nodes; with 60 nodes per decade that is right to 0.02 % for losses (the second
derivative of S with ln T is at most S). One table serves one composition (`LossTable`), or five columns serve any
(`ElementLosses`: Bragg's rule makes the loss of a mixture the sum of the mass fractions times the losses of the
elements).
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.errors import PhysicsError
from mcbelt.grid import position_refuse
from mcbelt.physics import bremsstrahlung, elements, energy_loss
from mcbelt.physics.elements import MassFractions


class LossTable(NamedTuple):
    """Loss per grammage of one composition at nodes uniform in ln T, T the kinetic energy [GeV]."""

    lnT_first: float
    inverse_step: float
    collision: np.ndarray  # [GeV m2/kg], shape (2, n): electrons, positrons
    radiative: np.ndarray  # [GeV m2/kg], shape (n,)
    annihilation: np.ndarray  # positrons [m2/kg], shape (n,)


class ElementLosses(NamedTuple):
    """The same for each of the five elements."""

    lnT_first: float
    inverse_step: float
    total: np.ndarray  # collision + radiative [GeV m2/kg], shape (2, n, 5)
    annihilation: np.ndarray  # [m2/kg], shape (n, 5)


@njit(cache=True, error_model="numpy")
def _columns(T, composition, collision, radiative, annihilation, cut):
    for i in range(len(T)):
        collision[0, i] = energy_loss.collision_loss(T[i], -1, composition)
        collision[1, i] = energy_loss.collision_loss(T[i], 1, composition)
        radiative[i] = bremsstrahlung.loss_between(0.0, cut * T[i], T[i], composition)
        annihilation[i] = energy_loss.annihilation_coefficient(T[i], composition)


def loss_table(
    composition: MassFractions,
    T_min_GeV: float = 1.0e-5,
    T_max_GeV: float = 1.0e3,
    per_decade: int = 60,
    cut: float = 1.0,
) -> LossTable:
    """Losses of one composition.

    Parameters
    ----------
    composition : Composition or sequence of 5 floats
        Mass fractions of H, He, N, O, Ar, sum 1.
    T_min_GeV, T_max_GeV : float
        Range of kinetic energy [GeV], within 1e-5 to 1e6.
    per_decade : int
        Nodes per decade; 60 keep the interpolation error below 0.02 %.
    cut : float
        Only photons of less than this share of T count as radiative loss; the others are those of
        `mcbelt.physics.hard_photons`.

    Returns
    -------
    LossTable

    Raises
    ------
    PhysicsError
        Mass fractions that do not sum to 1, or a range that is not allowed.
    """
    fractions = elements.mass_fractions("loss_table", composition)
    if not 1.0e-5 <= T_min_GeV < T_max_GeV <= 1.0e6:
        raise PhysicsError(
            f"loss_table: T = {T_min_GeV} to {T_max_GeV} GeV is outside 1e-5 to 1e6 or not ascending. "
            "Give another range."
        )
    n = 1 + math.ceil(per_decade * math.log10(T_max_GeV / T_min_GeV))
    T = np.geomspace(T_min_GeV, T_max_GeV, n)
    table = LossTable(
        math.log(T_min_GeV), (n - 1) / math.log(T_max_GeV / T_min_GeV), np.empty((2, n)), np.empty(n), np.empty(n)
    )
    _columns(T, fractions, table.collision, table.radiative, table.annihilation, cut)
    return table


def element_losses(
    T_min_GeV: float = 1.0e-5, T_max_GeV: float = 1.0e3, per_decade: int = 60, cut: float = 1.0
) -> ElementLosses:
    """Losses of the five elements, for places whose composition differs.

    Parameters
    ----------
    T_min_GeV, T_max_GeV : float
        Range of kinetic energy [GeV], within 1e-5 to 1e6.
    per_decade : int
        Nodes per decade.
    cut : float
        Only photons of less than this share of T count as radiative loss.

    Returns
    -------
    ElementLosses

    Raises
    ------
    PhysicsError
        A range that is not allowed.
    """
    pure = np.eye(len(elements.ELEMENTS))
    tables = [loss_table(row, T_min_GeV, T_max_GeV, per_decade, cut) for row in pure]
    return ElementLosses(
        tables[0].lnT_first,
        tables[0].inverse_step,
        np.stack([t.collision + t.radiative for t in tables], axis=-1),
        np.stack([t.annihilation for t in tables], axis=-1),
    )


@njit(cache=True, error_model="numpy")
def _place(table, T, n):
    """Interval and fraction of T; fraction NaN outside the table."""
    return position_refuse((math.log(T) - table.lnT_first) * table.inverse_step, n, 1.0e-9)


@njit(cache=True, error_model="numpy")
def mean_loss(table: LossTable, T: float, charge: int) -> tuple[float, float]:
    """Collision and radiative loss of a `LossTable`.

    Parameters
    ----------
    table : LossTable
    T : float
        Kinetic energy [GeV].
    charge : int
        -1 for electrons, +1 for positrons.

    Returns
    -------
    tuple of 2 floats
        Loss S per grammage [GeV m2/kg] and its derivative dS/dT [m2/kg] (of the interpolated table); NaN outside it.
    """
    i, f = _place(table, T, table.radiative.shape[0])
    row = 0 if charge < 0 else 1
    low = table.collision[row, i] + table.radiative[i]
    rise = table.collision[row, i + 1] + table.radiative[i + 1] - low
    return low + rise * f, rise * table.inverse_step / T + 0.0 * f


@njit(cache=True, error_model="numpy")
def annihilation(table: LossTable, T: float) -> float:
    """Annihilation coefficient of positrons [m2/kg] of a `LossTable` at kinetic energy T [GeV]; NaN outside it."""
    i, f = _place(table, T, table.annihilation.shape[0])
    return table.annihilation[i] * (1.0 - f) + table.annihilation[i + 1] * f


@njit(cache=True, error_model="numpy")
def mixture_loss(table: ElementLosses, T: float, charge: int, composition: MassFractions) -> tuple[float, float]:
    """Collision and radiative loss of a mixture.

    Parameters
    ----------
    table : ElementLosses
    T : float
        Kinetic energy [GeV].
    charge : int
        -1 for electrons, +1 for positrons.
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    tuple of 2 floats
        Loss S per grammage [GeV m2/kg] and its derivative dS/dT [m2/kg] (of the interpolated table); NaN outside it.
    """
    i, f = _place(table, T, table.annihilation.shape[0])
    row = 0 if charge < 0 else 1
    low, high = 0.0, 0.0
    for e in range(5):
        low += composition[e] * table.total[row, i, e]
        high += composition[e] * table.total[row, i + 1, e]
    return low + (high - low) * f, (high - low) * table.inverse_step / T + 0.0 * f


@njit(cache=True, error_model="numpy")
def mixture_annihilation(table: ElementLosses, T: float, composition: MassFractions) -> float:
    """Annihilation coefficient of positrons in a mixture.

    Parameters
    ----------
    table : ElementLosses
    T : float
        Kinetic energy [GeV].
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        Probability per grammage [m2/kg]; NaN outside the table.
    """
    i, f = _place(table, T, table.annihilation.shape[0])
    low, high = 0.0, 0.0
    for e in range(5):
        low += composition[e] * table.annihilation[i, e]
        high += composition[e] * table.annihilation[i + 1, e]
    return low + (high - low) * f
