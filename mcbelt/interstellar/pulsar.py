"""Electrons and positrons of one nearby burst, such as the supernova remnant of the Monogem pulsar.

A point source that releases Q0 E^-g at once, diffusion D0 (E/E_D)^delta without boundaries and losses b = b0 E^2 have
an exact solution (Syrovatskii 1959; Atoyan, Aharonian & Volk 1995): the spectrum ends at E_max = 1/(b0 t), and a source
at r fills in above the energy whose diffusion length reaches r.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import SPEED_OF_LIGHT
from mcbelt.errors import PhysicsError
from mcbelt.interstellar.losses import loss_coefficient
from mcbelt.interstellar.scales import CM2, KILOPARSEC, MEGAYEAR


class Burst(NamedTuple):
    """Distance [kpc], age [Myr], spectral index g, number Q0 per GeV at 1 GeV; pairs share it equally."""

    distance_kpc: float
    age_Myr: float
    spectral_index: float
    per_GeV: float


class Medium(NamedTuple):
    """Diffusion D0 [cm2/s] at E_D [GeV], its slope, and the energy density of field and radiation [eV cm-3]."""

    D0_cm2_s: float = 5.5e28
    reference_GeV: float = 4.0
    delta: float = 0.5
    energy_density_eV_cm3: float = 1.9


#: Distance and age of PSR B0656+14, the pulsar of the Monogem ring (Brisken et al. 2003; ATNF catalogue).
MONOGEM_DISTANCE_KPC = 0.29
MONOGEM_AGE_MYR = 0.11


def diffusion_length_m(energy: ArrayLike, burst: Burst, medium: Medium) -> np.ndarray:
    """Length over which electrons spread between birth and now.

    Parameters
    ----------
    energy : array_like
        Energy now [GeV].
    burst : Burst
    medium : Medium

    Returns
    -------
    ndarray
        sqrt(4 integral of D dE/b) between E and the energy at birth [m]; NaN at and above E_max.
    """
    energy = np.asarray(energy, float)
    b0 = loss_coefficient(medium.energy_density_eV_cm3)
    left = 1.0 - b0 * energy * burst.age_Myr * MEGAYEAR
    with np.errstate(invalid="ignore", divide="ignore"):
        at_birth = np.where(left > 0.0, energy / left, math.nan)
    power = medium.delta - 1.0
    diffusion = medium.D0_cm2_s * CM2 * medium.reference_GeV**-medium.delta
    return np.sqrt(4.0 * diffusion / b0 / (1.0 - medium.delta) * (energy**power - at_birth**power))


def density(energy: ArrayLike, burst: Burst, medium: Medium) -> np.ndarray:
    """Density of the burst's electrons plus positrons [m-3 GeV-1], zero above E_max.

    Parameters
    ----------
    energy : array_like
        [GeV].
    burst : Burst
    medium : Medium

    Returns
    -------
    ndarray
        Shape of the energy.

    Raises
    ------
    PhysicsError
        delta outside [0, 1), where the diffusion integral is written; age or diffusion not positive.
    """
    if not 0.0 <= medium.delta < 1.0 or not medium.D0_cm2_s > 0.0 or not burst.age_Myr > 0.0:
        raise PhysicsError(
            f"pulsar: delta = {medium.delta:g} must be in [0, 1), "
            f"D0 = {medium.D0_cm2_s:g} and age = {burst.age_Myr:g} positive."
        )
    energy = np.asarray(energy, float)
    r = burst.distance_kpc * KILOPARSEC
    length = diffusion_length_m(energy, burst, medium)
    left = 1.0 - loss_coefficient(medium.energy_density_eV_cm3) * energy * burst.age_Myr * MEGAYEAR
    with np.errstate(invalid="ignore", divide="ignore"):
        spectrum = burst.per_GeV * energy**-burst.spectral_index * left ** (burst.spectral_index - 2.0)
        value = spectrum * np.exp(-((r / length) ** 2)) / (math.pi**1.5 * length**3)
    return np.where(left > 0.0, value, 0.0)


def intensity(energy: ArrayLike, burst: Burst, medium: Medium) -> np.ndarray:
    """Intensity of the burst's electrons plus positrons at the Sun.

    Parameters
    ----------
    energy, burst, medium : as in `density`

    Returns
    -------
    ndarray
        c N / (4 pi) [m-2 s-1 sr-1 GeV-1], shape of the energy.
    """
    return SPEED_OF_LIGHT / (4.0 * math.pi) * density(energy, burst, medium)
