"""What the free electrons of the ionosphere and plasmasphere on the mirror shells add to losses and diffusion.

Everything in a `ShellModel` is per grammage of neutral air, so a free electron counts by how many there are per kg of
air: the mean number along the motion over the mean density that is met.
"""

from typing import Any, NamedTuple

import numpy as np

from atmosphere.table import reaching
from geomag.drift_shell import DriftShell
from mcbelt.errors import PhysicsError
from mcbelt.physics import electromagnetic, energy_loss
from mcbelt.physics import free_electrons as formulas
from mcbelt.sources.trapped.losses import diffusion_geometry
from mcbelt.sources.trapped.model import ELECTRON, POSITRON, ShellModel
from mcbelt.sources.trapped.shells import Motion
from mcbelt.surroundings import plasma


class FreeElectrons(NamedTuple):
    """Free electrons on the mirror shells, and the model of the shell without them."""

    number: np.ndarray  # mean along the motion of the guiding centre [m-3], shape (na,)
    geometry: np.ndarray  # as `diffusion_geometry`, by the electrons met, shape (na,)
    bound: float  # electrons of the air's atoms [kg-1]
    air_alone: ShellModel


def met(config: Any, shells: list[DriftShell], fractions: np.ndarray, air_alone: ShellModel) -> FreeElectrons | None:
    """Free electrons that e+- of each pitch angle meet.

    Parameters
    ----------
    config : mcbelt.settings.belt.Belt
    shells : list of DriftShell
        Mirror shells, one a pitch angle.
    fractions : ndarray, shape (na, 5)
        Mass fractions of the air.
    air_alone : ShellModel
        Of the neutral air.

    Returns
    -------
    FreeElectrons or None
        None where [physics] has none. The mean is that of the guiding centre: over a gyration of 55 km (300 MeV on
        L = 1.2) in a plasma whose scale height is 350 km or more it is up by 0.6 %.

    Raises
    ------
    PhysicsError
        A shell reaches where no model of the plasma holds.
    """
    if not config.physics.free_electrons:
        return None
    highest = max(float(shell.altitude_km.max()) for shell in shells)
    electrons = plasma.electrons(config.shell.date, config.air.f107a, reaching(highest))
    number, ratio, share = [], [], []
    for shell in shells:
        found = shell.weight * electrons.density_kg_m3(shell.latitude_deg, shell.longitude_deg, shell.altitude_km)
        if not np.isfinite(found).all():
            low, high = plasma.PLASMASPHERE_L
            raise PhysicsError(
                f"the shell with B0 = {shell.B0_nT:.0f} nT goes up to {shell.H_max_km:.0f} km, where free electrons "
                f"are known from L = {low:g} to {high:g} alone; give [physics] free_electrons = false, or a smaller L."
            )
        number.append(found.sum())
        ratio.append(np.maximum(shell.B_nT / shell.B0_nT, 1.0))
        share.append(found / found.sum())
    path = Motion(air_alone.pitch_angle, ratio, share)
    bound = electromagnetic.electrons_per_kg(fractions[-1])
    return FreeElectrons(np.array(number), diffusion_geometry(path), bound, air_alone)


def added(electrons: FreeElectrons, physics: Any, factor: float = 1.0) -> ShellModel:
    """The model of the shell with its free electrons.

    Parameters
    ----------
    electrons : FreeElectrons
    physics : mcbelt.settings.belt.Physics
        annihilation and scattering.
    factor : float
        On their number.

    Returns
    -------
    ShellModel
    """
    air, energy = electrons.air_alone, electrons.air_alone.energy
    loss, annihilation, diffusion = air.loss.copy(), air.annihilation.copy(), air.diffusion.copy()
    targets = np.ones(air.density.shape) if air.targets is None else air.targets.copy()
    pairs = [energy_loss.annihilation_cross_section(T) for T in energy]
    for k, number in enumerate(factor * electrons.number):
        per_kg = number / air.density[k]  # shape (ne,)
        targets[k] += per_kg / electrons.bound
        for charge, sign in ((POSITRON, 1), (ELECTRON, -1)):
            lost = [formulas.collision_loss(T, sign, number) + formulas.radiative_loss(T) for T in energy]
            loss[charge, k] += per_kg * lost
        if physics.annihilation:
            annihilation[POSITRON, k] += per_kg * pairs
        if physics.scattering:
            turned = [formulas.pitch_angle_diffusion(T, number) for T in energy]
            diffusion[k] += electrons.geometry[k] * per_kg * turned
    return air._replace(loss=loss, annihilation=annihilation, diffusion=diffusion, targets=targets)


def summary_of(electrons: FreeElectrons) -> dict[str, tuple]:
    """What a reader of the result wants to know of them: name -> (value, unit, description)."""
    at_100_MeV = np.abs(electrons.air_alone.energy - 0.1).argmin()
    number, air = electrons.number[-1], electrons.air_alone
    T = air.energy[at_100_MeV]
    share = number / air.density[-1, at_100_MeV] * formulas.collision_loss(T, -1, number)
    words = "loss of e- of 100 MeV to free electrons over that to the neutral air, at 90 degrees"
    return {
        "free_electrons_cm3": (number * 1e-6, "cm-3", "mean number of free electrons met at 90 degrees"),
        "free_electron_share": (share / air.loss[ELECTRON, -1, at_100_MeV], "1", words),
    }
