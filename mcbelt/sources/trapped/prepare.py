"""From a checked campaign of trapped protons, or of the user's own, to the arrays that the kernels read.

The drift shell and its mirror shells in the chosen field; the air on them, averaged over time,
bounce, drift and gyration; the losses of that air; the production by AP8's protons (or by the user's); and variants of
the production for the systematic band.
"""

import math
from typing import NamedTuple

import numpy as np

from geomag.drift_shell import drift_shell
from mcbelt import constants, surroundings
from mcbelt.errors import PhysicsError
from mcbelt.physics import electromagnetic, energy_loss, kinematics, loss_table, scattering
from mcbelt.physics.elements import Composition
from mcbelt.places import shell_average
from mcbelt.sources.trapped import drift_averaged, moments
from mcbelt.sources.trapped import production as shell_production
from mcbelt.sources.trapped.model import CHANNELS, ELECTRON, POSITRON, ShellModel, TrappedModel
from mcbelt.sources.trapped.settings import SPECIES
from mcbelt.spectra import tabulated, trapped_protons

ABSORPTION_ALTITUDE_KM = 100.0  # guiding centres that come this low belong to no stably trapped particle
# [kg m-3], the air at the ground: where a gyration meets it, a particle is gone within a gyration
ABSORBING_DENSITY = 1.0
PITCH_ANGLES = 11  # mirror shells from the loss cone to 90 degrees
PITCH_ANGLE_BINS = 5
ENERGY_NODES = 240
HIGHEST_ENERGY = 3.0  # [GeV] of e+-: trapped protons make none above
PROTON_ENERGIES = np.geomspace(0.2, 20.0, 181)  # [GeV]
AIR_RIGIDITIES = np.geomspace(0.005, 3.2, 9)  # [GV] at which the gyro-averages are made
# B/B0 of the production
FIELD_RATIOS = np.array([1.0, 1.01, 1.02, 1.04, 1.06, 1.08, 1.1, 1.13, 1.16, 1.2, 1.24, 1.3, 1.4])
LEAST_FRACTION = 1e-3  # elements with a smaller share of the mass on all shells are left out of the production


def mirror_shells(field, B0_nT):
    """Drift shells at pitch angles from the loss cone to 90 degrees.

    Returns
    -------
    pitch_angle : ndarray, shape (PITCH_ANGLES,)
        [rad], uniform, ascending.
    shells : list of DriftShell

    Raises
    ------
    PhysicsError
        The shell itself comes down to the dense air.
    """

    def at(alpha, longitudes):
        return drift_shell(field, B0_nT=B0_nT, mirror_nT=B0_nT / math.sin(alpha) ** 2, longitudes=longitudes)

    lowest = drift_shell(field, B0_nT=B0_nT)
    if lowest.H_min_km < ABSORPTION_ALTITUDE_KM:
        raise PhysicsError(
            f"the shell with B0 = {B0_nT:.0f} nT (L_epoch {lowest.L_epoch:.3f}) comes down to {lowest.H_min_km:.0f} km "
            f"at longitude {lowest.H_min_longitude_deg:.0f} deg: nothing is stably trapped below "
            f"{ABSORPTION_ALTITUDE_KM:.0f} km. Give a larger L, or another convention of L."
        )
    low, high = math.radians(20.0), 0.5 * math.pi
    while high - low > 1e-4:
        middle = 0.5 * (low + high)
        if at(middle, 72).H_min_km < ABSORPTION_ALTITUDE_KM:
            low = middle
        else:
            high = middle
    pitch_angle = np.linspace(high, 0.5 * math.pi, PITCH_ANGLES)
    shells = [at(alpha, 120) for alpha in pitch_angle[:-1]]
    return pitch_angle, [*shells, lowest]


def energy_nodes(config):
    """Energies of the tables [GeV]: from the first bin to where trapped protons make no e+-."""
    return np.geomspace(config.energy.min_MeV * 1e-3, max(HIGHEST_ENERGY, 1.2e-3 * config.energy.max_MeV), ENERGY_NODES)


class MeanAir(NamedTuple):
    """Air on the mirror shells."""

    density: np.ndarray  # [kg m-3], shape (na, ne)
    fractions: np.ndarray  # mass fractions of `surroundings.ELEMENTS` at the guiding centre, shape (na, 5)


def mean_air(config, shells, air, energy) -> MeanAir:
    """Density and composition on the mirror shells; keys of [air] that override the model are honoured."""
    rigidity = kinematics.momentum(energy, constants.ELECTRON_MASS)
    table = shell_average.shell_air_table(list(shells), air, np.concatenate([[0.0], AIR_RIGIDITIES]))
    rho = np.where(np.isnan(table.rho), ABSORBING_DENSITY, table.rho)[:, 1:]
    density = np.exp([np.interp(np.log(rigidity), np.log(AIR_RIGIDITIES), np.log(row)) for row in rho])
    fractions = table.mass_fractions[:, 0]
    if config.air.density_g_cm3 is not None:
        density = np.full_like(density, config.air.density_g_cm3 * 1e3)
    if config.air.composition == "helium":
        fractions = np.broadcast_to([0.0, 1.0, 0.0, 0.0, 0.0], fractions.shape)
    return MeanAir(density, fractions)


def losses(config, fractions, energy):
    """Loss [GeV m2 kg-1] and annihilation coefficient [m2 kg-1] per charge, each of shape (2, na, ne)."""
    shape = (2, len(fractions), len(energy))
    loss, annihilation = np.zeros(shape), np.zeros(shape)
    if config.physics.losses == "paper":
        loss[:] = energy_loss.paper_loss(energy)
    for i, row in enumerate(fractions):
        table = loss_table.loss_table(Composition(*row), 1e-3, 20.0)
        nodes = table.lnT_first + np.arange(len(table.radiative)) / table.inverse_step

        def at(column, nodes=nodes):
            return np.interp(np.log(energy), nodes, column)

        if config.physics.losses == "full":
            loss[ELECTRON, i] = at(table.collision[0] + table.radiative)
            loss[POSITRON, i] = at(table.collision[1] + table.radiative)
        if config.physics.annihilation:
            annihilation[POSITRON, i] = at(table.annihilation)
    return loss, annihilation


def protons_of(config, shells, tail=None):
    """Legendre moments of the proton flux that a [source] section names, shape (nb, n_orders, nt)."""
    source, grid = config.source, (PROTON_ENERGIES, FIELD_RATIOS)
    if source.kind == "table":
        return moments.isotropic_field(user_flux(tabulated.read_spectrum_csv(source.spectrum_csv)), *grid)
    L = config.shell.L if source.shell_match == "direct" else trapped_protons.matched_l(shells[-1], source.solar)
    protons = trapped_protons.TrappedProtons(source.solar, L, tail or source.tail)
    if config.physics.production_angles == "isotropic":
        return moments.isotropic_field(protons.differential_flux, *grid)
    return moments.proton_field(protons.directional_flux, *grid)


def user_flux(spectrum):
    """Omnidirectional flux J(T, b) of a user's spectrum, the same along the field line; none outside the energies of
    the table."""
    scale = constants.FULL_SPHERE if spectrum.directional else 1.0

    def flux(T, b):
        inside = (T >= spectrum.T[0]) & (T <= spectrum.T[-1])
        result = np.zeros(np.broadcast_shapes(T.shape, b.shape))
        result[inside] = scale * spectrum(T[inside])
        return result

    return flux


class Motion(NamedTuple):
    """Where an e+- of each pitch angle spends its grammage."""

    pitch_angle: np.ndarray  # [rad], shape (na,)
    ratio: list  # B / B0 at the points of each shell, shape (n,)
    share: list  # share of the grammage at each point, shape (n,)


def motion(pitch_angle, shells, air) -> Motion:
    """Field ratios and shares of grammage along the mirror shells (at the guiding centre)."""
    ratio, share = [], []
    for shell in shells:
        met = shell.weight * air.density_kg_m3(shell.latitude_deg, shell.longitude_deg, shell.altitude_km)
        ratio.append(np.maximum(shell.B_nT / shell.B0_nT, 1.0))
        share.append(met / met.sum())
    return Motion(pitch_angle, ratio, share)


def production(config, path: Motion, fractions, energy, protons, factor_shift=0.0, bertini=False):
    """Directional production by one or more proton fluxes; no knock-ons yet.

    Parameters
    ----------
    config : Belt
    path : Motion
    fractions : ndarray, shape (na, 5)
        Mass fractions, by which each pitch angle weights the elements.
    energy : ndarray, shape (ne,)
    protons : list of ndarray
        Moments from `protons_of`.
    factor_shift : float
        Standard deviations added to the factors of the yields.
    bertini : bool
        Pions of the Bertini cascade on N and O in place of INCL++.

    Returns
    -------
    list of ndarray, shape (2, n_channels, na, ne)
        [kg-1 s-1 sr-1 GeV-1], one for each proton flux.
    """
    physics = config.physics
    options = {
        "decay": physics.decay,
        "factors": physics.yield_factors,
        "angles": physics.production_angles,
        "factor_shift": factor_shift,
        "bertini": bertini,
    }
    results = [np.zeros((2, len(CHANNELS), len(path.pitch_angle), len(energy))) for _ in protons]
    for index, element in enumerate(surroundings.ELEMENTS):
        if fractions[:, index].max() < LEAST_FRACTION:
            continue
        for charge, sign in ((POSITRON, 1), (ELECTRON, -1)):
            emission = shell_production.emission({element: 1.0}, sign, PROTON_ENERGIES, energy, options)
            for channel in ("pion", "kaon"):
                for result, flux in zip(results, protons, strict=True):
                    made = moments.angular_production(flux, PROTON_ENERGIES, FIELD_RATIOS, emission[channel])
                    for k, alpha in enumerate(path.pitch_angle):
                        # Truncating the Legendre series can leave -1e-6 of the maximum where nothing is made.
                        met = np.maximum(moments.bounce_averaged(made, alpha, path.ratio[k], path.share[k]), 0.0)
                        result[charge, CHANNELS.index(channel), k] += fractions[k, index] * met
    return results


def field_squared(config, shells):
    """Mean B_perp^2 along each mirror shell [T^2]; the paper's preset uses its field, and its constant of eq. (3)."""
    if config.air.field_G is not None:
        squares = np.full(len(shells), (config.air.field_G * 1e-4) ** 2)
    else:
        squares = np.array([shell.weight @ (shell.B_nT**3) / shell.mirror_nT * 1e-18 for shell in shells])
    return squares * (PAPER_SYNCHROTRON if config.physics.losses == "paper" else 1.0)


PAPER_SYNCHROTRON = energy_loss.PAPER_SYNCHROTRON / constants.SYNCHROTRON_COEFFICIENT  # 1.0175


def diffusion(config, path: Motion, fractions, energy):
    """Equatorial pitch-angle diffusion per grammage [rad^2 m2 kg-1], shape (na, ne).

    A kick of the local pitch angle by d moves the equatorial one by d cos(a) / (sqrt(b) cos(a_eq)) (first invariant);
    the mean over the grammage of the motion is taken of its square. Towards 90 degrees cos^2 of both vanish with a
    mean ratio of 1/2.
    """
    result = np.zeros((len(path.pitch_angle), len(energy)))
    if not config.physics.scattering:
        return result
    for k, alpha in enumerate(path.pitch_angle):
        geometry = 0.5
        if k < len(path.pitch_angle) - 1:
            cosine2 = np.maximum(1.0 - path.ratio[k] * math.sin(alpha) ** 2, 0.0)
            geometry = path.share[k] @ (cosine2 / path.ratio[k]) / math.cos(alpha) ** 2
        result[k] = geometry * np.array(
            [scattering.pitch_angle_diffusion(T, Composition(*fractions[k])) for T in energy]
        )
    return result


def knock_on_kernels(fractions, energy):
    """d2N/(dX dT) of e+ and e- on atomic electrons [m2 kg-1 GeV-1], parent energy by knock-on energy, shape (ne, ne)
    each."""
    kernels = []
    for sign in (1, -1):
        kernel = np.zeros((len(energy), len(energy)))
        for i, parent in enumerate(energy):
            limit = parent if sign > 0 else 0.5 * parent
            for j in np.flatnonzero(energy <= limit):
                kernel[i, j] = electromagnetic.knock_on_spectrum(energy[j], parent, sign, fractions)
        kernels.append(kernel)
    return kernels


def with_knock_ons(shell: ShellModel, fractions) -> ShellModel:
    """The model with the electrons that the trapped e+- themselves knock on added to its source.

    The parents include knock-ons of higher energy; each turn of the iteration adds one generation. The composition on
    the equator is taken for all pitch angles: electrons per kg differ by less than 1 % among He, N and O.
    """
    kernels = knock_on_kernels(Composition(*fractions[-1]), shell.energy)
    source = shell.source.copy()
    for _ in range(3):  # each turn adds one generation; the third changes nothing above 1e-3
        flux = drift_averaged.flux(shell._replace(source=source)).sum(axis=1)
        source[ELECTRON, CHANNELS.index("knock_on")] = drift_averaged.knock_on_source(
            shell.energy, flux[POSITRON], flux[ELECTRON], *kernels
        )
    return shell._replace(source=source)


def sources_of(config, path, fractions, energy, shells):
    """Production as asked for (under "nominal") and under other choices, for the systematic band.

    The other tails of the proton spectrum, the factors of the yields one standard deviation down and up, and the other
    cascade on nitrogen and oxygen.
    """
    tails = {"nominal": None}
    if config.source.kind == "trapped_protons":
        tails |= {f"tail_{tail}": tail for tail in trapped_protons.TAILS if tail != config.source.tail}
    protons = [protons_of(config, shells, tail) for tail in tails.values()]
    result = dict(zip(tails, production(config, path, fractions, energy, protons), strict=True))
    if config.physics.yield_factors:
        for name, shift in (("yields_low", -1.0), ("yields_high", 1.0)):
            (result[name],) = production(config, path, fractions, energy, protons[:1], shift)
    if fractions[:, [surroundings.ELEMENTS.index("N"), surroundings.ELEMENTS.index("O")]].max() > LEAST_FRACTION:
        (result["bertini_on_air"],) = production(config, path, fractions, energy, protons[:1], bertini=True)
    return result


def summary_of(config, shells, air: MeanAir, energy, pitch_angle):
    """What a reader of the result wants to know of the shell: name -> (value, unit, description)."""
    shell = shells[-1]
    at_100_MeV = np.abs(energy - 0.1).argmin()
    result = {
        "B0_nT": (shell.B0_nT, "nT", "equatorial field of the shell"),
        "L_epoch": (shell.L_epoch, "1", "(M/B0)^(1/3) with the dipole moment of the date"),
        "L_mcilwain": (shell.L_mcilwain, "1", "(M/B0)^(1/3) with M = 31165.3 nT"),
        "H_min_km": (shell.H_min_km, "km", "lowest altitude of the equatorial drift path"),
        "H_max_km": (shell.H_max_km, "km", "highest altitude of the equatorial drift path"),
        "mean_density_g_cm3": (
            air.density[-1, at_100_MeV] * 1e-3,
            "g cm-3",
            "mean density met at 90 degrees and 100 MeV",
        ),
        "loss_cone_deg": (
            math.degrees(pitch_angle[0]),
            "deg",
            "equatorial pitch angle whose mirror points come down to 100 km",
        ),
    }
    for i, element in enumerate(surroundings.ELEMENTS):
        result[f"mass_fraction_{element}"] = (
            float(air.fractions[-1, i]),
            "1",
            f"share of {element} in the mass met at 90 degrees",
        )
    return result


def prepare(config) -> TrappedModel:
    """The model of a checked campaign.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt
        Source trapped protons or the user's table.

    Returns
    -------
    TrappedModel
    """
    field = surroundings.traced_field(config.shell.field, config.shell.date)
    B0_nT = drift_shell(field, L=config.shell.L, convention=config.shell.convention).B0_nT
    pitch_angle, shells = mirror_shells(field, B0_nT)
    air = surroundings.air_model(config.air, config.shell.date)
    energy = energy_nodes(config)
    mean = mean_air(config, shells, air, energy)
    path = motion(pitch_angle, shells, air)
    if config.air.density_g_cm3 is not None:
        # A stated density belongs to the equator: the paper's particles meet one density and the equatorial proton
        # flux.
        path = Motion(pitch_angle, [np.ones(1)] * len(shells), [np.ones(1)] * len(shells))
    sources = sources_of(config, path, mean.fractions, energy, shells)
    loss, annihilation = losses(config, mean.fractions, energy)
    shell = ShellModel(
        pitch_angle=pitch_angle,
        energy=energy,
        density=mean.density,
        field_squared=field_squared(config, shells),
        loss=loss,
        annihilation=annihilation,
        source=sources.pop("nominal"),
        phase_volume=np.sin(pitch_angle) * np.cos(pitch_angle) * np.array([shell.bounce_path_m for shell in shells]),
        diffusion=diffusion(config, path, mean.fractions, energy),
        energy_edges=np.geomspace(config.energy.min_MeV, config.energy.max_MeV, config.energy.bins + 1) * 1e-3,
        pitch_angle_edges=np.linspace(pitch_angle[0], 0.5 * math.pi, PITCH_ANGLE_BINS + 1),
        stream=np.arange(len(SPECIES)),
    )
    if config.physics.knock_on:
        shell = with_knock_ons(shell, mean.fractions)
        for variant in sources.values():
            variant[:, CHANNELS.index("knock_on")] = with_knock_ons(
                shell._replace(source=variant), mean.fractions
            ).source[:, CHANNELS.index("knock_on")]
    summary = summary_of(config, shells, mean, energy, pitch_angle)
    chosen = [SPECIES.index(name) for name in config.species]
    variants = {name: source[chosen] for name, source in sources.items()}
    return TrappedModel(config.species, restricted(shell, chosen), variants, summary)


def restricted(shell: ShellModel, chosen: list[int]) -> ShellModel:
    """The model with some of its species, by their places in it."""
    return shell._replace(
        loss=shell.loss[chosen],
        annihilation=shell.annihilation[chosen],
        source=shell.source[chosen],
        stream=shell.stream[chosen],
    )
