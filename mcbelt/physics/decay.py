"""Electrons and positrons from pi -> mu -> e, K -> mu -> e and K -> pi -> mu -> e, in closed form.

A charged pion or kaon (spin 0) decays into a neutrino and a muon whose helicity is that of the neutrino: -1 for mu+,
+1 for mu-. The electron of the muon decay follows n(x, c) = x^2 [(3 - 2x) + xi c (2x - 1)], x = 2E/m_mu, c the cosine
to the muon's direction *in the meson's frame*, massless electron. CP makes xi = -1 for both charges: e+ of pi+ and e-
of pi- are alike, and softer (<E_e>/E_pi = 0.2646) than without polarisation (0.2753). In the meson's frame the
electron is isotropic, so the boost to the laboratory is one more integral over dE/E, which stays elementary
(polynomials and a logarithm; a squared one for K -> pi).

The electron mass is neglected throughout: relative error (m_e/m_mu)^2 = 2e-5 of the spectrum, and E_e is as good as
the kinetic energy down to a few MeV only. Radiative corrections (about 1 %) are neglected. Samplers:
`mcbelt.physics.decay_sampling`.

Sources: Commins and Bucksbaum 1983 (Michel spectrum); Moskalenko and Strong 1998, ApJ 493, 694, appendices C and D
(frames); closed forms derived here, see docs/methods/decay.md.
"""

import math

import numpy as np
from numba import njit, vectorize
from numpy.typing import ArrayLike

from mcbelt.constants import (
    CHARGED_KAON_MASS,
    CHARGED_PION_MASS,
    MUON_LIFETIME,
    MUON_MASS,
    NEUTRAL_KAON_MASS,
    NEUTRAL_PION_MASS,
    SPEED_OF_LIGHT,
)
from mcbelt.errors import PhysicsError
from mcbelt.physics import decay_historical, michel
from mcbelt.physics.kinematics import gamma_and_boost

# Option codes of the kernels. "ms98" is two codes, because its sign differs by charge.
EXACT = 0
ISOTROPIC = 1
MS98 = 2  # positrons of the published form
PAPER = 3
MS98_ELECTRON = 4
OPTIONS = ("exact", "isotropic", "ms98", "paper")
PARENTS = ("pion", "kaon", "kaon_short")

KAON_TO_MUON = 0.6356  # K+- -> mu nu; PDG 2022
KAON_TO_PION = 0.2067  # K+- -> pi+- pi0; PDG 2022
KAON_SHORT_TO_PIONS = 0.6920  # K0S -> pi+ pi-; PDG 2022
ASYMMETRY = -1.0  # xi of both charges, by CP

# A meson at rest gives the muon, or the pion, one energy [GeV].
PION_MUON_ENERGY = (CHARGED_PION_MASS**2 + MUON_MASS**2) / (2.0 * CHARGED_PION_MASS)
KAON_MUON_ENERGY = (CHARGED_KAON_MASS**2 + MUON_MASS**2) / (2.0 * CHARGED_KAON_MASS)
KAON_PION_ENERGY = (CHARGED_KAON_MASS**2 + CHARGED_PION_MASS**2 - NEUTRAL_PION_MASS**2) / (2.0 * CHARGED_KAON_MASS)
KAON_SHORT_PION_ENERGY = 0.5 * NEUTRAL_KAON_MASS

_SMALL_BOOST = 1.0e-5  # below this beta gamma the boost integral is its midpoint value (error of order beta^2)


@njit(cache=True, error_model="numpy")
def two_body_spectrum(E_e: float, E_meson: float, meson_mass: float, muon_energy: float, xi: float) -> float:
    """Laboratory spectrum of the electron of meson -> mu nu -> e, muon fully polarised in the meson's frame.

    Parameters
    ----------
    E_e, E_meson : float
        Energies of electron and meson (total) [GeV].
    meson_mass, muon_energy : float
        Mass of the meson and muon energy in its frame [GeV].
    xi : float
        Asymmetry: -1 physical, 0 unpolarised.

    Returns
    -------
    float
        dN/dE_e [1/GeV], integral 1; NaN when E_meson is below its mass.
    """
    gamma, boost = gamma_and_boost(E_meson, meson_mass)
    if not boost >= 0.0:
        return math.nan
    if not E_e > 0.0:
        return 0.0
    b = michel.muon_velocity(muon_energy)
    y = 2.0 * E_e / muon_energy
    if boost < _SMALL_BOOST:
        return 2.0 / muon_energy * michel.boosted_michel(y, b, xi)
    difference = michel.first_integral(y * (gamma + boost), b, xi) - michel.first_integral(y / (gamma + boost), b, xi)
    return max(0.0, difference / (muon_energy * boost))


@njit(cache=True, error_model="numpy")
def three_step_spectrum(E_e: float, E_meson: float, meson_mass: float, pion_energy: float, xi: float) -> float:
    """Laboratory spectrum of the electron of meson -> pi X, pi -> mu nu, mu -> e; pion isotropic in the meson's frame.

    Parameters
    ----------
    E_e, E_meson : float
        Energies of electron and meson (total) [GeV].
    meson_mass, pion_energy : float
        Mass of the meson and energy of the charged pion in its frame [GeV].
    xi : float
        Asymmetry of the muon in the pion's frame.

    Returns
    -------
    float
        dN/dE_e [1/GeV] per charged pion, integral 1; NaN when E_meson is below its mass.
    """
    gamma, boost = gamma_and_boost(E_meson, meson_mass)
    if not boost >= 0.0:
        return math.nan
    if not E_e > 0.0:
        return 0.0
    if boost < _SMALL_BOOST:
        return two_body_spectrum(E_e, pion_energy, CHARGED_PION_MASS, PION_MUON_ENERGY, xi)
    b = michel.muon_velocity(PION_MUON_ENERGY)
    pion_gamma, pion_boost = gamma_and_boost(pion_energy, CHARGED_PION_MASS)
    y = 2.0 * E_e / PION_MUON_ENERGY
    outer, inner = gamma + boost, pion_gamma + pion_boost
    difference = (
        michel.second_integral(y * inner * outer, b, xi)
        - michel.second_integral(y * inner / outer, b, xi)
        - michel.second_integral(y / inner * outer, b, xi)
        + michel.second_integral(y / inner / outer, b, xi)
    )
    return max(0.0, difference / (2.0 * PION_MUON_ENERGY * pion_boost * boost))


@njit(cache=True, error_model="numpy")
def electron_spectrum(E_e: float, E_pi: float, option: int) -> float:
    """Spectrum of e+- from a charged pion of energy E_pi, pi -> mu -> e.

    Parameters
    ----------
    E_e : float
        Energy of the electron [GeV]; zero is returned outside the kinematic range.
    E_pi : float
        Total energy of the pion [GeV]; E_pi = m_pi is a stopped one, below it NaN.
    option : int
        EXACT, ISOTROPIC (muon unpolarised), MS98 (published form of Moskalenko and Strong 1998 for e+), MS98_ELECTRON
        (theirs for e-), PAPER (Gusev et al. 2003: collinear muon of 0.8 E_pi, unpolarised); NaN for any other.

    Returns
    -------
    float
        dN/dE_e [1/GeV], integral 1.
    """
    if option == EXACT:
        return two_body_spectrum(E_e, E_pi, CHARGED_PION_MASS, PION_MUON_ENERGY, ASYMMETRY)
    if option == ISOTROPIC:
        return two_body_spectrum(E_e, E_pi, CHARGED_PION_MASS, PION_MUON_ENERGY, 0.0)
    if option == MS98:
        return decay_historical.helicity_in_laboratory(E_e, E_pi, CHARGED_PION_MASS, PION_MUON_ENERGY, 1.0)
    if option == MS98_ELECTRON:
        return decay_historical.helicity_in_laboratory(E_e, E_pi, CHARGED_PION_MASS, PION_MUON_ENERGY, -1.0)
    if option == PAPER and E_pi >= CHARGED_PION_MASS:
        return decay_historical.collinear_muon(E_e, E_pi)
    return math.nan


@njit(cache=True, error_model="numpy")
def kaon_spectrum(E_e: float, E_K: float, option: int) -> float:
    """Spectrum of e+- from a charged kaon: K -> mu nu and K -> pi pi0, each with its branching ratio.

    Neglected: K -> 3 pi, pi0 e nu, pi0 mu nu (0.16 of the decays), and the e+e- of the pi0.

    Parameters
    ----------
    E_e, E_K : float
        Energies of electron and kaon (total) [GeV].
    option : int
        EXACT or ISOTROPIC: both channels, integral KAON_TO_MUON + KAON_TO_PION = 0.8423. MS98, MS98_ELECTRON: K -> mu
        nu alone, as in Moskalenko and Strong 1998, integral 0.6356. PAPER has no kaons: NaN.

    Returns
    -------
    float
        dN/dE_e [1/GeV] per kaon.
    """
    if option == EXACT or option == ISOTROPIC:
        xi = ASYMMETRY if option == EXACT else 0.0
        direct = two_body_spectrum(E_e, E_K, CHARGED_KAON_MASS, KAON_MUON_ENERGY, xi)
        return KAON_TO_MUON * direct + KAON_TO_PION * three_step_spectrum(
            E_e, E_K, CHARGED_KAON_MASS, KAON_PION_ENERGY, xi
        )
    if option == MS98 or option == MS98_ELECTRON:
        xi = 1.0 if option == MS98 else -1.0
        return KAON_TO_MUON * decay_historical.helicity_in_laboratory(E_e, E_K, CHARGED_KAON_MASS, KAON_MUON_ENERGY, xi)
    return math.nan


@njit(cache=True, error_model="numpy")
def kaon_short_spectrum(E_e: float, E_K: float, option: int) -> float:
    """Spectrum of e+ (or of e-, the same) from a K0S through pi+ pi-; integral 0.692 for each charge.

    Parameters
    ----------
    E_e, E_K : float
        Energies of electron and kaon (total) [GeV].
    option : int
        EXACT or ISOTROPIC; NaN for the historical ones, which have no neutral kaons.

    Returns
    -------
    float
        dN/dE_e [1/GeV] per kaon and charge.
    """
    if option == EXACT or option == ISOTROPIC:
        xi = ASYMMETRY if option == EXACT else 0.0
        return KAON_SHORT_TO_PIONS * three_step_spectrum(E_e, E_K, NEUTRAL_KAON_MASS, KAON_SHORT_PION_ENERGY, xi)
    return math.nan


@njit(cache=True, error_model="numpy")
def electron_spectrum_at_angle(E_e: float, cosine: float, E_pi: float, option: int) -> float:
    """Spectrum of e+- in energy and angle to the pion: d2N / (dE dcos), integral over both 1.

    The electron is isotropic in the pion's frame (PAPER: in the frame of the collinear muon), so f(E, cos) = f*(E*) E
    / (2 E*).

    Parameters
    ----------
    E_e, E_pi : float
        Energies of electron and pion (total) [GeV].
    cosine : float
        Cosine of the angle between electron and pion in the laboratory.
    option : int
        EXACT, ISOTROPIC or PAPER. NaN for MS98, whose muon frame breaks the isotropy.

    Returns
    -------
    float
        d2N/(dE_e dcos) [1/GeV].
    """
    if not (E_pi >= CHARGED_PION_MASS and -1.0 <= cosine <= 1.0):
        return math.nan
    gamma = E_pi / CHARGED_PION_MASS
    if option == PAPER:
        gamma = decay_historical.COLLINEAR_SHARE * E_pi / MUON_MASS
    boost = math.sqrt((gamma - 1.0) * (gamma + 1.0))
    # gamma - boost cos without cancellation: 1/(gamma + boost) + boost (1 - cos)
    rest_energy = E_e * (1.0 / (gamma + boost) + boost * (1.0 - cosine))
    if not rest_energy > 0.0:
        return 0.0
    if option == EXACT or option == ISOTROPIC:
        b = michel.muon_velocity(PION_MUON_ENERGY)
        xi = ASYMMETRY if option == EXACT else 0.0
        at_rest = 2.0 / PION_MUON_ENERGY * michel.boosted_michel(2.0 * rest_energy / PION_MUON_ENERGY, b, xi)
    elif option == PAPER:
        at_rest = michel.michel_spectrum(rest_energy)
    else:
        return math.nan
    return at_rest * E_e / (2.0 * rest_energy)


@njit(cache=True, error_model="numpy")
def muon_flight(momentum: float) -> float:
    """Mean distance that a muon flies before it decays [m], from its momentum [GeV]: 6.23 km per GeV/c."""
    return SPEED_OF_LIGHT * MUON_LIFETIME * momentum / MUON_MASS


def option_code(option: str, charge: int = 1) -> int:
    """Kernel code of a decay option.

    Parameters
    ----------
    option : {"exact", "isotropic", "ms98", "paper"}
        Name of the option.
    charge : {1, -1}
        Charge of the electron; it matters for "ms98" alone, whose sign is right for e- and wrong for e+.

    Returns
    -------
    int
        Code for `electron_spectrum` and its siblings.

    Raises
    ------
    PhysicsError
        Unknown option or charge.
    """
    if charge not in (1, -1):
        raise PhysicsError(f"decay: charge = {charge} is not one of 1 (e+), -1 (e-). Give one of these.")
    codes = {"exact": EXACT, "isotropic": ISOTROPIC, "ms98": MS98 if charge > 0 else MS98_ELECTRON, "paper": PAPER}
    if option not in codes:
        raise PhysicsError(f"decay: option = {option!r} is not one of {', '.join(OPTIONS)}. Give one of these.")
    return codes[option]


@vectorize(cache=True)
def _spectrum(E_e, E_parent, parent, option):
    if parent == 0:
        return electron_spectrum(E_e, E_parent, option)
    if parent == 1:
        return kaon_spectrum(E_e, E_parent, option)
    return kaon_short_spectrum(E_e, E_parent, option)


def spectrum(
    E_e_GeV: ArrayLike, E_parent_GeV: ArrayLike, parent: str = "pion", option: str = "exact", charge: int = 1
) -> np.ndarray:
    """Spectrum of e+- per decaying meson, on arrays.

    Parameters
    ----------
    E_e_GeV : array_like
        Electron energy [GeV], above 0.
    E_parent_GeV : array_like
        Total energy of the meson [GeV], at least its mass; broadcast against E_e_GeV.
    parent : {"pion", "kaon", "kaon_short"}
        Charged pion, charged kaon (both channels with branching ratios), K0S (per charge).
    option : {"exact", "isotropic", "ms98", "paper"}
        How the muon's spin is treated.
    charge : {1, -1}
        Charge of the electron; "exact", "isotropic" and "paper" do not depend on it.

    Returns
    -------
    ndarray
        dN/dE_e [1/GeV], broadcast shape; integral over E_e is 1, 0.8423 (0.6356 for "ms98") and 0.692.

    Raises
    ------
    PhysicsError
        Unknown names, a meson below its mass, or a parent that the option does not have.
    """
    masses = {"pion": CHARGED_PION_MASS, "kaon": CHARGED_KAON_MASS, "kaon_short": NEUTRAL_KAON_MASS}
    if parent not in masses:
        raise PhysicsError(f"decay: parent = {parent!r} is not one of {', '.join(PARENTS)}. Give one of these.")
    code = option_code(option, charge)
    if (parent == "kaon" and option == "paper") or (parent == "kaon_short" and option in ("paper", "ms98")):
        raise PhysicsError(
            f"decay: option = {option!r} has no {parent} decays. Switch kaons off or use 'exact' or 'isotropic'."
        )
    energy, parent_energy = np.asarray(E_e_GeV, float), np.asarray(E_parent_GeV, float)
    if not np.all(energy > 0.0):
        raise PhysicsError("decay: E_e_GeV holds values that are not above 0. Give electron energies in GeV.")
    if not np.all(parent_energy >= masses[parent]):
        raise PhysicsError(
            f"decay: E_parent_GeV = {np.nanmin(parent_energy)} is below the {parent} mass {masses[parent]} GeV. "
            "Give total energies, not kinetic ones."
        )
    return _spectrum(energy, parent_energy, PARENTS.index(parent), code)
