"""Field lines: mirror points, bounce integrals and the point of weakest field, in a dipole where all are known."""

import math

import numpy as np
import pytest

import geomag
from geomag import dipole
from geomag.bounce_line import bounce_line, minimum_B
from geomag.constants import REFERENCE_RADIUS
from geomag.coordinates import cartesian_to_dipole, dipole_to_cartesian
from geomag.fieldline import line_step
from geomag.shell_labels import mcilwain_l

DATE = "1998-06-05"


def dipole_start(field, L=1.2, longitude=20.0):
    """A point on the dipole's equator [m]."""
    return np.array(dipole_to_cartesian(0.0, longitude, L * REFERENCE_RADIUS / 1e3, field.dipole_moment))


@pytest.mark.parametrize("angle", [20.0, 45.0, 70.0, 85.0, 89.5])
def test_dipole_bounce(angle):
    """Against the closed forms; the Runge-Kutta step of 50 km leaves 1e-8 of the length."""
    field = geomag.CentredDipole(DATE)
    L = 3.0 if angle < 40.0 else 1.2  # the mirror points must be outside the core
    B0 = field.moment_nT / L**3
    line = bounce_line(field, dipole_start(field, L), B0 / math.sin(math.radians(angle)) ** 2)
    latitude, _, radius = cartesian_to_dipole(*line.mirror_points_m.T, field.dipole_moment)
    expected = math.degrees(dipole.mirror_latitude(math.radians(angle)))
    assert latitude == pytest.approx([-expected, expected], abs=1e-5)
    assert radius == pytest.approx(L * REFERENCE_RADIUS / 1e3 * np.cos(np.radians(latitude)) ** 2, rel=1e-8)
    bounce, _ = dipole.bounce_and_drift_integrals(math.radians(angle))
    assert line.half_bounce_m == pytest.approx(2 * bounce * L * REFERENCE_RADIUS, rel=1e-6)
    assert line.weight.sum() == pytest.approx(1.0, abs=1e-12)


def test_start_anywhere_on_the_line():
    """The same bounce from the equator and from 15 deg north of it."""
    field = geomag.CentredDipole(DATE)
    one = bounce_line(field, dipole_start(field), 26000.0)
    north = dipole_to_cartesian(
        15.0, 20.0, 1.2 * REFERENCE_RADIUS / 1e3 * math.cos(math.radians(15)) ** 2, field.dipole_moment
    )
    two = bounce_line(field, north, 26000.0)
    assert two.I_m == pytest.approx(one.I_m, rel=1e-7)
    assert two.half_bounce_m == pytest.approx(one.half_bounce_m, rel=1e-7)
    assert np.allclose(two.mirror_points_m, one.mirror_points_m, atol=1.0)


def test_nodes_converge():
    """I and S with 24 and 96 nodes in IGRF: the integrands are periodic, so 24 are enough for 1e-6."""
    field = geomag.Igrf(DATE)
    start = [5.0e6, -5.5e6, 0.0]
    coarse, fine = (bounce_line(field, start, 24000.0, nodes) for nodes in (24, 96))
    assert coarse.I_m == pytest.approx(fine.I_m, rel=1e-6)
    assert coarse.half_bounce_m == pytest.approx(fine.half_bounce_m, rel=1e-6)


def test_mirror_points_in_igrf_are_on_the_line_at_the_mirror_field():
    field = geomag.Igrf(DATE)
    line = bounce_line(field, [5.0e6, -5.5e6, 0.0], 24000.0)
    strength = np.sqrt(sum(c**2 for c in field.cartesian(*line.mirror_points_m.T)))
    # 1e-6 m of position times 0.01 nT/m
    assert strength == pytest.approx([24000.0, 24000.0], abs=1e-3)
    # walk the whole line in 1 km steps from one mirror point: it must pass the other
    point, nearest = line.mirror_points_m[0], np.inf
    for _ in range(20000):
        point = np.array(line_step(field.model, *point, 1.0e3))
        nearest = min(nearest, np.linalg.norm(point - line.mirror_points_m[1]))
        if nearest < 1.0e3 and np.linalg.norm(point - line.mirror_points_m[1]) > 2.0e3:
            break
    assert nearest < 501.0


def test_minimum_point_of_a_dipole():
    field = geomag.EccentricDipole(DATE)
    position, strength = minimum_B(field, [6.5e6, 1.0e6, 2.5e6])
    latitude, _, radius = cartesian_to_dipole(*position, field.dipole_moment, field.dipole_centre)
    assert latitude == pytest.approx(0.0, abs=1e-6)
    assert strength == pytest.approx(field.moment_nT * (REFERENCE_RADIUS / 1e3 / radius) ** 3, rel=1e-9)


@pytest.mark.parametrize("angle", [30.0, 50.0, 70.0, 85.0])
def test_mcilwain_l_of_a_dipole(angle):
    """Hilton's fit gives back L to 2e-4."""
    field = geomag.CentredDipole(DATE)
    mirror = field.moment_nT / 1.8**3 / math.sin(math.radians(angle)) ** 2
    line = bounce_line(field, dipole_start(field, 1.8), mirror)
    assert mcilwain_l(line.I_m, mirror, field.moment_nT) == pytest.approx(1.8, rel=2e-4)


def test_errors():
    field = geomag.CentredDipole(DATE)
    with pytest.raises(geomag.OutOfRange, match="not above the field at the position"):
        bounce_line(field, dipole_start(field), 1000.0)
    with pytest.raises(geomag.NoShell, match="not reached outside the core"):
        bounce_line(field, dipole_start(field), 1e7)
    with pytest.raises(geomag.NoShell, match="no weakest point"):
        minimum_B(field, [0.0, 0.0, 7e6])
