"""The mirror shells of a drift shell, the air on them, and where on them a particle spends its grammage."""

import math
from typing import Any, NamedTuple

import numpy as np

from atmosphere.air import Air
from geomag.drift_shell import DriftShell, drift_shell
from geomag.field import MagneticField
from mcbelt import constants
from mcbelt.errors import PhysicsError
from mcbelt.physics import kinematics
from mcbelt.places import shell_average

ABSORPTION_ALTITUDE_KM = 100.0  # guiding centres that come this low belong to no stably trapped particle
# [kg m-3], the air at the ground: where a gyration meets it, a particle is gone within a gyration
ABSORBING_DENSITY = 1.0
PITCH_ANGLES = 11  # mirror shells from the loss cone to 90 degrees
AIR_RIGIDITIES = np.geomspace(0.005, 3.2, 9)  # [GV] at which the gyro-averages are made


def mirror_shells(field: MagneticField, B0_nT: float) -> tuple[np.ndarray, list[DriftShell]]:
    """Drift shells at pitch angles from the loss cone to 90 degrees.

    Parameters
    ----------
    field : MagneticField
    B0_nT : float
        Equatorial field of the shell [nT].

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


class MeanAir(NamedTuple):
    """Air on the mirror shells."""

    density: np.ndarray  # [kg m-3], shape (na, ne)
    fractions: np.ndarray  # mass fractions of `surroundings.ELEMENTS` at the guiding centre, shape (na, 5)


def mean_air(settings: Any, shells: list[DriftShell], air: Air, energy: np.ndarray) -> MeanAir:
    """Density and composition on the mirror shells.

    Parameters
    ----------
    settings : mcbelt.settings.belt.Air
        Its keys that override the model are honoured.
    shells : list of DriftShell
    air : Air
    energy : ndarray, shape (ne,)
        Kinetic energy [GeV].

    Returns
    -------
    MeanAir
    """
    rigidity = kinematics.momentum(energy, constants.ELECTRON_MASS)
    table = shell_average.shell_air_table(list(shells), air, np.concatenate([[0.0], AIR_RIGIDITIES]))
    rho = np.where(np.isnan(table.rho), ABSORBING_DENSITY, table.rho)[:, 1:]
    density = np.exp([np.interp(np.log(rigidity), np.log(AIR_RIGIDITIES), np.log(row)) for row in rho])
    fractions = table.mass_fractions[:, 0]
    if settings.density_g_cm3 is not None:
        density = np.full_like(density, settings.density_g_cm3 * 1e3)
    if settings.composition == "helium":
        fractions = np.broadcast_to([0.0, 1.0, 0.0, 0.0, 0.0], fractions.shape)
    return MeanAir(density, fractions)


class Motion(NamedTuple):
    """Where an e+- of each pitch angle spends its grammage."""

    pitch_angle: np.ndarray  # [rad], shape (na,)
    ratio: list  # B / B0 at the points of each shell, shape (n,)
    share: list  # share of the grammage at each point, shape (n,)


def motion(pitch_angle: np.ndarray, shells: list[DriftShell], air: Air) -> Motion:
    """Field ratios and shares of grammage along the mirror shells.

    Parameters
    ----------
    pitch_angle : ndarray, shape (na,)
        Equatorial pitch angles of the shells [rad].
    shells : list of DriftShell
    air : Air
        Met at the guiding centre.

    Returns
    -------
    Motion
    """
    ratio, share = [], []
    for shell in shells:
        met = shell.weight * air.density_kg_m3(shell.latitude_deg, shell.longitude_deg, shell.altitude_km)
        ratio.append(np.maximum(shell.B_nT / shell.B0_nT, 1.0))
        share.append(met / met.sum())
    return Motion(pitch_angle, ratio, share)
