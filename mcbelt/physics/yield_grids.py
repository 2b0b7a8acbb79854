"""Yields on grids of energy and angle that all energies of the projectile share, and what needs no more than that.

Pions of decays (of eta, hyperons, K0L and so on) are folded with their own decay like those of the collision; photons,
e+ and e- of decays are on the grid as they are. `YieldTable.has_decays` says whether a table has them.
"""

import math

import numpy as np

from mcbelt.physics.pion_production import COLUMNS, bracket, share_of_upper
from mcbelt.physics.yield_tables import ANGLE_BINS, YieldTable

PION_DALITZ = 0.01174  # pi0 -> e+ e- gamma (Particle Data Group 2022)
_OF_CHARGE = {1: ("pi+ of decays", ("e+", "e of Dalitz")), -1: ("pi- of decays", ("e-", "e of Dalitz"))}


def in_thirtieths(table: YieldTable, mass: np.ndarray) -> np.ndarray:
    """Probabilities in a table's bins of v, shape (..., V), put together to equal ones, shape (..., ANGLE_BINS)."""
    first = np.searchsorted(table.v_edges, np.arange(ANGLE_BINS) * table.v_edges[-1] / ANGLE_BINS)
    return np.add.reduceat(mass, first, axis=-1)


def on_common_grid(table: YieldTable, T: float, index: int, meson_edges: np.ndarray) -> np.ndarray:
    """Probability per common bin of meson energy and angle bin, at one projectile energy.

    Parameters
    ----------
    table : YieldTable
        Projectile on target.
    T : float
        Kinetic energy of the projectile, per nucleon for alphas [GeV].
    index : int
        Index into COLUMNS.
    meson_edges : ndarray, shape (nM + 1,)
        Edges of the bins in ln of the meson's kinetic energy in MeV.

    Returns
    -------
    ndarray, shape (nM, ANGLE_BINS)
        Probability [1]: bins of u shared out by ln T, bins of v put together.
    """
    model = table.model
    i, f = bracket(model, T)
    g = share_of_upper(model, i, f, index)
    mass = in_thirtieths(table, (1.0 - g) * model.mass[i, index] + g * model.mass[i + 1, index])
    edges = np.linspace(0.0, 1.0, mass.shape[0] + 1) * (math.log(T) + model.log_scale)
    running = np.concatenate([np.zeros((1, mass.shape[1])), np.cumsum(mass, axis=0)])
    at_edges = np.stack([np.interp(meson_edges, edges, column) for column in running.T], axis=1)
    return np.diff(at_edges, axis=0)


def pions_of_decays(table: YieldTable, charge: int) -> list[tuple[str, int]]:
    """The column of pions of decays that make e+ (charge 1) or e- (-1), with the code of a pion's decay; none if the
    table has no such column.
    """
    return [(_OF_CHARGE[charge][0], 0)] if table.has_decays else []


def electrons_of_decays(table: YieldTable, T: np.ndarray, E: np.ndarray, charge: int) -> np.ndarray:
    """Cross section of the e+ or e- that decays make without a pion between, in energy and angle to the projectile.

    Parameters
    ----------
    table : YieldTable
        Projectile on target.
    T : ndarray, shape (nT,)
        Kinetic energies of the projectile, per nucleon for alphas [GeV].
    E : ndarray, shape (nE,)
        Kinetic energies of the electron, uniform in ln [GeV].
    charge : {1, -1}
        Of the electron.

    Returns
    -------
    ndarray, shape (nT, nE, ANGLE_BINS)
        d sigma/dE [mb/GeV] per bin of v; zero if the table has no decays. From Dalitz pairs, K -> pi e nu, and
        muons of K -> pi mu nu.
    """
    return _made(table, T, E, _OF_CHARGE[charge][1])


def photons_of_decays(table: YieldTable, T: np.ndarray, E: np.ndarray) -> np.ndarray:
    """Cross section of the photons of eta, eta', omega and Sigma0, those of pi0 left out, in energy and angle.

    Parameters
    ----------
    table : YieldTable
        Projectile on target.
    T : ndarray, shape (nT,)
        Kinetic energies of the projectile, per nucleon for alphas [GeV].
    E : ndarray, shape (nE,)
        Energies of the photon, uniform in ln [GeV].

    Returns
    -------
    ndarray, shape (nT, nE, ANGLE_BINS)
        d sigma/dE [mb/GeV] per bin of v; zero if the table has no decays.
    """
    return _made(table, T, E, ("gamma",))


def photons_per_pion(table: YieldTable) -> float:
    """Photons of a pi0 over two [1]: less than one where the electrons of its Dalitz decay have a column."""
    return 1.0 - 0.5 * PION_DALITZ if table.has_decays else 1.0


def _made(table, T, E, names):
    """d sigma/dE of columns, the mean over cells of ln E around the nodes, per bin of v."""
    out = np.zeros((T.size, E.size, ANGLE_BINS))
    if not table.has_decays:
        return out
    step = math.log(E[1] / E[0])
    edges = np.log(1e3 * E[0]) + step * (np.arange(E.size + 1) - 0.5)
    for name in names:
        made = table.cross_section(T, name)
        for n in np.flatnonzero(made > 0.0):
            out[n] += made[n] * on_common_grid(table, T[n], COLUMNS.index(name), edges) / (E * step)[:, None]
    return out
