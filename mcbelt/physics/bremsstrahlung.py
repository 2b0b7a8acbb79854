"""Bremsstrahlung of electrons and positrons in thin gas: photon spectrum and mean loss.

Cross section of Tsai 1974 (Rev. Mod. Phys. 46, 815, eq. 3.82) with screening at any momentum transfer, Coulomb
correction, and the atomic electrons as targets (Z(Z+1)-like, but with their own screening psi). It is a Born
approximation: meant from 10 MeV up; at 1 MeV the mean loss is some 10 % off, where radiation is 1 % of the loss. Near
the tip of the spectrum its logarithm turns negative; the cross section is zero from there on. Positrons are taken to
radiate like electrons: true to 1 % above 10 MeV for Z up to 18. The Landau-Pomeranchuk and dielectric suppressions need
dense matter and are absent here.

Photons above a cut k > cut * T, drawn one by one: `mcbelt.physics.hard_photons`; the rest is continuous loss.
"""

import numpy as np
from numba import njit

from mcbelt.constants import CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS, FINE_STRUCTURE
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
