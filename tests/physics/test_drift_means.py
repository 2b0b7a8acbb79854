"""What an orbit meets, summed up: gyration and bounce in a dipole and in exponential air, against closed forms."""

import math

import numpy as np
import pytest
from numba import njit
from scipy.special import ive

from atmosphere import Exponential
from mcbelt import constants
from mcbelt.orbits import drift_means as met
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.detector import score
from mcbelt.physics import energy_loss, kinematics
from mcbelt.physics.elements import DRY_AIR
from mcbelt.physics.loss_table import element_losses
from mcbelt.physics.scattering import pitch_angle_diffusion

SCALE, HEIGHT, FIELD = 50.0e3, 600.0e3, 2.0e-5  # [m], [m], [T]
ENERGY = 0.05  # [GeV]


@njit
def summed(detector, tally, steps):
    """Sum up steps (n, 5): length, B^2, B_perp^2, density, altitude."""
    lanes = np.zeros((row.LANE_ROWS, 1))
    lanes[row.MOMENTUM, 0], lanes[row.CHARGE, 0] = math.sqrt(ENERGY * (ENERGY + 2.0 * constants.ELECTRON_MASS)), -1.0
    for i in range(steps.shape[0]):
        lanes[row.STEP_NOW, 0], lanes[row.FIELD2, 0], lanes[row.B_PERP2, 0] = steps[i, 0], steps[i, 1], steps[i, 2]
        lanes[row.DENSITY, 0], lanes[row.ALTITUDE, 0] = steps[i, 3], steps[i, 4]
        score(detector, tally, lanes, 0)


@pytest.fixture(scope="module")
def detector():
    """In air whose density falls by e in 50 km."""
    return met.DriftMeans(Exponential(1.0, SCALE * 1e-3).table, element_losses())


def tally_of(detector, steps, away=math.inf):
    """Sums over steps, backward ones: lengths count without their sign."""
    tally = np.zeros(met.COLUMNS)
    tally[met.AWAY] = away
    summed(detector, tally, steps * np.array([-1.0, 1.0, 1.0, 1.0, 1.0]))
    return tally


@pytest.mark.parametrize("ratio", [0.5, 2.0])
def test_gyration_meets_a_bessel_function(detector, ratio):
    """A vertical circle of radius r in eight steps, as orbits make them: I_0(r / H) fold the density at its centre."""
    phase = 2.0 * np.pi * (np.arange(8 * 30) + 0.5) / 8
    altitude = HEIGHT + ratio * SCALE * np.cos(phase)
    ones = np.ones_like(phase)
    steps = np.stack([10.0 * ones, FIELD**2 * ones, FIELD**2 * ones, np.exp(-altitude / SCALE), altitude], axis=-1)
    tally = tally_of(detector, steps)
    expected = ive(0, ratio) * math.exp(ratio - HEIGHT / SCALE)
    assert tally[met.MATTER] / tally[met.PATH] == pytest.approx(expected, rel=1e-4)  # 8 phases: I_8/I_0 at ratio 2
    assert tally[met.PATH] == pytest.approx(10.0 * len(phase), rel=1e-12)
    # Every fifth step meets every phase, so what is asked there weighs the matter as all steps do.
    assert met.EVERY * tally[met.ASKED] == pytest.approx(tally[met.MATTER], rel=1e-12)
    assert tally[met.MIRRORS] == 0.0


def test_bounce_in_a_dipole(detector):
    """Small amplitude, harmonic in latitude: means of cot^2 and B_perp^2, and the mirror points."""
    amplitude = math.radians(4.0)
    sine2 = 1.0 / (1.0 + 4.5 * amplitude**2)  # of the equatorial pitch angle: B / B_0 = 1 + 4.5 latitude^2
    turns, per_turn = 7, 400
    phase = 2.0 * np.pi * (np.arange(turns * per_turn) + 0.5) / per_turn
    ratio = 1.0 + 4.5 * amplitude**2 * np.sin(phase) ** 2
    squared, ones = (FIELD * ratio) ** 2, np.ones_like(phase)
    steps = np.stack([ones, squared, squared * ratio * sine2, 1e-12 * ones, HEIGHT * ones], axis=-1)
    tally = tally_of(detector, steps, away=0.5 * (1.0 - sine2))
    assert tally[met.FIELD_SQUARED] / tally[met.PATH] == pytest.approx(np.mean(ratio**3) * sine2 * FIELD**2, rel=1e-9)
    # cot^2(a) over cot^2(a_eq) is cos^2(phase) / b: 1/2 - x <sin^2 cos^2> on average, x = 4.5 amplitude^2.
    share = tally[met.COTANGENT] / tally[met.MATTER] * sine2 / (1.0 - sine2)
    assert share == pytest.approx(0.5 * (1.0 - 4.5 * amplitude**2 / 4.0), rel=1e-3)
    assert tally[met.MIRRORS] == 2 * turns
    between = (tally[met.LAST_MIRROR] - tally[met.FIRST_MIRROR]) / (tally[met.MIRRORS] - 1.0)
    assert between == pytest.approx(0.5 * per_turn, abs=1.0)  # a step
    assert tally[met.DIFFUSION_COTANGENT] / tally[met.DIFFUSION] == pytest.approx(
        tally[met.COTANGENT] / tally[met.MATTER], rel=1e-3
    )


def test_losses_and_scattering_are_those_of_the_air(detector):
    ones = np.ones(20)
    tally = tally_of(detector, np.stack([ones, ones, ones, 1e-12 * ones, HEIGHT * ones], axis=-1))
    T = kinematics.kinetic_energy(kinematics.momentum(ENERGY, constants.ELECTRON_MASS), constants.ELECTRON_MASS)
    collisions = energy_loss.collision_loss(T, -1, tuple(DRY_AIR))
    lost = tally[met.LOSS] / tally[met.ASKED]
    assert 1.2 * collisions < lost < 1.8 * collisions  # bremsstrahlung of 50 MeV in air is about half of it
    expected = pitch_angle_diffusion(ENERGY, tuple(DRY_AIR))
    assert tally[met.DIFFUSION] / tally[met.ASKED] == pytest.approx(expected, rel=0.02)  # dry air with or without argon
