"""Electrons and positrons per collision: yields of mesons folded with pi -> mu -> e, K -> mu -> e, K -> pi -> mu -> e.

    d sigma / dE_e (T, E_e) = sigma_inel(T) sum over mesons of n(T) integral of d2n/(dT_m dcos) dN/dE_e(E_e; E_m)

e+ come from pi+, K+ and K0S, e- from pi-, K- and K0S; the mesons decay in flight without losses (the air is thin).
The angle-integrated table uses the closed forms of `mcbelt.physics.decay`. The angle-resolved one uses that the decay
of a spinless meson is isotropic in its frame, f(E, cos) = f*(E*) E / (2 E*) with E* = E (gamma - beta gamma cos):
meson angle and decay angle are combined on the sphere, by quadrature and not by Monte Carlo. The distance that the
muon flies before it decays (6.2 km per GeV/c) belongs to the transport.

Left out: K0L, hyperons, eta, K_l3 and K -> 3 pi (a few per cent above 10 GeV), pi0 Dalitz and conversion, the
electron's mass.
"""

import functools
import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.constants import AVOGADRO, MB_TO_M2, TARGET_MOLAR_MASS
from mcbelt.errors import PhysicsError
from mcbelt.grid import bin_hold, sorted_cells_extend, sorted_cells_hold
from mcbelt.physics import decay
from mcbelt.physics.pion_production import MASSES, SPECIES, YieldTables, bracket, share_of_upper

# Nodes per bin of u: the electron spectrum of one meson energy is smooth, so two Gauss points a bin are plenty.
_GAUSS = 0.5 + 0.5 * np.array([-1.0, 1.0]) / math.sqrt(3.0)
# kinetic energies of the projectile, denser than the yields': they are mixed at fixed u, which moves end points as it
# should [GeV]
PROJECTILE_ENERGIES = np.concatenate(
    [np.geomspace(0.2, 1.0, 41)[:-1], np.geomspace(1.0, 10.0, 36)[:-1], np.geomspace(10.0, 500.0, 31)]
)
ELECTRON_ENERGIES = np.geomspace(1e-3, 500.0, 172)  # [GeV], 30 a decade
ANGULAR_ELECTRON_ENERGIES = np.geomspace(3e-3, 300.0, 61)  # [GeV], 12 a decade
ANGLE_BINS = 30  # in v = sqrt((1 - cos)/2)
MESON_LOG_STEP = 0.12  # of the logarithmic grid of meson energies in the angle-resolved fold
# which mesons make the lepton of a charge, and the kernel of their decay: 0 pion, 1 charged kaon, 2 K0S
_PARENTS = {1: (("pi+", 0), ("K+", 1), ("K0S", 2)), -1: (("pi-", 0), ("K-", 1), ("K0S", 2))}
_CHARGES = {1: 1, -1: -1, "e+": 1, "e-": -1, "+": 1, "-": -1}


class LeptonTable(NamedTuple):
    """Inclusive cross section of e+ or e- on a grid of projectile energy T and electron energy E.

    `differential` is d sigma/dE [mb/GeV], shape (nT, nE); `error` its statistical standard deviation (the T rows
    between tabulated yields share their errors); `sigma` the total [mb], shape (nT,); energies in GeV (T per nucleon
    for alphas).
    """

    T_GeV: np.ndarray
    E_GeV: np.ndarray
    differential: np.ndarray
    error: np.ndarray
    sigma: np.ndarray
    target: str
    charge: int

    def above(self, T_GeV, E_min_GeV):
        """Cross section of leptons above E_min [mb], at projectile energies T [GeV]: trapezoid in E, interpolated in
        ln T.
        """
        keep = self.E_GeV >= E_min_GeV
        first = np.stack([np.interp(E_min_GeV, self.E_GeV, row) for row in self.differential])
        energies = np.concatenate([[E_min_GeV], self.E_GeV[keep]])
        rows = np.concatenate([first[:, None], self.differential[:, keep]], axis=1)
        return np.interp(np.log(T_GeV), np.log(self.T_GeV), np.trapezoid(rows, energies, axis=1))


class AngularLeptonTable(NamedTuple):
    """Inclusive cross section of e+ or e- in projectile energy T, electron energy E and angle to the projectile.

    `differential` is d2 sigma/(dE dcos) [mb/GeV], mean over each angle bin, shape (nT, nE, nV); `v_edges` are the bin
    edges in v = sqrt((1 - cos)/2), shape (nV + 1,); energies in GeV (T per nucleon for alphas).
    """

    T_GeV: np.ndarray
    E_GeV: np.ndarray
    v_edges: np.ndarray
    differential: np.ndarray
    target: str
    charge: int

    @property
    def solid_angle_cosine(self):
        """Width of each angle bin in cosine [1], shape (nV,)."""
        return 2.0 * np.diff(self.v_edges**2)


@njit(cache=True, error_model="numpy")
def decay_spectrum(E_e, E_parent, parent, option):
    """dN/dE_e [1/GeV] of one meson: parent 0 charged pion, 1 charged kaon, 2 K0S; energies [GeV], option code of
    `decay`.
    """
    if parent == 0:
        return decay.electron_spectrum(E_e, E_parent, option)
    if parent == 1:
        return decay.kaon_spectrum(E_e, E_parent, option)
    return decay.kaon_short_spectrum(E_e, E_parent, option)


@njit(cache=True, error_model="numpy")
def _fold(model, energy, species, mass, decay_code, grids):
    """Mean electron spectrum per meson and its second moment over mesons, at one projectile energy; arrays (nE,)."""
    electron_energies, gauss = grids
    spectrum = np.zeros(electron_energies.size)
    square = np.zeros(electron_energies.size)
    i, f = bracket(model, energy)
    g = share_of_upper(model, i, f, species)
    log_scale = math.log(energy) + model.log_scale
    bins = model.mass.shape[2]
    for j in range(bins):
        weight = (1.0 - g) * model.mass[i, species, j].sum() + g * model.mass[i + 1, species, j].sum()
        if weight <= 0.0:
            continue
        for e in range(electron_energies.size):
            value = 0.0
            for node in gauss:
                parent_energy = mass + 1e-3 * math.exp((j + node) / bins * log_scale)
                value += decay_spectrum(electron_energies[e], parent_energy, decay_code[0], decay_code[1])
            value /= gauss.size
            spectrum[e] += weight * value
            square[e] += weight * value * value
    return spectrum, square


def charge_of(charge):
    """1 for e+ (also "e+", "+"), -1 for e-; PhysicsError otherwise."""
    if charge not in _CHARGES:
        raise PhysicsError(f"lepton_production: charge = {charge!r} is not one of 1 (e+), -1 (e-). Give one of these.")
    return _CHARGES[charge]


def _parents(charge, option, kaons):
    """(species, parent code) of a charge; the historical options have fewer kaons than `exact`."""
    allowed = {"exact": (0, 1, 2), "isotropic": (0, 1, 2), "ms98": (0, 1), "paper": (0,)}[option] if kaons else (0,)
    return [pair for pair in _PARENTS[charge] if pair[1] in allowed]


@functools.lru_cache(maxsize=4)
def yield_tables(factors, factor_shift):
    return YieldTables(factors=factors, factor_shift=factor_shift)


def lepton_table(target, charge, decay="exact", factors=True, projectile="proton", *, kaons=True, factor_shift=0.0):
    """Cross section of e+ or e- from a projectile on a target element.

    Parameters
    ----------
    target : {"H", "He", "N", "O", "Ar"}
        Element (alphas: He, N, O).
    charge : {1, -1, "e+", "e-"}
        Lepton.
    decay : {"exact", "isotropic", "ms98", "paper"}
        Decay option; "ms98" has no K0S and "paper" no kaons at all.
    factors : bool
        Apply the data-driven factors to the pion yields.
    projectile : {"proton", "alpha"}
        Projectile; T is its kinetic energy, per nucleon for alphas.
    kaons : bool
        Include kaons.
    factor_shift : float
        Standard deviations of the factors to add [1].

    Returns
    -------
    LeptonTable
        Read-only arrays, kept for the next call; about a second when first made.

    Raises
    ------
    PhysicsError
        Unknown target, charge or option.
    """
    return _lepton_table(target, charge_of(charge), decay, bool(factors), projectile, bool(kaons), float(factor_shift))


@functools.lru_cache(maxsize=64)
def _lepton_table(target, charge, option, factors, projectile, kaons, factor_shift):
    code = decay.option_code(option, charge)
    table = yield_tables(factors, factor_shift).table(target, projectile)
    T, E = PROJECTILE_ENERGIES, ELECTRON_ENERGIES
    differential, variance, sigma = np.zeros((T.size, E.size)), np.zeros((T.size, E.size)), np.zeros(T.size)
    for species, parent in _parents(charge, option, kaons):
        index = SPECIES.index(species)
        made = table.cross_section(T, species)
        relative = np.nan_to_num(table.relative_error(T, species), posinf=0.0)
        for n in np.flatnonzero(made > 0.0):
            spectrum, square = _fold(table.model, T[n], index, MASSES[index], (parent, code), (E, _GAUSS))
            differential[n] += made[n] * spectrum
            # c mesons counted, relative error c^-1/2: variance of a sum over counts
            variance[n] += (made[n] * relative[n]) ** 2 * square
            sigma[n] += made[n] * _branching(parent, option)
    out = LeptonTable(T, E, differential, np.sqrt(variance), sigma, target, charge)
    for array in out[:5]:
        array.setflags(write=False)
    return out


def _branching(parent, option):
    """Leptons of one charge per meson [1]."""
    if parent == 0:
        return 1.0
    if parent == 1:
        return decay.KAON_TO_MUON + (decay.KAON_TO_PION if option in ("exact", "isotropic") else 0.0)
    return decay.KAON_SHORT_TO_PIONS


@njit(cache=True, error_model="numpy")
def turn(density, one_minus_cosine, row):
    """Add `density`, of electrons at one angle to their meson, to row[meson's angle bin, electron's angle bin].

    Quadrature over the azimuth (12 points of the half circle) and the meson's angle inside its bin (2).
    """
    n_azimuth, n_inside = 12, 2
    bins = row.shape[0]
    w = one_minus_cosine
    sine = math.sqrt(w * (2.0 - w))
    for k in range(bins * n_inside):
        v = (k + 0.5) / (bins * n_inside)
        meson = 2.0 * v * v
        product = math.sqrt(meson * (2.0 - meson)) * sine
        for a in range(n_azimuth):
            turned = meson + w - meson * w - product * math.cos(math.pi * (a + 0.5) / n_azimuth)
            b = bin_hold(bins * math.sqrt(max(0.0, 0.5 * turned)), bins)
            row[k // n_inside, b] += density / (n_inside * n_azimuth)


@njit(cache=True, error_model="numpy")
def _angular_transfer(meson_energies, mass, decay_code, electron_energies, bins):
    """Leptons of a meson by its energy and angle bin, per electron energy and angle bin, (nM, nE, bins, bins) [1/GeV].

    The decay angle is integrated with 24 midpoints over the range of cos in which the electron can have its energy.
    """
    n_decay = 24
    out = np.zeros((meson_energies.size, electron_energies.size, bins, bins), dtype=np.float32)
    rest_maximum = 0.53 * mass  # no electron of these chains has more than half the meson's mass in its frame
    for m in range(meson_energies.size):
        gamma = 1.0 + meson_energies[m] / mass
        boost = math.sqrt((gamma - 1.0) * (gamma + 1.0))
        low = 1.0 / (gamma + boost)
        for e in range(electron_energies.size):
            energy = electron_energies[e]
            # E* = E (low + boost w), w = 1 - cos, uniform in sqrt(w) to resolve the forward cone
            widest = min(2.0, (rest_maximum / energy - low) / boost)
            if widest <= 0.0:
                continue
            root = math.sqrt(widest)
            for d in range(n_decay):
                s = (d + 0.5) / n_decay * root
                rest = energy * (low + boost * s * s)
                density = decay_spectrum(rest, mass, decay_code[0], decay_code[1]) * energy / (2.0 * rest)
                if density > 0.0:
                    turn(density * 2.0 * s * root / n_decay, s * s, out[m, e])
    return out


def on_common_grid(table, T, index, meson_edges):
    """Probability per (common meson-energy bin, angle bin) at one projectile energy, shape (nM, V): bins of u shared
    out by ln T.
    """
    model = table.model
    i, f = bracket(model, T)
    g = share_of_upper(model, i, f, index)
    mass = (1.0 - g) * model.mass[i, index] + g * model.mass[i + 1, index]
    edges = np.linspace(0.0, 1.0, mass.shape[0] + 1) * (math.log(T) + model.log_scale)
    running = np.concatenate([np.zeros((1, mass.shape[1])), np.cumsum(mass, axis=0)])
    at_edges = np.stack([np.interp(meson_edges, edges, column) for column in running.T], axis=1)
    return np.diff(at_edges, axis=0)


@functools.lru_cache(maxsize=3)
def _transfer(species_mass, parent, code, meson_bins):
    energies = 1e-3 * np.exp((np.arange(meson_bins) + 0.5) * MESON_LOG_STEP)
    transfer = _angular_transfer(energies, species_mass, (parent, code), ANGULAR_ELECTRON_ENERGIES, ANGLE_BINS)
    return np.ascontiguousarray(transfer.transpose(0, 2, 1, 3)).reshape(meson_bins * ANGLE_BINS, -1)


def angular_lepton_table(
    target, charge, decay="exact", factors=True, projectile="proton", *, kaons=True, factor_shift=0.0
):
    """Cross section of e+ or e- in energy and angle to the projectile; parameters as for `lepton_table`.

    "ms98" has no angles (its decay is not isotropic in the meson's frame). About ten seconds when first made, then a
    second per target.

    Returns
    -------
    AngularLeptonTable
        d2 sigma/(dE dcos) [mb/GeV]; its integral over the angle is `lepton_table` within 2 % (energy bins of 0.12 in
        ln T of the meson).
    """
    if decay not in ("exact", "isotropic"):
        raise PhysicsError(f"lepton_production: no angles for decay = {decay!r}. Give 'exact' or 'isotropic'.")
    return _angular_lepton_table(
        target, charge_of(charge), decay, bool(factors), projectile, bool(kaons), float(factor_shift)
    )


@functools.lru_cache(maxsize=16)
def _angular_lepton_table(target, charge, option, factors, projectile, kaons, factor_shift):
    code = decay.option_code(option, charge)
    table = yield_tables(factors, factor_shift).table(target, projectile)
    T, E = PROJECTILE_ENERGIES[::2], ANGULAR_ELECTRON_ENERGIES
    meson_bins = math.ceil((math.log(T[-1]) + table.model.log_scale) / MESON_LOG_STEP)
    meson_edges = np.arange(meson_bins + 1) * MESON_LOG_STEP
    differential = np.zeros((T.size, E.size, ANGLE_BINS))
    v_edges = np.linspace(0.0, 1.0, ANGLE_BINS + 1)
    for species, parent in _parents(charge, option, kaons):
        index = SPECIES.index(species)
        transfer = _transfer(MASSES[index], parent, code, meson_bins)
        made = table.cross_section(T, species)
        rows = np.stack(
            [s * on_common_grid(table, t, index, meson_edges).ravel() for t, s in zip(T, made, strict=True)]
        )
        differential += (rows @ transfer).reshape(differential.shape)
    differential /= 2.0 * np.diff(v_edges**2)
    for array in (v_edges, differential):
        array.setflags(write=False)
    return AngularLeptonTable(T, E, v_edges, differential, target, charge)


def targets_per_kg(composition):
    """Nuclei of each element per kg of a gas [1/kg], from its mass fractions [1] by element."""
    unknown = set(composition) - set(TARGET_MOLAR_MASS)
    if unknown:
        raise PhysicsError(
            f"lepton_production: composition holds {sorted(unknown)}. Allowed: {', '.join(TARGET_MOLAR_MASS)}."
        )
    return {name: fraction * 1e3 * AVOGADRO / TARGET_MOLAR_MASS[name] for name, fraction in composition.items()}


def production_spectrum(T_GeV, flux, composition, charge, **options):
    """Leptons made per kg of gas, second and GeV by a flux of projectiles.

    Parameters
    ----------
    T_GeV : array_like, shape (n,)
        Kinetic energies of the projectile, increasing (per nucleon for alphas) [GeV]. Zero flux outside them;
        production is zero below 0.2 GeV.
    flux : array_like, shape (n,)
        Omnidirectional flux [m-2 s-1 GeV-1] (per GeV per nucleon for alphas); a flux per steradian gives a production
        per steradian. Power laws between the energies.
    composition : dict of str to float
        Mass fractions by element over H, He, N, O, Ar [1].
    charge : {1, -1, "e+", "e-"}
        Lepton.
    **options
        Passed to `lepton_table`: decay, factors, projectile, kaons, factor_shift.

    Returns
    -------
    E_GeV : ndarray, shape (nE,)
        Lepton energies [GeV].
    production : ndarray, shape (nE,)
        P(E) [GeV-1 kg-1 s-1].

    Raises
    ------
    PhysicsError
        Energies above 500 GeV, not increasing, or negative fluxes.
    """
    T, flux = np.asarray(T_GeV, float), np.asarray(flux, float)
    if T.ndim != 1 or T.shape != flux.shape or T.size < 2 or not np.all(np.diff(T) > 0.0) or not T[0] > 0.0:
        raise PhysicsError(
            "production_spectrum: give increasing projectile energies in GeV and a flux of the same shape."
        )
    if T[-1] > PROJECTILE_ENERGIES[-1] * (1.0 + 1e-9):
        raise PhysicsError(
            f"production_spectrum: flux up to {T[-1]:g} GeV, yields end at 500 GeV. Cut the spectrum there."
        )
    if not np.all(flux >= 0.0):
        raise PhysicsError("production_spectrum: the flux holds negative values or NaN. Give values >= 0.")
    nodes, weights = _quadrature(T)
    values = _log_interpolation(nodes, T, flux) * weights
    total = np.zeros(ELECTRON_ENERGIES.size)
    for target, density in targets_per_kg(composition).items():
        if density > 0.0:
            table = lepton_table(target, charge, **options)
            total += density * MB_TO_M2 * (values @ rows_at(table, nodes))
    return ELECTRON_ENERGIES.copy(), total


def rows_at(table, T_GeV):
    """d sigma/dE [mb/GeV] of a LeptonTable at projectile energies [GeV] inside its range, linear in ln T; shape (n,
    nE).
    """
    i, f = sorted_cells_extend(np.log(table.T_GeV), np.log(T_GeV))
    f = f[:, None]
    return (1.0 - f) * table.differential[i] + f * table.differential[i + 1]


def _quadrature(T):
    """Nodes [GeV] and weights dT [GeV]: three Gauss points in ln T between neighbours of the user's and the table's
    energies.
    """
    low, high = max(T[0], PROJECTILE_ENERGIES[0]), min(T[-1], PROJECTILE_ENERGIES[-1])
    if not high > low:
        return np.array([PROJECTILE_ENERGIES[0]]), np.array([0.0])
    edges = np.unique(np.concatenate([[low, high], T, PROJECTILE_ENERGIES]))
    edges = np.log(edges[(edges >= low) & (edges <= high)])
    points, gauss = np.polynomial.legendre.leggauss(3)
    half = 0.5 * np.diff(edges)[:, None]
    x = 0.5 * (edges[1:] + edges[:-1])[:, None] + half * points
    return np.exp(x).ravel(), (half * gauss * np.exp(x)).ravel()


def _log_interpolation(nodes, T, flux):
    """Power laws between tabulated fluxes, linear in ln T where a neighbour is zero."""
    i, f = sorted_cells_hold(np.log(T), np.log(nodes))
    low, high = flux[i], flux[i + 1]
    safe = (low > 0.0) & (high > 0.0)
    ratio = np.where(safe, high, 1.0) / np.where(safe, low, 1.0)
    return np.where(safe, low * ratio**f, (1.0 - f) * low + f * high)
