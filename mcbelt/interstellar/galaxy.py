"""One Galactic model from its settings: protons and helium, the e+ and e- that they make, and the primary electrons.

The order is that of the physics (Moskalenko & Strong 1998, sec. 2): propagate the nuclei, normalise them to the local
intensity, fold them with the gas and the cross sections at every place, propagate what they made with the same
diffusion, then the primary electrons. Momentum is the variable throughout, per nucleon for helium.
"""

import math
from typing import NamedTuple

import numpy as np

from mcbelt.constants import ELECTRON_MASS, MB_TO_M2, PROTON_MASS, SPEED_OF_LIGHT
from mcbelt.interstellar import baked_production, gas, losses, production, radiation, slab, sources
from mcbelt.interstellar.diffusion import Cylinder, Problem
from mcbelt.interstellar.diffusion import solve as solve_species
from mcbelt.interstellar.scales import CM2, KILOPARSEC, PER_CM3, SOLAR_RADIUS_KPC

HELIUM_MASS_PER_NUCLEON = 3.7273794066 / 4.0  # [GeV]


class Quantity(NamedTuple):
    """Values with the names of their dimensions and their unit."""

    values: np.ndarray
    dims: tuple
    units: str
    description: str


class Environment(NamedTuple):
    """The Galaxy on the grid: cells, momenta at centres and faces [GeV], gas [cm-3] and fields at the cells."""

    grid: Cylinder
    p: np.ndarray
    p_faces: np.ndarray
    hydrogen: gas.Hydrogen
    radius_kpc: np.ndarray
    z_kpc: np.ndarray
    source_shape: np.ndarray


class Species(NamedTuple):
    """Charge and mass per nucleon [GeV], nucleons (0 for leptons)."""

    name: str
    charge: int
    mass: float
    nucleons: int

    @property
    def rigidity_per_momentum(self):
        """Rigidity over momentum (per nucleon), A/|Z|."""
        return max(self.nucleons, 1) / abs(self.charge)


PROTON = Species("proton", 1, PROTON_MASS, 1)
HELIUM = Species("helium", 2, HELIUM_MASS_PER_NUCLEON, 4)
ELECTRON = Species("electron", -1, ELECTRON_MASS, 0)
POSITRON = Species("positron", 1, ELECTRON_MASS, 0)


def environment(settings):
    """Grid, gas and source distribution of a model."""
    halo, grid = settings.halo, settings.grid
    radius_edges = np.linspace(0.0, halo.radius_kpc, grid.radii + 1)
    z_edges = slab.sinh_edges(halo.half_height_kpc, grid.heights, grid.finest_height_pc) / KILOPARSEC
    decades = math.log10(grid.momentum_max_GeV / grid.momentum_min_GeV)
    count = math.ceil(decades * grid.momenta_per_decade)
    logarithm = np.linspace(math.log(grid.momentum_min_GeV), math.log(grid.momentum_max_GeV), count + 1)
    return Environment(
        Cylinder(radius_edges * KILOPARSEC, z_edges * KILOPARSEC),
        np.exp(0.5 * (logarithm[1:] + logarithm[:-1])),
        np.exp(logarithm),
        gas.cell_average(radius_edges, z_edges),
        0.5 * (radius_edges[1:] + radius_edges[:-1]),
        0.5 * (z_edges[1:] + z_edges[:-1]),
        sources.cell_distribution(radius_edges, z_edges, settings.sources.distribution, settings.sources.height_kpc),
    )


def slope_at(diffusion, z_kpc, rigidity_GV, half_height_kpc):
    """Slope d ln D/d ln rho, shape (rigidities, heights): the rise with height and the other slope below rho0."""
    u = np.abs(np.asarray(z_kpc, float)) / (diffusion.inner_share * half_height_kpc)
    rise = diffusion.halo_rise * np.minimum(u, 1.0) ** diffusion.transition_exponent
    base = np.full_like(rigidity_GV, diffusion.delta)
    if diffusion.delta_below_rho0 is not None:
        base = np.where(rigidity_GV < diffusion.rho0_GV, diffusion.delta_below_rho0, diffusion.delta)
    return base[:, None] + rise


def diffusion_coefficient(settings, z_kpc, rigidity_GV, beta):
    """D [m2/s], shape (rigidities, heights)."""
    law = settings.diffusion
    slope = slope_at(law, z_kpc, rigidity_GV, settings.halo.half_height_kpc)
    return law.D0_cm2_s * CM2 * beta[:, None] * (rigidity_GV[:, None] / law.rho0_GV) ** slope


def stirring_rate(settings, z_kpc, rigidity_GV, beta):
    """Dpp/p^2 = 4 vA^2 / (3 delta (4 - delta^2)(4 - delta) Dxx) [1/s], shape (rigidities, heights); wave energy = field
    energy.

    Berezinskii et al. 1990; Seo & Ptuskin 1994, eq. (9); Jin et al. 2015, eq. (2).
    """
    speed = settings.diffusion.alfven_speed_km_s * 1.0e3
    if speed == 0.0:
        return np.zeros((len(rigidity_GV), len(z_kpc)))
    slope = slope_at(settings.diffusion, z_kpc, rigidity_GV, settings.halo.half_height_kpc)
    diffusion = diffusion_coefficient(settings, z_kpc, rigidity_GV, beta)
    return 4.0 * speed**2 / (3.0 * slope * (4.0 - slope**2) * (4.0 - slope) * diffusion)


def _beta(species, p):
    return p / np.hypot(p, species.mass)


def loss_rate(settings, place, species):
    """pdot/p at the momentum faces [1/s], shape (np + 1, nR, nz), negative."""
    p, beta = place.p_faces, _beta(species, place.p_faces)
    shape = (len(p), 1, 1)
    neutral, ionised, total = place.hydrogen.neutral, place.hydrogen.ionised, place.hydrogen.total
    if species.nucleons:
        mass = species.mass * species.nucleons
        kinetic = (np.hypot(p, species.mass) - species.mass).reshape(shape) * species.nucleons
        power = losses.nucleus_ionisation(kinetic, neutral, species.charge, mass)
        power = (power + losses.nucleus_coulomb(kinetic, ionised, species.charge, mass)) / species.nucleons
    else:
        energy = np.hypot(p, species.mass).reshape(shape)
        radius, z = place.radius_kpc[:, None], place.z_kpc[None, :]
        photons = radiation.effective_density(
            energy.ravel() / ELECTRON_MASS, radius, z, klein_nishina=settings.losses.klein_nishina
        )
        field = radiation.magnetic_energy_density(radiation.magnetic_field_uG(radius, z))
        power = losses.electron_radiative(energy, np.moveaxis(photons, -1, 0) + field)
        power = power + losses.electron_ionisation(energy, neutral) + losses.electron_coulomb(energy, ionised)
        power = power + losses.electron_bremsstrahlung(energy, total)
    return -np.broadcast_to(power / (beta * p).reshape(shape), (len(p), *neutral.shape))


def inelastic_mb(kinetic):
    """Inelastic p + p cross section [mb] at kinetic energy [GeV]: Kafexhiu et al. 2014, eq.

    (1); zero below 0.2797 GeV.
    """
    x = np.maximum(np.asarray(kinetic, float) / 0.2797, 1.0)
    return (30.7 - 0.96 * np.log(x) + 0.18 * np.log(x) ** 2) * (1.0 - x**-1.9) ** 3


def sink_rate(place, species):
    """Destruction in the gas [1/s], shape (np, nR, nz); nuclei by the factor of `production.nuclear_factor`."""
    shape = (len(place.p), *place.hydrogen.total.shape)
    if not species.nucleons:
        return np.zeros(shape)
    kinetic = np.hypot(place.p, species.mass) - species.mass
    on_gas = production.nuclear_factor(species.nucleons, 1) + gas.HELIUM_TO_HYDROGEN * production.nuclear_factor(
        species.nucleons, 4
    )
    rate = inelastic_mb(kinetic) * MB_TO_M2 * on_gas * _beta(species, place.p) * SPEED_OF_LIGHT * PER_CM3
    return rate[:, None, None] * place.hydrogen.total


def problem(settings, place, species, source):
    """The linear problem of one species with its source [m-3 s-1 GeV-1] per momentum, shape (np, nR, nz)."""
    factor = species.rigidity_per_momentum
    rho, rho_faces = place.p * factor, place.p_faces * factor
    beta, beta_faces = _beta(species, place.p), _beta(species, place.p_faces)
    resist = slab.resistance(
        place.grid.z_edges, lambda z_m: diffusion_coefficient(settings, z_m / KILOPARSEC, rho, beta)
    )
    return Problem(
        place.grid,
        place.p,
        resist,
        diffusion_coefficient(settings, place.z_kpc, rho, beta),
        loss_rate(settings, place, species),
        stirring_rate(settings, place.z_kpc, rho_faces, beta_faces),
        sink_rate(place, species),
        source,
    )


def at_sun(place, density):
    """Density at R = 8.5 kpc in the plane, shape (np,): logarithmic in R between cell centres, first height."""
    radius = place.radius_kpc
    i = int(np.searchsorted(radius, SOLAR_RADIUS_KPC)) - 1
    weight = (SOLAR_RADIUS_KPC - radius[i]) / (radius[i + 1] - radius[i])
    low, high = np.maximum(density[:, i, 0], 1.0e-300), np.maximum(density[:, i + 1, 0], 1.0e-300)
    return np.exp((1.0 - weight) * np.log(low) + weight * np.log(high))


def intensity(species, p, density):
    """beta c psi / (4 pi) [m-2 s-1 sr-1 GeV-1] per momentum; momenta along the first axis."""
    factor = _beta(species, p) * SPEED_OF_LIGHT / (4.0 * math.pi)
    return factor.reshape(-1, *(1,) * (np.ndim(density) - 1)) * density


def primary(settings, place, species, law):
    """Solution of a primary, normalised to the local intensity of its injection law."""
    spectrum = sources.injection(place.p, law, species.rigidity_per_momentum)
    shape = place.source_shape / place.source_shape.max()
    raw = solve_species(problem(settings, place, species, spectrum[:, None, None] * shape))
    local = intensity(species, place.p, at_sun(place, raw.density))
    here = math.exp(np.interp(math.log(law.normalise_at_GeV), np.log(place.p), np.log(local)))
    scale = law.intensity / here
    return raw._replace(
        density=raw.density * scale,
        **{k: getattr(raw, k) * scale for k in ("produced", "escaped", "destroyed", "lost_below", "left_above")},
    )


def _on_kinetic_grid(species, p, intensities, kinetic):
    """Intensity per kinetic energy per nucleon at `kinetic`, power law between momenta; axes (np, ...) to (nT, ...)."""
    own = np.hypot(p, species.mass) - species.mass
    per_kinetic = intensities / _beta(species, p).reshape(-1, *(1,) * (intensities.ndim - 1))
    position = np.interp(np.log(kinetic), np.log(own), np.arange(len(own)))
    low = np.minimum(position.astype(int), len(own) - 2)
    weight = (position - low).reshape(-1, *(1,) * (intensities.ndim - 1))
    logarithm = np.log(np.maximum(per_kinetic, 1.0e-300))
    return np.exp((1.0 - weight) * logarithm[low] + weight * logarithm[low + 1])


def production_kinetic_grid(p):
    """Kinetic energies of the protons for the production integrals [GeV], from the threshold to the end of the grid."""
    greatest = math.hypot(p[-1], PROTON_MASS) - PROTON_MASS
    return np.geomspace(0.28, greatest, max(40, math.ceil(24 * math.log10(greatest / 0.28))))


def secondary_source(settings, place, nuclei, charge, table=None):
    """Source of secondary leptons [m-3 s-1 GeV-1], shape (np, nR, nz).

    Parameters
    ----------
    settings : GalaxySettings
    place : Environment
    nuclei : dict
        Solutions of "proton" and, perhaps, "helium".
    charge : {1, -1}
    table : LeptonTable or None
        Cross sections; None: the model of the settings.
    """
    choice = settings.secondaries
    kinetic = production_kinetic_grid(place.p)
    if table is None and choice.cross_sections == "baked":
        table = baked_production.lepton_table(kinetic, place.p, charge, choice.decay, choice.kaons)
    elif table is None:
        table = production.lepton_table(kinetic, place.p, charge, choice.decay, choice.kaons)
    protons = _intensity_for_production(PROTON, place.p, nuclei["proton"].density, kinetic)
    helium = nuclei.get("helium")
    heliums = None if helium is None else _intensity_for_production(HELIUM, place.p, helium.density, kinetic)
    per_atom = production.emissivity(table, protons, heliums)
    return np.moveaxis(per_atom, -1, 0) * place.hydrogen.total * PER_CM3


def _intensity_for_production(species, p, density, kinetic):
    return np.moveaxis(_on_kinetic_grid(species, p, intensity(species, p, density), kinetic), 0, -1)


def propagate(settings, tables=None):
    """All species of a model.

    Parameters
    ----------
    settings : GalaxySettings
    tables : dict or None
        LeptonTable per charge (1, -1) on `production_kinetic_grid(p)` and p; None: made from the settings.

    Returns
    -------
    place : Environment
    solutions : dict
        "proton", "helium", "positron" (secondary), "electron_secondary", "electron_primary": Solution; those asked for.
    """
    place = environment(settings)
    solutions = {"proton": primary(settings, place, PROTON, settings.protons)}
    if settings.helium is not None:
        solutions["helium"] = primary(settings, place, HELIUM, settings.helium)
    for name, species, charge in (("positron", POSITRON, 1), ("electron_secondary", ELECTRON, -1)):
        source = secondary_source(settings, place, solutions, charge, None if tables is None else tables[charge])
        solutions[name] = solve_species(problem(settings, place, species, source))
    if settings.electrons is not None:
        solutions["electron_primary"] = primary(settings, place, ELECTRON, settings.electrons)
    return place, solutions


_OF_NAME = {"proton": PROTON, "helium": HELIUM, "positron": POSITRON}


def solve(settings, tables=None):
    """Local interstellar intensities of a model, with units: what a result file holds.

    Parameters
    ----------
    settings : GalaxySettings
    tables : dict or None
        See `propagate`.

    Returns
    -------
    dict of str to Quantity
        "momentum" [GeV], "intensity_<species>" per momentum [m-2 s-1 sr-1 GeV-1], "positron_fraction", "radius",
        "height", the midplane intensities over radius, and "budget_<species>" [1/s] (produced, escaped, destroyed, lost
        below, left above).
    """
    place, solutions = propagate(settings, tables)
    unit = "m-2 s-1 sr-1 GeV-1"
    result = {
        "momentum": Quantity(place.p, ("momentum",), "GeV", "momentum, per nucleon for helium"),
        "radius": Quantity(place.radius_kpc, ("radius",), "kpc", "Galactocentric radius of the cells"),
        "height": Quantity(place.z_kpc, ("height",), "kpc", "height of the cells above the plane"),
    }
    for name, solution in solutions.items():
        species = _OF_NAME.get(name, ELECTRON)
        plane = intensity(species, place.p, solution.density[:, :, 0])
        local = intensity(species, place.p, at_sun(place, solution.density))
        result[f"intensity_{name}"] = Quantity(local, ("momentum",), unit, f"local interstellar intensity, {name}")
        result[f"plane_{name}"] = Quantity(plane, ("momentum", "radius"), unit, f"intensity in the plane, {name}")
        budget = np.array(solution[2:7])
        result[f"budget_{name}"] = Quantity(
            budget,
            ("entry",),
            "s-1",
            "produced, escaped, destroyed, lost below and left above the momentum grid; half Galaxy",
        )
    result["entry"] = Quantity(
        np.array(["produced", "escaped", "destroyed", "lost_below", "left_above"]),
        ("entry",),
        "",
        "entries of the budgets",
    )
    result["positron_fraction"] = Quantity(
        positron_fraction(result), ("momentum",), "1", "e+ / (e+ + e-), local interstellar, secondary e+"
    )
    return result


def positron_fraction(result):
    """e+ / (e+ + e-) of a result of `solve`, shape (np,)."""
    positrons = result["intensity_positron"].values
    electrons = sum(
        result[k].values for k in ("intensity_electron_secondary", "intensity_electron_primary") if k in result
    )
    return positrons / (positrons + electrons)
