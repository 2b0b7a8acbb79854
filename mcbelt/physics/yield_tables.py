"""Yields of pions and kaons as they ship: read, checked, multiplied by their factors, asked at the door.

One npz of data/yields holds one projectile on one target, baked by tools/bake_yields.py; the kernels and the sampler
that read it are those of `mcbelt.physics.pion_production`.
"""

import functools
import importlib.resources
import json
import math
from collections.abc import Callable, Mapping

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from mcbelt.errors import PhysicsError
from mcbelt.physics.pion_production import (
    SPECIES,
    YieldModel,
    double_differential,
    inelastic_cross_section,
    multiplicity,
    sample_meson,
)
from mcbelt.physics.yield_factors import data_factor

TARGETS = {"proton": ("H", "He", "N", "O", "Ar"), "alpha": ("He", "N", "O")}


@njit(cache=True)
def _sample_many(model, energy, species, uniforms):
    out = np.empty((uniforms.shape[0], 2))
    for n in range(uniforms.shape[0]):
        out[n, 0], out[n, 1] = sample_meson(model, energy, species, uniforms[n])
    return out


@njit(cache=True)
def _multiplicities(model, energies, species):
    out = np.empty((energies.size, 2))
    for n in range(energies.size):
        out[n, 0] = multiplicity(model, energies[n], species)
        out[n, 1] = inelastic_cross_section(model, energies[n])
    return out


@njit(cache=True)
def _distribution(model, energy, meson_energies, cosines, species):
    out = np.empty(meson_energies.size)
    for n in range(out.size):
        out[n] = double_differential(model, energy, meson_energies[n], cosines[n], species)
    return out


def species_index(species: str) -> int:
    """Index of a species name in SPECIES; PhysicsError if it is none of them."""
    if species not in SPECIES:
        raise PhysicsError(
            f"pion_production: species = {species!r} is not tabulated. Give one of {', '.join(SPECIES)}."
        )
    return SPECIES.index(species)


class YieldTable:
    """Yields of one projectile on one target.

    Parameters
    ----------
    data : mapping of str to ndarray
        Arrays of one npz of mcbelt/data/yields (E_GeV, sigma_inel_mb, mult, mult_err, pdf, species, nucleons,
        provenance).
    factors : callable or None
        factors(species, energies_GeV) -> k [1]; None leaves the cascade as it is.

    Attributes
    ----------
    energies_GeV : ndarray, shape (n,)
        Tabulated kinetic energies, per nucleon for alphas [GeV].
    multiplicity_error : ndarray, shape (n, 6)
        Statistical standard deviation of the multiplicities [1], factors applied.
    model : YieldModel
        The arrays for kernels.
    provenance : dict
        Generator, version, seeds, events per energy, licence.
    """

    def __init__(
        self, data: Mapping[str, np.ndarray], factors: Callable[[str, np.ndarray], np.ndarray] | None = None
    ) -> None:
        if tuple(data["species"]) != SPECIES:
            raise PhysicsError(
                f"yield table: species {tuple(data['species'])} are not {SPECIES}. Bake the table again."
            )
        self.energies_GeV = np.asarray(data["E_GeV"], float)
        k = np.ones((self.energies_GeV.size, len(SPECIES)))
        if factors is not None:
            k = np.stack([factors(name, self.energies_GeV) for name in SPECIES], axis=1)
        self.multiplicity_error = k * data["mult_err"]
        mass = data["pdf"].astype(float)
        total = mass.sum(axis=(2, 3), keepdims=True)
        mass /= np.where(total > 0.0, total, 1.0)
        self.model = YieldModel(
            np.log(self.energies_GeV),
            math.log(1e3 * float(data["nucleons"])),
            np.asarray(data["sigma_inel_mb"], float),
            k * data["mult"],
            mass,
            np.cumsum(mass.reshape(*mass.shape[:2], -1), axis=2),
        )
        self.provenance = json.loads(str(data["provenance"]))

    def _checked(self, energies_GeV):
        energies = np.asarray(energies_GeV, float)
        low, high = self.energies_GeV[[0, -1]]
        if not np.all((energies >= low) & (energies <= high)):
            raise PhysicsError(
                f"pion_production: projectile energy {np.min(energies):g}-{np.max(energies):g} GeV is outside "
                f"{low:g}-{high:g} GeV (per nucleon), where the yields are tabulated. Below, production is "
                "taken as zero; give energies inside."
            )
        return energies

    def sigma_inel(self, energies_GeV: ArrayLike) -> np.ndarray:
        """Inelastic cross section [mb] at projectile energies [GeV] (per nucleon); PhysicsError outside 0.2-500 GeV."""
        energies = self._checked(energies_GeV)
        return _multiplicities(self.model, energies.ravel(), 0)[:, 1].reshape(energies.shape)

    def multiplicity(self, energies_GeV: ArrayLike, species: str) -> np.ndarray:
        """Mesons per inelastic collision [1] at projectile energies [GeV] (per nucleon); PhysicsError outside 0.2-500
        GeV.
        """
        energies = self._checked(energies_GeV)
        index = species_index(species)
        return _multiplicities(self.model, energies.ravel(), index)[:, 0].reshape(energies.shape)

    def cross_section(self, energies_GeV: ArrayLike, species: str) -> np.ndarray:
        """Inclusive cross section, inelastic times multiplicity [mb], at projectile energies [GeV] (per nucleon)."""
        return self.sigma_inel(energies_GeV) * self.multiplicity(energies_GeV, species)

    def relative_error(self, energies_GeV: ArrayLike, species: str) -> np.ndarray:
        """Relative statistical error of the multiplicity [1], interpolated from the tabulated energies; inf where
        none is made.
        """
        energies, index = self._checked(energies_GeV), species_index(species)
        mult = self.model.multiplicity[:, index]
        error = np.where(mult > 0.0, self.multiplicity_error[:, index] / np.where(mult > 0.0, mult, 1.0), np.inf)
        return np.interp(np.log(energies), self.model.log_energy, error)

    def distribution(
        self, energy_GeV: float, meson_energy_GeV: ArrayLike, cosine: ArrayLike, species: str
    ) -> np.ndarray:
        """Differential cross section at one projectile energy.

        Parameters
        ----------
        energy_GeV : float
            Kinetic energy of the projectile, per nucleon for alphas [GeV].
        meson_energy_GeV, cosine : array_like
            Kinetic energy of the meson [GeV] and cosine of its angle; they broadcast.
        species : str
            Name in SPECIES.

        Returns
        -------
        ndarray
            d2 sigma/(dT dcos) [mb/GeV], of the broadcast shape.

        Raises
        ------
        PhysicsError
            Outside 0.2-500 GeV, or for an unknown species.
        """
        energy, index = float(self._checked(energy_GeV)), species_index(species)
        meson, cosines = np.broadcast_arrays(np.asarray(meson_energy_GeV, float), np.asarray(cosine, float))
        flat = _distribution(self.model, energy, meson.ravel(), cosines.ravel(), index).reshape(meson.shape)
        return flat * self.cross_section(energy, species)

    def sample(self, energy_GeV: float, species: str, uniforms: ArrayLike) -> np.ndarray:
        """Mesons drawn from `distribution`.

        Parameters
        ----------
        energy_GeV : float
            Kinetic energy of the projectile, per nucleon for alphas [GeV].
        species : str
            Name in SPECIES.
        uniforms : array_like, shape (n, 4)
            Uniform numbers in [0, 1).

        Returns
        -------
        ndarray, shape (n, 2)
            Kinetic energy [GeV] and cosine of the angle to the projectile.

        Raises
        ------
        PhysicsError
            Outside 0.2-500 GeV, for an unknown species, or where none is made.
        """
        energy, index = float(self._checked(energy_GeV)), species_index(species)
        out = _sample_many(self.model, energy, index, np.asarray(uniforms, float))
        if np.isnan(out).any():
            raise PhysicsError(
                f"pion_production: no {species} are made at {energy:g} GeV. Give a higher energy or another species."
            )
        return out


class YieldTables:
    """All shipped yields, each read when first asked for.

    Parameters
    ----------
    factors : bool
        Multiply the pion multiplicities by the data-driven factors of data/yields/factors.csv.
    factor_shift : float
        Standard deviations by which all factors are shifted [1], for a band.
    """

    def __init__(self, factors: bool = True, factor_shift: float = 0.0) -> None:
        self.factors, self.factor_shift = bool(factors), float(factor_shift)
        self._read: dict[tuple[str, str], YieldTable] = {}

    def table(self, target: str, projectile: str = "proton") -> YieldTable:
        """YieldTable of a projectile ("proton", "alpha") on a target element; PhysicsError for a pair that is not
        shipped.
        """
        if target not in TARGETS.get(projectile, ()):
            pairs = "; ".join(f"{p} on {', '.join(t)}" for p, t in TARGETS.items())
            raise PhysicsError(f"pion_production: no yields of {projectile} + {target}. There are: {pairs}.")
        if (projectile, target) not in self._read:
            source = importlib.resources.files("mcbelt") / f"data/yields/{projectile}_{target}.npz"
            factors = None
            if self.factors:
                factors = functools.partial(_factors_of, projectile, target, self.factor_shift)
            with importlib.resources.as_file(source) as path, np.load(path) as data:
                self._read[projectile, target] = YieldTable(dict(data), factors)
        return self._read[projectile, target]


def _factors_of(projectile, target, shift, species, energies_GeV):
    return data_factor(projectile, target, species, energies_GeV, shift)
