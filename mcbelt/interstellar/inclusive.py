"""Inclusive cross sections of pions and kaons in p + p, as fits to measurements, and the invariant cross sections at
high energy.

Below a few GeV the pions of p + p -> N Delta carry the measured inclusive cross section (Dermer 1986, ApJ 307, 47);
above it the shape is that of the scaling fits of Badhwar, Stephens & Golden (1977, Phys. Rev. D 15, 820) and Stephens &
Badhwar (1981). Moskalenko & Strong 1998 normalise the shapes to the inclusive fits. The channel p + p -> d pi+ is kept
apart, because its pions have one energy in the centre of mass.

All kernels return mb or mb GeV-2; energies are GeV, per nucleon.
"""

import math
from typing import NamedTuple

from numba import njit

from mcbelt.constants import CHARGED_KAON_MASS, CHARGED_PION_MASS, NEUTRON_MASS, PROTON_MASS
from mcbelt.physics import kinematics

PION_PLUS, PION_MINUS, KAON_PLUS, KAON_MINUS = 0, 1, 2, 3
DEUTERON_MASS = 1.875612943  # [GeV], CODATA 2018


class Scaling(NamedTuple):
    """Constants of E d3s/dp3 = A F (1 - x)^Q exp(-B pT / (1 + 4 m^2/s)).

    Amplitude [mb GeV-2], slope [1/GeV], and exponents.
    """

    mass: float
    recoil_mass: float
    amplitude: float
    slope: float
    threshold_power: float
    c1: float
    c2: float
    c3: float


_NUCLEONS = PROTON_MASS + NEUTRON_MASS
SCALING = (
    Scaling(CHARGED_PION_MASS, _NUCLEONS, 153.0, 5.55, 1.0, 5.3667, 3.5, 0.8334),
    Scaling(CHARGED_PION_MASS, 2.0 * PROTON_MASS + CHARGED_PION_MASS, 127.0, 5.30, 3.0, 7.0334, 4.5, 1.667),
    Scaling(CHARGED_KAON_MASS, _NUCLEONS, 8.85, 4.05, 0.0, 2.5, 0.0, 0.0),
    Scaling(CHARGED_KAON_MASS, 2.0 * PROTON_MASS + CHARGED_KAON_MASS, 9.3, 3.8, 0.0, 8.3, 0.0, 0.0),
)


@njit(cache=True, error_model="numpy")
def invariant_mass_squared(T_p: float) -> float:
    """s of a proton of kinetic energy T_p [GeV] on a proton at rest [GeV2]."""
    return 2.0 * PROTON_MASS * (T_p + 2.0 * PROTON_MASS)


@njit(cache=True, error_model="numpy")
def centre_of_mass(T_p: float) -> tuple[float, float]:
    """Lorentz factor and momentum per mass of the centre of mass of a proton of T_p [GeV] on a proton at rest."""
    gamma = math.sqrt(invariant_mass_squared(T_p)) / (2.0 * PROTON_MASS)
    return gamma, math.sqrt((gamma - 1.0) * (gamma + 1.0))


@njit(cache=True, error_model="numpy")
def greatest_momentum(s: float, mass: float, recoil_mass: float) -> float:
    """Momentum in the centre of mass of a particle that recoils against the rest.

    Parameters
    ----------
    s : float
        Square of the total energy in the centre of mass [GeV2].
    mass, recoil_mass : float
        Of the particle and of the rest [GeV].

    Returns
    -------
    float
        [GeV]; 0 below threshold.
    """
    root = math.sqrt(s)
    if root <= mass + recoil_mass:
        return 0.0
    return math.sqrt((s - mass**2 - recoil_mass**2) ** 2 - 4.0 * mass**2 * recoil_mass**2) / (2.0 * root)


@njit(cache=True, error_model="numpy")
def _pion_plus(p, eta):
    if p < 0.95:
        return 0.95 * eta**4 + 0.099 * eta**6 + 0.204 * eta**8
    if p < 1.29:
        return 0.67 * eta**4.7 + 0.3
    if p < 4.0:
        return 22.0 * (p - 1.27) ** 0.15
    return 27.0 * math.log(p) + 57.9 / math.sqrt(p) - 40.9


@njit(cache=True, error_model="numpy")
def _pion_minus(p):
    if p < 1.65:
        return 0.0
    if p < 2.81:
        return 2.33 * (p - 1.65) ** 1.2
    if p < 5.52:
        return 0.32 * p**2.1
    return 28.2 * math.log(p) + 74.2 / math.sqrt(p) - 69.3


@njit(cache=True, error_model="numpy")
def pion_inclusive(T_p: float, meson: int) -> float:
    """Inclusive cross section of p + p -> pi X without the deuteron channel [mb]. Dermer 1986, eq. set (A1).

    Parameters
    ----------
    T_p : float
        Kinetic energy of the proton [GeV]; 0 below the channel's threshold.
    meson : int
        PION_PLUS or PION_MINUS; anything else gives NaN.
    """
    s = invariant_mass_squared(T_p)
    p = kinematics.momentum(T_p, PROTON_MASS)
    if meson == PION_PLUS:
        eta = greatest_momentum(s, CHARGED_PION_MASS, PROTON_MASS + NEUTRON_MASS) / CHARGED_PION_MASS
        return _pion_plus(p, eta) if eta > 0.0 else 0.0
    if meson == PION_MINUS:
        return _pion_minus(p)
    return math.nan


@njit(cache=True, error_model="numpy")
def deuteron_channel(T_p: float) -> float:
    """Cross section of p + p -> d pi+ [mb]. Dermer 1986."""
    eta = greatest_momentum(invariant_mass_squared(T_p), CHARGED_PION_MASS, DEUTERON_MASS) / CHARGED_PION_MASS
    if eta <= 0.0:
        return 0.0
    if T_p < 0.65:
        return eta * (0.18 + 0.95 * eta**2 - 0.016 * eta**8)
    if T_p < 1.43:
        return 0.56 / T_p**3.9
    return 0.34 / T_p**2.5


@njit(cache=True, error_model="numpy")
def scaling_cross_section(E: float, cosine: float, T_p: float, fit: Scaling, is_kaon: bool) -> float:
    """Lorentz-invariant cross section E d3sigma/dp3 [mb GeV-2] at laboratory energy and angle.

    Parameters
    ----------
    E, cosine : float
        Total energy of the meson [GeV] and cosine of its laboratory angle.
    T_p : float
        Kinetic energy of the proton [GeV].
    fit : Scaling
        Constants of the meson.
    is_kaon : bool
        Kaons have exponent c1 and slope in pT alone, without the threshold factors.

    Returns
    -------
    float
        [mb GeV-2].

    Notes
    -----
    x^2 = x_par*^2 + 4 (pT^2 + m^2)/s, x_par* the longitudinal momentum over its greatest value (Badhwar et al. 1977).
    Zero for x >= 1.
    """
    s = invariant_mass_squared(T_p)
    greatest = greatest_momentum(s, fit.mass, fit.recoil_mass)
    if greatest <= 0.0 or E <= fit.mass:
        return 0.0
    p = math.sqrt((E - fit.mass) * (E + fit.mass))
    transverse = p * math.sqrt(max(0.0, (1.0 - cosine) * (1.0 + cosine)))
    gamma, boost = centre_of_mass(T_p)
    longitudinal = gamma * p * cosine - boost * E
    x = math.sqrt((longitudinal / greatest) ** 2 + 4.0 * (transverse**2 + fit.mass**2) / s)
    if x >= 1.0:
        return 0.0
    if is_kaon:
        return fit.amplitude * (1.0 - x) ** fit.c1 * math.exp(-fit.slope * transverse)
    heavy = 1.0 + 4.0 * PROTON_MASS**2 / s
    exponent = (fit.c1 - fit.c2 * transverse + fit.c3 * transverse**2) / math.sqrt(heavy)
    return (
        fit.amplitude * heavy**-fit.threshold_power * (1.0 - x) ** exponent * math.exp(-fit.slope * transverse / heavy)
    )
