"""Bremsstrahlung of electrons and positrons in thin gas: photon spectrum, mean loss, and a table to draw photons from.

Cross section of Tsai 1974 (Rev. Mod. Phys. 46, 815, eq. 3.82) with screening at any momentum transfer, Coulomb
correction, and the atomic electrons as targets (Z(Z+1)-like, but with their own screening psi). It is a Born
approximation: meant from 10 MeV up; at 1 MeV the mean loss is some 10 % off, where radiation is 1 % of the loss. Near
the tip of the spectrum its logarithm turns negative; the cross section is zero from there on. Positrons are taken to
radiate like electrons: true to 1 % above 10 MeV for Z up to 18. The Landau-Pomeranchuk and dielectric suppressions need
dense matter and are absent here.

A transport kernel treats photons above a cut k > cut * T one by one and the rest as continuous loss: `radiation_table`.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.constants import CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS, FINE_STRUCTURE
from mcbelt.errors import PhysicsError
from mcbelt.physics import elements
from mcbelt.physics.elements import ATOMS_PER_KG, CHARGE, MassFractions
from mcbelt.physics.screening import screening_functions

_UNIT = FINE_STRUCTURE * CLASSICAL_ELECTRON_RADIUS**2  # [m2]
_NODES, _WEIGHTS = (tuple(map(float, column)) for column in np.polynomial.legendre.leggauss(24))


@njit(cache=True, error_model="numpy")
def photon_cross_section(k: float, T: float, Z: float) -> float:
    """Cross section of an atom for photons per logarithm of their energy, k dsigma/dk.

    Parameters
    ----------
    k, T : float
        Photon energy and kinetic energy of the electron [GeV].
    Z : float
        Atomic number.

    Returns
    -------
    float
        k dsigma/dk [m2]; 0 for k > T. Source: Tsai 1974, eq. (3.82).
    """
    E = T + ELECTRON_MASS
    if not (0.0 < k < T):
        return 0.0
    y = k / E
    delta = 0.5 * ELECTRON_MASS * k / (E * (E - k))
    phi, phi_difference, psi, psi_difference = screening_functions(Z, delta)
    strong = (4.0 / 3.0 * (1.0 - y) + y * y) * Z * (Z * phi + psi)
    weak = 2.0 / 3.0 * (1.0 - y) * Z * (Z * phi_difference + psi_difference)
    return _UNIT * max(0.0, strong + weak)


@njit(cache=True, error_model="numpy")
def photon_spectrum(k: float, T: float, composition: MassFractions) -> float:
    """Photons per grammage and logarithm of energy.

    Parameters
    ----------
    k, T : float
        Photon energy and kinetic energy of the electron [GeV].
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        k d2N/(dX dk) [m2/kg]; 0 for k > T.
    """
    total = 0.0
    for i in range(5):
        if composition[i] > 0.0:
            total += composition[i] * ATOMS_PER_KG[i] * photon_cross_section(k, T, CHARGE[i])
    return total


@njit(cache=True, error_model="numpy")
def loss_between(low: float, high: float, T: float, composition: MassFractions) -> float:
    """Mean loss per grammage to the photons of a range of energies.

    Parameters
    ----------
    low, high : float
        Range of photon energy [GeV].
    T : float
        Kinetic energy of the electron [GeV].
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        Loss [GeV m2/kg]; composite Gauss-Legendre, 1e-4.
    """
    total = 0.0
    # The spectrum k dN/dk is flat up to k ~ T and changes only near the tip, so that part gets intervals of its own.
    edges = (0.0, 0.1, 0.5, 0.8, 0.95, 1.0)
    for j in range(5):
        left = max(low, edges[j] * T)
        right = min(high, edges[j + 1] * T)
        if right > left:
            half, middle = 0.5 * (right - left), 0.5 * (right + left)
            for i in range(len(_NODES)):
                total += half * _WEIGHTS[i] * photon_spectrum(middle + half * _NODES[i], T, composition)
    return total


@njit(cache=True, error_model="numpy")
def radiative_loss(T: float, composition: MassFractions) -> float:
    """Mean radiative loss of e- and e+ [GeV m2/kg].

    Parameters
    ----------
    T : float
        Kinetic energy [GeV].
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.
    """
    return loss_between(0.0, T, T, composition)


class RadiationTable(NamedTuple):
    """Photons above `cut` * T of one composition, on a grid uniform in ln T."""

    cut: float
    lnT_first: float  # ln of kinetic energy [GeV]
    inverse_step: float
    hard: np.ndarray  # photons per grammage with k > cut T [m2/kg], shape (n,)
    soft_loss: np.ndarray  # loss to photons below the cut, divided by T [m2/kg], shape (n,)
    quantile: np.ndarray  # ln(k / (cut T)) / ln(1 / cut) at equal steps of probability, shape (n, n_quantiles)


@njit(cache=True, error_model="numpy")
def _fill(table, composition, cells):
    """Fill `hard`, `soft_loss` and `quantile` of a table: the spectrum on a fine grid in ln k, summed and inverted."""
    n, n_quantiles = table.quantile.shape
    span = -math.log(table.cut)
    cumulative = np.empty(cells + 1)
    for i in range(n):
        T = math.exp(table.lnT_first + i / table.inverse_step)
        cumulative[0] = 0.0
        for j in range(cells):  # two-point Gauss in each cell of ln k
            offset = 0.5 / math.sqrt(3.0)
            for side in (-1.0, 1.0):
                k = T * table.cut * math.exp(span * (j + 0.5 + side * offset) / cells)
                if side < 0.0:
                    cumulative[j + 1] = cumulative[j]
                cumulative[j + 1] += 0.5 * span / cells * photon_spectrum(k, T, composition)
        table.hard[i] = cumulative[cells]
        table.soft_loss[i] = loss_between(0.0, table.cut * T, T, composition) / T
        j = 0
        for m in range(n_quantiles):
            target = cumulative[cells] * m / (n_quantiles - 1.0)
            while j < cells - 1 and cumulative[j + 1] < target:
                j += 1
            width = cumulative[j + 1] - cumulative[j]
            table.quantile[i, m] = (j + ((target - cumulative[j]) / width if width > 0.0 else 0.0)) / cells


def radiation_table(
    composition: MassFractions,
    cut: float = 1.0e-3,
    T_min_GeV: float = 1.0e-3,
    T_max_GeV: float = 1.0e3,
    per_decade: int = 8,
    quantiles: int = 129,
) -> RadiationTable:
    """Table for stochastic bremsstrahlung.

    Parameters
    ----------
    composition : Composition or sequence of 5 floats
        Mass fractions of H, He, N, O, Ar.
    cut : float
        Photons with k > cut * T are drawn one by one; between 1e-6 and 0.5.
    T_min_GeV, T_max_GeV : float
        Range of kinetic energy [GeV], from 1 MeV.
    per_decade, quantiles : int
        Resolution. The defaults keep the mean loss that the table implies within 0.2 % of the integral.

    Returns
    -------
    RadiationTable

    Raises
    ------
    PhysicsError
        A cut or a range that is not allowed.
    """
    if not 1.0e-6 <= cut <= 0.5:
        raise PhysicsError(f"radiation_table: cut = {cut} is outside [1e-6, 0.5]. Give the smallest k/T to be drawn.")
    if not 1.0e-3 <= T_min_GeV < T_max_GeV:
        raise PhysicsError(
            f"radiation_table: T = {T_min_GeV} to {T_max_GeV} GeV is not allowed. "
            "Give an ascending range from 1e-3 GeV."
        )
    n = 1 + math.ceil(per_decade * math.log10(T_max_GeV / T_min_GeV))
    inverse_step = (n - 1) / math.log(T_max_GeV / T_min_GeV)
    table = RadiationTable(cut, math.log(T_min_GeV), inverse_step, np.empty(n), np.empty(n), np.empty((n, quantiles)))
    _fill(table, tuple(map(float, elements.Composition(*composition))), 400)
    return table


@njit(cache=True, error_model="numpy")
def _place(table, T):
    """Interval and fraction of T in the table; fraction NaN outside it."""
    position = (math.log(T) - table.lnT_first) * table.inverse_step
    if not (0.0 <= position <= len(table.hard) - 1.0):
        return 0, math.nan
    i = min(int(position), len(table.hard) - 2)
    return i, position - i


@njit(cache=True, error_model="numpy")
def hard_photons(table: RadiationTable, T: float) -> float:
    """Photons above the cut per grammage [m2/kg] at kinetic energy T [GeV]; NaN outside the table."""
    i, f = _place(table, T)
    return table.hard[i] * (1.0 - f) + table.hard[i + 1] * f


@njit(cache=True, error_model="numpy")
def soft_loss(table: RadiationTable, T: float) -> float:
    """Continuous loss to photons below the cut [GeV m2/kg] at kinetic energy T [GeV]; NaN outside the table."""
    i, f = _place(table, T)
    return T * (table.soft_loss[i] * (1.0 - f) + table.soft_loss[i + 1] * f)


@njit(cache=True, error_model="numpy")
def photon_energy(table: RadiationTable, T: float, u: float, v: float) -> float:
    """Energy [GeV] of a photon above the cut.

    Parameters
    ----------
    table : RadiationTable
    T : float
        Kinetic energy of the electron [GeV].
    u, v : float
        Uniform numbers in (0, 1): u chooses the quantile, v one of the two neighbouring energies of the table, with the
        probability of its nearness (a mixture of the two spectra: exact at the nodes and linear in ln T between them).

    Returns
    -------
    float
        Photon energy [GeV], between cut * T and T; NaN outside the table.
    """
    i, f = _place(table, T)
    row = i + 1 if v < f else i
    position = u * (table.quantile.shape[1] - 1)
    m = min(int(position), table.quantile.shape[1] - 2)
    q = table.quantile[row, m] * (1.0 - (position - m)) + table.quantile[row, m + 1] * (position - m)
    return T * table.cut ** (1.0 - q) + 0.0 * f
