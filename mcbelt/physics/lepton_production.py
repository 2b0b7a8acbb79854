"""Electrons and positrons per collision: yields of mesons folded with pi -> mu -> e, K -> mu -> e, K -> pi -> mu -> e.

    d sigma / dE_e (T, E_e) = sigma_inel(T) sum over mesons of n(T) integral of d2n/(dT_m dcos) dN/dE_e(E_e; E_m)

e+ come from pi+, K+ and K0S, e- from pi-, K- and K0S; the mesons decay in flight without losses (the air is thin).
The table is integrated over angles and uses the closed forms of `mcbelt.physics.decay`; with angles:
`mcbelt.physics.angular_leptons`; for a flux of projectiles in a gas: `mcbelt.physics.lepton_flux`.

Where the tables have decays (`YieldTable.has_decays`), what K0L, hyperons, eta, K_l3, K -> 3 pi and Dalitz pairs make
is added; elsewhere they are left out (a few per cent above 10 GeV). Left out everywhere: conversion, the electron's
mass.
"""

import functools
import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from kernelcache.prepared import part
from mcbelt.errors import PhysicsError
from mcbelt.grid import sorted_cells_extend
from mcbelt.physics import decay
from mcbelt.physics.pion_production import COLUMN_MASSES, COLUMNS, bracket, share_of_upper
from mcbelt.physics.yield_grids import electrons_of_decays, pions_of_decays
from mcbelt.physics.yield_tables import YieldTables

# Nodes per bin of u: the electron spectrum of one meson energy is smooth, so two Gauss points a bin are plenty.
_GAUSS = 0.5 + 0.5 * np.array([-1.0, 1.0]) / math.sqrt(3.0)
# kinetic energies of the projectile, denser than the yields': they are mixed at fixed u, which moves end points as it
# should [GeV]
PROJECTILE_ENERGIES = np.concatenate(
    [np.geomspace(0.2, 1.0, 41)[:-1], np.geomspace(1.0, 10.0, 36)[:-1], np.geomspace(10.0, 500.0, 31)]
)
ELECTRON_ENERGIES = np.geomspace(1e-3, 500.0, 172)  # [GeV], 30 a decade
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

    def above(self, T_GeV: ArrayLike, E_min_GeV: float) -> np.ndarray:
        """Cross section of leptons above E_min [mb], at projectile energies T [GeV]: trapezoid in E, interpolated in
        ln T.
        """
        keep = self.E_GeV >= E_min_GeV
        first = np.stack([np.interp(E_min_GeV, self.E_GeV, row) for row in self.differential])
        energies = np.concatenate([[E_min_GeV], self.E_GeV[keep]])
        rows = np.concatenate([first[:, None], self.differential[:, keep]], axis=1)
        return np.interp(np.log(T_GeV), np.log(self.T_GeV), np.trapezoid(rows, energies, axis=1))


@njit(cache=True, error_model="numpy")
def decay_spectrum(E_e: float, E_parent: float, parent: int, option: int) -> float:
    """Spectrum of the electron of one meson.

    Parameters
    ----------
    E_e, E_parent : float
        Energies of electron and meson (total) [GeV].
    parent : int
        0 charged pion, 1 charged kaon, 2 K0S.
    option : int
        Option code of `decay`.

    Returns
    -------
    float
        dN/dE_e [1/GeV].
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


def charge_of(charge: int | str) -> int:
    """1 for e+ (also "e+", "+"), -1 for e-; PhysicsError otherwise."""
    if charge not in _CHARGES:
        raise PhysicsError(f"lepton_production: charge = {charge!r} is not one of 1 (e+), -1 (e-). Give one of these.")
    return _CHARGES[charge]


def parents(charge: int, option: str, kaons: bool) -> list[tuple[str, int]]:
    """(species, parent code) of a charge; the historical options have fewer kaons than `exact`.

    Parameters
    ----------
    charge : int
        1 for e+, -1 for e-.
    option : {"exact", "isotropic", "ms98", "paper"}
        Decay option.
    kaons : bool
        False: pions alone.

    Returns
    -------
    list of tuple of str and int
        Names of SPECIES, and 0 for a charged pion, 1 for a charged kaon, 2 for K0S.
    """
    allowed = {"exact": (0, 1, 2), "isotropic": (0, 1, 2), "ms98": (0, 1), "paper": (0,)}[option] if kaons else (0,)
    return [pair for pair in _PARENTS[charge] if pair[1] in allowed]


@functools.lru_cache(maxsize=4)
def yield_tables(factors: bool, factor_shift: float) -> YieldTables:
    """All shipped yields, with or without the data-driven factors shifted by standard deviations [1]; kept for the next
    call.
    """
    return YieldTables(factors=factors, factor_shift=factor_shift)


def lepton_table(
    target: str,
    charge: int | str,
    decay: str = "exact",
    factors: bool = True,
    projectile: str = "proton",
    *,
    kaons: bool = True,
    factor_shift: float = 0.0,
) -> LeptonTable:
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
        Include kaons, and decays of other particles where the yields have them.
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
    T, E = PROJECTILE_ENERGIES, ELECTRON_ENERGIES
    differential, error, sigma = _folded(T, E, target, charge, option, factors, projectile, kaons, factor_shift)
    out = LeptonTable(T, E, differential, error, sigma, target, charge)
    for array in out[:5]:
        array.setflags(write=False)
    return out


@part("e+ and e- per collision")
def _folded(T, E, target, charge, option, factors, projectile, kaons, factor_shift):
    """d sigma/dE, its standard deviation and sigma of a `LeptonTable` at energies T and E."""
    code = decay.option_code(option, charge)
    table = yield_tables(factors, factor_shift).table(target, projectile)
    differential, variance, sigma = np.zeros((T.size, E.size)), np.zeros((T.size, E.size)), np.zeros(T.size)
    others = kaons and option in ("exact", "isotropic")
    for species, parent in (*parents(charge, option, kaons), *(pions_of_decays(table, charge) if others else [])):
        index = COLUMNS.index(species)
        made = table.cross_section(T, species)
        relative = np.nan_to_num(table.relative_error(T, species), posinf=0.0)
        for n in np.flatnonzero(made > 0.0):
            spectrum, square = _fold(table.model, T[n], index, COLUMN_MASSES[index], (parent, code), (E, _GAUSS))
            differential[n] += made[n] * spectrum
            # c mesons counted, relative error c^-1/2: variance of a sum over counts
            variance[n] += (made[n] * relative[n]) ** 2 * square
            sigma[n] += made[n] * _branching(parent, option)
    if others:
        direct = electrons_of_decays(table, T, E, charge).sum(axis=2)
        differential += direct
        sigma += np.trapezoid(direct, E, axis=1)
    return differential, np.sqrt(variance), sigma


def _branching(parent, option):
    """Leptons of one charge per meson [1]."""
    if parent == 0:
        return 1.0
    if parent == 1:
        return decay.KAON_TO_MUON + (decay.KAON_TO_PION if option in ("exact", "isotropic") else 0.0)
    return decay.KAON_SHORT_TO_PIONS


def rows_at(table: LeptonTable, T_GeV: ArrayLike) -> np.ndarray:
    """d sigma/dE [mb/GeV] of a LeptonTable at projectile energies [GeV] inside its range, linear in ln T; shape (n,
    nE).
    """
    i, f = sorted_cells_extend(np.log(table.T_GeV), np.log(T_GeV))
    f = f[:, None]
    return (1.0 - f) * table.differential[i] + f * table.differential[i + 1]
