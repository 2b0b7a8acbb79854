"""From a checked campaign of trapped protons to the arrays that the kernels read.

The drift shell and its mirror shells in the chosen field (`shells`); the air on them, averaged over time, bounce, drift
and gyration; the losses of that air (`losses`); the production by the protons (`primaries`, `shell_source`) with what
the e+- knock on (`knock_ons`); and the model with each member of the systematics otherwise (`members`).
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from geomag.drift_shell import DriftShell, drift_shell
from mcbelt import surroundings
from mcbelt.physics.elements import Composition
from mcbelt.sources.trapped import free_electrons, primaries
from mcbelt.sources.trapped.between_shells import between_shells
from mcbelt.sources.trapped.knock_ons import knock_on_kernels, with_knock_ons
from mcbelt.sources.trapped.losses import diffusion, field_squared, losses
from mcbelt.sources.trapped.members import MEMBERS, Nominal
from mcbelt.sources.trapped.model import ShellModel, TrappedModel
from mcbelt.sources.trapped.settings import SPECIES
from mcbelt.sources.trapped.shell_source import Target, emissions, production
from mcbelt.sources.trapped.shells import MeanAir, Motion, air_top_km, mean_air, mirror_shells, motion
from mcbelt.systematics.varied import Varied, varied_models

PITCH_ANGLE_BINS = 5
ENERGY_NODES = 240
HIGHEST_ENERGY = 3.0  # [GeV] of e+-: trapped protons make none above


def prepare(config: Any) -> TrappedModel:
    """The model of a checked campaign.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt
        Source trapped protons.

    Returns
    -------
    TrappedModel
    """
    return model_of(config, primaries.protons, MEMBERS)


def model_of(
    config: Any, protons_of: Callable[[Any, list[DriftShell]], np.ndarray], table: tuple[Varied, ...]
) -> TrappedModel:
    """The model of a campaign with a flux of protons on a drift shell.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt
    protons_of : callable
        (config, mirror shells) -> moments of the flux of the protons, shape (nb, n_orders, nt).
    table : tuple of Varied
        Members of the systematics; their functions take a `Nominal`.

    Returns
    -------
    TrappedModel
    """
    nominal = nominal_model(config, protons_of)
    members, variants = varied_models(table, nominal)
    shell, target = between_shells(nominal.shell), nominal.target
    variants = {name: between_shells(variant) for name, variant in variants.items()}
    if config.physics.knock_on:
        kernels = knock_on_kernels(Composition(*target.fractions[-1]), target.energy)
        shell = with_knock_ons(shell, kernels)
        variants = {name: with_knock_ons(variant, kernels) for name, variant in variants.items()}
    chosen = [SPECIES.index(name) for name in config.species]
    return TrappedModel(
        config.species,
        restricted(shell, chosen),
        members,
        {name: restricted(variant, chosen) for name, variant in variants.items()},
        nominal.summary,
    )


def nominal_model(config: Any, protons_of: Callable[[Any, list[DriftShell]], np.ndarray]) -> Nominal:
    """The model as asked for, without knock-ons, and what it is made of; parameters as of `model_of`."""
    field = surroundings.traced_field(config.shell.field, config.shell.date)
    B0_nT = drift_shell(field, L=config.shell.L, convention=config.shell.convention).B0_nT
    pitch_angle, shells = mirror_shells(field, B0_nT)
    energy = energy_nodes(config.energy)
    air = surroundings.air_model(config.air, config.shell.date, air_top_km(shells[-1], energy))
    mean = mean_air(config.air, shells, air, energy)
    path = motion(config.air, pitch_angle, shells, air)
    if config.air.density_g_cm3 is not None:
        # A stated density belongs to the equator: the paper's particles meet one density and the equatorial proton
        # flux.
        path = Motion(pitch_angle, [np.ones(1)] * len(shells), [np.ones(1)] * len(shells))
    protons = protons_of(config, shells)
    target = Target(path, mean.fractions, energy, emissions(config.physics, energy))
    loss, annihilation = losses(config.physics, mean.fractions, energy)
    shell = ShellModel(
        pitch_angle=pitch_angle,
        energy=energy,
        density=mean.density,
        field_squared=field_squared(shells, config.air.field_G, config.physics.losses),
        loss=loss,
        annihilation=annihilation,
        source=production(target, protons),
        phase_volume=np.sin(pitch_angle) * np.cos(pitch_angle) * np.array([shell.bounce_path_m for shell in shells]),
        diffusion=diffusion(config.physics, path, mean.fractions, energy),
        energy_edges=np.geomspace(config.energy.min_MeV, config.energy.max_MeV, config.energy.bins + 1) * 1e-3,
        pitch_angle_edges=np.linspace(pitch_angle[0], 0.5 * math.pi, PITCH_ANGLE_BINS + 1),
        stream=np.arange(len(SPECIES)),
    )
    summary = summary_of(shells[-1], mean, energy, pitch_angle[0])
    electrons = free_electrons.met(config, shells, mean.fractions, shell)
    if electrons is not None:
        shell = free_electrons.added(electrons, config.physics)
        summary |= free_electrons.summary_of(electrons)
    return Nominal(config, shells, protons, target, shell, summary, electrons)


def energy_nodes(bins: Any) -> np.ndarray:
    """Energies of the tables [GeV]: from the first bin to where trapped protons make no e+-."""
    return np.geomspace(bins.min_MeV * 1e-3, max(HIGHEST_ENERGY, 1.2e-3 * bins.max_MeV), ENERGY_NODES)


def summary_of(shell: DriftShell, air: MeanAir, energy: np.ndarray, loss_cone: float) -> dict[str, tuple]:
    """What a reader of the result wants to know of the shell.

    Parameters
    ----------
    shell : DriftShell
        That of 90 degrees.
    air : MeanAir
    energy : ndarray, shape (ne,)
        Kinetic energy [GeV].
    loss_cone : float
        [rad].

    Returns
    -------
    dict
        Name -> (value, unit, description).
    """
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
            math.degrees(loss_cone),
            "degree",
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


def restricted(shell: ShellModel, chosen: list[int]) -> ShellModel:
    """The model with some of its species, by their places in it."""
    return shell._replace(
        loss=shell.loss[chosen],
        annihilation=shell.annihilation[chosen],
        source=shell.source[chosen],
        stream=shell.stream[chosen],
        targets=None,  # knock-ons are made
    )
