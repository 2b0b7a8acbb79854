"""Photons into e+ e-: conversion coefficient, energy sharing, and a table from which pairs are drawn.

Tsai 1974 (Rev. Mod. Phys. 46, 815, eq. 3.9 integrated over angles): the crossed form of bremsstrahlung with the same
screening. Born approximation at high energy: within some per cent from 10 MeV up; below 5 MeV it is a guide only,
where Compton scattering in light gas is as likely anyway. With complete screening the total is (7/9) / X0 less 1 to 2
%. Triplets are in psi.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.constants import CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS, FINE_STRUCTURE
from mcbelt.errors import PhysicsError
from mcbelt.grid import position_refuse
from mcbelt.physics import elements
from mcbelt.physics.elements import ATOMS_PER_KG, CHARGE, MassFractions
from mcbelt.physics.screening import screening_functions

_UNIT = FINE_STRUCTURE * CLASSICAL_ELECTRON_RADIUS**2  # [m2]


@njit(cache=True, error_model="numpy")
def positron_spectrum(x: float, k: float, composition: MassFractions) -> float:
    """Pairs per grammage and share of energy.

    Parameters
    ----------
    x : float
        Total energy of the positron over that of the photon; symmetric about 1/2, zero outside the kinematic range.
    k : float
        Photon energy [GeV].
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        d2N/(dX dx) [m2/kg]. Source: Tsai 1974, eq. (3.9) integrated over angles.
    """
    if not (k > 2.0 * ELECTRON_MASS and k * x > ELECTRON_MASS and k * (1.0 - x) > ELECTRON_MASS):
        return 0.0
    both = x * (1.0 - x)
    delta = 0.5 * ELECTRON_MASS / (k * both)
    total = 0.0
    for i in range(5):
        if composition[i] > 0.0:
            Z = CHARGE[i]
            phi, phi_difference, psi, psi_difference = screening_functions(Z, delta)
            strong = (1.0 - 4.0 / 3.0 * both) * Z * (Z * phi + psi)
            weak = 2.0 / 3.0 * both * Z * (Z * phi_difference + psi_difference)
            total += composition[i] * ATOMS_PER_KG[i] * max(0.0, strong - weak)
    return _UNIT * total


class PairTable(NamedTuple):
    """Conversion of photons in one composition, on a grid uniform in ln k."""

    lnk_first: float  # ln of photon energy [GeV]
    inverse_step: float
    coefficient: np.ndarray  # conversions per grammage [m2/kg], shape (n,)


@njit(cache=True, error_model="numpy")
def _fill(table, composition, cells):
    for i in range(table.coefficient.size):
        k = math.exp(table.lnk_first + i / table.inverse_step)
        low = ELECTRON_MASS / k
        total = 0.0
        for j in range(cells):
            width = (1.0 - 2.0 * low) / cells
            middle = low + (j + 0.5) * width
            offset = 0.5 * width / math.sqrt(3.0)
            pair = positron_spectrum(middle - offset, k, composition)
            pair += positron_spectrum(middle + offset, k, composition)
            total = total + 0.5 * width * pair
        table.coefficient[i] = total


def pair_table(
    composition: MassFractions, k_min_GeV: float = 5.0e-3, k_max_GeV: float = 1.0e3, per_decade: int = 12
) -> PairTable:
    """Table of pair production.

    Parameters
    ----------
    composition : Composition or sequence of 5 floats
        Mass fractions of H, He, N, O, Ar.
    k_min_GeV, k_max_GeV : float
        Range of photon energy [GeV], from 2 MeV.
    per_decade : int
        Resolution.

    Returns
    -------
    PairTable

    Raises
    ------
    PhysicsError
        A range that is not allowed.
    """
    if not 2.0e-3 <= k_min_GeV < k_max_GeV:
        raise PhysicsError(
            f"pair_table: k = {k_min_GeV} to {k_max_GeV} GeV is not allowed. Give an ascending range from 2e-3 GeV."
        )
    n = 1 + math.ceil(per_decade * math.log10(k_max_GeV / k_min_GeV))
    inverse_step = (n - 1) / math.log(k_max_GeV / k_min_GeV)
    table = PairTable(math.log(k_min_GeV), inverse_step, np.empty(n))
    _fill(table, tuple(map(float, elements.Composition(*composition))), 400)
    return table


@njit(cache=True, error_model="numpy")
def _place(table, k):
    """Interval and fraction of k; fraction NaN outside the table."""
    return position_refuse((math.log(k) - table.lnk_first) * table.inverse_step, len(table.coefficient), 0.0)


@njit(cache=True, error_model="numpy")
def conversion_coefficient(table: PairTable, k: float) -> float:
    """Pairs per grammage [m2/kg] for photons of energy k [GeV]; NaN outside the table."""
    i, f = _place(table, k)
    return table.coefficient[i] * (1.0 - f) + table.coefficient[i + 1] * f
