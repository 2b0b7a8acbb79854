"""Pions and kaons from protons and alphas on air: inclusive yields in energy and angle, formula and sampler.

Below about 1.5 GeV a proton makes a pion through one Delta resonance of a nucleon pair inside the nucleus; pp makes
pi+ and pi0 but no pi-, so light and proton-driven production is rich in pi+, hence in e+. The yields are tables baked
from intranuclear cascades (INCL++ on N, O, Ar; Bertini on H and He; FTFP above 6 GeV) by tools/bake_yields.py. No
cascade gives absolute yields better than a factor of two near threshold, so the multiplicities of pions are
multiplied by data-driven factors k(T, target, charge), data/yields/factors.csv, which can be switched off or shifted
by their uncertainty.

Between the tabulated projectile energies, cross sections are linear and multiplicities power laws in energy, and the
distribution is a mixture of the two neighbours at fixed u = ln T / ln T_scale and v = sqrt((1 - cos)/2); inside a bin
it is flat in u and v. T_scale is the kinetic energy of the whole projectile, T in MeV. Below 0.2 GeV (per nucleon)
production is zero, a statement and not an extrapolation: p + N makes 0.16 mb of pi+ at 0.2 GeV, against 35 mb at 0.8
GeV. Above 500 GeV there is no value. See docs/methods/pion_production.md.
"""

import csv
import functools
import importlib.resources
import json
import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.constants import CHARGED_KAON_MASS, CHARGED_PION_MASS, NEUTRAL_KAON_MASS, NEUTRAL_PION_MASS
from mcbelt.errors import PhysicsError
from mcbelt.grid import bin_hold, sorted_hold

SPECIES = ("pi+", "pi-", "pi0", "K+", "K-", "K0S")
MASSES = (
    CHARGED_PION_MASS, CHARGED_PION_MASS, NEUTRAL_PION_MASS, CHARGED_KAON_MASS, CHARGED_KAON_MASS, NEUTRAL_KAON_MASS,
)  # fmt: skip
TARGETS = {"proton": ("H", "He", "N", "O", "Ar"), "alpha": ("He", "N", "O")}
ENERGY_RANGE = (0.2, 500.0)  # [GeV], per nucleon for alphas
_CHARGE_OF_FACTOR = {"pi+": "+", "pi-": "-", "pi0": "0"}


class YieldModel(NamedTuple):
    """What the kernels read: one projectile on one target, factors applied."""

    log_energy: np.ndarray  # ln of kinetic energy [GeV], per nucleon for alphas, shape (n,)
    log_scale: float  # ln of T_scale [MeV] is log_energy + log_scale
    sigma_inel: np.ndarray  # inelastic cross section [mb], shape (n,)
    multiplicity: np.ndarray  # mesons per inelastic collision [1], shape (n, 6)
    mass: np.ndarray  # probability per (u, v) bin [1], shape (n, 6, U, V)
    cumulative: np.ndarray  # running sum of `mass` over v, then u [1], shape (n, 6, U * V)


@njit(cache=True, error_model="numpy")
def bracket(model, energy):
    """Lower neighbour and logarithmic position of a projectile energy [GeV]: (i, f), i = -1 below the table, -2 above
    or NaN.
    """
    n = model.log_energy.size
    x = math.log(energy) if energy > 0.0 else -math.inf
    if x < model.log_energy[0] - 1e-12:
        return -1, 0.0
    if not x <= model.log_energy[n - 1] + 1e-12:
        return -2, 0.0
    return sorted_hold(model.log_energy, x)  # the ends are held within rounding of them


@njit(cache=True, error_model="numpy")
def inelastic_cross_section(model, energy):
    """Inelastic cross section, quasi-elastic included [mb], at a projectile energy [GeV]; NaN outside 0.2-500 GeV."""
    i, f = bracket(model, energy)
    if i < 0:
        return math.nan
    return (1.0 - f) * model.sigma_inel[i] + f * model.sigma_inel[i + 1]


@njit(cache=True, error_model="numpy")
def multiplicity(model, energy, species):
    """Mesons per inelastic collision [1] at a projectile energy [GeV]; zero below 0.2 GeV, NaN above 500 GeV.

    A power law between neighbours, linear in ln T where one of them is zero.
    """
    i, f = bracket(model, energy)
    if i == -1:
        return 0.0
    if i == -2:
        return math.nan
    low, high = model.multiplicity[i, species], model.multiplicity[i + 1, species]
    if low > 0.0 and high > 0.0:
        return low * math.exp(f * math.log(high / low))
    return (1.0 - f) * low + f * high


@njit(cache=True, error_model="numpy")
def share_of_upper(model, i, f, species):
    """Probability [1] of the upper neighbour's distribution: f, unless one neighbour makes none of this species."""
    if model.multiplicity[i, species] <= 0.0:
        return 1.0
    if model.multiplicity[i + 1, species] <= 0.0:
        return 0.0
    return f


@njit(cache=True, error_model="numpy")
def double_differential(model, energy, meson_energy, cosine, species):
    """Distribution of the mesons in kinetic energy and angle, d2n/(dT dcos), per meson.

    Parameters
    ----------
    model : YieldModel
        Projectile on target.
    energy, meson_energy : float
        Kinetic energies of projectile (per nucleon) and meson, laboratory [GeV].
    cosine : float
        Cosine of the meson's angle to the projectile.
    species : int
        Index into SPECIES.

    Returns
    -------
    float
        d2n/(dT dcos) [1/GeV], integral 1; zero below 0.2 GeV and where nothing is made, NaN above 500 GeV.
    """
    i, f = bracket(model, energy)
    if i == -2:
        return math.nan
    if i == -1 or not (meson_energy > 0.0 and -1.0 <= cosine < 1.0):
        return 0.0
    bins_u, bins_v = model.mass.shape[2], model.mass.shape[3]
    log_scale = math.log(energy) + model.log_scale
    u = math.log(1e3 * meson_energy) / log_scale
    if not 0.0 <= u < 1.0:
        return 0.0
    v = math.sqrt(0.5 * (1.0 - cosine))
    j, k = int(u * bins_u), bin_hold(v * bins_v, bins_v)
    g = share_of_upper(model, i, f, species)
    inside = (1.0 - g) * model.mass[i, species, j, k] + g * model.mass[i + 1, species, j, k]
    return inside * bins_u * bins_v / (meson_energy * log_scale * 4.0 * v)


@njit(cache=True, error_model="numpy")
def sample_meson(model, energy, species, uniforms):
    """Kinetic energy [GeV] and cosine of one meson, from four uniforms in [0, 1); sampler of `double_differential`.

    NaN, NaN outside 0.2-500 GeV and where the table makes none of this species.
    """
    i, f = bracket(model, energy)
    if i < 0:
        return math.nan, math.nan
    node = i + 1 if uniforms[0] < share_of_upper(model, i, f, species) else i
    if not model.multiplicity[node, species] > 0.0:
        return math.nan, math.nan
    bins_u, bins_v = model.mass.shape[2], model.mass.shape[3]
    cumulative = model.cumulative[node, species]
    cell = min(np.searchsorted(cumulative, uniforms[1] * cumulative[-1], side="right"), cumulative.size - 1)
    u = (cell // bins_v + uniforms[2]) / bins_u
    v = (cell % bins_v + uniforms[3]) / bins_v
    return 1e-3 * math.exp(u * (math.log(energy) + model.log_scale)), 1.0 - 2.0 * v * v


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


def species_index(species):
    """Index of a species name in SPECIES; PhysicsError if it is none of them."""
    if species not in SPECIES:
        raise PhysicsError(
            f"pion_production: species = {species!r} is not tabulated. Give one of {', '.join(SPECIES)}."
        )
    return SPECIES.index(species)


def _csv_rows(name, texts):
    """Rows of a CSV of data/yields as dicts; columns not in `texts` are numbers."""
    text = (importlib.resources.files("mcbelt") / "data/yields" / name).read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple({key: row[key] if key in texts else float(row[key]) for key in row} for row in csv.DictReader(lines))


@functools.lru_cache(maxsize=1)
def factor_rows():
    """Rows of data/yields/factors.csv as dicts with projectile, target, charge, T_GeV, k, k_err [1]."""
    return _csv_rows("factors.csv", ("projectile", "target", "charge"))


@functools.lru_cache(maxsize=1)
def spread_rows():
    """Rows of data/yields/model_spread.csv: target, E_GeV, species, mesons of INCL++ and Bertini [1], errors [1]."""
    return _csv_rows("model_spread.csv", ("target", "species"))


def bertini_over_inclxx(target, species, energies_GeV):
    """Ratio of the multiplicities of Bertini and INCL++ [1], the spread between cascades.

    Parameters
    ----------
    target : {"N", "O"}
        Element on which both were baked.
    species : {"pi+", "pi-", "pi0"}
        Pion.
    energies_GeV : array_like, shape (n,)
        Kinetic energy of the proton [GeV].

    Returns
    -------
    ndarray, shape (n,)
        Linear in ln T between 0.3 and 2.6 GeV, constant beyond.
    """
    rows = [row for row in spread_rows() if (row["target"], row["species"]) == (target, species)]
    if not rows:
        raise PhysicsError(f"pion_production: no cascade spread for {target} -> {species}. Give N or O and a pion.")
    ratio = [row["bertini"] / row["inclxx"] for row in rows]
    return np.interp(np.log(np.asarray(energies_GeV, float)), np.log([row["E_GeV"] for row in rows]), ratio)


def data_factor(projectile, target, species, energies_GeV, shift=0.0):
    """Factor k that brings the cascade's multiplicity to the measured one.

    Parameters
    ----------
    projectile, target, species : str
        Names as in TARGETS and SPECIES.
    energies_GeV : array_like, shape (n,)
        Kinetic energy of the projectile, per nucleon for alphas [GeV].
    shift : float
        Standard deviations of k to add, the same at all energies [1].

    Returns
    -------
    ndarray, shape (n,)
        k + shift * k_err [1], linear in ln T between the rows of factors.csv, constant beyond them; 1 for kaons.
    """
    energies = np.asarray(energies_GeV, float)
    charge = _CHARGE_OF_FACTOR.get(species)
    rows = [r for r in factor_rows() if (r["projectile"], r["target"], r["charge"]) == (projectile, target, charge)]
    if charge is None:
        return np.ones_like(energies)
    if not rows:
        raise PhysicsError(
            f"factors.csv: no row for {projectile} + {target} -> {species}. Add it, or use factors=False."
        )
    x = np.log([r["T_GeV"] for r in rows])
    return np.interp(np.log(energies), x, [r["k"] + shift * r["k_err"] for r in rows])


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

    def __init__(self, data, factors=None):
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

    def sigma_inel(self, energies_GeV):
        """Inelastic cross section [mb] at projectile energies [GeV] (per nucleon); PhysicsError outside 0.2-500 GeV."""
        energies = self._checked(energies_GeV)
        return _multiplicities(self.model, energies.ravel(), 0)[:, 1].reshape(energies.shape)

    def multiplicity(self, energies_GeV, species):
        """Mesons per inelastic collision [1] at projectile energies [GeV] (per nucleon); PhysicsError outside 0.2-500
        GeV.
        """
        energies = self._checked(energies_GeV)
        index = species_index(species)
        return _multiplicities(self.model, energies.ravel(), index)[:, 0].reshape(energies.shape)

    def cross_section(self, energies_GeV, species):
        """Inclusive cross section, inelastic times multiplicity [mb], at projectile energies [GeV] (per nucleon)."""
        return self.sigma_inel(energies_GeV) * self.multiplicity(energies_GeV, species)

    def relative_error(self, energies_GeV, species):
        """Relative statistical error of the multiplicity [1], interpolated from the tabulated energies; inf where
        none is made.
        """
        energies, index = self._checked(energies_GeV), species_index(species)
        mult = self.model.multiplicity[:, index]
        error = np.where(mult > 0.0, self.multiplicity_error[:, index] / np.where(mult > 0.0, mult, 1.0), np.inf)
        return np.interp(np.log(energies), self.model.log_energy, error)

    def distribution(self, energy_GeV, meson_energy_GeV, cosine, species):
        """Differential cross section d2 sigma/(dT dcos) [mb/GeV] at one projectile energy [GeV]; meson T [GeV] and
        cosine broadcast.
        """
        energy, index = float(self._checked(energy_GeV)), species_index(species)
        meson, cosines = np.broadcast_arrays(np.asarray(meson_energy_GeV, float), np.asarray(cosine, float))
        flat = _distribution(self.model, energy, meson.ravel(), cosines.ravel(), index).reshape(meson.shape)
        return flat * self.cross_section(energy, species)

    def sample(self, energy_GeV, species, uniforms):
        """Mesons drawn from `distribution`: columns T [GeV], cosine, shape (n, 2), from uniforms in [0, 1), shape (n,
        4).
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

    def __init__(self, factors=True, factor_shift=0.0):
        self.factors, self.factor_shift = bool(factors), float(factor_shift)
        self._read = {}

    def table(self, target, projectile="proton"):
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
