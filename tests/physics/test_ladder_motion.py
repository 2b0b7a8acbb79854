"""The rungs of motion, through the engines that campaigns use: gyration, bounce, drift, adiabatic invariants.

The step itself is held in `test_tracer_orbits.py`; here it is the loop around it (step lengths at checks, time, path,
drift) that answers. Pages: docs/methods/ladder.md.
"""

import math

import ladder_world as world
import numpy as np
import pytest

import geomag
from geomag import guiding_center
from geomag import lanes as bare
from geomag.constants import GV_TO_TESLA_METRE, REFERENCE_RADIUS
from geomag.dipole import DipoleModel
from geomag.field import magnetic_field
from geomag.lorentz import gyration_step
from mcbelt.constants import ELECTRON_MASS, PROTON_MASS, SPEED_OF_LIGHT
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row

FIELD = 3.0e-5  # [T]
EQUATORIAL = 30000e-9  # [T] of the dipole at 1 Earth radius
SHIFT = 4.0e5  # [m] of the dipole from the centre of the Earth
DIPOLE = DipoleModel(0.0, 0.0, -EQUATORIAL * REFERENCE_RADIUS**3, SHIFT, 0.0, 0.0)
L_SHELL = 1.2


@pytest.mark.parametrize(
    ("mass", "charge", "frequency"), [(ELECTRON_MASS, -1.0, 27.992490e9), (PROTON_MASS, 1.0, 15.245188e6)]
)
def test_gyration(mass, charge, frequency):
    """Cyclotron frequencies per tesla of CODATA 2018 (e- 27.9925 GHz, proton 15.2452 MHz) over gamma, both senses.

    The step turns by 2 atan(theta/2) instead of theta = 2 pi/120: 2.3e-4 slow. The radius is p/(qB) to theta^2/8.
    """
    p = 2.0 * mass  # gamma = sqrt(5)
    radius = GV_TO_TESLA_METRE * p / FIELD
    theta = 2.0 * math.pi / 120.0
    model = lanes.LaneModel(
        world.uniform_field(FIELD), stepping=world.stepping(theta * radius), limits=lanes.Limits(path=12.3 * radius)
    )
    samples, _ = world.recorded(model, lanes.charge_table(world.ORIGIN, [1.0, 0.0, 0.0], p, mass, charge))
    angle = np.unwrap(np.arctan2(samples["UY"], samples["UX"]))
    turned = (angle[-1] - angle[0]) / samples["TIME"][-1]
    assert -charge * turned == pytest.approx(2.0 * math.pi * frequency * FIELD / math.sqrt(5.0), rel=theta**2 / 11.0)
    x, y = samples["X"] - world.ORIGIN[0], samples["Y"]
    assert np.hypot(x, y + charge * radius) == pytest.approx(np.full(len(x), radius), rel=theta**2 / 7.0)


def test_gyration_without_matter():
    """The same circle in the engine of cutoffs: half a turn is a diameter away, a whole one back (1e-6)."""
    radius = GV_TO_TESLA_METRE * 1.0 / FIELD
    for charge in (1.0, -1.0):
        for turns, end in ((0.5, (0.0, -2.0 * charge * radius)), (1.0, (0.0, 0.0))):
            steps = 256 * turns
            step = 2.0 * math.tan(math.pi * turns / steps) * radius  # turns by that angle exactly
            table = bare.charge_table(world.ORIGIN, [1.0, 0.0, 0.0], charge, step)
            bare.trace(world.uniform_field(FIELD), table, bare.Limits(path=(steps - 1.0) * step), workers=1)
            assert table[bare.STEPS, 0] == steps
            found = table[: bare.Y + 1, 0] - world.ORIGIN[:2]
            assert found == pytest.approx(np.array(end), abs=1e-6 * radius)


def starts(pitch_deg, p, charge, phases):
    """Places and directions of charges on one guiding centre at the equator of the dipole, all gyrophases."""
    pitch, phase = math.radians(pitch_deg), np.arange(phases) * 2.0 * np.pi / phases
    u = np.c_[math.sin(pitch) * np.cos(phase), math.sin(pitch) * np.sin(phase), np.full(phases, math.cos(pitch))]
    centre = np.array([SHIFT + L_SHELL * REFERENCE_RADIUS, 0.0, 0.0])
    b = np.array([0.0, 0.0, EQUATORIAL / L_SHELL**3])
    return centre - charge * GV_TO_TESLA_METRE * p / b[2] * np.cross(u, b / b[2]), u


def closed_forms(pitch_deg, p, mass):
    """Bounce period [s] and drift rate [rad/s] of the dipole (Hamlin et al. 1961), integrated by `geomag.dipole`."""
    t, d = geomag.dipole.bounce_and_drift_integrals(math.radians(pitch_deg))
    speed = SPEED_OF_LIGHT * p / math.hypot(p, mass)
    bounce = 4.0 * t * L_SHELL * REFERENCE_RADIUS / speed
    drift = 3.0 * d / t * GV_TO_TESLA_METRE * p * speed / (EQUATORIAL / L_SHELL * REFERENCE_RADIUS**2)
    return bounce, drift


@pytest.mark.parametrize(("mass", "charge"), [(ELECTRON_MASS, -1.0), (PROTON_MASS, 1.0)])
def test_bounce(mass, charge):
    """Time between crossings of the equator upwards, default steps, 0.1 GV: 1e-3, what its ends can make.

    A crossing is known to a gyration of a bounce (1/145); 7 bounces share two ends.
    """
    p, pitch = 0.1, 60.0
    bounce, _ = closed_forms(pitch, p, mass)
    position, direction = starts(pitch, p, charge, 1)
    model = lanes.LaneModel(
        DIPOLE, stepping=lanes.Stepping(interval=2), limits=lanes.Limits(floor=0.0, time=8.3 * bounce)
    )
    samples, _ = world.recorded(model, lanes.charge_table(position, direction, p, mass, charge), 20_000)
    z, time = samples["Z"], samples["TIME"]
    cuts = np.flatnonzero((z[:-1] < 0.0) & (z[1:] >= 0.0))
    at = time[cuts] - z[cuts] * (time[cuts + 1] - time[cuts]) / (z[cuts + 1] - z[cuts])
    periods = np.diff(at)
    periods = periods[periods > 0.5 * bounce]
    assert len(periods) == 7
    assert periods.mean() == pytest.approx(bounce, rel=1e-3)


@pytest.mark.parametrize(("mass", "charge"), [(ELECTRON_MASS, -1.0), (PROTON_MASS, 1.0)])
def test_drift_and_invariants(mass, charge):
    """A drift of 6 rad at the default step, 0.1 GV, 12 gyrophases: e- go east, protons west; rate, moment, shell.

    The rate is that of the closed form to eps^2 and what a bounce at the ends adds: 1e-3 in the mean. The moment
    p_perp^2/B of the guiding centre is one of first order in eps = 0.008: 1 % for one phase, no trend in the mean
    (2e-3). The guiding centre stays on r = L cos^2(latitude): third invariant, 1e-3.
    """
    p, pitch = 0.1, 60.0
    _, expected = closed_forms(pitch, p, mass)
    position, direction = starts(pitch, p, charge, 12)
    table = lanes.charge_table(position, direction, p, mass, charge)
    lanes.advance(lanes.LaneModel(DIPOLE, limits=lanes.Limits(floor=0.0, drift=6.0)), table)
    assert (table[row.FATE] == row.STEP_LIMIT).all()
    axis = np.arctan2(table[row.Y], table[row.X] - SHIFT)  # about the dipole's axis, not the Earth's
    drift = np.where(charge > 0.0, axis - np.where(axis > 0.0, 2.0 * np.pi, 0.0), axis % (2.0 * np.pi))
    rate = drift / table[row.TIME]
    print(f"drift rate / closed form - 1: {np.mean(-charge * rate) / expected - 1.0:+.1e}")
    assert np.mean(-charge * rate) == pytest.approx(expected, rel=1e-3)
    b_0 = EQUATORIAL / L_SHELL**3
    moments, shells = [], []
    for x, u in zip(table[: row.Z + 1].T, table[row.UX : row.UZ + 1].T, strict=True):
        gx, gy, gz, mu = guiding_center.guiding_centre(DIPOLE, *x, *u, charge * p)
        strength = np.linalg.norm(magnetic_field(DIPOLE, gx, gy, gz))
        moments.append((1.0 - mu**2) / strength * b_0 / math.sin(math.radians(pitch)) ** 2)
        r = math.sqrt((gx - SHIFT) ** 2 + gy**2 + gz**2)
        shells.append(r / (1.0 - (gz / r) ** 2) / (L_SHELL * REFERENCE_RADIUS))
    print(f"moment {np.mean(moments) - 1.0:+.1e} +- {np.std(moments):.1e}, shell {np.mean(shells) - 1.0:+.1e}")
    assert np.array(moments) == pytest.approx(np.ones(12), abs=1e-2)
    assert np.mean(moments) == pytest.approx(1.0, abs=2e-3)
    assert np.array(shells) == pytest.approx(np.ones(12), abs=1e-3)


def test_drift_without_matter():
    """The same drift in the engine of cutoffs, 24 steps per gyration."""
    p, pitch = 0.1, 60.0
    _, expected = closed_forms(pitch, p, ELECTRON_MASS)
    for charge in (1.0, -1.0):
        position, direction = starts(pitch, p, charge, 12)
        step = gyration_step(p, EQUATORIAL / L_SHELL**3, 24)
        table = bare.charge_table(position, direction, charge * p, step)
        centred = DIPOLE._replace(centre_x=0.0)
        table[bare.X] -= SHIFT
        bare.trace(centred, table, bare.Limits(floor=0.0, drift=3.0), workers=1)
        speed = SPEED_OF_LIGHT * p / math.hypot(p, ELECTRON_MASS)
        rate = np.mean(table[bare.DRIFT] / table[bare.PATH]) * speed
        assert -charge * rate == pytest.approx(expected, rel=2e-3)  # the ends of a window of 290 bounces
