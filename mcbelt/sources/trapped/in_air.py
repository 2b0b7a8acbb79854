"""The model of a drift shell in a model of air: what `prepare` makes once, and members of the systematics again."""

from typing import Any, NamedTuple

import numpy as np

from atmosphere.air import Air
from geomag.drift_shell import DriftShell
from mcbelt.sources.trapped.emissions import Emissions
from mcbelt.sources.trapped.losses import diffusion, field_squared, losses
from mcbelt.sources.trapped.model import ShellModel
from mcbelt.sources.trapped.settings import SPECIES
from mcbelt.sources.trapped.shell_source import Made, Target, production
from mcbelt.sources.trapped.shells import MeanAir, Motion, motion


class Given(NamedTuple):
    """What a model of the shell is made of, besides the air."""

    config: Any  # the campaign
    pitch_angle: np.ndarray  # of the mirror shells [rad], shape (na,)
    shells: list[DriftShell]  # mirror shells; the last is that of 90 degrees
    energy: np.ndarray  # kinetic energy of e+- [GeV], shape (ne,)
    emission: Emissions
    made: Made  # of the protons, by `shell_source.made_by`
    energy_edges: np.ndarray  # bins of the tallies [GeV]
    pitch_angle_edges: np.ndarray  # bins of the tallies [rad]


def shell_in_air(given: Given, air: Air, mean: MeanAir) -> tuple[ShellModel, Target]:
    """The model of a drift shell, without free electrons and knock-ons.

    Parameters
    ----------
    given : Given
    air : Air
    mean : MeanAir
        As `shells.mean_air` makes it of that air.

    Returns
    -------
    shell : ShellModel
    target : Target
        What protons hit in it.
    """
    config, pitch_angle, shells, energy = given.config, given.pitch_angle, given.shells, given.energy
    path = motion(config.air, pitch_angle, shells, air)
    if config.air.density_g_cm3 is not None:
        # A stated density belongs to the equator: the paper's particles meet one density and the equatorial proton
        # flux.
        path = Motion(pitch_angle, [np.ones(1)] * len(shells), [np.ones(1)] * len(shells))
    target = Target(path, mean.fractions, energy)
    loss, annihilation = losses(config.physics, mean.fractions, energy)
    shell = ShellModel(
        pitch_angle=pitch_angle,
        energy=energy,
        density=mean.density,
        field_squared=field_squared(shells, config.air.field_G, config.physics.losses),
        loss=loss,
        annihilation=annihilation,
        source=production(target, given.made),
        phase_volume=np.sin(pitch_angle) * np.cos(pitch_angle) * np.array([shell.bounce_path_m for shell in shells]),
        diffusion=diffusion(config.physics, path, mean.fractions, energy),
        energy_edges=given.energy_edges,
        pitch_angle_edges=given.pitch_angle_edges,
        stream=np.arange(len(SPECIES)),
    )
    return shell, target
