"""Pions and kaons from protons and alphas on air: inclusive yields in energy and angle, formula and sampler.

Below about 1.5 GeV a proton makes a pion through one Delta resonance of a nucleon pair inside the nucleus; pp makes
pi+ and pi0 but no pi-, so light and proton-driven production is rich in pi+, hence in e+. The yields are tables baked
from intranuclear cascades (INCL++ on N, O, Ar; Bertini on H and He; FTFP above 6 GeV) by tools/bake, read by
`mcbelt.physics.yield_tables` and brought to measured yields by `mcbelt.physics.yield_factors`.

Between the tabulated projectile energies, cross sections are linear and multiplicities power laws in energy, and the
distribution is a mixture of the two neighbours at fixed u = ln T / ln T_scale and v = sqrt((1 - cos)/2); inside a bin
it is flat in u and v. Bins of u are equal, bins of v whole numbers of equal cells. T_scale is the kinetic energy of the
whole projectile, T in MeV. Below 0.2 GeV (per nucleon) production is zero, a statement and not an extrapolation: p + N
makes 0.16 mb of pi+ at 0.2 GeV, against 35 mb at 0.8 GeV. Above 500 GeV there is no value. See
docs/methods/pion_production.md.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.constants import (
    CHARGED_KAON_MASS,
    CHARGED_PION_MASS,
    ELECTRON_MASS,
    NEUTRAL_KAON_MASS,
    NEUTRAL_PION_MASS,
)
from mcbelt.grid import bin_hold, sorted_hold

SPECIES = ("pi+", "pi-", "pi0", "K+", "K-", "K0S")
MASSES = (
    CHARGED_PION_MASS, CHARGED_PION_MASS, NEUTRAL_PION_MASS, CHARGED_KAON_MASS, CHARGED_KAON_MASS, NEUTRAL_KAON_MASS,
)  # fmt: skip
# Of tables that hold them: what eta, eta', omega, hyperons, K0L and rare decays of kaons make, and the electrons of one
# charge of the Dalitz decays of pi0.
DECAYED = ("pi+ of decays", "pi- of decays", "pi0 of decays", "gamma", "e+", "e-", "e of Dalitz")
COLUMNS = (*SPECIES, *DECAYED)
COLUMN_MASSES = (
    *MASSES, CHARGED_PION_MASS, CHARGED_PION_MASS, NEUTRAL_PION_MASS, 0.0, ELECTRON_MASS, ELECTRON_MASS, ELECTRON_MASS,
)  # fmt: skip


class YieldModel(NamedTuple):
    """What the kernels read: one projectile on one target, factors applied."""

    log_energy: np.ndarray  # ln of kinetic energy [GeV], per nucleon for alphas, shape (n,)
    log_scale: float  # ln of T_scale [MeV] is log_energy + log_scale
    sigma_inel: np.ndarray  # inelastic cross section [mb], shape (n,)
    multiplicity: np.ndarray  # per inelastic collision [1], shape (n, S): 6 mesons of SPECIES, or all of COLUMNS
    mass: np.ndarray  # probability per (u, v) bin [1], shape (n, S, U, V)
    cumulative: np.ndarray  # running sum of `mass` over v, then u [1], shape (n, S, U * V)
    angle_first: np.ndarray  # first of the equal cells of v in each bin of v [1], shape (V,)
    angle_cells: np.ndarray  # number of these cells [1], shape (V,)
    angle_bin: np.ndarray  # bin of each cell [1], integers, shape (cells,)


@njit(cache=True, error_model="numpy")
def bracket(model: YieldModel, energy: float) -> tuple[int, float]:
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
def inelastic_cross_section(model: YieldModel, energy: float) -> float:
    """Inelastic cross section, quasi-elastic included [mb], at a projectile energy [GeV]; NaN outside 0.2-500 GeV."""
    i, f = bracket(model, energy)
    if i < 0:
        return math.nan
    return (1.0 - f) * model.sigma_inel[i] + f * model.sigma_inel[i + 1]


@njit(cache=True, error_model="numpy")
def multiplicity(model: YieldModel, energy: float, species: int) -> float:
    """Mesons per inelastic collision.

    Parameters
    ----------
    model : YieldModel
        Projectile on target.
    energy : float
        Kinetic energy of the projectile, per nucleon for alphas [GeV].
    species : int
        Index into COLUMNS.

    Returns
    -------
    float
        Multiplicity [1]; zero below 0.2 GeV, NaN above 500 GeV. A power law between neighbours, linear in ln T where
        one of them is zero.
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
def share_of_upper(model: YieldModel, i: int, f: float, species: int) -> float:
    """Probability of the upper neighbour's distribution.

    Parameters
    ----------
    model : YieldModel
        Projectile on target.
    i : int
        Lower neighbour, from `bracket`.
    f : float
        Logarithmic position between the neighbours, from `bracket`.
    species : int
        Index into COLUMNS.

    Returns
    -------
    float
        Probability [1]: f, unless one neighbour makes none of this species.
    """
    if model.multiplicity[i, species] <= 0.0:
        return 1.0
    if model.multiplicity[i + 1, species] <= 0.0:
        return 0.0
    return f


@njit(cache=True, error_model="numpy")
def double_differential(model: YieldModel, energy: float, meson_energy: float, cosine: float, species: int) -> float:
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
        Index into COLUMNS.

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
    bins_u, cells = model.mass.shape[2], model.angle_bin.size
    log_scale = math.log(energy) + model.log_scale
    u = math.log(1e3 * meson_energy) / log_scale
    if not 0.0 <= u < 1.0:
        return 0.0
    v = math.sqrt(0.5 * (1.0 - cosine))
    j, k = int(u * bins_u), model.angle_bin[bin_hold(v * cells, cells)]
    g = share_of_upper(model, i, f, species)
    inside = (1.0 - g) * model.mass[i, species, j, k] + g * model.mass[i + 1, species, j, k]
    return inside * bins_u * (cells / model.angle_cells[k]) / (meson_energy * log_scale * 4.0 * v)


@njit(cache=True, error_model="numpy")
def sample_meson(model: YieldModel, energy: float, species: int, uniforms: np.ndarray) -> tuple[float, float]:
    """Kinetic energy and cosine of one meson: sampler of `double_differential`.

    Parameters
    ----------
    model : YieldModel
        Projectile on target.
    energy : float
        Kinetic energy of the projectile, per nucleon for alphas [GeV].
    species : int
        Index into COLUMNS.
    uniforms : ndarray, shape (4,)
        Uniform numbers in [0, 1).

    Returns
    -------
    tuple of 2 floats
        Kinetic energy [GeV], and cosine of the angle to the projectile; NaN, NaN outside 0.2-500 GeV and where the
        table makes none of this species.
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
    k = cell % bins_v
    v = (model.angle_first[k] + uniforms[3] * model.angle_cells[k]) / model.angle_bin.size
    return 1e-3 * math.exp(u * (math.log(energy) + model.log_scale)), 1.0 - 2.0 * v * v
