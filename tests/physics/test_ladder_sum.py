"""The last rungs: slowing down in uniform air, and forward = backward with one process more on each rung.

Everywhere e+- are born with a power law of energy and slow down: forward the path in a bin of energy, backward the
production along the way back, and where the loss is continuous P(>E)/S. Page: docs/methods/ladder.md.
"""

import functools
import math

import ladder_world as world
import numpy as np
import pytest

from mcbelt.constants import ELECTRON_MASS, SPEED_OF_LIGHT, SYNCHROTRON_COEFFICIENT
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.matter import MixtureLosses, MixtureRadiation, MixtureScattering
from mcbelt.orbits.probe import PowerSource
from mcbelt.physics import hard_photons
from mcbelt.physics.loss_table import element_losses, mixture_loss
from mcbelt.sources.cosmic import forward

EXPONENT, HIGHEST = 2.7, 3.0  # of the production [GeV]
EDGES = np.array([0.4, 0.6])  # of the bin where the flux is compared [GeV]
DENSITY, FIELD, STEP = 0.1, 20.0, 10.0  # [kg m-3], [T]: synchrotron is as strong as matter; [m]
N = 2000
SPACE = forward.Volume(0.0, 0.0, 0.0, 1e12, 1e12, 0.0, 7.0, 1.0, EDGES)  # everywhere, every direction
RUNGS = ("ionisation", "bremsstrahlung", "synchrotron", "photon by photon", "annihilation", "scattering")


@functools.cache
def photons_and_losses():
    photons = hard_photons.hard_photons(HIGHEST + 1.0)
    tables = world.one_process(ionisation=True).table, element_losses(), element_losses(cut=photons.cut)
    return photons, tables


def rung(name, direction):
    """Model with the processes up to a rung; every rung has the same types, so that one compiled loop serves."""
    on = RUNGS.index(name)
    photons, tables = photons_and_losses()
    table = tables[0 if on == 0 else 1 if on < 3 else 2]
    return lanes.LaneModel(
        world.uniform_field(FIELD),
        world.UNIFORM_AIR._replace(density=DENSITY),
        MixtureLosses(table, 1.0 if on >= 2 else 0.0, 1.0 if on >= 4 else 0.0),
        MixtureScattering(1.0 if on >= 5 else 0.0),
        PowerSource(EXPONENT, HIGHEST, direction < 0.0),
        SPACE._replace(on=direction > 0.0),
        world.stepping(STEP, 2, direction),
        lanes.Limits(
            ceiling=1e9, momentum_min=world.momentum(0.99 * EDGES[0], ELECTRON_MASS), momentum_max=HIGHEST + 0.1
        ),
        MixtureRadiation(photons, on >= 3),
    )


def charges(energy, charge):
    p = world.momentum(energy, ELECTRON_MASS)
    return lanes.charge_table(np.tile(world.ORIGIN, (len(energy), 1)), [1.0, 0, 0], p, ELECTRON_MASS, charge)


def forward_flux(name, charge):
    """Flux in the bin from births, and its standard error.

    Energies of birth as E^-1.5, weighted, so that the fast ones, which make the photons, are not rare.
    """
    low, high = EDGES[0] ** -0.5, HIGHEST**-0.5
    energy = (low - (np.arange(N) + 0.5) / N * (low - high)) ** -2.0
    weight = energy ** (1.5 - EXPONENT) * 2.0 * (low - high)
    table, tallies = charges(energy, charge), np.zeros((N, 1))
    table[row.REMOVAL_STOP] = forward.ends(7, 0, N)
    lanes.advance(rung(name, 1.0), table, seed=7, tallies=tallies)
    scores = DENSITY * weight * tallies[:, 0] / (EDGES[1] - EDGES[0])
    return scores.mean(), scores.std() / math.sqrt(N)


@functools.cache
def backward_flux(name, charge):
    n = N if RUNGS.index(name) >= 3 else 50  # without chance an orbit for each energy is enough
    table = charges(EDGES[0] + (EDGES[1] - EDGES[0]) * (np.arange(n) + 0.5) / n, charge)
    lanes.advance(rung(name, -1.0), table, seed=8)
    assert (table[row.FATE] == row.HEATED).all()
    scores = table[row.PRODUCTION]
    return scores.mean(), scores.std() / math.sqrt(n)


@pytest.mark.parametrize("charge", [1.0, -1.0])
@pytest.mark.parametrize("name", RUNGS)
def test_forward_is_backward(name, charge):
    """4 standard errors (6e-5) and 1 % for steps that take up to 1 % of the energy; continuous loss: P(>E)/S, 1 %."""
    there, there_error = forward_flux(name, charge)
    back, back_error = backward_flux(name, charge)
    error = math.hypot(there_error, back_error)
    print(f"{name} {charge:+.0f}: {there / back - 1.0:+.4f} +- {error / back:.4f}")
    chance = RUNGS.index(name) >= 3  # before, energies are spread evenly and nothing is drawn
    assert abs(there - back) < (4.0 * error if chance else 0.0) + 0.01 * back
    assert error < 0.025 * back or not chance
    if not chance:
        assert back == pytest.approx(closed_form(rung(name, 1.0).losses, charge), rel=0.01)


def closed_form(losses, charge):
    """Mean over the bin of P(>E)/S(E)."""
    E = np.linspace(*EDGES, 201)
    radiated = losses.synchrotron * SYNCHROTRON_COEFFICIENT * (E * FIELD) ** 2 / SPEED_OF_LIGHT / DENSITY
    S = np.array([mixture_loss(losses.table, T, charge, world.MIXTURE)[0] for T in E]) + radiated
    above = (E ** (1.0 - EXPONENT) - HIGHEST ** (1.0 - EXPONENT)) / (EXPONENT - 1.0)
    return np.trapezoid(above / S, E) / (EDGES[1] - EDGES[0])


def test_each_rung_is_felt():
    """e+ at 0.4-0.6 GeV: every process moves the flux the way it must; scattering in uniform air does not (1 %)."""
    flux = {name: backward_flux(name, 1.0) for name in RUNGS}
    value = {name: found[0] for name, found in flux.items()}
    assert value["bremsstrahlung"] < 0.5 * value["ionisation"]
    assert value["synchrotron"] < 0.8 * value["bremsstrahlung"]
    assert value["photon by photon"] != pytest.approx(value["synchrotron"], rel=0.01)
    assert 0.99 < value["annihilation"] / value["photon by photon"] < 0.999  # as mu/S has it, 0.4 %
    error = math.hypot(flux["scattering"][1], flux["annihilation"][1])
    assert abs(value["scattering"] - value["annihilation"]) < 4.0 * error
