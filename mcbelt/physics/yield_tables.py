"""Yields of pions and kaons as they ship: read, checked, multiplied by their factors, asked at the door.

One npz of data/yields holds one projectile on one target, baked by tools/bake; the kernels and the sampler that read it
are those of `mcbelt.physics.pion_production`. Tables may have bins of angle of their own, and columns of what decays of
short-lived mesons make (`YieldTable.has_decays`); those without have 30 equal bins and the six mesons.
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
    COLUMNS,
    SPECIES,
    YieldModel,
    double_differential,
    inelastic_cross_section,
    multiplicity,
    sample_meson,
)
from mcbelt.physics.yield_factors import data_factor

ANGLE_BINS = 30  # equal bins in v = sqrt((1 - cos)/2) of what is folded; edges of every table's own bins
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
    """Index of a species name in COLUMNS; PhysicsError if it is none of them."""
    if species not in COLUMNS:
        raise PhysicsError(
            f"pion_production: species = {species!r} is not tabulated. Give one of {', '.join(COLUMNS)}."
        )
    return COLUMNS.index(species)


def _angles(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First cell, cells and bin of each cell of bins of v with edges in whole cells, as a `YieldModel` has them."""
    cells = np.diff(edges)
    thirtieths = np.arange(ANGLE_BINS + 1) * edges[-1] / ANGLE_BINS
    if edges[0] != 0 or np.any(cells < 1) or not np.all(np.isin(thirtieths, edges)):
        raise PhysicsError(
            f"yield table: bins of the angle with edges {edges.tolist()} do not divide into {ANGLE_BINS} equal ones "
            "from 0. Bake the table again."
        )
    return edges[:-1].astype(float), cells.astype(float), np.repeat(np.arange(cells.size), cells)


class YieldTable:
    """Yields of one projectile on one target.

    Parameters
    ----------
    data : mapping of str to ndarray
        Arrays of one npz of mcbelt/data/yields (E_GeV, sigma_inel_mb, mult, mult_err, pdf, species, nucleons,
        provenance; v_edges, whole numbers, of which the last is v = 1, where bins of v are not 30 equal ones).
    factors : callable or None
        factors(species, energies_GeV) -> k [1]; None leaves the cascade as it is.

    Attributes
    ----------
    energies_GeV : ndarray, shape (n,)
        Tabulated kinetic energies, per nucleon for alphas [GeV].
    multiplicity_error : ndarray, shape (n, S)
        Statistical standard deviation of the multiplicities [1], factors applied.
    v_edges : ndarray, shape (V + 1,)
        Edges of the bins of v, whole numbers; v = v_edges / v_edges[-1].
    has_decays : bool
        Whether there are columns beyond the six mesons: what decays of short-lived mesons and hyperons make.
    model : YieldModel
        The arrays for kernels.
    provenance : dict
        Generator, version, seeds, events per energy, licence.
    """

    def __init__(
        self, data: Mapping[str, np.ndarray], factors: Callable[[str, np.ndarray], np.ndarray] | None = None
    ) -> None:
        species = tuple(map(str, data["species"]))
        if species not in (SPECIES, COLUMNS):
            raise PhysicsError(f"yield table: species {species} are neither {SPECIES} nor {COLUMNS}. Bake it again.")
        self.has_decays = species == COLUMNS
        self.energies_GeV = np.asarray(data["E_GeV"], float)
        k = np.ones((self.energies_GeV.size, len(species)))
        if factors is not None:
            for i, name in enumerate(SPECIES):
                k[:, i] = factors(name, self.energies_GeV)
            if self.has_decays:
                k[:, COLUMNS.index("e of Dalitz")] = k[:, SPECIES.index("pi0")]
        self.multiplicity_error = k * data["mult_err"]
        mass = data["pdf"].astype(float)
        total = mass.sum(axis=(2, 3), keepdims=True)
        mass /= np.where(total > 0.0, total, 1.0)
        self.v_edges = np.asarray(data["v_edges"] if "v_edges" in data else np.arange(mass.shape[3] + 1), np.int64)
        self.model = YieldModel(
            np.log(self.energies_GeV),
            math.log(1e3 * float(data["nucleons"])),
            np.asarray(data["sigma_inel_mb"], float),
            k * data["mult"],
            mass,
            np.cumsum(mass.reshape(*mass.shape[:2], -1), axis=2),
            *_angles(self.v_edges),
        )
        self.provenance = json.loads(str(data["provenance"]))

    def _column(self, species):
        index = species_index(species)
        if index >= self.model.multiplicity.shape[1]:
            raise PhysicsError(
                f"pion_production: this table has no {species!r}: it was baked without decays. Give one of "
                f"{', '.join(SPECIES)}."
            )
        return index

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
        index = self._column(species)
        return _multiplicities(self.model, energies.ravel(), index)[:, 0].reshape(energies.shape)

    def cross_section(self, energies_GeV: ArrayLike, species: str) -> np.ndarray:
        """Inclusive cross section, inelastic times multiplicity [mb], at projectile energies [GeV] (per nucleon)."""
        return self.sigma_inel(energies_GeV) * self.multiplicity(energies_GeV, species)

    def relative_error(self, energies_GeV: ArrayLike, species: str) -> np.ndarray:
        """Relative statistical error of the multiplicity [1], interpolated from the tabulated energies; inf where
        none is made.
        """
        energies, index = self._checked(energies_GeV), self._column(species)
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
            Name in COLUMNS.

        Returns
        -------
        ndarray
            d2 sigma/(dT dcos) [mb/GeV], of the broadcast shape.

        Raises
        ------
        PhysicsError
            Outside 0.2-500 GeV, or for an unknown species.
        """
        energy, index = float(self._checked(energy_GeV)), self._column(species)
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
            Name in COLUMNS.
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
        energy, index = float(self._checked(energy_GeV)), self._column(species)
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
