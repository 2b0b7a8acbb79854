"""Two published recipes for pi -> mu -> e, kept to reproduce the figures of their papers.

Moskalenko and Strong 1998 (ApJ 493, 694, appendix C) let the muon be fully polarised along its motion *in the
laboratory* and give the asymmetry the sign +1 for e+ (-1 for e-). Both are wrong: the helicity belongs to the meson's
frame, and CP gives -1 to both charges. Their positrons of 1-100 GeV exceed the exact ones by a third for a power-law
parent spectrum.

Gusev et al. 2003 give the muon 0.8 of the pion's energy and its direction, and an isotropic Michel spectrum E^2 (3 -
4E/m). Their normalisation 74198.4 MeV^3 differs from m_mu^3/16 = 73720 MeV^3 by 0.65 %; here the integral is 1.
"""

import math

import numpy as np
from numba import njit

from mcbelt.constants import MUON_MASS
from mcbelt.physics.kinematics import gamma_and_boost, momentum_of_total

COLLINEAR_SHARE = 0.8  # share of the pion's energy that the muon gets in Gusev et al. 2003
PAPER_NORM_MEV3 = 74198.4  # printed normalisation of their Michel spectrum

_NODES, _WEIGHTS = (tuple(map(float, column)) for column in np.polynomial.legendre.leggauss(16))
_SMALL_BOOST = 1.0e-5


@njit(cache=True, error_model="numpy")
def collinear_muon(E_e: float, E_pi: float) -> float:
    """Spectrum of e+- [1/GeV] of an unpolarised muon that takes 0.8 of the pion's energy and its direction."""
    if not E_e > 0.0:
        return 0.0
    gamma = COLLINEAR_SHARE * E_pi / MUON_MASS
    boost = math.sqrt((gamma - 1.0) * (gamma + 1.0))
    x = 2.0 * E_e / MUON_MASS
    upper = min(1.0, x * (gamma + boost))
    lower = min(1.0, x / (gamma + boost))
    difference = 3.0 * (upper**2 - lower**2) - 4.0 / 3.0 * (upper**3 - lower**3)
    return difference / (MUON_MASS * boost)


@njit(cache=True, error_model="numpy")
def _polarised_muon(E_e, rapidity, xi):
    """Electron spectrum [1/GeV] of a muon of given rapidity and asymmetry xi along its motion, down to one at rest."""
    grow = math.exp(rapidity)
    energy = MUON_MASS * math.cosh(rapidity)
    b = math.tanh(rapidity)
    lower = 2.0 * E_e / (MUON_MASS * grow)
    if lower >= 1.0:
        return 0.0
    upper = min(1.0, 2.0 * E_e * grow / MUON_MASS)
    y = 2.0 * E_e / energy
    if b < 1.0e-4:
        x = min(1.0, 2.0 * E_e / MUON_MASS)
        return 4.0 / MUON_MASS * x * x * (3.0 - 2.0 * x)
    square, cube = upper**2 - lower**2, upper**3 - lower**3
    unpolarised = 1.5 * square - 2.0 / 3.0 * cube
    polarised = (y + 0.5) * square - y * (upper - lower) - 2.0 / 3.0 * cube
    return 2.0 / energy * (unpolarised + xi / b * polarised) / b


@njit(cache=True, error_model="numpy")
def _over_rapidity(E_e, first, last, xi):
    """Integral of the muon's electron spectrum over dE_mu = m sinh(rapidity) d(rapidity), 16-point Gauss-Legendre."""
    half, middle = 0.5 * (last - first), 0.5 * (last + first)
    total = 0.0
    for i in range(len(_NODES)):
        rapidity = middle + half * _NODES[i]
        total += _WEIGHTS[i] * _polarised_muon(E_e, rapidity, xi) * MUON_MASS * math.sinh(rapidity)
    return total * half


@njit(cache=True, error_model="numpy")
def helicity_in_laboratory(E_e: float, E_meson: float, meson_mass: float, muon_energy: float, xi: float) -> float:
    """Spectrum of e+- with the muon polarised along its motion in the laboratory (Moskalenko and Strong 1998).

    Parameters
    ----------
    E_e, E_meson : float
        Energies of electron and meson (total) [GeV].
    meson_mass, muon_energy : float
        Mass of the meson and muon energy in its frame [GeV].
    xi : float
        Asymmetry: they take +1 for e+, -1 for e-.

    Returns
    -------
    float
        dN/dE_e [1/GeV], integral 1; the flat muon spectrum is integrated to 1e-9 (kink and edge are limits of the
        intervals).
    """
    gamma, boost = gamma_and_boost(E_meson, meson_mass)
    if not boost >= 0.0:
        return math.nan
    if not E_e > 0.0:
        return 0.0
    momentum = momentum_of_total(muon_energy, MUON_MASS)
    if boost < _SMALL_BOOST:
        return _polarised_muon(E_e, math.acosh(muon_energy / MUON_MASS), xi)
    high = gamma * muon_energy + boost * momentum
    low = max(MUON_MASS, high - 2.0 * boost * momentum)
    first, last = math.acosh(low / MUON_MASS), math.acosh(high / MUON_MASS)
    kink = abs(math.log(2.0 * E_e / MUON_MASS))
    if first < kink < last:
        total = _over_rapidity(E_e, first, kink, xi) + _over_rapidity(E_e, kink, last, xi)
    else:
        total = _over_rapidity(E_e, first, last, xi)
    return max(0.0, total / (2.0 * boost * momentum))
