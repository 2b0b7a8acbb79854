"""From a checked campaign of cosmic rays to what the kernels read.

The air and the field of the campaign; the production map at the nominal cutoff of the shell or of the orbit; where
asked for, the correction of Störmer's cutoff by traced ones; the place of observation; and the drift-averaged flux that
closes orbits which stay open.
"""

import itertools
import math
from typing import NamedTuple

import numpy as np

import geomag
from atmosphere import Msis, averaging
from atmosphere.table import FINE_STEP_KM, FRACTION_STEP_KM, air_table, altitude_nodes
from geomag import dipole
from geomag.constants import (
    GUSEV_MOMENT_NT,
    GV_TO_TESLA_METRE,
    NANOTESLA,
    REFERENCE_RADIUS,
    WGS84_EQUATORIAL_RADIUS,
    WGS84_POLAR_RADIUS,
)
from geomag.dipole import DipoleModel
from geomag.drift_shell import drift_shell
from geomag.unrolled import unrolled
from kernelcache import threads
from mcbelt.cascade import along_orbit, collisions, production, traced_parents
from mcbelt.errors import PhysicsError
from mcbelt.orbits import lanes, matter
from mcbelt.physics import hard_photons
from mcbelt.physics.loss_table import element_losses
from mcbelt.places import drift_path, vantage
from mcbelt.sources.cosmic import block, drift_resolved, origins, sinking
from mcbelt.spectra import cosmic_rays
from mcbelt.spectra.second_spectrum import SecondSpectrum

ELEMENTS = ("H", "He", "N", "O", "Ar")
FIELDS = {"igrf": geomag.Igrf, "dipole": geomag.CentredDipole, "eccentric": geomag.EccentricDipole}
PAPER_OFFSET = 493.0e3  # [m] of the Earth's centre in Gusev et al. 2003's geometry
SEASONS = ("03-21", "06-21", "09-21", "12-21")
MAP_ALTITUDES_KM = (20, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 90, 100, 130, 200, 400, 800, 1500, 2500)
SAA_DEG = (-90.0, 20.0, -50.0, 5.0)  # west, east, south, north
HIGHEST_MOMENTUM = 50.0  # [GeV/c] of a backward orbit: nothing is produced above
FLOOR = 15.0e3  # [m]
CEILING = 5.0 * REFERENCE_RADIUS


class Surroundings(NamedTuple):
    """Field and air of a campaign."""

    field: object  # model for the lanes
    dipole: DipoleModel  # for cutoffs and magnetic east
    air: object  # Air table for the kernels
    profile: tuple  # altitude [m], density [kg m-3] at the dipole equator
    fractions: dict  # mass fractions at 70 km
    sphere: float  # [m], 0: altitudes above the ellipsoid


class CosmicModel(NamedTuple):
    """What a cosmic-ray campaign is computed from."""

    adjoint: block.AdjointModel
    energy: np.ndarray  # of the drift average [GeV]
    averaged: np.ndarray  # drift-averaged flux in the vantage on the shell, shape (2, ne) [m-2 s-1 sr-1 GeV-1]
    summary: dict  # name -> (value, unit, description)


def paper_dipole() -> DipoleModel:
    """Dipole of 31200 nT along the axis, 493 km from the Earth's centre towards longitude 120 E."""
    turn = math.radians(120.0)
    moment = GUSEV_MOMENT_NT * NANOTESLA * REFERENCE_RADIUS**3
    return DipoleModel(0.0, 0.0, -moment, PAPER_OFFSET * math.cos(turn), PAPER_OFFSET * math.sin(turn), 0.0)


def dipole_of(config) -> DipoleModel:
    """The dipole that stands for the field where cutoffs and magnetic east are concerned."""
    if config.shell.field == "paper_eccentric":
        return paper_dipole()
    field = FIELDS[config.shell.field](config.shell.date)
    return field.model if isinstance(field.model, DipoleModel) else dipole.eccentric_dipole(field.g, field.h)


def air_of(config) -> Msis:
    """NRLMSIS at noon of the date, or its mean over 4 times of day in 4 seasons (2 for the sphere)."""
    air, date = config.air, config.shell.date
    if air.times == "instant":
        times = f"{date}T12:00"
    else:
        seasons = SEASONS[:2] if config.source.earth == "sphere" else SEASONS
        times = np.concatenate([averaging.hours_of_day(f"{date.year}-{day}", 4) for day in seasons])
    return Msis(times, f107=air.f107, f107a=air.f107a, ap=air.ap, version=air.msis_version)


def equatorial_profile(air):
    """Altitude [m], density [kg m-3] and mass fractions (n, 5), mean over longitude at latitude 0."""
    altitude = altitude_nodes(FINE_STEP_KM)
    longitudes = np.arange(0.0, 360.0, 30.0)
    density = np.mean([air.density_kg_m3(0.0, lon, altitude) for lon in longitudes], axis=0)
    shares = [air.mass_fractions(0.0, lon, altitude) for lon in longitudes]
    fractions = np.stack([np.mean([s[element] for s in shares], axis=0) for element in ELEMENTS], axis=-1)
    return altitude * 1e3, density, fractions / fractions.sum(axis=-1, keepdims=True)


def spherical_table(altitude, density, fractions):
    """Table of air that depends on the distance from the centre alone, altitude counted from 6371.2 km."""
    latitude = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 181)
    a, b = WGS84_EQUATORIAL_RADIUS * np.cos(latitude), WGS84_POLAR_RADIUS * np.sin(latitude)
    radius = np.sqrt(((WGS84_EQUATORIAL_RADIUS * a) ** 2 + (WGS84_POLAR_RADIUS * b) ** 2) / (a**2 + b**2))
    above = radius[:, None] - REFERENCE_RADIUS + 1e3 * altitude_nodes(FINE_STEP_KM)[None]
    coarse = radius[:, None] - REFERENCE_RADIUS + 1e3 * altitude_nodes(FRACTION_STEP_KM)[None]
    slope = (np.log(density[1]) - np.log(density[0])) / (altitude[1] - altitude[0])
    ln_rho = np.interp(above, altitude, np.log(density)) + np.minimum(above, 0.0) * slope
    shares = np.stack([np.interp(coarse, altitude, column) for column in fractions.T], axis=-1)
    return air_table(np.repeat(ln_rho[None], 2, axis=0), np.repeat(shares[None], 2, axis=0))


def surroundings(config) -> Surroundings:
    """Field and air of a campaign."""
    model = dipole_of(config)
    field = unrolled(FIELDS[config.shell.field](config.shell.date) if config.shell.field == "igrf" else model)
    air = air_of(config)
    altitude, density, fractions = equatorial_profile(air)
    sphere = REFERENCE_RADIUS if config.source.earth == "sphere" else 0.0
    table = spherical_table(altitude, density, fractions) if sphere else air.table
    at_70_km = fractions[np.searchsorted(altitude, 70e3)]
    shares = {element: float(share) for element, share in zip(ELEMENTS, at_70_km, strict=True) if share > 1e-4}
    return Surroundings(field, model, table, (altitude, density), shares, sphere)


def parents_of(config):
    """Primaries, and the flux under the cutoff or None."""
    source = config.source
    phi = None if source.phi_MV is None else source.phi_MV * 1e-3
    if source.interstellar == "gusev2003":
        primaries = [cosmic_rays.gusev2003()]
    else:
        primaries = [cosmic_rays.modulated("proton", source.interstellar, phi)]
    if source.species == "proton+helium":
        primaries.append(cosmic_rays.modulated("helium", None, phi))
    second = SecondSpectrum().flux if source.second_spectrum else None
    return [production.Parents(rays, source.attenuation_g_cm2) for rays in primaries], second


def nominal_radius(config, model):
    """Distance from the dipole to which the map's cutoff belongs [m]."""
    if config.source.vantage == "orbit":
        return REFERENCE_RADIUS + 80e3
    return shell_radius(config, model)


def shell_radius(config, model):
    """Distance of the equatorial shell from the dipole [m]: L R_E where L has the moment of this dipole."""
    moment = math.sqrt(model.moment_x**2 + model.moment_y**2 + model.moment_z**2)
    return config.shell.L * (moment / moment_of_label(config, moment)) ** (1.0 / 3.0) * REFERENCE_RADIUS


def moment_of_label(config, moment):
    """Moment that belongs to the convention of L [T m3]."""
    labels = {"epoch": moment, "mcilwain": 31165.3 * NANOTESLA * REFERENCE_RADIUS**3}
    return labels.get(config.shell.convention, GUSEV_MOMENT_NT * NANOTESLA * REFERENCE_RADIUS**3)


def place_of(config, around: Surroundings) -> production.Place:
    """What the parents see on their way in, at the nominal cutoff."""
    moment = math.sqrt(around.dipole.moment_x**2 + around.dipole.moment_y**2 + around.dipole.moment_z**2)
    radius = nominal_radius(config, around.dipole)
    cutoff = moment / (4.0 * GV_TO_TESLA_METRE * radius**2)
    bend = moment / radius**3 / GV_TO_TESLA_METRE if config.source.paths == "bent" else 0.0
    return production.Place(
        cutoff, *around.profile, around.fractions, bend, isotropic_cutoff=not config.source.east_west
    )


def production_map(config, place: production.Place, emission=None, parents=None):
    """Production map of a campaign."""
    orbit = config.source.vantage == "orbit"
    axes = production.MapAxes(
        np.array(MAP_ALTITUDES_KM) * 1e3,
        np.linspace(math.log(0.5), math.log(1.65), 5) if orbit else np.linspace(math.log(0.6), math.log(1.25), 3),
        0.45 * np.sqrt(np.linspace(0.0, 1.0, 3)) if orbit else np.zeros(1),
    )
    primaries, second = parents or parents_of(config)
    return production.production_map(primaries, second, place, axes, emission or emission_of(config))


def emission_of(config) -> collisions.Emission:
    """Switches of the production from the [physics] and [source] sections."""
    physics = config.physics
    if physics.production_angles == "isotropic":
        raise PhysicsError(
            "[physics] production_angles = 'isotropic' has no meaning for cosmic rays; give 'table' or 'collinear'."
        )
    return collisions.Emission(
        decay=physics.decay,
        factors=physics.yield_factors,
        collinear=physics.production_angles == "collinear",
        knock_on=physics.knock_on,
        cascade=config.source.cascade,
        neutral_pions=config.source.neutral_pions,
        radiated_photons=config.source.radiated_photons,
        muon_flight=config.source.muon_flight,
    )


def source_of(config, around: Surroundings, emission=None, parents=None) -> along_orbit.CosmicSource:
    """The production for the lanes."""
    place = place_of(config, around)
    table = production_map(config, place, emission, parents)
    correction = traced_parents.none()
    if config.source.transmission == "traced" and config.source.east_west:
        protons = (parents or parents_of(config))[0][0]
        radius = nominal_radius(config, around.dipole)
        correction = traced_parents.correction(around.field, around.air, around.dipole, place, protons, radius)
    frame = along_orbit.dipole_frame(around.dipole)
    ceiling = 300.0e3 if config.source.vantage == "orbit" or config.shell.L < 1.115 else 1e9
    return along_orbit.CosmicSource(table, frame, place.vertical_cutoff, correction, ceiling, around.sphere)


def path_of(config, around: Surroundings) -> drift_path.DriftPath:
    """Guiding centres of the equatorial particles of the shell."""
    if config.shell.field != "igrf":
        return drift_path.dipole_path(around.dipole, shell_radius(config, around.dipole))
    field = FIELDS["igrf"](config.shell.date)
    return drift_path.shell_path(
        drift_shell(field, L=config.shell.L, convention=config.shell.convention, longitudes=72)
    )


def vantage_of(config, around: Surroundings, path):
    """Where the flux is observed."""
    source = config.source
    if source.vantage == "orbit":
        moment = np.array([around.dipole.moment_x, around.dipole.moment_y, around.dipole.moment_z])
        centre = np.array([around.dipole.centre_x, around.dipole.centre_y, around.dipole.centre_z])
        return vantage.OrbitVantage(
            source.altitude_min_km * 1e3,
            source.altitude_max_km * 1e3,
            math.radians(source.inclination_deg),
            math.radians(source.cone_deg),
            source.magnetic_latitude_min,
            source.magnetic_latitude_max,
            -moment / np.linalg.norm(moment),
            centre,
            np.radians(SAA_DEG) if source.exclude_anomaly else np.zeros(0),
        )
    height = np.linalg.norm(path.position, axis=1)
    longitude = np.unwrap(np.arctan2(path.position[:, 1], path.position[:, 0]))
    lowest = longitude[height.argmin()]
    order = np.argsort(np.mod(longitude, 2.0 * np.pi))
    ordered = drift_path.DriftPath(*(array[order] for array in path))
    return vantage.ShellVantage(
        ordered,
        np.mod(longitude, 2.0 * np.pi)[order],
        float(np.mod(lowest, 2.0 * np.pi)) if around.sphere == 0.0 else math.radians(300.0),
        math.radians(source.past_anomaly_min_deg),
        math.radians(source.past_anomaly_max_deg),
        source.pitch_cosine_max,
    )


def closure_of(config, around: Surroundings, source, losses) -> block.Closure:
    """Drift-averaged flux against energy and the lowest altitude of the gyration."""
    energy = np.geomspace(config.energy.min_MeV * 1e-3, 8.0, 9)
    lowest = np.array([100.0, 150.0, 250.0, 400.0, 700.0, 1100.0]) * 1e3
    reference = drift_path.dipole_path(around.dipole, 1.1 * REFERENCE_RADIUS, 36)
    base = float((np.linalg.norm(reference.position, axis=1)).min()) - REFERENCE_RADIUS

    def at(place):
        charge, altitude, E = place
        gyroradius = GV_TO_TESLA_METRE * E / float(reference.field[0])
        radius = 1.1 * REFERENCE_RADIUS + altitude - base + gyroradius
        path = drift_path.dipole_path(around.dipole, radius, 36)
        return sinking.flux(path, around.air, source, losses, 1.0, charge, float(E))[0]

    places = list(itertools.product((1.0, -1.0), lowest, energy))
    at(places[-1])  # compiled before the threads ask for it
    flux = np.reshape(threads.side_by_side(at, places), (2, len(lowest), len(energy)))
    return block.Closure(np.log(energy), lowest, flux)


def lane_model(config, around: Surroundings, source, losses) -> lanes.LaneModel:
    """Backward orbits of a campaign; with stochastic bremsstrahlung soft photons alone are in their continuous loss."""
    from mcbelt.orbits.seams import NoRadiation, NoScattering, PaperLosses

    radiation = NoRadiation()
    if config.physics.bremsstrahlung == "stochastic":
        losses = element_losses(cut=hard_photons.CUT)
        radiation = matter.MixtureRadiation(hard_photons.hard_photons(HIGHEST_MOMENTUM))
    law = (
        PaperLosses()
        if config.physics.losses == "paper"
        else matter.MixtureLosses(losses, annihilation=float(config.physics.annihilation))
    )
    return lanes.LaneModel(
        field=around.field,
        air=around.air,
        losses=law,
        scattering=matter.MixtureScattering() if config.physics.scattering else NoScattering(),
        radiation=radiation,
        source=source,
        detector=origins.origins(),
        stepping=lanes.Stepping(direction=-1.0),
        limits=lanes.Limits(
            floor=FLOOR, ceiling=CEILING, momentum_max=HIGHEST_MOMENTUM, time=config.source.time_limit_s
        ),
    )


def averaged_of(around: Surroundings, source, losses, path, where, energy):
    """Drift-averaged flux of e+ and e- at energies [GeV], shape (2, n): in a vantage on the shell, else on the shell.

    On a shell the drift is resolved where its loss is large, and the mean is over what the vantage accepts; from orbit
    it is the flux of guiding centres on the shell.
    """
    if isinstance(where, vantage.ShellVantage):
        return drift_resolved.fluxes(where, around.air, source, losses, energy)
    return sinking.fluxes(path, around.air, source, losses, energy)


def prepare(config) -> CosmicModel:
    """The model of a checked campaign whose source is cosmic rays.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt

    Returns
    -------
    CosmicModel

    Raises
    ------
    PhysicsError
        When production angles are switched to isotropic, or cutoffs are to be traced in a field other than IGRF.
    """
    if config.source.transmission == "traced" and config.shell.field != "igrf":
        raise PhysicsError("[source] transmission = 'traced' needs [shell] field = 'igrf'; in a dipole give 'stormer'.")
    around = surroundings(config)
    source = source_of(config, around)
    losses = element_losses()
    path = path_of(config, around)
    edges = np.geomspace(config.energy.min_MeV, config.energy.max_MeV, config.energy.bins + 1) * 1e-3
    energy = np.sqrt(edges[1:] * edges[:-1])
    where = vantage_of(config, around, path)
    averaged = averaged_of(around, source, losses, path, where, energy)
    model = block.AdjointModel(
        lane_model(config, around, source, losses),
        where,
        edges,
        closure_of(config, around, source, losses),
    )
    lowest = np.linalg.norm(path.position, axis=1).min() - REFERENCE_RADIUS
    summary = {
        "vertical_cutoff_GV": (source.nominal, "GV", "vertical cutoff that the production map is centred on"),
        "B0_nT": (float(path.field.mean()) * 1e9, "nT", "equatorial field of the shell"),
        "H_min_km": (lowest * 1e-3, "km", "lowest point of the guiding centres above a sphere of 6371.2 km"),
    }
    return CosmicModel(model, energy, averaged, summary)
