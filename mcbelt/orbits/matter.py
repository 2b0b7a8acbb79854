"""Stopping power, annihilation, hard bremsstrahlung and scattering in real air, for the lanes.

`MixtureLosses` is the full physics of electrons and positrons: collision and bremsstrahlung losses of the five
elements, mixed with the mass fractions of the air at the place. `CompositionLosses` is for one composition everywhere.
Both are tables of `mcbelt.physics.loss_table`; between two checks the lanes use their linear expansion in the momentum.
`HeavyLosses` is for one charge that is heavier, `AntiprotonLosses` for antiprotons, which annihilate. Each says the
mass, and where it matters the charge, that it holds for.
"""

import math
from typing import NamedTuple

from numba import njit

from atmosphere.density import mass_fractions
from mcbelt.constants import ELECTRON_MASS, PROTON_MASS
from mcbelt.orbits.interfaces.matter import register_losses
from mcbelt.orbits.interfaces.radiation import register_radiation
from mcbelt.orbits.interfaces.scattering import register_scattering
from mcbelt.orbits.interfaces.validity import ANY
from mcbelt.physics import antiproton_absorption, heavy_loss_table
from mcbelt.physics.energy_loss import paper_loss, paper_slope
from mcbelt.physics.hard_photons import HardPhotons, importance, photon_energy, photon_rate
from mcbelt.physics.loss_table import ElementLosses, LossTable, mean_loss, mixture_annihilation, mixture_loss
from mcbelt.physics.scattering import mean_square_angle


class PaperLosses(NamedTuple):
    """dE/dx = 0.002 + 0.028 E GeV per g cm-2 of e+-, in any matter (Gusev et al. 2003, eq. 3)."""

    synchrotron: float = 1.0  # factor on the synchrotron loss: 0 off, 1 on
    mass: float = ELECTRON_MASS
    charge: float = ANY


class CompositionLosses(NamedTuple):
    """Losses of e+- in matter of one composition."""

    table: LossTable
    synchrotron: float = 1.0
    mass: float = ELECTRON_MASS
    charge: float = ANY


class MixtureLosses(NamedTuple):
    """Losses of e+- in air whose composition changes from place to place."""

    table: ElementLosses
    synchrotron: float = 1.0
    annihilation: float = 0.0  # factor on the annihilation of positrons in flight: 0 off, 1 on
    mass: float = ELECTRON_MASS
    charge: float = ANY


class HeavyLosses(NamedTuple):
    """Losses of a charge heavier than the electron in air whose composition changes from place to place.

    NaN outside the table, so limits must end an orbit inside it. Nothing annihilates.
    """

    table: heavy_loss_table.HeavyLosses
    mass: float  # [GeV]
    charge: float  # [e]
    synchrotron: float = 1.0


class AntiprotonLosses(NamedTuple):
    """Losses and inelastic collisions, annihilation in flight included, of antiprotons in air.

    NaN outside 0.1-298 GeV and outside the table, so limits must end an orbit inside both: what is slower, and
    annihilation at rest, is not followed.
    """

    table: heavy_loss_table.HeavyLosses
    annihilation: float = 1.0  # factor on the collisions: 0 off, 1 on
    synchrotron: float = 1.0
    mass: float = PROTON_MASS
    charge: float = -1.0


@njit(error_model="numpy", cache=True)
def _paper_stopping(losses, air, latitude, longitude, altitude, kinetic, charge):
    return paper_loss(kinetic), paper_slope(kinetic)


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


@njit(error_model="numpy", cache=True)
def _heavy_stopping(losses, air, latitude, longitude, altitude, kinetic, charge):
    return heavy_loss_table.mixture_loss(losses.table, kinetic, mass_fractions(air, latitude, longitude, altitude))


@njit(error_model="numpy", cache=True)
def _antiproton_stopping(losses, air, latitude, longitude, altitude, kinetic, charge):
    if not antiproton_absorption.T_MIN <= kinetic <= antiproton_absorption.T_MAX:
        return math.nan, math.nan  # a removal that is NaN alone would not end an orbit
    return _heavy_stopping(losses, air, latitude, longitude, altitude, kinetic, charge)


@njit(error_model="numpy", cache=True)
def _antiproton_removal(losses, air, latitude, longitude, altitude, kinetic, charge):
    if losses.annihilation == 0.0:
        return 0.0
    fractions = mass_fractions(air, latitude, longitude, altitude)
    return losses.annihilation * antiproton_absorption.collisions_per_grammage(kinetic, fractions)


register_losses(PaperLosses, _paper_stopping)
register_losses(HeavyLosses, _heavy_stopping)
register_losses(AntiprotonLosses, _antiproton_stopping, _antiproton_removal)
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
    """Hard bremsstrahlung of e+- in air whose composition changes from place to place.

    The losses must have the same cut.
    """

    photons: HardPhotons
    on: bool = True
    mass: float = ELECTRON_MASS
    charge: float = ANY


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
