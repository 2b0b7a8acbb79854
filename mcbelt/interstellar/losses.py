"""Energy losses in the Galaxy: of electrons and positrons, and of protons and nuclei.

Fast electrons radiate: inverse Compton scattering on starlight and microwaves and synchrotron radiation grow as E^2 and
rule above a few GeV, bremsstrahlung on the gas as E around 1 GeV, ionisation below. Protons only ionise, and above 1
GeV lose next to nothing in a hundred million years: their spectrum is bent by escape, not by losses.

Formulas: Ginzburg (1979) and Strong & Moskalenko (1998, App. C) for e+-; Mannheim & Schlickeiser (1994) for nuclei. All
return GeV/s > 0.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import CLASSICAL_ELECTRON_RADIUS, ELECTRON_MASS, FINE_STRUCTURE, PROTON_MASS, SPEED_OF_LIGHT
from mcbelt.interstellar.gas import HELIUM_TO_HYDROGEN
from mcbelt.interstellar.scales import BOLTZMANN_EV, EV, MEGAYEAR, PER_CM3

THOMSON = 8.0 * math.pi / 3.0 * CLASSICAL_ELECTRON_RADIUS**2  # [m2]
_THOMSON_LOSS = 4.0 / 3.0 * THOMSON * SPEED_OF_LIGHT  # [m3/s]
_ATOMIC = 2.0 * math.pi * CLASSICAL_ELECTRON_RADIUS**2 * SPEED_OF_LIGHT * ELECTRON_MASS * PER_CM3  # [GeV cm3 / s]
_COMPTON_LENGTH = CLASSICAL_ELECTRON_RADIUS / FINE_STRUCTURE  # reduced Compton wavelength hbar/(m c) [m]
_RADIATION_LENGTH_H = 62.8  # [g/cm2], Ginzburg 1979
_RADIATION_LENGTH_HE = 93.1
_MASS_H_G = 1.6735e-24
_MASS_HE_G = 6.6465e-24
_UNSHIELDED, _SHIELDED = 100.0, 800.0  # Lorentz factors between which the bremsstrahlung formulas are joined


def electron_ionisation(energy: ArrayLike, neutral_cm3: float | np.ndarray) -> np.ndarray:
    """Ionisation loss of an electron in neutral H and He [GeV/s].

    Parameters
    ----------
    energy : array_like
        Total energy [GeV], above the rest mass.
    neutral_cm3 : array_like
        Density of neutral hydrogen nuclei [cm-3]; helium 0.11 of it.

    Notes
    -----
    2 pi r_e^2 m c^3 / beta * sum n_s Z_s [ln((gamma - 1) beta^2 E^2 / (2 I_s^2)) + 1/8], I = 18.9 and 42.0 eV (Ginzburg
    1979).
    """
    gamma, beta = _lorentz(energy, ELECTRON_MASS)
    energy_eV = gamma * ELECTRON_MASS / EV
    square = (gamma - 1.0) * beta**2 * energy_eV**2 / 2.0
    stopping = np.log(square / 18.9**2) + 0.125 + 2.0 * HELIUM_TO_HYDROGEN * (np.log(square / 42.0**2) + 0.125)
    return _ATOMIC / beta * stopping * neutral_cm3


def electron_coulomb(energy: ArrayLike, ionised_cm3: float | np.ndarray) -> np.ndarray:
    """Coulomb loss of an electron in ionised gas of `ionised_cm3` free electrons per cm3 [GeV/s].

    Ginzburg 1979; zero without gas.
    """
    gamma, beta = _lorentz(energy, ELECTRON_MASS)
    density = np.maximum(np.asarray(ionised_cm3, float), 1.0e-30)
    plasma = 4.0 * math.pi * CLASSICAL_ELECTRON_RADIUS * _COMPTON_LENGTH**2 * density * PER_CM3
    return _ATOMIC / beta * (np.log(gamma / plasma) - 0.75) * ionised_cm3


def electron_bremsstrahlung(energy: ArrayLike, hydrogen_cm3: float | np.ndarray) -> np.ndarray:
    """Bremsstrahlung loss of an electron in H and He [GeV/s].

    Notes
    -----
    Below gamma = 100 unscreened, 4 alpha r_e^2 c E sum n Z(Z+1) [ln 2 gamma - 1/3]; above 800 fully screened, c E sum n
    M / X with radiation lengths 62.8 and 93.1 g/cm2; linear in gamma between (Strong & Moskalenko 1998, eqs. C10-C13).
    """
    gamma, _ = _lorentz(energy, ELECTRON_MASS)
    weight = np.clip((gamma - _UNSHIELDED) / (_SHIELDED - _UNSHIELDED), 0.0, 1.0)
    bare = np.minimum(gamma, _SHIELDED)
    unscreened = 4.0 * FINE_STRUCTURE * CLASSICAL_ELECTRON_RADIUS**2 * PER_CM3 * (2.0 + 6.0 * HELIUM_TO_HYDROGEN)
    unscreened = unscreened * np.maximum(np.log(2.0 * bare) - 1.0 / 3.0, 0.0)
    grammage = (
        _MASS_H_G / _RADIATION_LENGTH_H + HELIUM_TO_HYDROGEN * _MASS_HE_G / _RADIATION_LENGTH_HE
    )  # per H [cm2 x cm-3]
    screened = grammage * 100.0  # cm-1 per (cm-3) to m-1
    return SPEED_OF_LIGHT * gamma * ELECTRON_MASS * ((1.0 - weight) * unscreened + weight * screened) * hydrogen_cm3


def electron_radiative(energy: ArrayLike, energy_density_eV_cm3: ArrayLike) -> np.ndarray:
    """Inverse-Compton or synchrotron loss, 4/3 sigma_T c u gamma^2 beta^2 [GeV/s].

    For an energy density u [eV cm-3].
    """
    gamma, _ = _lorentz(energy, ELECTRON_MASS)
    return _THOMSON_LOSS * (gamma**2 - 1.0) * np.asarray(energy_density_eV_cm3) * EV * PER_CM3


def loss_coefficient(energy_density_eV_cm3: ArrayLike) -> np.ndarray:
    """b0 of dE/dt = -b0 E^2 [1/(GeV s)] of an ultra-relativistic electron in an energy density [eV cm-3]."""
    return _THOMSON_LOSS * np.asarray(energy_density_eV_cm3) * EV * PER_CM3 / ELECTRON_MASS**2


def loss_time_Myr(energy: ArrayLike, energy_density_eV_cm3: ArrayLike) -> np.ndarray:
    """Radiative loss time E/(dE/dt) of an ultra-relativistic electron [Myr]; 311.2 Myr at 1 GeV in 1 eV/cm3."""
    return 1.0 / (loss_coefficient(energy_density_eV_cm3) * np.asarray(energy, float)) / MEGAYEAR


def nucleus_ionisation(
    kinetic: ArrayLike, neutral_cm3: float | np.ndarray, charge: int = 1, mass: float = PROTON_MASS
) -> np.ndarray:
    """Ionisation loss of a nucleus in neutral H and He [GeV/s].

    Parameters
    ----------
    kinetic : array_like
        Kinetic energy of the whole nucleus [GeV].
    neutral_cm3 : array_like
        Neutral hydrogen [cm-3].
    charge : int
        Charge number.
    mass : float
        Mass of the nucleus [GeV].

    Returns
    -------
    ndarray
        [GeV/s], > 0.

    Notes
    -----
    2 pi r_e^2 m c^3 Z^2 / beta * sum n_s Z_s [ln(2 m beta^2 gamma^2 Q_max / I_s^2) - 2 beta^2], I = 19 and 44 eV
    (Mannheim & Schlickeiser 1994, eq. 4.24).
    """
    gamma, beta = _lorentz(np.asarray(kinetic, float) + mass, mass)
    electron_eV = ELECTRON_MASS / EV
    transfer = 2.0 * electron_eV * beta**2 * gamma**2 / (1.0 + 2.0 * gamma * ELECTRON_MASS / mass)
    product = 2.0 * electron_eV * beta**2 * gamma**2 * transfer
    stopping = np.log(product / 19.0**2) - 2.0 * beta**2
    stopping = stopping + 2.0 * HELIUM_TO_HYDROGEN * (np.log(product / 44.0**2) - 2.0 * beta**2)
    return _ATOMIC * charge**2 / beta * stopping * neutral_cm3


def nucleus_coulomb(
    kinetic: ArrayLike,
    ionised_cm3: float | np.ndarray,
    charge: int = 1,
    mass: float = PROTON_MASS,
    temperature_K: float = 1.0e4,
) -> np.ndarray:
    """Coulomb loss of a nucleus in a plasma. Mannheim & Schlickeiser 1994, eq. (4.22).

    Parameters
    ----------
    kinetic, charge, mass : as in `nucleus_ionisation`
    ionised_cm3 : float or ndarray
        Free electrons [cm-3]; 0 is no loss.
    temperature_K : float
        Of the electrons [K]; below their thermal speed the loss falls as beta^2.

    Returns
    -------
    ndarray
        [GeV/s].
    """
    gamma, beta = _lorentz(np.asarray(kinetic, float) + mass, mass)
    density = np.maximum(np.asarray(ionised_cm3, float), 1.0e-30) * PER_CM3
    reduced = mass * gamma**2 * beta**4 / (mass + 2.0 * gamma * ELECTRON_MASS)
    logarithm = 0.5 * np.log(reduced / (math.pi * CLASSICAL_ELECTRON_RADIUS * _COMPTON_LENGTH**2 * density))
    thermal = (0.75 * math.sqrt(math.pi)) ** (1.0 / 3.0) * math.sqrt(
        2.0 * BOLTZMANN_EV * temperature_K * EV / ELECTRON_MASS
    )
    return 2.0 * _ATOMIC * charge**2 * logarithm * beta**2 / (thermal**3 + beta**3) * ionised_cm3


def _lorentz(energy, mass):
    gamma = np.asarray(energy, float) / mass
    return gamma, np.sqrt(1.0 - 1.0 / gamma**2)
