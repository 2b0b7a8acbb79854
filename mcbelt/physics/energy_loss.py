"""Mean energy loss of e- and e+ by collisions in thin gas, and annihilation of positrons in flight.

Collisions: Berger and Seltzer (ICRU Report 37, 1984), Moller and Bhabha included, with Bragg's rule for mixtures. The
density effect is left out on purpose: it scales with the plasma energy of the medium, 6e-8 eV at 1e-17 g/cm3, so in a
belt it is zero up to gamma = 1e9 (with the value for sea-level air the loss would be 3, 12 and 20 % too small at 0.1,
1 and 10 GeV); below about 60 km altitude and above 1 GeV that neglect reaches some per cent. Radiation:
`mcbelt.physics.bremsstrahlung`. Synchrotron: `mcbelt.constants.SYNCHROTRON_COEFFICIENT`. The law of Gusev et al. 2003,
eq. (3), stands beside.

Losses per grammage are positive, in GeV m2/kg (1 MeV cm2/g = 1e-4 GeV m2/kg). Tables for kernels:
`mcbelt.physics.loss_table`.
"""

import math

from numba import njit

from mcbelt.constants import CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS
from mcbelt.physics.elements import ATOMS_PER_KG, CHARGE, MassFractions, MEAN_EXCITATION_ENERGY_eV

_COLLISION_UNIT = 2.0 * math.pi * CLASSICAL_ELECTRON_RADIUS**2 * ELECTRON_MASS  # [GeV m2]
_PAPER_RADIATION = 0.028  # [cm2/g] of eq. (3) of Gusev et al. 2003
PAPER_SYNCHROTRON = 3.86e-6 * 1.0e8  # [GeV/s] times E^2 [GeV2] B^2 [T2], also of eq. (3); printed for gauss


@njit(cache=True, error_model="numpy")
def collision_loss(T: float, charge: int, composition: MassFractions) -> float:
    """Mean loss by excitation and ionisation.

    Parameters
    ----------
    T : float
        Kinetic energy [GeV]; 10 keV to 1 TeV are meant (no shell corrections: 1 % at 10 keV in argon).
    charge : int
        -1 for electrons, +1 for positrons.
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        Loss per grammage [GeV m2/kg]; NaN for T <= 0. Source: ICRU Report 37, eqs. (2.9)-(2.12), density effect zero.
    """
    if not T > 0.0:
        return math.nan
    tau = T / ELECTRON_MASS
    beta2 = tau * (tau + 2.0) / (tau + 1.0) ** 2
    if charge < 0:
        f = (1.0 - beta2) * (1.0 + tau * tau / 8.0 - (2.0 * tau + 1.0) * math.log(2.0))
    else:
        a = 1.0 / (tau + 2.0)
        f = 2.0 * math.log(2.0) - beta2 / 12.0 * (23.0 + 14.0 * a + 10.0 * a**2 + 4.0 * a**3)
    total = 0.0
    for i in range(5):
        if composition[i] > 0.0:
            excitation = T / (1.0e-9 * MEAN_EXCITATION_ENERGY_eV[i])
            number = 2.0 * math.log(excitation) + math.log1p(0.5 * tau) + f
            total += composition[i] * ATOMS_PER_KG[i] * CHARGE[i] * number
    return _COLLISION_UNIT / beta2 * total


@njit(cache=True, error_model="numpy")
def paper_loss(E: float) -> float:
    """Ionisation and bremsstrahlung of Gusev et al. 2003, eq. (3): 0.002 + 0.028 E GeV cm2/g, in GeV m2/kg; E [GeV].

    Within 6 % of rarefied air from 10 MeV to 10 GeV; in helium too high by 1.06, 1.35, 2.2 at 10, 100, 1000 MeV.
    """
    return 0.1 * (0.002 + _PAPER_RADIATION * E)


@njit(cache=True, error_model="numpy")
def paper_slope(E: float) -> float:
    """Derivative of `paper_loss` with the energy [m2/kg], the same at every E [GeV]."""
    return 0.1 * _PAPER_RADIATION


@njit(cache=True, error_model="numpy")
def annihilation_coefficient(T: float, composition: MassFractions) -> float:
    """Annihilation in flight of positrons, e+ e- -> 2 gamma, per grammage.

    Parameters
    ----------
    T : float
        Kinetic energy [GeV], above 0.
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        Probability per grammage [m2/kg]. Source: Heitler 1954, The Quantum Theory of Radiation, section 27, eq. (6).
    """
    sigma = annihilation_cross_section(T)
    electrons = 0.0
    for i in range(5):
        electrons += composition[i] * ATOMS_PER_KG[i] * CHARGE[i]
    return sigma * electrons


@njit(cache=True, error_model="numpy")
def annihilation_cross_section(T: float) -> float:
    """Cross section [m2] of a positron of kinetic energy T [GeV] to annihilate on an electron at rest: Heitler 1954."""
    gamma = 1.0 + T / ELECTRON_MASS
    root = math.sqrt((gamma - 1.0) * (gamma + 1.0))
    bracket = (gamma * gamma + 4.0 * gamma + 1.0) / (root * root) * math.asinh(root) - (gamma + 3.0) / root
    return math.pi * CLASSICAL_ELECTRON_RADIUS**2 / (gamma + 1.0) * bracket
