"""Knock-on electrons, and the photons of neutral pions.

A fast charge throws electrons out of atoms; the fast ones among them are electrons of the belt, which lower e+/e- at
10 MeV. Their spectrum per grammage: Moller for electrons (the slower of the two counts as the knock-on, W <= T/2),
Bhabha for positrons, and the spin-1/2 and spin-0 forms of Bhabha for protons and alphas. Binding is neglected (W far
above the mean excitation energies). Photons of pi0 -> 2 gamma are flat in energy; what they become is in
`mcbelt.physics.pair_production`. Photons of electrons: `mcbelt.physics.bremsstrahlung`.

Sources: Moller 1932; Bhabha 1936, 1938; Rossi 1952, High-Energy Particles, section 2.3.
"""

import math

from numba import njit

from mcbelt.constants import CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS, NEUTRAL_PION_MASS
from mcbelt.physics.elements import ATOMS_PER_KG, CHARGE, MassFractions
from mcbelt.physics.kinematics import momentum, momentum_of_total, momentum_squared

_UNIT = 2.0 * math.pi * CLASSICAL_ELECTRON_RADIUS**2  # [m2]


@njit(cache=True, error_model="numpy")
def electrons_per_kg(composition: MassFractions) -> float:
    """Electrons per kilogram of a mixture, from mass fractions of H, He, N, O, Ar."""
    total = 0.0
    for i in range(5):
        total += composition[i] * ATOMS_PER_KG[i] * CHARGE[i]
    return total


@njit(cache=True, error_model="numpy")
def moller_spectrum(W: float, T: float, composition: MassFractions) -> float:
    """Knock-on electrons of an electron.

    Parameters
    ----------
    W, T : float
        Kinetic energies of knock-on and primary [GeV]; zero for W > T/2 (the faster electron is the primary).
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        d2N/(dX dW) [m2 kg-1 GeV-1]. Source: Moller 1932.
    """
    if not (0.0 < W <= 0.5 * T):
        return 0.0
    gamma = 1.0 + T / ELECTRON_MASS
    beta2 = (gamma - 1.0) * (gamma + 1.0) / gamma**2
    share = W / T
    rest = 1.0 - share
    exchange = (2.0 * gamma - 1.0) / gamma**2
    bracket = ((gamma - 1.0) / gamma) ** 2 + (1.0 / share - exchange) / share + (1.0 / rest - exchange) / rest
    return _UNIT * electrons_per_kg(composition) / (beta2 * (gamma - 1.0)) * bracket / T


@njit(cache=True, error_model="numpy")
def bhabha_spectrum(W: float, T: float, composition: MassFractions) -> float:
    """Knock-on electrons of a positron.

    Parameters
    ----------
    W, T : float
        Kinetic energies of knock-on and primary [GeV]; zero for W > T.
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        d2N/(dX dW) [m2 kg-1 GeV-1]. Source: Bhabha 1936.
    """
    if not (0.0 < W <= T):
        return 0.0
    gamma = 1.0 + T / ELECTRON_MASS
    beta2 = (gamma - 1.0) * (gamma + 1.0) / gamma**2
    share = W / T
    y = 1.0 / (gamma + 1.0)
    z = 1.0 - 2.0 * y
    b1, b2, b3, b4 = 2.0 - y * y, z * (3.0 + y * y), z * z + z**3, z**3
    bracket = 1.0 / (beta2 * share**2) - b1 / share + b2 - b3 * share + b4 * share**2
    return _UNIT * electrons_per_kg(composition) / (gamma - 1.0) * bracket / T


@njit(cache=True, error_model="numpy")
def largest_transfer(T: float, mass: float) -> float:
    """Largest kinetic energy [GeV] that a heavy particle (kinetic energy T, mass [GeV]) gives an electron at rest."""
    gamma = 1.0 + T / mass
    ratio = ELECTRON_MASS / mass
    return 2.0 * ELECTRON_MASS * (gamma - 1.0) * (gamma + 1.0) / (1.0 + 2.0 * gamma * ratio + ratio * ratio)


@njit(cache=True, error_model="numpy")
def heavy_spectrum(W: float, T: float, mass: float, charge: int, spin: float, composition: MassFractions) -> float:
    """Knock-on electrons of a proton or an alpha.

    Parameters
    ----------
    W, T : float
        Kinetic energies of knock-on and primary [GeV]; zero for W above `largest_transfer`.
    mass : float
        Mass of the primary [GeV].
    charge : int
        Its charge [e].
    spin : float
        0.5 for protons, 0 for alphas.
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        d2N/(dX dW) [m2 kg-1 GeV-1]. Source: Rossi 1952, section 2.3.
    """
    limit = largest_transfer(T, mass)
    if not (0.0 < W <= limit):
        return 0.0
    E = T + mass
    beta2 = momentum_squared(T, mass) / E**2
    bracket = 1.0 - beta2 * W / limit
    if spin == 0.5:
        bracket += 0.5 * (W / E) ** 2
    return _UNIT * ELECTRON_MASS * charge**2 * electrons_per_kg(composition) / (beta2 * W * W) * bracket


@njit(cache=True, error_model="numpy")
def knock_on_spectrum(W: float, T: float, charge: int, composition: MassFractions) -> float:
    """Knock-on electrons of e- or e+: `moller_spectrum` or `bhabha_spectrum`.

    Parameters
    ----------
    W, T : float
        Kinetic energies of knock-on and primary [GeV].
    charge : int
        -1 for electrons, +1 for positrons.
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        d2N/(dX dW) [m2 kg-1 GeV-1].
    """
    if charge < 0:
        return moller_spectrum(W, T, composition)
    return bhabha_spectrum(W, T, composition)


@njit(cache=True, error_model="numpy")
def knock_on_cosine(W: float, T: float, mass: float) -> float:
    """Cosine of the angle between a knock-on electron and the primary.

    Parameters
    ----------
    W, T : float
        Kinetic energies of knock-on and primary [GeV].
    mass : float
        Mass of the primary [GeV].

    Returns
    -------
    float
        Cosine, at most 1: two-body kinematics with an electron at rest.
    """
    E = T + mass
    return min(1.0, (E + ELECTRON_MASS) / momentum(T, mass) * math.sqrt(W / (W + 2.0 * ELECTRON_MASS)))


@njit(cache=True, error_model="numpy")
def neutral_pion_photons(k: float, E_pi: float) -> float:
    """Photons of pi0 -> 2 gamma, dN/dk [1/GeV], integral 2: flat between (E -+ p) / 2; k and total energy E_pi in GeV.

    NaN at or below the mass of the pion, where the two photons have one energy, m/2.
    """
    if not E_pi > NEUTRAL_PION_MASS:
        return math.nan
    p = momentum_of_total(E_pi, NEUTRAL_PION_MASS)
    high = 0.5 * (E_pi + p)
    low = 0.25 * NEUTRAL_PION_MASS**2 / high
    return 2.0 / p if low <= k <= high else 0.0
