"""Antiprotons on full orbits: their collisions, annihilation included, against the interaction length.

The air is uniform and without end, the field is off, and they lose so little that the interaction length stays.
"""

import math

import numpy as np
import pytest

from atmosphere.isothermal import ExponentialAir
from geomag.dipole import DipoleModel
from mcbelt.errors import PhysicsError
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.matter import AntiprotonLosses
from mcbelt.particles import particle
from mcbelt.physics import heavy_loss_table
from mcbelt.physics.antiproton_absorption import interaction_length

MIXTURE = (0.0, 0.0, 0.77, 0.22, 0.01)
AIR = ExponentialAir(density=1.0, scale_height=1.0e12, reference=0.0, top=1.0e8, fractions=MIXTURE)
NO_FIELD = DipoleModel(0.0, 0.0, 1e-30, 0.0, 0.0, 0.0)
ANTIPROTON = particle("antiproton")
LOSS = 1.0e-6  # [GeV m2/kg]: over an interaction length, 600 kg m-2, one in 1000 at 1 GeV


def momentum(kinetic):
    return math.sqrt(kinetic * (kinetic + 2.0 * ANTIPROTON.mass))


def flown(kinetic, n=1, grammage=200.0, stop=math.inf, direction=1.0, **law):
    """Antiprotons of an energy [GeV] after some grammage [kg m-2]; a step is 1 kg m-2."""
    lnT = np.log(np.geomspace(0.01, 1000.0, 121))
    table = heavy_loss_table.HeavyLosses(lnT[0], 1.0 / (lnT[1] - lnT[0]), np.full((121, 5), LOSS))
    model = lanes.LaneModel(
        NO_FIELD,
        AIR,
        AntiprotonLosses(table, **law),
        stepping=lanes.Stepping(direction, fixed_step=1.0, air_fraction=0.0, birth_checks=0, interval=4),
        limits=lanes.Limits(ceiling=1e9, path=grammage),
    )
    charges = lanes.charge_table(np.full((n, 3), [7.4e6, 0, 0]), [1.0, 0, 0], momentum(kinetic), ANTIPROTON.mass, -1.0)
    charges[row.REMOVAL_STOP] = stop
    return lanes.advance(model, charges)


@pytest.mark.parametrize("kinetic", [0.2, 1.0, 10.0, 100.0])
def test_mean_number_of_collisions(kinetic):
    """Grammage over interaction length, to 0.3 %: the energy that is lost, a thousandth at 0.2 GeV, does as much."""
    end = flown(kinetic)
    assert end[row.FATE, 0] == row.STEP_LIMIT
    assert end[row.REMOVED, 0] == pytest.approx(end[row.GRAMMAGE, 0] / interaction_length(kinetic, MIXTURE), rel=3e-3)


def test_they_annihilate_where_their_collisions_are_used_up():
    """Within the four steps between checks: 1 % of an interaction length."""
    end = flown(1.0, stop=0.3, grammage=1000.0)
    assert end[row.FATE, 0] == row.STOPPED
    assert end[row.GRAMMAGE, 0] == pytest.approx(0.3 * interaction_length(1.0, MIXTURE), abs=4.0)


def test_survivors_fall_as_an_exponential():
    """800 draws of the collisions that each survives: exp(-X / length) to 4 standard errors."""
    n = 800
    stop = -np.log((np.arange(n) + 0.5) / n)
    end = flown(1.0, n, 400.0, stop)
    expected = math.exp(-400.0 / interaction_length(1.0, MIXTURE))
    alive = (end[row.FATE] == row.STEP_LIMIT).mean()
    assert 0.3 < expected < 0.7
    assert alive == pytest.approx(expected, abs=0.015)  # evenly spaced draws; 4 steps are 0.7 % of the length
    assert ((end[row.FATE] == row.STEP_LIMIT) | (end[row.FATE] == row.STOPPED)).all()


def test_a_flux_traced_back_is_the_less_for_them():
    """ln J falls by the collisions on the way: the stopping power here has no slope."""
    end = flown(1.0, direction=-1.0)
    assert end[row.LN_J, 0] == pytest.approx(-200.0 / interaction_length(1.0, MIXTURE), rel=0.02)


def test_without_annihilation_they_only_stop():
    end = flown(1.0, annihilation=0.0)
    assert end[row.REMOVED, 0] == 0.0
    assert end[row.MATTER_LOSS, 0] == pytest.approx(LOSS * end[row.GRAMMAGE, 0], rel=3e-3)


@pytest.mark.parametrize("kinetic", [0.05, 400.0])
def test_outside_the_fits_they_are_lost(kinetic):
    """0.1 to 298 GeV; annihilation at rest is below."""
    assert flown(kinetic)[row.FATE, 0] == row.LOST


def test_a_proton_does_not_annihilate():
    model = lanes.LaneModel(NO_FIELD, AIR, AntiprotonLosses(heavy_loss_table.heavy_losses(ANTIPROTON.mass, -1)))
    proton = lanes.charge_table([7.4e6, 0, 0], [1.0, 0, 0], 1.0, ANTIPROTON.mass, 1.0)
    with pytest.raises(PhysicsError, match=r"no law of losses.*AntiprotonLosses holds for mass 0\.938.* charge -1"):
        lanes.advance(model, proton)
