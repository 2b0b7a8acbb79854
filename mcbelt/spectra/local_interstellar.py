"""Spectra of cosmic-ray protons and helium in the local interstellar medium, outside the heliosphere.

Voyager 1 measured them below 0.35 GeV per nucleon; above some 50 GeV the Sun no longer matters and instruments near the
Earth see them directly; between the two they follow from a model of the solar modulation. Published parametrisations
therefore agree where they were tied to data and differ by up to 10 % between. All of them are written here in kinetic
energy per nucleon. How each compares with Voyager 1 and AMS-02 is shown in docs/methods/sources.md and held by
tests/physics/test_spectra_cosmic_rays.py.
"""

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import ALPHA_MASS, PROTON_MASS
from mcbelt.errors import PhysicsError
from mcbelt.physics.kinematics import momentum

HELIUM_MASS_PER_NUCLEON = ALPHA_MASS / 4.0  # [GeV]
LOWEST_T = 3.0e-3  # [GeV] per nucleon: where Voyager 1 begins
HIGHEST_T = 1.0e5  # [GeV] per nucleon


def rigidity(T: np.ndarray, species: str) -> tuple[np.ndarray, np.ndarray]:
    """Rigidity [GV] and velocity over c of protons or alphas of kinetic energy per nucleon [GeV]."""
    mass, ratio = (PROTON_MASS, 1.0) if species == "proton" else (HELIUM_MASS_PER_NUCLEON, 2.0)
    p = momentum(T, mass)
    return ratio * p, p / (T + mass)


def protons_vos2015(T: np.ndarray) -> np.ndarray:
    """Vos & Potgieter 2015, ApJ 815, 119, eq. (3)."""
    _, beta = rigidity(T, "proton")
    return 2.70e3 * T**1.12 / beta**2 * ((T + 0.67) / 1.67) ** -3.93


def protons_corti2016(T: np.ndarray) -> np.ndarray:
    """Corti et al. 2016, ApJ 829, 8, fitted to Voyager 1 and AMS-02 (two breaks in rigidity)."""
    R, beta = rigidity(T, "proton")
    low = (1.0 + np.exp(-(np.log(R) + 0.559) / 0.563)) ** (-1.0 / 0.431) * R**-2.4482
    hardening = (1.0 + (R / 545.0) ** (0.6 / 0.4)) ** -0.4
    softening = (1.0 + (R / 6.2 * hardening) ** (0.4227 / 0.108)) ** -0.108
    return 1.16e4 * low * softening / beta


def protons_burger2000(T: np.ndarray) -> np.ndarray:
    """Burger, Potgieter & Heber 2000, JGR 105, 27447, as written by Usoskin et al. 2005, JGR 110, A12108.

    Made before Voyager 1 left the heliosphere: too high by 1.6 to 3.8 below 0.35 GeV. Kept because many published
    modulation potentials belong to it.
    """
    R, _ = rigidity(T, "proton")
    return 1.9e4 * R**-2.78 / (1.0 + 0.4866 * R**-2.51)


def helium_boschini2018(T: np.ndarray) -> np.ndarray:
    """Boschini et al. 2018, ApJ 858, 61: GALPROP and HelMod fitted to Voyager 1, AMS-02 and others; two pieces."""
    R, beta = rigidity(T, "helium")
    low = 1.14 - 118.0 * R**2 + 578.0 * R**3 - 87.0 * R**5
    high = 3120.0 - 5530.0 / R + 3370.0 / (1.29 + R) + 134000.0 / (88.5 + R) - 1170000.0 / (861.0 + R) + 0.03 * R
    return np.where(R <= 1.9, low, high) * R**-2.7 * 2.0 / beta  # per GV to per GeV per nucleon


PROTONS = {"vos2015": protons_vos2015, "corti2016": protons_corti2016, "burger2000": protons_burger2000}
HELIUM = {"boschini2018": helium_boschini2018}


def interstellar_flux(T: ArrayLike, species: str = "proton", spectrum: str | None = None) -> np.ndarray:
    """Local interstellar flux.

    Parameters
    ----------
    T : array_like
        Kinetic energy per nucleon [GeV], 0.003 to 1e5.
    species : {"proton", "helium"}
    spectrum : str, optional
        For protons ``vos2015`` (default), ``corti2016`` or ``burger2000``; for helium ``boschini2018``.

    Returns
    -------
    ndarray
        Flux [m-2 s-1 sr-1 (GeV/nucleon)-1].

    Raises
    ------
    PhysicsError
        For an unknown name, and outside the range of energy.
    """
    known = {"proton": PROTONS, "helium": HELIUM}.get(species)
    if known is None:
        raise PhysicsError(f'Cosmic rays: species = "{species}" is unknown. Give "proton" or "helium".')
    formula = known.get(spectrum or next(iter(known)))
    if formula is None:
        raise PhysicsError(
            f'Cosmic rays: no interstellar {species} spectrum "{spectrum}". Give one of {", ".join(known)}.'
        )
    T = np.asarray(T, float)
    if not np.all((T >= LOWEST_T) & (T <= HIGHEST_T)):
        raise PhysicsError(
            f"Cosmic rays: T = {np.min(T):.4g}-{np.max(T):.4g} GeV per nucleon is outside the interstellar spectra, "
            f"{LOWEST_T:g}-{HIGHEST_T:g} GeV per nucleon."
        )
    return formula(T)
