"""The forward estimator: e+- are born in the air, followed along full orbits, and scored where a detector would be.

Each history makes a charge of each species in mirrored places from the same random numbers (`births`). The flux in a
volume V is the path length in it:

    F = sum of w l / (V dE dOmega) / N .

A positron annihilates when the mean number of annihilations on its way reaches an exponential number. What was born is
accounted for: kinetic energy at birth = lost to matter + radiated in the field + hard photons + annihilated + left at
the other ends of orbits. What orbits that are open at the limit of time would still score is left out.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt import particles, rng
from mcbelt.cascade.along_orbit import CosmicSource
from mcbelt.grid import bin_refuse
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.detector import register_detector
from mcbelt.particles import counted
from mcbelt.physics import kinematics
from mcbelt.rng import Purpose
from mcbelt.sources.cosmic.births import Births, draw
from mcbelt.tally import Axis, BlockResult, TallyAxes, squared

END = int(Purpose.ANNIHILATION)  # plain for kernels
FLUX_UNIT = "m-2 s-1 sr-1 GeV-1"
LOOK = "trapped"
_ENDS = {"annihilated": row.STOPPED, "absorbed": row.ABSORBED, "cooled": row.COOLED}
_ENDS |= {"escaped": row.ESCAPED, "open": row.STEP_LIMIT}
ACCOUNT = ("born", "matter", "synchrotron", "hard_photons", *_ENDS)


class Volume(NamedTuple):
    """A detector: a piece of the space around the dipole's equator, a band of pitch angles, energy bins."""

    centre_x: float  # dipole [m]
    centre_y: float
    radius_low: float  # from the dipole's axis [m]
    radius_high: float
    half_height: float  # along the axis [m]
    turn_low: float  # angle about the axis [rad], from `turn_low` for `turn_width` eastward
    turn_width: float
    pitch_cosine: float
    energy_edges: np.ndarray  # [GeV], uniform in ln, shape (n + 1,)
    on: bool = True

    @property
    def size(self) -> float:
        """Volume [m3] times solid angle [sr]."""
        area = 0.5 * (self.radius_high**2 - self.radius_low**2) * self.turn_width
        return area * 2.0 * self.half_height * 4.0 * math.pi * self.pitch_cosine


@njit(cache=True, error_model="numpy")
def _score(volume, tally, lanes_, k):
    z = lanes_[row.Z, k]
    if abs(z) > volume.half_height:
        return
    x, y = lanes_[row.X, k] - volume.centre_x, lanes_[row.Y, k] - volume.centre_y
    r = math.sqrt(x * x + y * y)
    if not (volume.radius_low <= r < volume.radius_high) or abs(lanes_[row.UZ, k]) > volume.pitch_cosine:
        return
    turn = math.atan2(y, x) - volume.turn_low
    if turn - 2.0 * math.pi * math.floor(turn / (2.0 * math.pi)) >= volume.turn_width:
        return
    kinetic = kinematics.kinetic_energy(lanes_[row.MOMENTUM, k], lanes_[row.MASS, k])
    edges = volume.energy_edges
    i = bin_refuse(edges, kinetic)
    if i >= 0:
        tally[i] += abs(lanes_[row.STEP_NOW, k])


register_detector(Volume, _score)


@njit(cache=True, error_model="numpy")
def ends(seed: int, first: int, last: int) -> np.ndarray:
    """Mean numbers of annihilations after which the positrons of histories annihilate: exponential.

    Parameters
    ----------
    seed, first, last : int
        Histories [first, last) of a seed.

    Returns
    -------
    ndarray, shape (last - first,)
    """
    n = np.int64(last) - np.int64(first)
    result = np.empty(n)
    for i in range(n):
        result[i] = rng.exponential(rng.uniform_pair(np.uint64(seed), np.uint64(first) + np.uint64(i), 0, END)[0])
    return result


class ForwardModel(NamedTuple):
    """What the forward estimator is computed from."""

    lanes: lanes.LaneModel  # forward, without source and detector
    source: CosmicSource
    births: Births
    volumes: tuple[Volume, ...]  # one for each species; those of e+ and e- are mirror images
    energy_edges: np.ndarray  # [GeV], shape (nb + 1,)
    species: tuple[str, ...] = ("positron", "electron")


class _Orbits(NamedTuple):
    """One orbit of each history."""

    flux: np.ndarray  # shape (n, nb) [m-2 s-1 sr-1 GeV-1]
    account: np.ndarray  # of the kinetic energy, weighted, shape (n, len(ACCOUNT)) [GeV s-1]
    fates: np.ndarray  # shape (n,)


def _orbits(model, seed, first, last, q):
    """Births of a species and their orbits."""
    species, volume, n = particles.particle(model.species[q]), model.volumes[q], last - first
    charge, mass = float(species.charge), species.mass
    position, direction = np.empty((n, 3)), np.empty((n, 3))
    energy, weight = np.empty(n), np.empty(n)
    draw(model.births, model.source, np.uint64(seed), first, charge, position, direction, energy, weight)
    table = lanes.charge_table(position, direction, kinematics.momentum(energy, mass), mass, charge)
    table[row.REMOVAL_STOP] = ends(seed, first, last)
    tallies = np.zeros((n, len(model.energy_edges) - 1))
    histories = np.arange(first, last, dtype=np.uint64)
    following = model.lanes._replace(detector=volume)
    lanes.advance_part(following, table, tallies, histories, np.uint64(seed), 0, n)
    flux = weight[:, None] * tallies / (volume.size * np.diff(volume.energy_edges))
    left, fates = kinematics.kinetic_energy(table[row.MOMENTUM], mass), table[row.FATE].copy()
    lost = (table[row.MATTER_LOSS], table[row.SYNCHROTRON_LOSS], table[row.PHOTON_LOSS])
    at_end = [np.where(fates == fate, left, 0.0) for fate in _ENDS.values()]
    return _Orbits(flux, weight[:, None] * np.stack([energy, *lost, *at_end], axis=1), fates)


def run_block(model: ForwardModel, seed: int, first: int, last: int) -> BlockResult:
    """Histories [first, last): one birth of each species.

    Parameters
    ----------
    model : ForwardModel
    seed, first, last : int

    Returns
    -------
    BlockResult
        Sums over histories of the flux and of the account of energy, per species.
    """
    made = [_orbits(model, seed, first, last, q) for q in range(len(model.species))]
    flux = np.stack([orbits.flux for orbits in made])[:, None]
    scores = {"flux": flux, "energy_account": np.stack([orbits.account for orbits in made])}
    axis = {"flux": 2, "energy_account": 1}
    sums = {name: values.sum(axis=axis[name]) for name, values in scores.items()}
    squares = {name: (values**2).sum(axis=axis[name]) for name, values in scores.items()}
    if len(made) > 1:
        sums["flux_product"] = (flux[0] * flux[1]).sum(axis=1)
        squares["flux_product"] = np.zeros_like(sums["flux_product"])
    return BlockResult(last - first, counted(np.stack([orbits.fates for orbits in made], axis=1)), sums, squares)


def tally_axes(model: ForwardModel) -> dict[str, TallyAxes]:
    """Dimensions and units of the tallies of `run_block`."""
    charge = Axis("charge", "1", None, model.species, "species followed")
    look = Axis("look", "1", None, (LOOK,), "direction of motion")
    energy = Axis("energy", "MeV", model.energy_edges * 1e3, (), "kinetic energy at the detector")
    account = Axis("account", "1", None, ACCOUNT, "kinetic energy at birth, and where it went")
    pairs = {}
    if len(model.species) > 1:
        about = "product of the fluxes of e+ and e-"
        pairs["flux_product"] = TallyAxes((look, energy), squared(FLUX_UNIT), about, targeted=False)
    about = "kinetic energy of all births per time, and where it went"
    return pairs | {
        "flux": TallyAxes((charge, look, energy), FLUX_UNIT, "directional flux per history"),
        "energy_account": TallyAxes((charge, account), "GeV s-1", about, targeted=False),
    }
