"""The satellite's place: places in the band, outside the anomaly, on the orbit; directions in the cone."""

import math

import numpy as np
import pytest

import geomag
from geomag.coordinates import geodetic_of_position
from geomag.dipole import eccentric_dipole
from mcbelt.places.orbit import OrbitPlace

N = 4000


@pytest.fixture(scope="module")
def orbit():
    field = geomag.Igrf("1998-06-05")
    d = eccentric_dipole(field.g, field.h)
    moment = np.array([d.moment_x, d.moment_y, d.moment_z])
    return OrbitPlace(
        370e3, 390e3, math.radians(51.7), math.radians(25.0), 0.1, 0.3, -moment / np.linalg.norm(moment),
        np.array([d.centre_x, d.centre_y, d.centre_z]), np.radians([-90.0, 20.0, -50.0, 5.0]),
    )  # fmt: skip


@pytest.fixture(scope="module")
def starts(orbit):
    return orbit.starts(7, 0, N, 1, "downward")


def test_places_are_on_the_orbit_in_the_band_and_outside_the_anomaly(orbit, starts):
    position, _ = starts
    latitude, longitude, altitude = np.array([geodetic_of_position(*x) for x in position]).T
    assert altitude.min() > 369.9e3
    assert altitude.max() < 390.1e3
    assert np.abs(latitude).max() < math.radians(51.8)
    away = position - orbit.centre
    magnetic = np.abs(np.arcsin(away @ orbit.pole / np.linalg.norm(away, axis=1)))
    assert magnetic.min() >= 0.1
    assert magnetic.max() < 0.3
    degrees = (np.degrees(longitude) + 180.0) % 360.0 - 180.0
    inside = (degrees > -90.0) & (degrees < 20.0) & (latitude > math.radians(-50.0)) & (latitude < math.radians(5.0))
    assert not inside.any()
    assert np.histogram(degrees[degrees > 30.0], 5, (30.0, 180.0))[0].min() > 0.08 * N  # the others are all there


def test_directions_fill_the_cone_evenly(orbit, starts):
    """Cosine with the nadir uniform from cos(25 deg) to 1: mean to 4 standard errors; upward is its mirror."""
    position, direction = starts
    up = np.array([_up(x) for x in position])
    cosine = -(direction * up).sum(axis=1)
    low = math.cos(math.radians(25.0))
    assert cosine.min() >= low - 1e-9
    assert cosine.mean() == pytest.approx(0.5 * (1.0 + low), abs=4.0 * (1.0 - low) / math.sqrt(12.0 * N))
    there, upward = orbit.starts(7, 0, N, 1, "upward")
    assert np.array_equal(there, position)
    assert (upward * up).sum(axis=1) == pytest.approx(cosine)


def test_starts_belong_to_their_history(orbit, starts):
    """The same places whatever the block: histories 100-199 alone are those of the whole."""
    position, direction = orbit.starts(7, 100, 200, 1, "downward")
    assert np.array_equal(position, starts[0][100:200])
    assert np.array_equal(direction, starts[1][100:200])


def _up(x):
    latitude, longitude, _ = geodetic_of_position(*x)
    return np.array(
        [math.cos(latitude) * math.cos(longitude), math.cos(latitude) * math.sin(longitude), math.sin(latitude)]
    )
