"""What happens to a species at each place and momentum: diffusion, stirring by waves, losses, destruction.

The numbers of a model (settings) and of the Galaxy (environment) become the coefficients of the solver's equation.
"""

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import ELECTRON_MASS, MB_TO_M2, SPEED_OF_LIGHT
from mcbelt.interstellar import gas, losses, production, radiation, slab, two_halo
from mcbelt.interstellar.diffusion import Problem
from mcbelt.interstellar.environment import Environment
from mcbelt.interstellar.scales import KILOPARSEC, PER_CM3
from mcbelt.interstellar.sections import GalaxySettings
from mcbelt.interstellar.species import Species

PION_THRESHOLD_GEV = 0.2797  # kinetic energy of a proton at which it begins to make pions on one at rest


def _halo(settings: GalaxySettings, rigidity_GV: np.ndarray) -> two_halo.Halo:
    """The model's law of diffusion, with the slope that the plane has at each rigidity, shape (rigidities, 1)."""
    law = settings.diffusion
    slope = np.full_like(rigidity_GV, law.delta)
    if law.delta_below_rho0 is not None:
        slope = np.where(rigidity_GV < law.rho0_GV, law.delta_below_rho0, law.delta)
    return two_halo.Halo(
        law.D0_cm2_s,
        law.rho0_GV,
        slope[:, None],
        law.halo_rise,
        law.inner_share,
        settings.halo.half_height_kpc,
        law.transition_exponent,
    )


def diffusion_coefficient(
    settings: GalaxySettings, z_kpc: ArrayLike, rigidity_GV: np.ndarray, beta: np.ndarray
) -> np.ndarray:
    """Diffusion coefficient D0 beta (rho/rho0)^delta.

    Parameters
    ----------
    settings : GalaxySettings
    z_kpc : array_like
        Heights [kpc], shape (heights,).
    rigidity_GV, beta : ndarray
        Rigidities [GV] and velocities over c, shape (rigidities,).

    Returns
    -------
    ndarray
        D [m2/s], shape (rigidities, heights); the slope rises with height as in `two_halo`, and is another below rho0
        where the settings say so.
    """
    return two_halo.diffusion(_halo(settings, rigidity_GV), z_kpc, rigidity_GV[:, None], beta[:, None])


def stirring_rate(settings: GalaxySettings, z_kpc: np.ndarray, rigidity_GV: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Diffusion in momentum by waves of the Alfven speed, wave energy = field energy.

    Parameters
    ----------
    settings, z_kpc, rigidity_GV, beta : as in `diffusion_coefficient`

    Returns
    -------
    ndarray
        Dpp/p^2 = 4 vA^2 / (3 delta (4 - delta^2)(4 - delta) Dxx) [1/s], shape (rigidities, heights). Berezinskii et al.
        1990; Seo & Ptuskin 1994, eq. (9); Jin et al. 2015, eq. (2).
    """
    speed = settings.diffusion.alfven_speed_km_s * 1.0e3
    if speed == 0.0:
        return np.zeros((len(rigidity_GV), len(z_kpc)))
    slope = two_halo.slope(_halo(settings, rigidity_GV), z_kpc)
    diffusion = diffusion_coefficient(settings, z_kpc, rigidity_GV, beta)
    return 4.0 * speed**2 / (3.0 * slope * (4.0 - slope**2) * (4.0 - slope) * diffusion)


def _nucleus_power(place: Environment, species: Species) -> np.ndarray:
    """Losses of a nucleus per nucleon [GeV/s], shape (np + 1, nR, nz)."""
    mass = species.mass * species.nucleons
    kinetic = species.kinetic(place.p_faces)[:, None, None] * species.nucleons
    power = losses.nucleus_ionisation(kinetic, place.hydrogen.neutral, species.charge, mass)
    power = power + losses.nucleus_coulomb(kinetic, place.hydrogen.ionised, species.charge, mass)
    return power / species.nucleons


def _electron_power(settings: GalaxySettings, place: Environment, species: Species) -> np.ndarray:
    """Losses of an electron or positron [GeV/s], shape (np + 1, nR, nz)."""
    energy = species.energy(place.p_faces)
    radius, z = place.radius_kpc[:, None], place.z_kpc[None, :]
    photons = radiation.effective_density(
        energy / ELECTRON_MASS, radius, z, klein_nishina=settings.losses.klein_nishina
    )
    field = radiation.magnetic_energy_density(radiation.magnetic_field_uG(radius, z))
    energy, hydrogen = energy[:, None, None], place.hydrogen
    power = losses.electron_radiative(energy, np.moveaxis(photons, -1, 0) + field)
    power = power + losses.electron_ionisation(energy, hydrogen.neutral)
    power = power + losses.electron_coulomb(energy, hydrogen.ionised)
    return power + losses.electron_bremsstrahlung(energy, hydrogen.total)


def loss_rate(settings: GalaxySettings, place: Environment, species: Species) -> np.ndarray:
    """Losses at the momentum faces.

    Parameters
    ----------
    settings : GalaxySettings
    place : Environment
    species : Species

    Returns
    -------
    ndarray
        pdot/p [1/s], negative, shape (np + 1, nR, nz). Sources: `losses`.
    """
    p = place.p_faces
    power = _nucleus_power(place, species) if species.nucleons else _electron_power(settings, place, species)
    return -np.broadcast_to(power / (species.beta(p) * p)[:, None, None], (len(p), *place.hydrogen.total.shape))


def inelastic_mb(kinetic: ArrayLike) -> np.ndarray:
    """Inelastic p + p cross section [mb] at kinetic energy [GeV]; zero below 0.2797 GeV.

    Kafexhiu et al. 2014, eq. (1).
    """
    x = np.maximum(np.asarray(kinetic, float) / PION_THRESHOLD_GEV, 1.0)
    return (30.7 - 0.96 * np.log(x) + 0.18 * np.log(x) ** 2) * (1.0 - x**-1.9) ** 3


def collision_rate(
    place: Environment, species: Species, per_hydrogen: float, cross_section_mb: float | np.ndarray
) -> np.ndarray:
    """Collisions with the gas.

    Parameters
    ----------
    place : Environment
    species : Species
    per_hydrogen : float
        Cross section of a hydrogen atom of the gas with the helium that goes with it, over `cross_section_mb`.
    cross_section_mb : float or ndarray
        Cross section [mb], shape (np,) or of all momenta.

    Returns
    -------
    ndarray
        sigma v n [1/s], shape (np, nR, nz).
    """
    per_cm3 = cross_section_mb * MB_TO_M2 * per_hydrogen * species.beta(place.p) * SPEED_OF_LIGHT * PER_CM3
    return per_cm3[:, None, None] * place.hydrogen.total


def sink_rate(place: Environment, species: Species) -> np.ndarray:
    """Destruction in the gas [1/s], shape (np, nR, nz); nuclei by the factor of `production.nuclear_factor`."""
    if not species.nucleons:
        return np.zeros((len(place.p), *place.hydrogen.total.shape))
    on_gas = production.nuclear_factor(species.nucleons, 1)
    on_gas = on_gas + gas.HELIUM_TO_HYDROGEN * production.nuclear_factor(species.nucleons, 4)
    return collision_rate(place, species, on_gas, inelastic_mb(species.kinetic(place.p)))


def problem(settings: GalaxySettings, place: Environment, species: Species, source: np.ndarray) -> Problem:
    """The linear problem of one species.

    Parameters
    ----------
    settings : GalaxySettings
    place : Environment
    species : Species
    source : ndarray
        What is made [m-3 s-1 GeV-1] per momentum, shape (np, nR, nz).

    Returns
    -------
    Problem

    Raises
    ------
    PhysicsError
        Diffusion that is not positive somewhere.
    """
    factor = species.rigidity_per_momentum
    rho, rho_faces = place.p * factor, place.p_faces * factor
    beta, beta_faces = species.beta(place.p), species.beta(place.p_faces)
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
