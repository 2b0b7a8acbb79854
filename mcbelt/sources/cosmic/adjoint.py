"""The adjoint estimator: backward along full orbits from the place of observation (Gusev & Pugacheva 2003, eq. 1).

An e+- of energy E at the detector was born somewhere along its orbit with more energy. Tracing back, with S the loss
and P the production per grammage,

    dE/ds = rho S + k E^2 B^2/c,   d ln J/ds = rho dS/dE + 2 k E B^2/c,   dF/ds = rho P(E, n, x) J,

and the flux is F. One history is one place and direction; for it an orbit of each charge, of each look of the place
and of an energy in each bin is traced, all with the same random numbers; at high energies several, with places and
directions of their own, whose mean is the score (`orbits_per_history`). An orbit that is still open at the limit of
time is closed by the drift-averaged flux at its energy and lowest altitude, times its J. Each start is also followed
forward to its absorption, so that births can be told apart by the whole life.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from mcbelt import particles, rng
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.particles import counted
from mcbelt.physics import kinematics
from mcbelt.rng import Purpose
from mcbelt.sources.cosmic import absorption, origin_moments, origins
from mcbelt.tally import Axis, BlockResult, TallyAxes, squared

ENERGY_PER_ORBIT, MOST_ORBITS = 0.35, 16  # [GeV]
_ENERGY, _STREAM = int(Purpose.ENERGY), int(Purpose.SEQUENCE)  # plain for kernels
FLUX_UNIT = "m-2 s-1 sr-1 GeV-1"


class Closure(NamedTuple):
    """Drift-averaged flux for orbits that are still open: against energy and the lowest altitude of the gyration."""

    ln_energy: np.ndarray  # ln [GeV], shape (ne,), ascending
    lowest: np.ndarray  # [m], shape (nh,), ascending
    flux: np.ndarray  # [m-2 s-1 sr-1 GeV-1], shape (2, nh, ne)


NO_CLOSURE = Closure(np.zeros(0), np.zeros(0), np.zeros((2, 0, 0)))  # of no history; `closed` fails with it


class AdjointModel(NamedTuple):
    """What the adjoint estimator is computed from."""

    lanes: lanes.LaneModel
    place: Any  # of `mcbelt.places`
    energy_edges: np.ndarray  # [GeV], shape (nb + 1,)
    closure: Closure
    species: tuple[str, ...] = ("positron", "electron")


def closed(closure: Closure, charge: float, energy: np.ndarray, lowest: np.ndarray) -> np.ndarray:
    """Flux that an open orbit still brings, linear in ln E and altitude; zero below the altitudes.

    Parameters
    ----------
    closure : Closure
    charge : float
        Above 0 for e+, below for e-.
    energy : ndarray, shape (n,)
        Kinetic energy at the end of the orbit [GeV].
    lowest : ndarray, shape (n,)
        Lowest altitude of the gyration there [m].

    Returns
    -------
    ndarray, shape (n,)
        [m-2 s-1 sr-1 GeV-1]
    """
    table = closure.flux[0 if charge > 0 else 1]
    rows = np.stack([np.interp(np.log(energy), closure.ln_energy, r, right=0.0) for r in table])
    h = np.clip(np.interp(lowest, closure.lowest, np.arange(len(closure.lowest))), 0, len(closure.lowest) - 1)
    low = np.minimum(h.astype(int), max(len(closure.lowest) - 2, 0))
    high = np.minimum(low + 1, len(closure.lowest) - 1)
    index = np.arange(len(energy))
    value = (1.0 - (h - low)) * rows[low, index] + (h - low) * rows[high, index]
    return np.where(lowest < closure.lowest[0], 0.0, value)


def orbits_per_history(low: float, high: float) -> int:
    """Independent orbits that a history makes in a bin of energy [GeV]: in proportion to its geometric middle.

    The cost of an orbit falls with energy and the variance of its score rises; this makes both alike over the bins.
    """
    return int(min(max(round(math.sqrt(low * high) / ENERGY_PER_ORBIT), 1), MOST_ORBITS))


def _stream(seed, number):
    """Seed of one of many independent sequences of random numbers; number 0 is the campaign's own."""
    return np.uint64(seed if number == 0 else rng.secondary(np.uint64(seed), number, 0, _STREAM))


def _energies(model, seed, first, last, b):
    low, high = model.energy_edges[b], model.energy_edges[b + 1]
    u = np.array([rng.uniform_pair(seed, h, b, _ENERGY)[0] for h in range(first, last)])
    return low + u * (high - low)


class _Orbits(NamedTuple):
    """Scores of one orbit for each history; arrays over histories."""

    flux: np.ndarray
    rest: np.ndarray  # part of it that closes an open orbit, shape (n,)
    open: np.ndarray  # whether it is open
    births: np.ndarray  # shape (n, BINS)
    absorbed: np.ndarray  # part of the flux that will be absorbed, shape (n,)
    absorption: np.ndarray  # the same by life and place, summed over histories, shape (2, places)
    fates: np.ndarray


def _orbits(model, seed, first, last, view, species, b):
    """One orbit back, and one on to its absorption, for each history; seed: (backward, onward)."""
    n, mass, charge = last - first, species.mass, species.charge
    histories = np.arange(first, last, dtype=np.uint64)
    position, direction = model.place.starts(seed[0], first, last, charge, view)
    energy = _energies(model, seed[0], first, last, b)
    momentum = kinematics.momentum(energy, mass)
    table = lanes.charge_table(position, direction, momentum, mass, charge)
    end = absorption.absorbed(model.lanes, table.copy(), histories, seed[1], model.energy_edges[b])
    table[row.AHEAD] = end.time
    tallies = np.zeros((n, origins.BINS))
    lanes.advance_part(model.lanes, table, tallies, histories, seed[0], 0, n)
    still = table[row.FATE] == row.STEP_LIMIT
    rest = np.zeros(n)
    if still.any():
        kinetic = kinematics.kinetic_energy(table[row.MOMENTUM, still], mass)
        rest[still] = closed(model.closure, charge, kinetic, table[row.LOWEST, still])
        rest[still] *= np.exp(table[row.LN_J, still])
    by_life = origins.split(tallies)[-1].sum(axis=(-2, -1))
    by_life[:, 1] += rest
    places = np.zeros((len(origins.LIVES), origins.LONGITUDES * origins.LATITUDES))
    found = end.place >= 0
    for life in range(len(origins.LIVES)):
        np.add.at(places[life], end.place[found], by_life[found, life])
    absorbed = np.where(found, by_life.sum(axis=-1), 0.0)
    return _Orbits(table[row.PRODUCTION] + rest, rest, still, tallies, absorbed, places, table[row.FATE].copy())


def run_block(model: AdjointModel, seed: int, first: int, last: int) -> BlockResult:
    """Histories [first, last).

    Parameters
    ----------
    model : AdjointModel
    seed, first, last : int

    Returns
    -------
    BlockResult
        Sums over histories of the flux and of what was closed, per charge, look and energy bin.
    """
    n, nb = last - first, len(model.energy_edges) - 1
    views, followed = model.place.looks, [particles.particle(name) for name in model.species]
    shape = (len(followed), len(views), nb)
    scores, rests, opens = (np.zeros((*shape, n)) for _ in range(3))
    parts = np.zeros((len(followed), nb, n, len(origin_moments.PARTS)))
    open_flux, open_count = np.zeros(shape), np.zeros(shape)
    births = np.zeros((*shape, origins.BINS))
    ends = np.zeros((*shape, len(origins.LIVES), origins.LONGITUDES * origins.LATITUDES))
    fates = []
    for index in np.ndindex(shape):
        q, v, b = index
        orbits = orbits_per_history(float(model.energy_edges[b]), float(model.energy_edges[b + 1]))
        for j in range(orbits):
            seeds = _stream(seed, 2 * j), _stream(seed, 2 * j + 1)
            made = _orbits(model, seeds, first, last, views[v], followed[q], b)
            scores[index] += made.flux / orbits
            open_flux[index] += made.rest.sum() / orbits
            open_count[index] += made.open.sum() / orbits
            rests[index] += made.rest / orbits
            opens[index] += made.open / orbits
            parts[q, b] += origin_moments.parts(made.births, made.absorbed, made.flux) / orbits
            births[index] += made.births.sum(axis=0) / orbits
            ends[index] += made.absorption / orbits
            fates.append(made.fates)
    altitude, time, life, place = origins.split(births)
    sums = {"flux": scores.sum(axis=-1)}
    if len(followed) > 1:
        sums["flux_product"] = (scores[0] * scores[1]).sum(axis=-1)
    sums |= {"open_flux": open_flux, "open_orbits": open_count}
    sums |= {"birth_altitude": altitude, "residence_time": time, "lifetime": life, "birth_place": place}
    sums |= {"absorption_place": ends.reshape(place.shape)}
    sums |= {"open_flux_square": (rests**2).sum(axis=-1), "open_flux_product": (rests * scores).sum(axis=-1)}
    sums |= {"open_orbits_square": (opens**2).sum(axis=-1)}
    sums["origin_square"], sums["origin_product"] = origin_moments.moments(parts)
    squares = {name: np.zeros_like(value) for name, value in sums.items()}
    squares["flux"] = (scores**2).sum(axis=-1)
    return BlockResult(n, counted(np.stack(fates, axis=1)), sums, squares)


def tally_axes(model: AdjointModel) -> dict[str, TallyAxes]:
    """Dimensions and units of the tallies of `run_block`."""
    charge = Axis("charge", "1", None, model.species, "species followed")
    look = Axis("look", "1", None, model.place.looks, "direction of motion")
    energy = Axis("energy", "MeV", model.energy_edges * 1e3, (), "kinetic energy at the detector")
    altitude = Axis("altitude", "km", origins.ALTITUDE_EDGES_KM, (), "altitude of birth")
    time = Axis("time", "s", origins.TIME_EDGES_S, (), "time")
    life = Axis(
        "life", "1", None, origins.LIVES, f"birth to absorption in less than {origins.SHORT_LIVED_S:g} s, or more"
    )
    longitude = Axis("longitude", "degree", np.linspace(0.0, 360.0, origins.LONGITUDES + 1), (), "longitude")
    latitude = Axis("latitude", "degree", np.linspace(-90.0, 90.0, origins.LATITUDES + 1), (), "latitude")
    axes = (charge, look, energy)

    def more(extra, description):
        return TallyAxes((*axes, *extra), FLUX_UNIT, description, targeted=False)

    pairs = _axes_of_errors(axes)
    if len(model.species) > 1:
        about = "product of the fluxes of e+ and e-"
        pairs["flux_product"] = TallyAxes((look, energy), squared(FLUX_UNIT), about, targeted=False)
    return pairs | {
        "flux": TallyAxes(axes, FLUX_UNIT, "directional flux per history"),
        "open_flux": TallyAxes(axes, FLUX_UNIT, "part of the flux that closes open orbits", targeted=False),
        "open_orbits": TallyAxes(axes, "1", "orbits still open at the limit of time", targeted=False),
        "birth_altitude": more((altitude,), "flux by altitude of birth"),
        "residence_time": more((time,), "flux by time since birth"),
        "lifetime": more((time,), "flux by time from birth to absorption"),
        "birth_place": more((life, longitude, latitude), "flux by life and place of birth"),
        "absorption_place": more((life, longitude, latitude), "flux by life and place of absorption"),
    }


def _axes_of_errors(axes: tuple[Axis, ...]) -> dict[str, TallyAxes]:
    """Of the sums that the errors of shares, altitudes and times take."""
    charge, _, energy = axes
    part = Axis("part", "1", None, origin_moments.PARTS, "part of the flux, summed over looks")
    unit, by_part = squared(FLUX_UNIT), (charge, energy, part)
    result = {
        "open_flux_square": (axes, unit, "square of the part of the flux that closes open orbits"),
        "open_flux_product": (axes, unit, "product of that part and the flux"),
        "open_orbits_square": (axes, "1", "square of the orbits still open"),
        "origin_square": (by_part, unit, "square of a part of the flux"),
        "origin_product": (by_part, unit, "product of a part and of all births (of the flux, for what is absorbed)"),
    }
    return {name: TallyAxes(*about, targeted=False) for name, about in result.items()}
