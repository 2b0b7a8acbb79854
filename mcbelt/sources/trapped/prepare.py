"""From a checked campaign of trapped protons to the arrays that the kernels read.

The drift shell and its mirror shells in the chosen field (`shells`); the air on them, averaged over time, bounce, drift
and gyration; the losses of that air and the production by the protons in it (`in_air`) with what the e+- knock on
(`knock_ons`); the model with each member of the systematics otherwise (`members`); and what the Sun and the field of
the past make of the flux (`memory`).
"""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from geomag.drift_shell import DriftShell, drift_shell
from mcbelt import surroundings
from mcbelt.physics.elements import Composition
from mcbelt.sources.trapped import free_electrons, memory, primaries
from mcbelt.sources.trapped.between_shells import between_shells
from mcbelt.sources.trapped.emissions import Emissions
from mcbelt.sources.trapped.in_air import Given, shell_in_air
from mcbelt.sources.trapped.knock_ons import knock_on_kernels, with_knock_ons
from mcbelt.sources.trapped.members import MEMBERS
from mcbelt.sources.trapped.model import ShellModel, TrappedModel
from mcbelt.sources.trapped.nominal import Nominal
from mcbelt.sources.trapped.settings import SPECIES
from mcbelt.sources.trapped.shell_source import made_by
from mcbelt.sources.trapped.shells import MeanAir, ThinShells, air_top_km, mean_air, mirror_shells
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
    # AP8 at L itself has no other protons at other times.
    at_equator = primaries.protons_at_equator if config.source.shell_match == "h_min" else None
    return model_of(config, primaries.protons, MEMBERS, at_equator)


def model_of(
    config: Any,
    protons_of: Callable[[Any, list[DriftShell]], np.ndarray],
    table: tuple[Varied, ...],
    protons_at_equator: Callable[[Any, DriftShell], np.ndarray] | None = None,
) -> TrappedModel:
    """The model of a campaign with a flux of protons on a drift shell.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt
    protons_of : callable
        (config, mirror shells) -> moments of the flux of the protons, shape (nb, n_orders, nt).
    table : tuple of Varied
        Members of the systematics; their functions take a `Nominal`.
    protons_at_equator : callable, optional
        (config, equatorial shell of an earlier time) -> moments at the equator, zeros elsewhere; without it the protons
        of earlier times are those of the day.

    Returns
    -------
    TrappedModel
    """
    nominal = nominal_model(config, protons_of)
    members, variants = varied_models(table, nominal)
    shell, target, kernels = nominal.shell, nominal.target, None
    if config.physics.knock_on:
        kernels = knock_on_kernels(Composition(*target.fractions[-1]), target.energy)
    remembered, summary = None, nominal.summary
    if config.air.sun == "lived":
        protons_on = protons_at_equator and functools.partial(protons_at_equator, config)
        of_day = with_knock_ons(shell, kernels) if kernels else shell
        remembered, told = memory.memory(nominal, of_day, kernels, memory.past_of(nominal, protons_on))
        summary = summary | told
    models = {"": shell, **variants}
    for name, model in models.items():
        if remembered is not None:
            model = model._replace(diffusion=model.diffusion * remembered.scattering)
        model = between_shells(model)
        models[name] = with_knock_ons(model, kernels) if kernels else model
    shell = models.pop("")
    if remembered is not None:
        remembered = memory.between(remembered, nominal.shell.pitch_angle, shell.pitch_angle)
    chosen = [SPECIES.index(name) for name in config.species]
    return TrappedModel(
        config.species,
        restricted(shell, chosen),
        members,
        {name: restricted(variant, chosen) for name, variant in models.items()},
        summary,
        memory.restricted(remembered, chosen),
    )


def nominal_model(config: Any, protons_of: Callable[[Any, list[DriftShell]], np.ndarray]) -> Nominal:
    """The model as asked for, without knock-ons, and what it is made of; parameters as of `model_of`."""
    field = surroundings.traced_field(config.shell.field, config.shell.date)
    B0_nT = drift_shell(field, L=config.shell.L, convention=config.shell.convention).B0_nT
    pitch_angle, shells = mirror_shells(field, B0_nT)
    energy = energy_nodes(config.energy)
    air = surroundings.air_model(config.air, config.shell.date, air_top_km(shells[-1], energy))
    mean = mean_air(config.air, shells, air, energy)
    emission = Emissions(config.physics, energy)
    given = Given(
        config,
        pitch_angle,
        shells,
        energy,
        emission,
        made_by(protons_of(config, shells), emission),
        np.geomspace(config.energy.min_MeV, config.energy.max_MeV, config.energy.bins + 1) * 1e-3,
        np.linspace(pitch_angle[0], 0.5 * math.pi, PITCH_ANGLE_BINS + 1),
    )
    shell, target = shell_in_air(given, air, mean)
    summary = summary_of(shells[-1], mean, energy, pitch_angle[0])
    electrons = free_electrons.met(config, shells, mean.fractions, shell)
    if electrons is not None:
        shell = free_electrons.added(electrons, config.physics)
        summary |= free_electrons.summary_of(electrons)
    thin = functools.cache(lambda: ThinShells(shells, energy))
    thin_density = functools.cache(lambda: thin().density(air))
    return Nominal(given, protons_of, air, thin, thin_density, target, shell, summary, electrons)


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
