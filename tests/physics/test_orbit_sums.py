"""What an orbit adds up on its way (path, time, grammage, losses, drift, lowest point) made again from its samples."""

import math

import ladder_world as world
import numpy as np
import pytest

from atmosphere.isothermal import ExponentialAir
from geomag import lanes as bare
from geomag.constants import REFERENCE_RADIUS, WGS84_EQUATORIAL_RADIUS
from geomag.dipole import DipoleModel
from geomag.field import magnetic_field
from mcbelt.constants import ELECTRON_MASS, PROTON_MASS, SPEED_OF_LIGHT
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.matter import MixtureLosses
from mcbelt.physics.loss_table import element_losses

AIR = ExponentialAir(1.2, 7.0e3, 0.0, 4.0e6, world.MIXTURE)
DIPOLE = DipoleModel(0.0, 0.0, -30000e-9 * REFERENCE_RADIUS**3, 4e5, 0.0, 0.0)
EQUATOR = WGS84_EQUATORIAL_RADIUS


@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_sums_are_those_of_the_samples(direction):
    """An e- of 0.3 GeV over the equator, 70 to 190 km high, a check at every step, forward and traced back.

    Path is steps times their length; time their sum over the speed at their beginning (1e-9); grammage their trapezoid;
    what matter took is the change of the energy; drift is the longitude, unwrapped; the lowest point is the lowest of
    all ends of steps, and the weakest field that in the middles of steps (1e-4: it is compared with the ends).
    """
    p, length = 0.3, 2.0e3
    limits = lanes.Limits(floor=20e3, path=400.0 * length, momentum_max=10.0)
    losses = MixtureLosses(element_losses(), 0.0)
    model = lanes.LaneModel(DIPOLE, AIR, losses, stepping=world.stepping(length, 1, direction), limits=limits)
    start = lanes.charge_table([EQUATOR + 150e3, 0, 0], [0.0, 1.0, 0.5], p, ELECTRON_MASS, -1.0)
    samples, end = world.recorded(model, start)
    n = len(samples["PATH"]) - 1
    assert end[row.FATE, 0] == row.STEP_LIMIT
    assert end[row.STEPS, 0] == end[row.CHECKS, 0] == n == 400
    assert end[row.PATH, 0] == pytest.approx(n * length, rel=1e-12)
    momenta = samples["MOMENTUM"]
    speed = SPEED_OF_LIGHT * momenta / np.hypot(momenta, ELECTRON_MASS)
    assert end[row.TIME, 0] == pytest.approx((length / speed[:-1]).sum(), rel=1e-9)
    altitude = samples["ALTITUDE"]
    assert 40e3 < altitude.min() < altitude[-1] - 1e3  # the lowest point is none of the ends
    assert altitude.min() < altitude[0] - 1e3
    assert end[row.LOWEST, 0] == altitude[1:].min()
    density = 1.2 * np.exp(-altitude / 7e3)
    grammage = 0.5 * length * (density[1:] + density[:-1]).sum()
    assert end[row.GRAMMAGE, 0] == pytest.approx(grammage, rel=1e-9)
    changed = abs(np.diff(momenta[[0, -1]])[0])  # of e- of 0.3 GeV: energy, to 2e-6
    assert end[row.MATTER_LOSS, 0] == pytest.approx(changed, rel=1e-4)
    assert changed > 3e-4
    assert end[row.DRIFT, 0] == pytest.approx(np.unwrap(samples["LONGITUDE"])[-1] - samples["LONGITUDE"][0], abs=1e-12)
    places = np.array([samples["X"], samples["Y"], samples["Z"]]).T
    strength = [np.linalg.norm(magnetic_field(DIPOLE, *place)) for place in places]
    assert end[row.LOWEST_FIELD, 0] == pytest.approx(min(strength), rel=1e-3)


def perigee(b):
    """Start and direction of a straight path in the plane of the equator that comes as near as b [m] to the axis."""
    return np.array([-2.0e6, b, 0.0]), [1.0, 0.0, 0.0]


@pytest.mark.parametrize("height", [35e3, 400e3])
def test_lowest_point_of_a_straight_path(height):
    """A path that passes the Earth 35 and 400 km high says so, to a step of 1 km (0.02 m): both engines."""
    position, direction = perigee(EQUATOR + height)
    limits = lanes.Limits(path=5.0e6)
    model = lanes.LaneModel(world.NO_FIELD, stepping=world.stepping(1e3, 32), limits=limits)
    table = lanes.advance(model, lanes.charge_table(position, direction, 1.0, PROTON_MASS, 1.0))
    assert table[row.FATE, 0] == row.STEP_LIMIT
    assert table[row.LOWEST, 0] == pytest.approx(height, abs=0.1)
    way = bare.charge_table(position, direction, 1.0, 1e3)
    bare.trace(world.NO_FIELD, way, bare.Limits(path=5.0e6), workers=1)
    assert way[bare.FATE, 0] == bare.STEP_LIMIT
    assert way[bare.LOWEST, 0] == pytest.approx(height, abs=0.1)
    assert way[bare.STEPS, 0] * 1e3 == way[bare.PATH, 0] == pytest.approx(5.0e6, abs=32e3)
    turned = math.atan2(way[bare.Y, 0], way[bare.X, 0]) - math.atan2(position[1], position[0])
    assert way[bare.DRIFT, 0] == pytest.approx(turned, abs=1e-12)


def test_steps_of_a_birth_are_finer_and_counted():
    """Four checks of 32 steps at 24 per gyration; the others have the usual length: 128 fine steps of all."""
    start = lanes.charge_table([EQUATOR + 3e6, 0, 0], [0.0, 1.0, 0.2], 0.1, ELECTRON_MASS, -1.0)
    table = lanes.advance(lanes.LaneModel(DIPOLE, limits=lanes.Limits(time=0.02)), start)
    assert table[row.STEPS, 0] == 32 * table[row.CHECKS, 0] > 128
    assert table[row.FINE_STEPS, 0] == 128
