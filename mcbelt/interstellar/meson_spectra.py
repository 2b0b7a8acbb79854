"""Energy spectra of the pions and kaons that a proton makes on a proton at rest.

Two pictures are joined (Moskalenko & Strong 1998, App. B). Near threshold one proton is excited to a Delta(1232) that
flies along the beam and decays isotropically: for a given mass the pion's laboratory spectrum is two boxes, one for the
forward and one for the backward isobar, and the Breit-Wigner mass distribution smears them (Stecker 1970). At high
energy the inclusive spectra scale. Between 3 and 7 GeV the two are mixed linearly. Spectra are kept as cross sections
per bin of meson energy, so that the number of mesons is exact.
"""

import math

import numpy as np
from numba import njit

from mcbelt.constants import CHARGED_PION_MASS, PROTON_MASS
from mcbelt.interstellar.inclusive import (
    DEUTERON_MASS,
    KAON_PLUS,
    PION_PLUS,
    SCALING,
    Scaling,
    centre_of_mass,
    deuteron_channel,
    greatest_momentum,
    invariant_mass_squared,
    pion_inclusive,
    scaling_cross_section,
)
from mcbelt.physics import kinematics

DELTA_MASS, DELTA_HALF_WIDTH = (
    1.232,
    0.0575,
)  # [GeV]; the half width enters, Moskalenko & Strong 1998 (their Gamma is twice it)
# Proton momenta [GeV] between which the pictures are mixed. The paper says "between 3 and 7 GeV"; read as total energy
# the source of 1 GeV positrons is 0.4 % lower, as kinetic energy 4 % higher.
JOIN_LOW, JOIN_HIGH = 3.0, 7.0
_MASS_NODES = 400
_GREATEST_TRANSVERSE = 6.0  # [GeV]; exp(-5 x 6) is nothing
_NODE, _WEIGHT = np.polynomial.legendre.leggauss(48)
_ENERGY_NODE, _ENERGY_WEIGHT = np.polynomial.legendre.leggauss(4)


@njit(cache=True, error_model="numpy")
def add_box(edges: np.ndarray, low: float, high: float, amount: float, spectrum: np.ndarray) -> None:
    """Add an amount that is spread evenly over energies to a spectrum.

    Parameters
    ----------
    edges : ndarray
        Edges of the bins [GeV], shape (n + 1,).
    low, high : float
        Ends of the energies [GeV]; where they are equal, all goes to one bin.
    amount : float
        In the unit of the spectrum.
    spectrum : ndarray
        Contents of the bins, shape (n,); changed in place.
    """
    width = high - low
    for i in range(len(spectrum)):
        if width <= 0.0:
            if edges[i] <= low < edges[i + 1]:
                spectrum[i] += amount
            continue
        overlap = min(high, edges[i + 1]) - max(low, edges[i])
        if overlap > 0.0:
            spectrum[i] += amount * overlap / width


@njit(cache=True, error_model="numpy")
def isobar_spectrum(T_p: float, edges: np.ndarray) -> np.ndarray:
    """Share of the pions of the isobar picture per bin, shape (n,), sum 1; zeros below threshold.

    T_p is the kinetic energy of the proton, `edges` those of the bins of total pion energy [GeV]. Stecker 1970; Dermer
    1986.
    """
    spectrum = np.zeros(len(edges) - 1)
    s = invariant_mass_squared(T_p)
    root = math.sqrt(s)
    lightest, heaviest = PROTON_MASS + CHARGED_PION_MASS, root - PROTON_MASS
    if heaviest <= lightest:
        return spectrum
    start = math.atan((lightest - DELTA_MASS) / DELTA_HALF_WIDTH)
    stop = math.atan((heaviest - DELTA_MASS) / DELTA_HALF_WIDTH)
    gamma_c, boost_c = centre_of_mass(T_p)
    for k in range(_MASS_NODES):
        mass = DELTA_MASS + DELTA_HALF_WIDTH * math.tan(start + (stop - start) * (k + 0.5) / _MASS_NODES)
        gamma_star = max(1.0, (s + mass**2 - PROTON_MASS**2) / (2.0 * root * mass))
        boost_star = math.sqrt((gamma_star - 1.0) * (gamma_star + 1.0))
        rest_energy = (mass**2 + CHARGED_PION_MASS**2 - PROTON_MASS**2) / (2.0 * mass)
        rest_momentum = math.sqrt(max(0.0, rest_energy**2 - CHARGED_PION_MASS**2))
        for sign in (-1.0, 1.0):
            gamma = max(1.0, gamma_c * gamma_star + sign * boost_c * boost_star)
            boost = math.sqrt((gamma - 1.0) * (gamma + 1.0))
            centre, half = gamma * rest_energy, boost * rest_momentum
            add_box(edges, centre - half, centre + half, 0.5 / _MASS_NODES, spectrum)
    return spectrum


@njit(cache=True, error_model="numpy")
def deuteron_spectrum(T_p: float, edges: np.ndarray) -> np.ndarray:
    """Cross section per bin of the pions of p + p -> d pi+, isotropic in the centre of mass [mb], shape (n,)."""
    spectrum = np.zeros(len(edges) - 1)
    s = invariant_mass_squared(T_p)
    momentum = greatest_momentum(s, CHARGED_PION_MASS, DEUTERON_MASS)
    if momentum > 0.0:
        gamma, boost = centre_of_mass(T_p)
        energy = math.sqrt(momentum**2 + CHARGED_PION_MASS**2)
        low, high = gamma * energy - boost * momentum, gamma * energy + boost * momentum
        add_box(edges, low, high, deuteron_channel(T_p), spectrum)
    return spectrum


@njit(cache=True, error_model="numpy")
def scaling_density(E: float, T_p: float, fit: Scaling, is_kaon: bool) -> float:
    """Spectrum of a meson in the scaling picture.

    Parameters
    ----------
    E : float
        Total energy of the meson [GeV].
    T_p : float
        Kinetic energy of the proton [GeV].
    fit : Scaling
    is_kaon : bool

    Returns
    -------
    float
        dsigma/dE [mb/GeV]: 2 pi p times the integral over the laboratory angle.
    """
    if E <= fit.mass:
        return 0.0
    s = invariant_mass_squared(T_p)
    root = math.sqrt(s)
    p = math.sqrt((E - fit.mass) * (E + fit.mass))
    gamma, boost = centre_of_mass(T_p)
    limit = (gamma * E - (s - fit.recoil_mass**2 + fit.mass**2) / (2.0 * root)) / (boost * p)
    if limit >= 1.0:
        return 0.0
    # cos = 1 - u^2 resolves the forward cone; pT ~ sqrt(2) p u.
    widest = math.sqrt(1.0 - max(limit, -1.0))
    if p > _GREATEST_TRANSVERSE:
        widest = min(widest, math.sqrt(1.0 - math.sqrt(1.0 - (_GREATEST_TRANSVERSE / p) ** 2)))
    total = 0.0
    for k in range(len(_NODE)):
        u = 0.5 * widest * (_NODE[k] + 1.0)
        total += _WEIGHT[k] * u * scaling_cross_section(E, 1.0 - u * u, T_p, fit, is_kaon)
    return 2.0 * math.pi * p * widest * total


@njit(cache=True, error_model="numpy")
def scaling_spectrum(T_p: float, edges: np.ndarray, fit: Scaling, is_kaon: bool) -> np.ndarray:
    """Cross section per bin of meson energy in the scaling picture.

    Parameters
    ----------
    T_p, edges : as in `meson_spectrum`
    fit : Scaling
    is_kaon : bool

    Returns
    -------
    ndarray
        [mb], shape (n,); its sum is the picture's own total.
    """
    spectrum = np.zeros(len(edges) - 1)
    for i in range(len(spectrum)):
        middle, half = 0.5 * (edges[i] + edges[i + 1]), 0.5 * (edges[i + 1] - edges[i])
        for k in range(len(_ENERGY_NODE)):
            spectrum[i] += (
                half * _ENERGY_WEIGHT[k] * scaling_density(middle + half * _ENERGY_NODE[k], T_p, fit, is_kaon)
            )
    return spectrum


@njit(cache=True, error_model="numpy")
def _pion_spectrum(T_p, edges, meson, fit):
    total = pion_inclusive(T_p, meson)
    momentum = kinematics.momentum(T_p, PROTON_MASS)
    weight = min(1.0, max(0.0, (momentum - JOIN_LOW) / (JOIN_HIGH - JOIN_LOW)))
    spectrum = np.zeros(len(edges) - 1)
    if total > 0.0 and weight < 1.0:
        spectrum += (1.0 - weight) * total * isobar_spectrum(T_p, edges)
    if total > 0.0 and weight > 0.0:
        shape = scaling_spectrum(T_p, edges, fit, False)
        spectrum += weight * total * shape / shape.sum()
    if meson == PION_PLUS:
        spectrum += deuteron_spectrum(T_p, edges)
    return spectrum


def meson_spectrum(T_p: float, edges: np.ndarray, meson: int) -> np.ndarray:
    """Cross section per bin of meson energy for one proton energy.

    Parameters
    ----------
    T_p : float
        Kinetic energy of the proton [GeV].
    edges : ndarray
        Edges of the bins of total meson energy [GeV], shape (n + 1,).
    meson : int
        PION_PLUS, PION_MINUS, KAON_PLUS or KAON_MINUS.

    Returns
    -------
    ndarray
        sigma per bin [mb], shape (n,). Pions: both pictures joined and normalised to the inclusive fits, with the
        deuteron channel for pi+; kaons: the scaling picture alone, as Moskalenko & Strong 1998.
    """
    if meson >= KAON_PLUS:
        return scaling_spectrum(T_p, edges, SCALING[meson], True)
    return _pion_spectrum(T_p, edges, meson, SCALING[meson])
