"""Stopping power, annihilation, hard bremsstrahlung and scattering in real air, for the lanes.

`MixtureLosses` is the full physics: collision and bremsstrahlung losses of the five elements, mixed with the mass
fractions of the air at the place. `CompositionLosses` is for one composition everywhere. Both are tables of
`mcbelt.physics.loss_table`; between two checks the lanes use their linear expansion in the momentum.
"""

import math
from typing import NamedTuple

from numba import njit

from atmosphere.density import mass_fractions
from mcbelt.orbits.seams import register_losses, register_radiation, register_scattering
from mcbelt.physics.hard_photons import HardPhotons, importance, photon_energy, photon_rate
from mcbelt.physics.loss_table import ElementLosses, LossTable, mean_loss, mixture_annihilation, mixture_loss
from mcbelt.physics.scattering import mean_square_angle


class CompositionLosses(NamedTuple):
    """Losses in matter of one composition."""

    table: LossTable
    synchrotron: float = 1.0  # factor on the synchrotron loss: 0 off, 1 on


class MixtureLosses(NamedTuple):
    """Losses in air whose composition changes from place to place."""

    table: ElementLosses
    synchrotron: float = 1.0
    annihilation: float = 0.0  # factor on the annihilation of positrons in flight: 0 off, 1 on


@njit(error_model="numpy", cache=True)
def _composition_stopping(losses, air, latitude, longitude, altitude, kinetic, charge):
    return mean_loss(losses.table, kinetic, charge)


@njit(error_model="numpy", cache=True)
def _mixture_stopping(losses, air, latitude, longitude, altitude, kinetic, charge):
    fractions = mass_fractions(air, latitude, longitude, altitude)
    return mixture_loss(losses.table, kinetic, charge, fractions)


@njit(error_model="numpy", cache=True)
def _mixture_removal(losses, air, latitude, longitude, altitude, kinetic, charge):
    if charge < 0.0 or losses.annihilation == 0.0:
        return 0.0
    fractions = mass_fractions(air, latitude, longitude, altitude)
    return losses.annihilation * mixture_annihilation(losses.table, kinetic, fractions)


register_losses(CompositionLosses, _composition_stopping)
register_losses(MixtureLosses, _mixture_stopping, _mixture_removal)


class MixtureScattering(NamedTuple):
    """Multiple Coulomb scattering in air whose composition changes from place to place."""

    factor: float = 1.0  # on the mean square angle


@njit(error_model="numpy", cache=True)
def _mixture_deflection(scattering, air, latitude, longitude, altitude, momentum, mass, charge):
    fractions = mass_fractions(air, latitude, longitude, altitude)
    return 0.5 * scattering.factor * charge * charge * mean_square_angle(momentum, mass, fractions)


register_scattering(MixtureScattering, _mixture_deflection)


class MixtureRadiation(NamedTuple):
    """Hard bremsstrahlung in air whose composition changes from place to place; the losses must have the same cut."""

    photons: HardPhotons
    on: bool = True


@njit(error_model="numpy", cache=True)
def _mixture_jumps(radiation, air, latitude, longitude, altitude, kinetic, direction):
    fractions = mass_fractions(air, latitude, longitude, altitude)
    emitted = photon_rate(radiation.photons.emitted, kinetic, fractions)
    if direction > 0.0:
        return emitted, 0.0
    regained = photon_rate(radiation.photons.regained, kinetic, fractions)
    return regained, regained - emitted


@njit(error_model="numpy", cache=True)
def _mixture_jump(radiation, air, latitude, longitude, altitude, kinetic, direction, u, v):
    fractions = mass_fractions(air, latitude, longitude, altitude)
    if direction > 0.0:
        return kinetic - photon_energy(radiation.photons.emitted, kinetic, fractions, u, v), 0.0
    after = kinetic + photon_energy(radiation.photons.regained, kinetic, fractions, u, v)
    shape = radiation.photons.importance
    return after, math.log(importance(shape, kinetic) / importance(shape, after))


register_radiation(MixtureRadiation, _mixture_jumps, _mixture_jump)
