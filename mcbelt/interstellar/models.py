"""Solved Galactic models for figures, kept while the program runs, and their spectra at the Earth."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import ELECTRON_MASS, PROTON_MASS
from mcbelt.interstellar import galaxy, presets
from mcbelt.spectra.force_field import force_field

_MASS = {"proton": PROTON_MASS, "helium": galaxy.HELIUM_MASS_PER_NUCLEON}
_CHARGE_PER_NUCLEON = {"helium": 0.5}


@functools.cache
def solved(name: str, decay: str = "exact") -> dict[str, galaxy.Quantity]:
    """Result of a preset with a decay option."""
    settings = presets.preset(name)
    choice = settings.secondaries.model_copy(update={"decay": decay})
    return galaxy.solve(settings.model_copy(update={"secondaries": choice}))


def interstellar(result: Mapping[Any, Any], species: str) -> Callable[[ArrayLike], np.ndarray]:
    """Function T [GeV] -> local interstellar intensity per kinetic energy (per nucleon) [m-2 s-1 sr-1 GeV-1].

    `species` may be "electron" (primary and secondary together). A power law between grid points, zero outside the
    grid.
    """
    mass = _MASS.get(species, ELECTRON_MASS)
    p = result["momentum"].values
    if species == "electron":
        values = sum(
            result[k].values for k in ("intensity_electron_secondary", "intensity_electron_primary") if k in result
        )
    else:
        values = result[f"intensity_{species}"].values
    logarithm = np.log(np.maximum(values, 1.0e-300))

    def intensity(kinetic):
        total = np.asarray(kinetic, float) + mass
        momentum = np.sqrt(total**2 - mass**2)
        value = np.exp(np.interp(np.log(momentum), np.log(p), logarithm, left=-690.0, right=-690.0))
        return value * total / momentum

    return intensity


def at_earth(result: Mapping[Any, Any], species: str, kinetic: ArrayLike, modulation_MV: float) -> np.ndarray:
    """Intensity at the Earth in the force-field approximation, at kinetic energies (per nucleon) [GeV].

    Parameters
    ----------
    result : mapping
        Of `solved`, or a Dataset of the same names.
    species : str
        As in `interstellar`.
    kinetic : array_like
        Kinetic energies per nucleon [GeV].
    modulation_MV : float
        Potential of the force field [MV], at least 0.

    Returns
    -------
    ndarray
        [m-2 s-1 sr-1 GeV-1], shape of `kinetic`.
    """
    mass = _MASS.get(species, ELECTRON_MASS)
    charge = _CHARGE_PER_NUCLEON.get(species, 1.0)
    return force_field(interstellar(result, species), kinetic, 1.0e-3 * modulation_MV, charge, mass)


def fraction_at_earth(result: Mapping[Any, Any], kinetic: ArrayLike, modulation_MV: float) -> np.ndarray:
    """e+ / (e+ + e-) at the Earth; the same modulation for both charges.

    Parameters
    ----------
    result : mapping
        Of `solved`, or a Dataset of the same names.
    kinetic : array_like
        Kinetic energies [GeV].
    modulation_MV : float
        Potential of the force field [MV], at least 0.

    Returns
    -------
    ndarray
        [1], shape of `kinetic`.
    """
    positrons = at_earth(result, "positron", kinetic, modulation_MV)
    return positrons / (positrons + at_earth(result, "electron", kinetic, modulation_MV))
