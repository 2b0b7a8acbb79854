"""From a checked campaign of cosmic rays to what the kernels read.

The air and the field of the campaign; the place of observation; the production map at the nominal cutoff of that place;
where asked for, the correction of Störmer's cutoff by traced parents; and the drift-averaged flux that closes orbits
which stay open.
"""

import itertools
import math
from typing import Any, NamedTuple

import numpy as np

from atmosphere.air import Air
from geomag.constants import GV_TO_TESLA_METRE, REFERENCE_RADIUS, WGS84_POLAR_RADIUS
from geomag.drift_shell import drift_shell
from kernelcache import threads
from kernelcache.prepared import part
from mcbelt import places, surroundings
from mcbelt.cascade import along_orbit, collisions, production, traced_parents
from mcbelt.orbits import lanes, matter
from mcbelt.orbits.interfaces.detector import NoDetector
from mcbelt.orbits.interfaces.production import NoSource
from mcbelt.orbits.interfaces.radiation import NoRadiation
from mcbelt.orbits.interfaces.scattering import NoScattering
from mcbelt.particles import particle
from mcbelt.physics import hard_photons, kinematics
from mcbelt.physics.loss_table import ElementLosses, element_losses
from mcbelt.places import drift_path
from mcbelt.sources.cosmic import (
    adjoint,
    drift_resolved,
    forward,
    forward_place,
    free_electrons,
    gyration,
    origins,
    primaries,
    sinking,
)
from mcbelt.sources.cosmic.model import CosmicModel
from mcbelt.sources.cosmic.settings import SPECIES
from mcbelt.surroundings import Surroundings

MAP_ALTITUDES_KM = (20, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 90, 100, 130, 200, 400, 800, 1500, 2500)
MAP_TOP_KM = 4000.0  # of the map where a place may lie above the altitudes of every other one
CLOSURE_KM = (100.0, 150.0, 250.0, 400.0, 700.0, 1100.0)  # lowest altitudes of gyrations in the closure, and, as far
HIGH_CLOSURE_KM = (1600.0, 2300.0, 3100.0, 3900.0)  # as orbits start above them, of these; the air ends at 4000 km
STARTS = 64  # by which the highest of a place is found
HIGHEST_MOMENTUM = 50.0  # [GeV/c] of a backward orbit: nothing is produced above
FLOOR = 15.0e3  # [m]
CEILING = 5.0 * REFERENCE_RADIUS


def incoming(source: Any, around: Surroundings, where: Any) -> production.Place:
    """What the parents see on their way in, at the nominal cutoff of a place.

    Parameters
    ----------
    source : mcbelt.sources.cosmic.settings.Settings
        Its paths and east_west.
    around : Surroundings
    where : place of `mcbelt.places`

    Returns
    -------
    mcbelt.cascade.production.Place
    """
    moment, radius = surroundings.dipole_moment(around.dipole), where.nominal_radius
    cutoff = moment / (4.0 * GV_TO_TESLA_METRE * radius**2)
    bend = moment / radius**3 / GV_TO_TESLA_METRE if source.paths == "bent" else 0.0
    return production.Place(cutoff, *around.profile, around.fractions, bend, isotropic_cutoff=not source.east_west)


def emission_of(physics: Any, source: Any) -> collisions.Emission:
    """Switches of the production from the [physics] and [source] sections."""
    return collisions.Emission(
        decay=physics.decay,
        factors=physics.yield_factors,
        collinear=physics.production_angles == "collinear",
        knock_on=physics.knock_on,
        cascade=source.cascade,
        neutral_pions=source.neutral_pions,
        radiated_photons=source.radiated_photons,
        muon_flight=source.muon_flight,
    )


def source_of(
    source: Any,
    physics: Any,
    around: Surroundings,
    where: Any,
    emission: collisions.Emission | None = None,
    parents: tuple[Any, Any] | None = None,
) -> along_orbit.CosmicSource:
    """The production for the lanes, as far as a place needs it.

    Parameters
    ----------
    source : mcbelt.sources.cosmic.settings.Settings
    physics : mcbelt.settings.belt.Physics
    around : Surroundings
    where : place of `mcbelt.places`
    emission : collisions.Emission, optional
        In place of the switches of the campaign.
    parents : tuple, optional
        In place of `primaries.parents_of`.

    Returns
    -------
    CosmicSource
    """
    emission = emission or emission_of(physics, source)
    place = incoming(source, around, where)
    high = where.nominal_radius + dipole_offset(around.dipole) - REFERENCE_RADIUS > MAP_ALTITUDES_KM[-1] * 1e3
    altitudes = (*MAP_ALTITUDES_KM, MAP_TOP_KM) if high else MAP_ALTITUDES_KM
    axes = production.MapAxes(np.array(altitudes) * 1e3, *where.map_axes)
    rays = primaries.rays_of(source)
    table = primaries.production_map(rays, parents, place, axes, emission)
    correction = traced_parents.none()
    if source.transmission == "traced":
        around_parents = (around.field.lanes, around.air, around.dipole, place)
        correction = primaries.correction(rays, parents, *around_parents, where.nominal_radius)
    frame = along_orbit.dipole_frame(around.dipole)
    ceiling = where.ceiling if source.production_ceiling_km is None else source.production_ceiling_km * 1e3
    return along_orbit.CosmicSource(table, frame, place.vertical_cutoff, correction, ceiling, around.sphere)


def dipole_offset(dipole: Any) -> float:
    """Distance of a dipole from the Earth's centre [m]."""
    return math.sqrt(dipole.centre_x**2 + dipole.centre_y**2 + dipole.centre_z**2)


def path_of(shell: Any, around: Surroundings) -> drift_path.DriftPath:
    """Guiding centres of the equatorial particles of the shell of a [shell] section."""
    if around.field.is_dipole:
        return drift_path.dipole_path(
            around.dipole, surroundings.shell_radius(shell.L, shell.convention, around.dipole)
        )
    traced = around.field.traced
    assert traced is not None  # only in a bare dipole are no shells traced
    return drift_path.shell_path(drift_shell(traced, L=shell.L, convention=shell.convention, longitudes=72))


def place_of(place: Any, shell: Any, around: Surroundings, path: drift_path.DriftPath) -> Any:
    """Where the flux of a campaign is observed.

    Parameters
    ----------
    place, shell : mcbelt.keys.Section
        The sections [place] and [shell].
    around : Surroundings
    path : DriftPath
        Guiding centres of the shell.

    Returns
    -------
    place of `mcbelt.places`
    """
    return places.room(place.kind).place(place, shell, around, path)


@part("the drift average that closes open orbits", of=adjoint.Closure)
def closure_of(
    lowest_energy: float,
    around: Surroundings,
    source: along_orbit.CosmicSource,
    losses: ElementLosses,
    highest_start: float = 0.0,
    electrons: Air | None = None,
) -> adjoint.Closure:
    """Drift-averaged flux against energy and the lowest altitude of the gyration.

    Parameters
    ----------
    lowest_energy : float
        Lowest kinetic energy [GeV]; the highest is 8 GeV.
    around : Surroundings
        Its dipole and air.
    source : CosmicSource
    losses : ElementLosses
    highest_start : float
        Highest altitude of a place that is observed [m], above which no gyration is lowest.
    electrons : Air, optional
        Table of free ones; by default none.

    Returns
    -------
    Closure
    """
    energy = np.geomspace(lowest_energy, 8.0, 9)
    needed = int(np.searchsorted((CLOSURE_KM[-1], *HIGH_CLOSURE_KM[:-1]), highest_start * 1e-3))
    lowest = np.array([*CLOSURE_KM, *HIGH_CLOSURE_KM[:needed]]) * 1e3
    reference = drift_path.dipole_path(around.dipole, 1.1 * REFERENCE_RADIUS, 36)
    base = float((np.linalg.norm(reference.position, axis=1)).min()) - REFERENCE_RADIUS

    def at(place):
        charge, altitude, E = place
        radius = 1.1 * REFERENCE_RADIUS + altitude - base
        # the field of the reference is near enough on low shells, where gyrations are small
        weaker = (radius / (1.1 * REFERENCE_RADIUS)) ** 3 if altitude > CLOSURE_KM[-1] * 1e3 else 1.0
        radius += GV_TO_TESLA_METRE * E / float(reference.field[0]) * weaker
        path = drift_path.dipole_path(around.dipole, radius, 36)
        met = 0.0
        if electrons is not None and free_electrons.HIGHEST_ENERGY > E:
            met = float(path.weight @ free_electrons.along(path, electrons))
        return sinking.flux(path, around.air, source, losses, 1.0, charge, float(E), met)[0]

    places = list(itertools.product((1.0, -1.0), lowest, energy))
    at(places[-1])  # compiled before the threads ask for it
    flux = np.reshape(threads.side_by_side(at, places), (2, len(lowest), len(energy)))
    return adjoint.Closure(np.log(energy), lowest, flux)


def lane_model(
    physics: Any, time_limit: float, around: Surroundings, source: along_orbit.CosmicSource, losses: ElementLosses
) -> lanes.LaneModel:
    """Backward orbits of a campaign; with stochastic bremsstrahlung soft photons alone are in their continuous loss.

    Parameters
    ----------
    physics : mcbelt.settings.belt.Physics
    time_limit : float
        Longest life that is followed [s].
    around : Surroundings
    source : CosmicSource
    losses : ElementLosses
        Total mean losses.

    Returns
    -------
    LaneModel
    """
    radiation: Any = NoRadiation()
    if physics.bremsstrahlung == "stochastic":
        losses = element_losses(cut=hard_photons.CUT)
        radiation = matter.MixtureRadiation(hard_photons.hard_photons(HIGHEST_MOMENTUM))
    law = (
        matter.PaperLosses()
        if physics.losses == "paper"
        else matter.MixtureLosses(losses, annihilation=float(physics.annihilation))
    )
    return lanes.LaneModel(
        field=around.field.lanes,
        air=around.air,
        losses=law,
        scattering=matter.MixtureScattering() if physics.scattering else NoScattering(),
        radiation=radiation,
        source=source,
        detector=origins.origins(),
        stepping=lanes.Stepping(direction=-1.0),
        limits=lanes.Limits(floor=FLOOR, ceiling=CEILING, momentum_max=HIGHEST_MOMENTUM, time=time_limit),
    )


@part("the drift-averaged flux", of=drift_resolved.Averaged)
def averaged_of(
    around: Surroundings,
    source: along_orbit.CosmicSource,
    losses: ElementLosses,
    path: drift_path.DriftPath,
    where: Any,
    energy: np.ndarray,
    electrons: Air | None = None,
) -> drift_resolved.Averaged:
    """Drift-averaged flux of e+ and e- at energies [GeV]: in a piece of the shell, else on the shell.

    On a shell the drift is resolved where its loss is large, the mean is over what the place accepts, and the age is
    known; from orbit it is the flux of guiding centres on the shell.

    Parameters
    ----------
    around : Surroundings
    source : CosmicSource
    losses : ElementLosses
    path : DriftPath
        Guiding centres of the shell.
    where : place of `mcbelt.places`
    energy : ndarray, shape (n,)
        Kinetic energies [GeV].
    electrons : Air, optional
        Table of free ones; by default none.

    Returns
    -------
    drift_resolved.Averaged
    """
    if where.sector is None:
        met = 0.0 if electrons is None else float(path.weight @ free_electrons.along(path, electrons))
        return drift_resolved.Averaged(sinking.fluxes(path, around.air, source, losses, energy, electrons=met), None)
    there = None if electrons is None else free_electrons.along(where.sector.path, electrons)
    return drift_resolved.averaged(where.sector, around.air, source, losses, energy, electrons=there)


def highest_start_of(where: Any) -> float:
    """Highest altitude [m] at which orbits start in a place of `mcbelt.places`, by a few starts of each charge."""
    starts = [where.starts(0, 0, STARTS, charge, where.looks[0])[0] for charge in (1.0, -1.0)]
    return float(max(np.linalg.norm(position, axis=1).max() for position in starts)) - WGS84_POLAR_RADIUS


class Histories(NamedTuple):
    """What either estimator is made of."""

    lane: lanes.LaneModel  # backward orbits
    where: Any  # place of `mcbelt.places`
    source: along_orbit.CosmicSource
    losses: ElementLosses  # total mean losses
    edges: np.ndarray  # of the bins of kinetic energy [GeV], shape (nb + 1,)
    species: tuple[str, ...]
    electrons: Air | None = None  # table of free ones
    any: bool = True  # whether the campaign asks for histories at all


def adjoint_model(histories: Histories, around: Surroundings) -> adjoint.AdjointModel:
    """Histories that go back from a place; without the closure of open orbits where none are asked for."""
    closure = adjoint.NO_CLOSURE
    if histories.any:
        lowest_energy, highest_start = float(histories.edges[0]), highest_start_of(histories.where)
        given = (around, histories.source, histories.losses, highest_start, histories.electrons)
        closure = closure_of(lowest_energy, *given)
    return adjoint.AdjointModel(histories.lane, histories.where, histories.edges, closure, histories.species)


def forward_model(histories: Histories, around: Surroundings) -> forward.ForwardModel:
    """Histories that go from births in the air to a volume about a place."""
    back, where, edges = histories.lane, histories.where, histories.edges
    followed = [particle(name) for name in histories.species]
    lowest = kinematics.momentum(float(edges[0]), followed[0].mass)
    limits = back.limits._replace(momentum_min=lowest, floor=forward_place.FLOOR)
    stepping = back.stepping._replace(direction=1.0)
    onward = back._replace(source=NoSource(), detector=NoDetector(), stepping=stepping, limits=limits)
    scattered = not isinstance(back.scattering, NoScattering)
    births = forward_place.sector(
        where, around.profile, around.sphere, histories.source.ceiling, float(edges[0]), scattered
    )
    volumes = tuple(forward_place.volume(where, around.dipole, species.charge, edges) for species in followed)
    return forward.ForwardModel(onward, histories.source, births, volumes, edges, histories.species)


_HISTORIES = {"adjoint": adjoint_model, "forward": forward_model}  # by the estimators of `settings.ESTIMATORS`


def prepare(config: Any) -> CosmicModel:
    """The model of a checked campaign whose source is cosmic rays.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt

    Returns
    -------
    CosmicModel
    """
    around = surroundings.surroundings(config.shell, config.air, config.source.earth)
    path = path_of(config.shell, around)
    where = place_of(config.place, config.shell, around, path)
    source = source_of(config.source, config.physics, around, where)
    losses = element_losses()
    edges = np.geomspace(config.energy.min_MeV, config.energy.max_MeV, config.energy.bins + 1) * 1e-3
    energy = np.sqrt(edges[1:] * edges[:-1])
    chosen = [SPECIES.index(name) for name in config.species]
    electrons = free_electrons.around(config)
    averaged = averaged_of(around, source, losses, path, where, energy, electrons)
    lane = lane_model(config.physics, config.source.time_limit_s, around, source, losses)
    made_of = Histories(lane, where, source, losses, edges, config.species, electrons, config.run.histories > 0)
    histories = _HISTORIES[config.estimator](made_of, around)
    lowest = np.linalg.norm(path.position, axis=1).min() - REFERENCE_RADIUS
    summary = {
        "vertical_cutoff_GV": (source.nominal, "GV", "vertical cutoff that the production map is centred on"),
        "B0_nT": (float(path.field.mean()) * 1e9, "nT", "equatorial field of the shell"),
        "H_min_km": (lowest * 1e-3, "km", "lowest point of the guiding centres above a sphere of 6371.2 km"),
    }
    if electrons is not None:
        met = float(path.weight @ free_electrons.along(path, electrons)) * 1e-6
        summary["free_electrons_cm3"] = (met, "cm-3", "mean number of free electrons along the drift path")
    on_shell = math.nan
    if where.sector is not None:
        on_shell = gyration.lowest_km(gyration.altitudes_km(path, around.sphere))
    age = None if averaged.age is None else averaged.age[chosen]
    return CosmicModel(config.estimator, histories, energy, averaged.flux[chosen], summary, on_shell, age)
