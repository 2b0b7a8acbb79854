"""Photons of neutral pions and of e+-, and the pairs that they convert into.

    d2 sigma / dk dcos (T, k, cos) = sigma_inel(T) integral of d2n(pi0)/(dT_m dcos) dN/dk(k; E_pi, angle)

The photon of energy k from a pion of energy E and momentum p flies at the one angle to it whose cosine is
(E - m^2 / 2k) / p, and is flat in k between (E - p)/2 and (E + p)/2. The pion's and the photon's angle are combined on
the sphere as in `mcbelt.physics.lepton_production`. Pairs go along the photon (m_e / k). Where the tables of yields
have decays, photons of eta, eta', omega and hyperons are in, and Dalitz decays take theirs off; elsewhere both are left
out.
"""

import functools
import math

import numpy as np
from numba import njit

from mcbelt.constants import NEUTRAL_PION_MASS
from mcbelt.physics.angular_leptons import ANGULAR_ELECTRON_ENERGIES, MESON_LOG_STEP, turn
from mcbelt.physics.bremsstrahlung import photon_spectrum
from mcbelt.physics.electromagnetic import neutral_pion_photons
from mcbelt.physics.elements import MassFractions
from mcbelt.physics.kinematics import momentum_of_total
from mcbelt.physics.lepton_production import PROJECTILE_ENERGIES, yield_tables
from mcbelt.physics.pair_production import positron_spectrum
from mcbelt.physics.pion_production import COLUMNS
from mcbelt.physics.yield_grids import on_common_grid, photons_of_decays, photons_per_pion
from mcbelt.physics.yield_tables import ANGLE_BINS

_FINE = 24  # points between two nodes of the photons' energy: the pair spectrum ends sharply at k = E


@njit(cache=True, error_model="numpy", nogil=True)
def _photon_transfer(pion_energies, photon_energies, bins):
    """Photons of a pion by its energy and angle bin, per photon energy and angle bin, (nM, nE, bins, bins) [1/GeV]."""
    mass = NEUTRAL_PION_MASS
    out = np.zeros((pion_energies.size, photon_energies.size, bins, bins), dtype=np.float32)
    for m in range(pion_energies.size):
        energy = pion_energies[m] + mass
        momentum = momentum_of_total(energy, mass)
        for e in range(photon_energies.size):
            k = photon_energies[e]
            density = neutral_pion_photons(k, energy)
            if density > 0.0:
                one_minus_cosine = (momentum - energy + mass * mass / (2.0 * k)) / momentum
                turn(density, min(max(one_minus_cosine, 0.0), 2.0), out[m, e])
    return out


@functools.lru_cache(maxsize=2)
def _transfer(meson_bins):
    energies = 1e-3 * np.exp((np.arange(meson_bins) + 0.5) * MESON_LOG_STEP)
    transfer = _photon_transfer(energies, ANGULAR_ELECTRON_ENERGIES, ANGLE_BINS)
    return np.ascontiguousarray(transfer.transpose(0, 2, 1, 3)).reshape(meson_bins * ANGLE_BINS, -1)


@functools.lru_cache(maxsize=16)
def angular_photon_table(
    target: str, factors: bool = True, projectile: str = "proton", factor_shift: float = 0.0
) -> np.ndarray:
    """Cross section of photons from neutral pions in energy and angle to the projectile.

    Parameters
    ----------
    target : {"H", "He", "N", "O", "Ar"}
        Element (alphas: He, N, O).
    factors : bool
        Apply the data-driven factors to the pion yields.
    projectile : {"proton", "alpha"}
    factor_shift : float
        Standard deviations of the factors to add [1].

    Returns
    -------
    ndarray, shape (nT, nE, nV)
        d2 sigma/(dk dcos) [mb/GeV] on the grids of `angular_leptons.angular_lepton_table`, read-only. Its integral
        over angle and energy is twice the cross section of pi0, within 3 % (nodes of k, bins of pion energy); photons
        of other decays are added where the tables have them.

    Raises
    ------
    PhysicsError
        A projectile and target without yields.
    """
    table = yield_tables(factors, factor_shift).table(target, projectile)
    T, E = PROJECTILE_ENERGIES[::2], ANGULAR_ELECTRON_ENERGIES
    meson_bins = math.ceil((math.log(T[-1]) + table.model.log_scale) / MESON_LOG_STEP)
    meson_edges = np.arange(meson_bins + 1) * MESON_LOG_STEP
    differential = photons_of_decays(table, T, E)
    for species in ("pi0", "pi0 of decays") if table.has_decays else ("pi0",):
        made, index = photons_per_pion(table) * table.cross_section(T, species), COLUMNS.index(species)
        rows = [s * on_common_grid(table, t, index, meson_edges).ravel() for t, s in zip(T, made, strict=True)]
        differential += (np.stack(rows) @ _transfer(meson_bins)).reshape(differential.shape)
    differential /= 2.0 * np.diff(np.linspace(0.0, 1.0, ANGLE_BINS + 1) ** 2)
    differential.setflags(write=False)
    return differential


@njit(cache=True, error_model="numpy")
def _hats(nodes, composition, slope, fine, radiation):
    n = nodes.size
    step = math.log(nodes[1] / nodes[0])
    out = np.zeros((n, n))
    for j in range(n - 1):
        for f in range(fine):
            share = (f + 0.5) / fine
            x = nodes[j] * math.exp(share * step)
            scale = x**-slope * x * step / fine
            for e in range(n):
                if radiation:
                    made = photon_spectrum(nodes[e], x, composition) / nodes[e] * scale
                else:
                    made = positron_spectrum(nodes[e] / x, x, composition) / x * scale
                out[j, e] += (1.0 - share) * nodes[j] ** slope * made
                out[j + 1, e] += share * nodes[j + 1] ** slope * made
    return out


def pair_matrix(nodes: np.ndarray, composition: MassFractions, slope: float = 2.5) -> np.ndarray:
    """Positrons (or electrons) per grammage of photons, on one grid of energies.

    Parameters
    ----------
    nodes : ndarray, shape (n,)
        Energies of photons, and kinetic energies of e+- [GeV], uniform in ln.
    composition : Composition
        Mass fractions.
    slope : float
        The photon flux times k^slope is linear in ln k between nodes.

    Returns
    -------
    ndarray, shape (n, n)
        M[j, e] such that flux at the nodes [m-2 s-1 sr-1 GeV-1] @ M is the production [kg-1 s-1 sr-1 GeV-1]; the mass
        of the electron is neglected against E (5 % at 10 MeV).
    """
    return _hats(nodes, tuple(map(float, composition)), slope, _FINE, False)


def radiation_matrix(nodes: np.ndarray, composition: MassFractions, slope: float = 2.5) -> np.ndarray:
    """Photons per grammage of e+- by bremsstrahlung, on one grid of energies.

    Parameters
    ----------
    nodes : ndarray, shape (n,)
        Kinetic energies of e+-, and energies of photons [GeV], uniform in ln.
    composition : Composition
        Mass fractions.
    slope : float
        The flux of e+- times T^slope is linear in ln T between nodes.

    Returns
    -------
    ndarray, shape (n, n)
        M[j, k] such that flux of e+- at the nodes [m-2 s-1 sr-1 GeV-1] @ M is the production of photons
        [kg-1 s-1 sr-1 GeV-1].
    """
    return _hats(nodes, tuple(map(float, composition)), slope, _FINE, True)
