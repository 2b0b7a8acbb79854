"""Kinematics: round trips, limits and boosts."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcbelt import constants
from mcbelt.physics import kinematics

masses = st.sampled_from([constants.ELECTRON_MASS, constants.MUON_MASS, constants.PROTON_MASS, constants.ALPHA_MASS])
component = st.floats(-1e3, 1e3)


@settings(deadline=None)
@given(st.floats(1e-9, 1e6), masses, st.sampled_from([-1, 1, 2]))
def test_round_trips_of_energy_momentum_and_rigidity(T, mass, charge):
    assert kinematics.kinetic_energy(kinematics.momentum(T, mass), mass) == pytest.approx(T, rel=1e-13, abs=0.0)
    rigidity = kinematics.rigidity(T, mass, charge)
    assert kinematics.kinetic_energy_of_rigidity(rigidity, mass, charge) == pytest.approx(T, rel=1e-13, abs=0.0)
    gamma, beta = kinematics.gamma(T, mass), kinematics.beta(T, mass)
    assert beta * gamma == pytest.approx(kinematics.momentum(T, mass) / mass, rel=1e-13)


def test_limits():
    m = constants.PROTON_MASS
    # sqrt(p^2 + m^2) - m would keep eight digits of a slow proton's energy
    assert kinematics.kinetic_energy(kinematics.momentum(1e-9, m), m) == pytest.approx(1e-9, rel=1e-13, abs=0.0)
    assert kinematics.momentum(1e-8, m) == pytest.approx(math.sqrt(2e-8 * m), rel=1e-8)
    assert kinematics.beta(1e9, m) == pytest.approx(1.0, abs=1e-15)
    assert kinematics.rigidity(1.0, constants.ALPHA_MASS, 2) == pytest.approx(
        0.5 * kinematics.momentum(1.0, constants.ALPHA_MASS)
    )
    with np.errstate(invalid="ignore"):
        assert np.isnan(kinematics.momentum(-1.0, m))
    assert kinematics.two_body_momentum(constants.CHARGED_PION_MASS, constants.MUON_MASS, 0.0) == pytest.approx(
        0.02979, abs=1e-5
    )


@given(component, component, component, component, component, component, masses, masses)
@settings(max_examples=200, deadline=None)
def test_boosts_keep_the_mass_and_can_be_undone(x, y, z, X, Y, Z, mass, body_mass):
    four = (math.sqrt(mass**2 + x * x + y * y + z * z), x, y, z)
    body = (math.sqrt(body_mass**2 + X * X + Y * Y + Z * Z), X, Y, Z)
    there = kinematics.boosted(four, body, body_mass)
    # The products of a boost are of size E_body E / m_body before they cancel; rounding is eps of that.
    scale = body[0] * four[0] / body_mass
    assert there[0] ** 2 - sum(c * c for c in there[1:]) == pytest.approx(mass**2, abs=1e-14 * scale**2)
    back = kinematics.into_rest_frame(there, body, body_mass)
    np.testing.assert_allclose(back, four, rtol=0, atol=1e-14 * scale * body[0] / body_mass)
    assert kinematics.boosted((body_mass, 0.0, 0.0, 0.0), body, body_mass) == pytest.approx(body, rel=1e-14)


def test_boost_of_a_photon_is_the_doppler_shift():
    gamma = 5.0
    boost = math.sqrt(gamma**2 - 1)
    assert kinematics.boosted((1.0, 0.0, 0.0, 1.0), (gamma, 0.0, 0.0, boost), 1.0)[0] == pytest.approx(gamma + boost)
    assert kinematics.boosted((1.0, 0.0, 0.0, -1.0), (gamma, 0.0, 0.0, boost), 1.0)[0] == pytest.approx(gamma - boost)


@settings(deadline=None)
@given(component, component, component, st.floats(-1.0, 1.0), st.floats(0.0, 2 * math.pi))
def test_directions_about_an_axis(x, y, z, cosine, azimuth):
    size = math.sqrt(x * x + y * y + z * z)
    if size < 1e-3:
        return
    axis = (x / size, y / size, z / size)
    result = kinematics.along(axis, cosine, azimuth)
    assert np.dot(result, axis) == pytest.approx(cosine, abs=1e-12)
    assert np.dot(result, result) == pytest.approx(1.0, abs=1e-12)
