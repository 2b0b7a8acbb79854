"""Drift-averaged flux of cosmic-ray secondaries, with the sinking of the guiding centre.

On shells where a life takes many drifts the orbit is replaced by its average over drift and gyration. Production and
density both depend on the gyrophase: an e+ moves east at the bottom of its gyration, where the air is densest, an e-
moves west. Friction at the bottom shrinks the gyration from below, so the guiding centre sinks:

    d r_gc / d ln E = -r_L <cos psi>_rho    (psi: gyrophase from the top, average weighted with the density),

which holds the lowest point where it is. Followed backward from E, with the averages <.> over drift and gyration and k
E^2 B^2 / c the synchrotron loss per path, eq. (1) of Gusev & Pugacheva 2003 reads

    dE/ds = <rho> S + k E^2 B^2 / c,   d ln J/ds = <rho> dS/dE + 2 k E B^2 / c,   dF/ds = <rho P> J .

Where nothing depends on the path this is eq. (2), F = P(>E) / S.
"""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from atmosphere.density import mass_density, mass_fractions
from geomag.coordinates import geodetic_of_position
from mcbelt import constants
from mcbelt.cascade.along_orbit import CosmicSource, production_at
from mcbelt.physics import kinematics
from mcbelt.physics.free_electrons import loss_per_path
from mcbelt.physics.loss_table import ElementLosses, mixture_loss
from mcbelt.places.drift_path import DriftPath, beside

STEP = 0.03  # in ln E
PHASES = 72
HIGHEST = 12.0  # [GeV] of birth: a gyroradius of 0.3 Earth radii; above it nothing is left of a drift


class Averages(NamedTuple):
    """What an orbit meets at one energy."""

    density: float  # [kg m-3]
    production: float  # <rho P> [m-3 s-1 sr-1 GeV-1]
    bottom: float  # <cos psi> weighted with the density
    gyroradius: float  # [m]
    field_squared: float  # [T^2]


@njit(cache=True, error_model="numpy")
def averages(path: DriftPath, air: Any, source: CosmicSource, charge: float, energy: float, shift: float) -> Averages:
    """Averages over drift and gyration of an e+- of kinetic energy [GeV] whose guiding centre is shifted up [m].

    Parameters
    ----------
    path : DriftPath
    air : air model
    source : CosmicSource
    charge : float
        1 for e+, -1 for e-.
    energy : float
        Kinetic energy [GeV].
    shift : float
        Of the guiding centre, upwards [m].

    Returns
    -------
    Averages
    """
    momentum = kinematics.momentum(energy, constants.ELECTRON_MASS)
    density, production, bottom, radius, field_squared = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(path.weight.shape[0]):
        up, east, x = path.up[i], path.east[i], path.position[i]
        r = math.sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2])
        field = path.field[i] * (r / (r + shift)) ** 3
        gyroradius = constants.GV_TO_TESLA_METRE * momentum / field
        radius += path.weight[i] * gyroradius
        field_squared += path.weight[i] * field * field
        for j in range(PHASES):
            psi = 2.0 * math.pi * (j + 0.5) / PHASES
            cosine, sine = math.cos(psi), math.sin(psi)
            height, side = shift + gyroradius * cosine, gyroradius * sine
            px, py, pz = beside(path, i, height, side)
            latitude, longitude, altitude = geodetic_of_position(px, py, pz)
            if altitude >= air.top:
                continue
            rho = mass_density(air, latitude, longitude, max(altitude, 0.0)) * path.weight[i] / PHASES
            density += rho
            bottom += rho * cosine
            a, b = charge * sine, -charge * cosine
            ux, uy, uz = a * up[0] + b * east[0], a * up[1] + b * east[1], a * up[2] + b * east[2]
            production += rho * production_at(source, charge, energy, px, py, pz, ux, uy, uz, longitude, altitude)
    return Averages(density, production, bottom / density, radius, field_squared)


@njit(cache=True, error_model="numpy")
def composition_met(path: DriftPath, air: Any, shift: float) -> tuple[float, float, float, float, float]:
    """Mass fractions of the air at the lowest place of a drift path shifted by [m].

    Parameters
    ----------
    path : DriftPath
    air : air model
    shift : float
        Of the path, upwards [m].

    Returns
    -------
    tuple of 5 float
        H, He, N, O, Ar.
    """
    lowest, place = math.inf, (0.0, 0.0)
    for i in range(path.weight.shape[0]):
        x = path.position[i] + shift * path.up[i]
        latitude, longitude, altitude = geodetic_of_position(x[0], x[1], x[2])
        if altitude < lowest:
            lowest, place = altitude, (latitude, longitude)
    return mass_fractions(air, place[0], place[1], min(max(lowest, 0.0), air.top))


@njit(cache=True, error_model="numpy", nogil=True)
def flux(
    path: DriftPath,
    air: Any,
    source: CosmicSource,
    losses: ElementLosses,
    synchrotron: float,
    charge: float,
    energy: float,
    electrons: float = 0.0,
) -> tuple[float, float]:
    """Directional flux near 90 degrees on a drift path.

    Parameters
    ----------
    path : DriftPath
    air : air model
    source : CosmicSource
    losses : mcbelt.physics.loss_table.ElementLosses
    synchrotron : float
        Factor on the synchrotron loss.
    charge : float
        1 for e+, -1 for e-.
    energy : float
        Kinetic energy [GeV].
    electrons : float
        Free ones, mean over the drift [m-3].

    Returns
    -------
    tuple of 2 float
        Flux [m-2 s-1 sr-1 GeV-1], and how far the guiding centre was higher at the mean energy of birth [m].
    """
    ln_energy, shift, ln_j, total, risen = math.log(energy), 0.0, 0.0, 0.0, 0.0
    before, at = 0.0, averages(path, air, source, charge, energy, 0.0)
    first = True
    while ln_energy < math.log(HIGHEST):
        E = math.exp(ln_energy)
        fractions = composition_met(path, air, shift + at.gyroradius * at.bottom)
        loss, slope = mixture_loss(losses, E, charge, fractions)
        radiated = synchrotron * constants.SYNCHROTRON_COEFFICIENT * at.field_squared / constants.SPEED_OF_LIGHT
        matter = at.density * loss
        free, free_slope = 0.0, 0.0
        if electrons > 0.0:
            free = loss_per_path(E, charge, electrons)
            free_slope = (loss_per_path(1.001 * E, charge, electrons) - free) / (0.001 * E)
        rate = matter + radiated * E * E + free
        value = at.production * math.exp(ln_j) * E / rate
        if not first:
            total += 0.5 * STEP * (before + value)
            risen += 0.5 * STEP * (before + value) * shift
        first = False
        before = value
        ln_j += (at.density * slope + 2.0 * radiated * E + free_slope) / rate * E * STEP
        shift -= at.gyroradius * at.bottom * matter / rate * STEP
        ln_energy += STEP
        at = averages(path, air, source, charge, math.exp(ln_energy), shift)
    return total, risen / total


@njit(cache=True, error_model="numpy", nogil=True)
def published_flux(
    path: DriftPath,
    air: Any,
    source: CosmicSource,
    losses: ElementLosses,
    synchrotron: float,
    charge: float,
    energy: float,
) -> float:
    """Flux by eq. (2) with the mean production of the sinking orbit, F = (1 / S) integral of <rho P>/<rho> dE'.

    S is the total loss per grammage at E with the mean density at E. That is exact where the density met does not
    change with the energy of birth; where it does, `flux` follows from eq. (1) and this does not. Parameters as in
    `flux`; returns the flux [m-2 s-1 sr-1 GeV-1].

    Parameters
    ----------
    path, air, source, losses, synchrotron, charge, energy
        As for `flux`.

    Returns
    -------
    float
        [m-2 s-1 sr-1 GeV-1]
    """
    at = averages(path, air, source, charge, energy, 0.0)
    loss, _ = mixture_loss(losses, energy, charge, composition_met(path, air, at.gyroradius * at.bottom))
    radiated = synchrotron * constants.SYNCHROTRON_COEFFICIENT * at.field_squared / constants.SPEED_OF_LIGHT
    per_grammage = loss + radiated * energy * energy / at.density
    ln_energy, shift, total, before = math.log(energy), 0.0, 0.0, -1.0
    while ln_energy < math.log(HIGHEST):
        value = at.production / at.density * math.exp(ln_energy)
        if before >= 0.0:
            total += 0.5 * STEP * (before + value)
        before = value
        shift -= at.gyroradius * at.bottom * STEP
        ln_energy += STEP
        at = averages(path, air, source, charge, math.exp(ln_energy), shift)
    return total / per_grammage


def fluxes(
    path: DriftPath,
    air: Any,
    source: CosmicSource,
    losses: ElementLosses,
    energies: Iterable[float],
    synchrotron: float = 1.0,
    electrons: float = 0.0,
) -> np.ndarray:
    """Flux of e+ and e- at energies [GeV], shape (2, n) [m-2 s-1 sr-1 GeV-1].

    Parameters
    ----------
    path, air, source, losses, synchrotron, electrons
        As for `flux`.
    energies : array_like, shape (n,)
        Kinetic energies [GeV].

    Returns
    -------
    ndarray, shape (2, n)
        [m-2 s-1 sr-1 GeV-1]
    """
    return np.array(
        [
            [flux(path, air, source, losses, synchrotron, q, float(E), electrons)[0] for E in energies]
            for q in (1.0, -1.0)
        ]
    )
