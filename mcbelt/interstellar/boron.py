"""Boron over carbon in one step: the check of the diffusion coefficient.

Carbon (with the oxygen that always goes with it) is a primary; boron is what the gas makes of it, at the same energy
per nucleon, with one production cross section and both destroyed on the way. A network of nuclei shifts the level by
tens of per cent; the dependence on energy, which is that of the escape time, is right above a few GeV per nucleon.
"""

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.interstellar import diffusion, galaxy, sources
from mcbelt.interstellar.coefficients import collision_rate, problem
from mcbelt.interstellar.environment import at_sun, environment
from mcbelt.interstellar.gas import HELIUM_TO_HYDROGEN
from mcbelt.interstellar.sections import GalaxySettings, Injection
from mcbelt.interstellar.species import Species
from mcbelt.spectra.force_field import force_field

NUCLEON_MASS = 0.931494  # [GeV], mean in carbon
CARBON = Species("carbon", 6, NUCLEON_MASS, 12)
BORON = Species("boron", 5, NUCLEON_MASS, 11)
PRODUCTION_MB = 120.0  # C and its O to B on hydrogen, Diesing & Caprioli 2020 and references there
_ON_GAS = 1.0 + 1.4 * HELIUM_TO_HYDROGEN  # helium has 1.4 times the cross section of hydrogen, Ferrando et al. 1988


def reaction_mb(nucleons: float) -> float:
    """Total reaction cross section on hydrogen above 1 GeV/n [mb].

    45 A^0.7 (1 + 0.016 sin(5.3 - 2.63 ln A)), Letaw et al. 1983.
    """
    return 45.0 * nucleons**0.7 * (1.0 + 0.016 * np.sin(5.3 - 2.63 * np.log(nucleons)))


def boron_to_carbon(
    settings: GalaxySettings, kinetic: ArrayLike, modulation_MV: float
) -> tuple[np.ndarray, np.ndarray]:
    """Ratio at the Sun, interstellar and at the Earth.

    Parameters
    ----------
    settings : GalaxySettings
        Model; carbon is injected 0.1 softer than the mean of its protons and helium: 2.35 and 2.25 in the published
        models.
    kinetic : array_like
        Kinetic energies per nucleon [GeV].
    modulation_MV : float
        Force-field potential [MV].

    Returns
    -------
    interstellar, modulated : ndarray
    """
    place = environment(settings)
    index = 2.25 if settings.diffusion.alfven_speed_km_s > 0.0 else 2.35
    spectrum = sources.injection(place.p, Injection(index=index), CARBON.rigidity_per_momentum)
    primary = problem(settings, place, CARBON, spectrum[:, None, None] * place.source_shape)
    carbon = diffusion.solve(primary._replace(sink=collision_rate(place, CARBON, _ON_GAS, reaction_mb(12.0))))
    made = collision_rate(place, CARBON, _ON_GAS, PRODUCTION_MB) * carbon.density
    secondary = problem(settings, place, BORON, made)
    boron = diffusion.solve(secondary._replace(sink=collision_rate(place, BORON, _ON_GAS, reaction_mb(11.0))))
    functions = [_per_kinetic(place, s, solution) for s, solution in ((BORON, boron), (CARBON, carbon))]
    phi = 1.0e-3 * modulation_MV
    modulated = [
        force_field(f, kinetic, phi, s.charge / s.nucleons, NUCLEON_MASS)
        for f, s in zip(functions, (BORON, CARBON), strict=True)
    ]
    return functions[0](kinetic) / functions[1](kinetic), modulated[0] / modulated[1]


def _per_kinetic(place, species, solution):
    local = galaxy.intensity(species, place.p, at_sun(place, solution.density))
    logarithm = np.log(local * species.energy(place.p) / place.p)
    own = np.log(species.kinetic(place.p))
    return lambda kinetic: np.exp(np.interp(np.log(kinetic), own, logarithm))
