"""Stopping power, annihilation and scattering in real air, for the lanes.

`MixtureLosses` is the full physics: collision and bremsstrahlung losses of the five elements, mixed with the mass
fractions of the air at the place. `CompositionLosses` is for one composition everywhere. Both are tables of
`mcbelt.physics.loss_table`; between two checks the lanes use their linear expansion in the momentum.
"""

from typing import NamedTuple

from numba import njit

from atmosphere.density import mass_fractions
from mcbelt.physics.loss_table import ElementLosses, LossTable, mean_loss, mixture_annihilation, mixture_loss
from mcbelt.physics.scattering import mean_square_angle
from mcbelt.transport.lanes_seams import register_losses, register_scattering


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
