"""Motion in a dipole: closed forms against quadrature and against published fits."""

import math

import numpy as np
import pytest
from scipy import integrate

import geomag
from geomag import dipole
from geomag.constants import PROTON_MASS, REFERENCE_RADIUS, SPEED_OF_LIGHT

DATE = "1998-06-05"
ANGLES = [1.0, 10.0, 30.0, 45.0, 60.0, 75.0, 89.0]


def quadratures(angle):
    """T and D by adaptive quadrature over t, latitude = mirror latitude (1 - t^2), without the root at the mirror."""
    mirror = dipole.mirror_latitude(angle)

    def terms(t):
        latitude = mirror * (1.0 - t * t)
        s, c = math.sin(latitude), math.cos(latitude)
        ratio = math.sqrt(1 + 3 * s * s) / c**6
        y2 = math.sin(angle) ** 2
        dwell = c * math.sqrt(1 + 3 * s * s) / math.sqrt(1 - y2 * ratio) * 2 * mirror * t
        # gradient and curvature drift in longitude, Walt 1994, sect. 4.7: (2 - B/Bm) / 2 times the curvature
        return dwell, dwell * c * c * (1 + s * s) / (1 + 3 * s * s) ** 2 * (1 - 0.5 * y2 * ratio)

    return tuple(integrate.quad(lambda t, i=i: terms(t)[i], 1e-7, 1.0, epsabs=1e-8, epsrel=1e-8)[0] for i in (0, 1))


@pytest.mark.parametrize("angle", ANGLES)
def test_bounce_and_drift_integrals(angle):
    """1e-6: the reference loses digits of 1 - B/Bm near its end t = 0."""
    assert dipole.bounce_and_drift_integrals(math.radians(angle)) == pytest.approx(
        quadratures(math.radians(angle)), rel=1e-6
    )


@pytest.mark.parametrize("angle", ANGLES[1:])
def test_published_fits(angle):
    """Schulz & Lanzerotti 1974, eqs. (1.28d), (1.36): their fits are good to 1 % (T) and 1.1 % (D, worst at 10 deg)."""
    y = math.sin(math.radians(angle))
    t0, t1 = 1.3801730, 0.7404805
    bounce = t0 - 0.5 * (t0 - t1) * (y + math.sqrt(y))
    drift = (4 * t0 - (3 * t0 - 5 * t1) * y - (t0 - t1) * (y * math.log(y) + math.sqrt(y))) / 12.0
    ours = dipole.bounce_and_drift_integrals(math.radians(angle))
    assert ours[0] == pytest.approx(bounce, rel=0.01)
    assert ours[1] == pytest.approx(drift, rel=0.011)


def test_limits_at_90_degrees():
    limit = (math.pi * math.sqrt(2) / 6, math.pi * math.sqrt(2) / 12)
    assert dipole.bounce_and_drift_integrals(math.pi / 2) == pytest.approx(limit, rel=1e-12)
    assert dipole.bounce_and_drift_integrals(math.radians(89.9)) == pytest.approx(limit, rel=1e-5)


def test_small_amplitude_bounce():
    """T_b = (2 pi sqrt(2) / 3) r / v."""
    v, r = 2.0e8, 1.2 * REFERENCE_RADIUS
    assert dipole.bounce_period(v, 1.2, math.radians(89.99)) == pytest.approx(
        2 * math.pi * math.sqrt(2) / 3 * r / v, rel=1e-6
    )


def test_equatorial_drift():
    """T_d = 4 pi q B0 r^2 / (3 p v), Walt 1994: in practical units 43.8 min / (L T_MeV) non-relativistic electrons
    or protons.
    """
    field = geomag.CentredDipole(DATE)
    speed, rigidity = dipole.speed_and_rigidity(1e-3, PROTON_MASS)
    period = dipole.drift_period(rigidity, speed, 1.0, math.pi / 2, field.moment_nT * 1e-9)
    momentum_speed = rigidity * 1e9 * speed / SPEED_OF_LIGHT  # p v / q [V m T ...]: pv in eV over e
    expected = 4 * math.pi * field.moment_nT * 1e-9 * REFERENCE_RADIUS**2 / (3 * momentum_speed)
    assert period == pytest.approx(expected, rel=1e-12)
    # 1 MeV at L = 1: 43.8 min for M = 0.312 G, times the ratio of the moments (Lew 1961)
    assert period / 60.0 == pytest.approx(43.8 * field.moment_nT / 31200.0, rel=0.01)


def test_speed_and_rigidity():
    speed, rigidity = dipole.speed_and_rigidity([0.001, 1.0, 100.0], PROTON_MASS)
    energy = np.hypot(rigidity, PROTON_MASS)
    assert np.allclose(energy - PROTON_MASS, [0.001, 1.0, 100.0], rtol=1e-9)
    assert np.allclose(speed, SPEED_OF_LIGHT * rigidity / energy)
    assert dipole.speed_and_rigidity(8.0, 3.7273794066, charge=2)[1] == pytest.approx(
        dipole.speed_and_rigidity(8.0, 3.7273794066)[1] / 2
    )


@pytest.mark.parametrize("angle", ANGLES)
def test_mirror_latitude(angle):
    latitude = dipole.mirror_latitude(math.radians(angle))
    assert dipole.field_ratio(latitude) * math.sin(math.radians(angle)) ** 2 == pytest.approx(1.0, rel=1e-9)


def test_field_ratio_and_l_are_those_of_the_field():
    """The line r = L R_E cos^2 through the kernel's own field."""
    model = dipole.DipoleModel(0.0, 0.0, -8e15, 0.0, 0.0, 0.0)
    base = np.linalg.norm(dipole.dipole_field(model, 1.2 * REFERENCE_RADIUS, 0.0, 0.0))
    for latitude in np.radians([0.0, 10.0, 35.0, 60.0]):
        r = 1.2 * REFERENCE_RADIUS * math.cos(latitude) ** 2
        b = np.linalg.norm(dipole.dipole_field(model, r * math.cos(latitude), 0.0, r * math.sin(latitude)))
        assert b / base == pytest.approx(dipole.field_ratio(latitude), rel=1e-12)
        assert dipole.dipole_l(r, latitude) == pytest.approx(1.2, rel=1e-12)


def test_gyroradius():
    """A proton of 0.4 GeV at L = 1.2: 182 km for B = 0.1745 G (its rigidity is 0.954 GV)."""
    _, rigidity = dipole.speed_and_rigidity(0.4, PROTON_MASS)
    assert rigidity == pytest.approx(0.954, abs=0.001)
    assert dipole.gyroradius(rigidity, 1.7448e-5, math.pi / 2) == pytest.approx(182e3, abs=1e3)
    assert dipole.gyroradius(rigidity, 1.7448e-5, math.pi / 6) == pytest.approx(91e3, abs=1e3)


def test_eccentric_offset_of_1998():
    """536 km: the offset behind the reference shells of the eccentric dipole."""
    assert geomag.EccentricDipole(DATE).offset_km == pytest.approx(536.0, abs=1.0)


def test_eccentric_dipole_recovers_a_shifted_dipole():
    """The rule must find the shift that was put in: a small one, since it drops the square of shift / R_E (0.1 %
    here).
    """
    shift = np.array([3.0e3, -4.0e3, 2.0e3])
    moment = np.array([-1746.0, 5224.0, -29642.0]) * 1e-9 * REFERENCE_RADIUS**3
    model = dipole.DipoleModel(*moment, *shift)
    g, h = coefficients_of(model)
    assert dipole.eccentric_offset(g, h) == pytest.approx(shift, rel=5e-3)


def coefficients_of(model, radius=REFERENCE_RADIUS):
    """Degree-2 Gauss coefficients of a field, by projecting its radial component on the sphere (Gauss-Legendre by
    16 longitudes).
    """
    g, h = np.zeros((3, 3)), np.zeros((3, 3))
    nodes, weights = np.polynomial.legendre.leggauss(12)
    for u, w in zip(nodes, weights, strict=True):
        s = math.sqrt(1 - u * u)
        legendre = {
            (1, 0): u,
            (1, 1): s,
            (2, 0): 1.5 * u * u - 0.5,
            (2, 1): math.sqrt(3) * u * s,
            (2, 2): math.sqrt(3) / 2 * s * s,
        }
        for phi in 2 * math.pi * np.arange(16) / 16:
            unit = np.array([s * math.cos(phi), s * math.sin(phi), u])
            radial = np.dot(dipole.dipole_field(model, *(radius * unit)), unit) * 1e9
            for (n, m), p in legendre.items():
                share = (2 * n + 1) / (n + 1) * w / 2 / 16 * radial * p
                g[n, m] += share * math.cos(m * phi)
                h[n, m] += share * math.sin(m * phi)
    return g, h
