"""What removes or stops e+- at single places of their orbits: annihilation in flight and hard bremsstrahlung.

The air is uniform and without end, the field is off: every orbit is a straight path through as much matter as it needs.
"""

import math

import numpy as np
import pytest

from atmosphere.isothermal import ExponentialAir
from geomag.dipole import DipoleModel
from mcbelt.constants import ELECTRON_MASS
from mcbelt.physics.energy_loss import annihilation_coefficient
from mcbelt.physics.loss_table import element_losses, mixture_loss
from mcbelt.transport import forward, lanes
from mcbelt.transport import lanes_rows as row
from mcbelt.transport.lanes_matter import MixtureLosses

MIXTURE = (0.0, 0.0, 0.77, 0.22, 0.01)
AIR = ExponentialAir(density=1.0, scale_height=1.0e12, reference=0.0, top=1.0e8, fractions=MIXTURE)
NO_FIELD = DipoleModel(0.0, 0.0, 1e-30, 0.0, 0.0, 0.0)
ONE_KG_M2 = lanes.Stepping(fixed_step=1.0, air_fraction=0.0, birth_checks=0, interval=2)


def momentum(energy):
    return np.sqrt(energy * (energy + 2.0 * ELECTRON_MASS))


def kinetic(table):
    return np.hypot(table[row.MOMENTUM], ELECTRON_MASS) - ELECTRON_MASS


def upward(energy, n=1, charge=1.0):
    """Charges that go straight up from 1000 km."""
    return lanes.charge_table(np.full((n, 3), [7.4e6, 0, 0]), [1.0, 0, 0], momentum(energy), ELECTRON_MASS, charge)


def infinite(direction, losses, energies, **more):
    """Uniform air without end, between two energies [GeV]."""
    low, high = momentum(np.array(energies))
    limits = lanes.Limits(ceiling=1e9, momentum_min=float(low), momentum_max=float(high))
    stepping = ONE_KG_M2._replace(direction=direction)
    return lanes.LaneModel(NO_FIELD, AIR, losses, stepping=stepping, limits=limits, **more)


def test_annihilation_along_the_way():
    """Integral of mu dX = mu / S dT between 1 and 0.1 GeV, both ways; e- do not annihilate.

    1 %: mu is held between checks. Backward, ln J is lower by it; the chance to annihilate forward is 1 - exp(-integral), 4 sigma of 4000 (6e-5).
    """
    table = element_losses()
    losses = MixtureLosses(table, 0.0, 1.0)
    without = lanes.advance(infinite(-1.0, MixtureLosses(table, 0.0), (0.05, 1.0)), upward(0.1))
    back = lanes.advance(infinite(-1.0, losses, (0.05, 1.0)), upward(0.1))
    grid = np.geomspace(0.1, kinetic(back)[0], 2000)
    rate = [annihilation_coefficient(T, MIXTURE) / mixture_loss(table, T, 1.0, MIXTURE)[0] for T in grid]
    expected = np.trapezoid(rate, grid)
    assert 0.04 < expected < 0.2
    assert back[row.REMOVED, 0] == pytest.approx(expected, rel=0.01)
    assert without[row.LN_J, 0] - back[row.LN_J, 0] == pytest.approx(back[row.REMOVED, 0], rel=1e-6)
    assert lanes.advance(infinite(-1.0, losses, (0.05, 1.0)), upward(0.1, charge=-1.0))[row.REMOVED, 0] == 0.0
    there = upward(1.0, 4000)
    there[row.REMOVAL_STOP] = forward.ends(3, 0, 4000)
    lanes.advance(infinite(1.0, losses, (0.1, 2.0)), there)
    stopped = (there[row.FATE] == row.STOPPED).sum()
    share = 1.0 - math.exp(-expected)
    assert abs(stopped - 4000 * share) < 4.0 * math.sqrt(4000 * share * (1.0 - share))
    assert ((there[row.FATE] == row.STOPPED) | (there[row.FATE] == row.COOLED)).all()
