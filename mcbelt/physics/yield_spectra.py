"""Spectra of what one collision makes, in the terms of accelerator experiments: dn/dx_lab and d2n/(dp dangle).

The shipped tables (`mcbelt.physics.yield_tables`, `mcbelt.physics.nucleon_production`) hold probabilities of cells of
energy and angle, flat inside; here they are averaged over the bins of an experiment, exactly. x_lab is the total energy
of the secondary over that of the projectile (per nucleon), as in Fedynitch and Huber 2022 (Phys. Rev. D 106, 083018).

Targets that were not baked are taken from nitrogen: inclusive and inelastic cross sections both go about as A^0.7, so
that the number per collision stays, and 3 % is added to its error.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mcbelt.constants import NEUTRON_MASS, PROTON_MASS
from mcbelt.errors import PhysicsError
from mcbelt.physics import kinematics, nucleon_production, pion_production
from mcbelt.physics.yield_tables import TARGETS, YieldTables

MESONS, NUCLEONS = pion_production.SPECIES, nucleon_production.SPECIES
SPECIES = (*MESONS, *NUCLEONS)
SCALED = {"C": 12.011, "Be": 9.0122, "Al": 26.982}  # standard atomic weights (IUPAC 2021)
SCALING_ERROR = 0.03  # relative, of the number per collision
_NITROGEN, _POWER = 14.007, 0.7
_LIKE_NITROGEN = ("C", "N", "O")  # in the nucleons that a collision sets free
_NUCLEONS_OF = {"proton": 1, "alpha": 4}
_MASSES = dict(zip(SPECIES, (*pion_production.MASSES, PROTON_MASS, NEUTRON_MASS), strict=True))  # [GeV]
_X_BINS, _P_BINS, _LOWEST_P = 48, 40, 0.05
_ANGLES = (*np.arange(0.0, 0.1, 0.02), *np.arange(0.1, 0.42, 0.04), *np.linspace(0.42, math.pi, 18))


class Bins(NamedTuple):
    """Of the spectra of all species of one collision."""

    x_edges: np.ndarray  # total energy of the secondary over that of the projectile, per nucleon [1], shape (X + 1,)
    p_edges: np.ndarray  # momentum [GeV/c], shape (P + 1,)
    angle_edges: np.ndarray  # to the projectile [rad], shape (A + 1,)


class Spectrum(NamedTuple):
    """Of one species, per inelastic collision."""

    multiplicity: float  # [1]
    relative_error: float  # of the multiplicity: statistics of the table, and of scaling [1]
    dn_dx: np.ndarray  # mean over each bin of x [1], shape (X,)
    d2n_dp_dangle: np.ndarray  # mean over each bin of momentum and angle [1/(GeV/c rad)], shape (P, A)


class _Cells(NamedTuple):
    """Of the table at one energy: numbers of cells, and where an energy and an angle lie among them."""

    number: np.ndarray  # per collision [1], shape (E, V)
    log_edges: np.ndarray  # ln of the kinetic energy [GeV], shape (E + 1,); flat in the logarithm inside
    v_edges: np.ndarray  # of v = sin(angle/2), whole numbers of which the last is v = 1, shape (V + 1,)
    mass: float  # [GeV]
    error: float


def bins(projectile: str, energy_GeV: float) -> Bins:
    """Bins that fit a collision: x from a pion at rest up, logarithmic; momenta from 50 MeV/c, logarithmic; angles of
    20, 40 and 150 mrad.

    Parameters
    ----------
    projectile : {"proton", "alpha"}
    energy_GeV : float
        Kinetic energy, per nucleon [GeV].

    Returns
    -------
    Bins
    """
    number = _NUCLEONS_OF[projectile]
    lowest = min(pion_production.MASSES) / (energy_GeV + PROTON_MASS)
    return Bins(
        np.geomspace(lowest, number, _X_BINS + 1),
        np.geomspace(_LOWEST_P, number * kinematics.momentum(energy_GeV, PROTON_MASS), _P_BINS + 1),
        np.asarray(_ANGLES, float),
    )


def inelastic_mb(tables: YieldTables, target: str, projectile: str, energy_GeV: float) -> float:
    """Inelastic cross section [mb], quasi-elastic collisions counted; of a scaled target that of nitrogen times
    (A/14.007)^0.7.

    Parameters
    ----------
    tables : YieldTables
    target, projectile : str
        Names as in `targets`.
    energy_GeV : float
        Kinetic energy, per nucleon [GeV].

    Returns
    -------
    float

    Raises
    ------
    PhysicsError
        A pair that is neither shipped nor scaled, or energies outside 0.2-500 GeV.
    """
    scale = (SCALED[target] / _NITROGEN) ** _POWER if target in SCALED else 1.0
    return scale * float(tables.table(_baked(target, projectile), projectile).sigma_inel(energy_GeV))


def targets(projectile: str) -> tuple[str, ...]:
    """Elements that a projectile ("proton", "alpha") can be asked on, baked ones first."""
    return (*TARGETS[projectile], *SCALED)


def spectra(
    tables: YieldTables, target: str, projectile: str, energy_GeV: float, species: Sequence[str], asked: Bins
) -> dict[str, Spectrum]:
    """Spectra of what a collision makes.

    Parameters
    ----------
    tables : YieldTables
        With or without factors.
    target, projectile : str
        Names as in `targets`.
    energy_GeV : float
        Kinetic energy of the projectile, per nucleon for alphas [GeV].
    species : sequence of str
        Names in SPECIES; p and n are those of nitrogen, which stands for C and O.
    asked : Bins

    Returns
    -------
    dict of str to Spectrum

    Raises
    ------
    PhysicsError
        Unknown names, energies outside 0.2-500 GeV, or nucleons of another target than C, N, O.
    """
    unknown = [name for name in species if name not in SPECIES]
    if unknown:
        raise PhysicsError(f"yields: species {', '.join(unknown)} is not tabulated. There are {', '.join(SPECIES)}.")
    total = energy_GeV + PROTON_MASS
    found = {}
    for name in species:
        cells = (_nucleons if name in NUCLEONS else _mesons)(tables, target, projectile, energy_GeV, name)
        number = float(cells.number.sum())
        error = math.hypot(cells.error, SCALING_ERROR if target in SCALED else 0.0)
        by_x = _inside(cells, asked.x_edges * total - cells.mass, np.array([0.0, math.pi]))[:, 0]
        by_p = _inside(cells, kinematics.kinetic_energy(asked.p_edges, cells.mass), asked.angle_edges)
        widths = np.diff(asked.p_edges)[:, None] * np.diff(asked.angle_edges)
        found[name] = Spectrum(number, error, by_x / np.diff(asked.x_edges), by_p / widths)
    return found


def _baked(target, projectile):
    """Element whose table is read."""
    return "N" if target in SCALED else target


def _mesons(tables, target, projectile, energy, name):
    table = tables.table(_baked(target, projectile), projectile)
    number, index = float(table.multiplicity(energy, name)), MESONS.index(name)
    i, f = pion_production.bracket(table.model, energy)
    share = pion_production.share_of_upper(table.model, i, f, index)
    mass = (1.0 - share) * table.model.mass[i, index] + share * table.model.mass[i + 1, index]
    u = np.linspace(0.0, 1.0, mass.shape[0] + 1)
    edges = u * (math.log(energy) + table.model.log_scale) - math.log(1e3)
    error = float(table.relative_error(energy, name)) if number > 0.0 else 0.0
    return _Cells(number * mass, edges, table.v_edges, _MASSES[name], error)


def _nucleons(tables, target, projectile, energy, name):
    if target not in _LIKE_NITROGEN:
        raise PhysicsError(
            f"yields: {name} from {target} are not tabulated: nucleons were baked on nitrogen, which stands for "
            f"{', '.join(_LIKE_NITROGEN)} alone. Ask for one of these, or for mesons."
        )
    table, index = nucleon_production.nucleon_yields(projectile), NUCLEONS.index(name)
    tables.table("N", projectile).sigma_inel(energy)  # refuses energies outside the tables
    i, f = nucleon_production.sorted_cells_hold(np.log(table.T_GeV), np.array([math.log(energy)]))
    number = (1.0 - f[0]) * table.number[i[0], index] + f[0] * table.number[i[0] + 1, index]
    error = np.interp(math.log(energy), np.log(table.T_GeV), table.error[:, index]) / number.sum()
    v_edges = np.arange(table.v_edges.size)
    return _Cells(number, np.log(table.x_edges * energy), v_edges, _MASSES[name], float(error))


def _inside(cells, kinetic_edges, angle_edges):
    """Numbers between edges of kinetic energy [GeV] and angle [rad], shape (E, A)."""
    rising = np.zeros((cells.number.shape[0] + 1, cells.number.shape[1] + 1))
    rising[1:, 1:] = cells.number.cumsum(axis=0).cumsum(axis=1)
    with np.errstate(divide="ignore"):
        logs = np.log(np.maximum(kinetic_edges, 0.0))
    by_energy = _at(np.interp(logs, cells.log_edges, np.arange(cells.log_edges.size)), rising)
    at = np.interp(np.sin(0.5 * angle_edges) * cells.v_edges[-1], cells.v_edges, np.arange(cells.v_edges.size))
    by_both = _at(at, by_energy.T).T
    return np.diff(np.diff(by_both, axis=0), axis=1)


def _at(positions, values):
    """Rows of `values` at fractional positions, linear between them."""
    low = np.minimum(positions.astype(int), len(values) - 2)
    share = (positions - low)[:, None]
    return (1.0 - share) * values[low] + share * values[low + 1]
