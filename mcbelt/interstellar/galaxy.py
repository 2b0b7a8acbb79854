"""One Galactic model from its settings: protons and helium, the e+ and e- that they make, and the primary electrons.

The order is that of the physics (Moskalenko & Strong 1998, sec. 2): propagate the nuclei, normalise them to the local
intensity, fold them with the gas and the cross sections at every place, propagate what they made with the same
diffusion, then the primary electrons. Momentum is the variable throughout, per nucleon for helium.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from kernelcache.prepared import phase
from mcbelt.constants import PROTON_MASS, SPEED_OF_LIGHT
from mcbelt.interstellar import baked_production, production, sources
from mcbelt.interstellar.coefficients import problem
from mcbelt.interstellar.diffusion import Solution
from mcbelt.interstellar.diffusion import solve as solve_species
from mcbelt.interstellar.environment import Environment, at_sun, environment
from mcbelt.interstellar.production import LeptonTable
from mcbelt.interstellar.scales import PER_CM3
from mcbelt.interstellar.sections import GalaxySettings, Injection
from mcbelt.interstellar.species import ELECTRON, HELIUM, POSITRON, PROTON, Species

HELIUM_MASS_PER_NUCLEON = HELIUM.mass  # [GeV]


class Quantity(NamedTuple):
    """Values with the names of their dimensions and their unit."""

    values: np.ndarray
    dims: tuple[str, ...]
    units: str
    description: str


def _along_first(values: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Values, shape (n,), with as many axes as `like`, along the first."""
    return values.reshape(-1, *(1,) * (np.ndim(like) - 1))


def intensity(species: Species, p: np.ndarray, density: np.ndarray) -> np.ndarray:
    """Intensity of an isotropic density.

    Parameters
    ----------
    species : Species
    p : ndarray
        Momenta (per nucleon) [GeV], shape (np,).
    density : ndarray
        psi [m-3 GeV-1], momenta along the first axis.

    Returns
    -------
    ndarray
        beta c psi / (4 pi) [m-2 s-1 sr-1 GeV-1] per momentum, shape of the density.
    """
    factor = species.beta(p) * SPEED_OF_LIGHT / (4.0 * math.pi)
    return _along_first(factor, density) * density


def primary(settings: GalaxySettings, place: Environment, species: Species, law: Injection) -> Solution:
    """Solution of a primary.

    Parameters
    ----------
    settings : GalaxySettings
    place : Environment
    species : Species
    law : Injection
        Spectrum at the sources, and the local interstellar intensity to which the solution is scaled.

    Returns
    -------
    Solution

    Raises
    ------
    PhysicsError
        Coefficients that the solver refuses.
    ExecutionError
        The solver did not converge.
    """
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


def _on_kinetic_grid(species: Species, p: np.ndarray, intensities: np.ndarray, kinetic: np.ndarray) -> np.ndarray:
    """Intensity per kinetic energy per nucleon at `kinetic`, power law between momenta; axes (np, ...) to (nT, ...)."""
    own = species.kinetic(p)
    per_kinetic = intensities / _along_first(species.beta(p), intensities)
    position = np.interp(np.log(kinetic), np.log(own), np.arange(len(own)))
    low = np.minimum(position.astype(int), len(own) - 2)
    weight = _along_first(position - low, intensities)
    logarithm = np.log(np.maximum(per_kinetic, 1.0e-300))
    return np.exp((1.0 - weight) * logarithm[low] + weight * logarithm[low + 1])


def production_kinetic_grid(p: np.ndarray) -> np.ndarray:
    """Kinetic energies of the protons for the production integrals [GeV], from the threshold to the end of the grid."""
    greatest = math.hypot(p[-1], PROTON_MASS) - PROTON_MASS
    return np.geomspace(0.28, greatest, max(40, math.ceil(24 * math.log10(greatest / 0.28))))


def secondary_source(
    settings: GalaxySettings,
    place: Environment,
    nuclei: Mapping[str, Solution],
    charge: int,
    table: LeptonTable | None = None,
) -> np.ndarray:
    """Source of secondary leptons.

    Parameters
    ----------
    settings : GalaxySettings
    place : Environment
    nuclei : mapping
        Solutions of "proton" and, perhaps, "helium".
    charge : {1, -1}
    table : LeptonTable or None
        Cross sections; None: the model of the settings.

    Returns
    -------
    ndarray
        [m-3 s-1 GeV-1], shape (np, nR, nz).

    Raises
    ------
    PhysicsError
        Settings that the model of production does not know.
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


def _intensity_for_production(species: Species, p: np.ndarray, density: np.ndarray, kinetic: np.ndarray) -> np.ndarray:
    return np.moveaxis(_on_kinetic_grid(species, p, intensity(species, p, density), kinetic), 0, -1)


def propagate(
    settings: GalaxySettings, tables: Mapping[int, LeptonTable] | None = None
) -> tuple[Environment, dict[str, Solution]]:
    """All species of a model.

    Parameters
    ----------
    settings : GalaxySettings
    tables : mapping or None
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


def solve(settings: GalaxySettings, tables: Mapping[int, LeptonTable] | None = None) -> dict[str, Quantity]:
    """Local interstellar intensities of a model, with units: what a result file holds.

    Parameters
    ----------
    settings : GalaxySettings
    tables : mapping or None
        See `propagate`.

    Returns
    -------
    dict of str to Quantity
        "momentum" [GeV], "intensity_<species>" per momentum [m-2 s-1 sr-1 GeV-1], "positron_fraction", "radius",
        "height", the midplane intensities over radius, and "budget_<species>" [1/s] (produced, escaped, destroyed, lost
        below, left above).
    """
    with phase("nuclei and what they make, propagated"):
        place, solutions = propagate(settings, tables)
    result = {
        "momentum": Quantity(place.p, ("momentum",), "GeV", "momentum, per nucleon for helium"),
        "radius": Quantity(place.radius_kpc, ("radius",), "kiloparsec", "Galactocentric radius of the cells"),
        "height": Quantity(place.z_kpc, ("height",), "kiloparsec", "height of the cells above the plane"),
    }
    for name, solution in solutions.items():
        result |= _of_species(place, name, solution)
    entries = np.array(["produced", "escaped", "destroyed", "lost_below", "left_above"])
    result["entry"] = Quantity(entries, ("entry",), "1", "entries of the budgets")
    result["positron_fraction"] = Quantity(
        positron_fraction(result), ("momentum",), "1", "e+ / (e+ + e-), local interstellar, secondary e+"
    )
    return result


def _of_species(place: Environment, name: str, solution: Solution) -> dict[str, Quantity]:
    """What the result holds of one species."""
    species, unit = _OF_NAME.get(name, ELECTRON), "m-2 s-1 sr-1 GeV-1"
    plane = intensity(species, place.p, solution.density[:, :, 0])
    local = intensity(species, place.p, at_sun(place, solution.density))
    return {
        f"intensity_{name}": Quantity(local, ("momentum",), unit, f"local interstellar intensity, {name}"),
        f"plane_{name}": Quantity(plane, ("momentum", "radius"), unit, f"intensity in the plane, {name}"),
        f"budget_{name}": Quantity(
            np.array(solution[2:7]),
            ("entry",),
            "s-1",
            "produced, escaped, destroyed, lost below and left above the momentum grid; half Galaxy",
        ),
    }


def positron_fraction(result: Mapping[str, Quantity]) -> np.ndarray:
    """e+ / (e+ + e-) of a result of `solve`, shape (np,)."""
    positrons = result["intensity_positron"].values
    electrons = sum(
        result[k].values for k in ("intensity_electron_secondary", "intensity_electron_primary") if k in result
    )
    return positrons / (positrons + electrons)
