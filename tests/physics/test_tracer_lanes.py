"""Orbits in air: grammage, losses and production against quadrature, reversal, fates, and independence of the lanes."""

import math

import ladder_world as world
import numpy as np
import pytest

import geomag
from atmosphere.isothermal import ExponentialAir
from geomag.constants import REFERENCE_RADIUS
from geomag.coordinates import position_of_geodetic
from geomag.unrolled import unrolled
from mcbelt import constants
from mcbelt.errors import PhysicsError
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.matter import NoLosses
from mcbelt.orbits.matter import CompositionLosses, MixtureLosses, MixtureScattering, PaperLosses
from mcbelt.orbits.probe import PathByAltitude, UnitSource
from mcbelt.physics.loss_table import element_losses, loss_table, mean_loss

AIR = ExponentialAir(density=1.2, scale_height=7.0e3, reference=0.0, top=4.0e6, fractions=(0.0, 0.0, 0.77, 0.22, 0.01))
ECCENTRIC = geomag.EccentricDipole("1998-06-05")
FIELD, NO_FIELD = ECCENTRIC.model, world.NO_FIELD  # of one type: one compiled loop for both
UNROLLED = unrolled(ECCENTRIC)  # compiles faster than IGRF; the loop is the same


def drifters(n=64, momentum=0.1, l_shell=1.15, seed=2):
    """Electrons near the equator of a shell, all gyrophases, pitch angles 60-90 deg."""
    rng = np.random.default_rng(seed)
    longitude, phase = rng.uniform(0, 2 * np.pi, (2, n))
    pitch = rng.uniform(np.radians(60), np.radians(90), n)
    outward = np.c_[np.cos(longitude), np.sin(longitude), np.zeros(n)]
    eastward = np.c_[-np.sin(longitude), np.cos(longitude), np.zeros(n)]
    across = np.cos(phase)[:, None] * outward + np.sin(phase)[:, None] * eastward
    direction = np.sin(pitch)[:, None] * across + np.cos(pitch)[:, None] * np.array([0.0, 0.0, 1.0])
    return lanes.charge_table(l_shell * REFERENCE_RADIUS * outward, direction, momentum, constants.ELECTRON_MASS, -1.0)


def straight_down(momentum=10.0, altitude_km=100.0):
    position = position_of_geodetic(0.3, 0.5, altitude_km * 1e3)
    up = np.array(geomag.coordinates.east_north_up(0.3, 0.5)[6:])
    return lanes.charge_table(position, -up, momentum, constants.ELECTRON_MASS, -1.0)


def test_grammage_of_a_straight_path():
    """Down through isothermal air without a field: rho_0 H exp(-z / H); 1e-3 (500 m steps, trapezoid: 4e-4)."""
    model = lanes.LaneModel(
        NO_FIELD, AIR, stepping=lanes.Stepping(fixed_step=500.0, air_fraction=0.0), limits=lanes.Limits(floor=30e3)
    )
    table = lanes.advance(model, straight_down())
    assert table[row.FATE, 0] == row.ABSORBED
    exact = 1.2 * 7.0e3 * (math.exp(-table[row.LOWEST, 0] / 7.0e3) - math.exp(-100.0 / 7.0))
    assert table[row.GRAMMAGE, 0] == pytest.approx(exact, rel=1e-3)
    assert table[row.PATH, 0] == pytest.approx(100.0e3 - table[row.LOWEST, 0], abs=1.0)
    assert table[row.TIME, 0] == pytest.approx(table[row.PATH, 0] / constants.SPEED_OF_LIGHT, rel=1e-8)
    assert table[row.MOMENTUM, 0] == 10.0


def test_losses_follow_the_energy_equation():
    """dT/dX = -S(T) over half of the energy: T(X) by fine quadrature, 1e-4 (linear expansion of S between checks)."""
    table_of_losses = loss_table((0.0, 0.0, 0.77, 0.22, 0.01))
    stepping = lanes.Stepping(fixed_step=100.0, air_fraction=0.0)
    model = lanes.LaneModel(
        NO_FIELD, AIR, CompositionLosses(table_of_losses, 0.0), stepping=stepping, limits=lanes.Limits(floor=27e3)
    )
    table = lanes.advance(model, straight_down(momentum=0.5))
    kinetic = math.sqrt(0.5**2 + constants.ELECTRON_MASS**2) - constants.ELECTRON_MASS
    start, passed, n = kinetic, table[row.GRAMMAGE, 0], 20000
    for _ in range(n):
        half = kinetic - 0.5 * passed / n * mean_loss(table_of_losses, kinetic, -1)[0]
        kinetic -= passed / n * mean_loss(table_of_losses, half, -1)[0]
    end = math.sqrt(table[row.MOMENTUM, 0] ** 2 + constants.ELECTRON_MASS**2) - constants.ELECTRON_MASS
    print(f"kept {end / start:.3f} of the energy; difference {end / kinetic - 1.0:.1e}")
    assert 0.2 < end / start < 0.8
    assert end == pytest.approx(kinetic, rel=1e-4)
    assert table[row.MATTER_LOSS, 0] == pytest.approx(start - end, rel=1e-4)


def test_paper_losses_and_the_factor_on_the_intensity():
    """dE/dx = a + b E has the closed form E + a/b = (E_0 + a/b) exp(-b X); LN_J = b X (eq. 1 of Gusev et al. 2003)."""
    stepping = lanes.Stepping(fixed_step=200.0, air_fraction=0.0)
    model = lanes.LaneModel(NO_FIELD, AIR, PaperLosses(0.0), stepping=stepping, limits=lanes.Limits(floor=30e3))
    table = lanes.advance(model, straight_down(momentum=1.0))
    passed, ratio = table[row.GRAMMAGE, 0], 0.002 / 0.028
    mass = constants.ELECTRON_MASS
    start, end = (math.hypot(p, mass) - mass for p in (1.0, table[row.MOMENTUM, 0]))
    assert end + ratio == pytest.approx((start + ratio) * math.exp(-0.0028 * passed), rel=5e-6)
    assert table[row.LN_J, 0] == pytest.approx(0.0028 * passed, rel=1e-9)


@pytest.mark.slow
def test_synchrotron_loss_over_an_orbit():
    """1e-3 s of gyration across the field: dE/dt = k E^2 B^2 with the mean of B^2 over the orbit; 1 %."""
    table = drifters(8, momentum=5.0, l_shell=1.5)
    model = lanes.LaneModel(
        FIELD, losses=NoLosses(synchrotron=1.0), limits=lanes.Limits(floor=50e3, time=2e-3, momentum_max=1e9)
    )
    lanes.advance(model, table)
    assert (table[row.SYNCHROTRON_LOSS] > 0.0).all()
    closed = 5.0 - table[row.MOMENTUM]
    np.testing.assert_allclose(table[row.SYNCHROTRON_LOSS], closed, rtol=1e-6)
    scale = constants.SYNCHROTRON_COEFFICIENT * 25.0 * table[row.TIME]
    b2 = table[row.SYNCHROTRON_LOSS] / scale
    assert (np.sqrt(b2) > 3e-6).all()
    assert (np.sqrt(b2) < 3e-5).all()


@pytest.mark.parametrize("momentum", [0.1, 1.0])
def test_backward_retraces_forward(momentum):
    """Forward 0.02 s (6000 km) with losses, then backward: 10 m, 1e-4 of the momentum lost, 1e-3 of the grammage.

    The loss is taken at the end of a step, which for the way back is its beginning: hence the 10 m.
    """
    fixed = lanes.Stepping(fixed_step=5e3, air_fraction=0.0, birth_checks=0)
    model = lanes.LaneModel(FIELD, AIR, PaperLosses(), stepping=fixed, limits=lanes.Limits(floor=60e3, time=0.02))
    table = drifters(32, momentum, l_shell=1.06)
    start = table[: row.MOMENTUM + 1].copy()
    lanes.advance(model, table)
    stayed = table[row.FATE] == row.STEP_LIMIT
    assert stayed.sum() > 8
    lost, passed = start[row.MOMENTUM] - table[row.MOMENTUM], table[row.GRAMMAGE].copy()
    back = table[:, stayed].copy()
    back[[row.TIME, row.PATH, row.GRAMMAGE, row.DRIFT, row.LN_J]] = 0.0
    back[row.CHECKS] = 0.0
    steps = table[row.STEPS, stayed]
    path = table[row.PATH, stayed]
    for i in range(back.shape[1]):
        limits = lanes.Limits(floor=60e3, path=path[i] - 1.0)
        one = np.ascontiguousarray(back[:, i : i + 1])
        lanes.advance(model._replace(stepping=fixed._replace(direction=-1.0), limits=limits), one)
        back[:, i : i + 1] = one
    assert (back[row.STEPS] - steps == steps).all()
    np.testing.assert_allclose(back[:3], start[:3, stayed], rtol=0, atol=10.0)
    np.testing.assert_allclose(back[row.MOMENTUM], start[row.MOMENTUM, stayed], rtol=0, atol=1e-4 * lost[stayed].max())
    np.testing.assert_allclose(back[row.GRAMMAGE], passed[stayed], rtol=1e-3)


def full_model(**changes):
    model = lanes.LaneModel(
        UNROLLED,
        AIR,
        MixtureLosses(element_losses()),
        MixtureScattering(),
        limits=lanes.Limits(floor=40e3, momentum_min=0.01, time=0.02),
    )
    return model._replace(**changes)


def test_results_do_not_depend_on_lanes_threads_order_or_cuts():
    """Bit for bit: lanes 8-64, 1 and 2 threads, any order, any block; scattering and losses on, fates mixed."""
    model = full_model()
    table = drifters(96, 0.3, l_shell=1.06)
    histories = np.arange(1000, 1096, dtype=np.uint64)
    expected = lanes.advance(model, table.copy(), histories, seed=5)
    assert len(np.unique(expected[row.FATE])) > 1
    assert (expected[row.FATE] != row.LOST).all()
    for width, workers in ((8, 1), (16, 2), (64, 1), (64, 2)):
        found = lanes.advance(model, table.copy(), histories, seed=5, workers=workers, width=width)
        assert found.tobytes() == expected.tobytes()
    order = np.random.default_rng(0).permutation(96)
    found = lanes.advance(model, np.ascontiguousarray(table[:, order]), histories[order], seed=5)
    assert np.array_equal(found, expected[:, order])
    for first, last in ((0, 7), (7, 50), (50, 96)):
        part = lanes.advance(model, np.ascontiguousarray(table[:, first:last]), histories[first:last], seed=5)
        assert np.array_equal(part, expected[:, first:last])


def test_another_seed_scatters_otherwise():
    table = drifters(8, 0.3, l_shell=1.06)
    one, two = (lanes.advance(full_model(), table.copy(), seed=seed) for seed in (1, 2))
    assert not np.array_equal(one, two)


def test_stop_at_a_grammage_and_go_on():
    """An interaction sampled at a grammage stops the charge there, within the step; it can then go on to its end."""
    limits = lanes.Limits(floor=40e3, momentum_min=0.01, time=0.02)
    model = lanes.LaneModel(FIELD, AIR, PaperLosses(), limits=limits)  # kernels of test_backward_retraces_forward
    table = drifters(32, 0.3, l_shell=1.05)
    whole = lanes.advance(model, table.copy())
    table[row.GRAMMAGE_STOP] = 0.3 * whole[row.GRAMMAGE]
    lanes.advance(model, table)
    stopped = table[row.FATE] == row.INTERACTS
    assert stopped.sum() > 16
    assert (table[row.GRAMMAGE, stopped] >= table[row.GRAMMAGE_STOP, stopped]).all()
    table[row.GRAMMAGE_STOP] = np.inf
    lanes.advance(model, table)
    assert (table[row.FATE] == whole[row.FATE]).mean() > 0.9


def test_production_and_detector_seams():
    """P = 1 without losses: the integral is the grammage. Tallies of path sum to the path, charge by charge."""
    model = lanes.LaneModel(
        FIELD, AIR, source=UnitSource(), detector=PathByAltitude(), limits=lanes.Limits(floor=40e3, time=0.01)
    )
    table, tallies = drifters(48, 0.3, l_shell=1.08), np.zeros((48, 2))
    lanes.advance(model, table, tallies=tallies)
    np.testing.assert_allclose(table[row.PRODUCTION], table[row.GRAMMAGE], rtol=1e-12)
    np.testing.assert_allclose(tallies.sum(axis=1), table[row.PATH], rtol=1e-12)
    assert (tallies.sum(axis=0) > 0.0).all()


def test_fates():
    """Each way to end, once."""
    charge = drifters(1, 0.1, l_shell=1.3)
    base = lanes.LaneModel(FIELD, AIR, limits=lanes.Limits(time=1e-3))  # kernels of the grammage of a straight path
    assert lanes.advance(base, charge.copy())[row.FATE, 0] == row.STEP_LIMIT
    assert lanes.advance(base._replace(limits=lanes.Limits(momentum_min=0.2)), charge.copy())[row.FATE, 0] == row.COOLED
    assert (
        lanes.advance(base._replace(limits=lanes.Limits(momentum_max=0.05)), charge.copy())[row.FATE, 0] == row.HEATED
    )
    fast = drifters(1, 1e3, l_shell=1.3)
    fast[row.UX : row.UZ + 1] = fast[: row.Z + 1] / np.linalg.norm(fast[: row.Z + 1])
    assert lanes.advance(base._replace(limits=lanes.Limits(time=10.0)), fast.copy())[row.FATE, 0] == row.ESCAPED
    fast[row.UX : row.UZ + 1] *= -1.0
    assert lanes.advance(base._replace(limits=lanes.Limits(time=10.0)), fast.copy())[row.FATE, 0] == row.ABSORBED
    charge[row.X] = math.nan
    assert lanes.advance(base, charge)[row.FATE, 0] == row.LOST


def test_fine_steps_are_counted():
    """A charge that dips into dense air says how many of its steps were finer than those of the gyration."""
    table = lanes.advance(full_model(), drifters(32, 1.0, l_shell=1.05))
    assert (table[row.FINE_STEPS] > 0).all()
    assert (table[row.FINE_STEPS] <= table[row.STEPS]).all()


@pytest.mark.parametrize(
    "change", [{"momentum": -1.0}, {"charge": 0.0}, {"direction": [0.0, 0.0, 0.0]}, {"position": [math.nan, 0.0, 0.0]}]
)
def test_refuses_what_is_no_charge(change):
    good = {"position": [7e6, 0, 0], "direction": [0, 1, 0], "momentum": 1.0, "mass": 1.0, "charge": 1.0}
    with pytest.raises(PhysicsError, match="charge_table"):
        lanes.charge_table(**(good | change))
    with pytest.raises(PhysicsError, match="advance"):
        lanes.advance(full_model(), np.zeros((3, 4)))
