"""Electrons and positrons per collision in energy and angle: mesons in angle folded with the angle of their decay.

The decay of a spinless meson is isotropic in its frame, f(E, cos) = f*(E*) E / (2 E*) with E* = E (gamma - beta gamma
cos): meson angle and decay angle are combined on the sphere, by quadrature and not by Monte Carlo. The distance that
the muon flies before it decays (6.2 km per GeV/c) belongs to the transport. What is left out:
`mcbelt.physics.lepton_production`, whose angle-integrated tables are finer in energy.
"""

import functools
import math
from typing import NamedTuple

import numpy as np
from numba import njit

from kernelcache.prepared import part
from mcbelt.errors import PhysicsError
from mcbelt.grid import bin_hold
from mcbelt.physics import decay
from mcbelt.physics.lepton_production import PROJECTILE_ENERGIES, charge_of, decay_spectrum, parents, yield_tables
from mcbelt.physics.pion_production import COLUMN_MASSES, COLUMNS
from mcbelt.physics.yield_grids import electrons_of_decays, on_common_grid, pions_of_decays
from mcbelt.physics.yield_tables import ANGLE_BINS

ANGULAR_ELECTRON_ENERGIES = np.geomspace(3e-3, 300.0, 61)  # [GeV], 12 a decade
MESON_LOG_STEP = 0.12  # of the logarithmic grid of meson energies in the angle-resolved fold


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
    def solid_angle_cosine(self) -> np.ndarray:
        """Width of each angle bin in cosine [1], shape (nV,)."""
        return 2.0 * np.diff(self.v_edges**2)


@njit(cache=True, error_model="numpy")
def turn(density: float, one_minus_cosine: float, row: np.ndarray) -> None:
    """Add electrons at one angle to their meson to the bins of their angle to the projectile.

    Quadrature over the azimuth (12 points of the half circle) and the meson's angle inside its bin (2).

    Parameters
    ----------
    density : float
        Electrons, in any unit.
    one_minus_cosine : float
        1 - cosine of the angle between electron and meson.
    row : ndarray, shape (bins, bins)
        [meson's angle bin, electron's angle bin], added to; bins are uniform in v = sqrt((1 - cos)/2).
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


@njit(cache=True, error_model="numpy", nogil=True)
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


@functools.lru_cache(maxsize=3)
def _transfer(species_mass, parent, code, meson_bins):
    energies = 1e-3 * np.exp((np.arange(meson_bins) + 0.5) * MESON_LOG_STEP)
    transfer = _angular_transfer(energies, species_mass, (parent, code), ANGULAR_ELECTRON_ENERGIES, ANGLE_BINS)
    return np.ascontiguousarray(transfer.transpose(0, 2, 1, 3)).reshape(meson_bins * ANGLE_BINS, -1)


def angular_lepton_table(
    target: str,
    charge: int | str,
    decay: str = "exact",
    factors: bool = True,
    projectile: str = "proton",
    *,
    kaons: bool = True,
    factor_shift: float = 0.0,
) -> AngularLeptonTable:
    """Cross section of e+ or e- in energy and angle to the projectile.

    About ten seconds when first made, then a second per target.

    Parameters
    ----------
    target, charge, factors, projectile, kaons, factor_shift
        As for `lepton_table`.
    decay : {"exact", "isotropic"}
        Decay option.

    Returns
    -------
    AngularLeptonTable
        d2 sigma/(dE dcos) [mb/GeV]; its integral over the angle is `lepton_table` within 2 % (energy bins of 0.12 in
        ln T of the meson).

    Raises
    ------
    PhysicsError
        Unknown target or charge, or another decay option: "ms98" has no angles (its decay is not isotropic in the
        meson's frame).
    """
    if decay not in ("exact", "isotropic"):
        raise PhysicsError(f"lepton_production: no angles for decay = {decay!r}. Give 'exact' or 'isotropic'.")
    return _angular_lepton_table(
        target, charge_of(charge), decay, bool(factors), projectile, bool(kaons), float(factor_shift)
    )


@functools.lru_cache(maxsize=16)
def _angular_lepton_table(target, charge, option, factors, projectile, kaons, factor_shift):
    T, E = PROJECTILE_ENERGIES[::2], ANGULAR_ELECTRON_ENERGIES
    v_edges, differential = _turned(T, E, target, charge, option, factors, projectile, kaons, factor_shift)
    for array in (v_edges, differential):
        array.setflags(write=False)
    return AngularLeptonTable(T, E, v_edges, differential, target, charge)


@part("e+ and e- per collision and angle")
def _turned(T, E, target, charge, option, factors, projectile, kaons, factor_shift):
    """Edges of the angles and d2 sigma/(dE dcos) of an `AngularLeptonTable` at energies T and E."""
    code = decay.option_code(option, charge)
    table = yield_tables(factors, factor_shift).table(target, projectile)
    meson_bins = math.ceil((math.log(T[-1]) + table.model.log_scale) / MESON_LOG_STEP)
    meson_edges = np.arange(meson_bins + 1) * MESON_LOG_STEP
    differential = np.zeros((T.size, E.size, ANGLE_BINS))
    v_edges = np.linspace(0.0, 1.0, ANGLE_BINS + 1)
    others = pions_of_decays(table, charge) if kaons else []
    for species, parent in (*parents(charge, option, kaons), *others):
        index = COLUMNS.index(species)
        transfer = _transfer(COLUMN_MASSES[index], parent, code, meson_bins)
        made = table.cross_section(T, species)
        rows = np.stack(
            [s * on_common_grid(table, t, index, meson_edges).ravel() for t, s in zip(T, made, strict=True)]
        )
        differential += (rows @ transfer).reshape(differential.shape)
    if kaons:
        differential += electrons_of_decays(table, T, E, charge)
    differential /= 2.0 * np.diff(v_edges**2)
    return v_edges, differential
